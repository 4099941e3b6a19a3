// Conversions of rows in vectors of 256 bits.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/convert/common.hpp>
#include <rope/kernels/rotate/avx2.hpp>

#if ROPE_WITH_AVX2

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx2 {
ROPE_REGION_BEGIN(ROPE_AVX2_FEATURES)

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

// The codes, sign included, of 8 floats. A denormal is rounded by an addition: the sum's bits count smallest numbers.
template <class Format>
ROPE_ALWAYS_INLINE __m256i fp8_codes(__m256i bits) noexcept {
    using f = fp8_numbers<Format>;
    const __m256i magnitude = _mm256_and_si256(bits, _mm256_set1_epi32(0x7fffffff));
    const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(magnitude, f::drop), _mm256_set1_epi32(1));
    const __m256i half_unit = _mm256_set1_epi32((1 << (f::drop - 1)) - 1 - (f::rebias << 23));
    const __m256i normal =
        _mm256_srli_epi32(_mm256_add_epi32(_mm256_add_epi32(magnitude, half_unit), odd), f::drop);
    const __m256 unit = _mm256_set1_ps(f::unit);
    const __m256i small = _mm256_sub_epi32(
        _mm256_castps_si256(_mm256_add_ps(_mm256_castsi256_ps(magnitude), unit)), _mm256_castps_si256(unit));
    const __m256i is_small = _mm256_cmpgt_epi32(_mm256_set1_epi32((f::rebias + 1) << 23), magnitude);
    const __m256i is_nan = _mm256_cmpgt_epi32(magnitude, _mm256_set1_epi32(0x7f800000));
    __m256i code =
        _mm256_blendv_epi8(_mm256_min_epu32(normal, _mm256_set1_epi32(f::largest)), small, is_small);
    code = _mm256_blendv_epi8(code, _mm256_set1_epi32(f::nan), is_nan);
    const __m256i sign = _mm256_and_si256(_mm256_srli_epi32(bits, 24), _mm256_set1_epi32(0x80));
    return _mm256_or_si256(code, sign);
}
ROPE_ALWAYS_INLINE __m256i load_8(const float* p) noexcept {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
// 16 values of 32 bits, each of which fits into a byte, as bytes.
ROPE_ALWAYS_INLINE void store_bytes(void* to, __m256i a, __m256i b, bool is_signed) noexcept {
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xd8);
    const __m128i low = _mm256_castsi256_si128(words), high = _mm256_extracti128_si256(words, 1);
    _mm_storeu_si128(static_cast<__m128i*>(to),
                     is_signed ? _mm_packs_epi16(low, high) : _mm_packus_epi16(low, high));
}
ROPE_ALWAYS_INLINE __m128i load_8_bytes(const void* p) noexcept {
    return _mm_loadl_epi64(static_cast<const __m128i*>(p));
}
template <class Format>
inline std::int64_t vector_narrow_fp8(Format, const float* from, std::uint8_t* to, std::int64_t n) noexcept {
    std::int64_t j = 0;
    for (; j + 16 <= n; j += 16) {
        store_bytes(to + j, fp8_codes<Format>(load_8(from + j)), fp8_codes<Format>(load_8(from + j + 8)),
                    false);
    }
    return j;
}
inline std::int64_t vector_widen_fp8(fp8_e5m2, const std::uint8_t* from, float* to, std::int64_t n) noexcept {
    std::int64_t j = 0;
    for (; j + 8 <= n; j += 8) { // the upper half of a half
        const __m128i words = _mm_slli_epi16(_mm_cvtepu8_epi16(load_8_bytes(from + j)), 8);
        _mm256_storeu_ps(to + j, _mm256_cvtph_ps(words));
    }
    return j;
}
inline std::int64_t vector_widen_fp8(fp8_e4m3, const std::uint8_t* from, float* to, std::int64_t n) noexcept {
    std::int64_t j = 0;
    for (; j + 8 <= n; j += 8) { // exponent and fraction in their places, 120 too low
        const __m256i code = _mm256_cvtepu8_epi32(load_8_bytes(from + j));
        const __m256i magnitude = _mm256_and_si256(code, _mm256_set1_epi32(0x7f));
        const __m256 x =
            _mm256_mul_ps(_mm256_castsi256_ps(_mm256_slli_epi32(magnitude, 20)), _mm256_set1_ps(0x1p120f));
        const __m256i is_nan = _mm256_cmpeq_epi32(magnitude, _mm256_set1_epi32(0x7f));
        const __m256i bits =
            _mm256_blendv_epi8(_mm256_castps_si256(x), _mm256_set1_epi32(0x7fc00000), is_nan);
        const __m256i sign = _mm256_slli_epi32(_mm256_sub_epi32(code, magnitude), 24);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + j), _mm256_or_si256(bits, sign));
    }
    return j;
}
inline std::int64_t vector_widen_int8(const std::int8_t* q, float scale, float* to, std::int64_t n) noexcept {
    std::int64_t j = 0;
    const __m256 s = _mm256_set1_ps(scale);
    for (; j + 8 <= n; j += 8) {
        _mm256_storeu_ps(to + j,
                         _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(load_8_bytes(q + j))), s));
    }
    return j;
}
// To the nearest, halves away from zero: truncated after the largest number below a half was added.
ROPE_ALWAYS_INLINE __m256i nearest_integers(const float* from, __m256 factor) noexcept {
    const __m256 x = kept(_mm256_mul_ps(_mm256_loadu_ps(from), factor));
    const __m256i sign = _mm256_and_si256(_mm256_castps_si256(x), _mm256_set1_epi32(INT32_MIN));
    const __m256i add = _mm256_or_si256(sign, _mm256_set1_epi32(0x3effffff));
    return _mm256_cvttps_epi32(_mm256_add_ps(x, _mm256_castsi256_ps(add)));
}
inline std::int64_t vector_fill_int8(const float* from, float factor, std::int8_t* q,
                                     std::int64_t n) noexcept {
    std::int64_t j = 0;
    const __m256 f = _mm256_set1_ps(factor);
    for (; j + 16 <= n; j += 16) {
        store_bytes(q + j, nearest_integers(from + j, f), nearest_integers(from + j + 8, f), true);
    }
    return j;
}
inline std::int64_t vector_largest(const float* from, std::int64_t n, std::uint32_t& most) noexcept {
    std::int64_t j = 0;
    __m256i largest = _mm256_setzero_si256();
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    for (; j + 8 <= n; j += 8) {
        largest = _mm256_max_epu32(largest, _mm256_and_si256(load_8(from + j), magnitude));
    }
    __m128i m = _mm_max_epu32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
    m = _mm_max_epu32(m, _mm_shuffle_epi32(m, 0x4e));
    m = _mm_max_epu32(m, _mm_shuffle_epi32(m, 0xb1));
    most = static_cast<std::uint32_t>(_mm_cvtsi128_si32(m));
    return j;
}

// total_of, in vectors.
ROPE_ALWAYS_INLINE __m256d lower_doubles(__m256 x) noexcept {
    return _mm256_cvtps_pd(_mm256_castps256_ps128(x));
}
ROPE_ALWAYS_INLINE __m256d upper_doubles(__m256 x) noexcept {
    return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1));
}
ROPE_ALWAYS_INLINE double vector_total(const __m256 (&partial)[2]) noexcept {
    const __m256d first = kept(_mm256_add_pd(lower_doubles(partial[0]), lower_doubles(partial[1])));
    const __m256d second = kept(_mm256_add_pd(upper_doubles(partial[0]), upper_doubles(partial[1])));
    const __m256d four = kept(_mm256_add_pd(first, second));
    const __m128d two = kept(_mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1)));
    return _mm_cvtsd_f64(kept(_mm_add_sd(two, _mm_unpackhi_pd(two, two))));
}

#define ROPE_BODY_VECTORS 1
#include <rope/kernels/convert/body.inc>
#include <rope/kernels/convert/norm.inc>
#undef ROPE_BODY_VECTORS

ROPE_REGION_END
} // namespace avx2
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
