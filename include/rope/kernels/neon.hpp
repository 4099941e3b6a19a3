// The rotation in vectors of 128 bits on AArch64, where NEON is part of every processor: no region is needed.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/common.hpp>

#if ROPE_WITH_NEON
#include <arm_neon.h>

#define ROPE_BODY_VECTORS 1

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace neon {

constexpr isa this_isa = isa::neon;

ROPE_ALWAYS_INLINE float fma1(float a, float b, float c) noexcept {
    return fma(a, b, c);
}
ROPE_ALWAYS_INLINE double fma1(double a, double b, double c) noexcept {
    return fma(a, b, c);
}

ROPE_ALWAYS_INLINE void store_fence() noexcept {} // no stores of ours pass the caches

#include <rope/kernels/lanes/neon.hpp>

#include <rope/kernels/body/rotate.inc>

} // namespace neon
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope

#undef ROPE_BODY_VECTORS
#endif
