// What the table rooms share, included before any region opens.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/common.hpp>
#include <rope/kernels/table_job.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

using kernels::angle_block;
using kernels::angle_job;
using kernels::factor_row;
using kernels::product_job;
using kernels::table_pairs;

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
