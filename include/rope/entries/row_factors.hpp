// row_factors: the factors of rows that are computed as products.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/table_job.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// Rows as products far x fine. fine[block * fine_rows + k] turns the pairs of a block of 64 by k positions, without
// amplitude. far[block * far_rows + k] is of the position first + k * fine_rows, with it; where far is null, a far
// row is made from the exact phase wherever one is needed.
struct row_factors {
    const kernels::factor_row* fine = nullptr;
    std::int64_t fine_rows = 0;
    const kernels::factor_row* far = nullptr;
    std::int64_t far_rows = 0;
    std::int64_t first = 0;
};

} // namespace ROPE_ABI
} // namespace rope
