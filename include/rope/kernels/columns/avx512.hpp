// The rotation of columns in vectors of 512 bits (F, BW, DQ, VL).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/avx512.hpp>
#include <rope/kernels/rotate/common.hpp>

#if ROPE_WITH_AVX512

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx512 {
ROPE_REGION_BEGIN(ROPE_AVX512_FEATURES)

#include <rope/kernels/steps.inc>

#include <rope/kernels/columns/body.inc>

ROPE_REGION_END
} // namespace avx512
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
