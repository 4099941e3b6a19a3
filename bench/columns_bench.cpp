// columns/<pairing>/<dtype>/in/<shape>/<isa>: column-major data, features far apart, in place against its limit.
//   rows16, rows128, rows2048, rows16384   MatrixXf(seq, 32 * 128): tokens side by side, 32 heads of 128
//   decode                                 MatrixXf(32, 128) and MatrixXf(8, 128): heads side by side, one token
// A benchmark of an instruction set fails when another one's kernel did the work.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "limits.hpp"
#include "paired.hpp"
#include "values.hpp"

#include <rope/core.hpp>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace bench {
namespace {

constexpr std::int64_t dim = 128, heads = 32, key_heads = 8;
constexpr std::size_t refilled_bytes = std::size_t{512} << 10;

buffer memory;

template <class T>
void measure_columns(benchmark::State& state, rope::pairing p, std::int64_t tokens, bool decode,
                     rope::isa isa) {
    rope::config config;
    config.head_dim = dim;
    config.pairing = p;
    const auto table = rope::cos_sin_table<rope::compute_type<T>>(rope::frequencies(config), tokens + 1);
    const auto count = static_cast<std::size_t>(tokens * (heads + (decode ? key_heads : 0)) * dim);
    T* const data = reinterpret_cast<T*>(memory.reserve(count * sizeof(T)));
    fill(data, count);
    const std::vector<T> original(data, count * sizeof(T) <= refilled_bytes ? data + count : data);

    rope::force_isa(isa);
    std::vector<rope::rotation_plan<T, T>> plans;
    if (decode) {
        plans.push_back(rope::plan(table, rope::view(data, {heads, dim}, {1, heads}), "h d", rope::at(1)));
        plans.push_back(rope::plan(table, rope::view(data + heads * dim, {key_heads, dim}, {1, key_heads}),
                                   "h d", rope::at(1)));
    } else {
        plans.push_back(
            rope::plan(table, rope::view(data, {tokens, heads, dim}, {1, dim * tokens, tokens}), "s h d"));
    }
    rope::force_isa(std::nullopt);
    auto work = [&] {
        rope::run(plans[0], data);
        if (decode) {
            rope::run(plans[1], data + heads * dim);
        }
    };
    if (const rope::isa ran = rope::detail::run_part(plans.back(), data, data, 0, 1, 0); ran != isa) {
        return state.SkipWithError((std::string("the kernel that ran is ") + rope::isa_name(ran)).c_str());
    }
    const auto limit = [&] {
        if constexpr (std::is_same_v<T, double>) {
            negate(data, count);
        } else {
            negate(reinterpret_cast<float*>(data), count * sizeof(T) / sizeof(float));
        }
    };
    const auto refill = [&] {
        if (!original.empty()) {
            std::memcpy(data, original.data(), count * sizeof(T));
        }
    };
    const std::size_t bytes = count * sizeof(T);
    const paired_result r = measure(work, limit, refill, bytes > long_bytes ? pairs_long : pairs_short);
    report(state, r, 2 * bytes);
    state.counters["ns_per_token"] = r.time_ns / static_cast<double>(tokens);
}

template <class T>
void add_dtype(rope::pairing p) {
    const std::string family = std::string("columns/") +
                               (p == rope::pairing::half_split ? "half_split/" : "interleaved/") +
                               dtype_name<T>() + "/in/";
    for (const rope::isa isa : rope::available_isas()) {
        add(family + "decode/" + rope::isa_name(isa),
            [=](benchmark::State& state) { measure_columns<T>(state, p, 1, true, isa); });
        for (const std::int64_t rows : {16, 128, 2048, 16384}) {
            add(family + "rows" + std::to_string(rows) + "/" + rope::isa_name(isa),
                [=](benchmark::State& state) { measure_columns<T>(state, p, rows, false, isa); });
        }
    }
}

} // namespace

void add_columns() {
    for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
        add_dtype<float>(p);
        add_dtype<double>(p);
        add_dtype<rope::half>(p);
        add_dtype<rope::bfloat16>(p);
    }
}

} // namespace bench
