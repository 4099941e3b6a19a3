// Conversions of rows in vectors of 512 bits.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/convert/common.hpp>
#include <rope/kernels/rotate/avx512.hpp>

#if ROPE_WITH_AVX512

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx512 {
ROPE_REGION_BEGIN(ROPE_AVX512_FEATURES)

template <class Vec>
ROPE_ALWAYS_INLINE Vec kept(Vec v) noexcept { // not to be combined with what comes after
    return force_register(v);
}

// The parameters of an fp8 format: 127 less its bias, bits of the fraction that it drops, a number whose unit in the last
// place is its smallest number, its largest number, NaN.
template <class Format>
struct fp8_numbers;
template <>
struct fp8_numbers<fp8_e4m3> {
    static constexpr int rebias = 120, drop = 20, largest = 0x7e, nan = 0x7f;
    static constexpr float unit = 0x1p14f;
};
template <>
struct fp8_numbers<fp8_e5m2> {
    static constexpr int rebias = 112, drop = 21, largest = 0x7b, nan = 0x7e;
    static constexpr float unit = 0x1p7f;
};

// The codes, sign included, of 16 floats. A denormal is rounded by an addition: the sum's bits count smallest numbers.
template <class Format>
ROPE_ALWAYS_INLINE __m512i fp8_codes(__m512i bits) noexcept {
    using f = fp8_numbers<Format>;
    const __m512i magnitude = _mm512_and_si512(bits, _mm512_set1_epi32(0x7fffffff));
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(magnitude, f::drop), _mm512_set1_epi32(1));
    const __m512i half_unit = _mm512_set1_epi32((1 << (f::drop - 1)) - 1 - (f::rebias << 23));
    const __m512i normal =
        _mm512_srli_epi32(_mm512_add_epi32(_mm512_add_epi32(magnitude, half_unit), odd), f::drop);
    const __m512 unit = _mm512_set1_ps(f::unit);
    const __m512i small = _mm512_sub_epi32(
        _mm512_castps_si512(_mm512_add_ps(_mm512_castsi512_ps(magnitude), unit)), _mm512_castps_si512(unit));
    const __mmask16 is_small = _mm512_cmplt_epi32_mask(magnitude, _mm512_set1_epi32((f::rebias + 1) << 23));
    const __mmask16 is_nan = _mm512_cmpgt_epi32_mask(magnitude, _mm512_set1_epi32(0x7f800000));
    __m512i code =
        _mm512_mask_mov_epi32(_mm512_min_epu32(normal, _mm512_set1_epi32(f::largest)), is_small, small);
    code = _mm512_mask_mov_epi32(code, is_nan, _mm512_set1_epi32(f::nan));
    const __m512i sign = _mm512_and_si512(_mm512_srli_epi32(bits, 24), _mm512_set1_epi32(0x80));
    return _mm512_or_si512(code, sign);
}
template <class Format>
inline std::int64_t vector_narrow_fp8(Format, const float* from, std::uint8_t* to, std::int64_t n) noexcept {
    std::int64_t j = 0;
    for (; j + 16 <= n; j += 16) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + j),
                         _mm512_cvtepi32_epi8(fp8_codes<Format>(_mm512_loadu_si512(from + j))));
    }
    return j;
}
inline std::int64_t vector_widen_fp8(fp8_e5m2, const std::uint8_t* from, float* to, std::int64_t n) noexcept {
    std::int64_t j = 0;
    for (; j + 16 <= n; j += 16) { // the upper half of a half
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + j));
        _mm512_storeu_ps(to + j, _mm512_cvtph_ps(_mm256_slli_epi16(_mm256_cvtepu8_epi16(bytes), 8)));
    }
    return j;
}
inline std::int64_t vector_widen_fp8(fp8_e4m3, const std::uint8_t* from, float* to, std::int64_t n) noexcept {
    std::int64_t j = 0;
    for (; j + 16 <= n; j += 16) { // exponent and fraction in their places, 120 too low
        const __m512i code =
            _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + j)));
        const __m512i magnitude = _mm512_and_si512(code, _mm512_set1_epi32(0x7f));
        const __m512 x =
            _mm512_mul_ps(_mm512_castsi512_ps(_mm512_slli_epi32(magnitude, 20)), _mm512_set1_ps(0x1p120f));
        const __mmask16 is_nan = _mm512_cmpeq_epi32_mask(magnitude, _mm512_set1_epi32(0x7f));
        const __m512i bits =
            _mm512_mask_mov_epi32(_mm512_castps_si512(x), is_nan, _mm512_set1_epi32(0x7fc00000));
        const __m512i sign = _mm512_slli_epi32(_mm512_sub_epi32(code, magnitude), 24);
        _mm512_storeu_si512(to + j, _mm512_or_si512(bits, sign));
    }
    return j;
}
inline std::int64_t vector_widen_int8(const std::int8_t* q, float scale, float* to, std::int64_t n) noexcept {
    std::int64_t j = 0;
    const __m512 s = _mm512_set1_ps(scale);
    for (; j + 16 <= n; j += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(q + j));
        _mm512_storeu_ps(to + j, _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes)), s));
    }
    return j;
}
// To the nearest, halves away from zero: truncated after the largest number below a half was added.
inline std::int64_t vector_fill_int8(const float* from, float factor, std::int8_t* q,
                                     std::int64_t n) noexcept {
    std::int64_t j = 0;
    const __m512 f = _mm512_set1_ps(factor);
    const __m512i below_half = _mm512_set1_epi32(0x3effffff), sign = _mm512_set1_epi32(INT32_MIN);
    for (; j + 16 <= n; j += 16) {
        const __m512 x = kept(_mm512_mul_ps(_mm512_loadu_ps(from + j), f));
        const __m512i add = _mm512_or_si512(_mm512_and_si512(_mm512_castps_si512(x), sign), below_half);
        const __m512i whole = _mm512_cvttps_epi32(_mm512_add_ps(x, _mm512_castsi512_ps(add)));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(q + j), _mm512_cvtepi32_epi8(whole));
    }
    return j;
}
inline std::int64_t vector_largest(const float* from, std::int64_t n, std::uint32_t& most) noexcept {
    std::int64_t j = 0;
    __m512i largest = _mm512_setzero_si512();
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    for (; j + 16 <= n; j += 16) {
        largest = _mm512_max_epu32(largest, _mm512_and_si512(_mm512_loadu_si512(from + j), magnitude));
    }
    most = static_cast<std::uint32_t>(_mm512_reduce_max_epu32(largest));
    return j;
}

// total_of, in vectors.
ROPE_ALWAYS_INLINE double vector_total(const __m512 (&partial)[1]) noexcept {
    const __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(partial[0]));
    const __m512d high = _mm512_cvtps_pd(_mm512_extractf32x8_ps(partial[0], 1));
    const __m512d eight = kept(_mm512_add_pd(low, high));
    const __m256d four = kept(_mm256_add_pd(_mm512_castpd512_pd256(eight), _mm512_extractf64x4_pd(eight, 1)));
    const __m128d two = kept(_mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1)));
    return _mm_cvtsd_f64(kept(_mm_add_sd(two, _mm_unpackhi_pd(two, two))));
}

#define ROPE_BODY_VECTORS 1
#include <rope/kernels/convert/body.inc>
#include <rope/kernels/convert/norm.inc>
#undef ROPE_BODY_VECTORS

ROPE_REGION_END
} // namespace avx512
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
