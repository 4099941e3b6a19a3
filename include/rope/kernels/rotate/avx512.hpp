// The rotation in vectors of 512 bits (F, BW, DQ, VL), and BF16 conversions where the processor has them.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/columns/avx512.hpp>
#include <rope/kernels/lanes/avx512.hpp>
#include <rope/kernels/rotate/common.hpp>

#if ROPE_WITH_AVX512

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx512 {
ROPE_REGION_BEGIN(ROPE_AVX512_FEATURES)

#define ROPE_BODY_VECTORS 1
#include <rope/kernels/rotate/body.inc>
#undef ROPE_BODY_VECTORS

ROPE_REGION_END
} // namespace avx512
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
