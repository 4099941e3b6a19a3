// Vectors of 512 bits of floats as bfloat16: by integers, or by the processor's BF16 conversion. Part of lanes/avx512.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/common.hpp>

#if ROPE_WITH_AVX512
#include <immintrin.h>

#include <cstdint>
#include <cstring>

#define ROPE_AVX512_FEATURES "avx2,fma,f16c,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl"

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx512 {
ROPE_REGION_BEGIN(ROPE_AVX512_FEATURES)

// How floats become bfloat16: any of them; results of bfloat16 data, floats being loaded from the table only (then the lower
// half of a NaN is empty, or what without_carry leaves there, and need not be looked at); by the processor.
enum class to_bfloat16 { any, from_bfloat16, native };

// float -> bfloat16, to nearest even, still in the upper halves of 32-bit lanes; denormals kept (which VCVTNEPS2BF16
// flushes); NaN found by its bits, since -ffinite-math compiles comparisons away.
template <bool WithNan>
ROPE_ALWAYS_INLINE __m512i bfloat16_high(__m512 v) noexcept {
    const __m512i bits = _mm512_castps_si512(v);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    if constexpr (WithNan) {
        const __mmask16 nan = _mm512_cmpgt_epu32_mask(_mm512_add_epi32(bits, bits),
                                                      _mm512_set1_epi32(static_cast<int>(0xff000000u)));
        return _mm512_mask_or_epi32(rounded, nan, bits, _mm512_set1_epi32(0x400000));
    }
    return rounded;
}
// Without regard to NaN, two at a time: words of a in the even places, of b in the odd ones.
ROPE_ALWAYS_INLINE __m512i bfloat16_words(__m512 a, __m512 b) noexcept {
    const __m512i x = _mm512_castps_si512(a), y = _mm512_castps_si512(b);
    const __m512i high = _mm512_mask_blend_epi16(0xaaaaaaaau, _mm512_srli_epi32(x, 16), y);
    const __m512i low = _mm512_mask_blend_epi16(0xaaaaaaaau, x, _mm512_slli_epi32(y, 16));
    const __m512i odd = _mm512_and_si512(high, _mm512_set1_epi16(1));
    const __mmask32 over = _mm512_cmpgt_epu16_mask(_mm512_adds_epu16(low, odd), _mm512_set1_epi16(INT16_MIN));
    return _mm512_mask_sub_epi16(high, over, high, _mm512_set1_epi16(-1));
}
// A NaN of the table as one that rounding leaves NaN.
ROPE_ALWAYS_INLINE __m512 without_carry(__m512 v) noexcept {
    const __m512i bits = _mm512_min_epi32(_mm512_castps_si512(v), _mm512_set1_epi32(0x7fff7fff));
    return _mm512_castsi512_ps(_mm512_min_epu32(bits, _mm512_set1_epi32(static_cast<int>(0xffff7fffu))));
}
template <bool WithNan>
ROPE_ALWAYS_INLINE __m512i bfloat16_low(__m512 v) noexcept {
    return _mm512_srli_epi32(bfloat16_high<WithNan>(v), 16);
}

template <class Vec>
ROPE_ALWAYS_INLINE Vec force_register(Vec v) noexcept {
#if defined(__GNUC__)
    __asm__("" : "+v"(v));
#endif
    return v;
}

// Two vectors of floats as bfloat16, a's in the low half; VCVTNE2PS2BF16, which flushes denormals, and what it
// flushed is done again: looked for where the result is zero.
ROPE_ALWAYS_INLINE __m512i native_bfloat16(__m512 a, __m512 b) noexcept {
    __m512i bits;
#if defined(__GNUC__)
    __asm__("vcvtne2ps2bf16 %1, %2, %0" : "=v"(bits) : "v"(a), "v"(b)); // AT&T: the low half first
#else
    const __m512bh both = _mm512_cvtne2ps_pbh(b, a);
    std::memcpy(&bits, &both, sizeof bits);
#endif
    if (ROPE_UNLIKELY(_mm512_testn_epi16_mask(bits, _mm512_set1_epi16(0x7fff)) != 0)) {
        bits = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi32_epi16(bfloat16_low<true>(a))),
                                  _mm512_cvtepi32_epi16(bfloat16_low<true>(b)), 1);
    }
    return bits;
}

ROPE_REGION_END
} // namespace avx512
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
