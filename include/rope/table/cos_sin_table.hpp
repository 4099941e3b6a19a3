// cos_sin_table<T>(frequencies, ...): the tables that queries and keys are rotated with.
//
//   cos[row][pair] = m cos(w p),  sin[row][pair] = m sin(w p)
//
// with w = frequencies' inverse frequency of the pair, m their attention factor and p the row's position: the
// real numbers of their formulas, not their nearest doubles. T is float, half or bfloat16 (every entry
// correctly rounded, to nearest, ties to even) or double (within 1 ulp), for every int64 and every finite
// double position below 2^63 in magnitude. The same bits on every processor, instruction set, compiler and
// flag. A position that rounds to nothing leaves a zero with its sign. Throws rope::error, before anything is
// allocated, for rows or positions that cannot be; where there is no memory; and for an instruction set named by ROPE_ISA
// that is not here.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/check_rows.hpp>
#include <rope/entries/row_positions.hpp>
#include <rope/support/checked.hpp>
#include <rope/support/containers.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/table/table.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/entries/fill_rows.hpp>
#include <rope/entries/float_numerics.hpp>
#include <rope/table/check_table.hpp>

#include <algorithm>
#include <type_traits>
#include <vector>
#endif

namespace rope {
inline namespace ROPE_ABI {

// A row for each of the positions run.first, run.first + 1, ..., the same on every position axis. Each try_ twin here returns
// what its namesake throws.
template <class T = float>
result<table<T>> try_cos_sin_table(const frequency_set& frequencies, range run,
                                   numerics way = numerics::exact);
template <class T = float>
table<T> cos_sin_table(const frequency_set& frequencies, range run, numerics way = numerics::exact) {
    return detail::value_or_throw(try_cos_sin_table<T>(frequencies, run, way));
}

// A row for each of the positions 0, 1, ..., rows - 1.
template <class T = float>
table<T> cos_sin_table(const frequency_set& frequencies, std::int64_t rows, numerics way = numerics::exact) {
    return cos_sin_table<T>(frequencies, range{0, rows}, way);
}
template <class T = float>
result<table<T>> try_cos_sin_table(const frequency_set& frequencies, std::int64_t rows,
                                   numerics way = numerics::exact) {
    return try_cos_sin_table<T>(frequencies, range{0, rows}, way);
}

namespace detail {

// Position: std::int64_t or double.
template <class T, class Position>
result<table<T>> try_listed_table(const frequency_set& frequencies, const Position* positions,
                                  std::int64_t count, std::int64_t axes, numerics way);

} // namespace detail

// Row k is of positions[k]; or, with a list of [axes][count] positions, of positions[a * count + k] on axis a. `first` of
// the table is 0: its rows are counted. Positions of any integer type, float or double; all but std::int64_t and double are
// copied.
template <class T = float, class Position>
result<table<T>> try_cos_sin_table(const frequency_set& frequencies, const Position* positions,
                                   std::int64_t count, std::int64_t axes = 1,
                                   numerics way = numerics::exact) {
    static_assert(std::is_arithmetic_v<Position> && !std::is_same_v<Position, bool>,
                  "rope: positions are integers, float or double");
    using wide_position = std::conditional_t<std::is_floating_point_v<Position>, double, std::int64_t>;
    if constexpr (std::is_same_v<Position, wide_position>) {
        return detail::try_listed_table<T>(frequencies, positions, count, axes, way);
    } else {
        std::vector<wide_position> copy;
        result<table<T>> made;
        if (positions != nullptr && count > 0 && axes > 0 && axes <= frequencies.axes) { // else refused below
            made.why = detail::check_table_size(count, axes, sizeof(wide_position));
            if (made.ok()) {
                made.why = detail::try_allocate(copy, static_cast<std::size_t>(count * axes), "positions");
            }
        }
        if (!made.ok()) {
            return made;
        }
        for (std::size_t k = 0; k < copy.size(); ++k) {
            const auto value = static_cast<wide_position>(positions[k]);
            copy[k] = std::is_unsigned_v<Position> && value < 0
                          ? static_cast<wide_position>(-detail::most_int64 - 1) // refused: no int64
                          : value;
        }
        const wide_position* const list = copy.empty() ? nullptr : copy.data();
        return detail::try_listed_table<T>(frequencies, list, count, axes, way);
    }
}
template <class T = float, class Position>
table<T> cos_sin_table(const frequency_set& frequencies, const Position* positions, std::int64_t count,
                       std::int64_t axes = 1, numerics way = numerics::exact) {
    return detail::value_or_throw(try_cos_sin_table<T>(frequencies, positions, count, axes, way));
}

// The same of a list in memory (std::vector, std::array, std::span), [axes][size / axes].
template <class T = float, class L, class = std::enable_if_t<detail::list_in_memory<const L>::exists>>
result<table<T>> try_cos_sin_table(const frequency_set& frequencies, const L& positions,
                                   std::int64_t axes = 1, numerics way = numerics::exact) {
    const auto size = static_cast<std::int64_t>(positions.size());
    if (axes < 1 || size % axes != 0) {
        result<table<T>> made;
        made.why = {
            detail::sentence({size, " positions cannot be those of ", axes, " axes; expected a multiple"}),
            errc::positions};
        return made;
    }
    return try_cos_sin_table<T>(frequencies, positions.data(), size / axes, axes, way);
}
template <class T = float, class L, class = std::enable_if_t<detail::list_in_memory<const L>::exists>>
table<T> cos_sin_table(const frequency_set& frequencies, const L& positions, std::int64_t axes = 1,
                       numerics way = numerics::exact) {
    return detail::value_or_throw(try_cos_sin_table<T>(frequencies, positions, axes, way));
}

// What each of cos and sin takes of the caller's memory, for fill_cos_sin_table.
template <class T = float>
result<std::size_t> try_table_bytes(const frequency_set& frequencies, std::int64_t rows);
template <class T = float>
std::size_t table_bytes(const frequency_set& frequencies, std::int64_t rows) {
    return detail::value_or_throw(try_table_bytes<T>(frequencies, rows));
}

// The rows of a run into the caller's memory, [row][pair] each, and a view of them to rotate with, which refers to the
// memory and to `frequencies`. Allocates nothing in exact numerics. Any stretch may be filled by any thread: the bits of
// a row depend on nothing else. Fastest from 64-byte boundaries.
template <class T>
result<table_view<T>> try_fill_cos_sin_table(const frequency_set& frequencies, range run, T* cos, T* sin,
                                             numerics way = numerics::exact);
template <class T>
table_view<T> fill_cos_sin_table(const frequency_set& frequencies, range run, T* cos, T* sin,
                                 numerics way = numerics::exact) {
    return detail::value_or_throw(try_fill_cos_sin_table(frequencies, run, cos, sin, way));
}

#if ROPE_DEFINITIONS
namespace detail {

template <class T>
status make_table(table<T>& out, const frequency_set& frequencies, const row_positions& positions,
                  numerics way) {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    isa which = isa::scalar;
    if (status why = choose_isa(which); !why.ok()) {
        return why;
    }
    if (status why = try_allocate_table(out, positions.run.count, pairs); !why.ok()) {
        return why;
    }
    out.frequencies = frequencies;
    out.first = positions.run.first;
    out.numerics = way;
    fill_rows_by(way, which, frequencies, positions, out.cos.data(), out.sin.data(), pairs);
    return {};
}

} // namespace detail

template <class T>
result<table<T>> try_cos_sin_table(const frequency_set& frequencies, range run, numerics way) {
    result<table<T>> made;
    if (made.why = detail::check_new_rows<T>(frequencies, run); made.ok()) {
        row_positions positions;
        positions.run = run;
        made.why = detail::make_table(made.value, frequencies, positions, way);
    }
    return made;
}

template <class T, class Position>
result<table<T>> detail::try_listed_table(const frequency_set& frequencies, const Position* list,
                                          std::int64_t count, std::int64_t axes, numerics way) {
    constexpr bool integers = std::is_same_v<Position, std::int64_t>;
    result<table<T>> made;
    made.why = detail::check_new_rows<T>(frequencies, {0, count});
    if (made.ok() && axes != 1 && axes != frequencies.axes) {
        made.why = {detail::sentence({"positions for ", axes, " axes; the frequencies have ",
                                      frequencies.axes, ", and 1 would serve every axis"}),
                    errc::positions};
    }
    if (made.ok()) {
        made.why = detail::check_list(list, count, axes);
    }
    std::vector<Position>* copy;
    row_positions positions;
    if constexpr (integers) {
        positions.integers = list;
        copy = &made.value.integers;
    } else {
        positions.reals = list;
        copy = &made.value.reals;
    }
    positions.run = {0, count};
    positions.axis_stride = axes == 1 ? 0 : count;
    if (made.ok()) {
        made.why = detail::try_allocate(*copy, static_cast<std::size_t>(count * axes),
                                        "the listed positions of a table");
    }
    if (made.ok() && (made.why = detail::make_table(made.value, frequencies, positions, way)).ok()) {
        std::copy(list, list + count * axes, copy->begin());
        made.value.listed_axes = axes;
    }
    return made;
}

template <class T>
result<std::size_t> try_table_bytes(const frequency_set& frequencies, std::int64_t rows) {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    result<std::size_t> made;
    if (made.why = detail::check_table_size(rows, pairs, sizeof(T)); made.ok()) {
        made.value = static_cast<std::size_t>(rows * pairs) * sizeof(T);
    }
    return made;
}

template <class T>
result<table_view<T>> try_fill_cos_sin_table(const frequency_set& frequencies, range run, T* cos, T* sin,
                                             numerics way) {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    isa which = isa::scalar;
    result<table_view<T>> made;
    made.why = detail::check_rows_into(frequencies, run, cos, sin, which);
    if (made.ok()) {
        row_positions positions;
        positions.run = run;
        detail::fill_rows_by(way, which, frequencies, positions, cos, sin, pairs);
        made.value = {&frequencies, run.first, run.count, cos, sin, pairs, way, false};
    }
    return made;
}
#endif

} // namespace ROPE_ABI
} // namespace rope
