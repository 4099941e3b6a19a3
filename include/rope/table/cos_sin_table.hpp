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
#include <rope/table/numerics.hpp>
#include <rope/table/table.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Two vectors of cos and sin, or the sentence that there is no memory for them.
template <class T>
void allocate(table<T>& t, std::int64_t rows, std::int64_t pairs) {
    require(check_table_size(rows, pairs, sizeof(T)));
    const auto entries = static_cast<std::size_t>(rows * pairs);
#if defined(__cpp_exceptions)
    try {
        t.cos.resize(entries);
        t.sin.resize(entries);
    } catch (const std::bad_alloc&) {
        fail("no memory for two tables of " + std::to_string(rows) + " rows of " + std::to_string(pairs) +
             " pairs of " + std::to_string(sizeof(T)) + " bytes each");
    }
#else
    t.cos.resize(entries);
    t.sin.resize(entries);
#endif
    t.rows = rows;
}

// Rows by any numerics, with the active instruction set; an unavailable one throws.
template <class T>
void fill_rows_by(numerics way, const frequency_set& frequencies, const row_positions& positions, T* cos,
                  T* sin, std::int64_t row_stride) {
    const isa which = active_isa();
    if (way == numerics::exact) {
        fill_rows(which, frequencies, positions, cos, sin, row_stride);
    } else {
        fill_rows_in_float(way, which, frequencies, positions, cos, sin, row_stride);
    }
}

template <class T>
table<T> make_table(const frequency_set& frequencies, const row_positions& positions, numerics way) {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    table<T> result;
    allocate(result, positions.run.count, pairs);
    result.frequencies = frequencies;
    result.first = positions.run.first;
    fill_rows_by(way, frequencies, positions, result.cos.data(), result.sin.data(), pairs);
    return result;
}

template <class T, class Position>
table<T> make_listed_table(const frequency_set& frequencies, const Position* list, std::int64_t count,
                           std::int64_t listed_axes, row_positions positions, numerics way) {
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
    table<T> result = make_table<T>(frequencies, positions, way);
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
table<T> cos_sin_table(const frequency_set& frequencies, range run, numerics way = numerics::exact) {
    detail::require(detail::check_pairs(frequencies));
    detail::require(detail::check_run(run));
    row_positions positions;
    positions.run = run;
    return detail::make_table<T>(frequencies, positions, way);
}

// A row for each of the positions 0, 1, ..., rows - 1.
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, std::int64_t rows, numerics way = numerics::exact) {
    return cos_sin_table<T>(frequencies, range{0, rows}, way);
}

// Row k stands for positions[k]; or, with a list of [axes][count] positions, for positions[a * count + k] on axis
// a. The table's rows are then counted, not placed: first is 0.
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, const std::int64_t* positions, std::int64_t count,
                       std::int64_t axes = 1, numerics way = numerics::exact) {
    row_positions p;
    p.integers = positions;
    return detail::make_listed_table<T>(frequencies, positions, count, axes, p, way);
}
template <class T>
table<T> cos_sin_table(const frequency_set& frequencies, const double* positions, std::int64_t count,
                       std::int64_t axes = 1, numerics way = numerics::exact) {
    row_positions p;
    p.reals = positions;
    return detail::make_listed_table<T>(frequencies, positions, count, axes, p, way);
}

// What each of cos and sin takes of the caller's memory, for fill_cos_sin_table.
template <class T>
std::size_t table_bytes(const frequency_set& frequencies, std::int64_t rows) {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    detail::require(detail::check_table_size(rows, pairs, sizeof(T)));
    return static_cast<std::size_t>(rows * pairs) * sizeof(T);
}

// The rows of a run into the caller's memory, [row][pair] each; allocates nothing. Fastest from 64-byte boundaries.
template <class T>
void fill_cos_sin_table(const frequency_set& frequencies, range run, T* cos, T* sin) {
    detail::require(detail::check_pairs(frequencies));
    detail::require(detail::check_run(run));
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    detail::require(detail::check_table_size(run.count, pairs, sizeof(T)));
    row_positions positions;
    positions.run = run;
    detail::fill_rows(active_isa(), frequencies, positions, cos, sin, pairs);
}

// Sets memory aside for `rows` rows without making them: up to there `reserve` moves nothing, so that readers and plans
// stay valid. Where the system gives out pages on first touch, as most do, the room costs addresses only.
template <class T>
void make_room(table<T>& t, std::int64_t rows) {
    const auto pairs = static_cast<std::int64_t>(t.frequencies.step.size());
    detail::require(detail::check_table_size(rows, pairs, sizeof(T)));
    t.cos.reserve(static_cast<std::size_t>(rows * pairs));
    t.sin.reserve(static_cast<std::size_t>(rows * pairs));
}

// Appends rows to a table of a run until it has `rows`; nothing when it has them already. The rows before stay as they
// are, and where they are as long as make_room set enough aside; beyond it they move, and plans are made again.
template <class T>
void reserve(table<T>& t, std::int64_t rows) {
    if (t.listed_axes != 0) {
        detail::fail("a table of listed positions cannot grow; expected one of a run of positions");
    }
    if (rows <= t.rows) {
        return;
    }
    const std::int64_t before = t.rows;
    const auto pairs = static_cast<std::int64_t>(t.frequencies.step.size());
    detail::require(detail::check_run({t.first, rows}));
    detail::allocate(t, rows, pairs);
    row_positions positions;
    positions.run = {t.first + before, rows - before};
    detail::fill_rows(active_isa(), t.frequencies, positions, t.cos.data() + before * pairs,
                      t.sin.data() + before * pairs, pairs);
}

} // namespace ROPE_ABI
} // namespace rope
