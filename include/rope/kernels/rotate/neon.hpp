// The rotation in vectors of 128 bits on AArch64, where NEON is part of every processor: no region is needed.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/columns/neon.hpp>
#include <rope/kernels/lanes/neon.hpp>
#include <rope/kernels/rotate/common.hpp>

#if ROPE_WITH_NEON

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace neon {

#define ROPE_BODY_VECTORS 1
#include <rope/kernels/rotate/body.inc>
#undef ROPE_BODY_VECTORS

} // namespace neon
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
