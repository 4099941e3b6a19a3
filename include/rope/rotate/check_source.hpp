// Whether a source has the rows that are asked of it: memory that is there, positions that it has, an inverse that is one.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>
#include <rope/table/row_source.hpp>
#include <rope/tensor/token_positions.hpp>

#include <cstdint>

#if ROPE_DEFINITIONS
#include <rope/numbers/half.hpp>
#include <rope/rotate/computed_rows.hpp>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Whether a run of rows in memory is there: a first and a last position, pointers, and as many entries as the rows need. Quick,
// and false for more than 2^31 rows or elements between them.
inline bool rows_are_whole(const stored_rows& s, std::int64_t pairs) noexcept {
    const auto last = static_cast<std::int64_t>(static_cast<std::uint64_t>(s.rows) - 1);
    return static_cast<std::uint64_t>(last | s.row_stride) >> 31 == 0 && s.first <= most_int64 - last &&
           s.cos != nullptr && s.sin != nullptr &&
           (s.entries < 0 || last * s.row_stride <= s.entries - pairs);
}

// Whether the rows that a source names exist: no null pointers, no vectors shorter than its rows.
ROPE_API bool check_rows_exist(const row_source& source, status& why);

// Whether all positions have rows. For positions without ids: p.offset and the count of tokens decide.
ROPE_API bool check_inside(const row_source& source, const token_positions& p, std::int64_t tokens,
                           status& why);

#if ROPE_DEFINITIONS

ROPE_COLD inline bool refuse_outside(const row_source& s, piece position, std::int64_t token, status& why) {
    if (s.rows == 0) {
        return refuse(why, errc::positions,
                      {"the position of token ", token, " is ", position, "; the table has no rows"});
    }
    return refuse(why, errc::positions,
                  {"the position of token ", token, " is ", position, "; the table has the positions ",
                   s.first, " to ", s.first + (s.rows - 1)});
}

// Of rows with strides of their own, or a list of pointers.
ROPE_COLD inline bool check_given_rows(const row_source& s, status& why) {
    const std::int64_t pairs = s.slice.pairs;
    const std::int64_t across = saturating_multiply(s.rows - 1, s.row_stride);
    const std::int64_t along = saturating_multiply(pairs - 1, s.pair_stride);
    constexpr std::int64_t most = most_int64 / 64;
    for (const std::int64_t reach : {across, along, saturating_add(across, along)}) {
        if (reach > most || reach < -most) {
            return refuse(why, errc::table,
                          {s.rows, " rows of ", pairs, " pairs with the strides ", s.row_stride, " and ",
                           s.pair_stride, " are more than memory can hold"});
        }
    }
    if ((s.cos_rows == nullptr) != (s.sin_rows == nullptr)) {
        return refuse(why, errc::no_memory,
                      {"the rows have a list of pointers to ", s.cos_rows == nullptr ? "sin" : "cos",
                       ", but that to ", s.cos_rows == nullptr ? "cos" : "sin", " is null"});
    }
    for (std::int64_t row = 0; s.cos_rows != nullptr && row < s.rows; ++row) {
        if (listed_row(s.cos_rows, row) == nullptr || listed_row(s.sin_rows, row) == nullptr) {
            return refuse(why, errc::no_memory, {"the pointer to row ", row, " of the rows is null"});
        }
    }
    return true;
}

ROPE_API bool check_rows_exist(const row_source& s, status& why) {
    const std::int64_t pairs = slice_of(s).pairs;
    if (s.kind == row_kind::frequencies ||
        (s.kind == row_kind::stored && s.listed_axes == 0 && has_dense_rows(s) && rows_are_whole(s, pairs))) {
        return true;
    }
    if (ROPE_UNLIKELY(s.rows < 0 || (s.rows > 0 && s.first > most_int64 - (s.rows - 1)))) {
        return refuse(
            why, errc::table,
            {"a table of ", s.rows, " rows from position ", s.first, " cannot be; expected 0 or more"});
    }
    if (s.kind == row_kind::two_levels || s.segments != nullptr || s.rows == 0 || pairs == 0) {
        return true;
    }
    if (s.given && !check_given_rows(s, why)) {
        return false;
    }
    if (ROPE_UNLIKELY((s.cos == nullptr || s.sin == nullptr) && s.cos_rows == nullptr)) {
        return refuse(why, errc::no_memory,
                      {"the table has ", s.rows, " rows, but its pointer to ",
                       s.cos == nullptr ? "cos" : "sin", " is null"});
    }
    if (s.entries >= 0 &&
        ROPE_UNLIKELY(saturating_add(saturating_multiply(s.rows - 1, s.row_stride), pairs) > s.entries)) {
        return refuse(why, errc::table,
                      {"the table has ", s.entries, " entries of cos or sin; expected ", s.rows, " rows of ",
                       pairs, " pairs"});
    }
    if (s.listed_axes != 0 &&
        ROPE_UNLIKELY(s.listed_axes < 0 || s.listed != saturating_multiply(s.listed_axes, s.rows))) {
        return refuse(why, errc::table,
                      {"the table has ", s.listed, " listed positions; expected ", s.listed_axes,
                       " for each of ", s.rows, " rows"});
    }
    return true;
}

