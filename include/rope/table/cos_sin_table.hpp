// cos_sin_table<T>(frequencies, ...): the tables that queries and keys are rotated with.
//
//   cos[row][pair] = m cos(w p),  sin[row][pair] = m sin(w p)
//
// with w = frequencies' inverse frequency of the pair, m their attention factor and p the row's position: the
// real numbers of their formulas, not their nearest doubles. T is float, half or bfloat16 (every entry
// correctly rounded, to nearest, ties to even) or double (within 1 ulp), for every int64 and every finite
// double position below 2^63 in magnitude. The same bits on every processor, instruction set, compiler and
// flag. A position that rounds to nothing leaves a zero with its sign. Throws rope::error, before anything is
// allocated, for rows or positions that cannot be.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/table/check_rows.hpp>
#include <rope/table/fill_rows.hpp>
#include <rope/table/table.hpp>

#include <new>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class T>
table<T> make_table(const frequency_set& frequencies, const row_positions& positions) {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    const std::int64_t rows = positions.run.count;
    require(check_table_size(rows, pairs, sizeof(T)));
    table<T> result;
    const auto entries = static_cast<std::size_t>(rows * pairs);
#if defined(__cpp_exceptions)
    try {
        result.cos.resize(entries);
        result.sin.resize(entries);
    } catch (const std::bad_alloc&) {
        fail("no memory for two tables of " + std::to_string(rows) + " rows of " + std::to_string(pairs) +
             " pairs of " + std::to_string(sizeof(T)) + " bytes each");
    }
#else
    result.cos.resize(entries);
    result.sin.resize(entries);
#endif
    result.frequencies = frequencies;
    result.first = positions.run.first;
    result.rows = rows;
    fill_rows(frequencies, positions, result.cos.data(), result.sin.data(), pairs);
    return result;
}

template <class T, class Position>
table<T> make_listed_table(const frequency_set& frequencies, const Position* list, std::int64_t count,
                           std::int64_t listed_axes, row_positions positions) {
    require(check_pairs(frequencies));
    if (count < 0) {
        fail("a table of " + std::to_string(count) + " rows cannot be; expected 0 or more");
    }
    if (listed_axes != 1 && listed_axes != frequencies.axes) {
        fail("positions for " + std::to_string(listed_axes) + " axes; the frequencies have " +
             std::to_string(frequencies.axes) + ", and 1 would serve every axis");
    }
    require(check_table_size(count, static_cast<std::int64_t>(frequencies.step.size()), sizeof(T)));
    require(check_list(list, count * listed_axes));
    positions.run = {0, count};
    positions.axis_stride = listed_axes == 1 ? 0 : count;
    table<T> result = make_table<T>(frequencies, positions);
    result.listed_axes = listed_axes;
    if constexpr (std::is_same_v<Position, double>) {
        result.reals.assign(list, list + count * listed_axes);
    } else {
        result.integers.assign(list, list + count * listed_axes);
    }
    return result;
}

} // namespace detail

// A row for each of the positions run.first, run.first + 1, ..., the same on every position axis.
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, range run) {
    detail::require(detail::check_pairs(frequencies));
    detail::require(detail::check_run(run));
    row_positions positions;
    positions.run = run;
    return detail::make_table<T>(frequencies, positions);
}

// A row for each of the positions 0, 1, ..., rows - 1.
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, std::int64_t rows) {
    return cos_sin_table<T>(frequencies, range{0, rows});
}

// Row k stands for positions[k]; or, with a list of [axes][count] positions, for positions[a * count + k] on
// axis a. The table's rows are then counted, not placed: first is 0.
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, const std::int64_t* positions, std::int64_t count,
                       std::int64_t axes = 1) {
    row_positions p;
    p.integers = positions;
    return detail::make_listed_table<T>(frequencies, positions, count, axes, p);
}
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, const double* positions, std::int64_t count,
                       std::int64_t axes = 1) {
    row_positions p;
    p.reals = positions;
    return detail::make_listed_table<T>(frequencies, positions, count, axes, p);
}

} // namespace ROPE_ABI
} // namespace rope
