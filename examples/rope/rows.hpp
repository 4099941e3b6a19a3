// rows: cos and sin for positions, a row each, on several threads.
// SPDX-License-Identifier: MIT
#pragma once

#include "parallel.hpp"
#include "positions.hpp"

#include <rope/model/frequencies.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace cli {

// Positions as the rows of a table: [axes][count], where axes is 1 (the same position on every axis) or as
// many as the frequencies have.
struct row_list {
    const position_array* positions = nullptr;
    std::int64_t axes = 1;
    std::int64_t count = 0;
};

// first, first + 1, first + 2, ...: the rows of a run, which need no list.
inline bool is_run(const row_list& rows) {
    const std::vector<std::int64_t>& p = rows.positions->whole;
    return rows.axes == 1 && !p.empty() &&
           std::adjacent_find(p.begin(), p.end(), [](auto x, auto y) { return x + 1 != y; }) == p.end();
}

// Rows begin to end - 1.
template <class T>
rope::table<T> part_of_rows(const rope::frequency_set& f, const row_list& rows, rope::numerics numerics,
                            std::int64_t begin, std::int64_t end) {
    const position_array& p = *rows.positions;
    const std::int64_t count = end - begin;
    if (is_run(rows)) {
        return rope::cos_sin_table<T>(f, rope::range{p.whole.front() + begin, count}, numerics);
    }
    const auto listed = [&](const auto& list) {
        if (rows.axes == 1) {
            return rope::cos_sin_table<T>(f, list.data() + begin, count, 1, numerics);
        }
        std::decay_t<decltype(list)> part;
        for (std::int64_t a = 0; a < rows.axes; ++a) {
            const auto first = list.begin() + (a * rows.count + begin);
            part.insert(part.end(), first, first + count);
        }
        return rope::cos_sin_table<T>(f, part.data(), count, rows.axes, numerics);
    };
    return p.is_whole() ? listed(p.whole) : listed(p.real);
}

// What cos and sin of a position take.
inline std::int64_t bytes_of_row(const rope::config& c, std::int64_t element_size) {
    return (c.rotary_dim == 0 ? c.head_dim : c.rotary_dim) * element_size;
}

// The table whose row k (position first + k of it) is that of positions[k].
template <class T>
rope::table<T> make_rows(const rope::frequency_set& f, const row_list& rows, rope::numerics numerics,
                         int threads) {
    const auto pairs = static_cast<std::int64_t>(f.step.size());
    require_memory(rows.count, std::max<std::int64_t>(1, 2 * pairs * static_cast<std::int64_t>(sizeof(T))),
                   "cos and sin for " + std::to_string(rows.count) + " positions");
    threads = static_cast<int>(std::min<std::int64_t>(threads, std::max<std::int64_t>(1, rows.count)));
    if (threads == 1) {
        return part_of_rows<T>(f, rows, numerics, 0, rows.count);
    }
    rope::table<T> all = part_of_rows<T>(f, rows, numerics, 0, 0); // what the rows are, without any
    all.rows = rows.count;
    if (!is_run(rows)) {
        all.integers = rows.positions->whole;
        all.reals = rows.positions->real;
    }
    all.cos.resize(static_cast<std::size_t>(rows.count * pairs));
    all.sin.resize(all.cos.size());
    run_parts(threads, [&](int part) {
        const std::int64_t begin =
            rows.count / threads * part + std::min<std::int64_t>(part, rows.count % threads);
        const std::int64_t end = begin + rows.count / threads + (part < rows.count % threads ? 1 : 0);
        const rope::table<T> some = part_of_rows<T>(f, rows, numerics, begin, end);
        std::copy(some.cos.begin(), some.cos.end(), all.cos.begin() + begin * pairs);
        std::copy(some.sin.begin(), some.sin.end(), all.sin.begin() + begin * pairs);
    });
    return all;
}

} // namespace cli
