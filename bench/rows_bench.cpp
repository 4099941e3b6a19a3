// rows/<source>/f32/<shape>/<isa>: rope::run, in place, with rows from a source, against the same with a table, sample by
// sample in turn on the same buffers. `times_table` is the median over the pairs of (this source / the table), plans made
// before. decode: one token of 32 heads of 128, from far into the sequence, planned and run (rope::rotate), since its plan
// is what makes the row. prefill2048_one_head: where rows cost most beside the rotation.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "paired.hpp"
#include "values.hpp"

#include <rope/core.hpp>
#include <rope/table/growing_table.hpp>
#include <rope/table/two_level_table.hpp>

#include <optional>
#include <string>

namespace bench {
namespace {

constexpr std::int64_t dim = 128;

struct rows_shape {
    const char* name;
    std::int64_t tokens, heads;
};
constexpr rows_shape shapes[] = {
    {"decode", 1, 32}, {"prefill2048", 2048, 32}, {"prefill2048_one_head", 2048, 1}};

buffer memory;

// Rows 0 to 4095 in parts of 256, 256, 512, 1024, ...: a prefill crosses them.
void grow(rope::growing_table<float>& t) {
    for (const std::int64_t rows : {256, 512, 1024, 2048, 4096}) {
        t.reserve(rows);
    }
}

template <class Rows>
void measure_rows(benchmark::State& state, const rows_shape& s, rope::isa isa, const Rows& rows,
                  const rope::table<float>& table) {
    const auto count = static_cast<std::size_t>(s.tokens * s.heads * dim);
    float* const data = reinterpret_cast<float*>(memory.reserve(count * sizeof(float)));
    fill(data, count);
    const auto view = rope::view(data, {s.tokens, s.heads, dim});
    const rope::positions where = rope::offset(1000);
    const auto by_rows = rope::plan(rows, view, "s h d", where);
    const auto by_table = rope::plan(table, view, "s h d", where);
    if (rope::detail::run_part(by_rows, data, data, 0, 1, 0) != isa) {
        return state.SkipWithError("the kernel that ran is another one");
    }
    paired_result r;
    if (s.tokens == 1) {
        r = measure([&] { rope::rotate(view, rows, "s h d", where); },
                    [&] { rope::rotate(view, table, "s h d", where); }, [] {}, pairs_short);
    } else {
        r = measure([&] { rope::run(by_rows, data); }, [&] { rope::run(by_table, data); }, [] {},
                    pairs_short);
    }
    state.counters["time_ns"] = r.time_ns;
    state.counters["table_ns"] = r.limit_ns;
    state.counters["times_table"] = r.limit_ratio;
    state.counters["ns_per_token"] = r.time_ns / static_cast<double>(s.tokens);
}

enum class kind { table, on_the_fly, two_level, segments };

void measure_kind(benchmark::State& state, const rows_shape& s, rope::isa isa, kind which) {
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    rope::force_isa(isa);
    const auto table = rope::cos_sin_table<float>(f, 4096);
    switch (which) {
    case kind::table: {
        const rope::table<float> other = table;
        measure_rows(state, s, isa, other, table);
        break;
    }
    case kind::on_the_fly:
        measure_rows(state, s, isa, f, table);
        break;
    case kind::two_level:
        measure_rows(state, s, isa, rope::make_two_level_table(f, {0, 2000000}), table);
        break;
    case kind::segments: {
        rope::growing_table<float> growing(f);
        grow(growing);
        measure_rows(state, s, isa, growing, table);
        break;
    }
    }
    rope::force_isa(std::nullopt);
}

} // namespace

void add_rows() {
    const struct {
        const char* name;
        kind which;
    } kinds[] = {{"table", kind::table},
                 {"on_the_fly", kind::on_the_fly},
                 {"two_level", kind::two_level},
                 {"segments", kind::segments}};
    for (const auto& k : kinds) {
        for (const rows_shape& s : shapes) {
            for (const rope::isa isa : rope::available_isas()) {
                add("rows/" + std::string(k.name) + "/f32/" + s.name + "/" + rope::isa_name(isa),
                    [=](benchmark::State& state) { measure_kind(state, s, isa, k.which); });
            }
        }
    }
}

} // namespace bench
