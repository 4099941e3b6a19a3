// The rotation in vectors of 256 bits (AVX2, FMA, F16C).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/common.hpp>

#if ROPE_WITH_AVX2
#include <immintrin.h>

#define ROPE_BODY_VECTORS 1

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx2 {
ROPE_REGION_BEGIN("avx2,fma,f16c,bmi,bmi2")

constexpr isa this_isa = isa::avx2;

ROPE_ALWAYS_INLINE float fma1(float a, float b, float c) noexcept {
    return _mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(a), _mm_set_ss(b), _mm_set_ss(c)));
}
ROPE_ALWAYS_INLINE double fma1(double a, double b, double c) noexcept {
    return _mm_cvtsd_f64(_mm_fmadd_sd(_mm_set_sd(a), _mm_set_sd(b), _mm_set_sd(c)));
}

ROPE_ALWAYS_INLINE void store_fence() noexcept {
    _mm_sfence();
}

#include <rope/kernels/lanes/avx2.hpp>

#include <rope/kernels/body/rotate.inc>

ROPE_REGION_END
} // namespace avx2
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope

#undef ROPE_BODY_VECTORS
#endif
