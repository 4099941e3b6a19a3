// SPDX-License-Identifier: MIT
#include <Eigen/Core>

#include "table_eigen.inc"

bench::table_loops bench::eigen_tables() {
    return {expressions<float>, expressions<double>};
}
