// The rotation in vectors of 256 bits (AVX2, FMA, F16C).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/columns/avx2.hpp>
#include <rope/kernels/lanes/avx2.hpp>
#include <rope/kernels/rotate/common.hpp>

#if ROPE_WITH_AVX2

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx2 {
ROPE_REGION_BEGIN(ROPE_AVX2_FEATURES)

#define ROPE_BODY_VECTORS 1
#include <rope/kernels/rotate/body.inc>
#undef ROPE_BODY_VECTORS

ROPE_REGION_END
} // namespace avx2
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