ROPE_API bool check_inside(const row_source& s, const token_positions& p, std::int64_t tokens, status& why) {
    if (s.kind == row_kind::frequencies) {
        return true;
    }
    const auto rows = static_cast<std::uint64_t>(s.rows);
    const auto first = static_cast<std::uint64_t>(s.first);
    for (std::int64_t k = 0; k < p.count; ++k) {
        if (p.integers != nullptr) {
            if (p.integers[k] < s.first || static_cast<std::uint64_t>(p.integers[k]) - first >= rows) {
                return refuse_outside(s, p.integers[k], k % tokens, why);
            }
        } else if (rows == 0 || p.reals[k] < static_cast<double>(s.first) ||
                   p.reals[k] > static_cast<double>(s.first + (s.rows - 1))) {
            return refuse_outside(s, p.reals[k], k % tokens, why);
        }
    }
    return true;
}

// The last offset from which `count` positions have rows; below the first one where there is none.
inline std::int64_t last_offset(const row_source& s, std::int64_t count) noexcept {
    return s.kind == row_kind::frequencies ? most_int64 - (count - 1)
           : s.rows < count                ? s.first - (s.first > -most_int64 ? 1 : 0)
                                           : s.first + (s.rows - count);
}
inline std::int64_t first_offset(const row_source& s) noexcept {
    return s.kind == row_kind::frequencies ? -most_int64 : s.first;
}

// Whether the positions offset, offset + 1, ..., count of them, have rows.
inline bool run_is_inside(const row_source& s, std::int64_t offset, std::int64_t count) noexcept {
    return (s.kind == row_kind::frequencies || s.rows >= count) && offset >= first_offset(s) &&
           offset <= last_offset(s, count);
}

ROPE_COLD inline bool refuse_run(const row_source& s, std::int64_t offset, status& why) {
    if (s.kind == row_kind::frequencies) {
        return refuse_position(why, offset < -most_int64 ? 0 : most_int64 - offset + 1);
    }
    if (!run_is_inside(s, offset, 1)) {
        return refuse_outside(s, offset, 0, why);
    }
    const std::int64_t last = s.first + (s.rows - 1), token = last - offset + 1;
    return last == most_int64 ? refuse_position(why, token) : refuse_outside(s, last + 1, token, why);
}

// Whether every row of a table has unit length, so that its inverse is its transpose.
template <class T>
bool rows_are_unit(const row_source& s, double tolerance) noexcept {
    const std::int64_t pairs = slice_of(s).pairs;
    for (std::int64_t row = 0; row < s.rows; ++row) {
        const stored_row at = row_at<T>(s, row);
        for (std::int64_t i = 0; i < pairs; ++i) {
            const auto c = static_cast<double>(widen(static_cast<const T*>(at.cos)[i * s.pair_stride]));
            const auto sn = static_cast<double>(widen(static_cast<const T*>(at.sin)[i * s.pair_stride]));
            const double off = c * c + sn * sn - 1;
            if (!(off <= tolerance && off >= -tolerance)) {
                return false;
            }
        }
    }
    return true;
}

// An external table's entries may have an amplitude that no field says (xPos): then the inverse is another table.
ROPE_NOINLINE inline bool check_external_inverse(const row_source& s, status& why) {
    const bool unit = s.type == dtype::f32   ? rows_are_unit<float>(s, 0x1p-20)
                      : s.type == dtype::f64 ? rows_are_unit<double>(s, 0x1p-45)
                      : s.type == dtype::f16 ? rows_are_unit<half>(s, 0x1p-8)
                                             : rows_are_unit<bfloat16>(s, 0x1p-5);
    return unit ||
           refuse(
               why, errc::pairing,
               {"the table's entries have an amplitude of their own, so that its inverse is another table; "
                "use adjoint() with that table"});
}

ROPE_COLD inline bool refuse_external(const row_source& s, bool reciprocal, status& why) {
    return refuse(why, errc::table,
                  {s.given ? "the rows were handed in without frequencies, so that rows "
                           : "the table's entries are not those of its frequencies, so that rows ",
                   reciprocal ? "with the reciprocal attention factor"
                              : "at positions that are no integers, or differ between axes,",
                   " cannot be made; expected what the table holds"});
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
