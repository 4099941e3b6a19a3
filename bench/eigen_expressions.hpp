// What an Eigen user writes with array expressions, compiled twice: as the rest, and for this machine
// (-march=native). See eigen_expressions.inc.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace bench {

// x: [token][head][dim], dim contiguous; cos, sin: [token][dim / 2]. In place.
using eigen_rotation = void (*)(float* x, const float* cos, const float* sin, std::int64_t tokens,
                                std::int64_t heads, std::int64_t dim);

struct eigen_rotations {
    eigen_rotation half_split, interleaved;
};

eigen_rotations eigen_as_the_rest();
eigen_rotations eigen_for_this_machine();

} // namespace bench
