// The expressions with the flags of the rest of the program.
// SPDX-License-Identifier: MIT
#include <Eigen/Core>

#include "eigen_expressions.inc"

bench::eigen_rotations bench::eigen_as_the_rest() {
    return {half_split, interleaved};
}
