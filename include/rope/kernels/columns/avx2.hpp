// The rotation of columns in vectors of 256 bits (AVX2, FMA, F16C).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/avx2.hpp>
#include <rope/kernels/rotate/common.hpp>

#if ROPE_WITH_AVX2

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx2 {
ROPE_REGION_BEGIN(ROPE_AVX2_FEATURES)

#include <rope/kernels/steps.inc>

#include <rope/kernels/columns/body.inc>

ROPE_REGION_END
} // namespace avx2
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
