// Front door: Eigen tensors, of any rank and both storage orders. Include <unsupported/Eigen/CXX11/Tensor>
// for them.
//
//   Eigen::Tensor<float, 4, Eigen::RowMajor> q(batch, seq, heads, dim);
//   rope::rotate(q, table, "b s h d");
//   Eigen::TensorMap<Eigen::Tensor<float, 3>> k(pointer, dim, heads, seq);
//   rope::rotate(k, table, "d h s");
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/adapt/eigen_tensor.hpp>
#include <rope/core.hpp>
