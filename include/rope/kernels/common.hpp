// What the kernel rooms share: everything that a body may name, included before any region opens.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/job.hpp>
#include <rope/numbers/fma.hpp>
#include <rope/numbers/half.hpp>
#include <rope/numbers/scalars.hpp>
#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

using kernels::lattice;
using kernels::max_repairing_pairs;
using kernels::rotate_job;
using kernels::rotate_kernel;
using kernels::span;

// The row of cos and sin that belongs to a token.
ROPE_ALWAYS_INLINE std::int64_t table_row(const rotate_job& job, std::int64_t token) noexcept {
    return job.rows != nullptr ? job.rows[token * job.rows_step] : job.first_row + token * job.rows_step;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
