// row_positions: which position each row of a table stands for. A view; what cos_sin_table and the plan hand
// to fill_rows.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// `count` positions from `first` on, in steps of one.
struct range {
    std::int64_t first = 0;
    std::int64_t count = 0;
};

// Row k of axis a stands for integers[a * axis_stride + k * row_stride], or reals[...] alike, or, where both are
// null, for run.first + k on every axis. axis_stride 0: every axis has the same position. The rows are
// `run.count`. |position| < 2^63 and finite; first + count - 1 is an int64.
struct row_positions {
    range run = {};
    const std::int64_t* integers = nullptr;
    const double* reals = nullptr;
    std::int64_t axis_stride = 0;
    std::int64_t row_stride = 1;
};

} // namespace ROPE_ABI
} // namespace rope
