// table: cos and sin, rounded, a row per position. A plain value; made by cos_sin_table<T>(frequencies, ...).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequencies.hpp>
#include <rope/numbers/scalars.hpp>

#include <cstdint>
#include <vector>

namespace rope {

// cos[row][pair] and sin[row][pair], row-major, amplitude included. Row r stands for position first + r; or, in a table
// of listed positions, for integers or reals [listed_axes][rows], and first is 0: what is asked of it are row numbers.
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
};

} // namespace rope
