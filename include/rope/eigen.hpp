// Front door: Eigen's matrices and arrays as tensors. Needs Eigen/Core only.
//
//   Eigen::MatrixXf q = Eigen::MatrixXf::Ones(head_dim, seq), k = q.transpose();
//   rope::rotate(q, table, "d s");
//   rope::rotate(k, table, "s d", rope::offset(past));
//   rope::rotate(q.middleCols(8, 4), table, "d s", rope::offset(8));                     // a block
//   Eigen::MatrixXcf z = Eigen::MatrixXcf::Ones(head_dim / 2, seq);
//   rope::rotate(z, table, "d s");                                                       // interleaved pairs
//
// Scalars: float, double, Eigen::half, Eigen::bfloat16, std::complex<float or double>.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/adapt/eigen.hpp>
#include <rope/core.hpp>
