// gradient/input/<pairing>/f32/<shape>/<isa>: the gradient with respect to a rotated tensor (rope::adjoint, planned
// before, in place) against its limit, and against the rotation itself on the same buffers: `times_forward`.
// gradient/parameters/<pairing>/f32/<shape>: with respect to positions, frequencies and amplitude, against the rotation.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "limits.hpp"
#include "paired.hpp"
#include "values.hpp"

#include <rope/core.hpp>
#include <rope/rotate/gradient.hpp>

#include <optional>
#include <string>

namespace bench {
namespace {

constexpr std::int64_t dim = 128, heads = 32;

struct gradient_shape {
    const char* name;
    std::int64_t tokens;
};
constexpr gradient_shape shapes[] = {
    {"decode", 1}, {"prefill128", 128}, {"prefill2048", 2048}, {"long16384", 16384}};

buffer memory, gradient_memory;

rope::table<float> make_table(rope::pairing p, std::int64_t tokens) {
    rope::config config;
    config.head_dim = dim;
    config.pairing = p;
    return rope::cos_sin_table<float>(rope::frequencies(config), tokens);
}

std::size_t elements(const gradient_shape& s) {
    return static_cast<std::size_t>(s.tokens * heads * dim);
}

int pairs_for(std::size_t count) {
    return count * sizeof(float) > long_bytes ? pairs_long : pairs_short;
}

// Rotations in either direction keep the norm of what they are repeated on.
void measure_input(benchmark::State& state, const gradient_shape& s, rope::pairing p, rope::isa isa) {
    const auto table = make_table(p, s.tokens);
    const std::size_t count = elements(s);
    float* const x = reinterpret_cast<float*>(memory.reserve(count * sizeof(float)));
    fill(x, count);
    const auto view = rope::view(x, {s.tokens, heads, dim});
    rope::rotate_options backwards;
    backwards.direction = rope::direction::adjoint;
    rope::force_isa(isa);
    const auto forward = rope::plan(table, view, "s h d");
    const auto backward = rope::plan(table, view, "s h d", {}, backwards);
    rope::force_isa(std::nullopt);
    if (rope::detail::run_part(backward, x, x, 0, 1, 0) != isa) {
        return state.SkipWithError("the kernel that ran is another one");
    }
    const auto work = [&] { rope::run(backward, x); };
    report(state,
           measure(
               work, [&] { negate(x, count); }, [] {}, pairs_for(count)),
           2 * count * sizeof(float));
    const paired_result r = measure(
        work, [&] { rope::run(forward, x); }, [] {}, pairs_for(count));
    state.counters["times_forward"] = r.limit_ratio;
}

void measure_parameters(benchmark::State& state, const gradient_shape& s, rope::pairing p) {
    const auto table = make_table(p, s.tokens);
    const std::size_t count = elements(s);
    float* const y = reinterpret_cast<float*>(memory.reserve(count * sizeof(float)));
    float* const g = reinterpret_cast<float*>(gradient_memory.reserve(count * sizeof(float)));
    fill(y, count);
    fill(g, count);
    const rope::extent_list extents = {s.tokens, heads, dim};
    const auto forward = rope::plan(table, rope::view(y, extents), "s h d");
    const auto plan = rope::plan_gradient(table, rope::view(g, extents), rope::view(y, extents), "s h d");
    auto result = rope::make_gradient(plan);
    const paired_result r = measure(
        [&] {
            rope::run(plan, g, y, result);
            rope::finish(plan, result);
        },
        [&] { rope::run(forward, y); }, [] {}, pairs_for(count));
    state.counters["time_ns"] = r.time_ns;
    state.counters["times_forward"] = r.limit_ratio;
    state.counters["ns_per_token"] = r.time_ns / static_cast<double>(s.tokens);
}

} // namespace

void add_gradients() {
    for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
        const std::string of =
            std::string(p == rope::pairing::half_split ? "/half_split" : "/interleaved") + "/f32/";
        for (const gradient_shape& s : shapes) {
            for (const rope::isa isa : rope::available_isas()) {
                add("gradient/input" + of + s.name + "/" + rope::isa_name(isa),
                    [=](benchmark::State& state) { measure_input(state, s, p, isa); });
            }
            add("gradient/parameters" + of + s.name,
                [=](benchmark::State& state) { measure_parameters(state, s, p); });
        }
    }
}

} // namespace bench
