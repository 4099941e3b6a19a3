// What the kernel rooms share: everything that a body may name, included before any region opens.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/common.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

using kernels::max_in_place_pairing_pairs;
using kernels::rotate_job;
using kernels::rotate_kernel;
using kernels::row_layout;
using kernels::span;

// A sign as a number's bits, and a number with it added: the compiler need not know signed zeros (-ffast-math).
template <class Compute>
using sign_bits = std::conditional_t<std::is_same_v<Compute, float>, std::uint32_t, std::uint64_t>;
template <class Compute>
ROPE_ALWAYS_INLINE sign_bits<Compute> sign_mask(bool negative) noexcept {
    return static_cast<sign_bits<Compute>>(negative ? 1 : 0) << (8 * sizeof(Compute) - 1);
}
template <class Compute>
ROPE_ALWAYS_INLINE Compute flip_sign(Compute x, sign_bits<Compute> sign) noexcept {
    return bits_as<Compute>(bits_as<sign_bits<Compute>>(x) ^ sign);
}

// The row of cos and sin that belongs to a token.
ROPE_ALWAYS_INLINE std::int64_t table_row(const rotate_job& job, std::int64_t token) noexcept {
    return job.rows != nullptr ? job.rows[token * job.rows_step] : job.first_row + token * job.rows_step;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
