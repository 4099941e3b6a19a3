// table/<numerics>/<dtype>/131072x64/<isa>: both tables of 131072 positions and 64 pairs, into memory touched
// before, against memset of both. 131072x64_ids: the same positions in no order, row by row. two_level/ makes them
// from two levels of factors, on_the_fly/ from nothing, eight rows at a time, as a rotation without a table asks for
// them. peer/libm/table/...: the usual loop, angle in float or in double, with the C library's cos and sin.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "paired.hpp"

#include <rope/core.hpp>
#include <rope/table/two_level_table.hpp>

#include <cmath>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace bench {
namespace {

constexpr std::int64_t rows = 131072, pairs = 64;

buffer cos_memory, sin_memory;

rope::frequency_set frequencies() {
    rope::config c;
    c.head_dim = 2 * pairs;
    return rope::frequencies(c);
}

template <class T, class Work>
void measure_table(benchmark::State& state, Work&& fill) {
    const std::size_t bytes = static_cast<std::size_t>(rows * pairs) * sizeof(T);
    char* cos = cos_memory.reserve(bytes);
    char* sin = sin_memory.reserve(bytes);
    auto work = [&] { fill(reinterpret_cast<T*>(cos), reinterpret_cast<T*>(sin)); };
    auto limit = [&] {
        std::memset(cos, 0, bytes);
        benchmark::ClobberMemory();
        std::memset(sin, 0, bytes);
    };
    const paired_result r = measure(
        work, limit, [] {}, pairs_short);
    report(state, r, 2 * bytes);
    state.counters["ns_per_pair"] = r.time_ns / static_cast<double>(rows * pairs);
}

template <class T>
void measure_numerics(benchmark::State& state, rope::numerics way, rope::isa isa) {
    const rope::frequency_set f = frequencies();
    rope::row_positions positions;
    positions.run = {0, rows};
    measure_table<T>(state, [&](T* cos, T* sin) {
        if (way == rope::numerics::exact) {
            rope::detail::fill_rows(isa, f, positions, cos, sin, pairs);
        } else {
            rope::detail::fill_rows_in_float(way, isa, f, positions, cos, sin, pairs);
        }
    });
}

// Row by row, as positions that are no run are filled.
void measure_listed(benchmark::State& state, rope::isa isa) {
    const rope::frequency_set f = frequencies();
    std::vector<std::int64_t> list;
    for (std::int64_t k = 0; k < rows; ++k) {
        list.push_back(k * 37 % rows);
    }
    rope::row_positions positions;
    positions.run = {0, rows};
    positions.integers = list.data();
    measure_table<float>(
        state, [&](float* cos, float* sin) { rope::detail::fill_rows(isa, f, positions, cos, sin, pairs); });
}

constexpr std::int64_t rows_asked = 8;

void measure_two_level(benchmark::State& state, rope::isa isa) {
    rope::force_isa(isa);
    const rope::two_level_table t = rope::make_two_level_table(frequencies(), {0, rows});
    measure_table<float>(state, [&](float* cos, float* sin) {
        for (std::int64_t row = 0; row < rows; row += rows_asked) {
            rope::make_rows(t, rope::range{row, rows_asked}, cos + row * pairs, sin + row * pairs);
        }
    });
    rope::force_isa(std::nullopt);
    state.counters["table_bytes"] = static_cast<double>(rope::bytes_of(t));
}

void measure_on_the_fly(benchmark::State& state, rope::isa isa) {
    rope::force_isa(isa);
    const rope::frequency_set f = frequencies();
    measure_table<float>(state, [&](float* cos, float* sin) {
        for (std::int64_t row = 0; row < rows; row += rows_asked) {
            rope::make_rows(f, rope::range{row, rows_asked}, cos + row * pairs, sin + row * pairs);
        }
    });
    rope::force_isa(std::nullopt);
}

// Real: the type of the angle.
template <class Real>
void measure_libm(benchmark::State& state) {
    const rope::frequency_set f = frequencies();
    measure_table<float>(state, [&](float* cos, float* sin) {
        for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t i = 0; i < pairs; ++i) {
                const Real angle =
                    static_cast<Real>(row) * static_cast<Real>(f.inv_freq[static_cast<std::size_t>(i)]);
                cos[row * pairs + i] = static_cast<float>(std::cos(angle));
                sin[row * pairs + i] = static_cast<float>(std::sin(angle));
            }
        }
    });
}

template <class T>
void add_dtype(const std::string& dtype) {
    const std::string size = "/131072x64/";
    for (const rope::isa isa : rope::available_isas()) {
        const std::string end = dtype + size + rope::isa_name(isa);
        add("table/exact/" + end,
            [=](benchmark::State& state) { measure_numerics<T>(state, rope::numerics::exact, isa); });
        add("table/hf_fp32/" + end,
            [=](benchmark::State& state) { measure_numerics<T>(state, rope::numerics::hf_fp32, isa); });
        add("table/ggml/" + end,
            [=](benchmark::State& state) { measure_numerics<T>(state, rope::numerics::ggml, isa); });
    }
}

} // namespace

void add_tables() {
    add_dtype<float>("f32");
    add_dtype<double>("f64");
    add_dtype<rope::half>("f16");
    add_dtype<rope::bfloat16>("bf16");
    for (const rope::isa isa : rope::available_isas()) {
        add(std::string("table/exact/f32/131072x64_ids/") + rope::isa_name(isa),
            [=](benchmark::State& state) { measure_listed(state, isa); });
        add(std::string("table/two_level/f32/131072x64/") + rope::isa_name(isa),
            [=](benchmark::State& state) { measure_two_level(state, isa); });
        add(std::string("table/on_the_fly/f32/131072x64/") + rope::isa_name(isa),
            [=](benchmark::State& state) { measure_on_the_fly(state, isa); });
    }
    add("peer/libm/table/float_angle/f32/131072x64",
        [](benchmark::State& state) { measure_libm<float>(state); });
    add("peer/libm/table/double_angle/f32/131072x64",
        [](benchmark::State& state) { measure_libm<double>(state); });
}

} // namespace bench
