// The same for this machine. Eigen's functions are inline and would meet those of the other translation unit; under
// another name they do not.
// SPDX-License-Identifier: MIT
#define Eigen EigenForThisMachine
#include <Eigen/Core>

#include "eigen_expressions.inc"
#undef Eigen

bench::eigen_rotations bench::eigen_for_this_machine() {
    return {half_split, interleaved};
}
