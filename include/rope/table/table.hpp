// table: cos and sin, rounded, a row per position. A plain value, made by cos_sin_table<T>(frequencies, ...); and
// table_view, the same over memory that somebody else keeps, made by fill_cos_sin_table.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/numerics.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/numbers/scalars.hpp>

#include <cstdint>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// cos[row][pair] and sin[row][pair], row-major, amplitude included. Row r stands for position first + r; or, in a table
// of listed positions, for integers or reals [listed_axes][rows], and first is 0: what is asked of it are row numbers.
// Rows that a plan needs and the table does not hold (fractional positions, several axes, the reciprocal amplitude,
// another compute type) are made by the same numerics from the same frequencies, unless the table is `external`.
template <class T>
struct table {
    frequency_set frequencies;
    std::int64_t first = 0;
    std::int64_t rows = 0;
    std::vector<T> cos;
    std::vector<T> sin;
    std::int64_t listed_axes = 0; // 0: not listed
    std::vector<std::int64_t> integers = {};
    std::vector<double> reals = {};
    rope::numerics numerics = rope::numerics::exact;
    bool external =
        false; // entries of another origin than the frequencies: no others are made in their place
};

// Rows of a run of positions in the caller's memory, row_stride elements apart. Refers to them and to the frequencies.
template <class T>
struct table_view {
    const frequency_set* frequencies = nullptr;
    std::int64_t first = 0;
    std::int64_t rows = 0;
    const T* cos = nullptr;
    const T* sin = nullptr;
    std::int64_t row_stride = 0;
    rope::numerics numerics = rope::numerics::exact;
    bool external = false; // as in table
};

} // namespace ROPE_ABI
} // namespace rope
