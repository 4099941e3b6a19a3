// The same with -march=native; under another name, as eigen_expressions_native.cpp.
// SPDX-License-Identifier: MIT
#define Eigen EigenForThisMachine
#include <Eigen/Core>

#include "table_eigen.inc"
#undef Eigen

bench::table_loops bench::eigen_tables_native() {
    return {expressions<float>, expressions<double>};
}
