// table/<numerics>/<dtype>/131072x64/<isa>: both tables of 131072 positions and 64 pairs, into memory touched
// before, against memset of both. 131072x64_ids: the same positions in no order, row by row. two_level/ makes them
// from two levels of factors, on_the_fly/ from nothing, eight rows at a time, as a rotation without a table asks for
// them. The same by other libraries: peers/table_peers.cpp.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "peers/table_peers.hpp"
#include "table_memory.hpp"

#include <rope/table/two_level_table.hpp>

#include <optional>
#include <string>
#include <vector>

namespace bench {
namespace {

constexpr std::int64_t rows = table_rows, pairs = table_pairs;

template <class T>
void measure_numerics(benchmark::State& state, rope::numerics way, rope::isa isa) {
    const rope::frequency_set f = table_frequencies();
    rope::force_isa(isa);
    measure_table<T>(state, [&](T* cos, T* sin) {
        rope::fill_cos_sin_table<T>(f, rope::range{0, rows}, cos, sin, way);
    });
    rope::force_isa(std::nullopt);
}

// Row by row, as positions that are no run are filled.
void measure_listed(benchmark::State& state, rope::isa isa) {
    const rope::frequency_set f = table_frequencies();
    std::vector<std::int64_t> list;
    for (std::int64_t k = 0; k < rows; ++k) {
        list.push_back(k * 37 % rows);
    }
    rope::force_isa(isa);
    measure_table<float>(state, [&](float* cos, float* sin) {
        rope::make_rows<float>(f, list.data(), static_cast<std::int64_t>(list.size()), cos, sin);
    });
    rope::force_isa(std::nullopt);
}

constexpr std::int64_t rows_asked = 8;

void measure_two_level(benchmark::State& state, rope::isa isa) {
    rope::force_isa(isa);
    const rope::two_level_table t = rope::make_two_level_table(table_frequencies(), {0, rows});
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
    const rope::frequency_set f = table_frequencies();
    measure_table<float>(state, [&](float* cos, float* sin) {
        for (std::int64_t row = 0; row < rows; row += rows_asked) {
            rope::make_rows(f, rope::range{row, rows_asked}, cos + row * pairs, sin + row * pairs);
        }
    });
    rope::force_isa(std::nullopt);
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
    add_table_peers();
}

} // namespace bench
