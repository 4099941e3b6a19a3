// call/<rotate|rotate_ids|rotate_query_key|plan|run|run_offset>/f32/<decode32|decode8|decode32_8>/<isa>: what the convenient
// calls cost, for one token of 32 or 8 heads of 128 in place: rotate with an offset, with a list of ids, query and key (32 and
// 8 heads) in one call, a plan of its own (made, not run), a ready plan moved to an offset. Each against `run` of a ready
// plan, sample by sample in turn on the same buffers: `times_run` is the median over the pairs. `run` is against itself: how
// far the figures vary.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "paired.hpp"
#include "values.hpp"

#include <rope/core.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {
namespace {

constexpr std::int64_t dim = 128, key_heads = 8, past = 1000;

enum class call { rotate, rotate_ids, rotate_query_key, plan, run, run_offset };

buffer memory;

void measure_call(benchmark::State& state, call which, std::int64_t heads, rope::isa isa) {
    rope::config config;
    config.head_dim = dim;
    rope::force_isa(isa);
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 4096);
    const auto count = static_cast<std::size_t>((heads + key_heads) * dim);
    float* const data = reinterpret_cast<float*>(memory.reserve(count * sizeof(float)));
    float* const key_data = data + heads * dim;
    fill(data, count);
    const auto query = rope::view(data, {1, heads, dim});
    const auto key = rope::view(key_data, {1, key_heads, dim});
    const std::vector<std::int32_t> ids = {past};
    const auto ready = rope::plan(table, query, "s h d", rope::offset(past));
    const auto key_ready = rope::plan(table, key, "s h d", rope::offset(past));
    if (rope::detail::run_part(ready, data, data, 0, 1, 0) != isa) {
        return state.SkipWithError("the kernel that ran is another one");
    }
    const bool two = which == call::rotate_query_key;
    auto run = [&] {
        rope::run(ready, data);
        if (two) {
            rope::run(key_ready, key_data);
        }
    };
    const auto against_run = [&](auto&& work) {
        return measure(
            work, run, [] {}, pairs_short);
    };
    // Left to the environment, as programs leave it, where it is the best one anyway.
    if (isa == rope::available_isas().back()) {
        rope::force_isa(std::nullopt);
    }
    const volatile std::int64_t unknown = past; // not a constant for the compiler
    const std::int64_t at = unknown;
    paired_result r{};
    switch (which) {
    case call::rotate:
        r = against_run([&] {
            rope::rotate(rope::view(data, {1, heads, dim}), table, "s h d", rope::offset(at));
        });
        break;
    case call::rotate_ids:
        r = against_run([&] {
            rope::rotate(rope::view(data, {1, heads, dim}), table, "s h d", rope::ids(ids));
        });
        break;
    case call::rotate_query_key:
        r = against_run([&] {
            rope::rotate_query_key(rope::view(data, {1, heads, dim}),
                                   rope::view(key_data, {1, key_heads, dim}), table, "s h d",
                                   rope::offset(at));
        });
        break;
    case call::plan:
        r = against_run([&] {
            const auto made = rope::plan(table, query, "s h d", rope::offset(at));
            benchmark::DoNotOptimize(&made);
        });
        break;
    case call::run:
        r = against_run([&] { rope::run(ready, data); });
        break;
    case call::run_offset:
        r = against_run([&] { rope::run(ready, data, rope::offset(at)); });
        break;
    }
    rope::force_isa(std::nullopt);
    state.counters["time_ns"] = r.time_ns;
    state.counters["run_ns"] = r.limit_ns;
    state.counters["times_run"] = r.limit_ratio;
}

} // namespace

void add_calls() {
    const struct {
        const char* name;
        call which;
    } calls[] = {{"rotate", call::rotate},
                 {"rotate_ids", call::rotate_ids},
                 {"plan", call::plan},
                 {"run", call::run},
                 {"run_offset", call::run_offset}};
    for (const rope::isa isa : rope::available_isas()) {
        for (const auto& c : calls) {
            for (const std::int64_t heads : {32, 8}) {
                add("call/" + std::string(c.name) + "/f32/decode" + std::to_string(heads) + "/" +
                        rope::isa_name(isa),
                    [=](benchmark::State& state) { measure_call(state, c.which, heads, isa); });
            }
        }
        add("call/rotate_query_key/f32/decode32_8/" + std::string(rope::isa_name(isa)),
            [=](benchmark::State& state) { measure_call(state, call::rotate_query_key, 32, isa); });
    }
}

} // namespace bench
