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

#include <rope/entries/row_positions.hpp>
#include <rope/support/linkage.hpp>
#include <rope/table/table.hpp>

#include <cstddef>
#include <cstdint>

#if ROPE_DEFINITIONS
#include <rope/entries/fill_rows.hpp>
#include <rope/entries/float_numerics.hpp>
#include <rope/table/check_table.hpp>
#endif

namespace rope {
inline namespace ROPE_ABI {

// A row for each of the positions run.first, run.first + 1, ..., the same on every position axis.
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, range run, numerics way = numerics::exact);

// A row for each of the positions 0, 1, ..., rows - 1.
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, std::int64_t rows, numerics way = numerics::exact) {
    return cos_sin_table<T>(frequencies, range{0, rows}, way);
}

// Row k stands for positions[k]; or, with a list of [axes][count] positions, for positions[a * count + k] on axis
// a. The table's rows are then counted, not placed: first is 0.
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, const std::int64_t* positions, std::int64_t count,
                       std::int64_t axes = 1, numerics way = numerics::exact);
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, const double* positions, std::int64_t count,
                       std::int64_t axes = 1, numerics way = numerics::exact);

// What each of cos and sin takes of the caller's memory, for fill_cos_sin_table.
template <class T>
std::size_t table_bytes(const frequency_set& frequencies, std::int64_t rows);

// The rows of a run into the caller's memory, [row][pair] each, and a view of them to rotate with, which refers to the
// memory and to `frequencies`. Allocates nothing in exact numerics. Any stretch may be filled by any thread: the bits of
// a row depend on nothing else. Fastest from 64-byte boundaries.
template <class T>
table_view<T> fill_cos_sin_table(const frequency_set& frequencies, range run, T* cos, T* sin,
                                 numerics way = numerics::exact);

#if ROPE_DEFINITIONS
namespace detail {

template <class T>
table<T> make_table(const frequency_set& frequencies, const row_positions& positions, numerics way) {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    table<T> result;
    allocate_table(result, positions.run.count, pairs);
    result.frequencies = frequencies;
    result.first = positions.run.first;
    result.numerics = way;
    fill_rows_by(way, active_isa(), frequencies, positions, result.cos.data(), result.sin.data(), pairs);
    return result;
}

// Of listed positions; `positions` has the list.
template <class T, class Position>
table<T> make_listed_table(const frequency_set& frequencies, const Position* list, std::int64_t count,
                           std::int64_t listed_axes, row_positions positions, numerics way) {
    require(check_pairs(frequencies));
    if (listed_axes != 1 && listed_axes != frequencies.axes) {
        fail(sentence({"positions for ", listed_axes, " axes; the frequencies have ", frequencies.axes,
                       ", and 1 would serve every axis"}));
    }
    require(check_table_size(count, static_cast<std::int64_t>(frequencies.step.size()), sizeof(T)));
    require(check_list(list, count, listed_axes));
    positions.run = {0, count};
    positions.axis_stride = listed_axes == 1 ? 0 : count;
    table<T> result = make_table<T>(frequencies, positions, way);
    result.listed_axes = listed_axes;
    return result;
}

} // namespace detail

template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, range run, numerics way) {
    detail::require(detail::check_pairs(frequencies));
    detail::require(detail::check_run(run));
    row_positions positions;
    positions.run = run;
    return detail::make_table<T>(frequencies, positions, way);
}

template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, const std::int64_t* positions, std::int64_t count,
                       std::int64_t axes, numerics way) {
    row_positions p;
    p.integers = positions;
    table<T> result = detail::make_listed_table<T>(frequencies, positions, count, axes, p, way);
    result.integers.assign(positions, positions + count * axes);
    return result;
}

template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, const double* positions, std::int64_t count,
                       std::int64_t axes, numerics way) {
    row_positions p;
    p.reals = positions;
    table<T> result = detail::make_listed_table<T>(frequencies, positions, count, axes, p, way);
    result.reals.assign(positions, positions + count * axes);
    return result;
}

template <class T>
std::size_t table_bytes(const frequency_set& frequencies, std::int64_t rows) {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    detail::require(detail::check_table_size(rows, pairs, sizeof(T)));
    return static_cast<std::size_t>(rows * pairs) * sizeof(T);
}

template <class T>
table_view<T> fill_cos_sin_table(const frequency_set& frequencies, range run, T* cos, T* sin, numerics way) {
    detail::require(detail::check_pairs(frequencies));
    detail::require(detail::check_run(run));
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    detail::require(detail::check_table_size(run.count, pairs, sizeof(T)));
    detail::require(detail::check_pointers(cos, sin, run.count, pairs));
    row_positions positions;
    positions.run = run;
    detail::fill_rows_by(way, active_isa(), frequencies, positions, cos, sin, pairs);
    return {&frequencies, run.first, run.count, cos, sin, pairs, way, false};
}
#endif

} // namespace ROPE_ABI
} // namespace rope
