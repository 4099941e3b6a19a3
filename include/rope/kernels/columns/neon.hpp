// The rotation of columns in vectors of 128 bits on AArch64.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/neon.hpp>
#include <rope/kernels/rotate/common.hpp>

#if ROPE_WITH_NEON

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace neon {

#include <rope/kernels/steps.inc>

#include <rope/kernels/columns/body.inc>

} // namespace neon
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
