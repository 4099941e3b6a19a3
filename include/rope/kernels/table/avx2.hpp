// The table builder in vectors of 256 bits (AVX2, FMA, F16C).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/avx2.hpp>
#include <rope/kernels/table/common.hpp>

#if ROPE_WITH_AVX2

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx2 {
ROPE_REGION_BEGIN(ROPE_AVX2_FEATURES)

// 8 doubles rounded to T.
template <class T>
struct storage;

template <>
struct storage<float> {
    static constexpr bool has_quick_test = true;
    using packed = __m256i;
    ROPE_ALWAYS_INLINE static packed narrow(__m256d a, __m256d b) noexcept {
        return _mm256_castps_si256(_mm256_set_m128(_mm256_cvtpd_ps(b), _mm256_cvtpd_ps(a)));
    }
    ROPE_ALWAYS_INLINE static std::uint32_t different(packed a, packed b) noexcept {
        const __m256 same = _mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b));
        return static_cast<std::uint32_t>(_mm256_movemask_ps(same)) ^ 0xffu;
    }
    // Whether a value of x or y is near a midpoint of two floats, or too small to say; see product_rows_stored.
    ROPE_ALWAYS_INLINE static __m256i near_midpoint(__m256d a, __m256d b) noexcept {
        const __m256 low = _mm256_shuffle_ps(_mm256_castpd_ps(a), _mm256_castpd_ps(b), 0x88);
        const __m256i moved =
            _mm256_add_epi32(_mm256_castps_si256(low), _mm256_set1_epi32((1 << 28) + (1 << 16)));
        return _mm256_cmpeq_epi32(_mm256_and_si256(moved, _mm256_set1_epi32(0x1ffe0000)),
                                  _mm256_setzero_si256());
    }
    ROPE_ALWAYS_INLINE static bool undecided(__m256d x0, __m256d x1, __m256d y0, __m256d y1, packed x,
                                             packed y, float least) noexcept {
        const __m256 product = _mm256_mul_ps(_mm256_castsi256_ps(x), _mm256_castsi256_ps(y));
        const __m256 both = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), product);
        const __m256i small = _mm256_castps_si256(_mm256_cmp_ps(both, _mm256_set1_ps(least), _CMP_LT_OQ));
        const __m256i any =
            _mm256_or_si256(_mm256_or_si256(near_midpoint(x0, x1), near_midpoint(y0, y1)), small);
        return _mm256_testz_si256(any, any) == 0;
    }
    template <bool NonTemporal>
    ROPE_ALWAYS_INLINE static void store(float* p, packed x) noexcept {
        if constexpr (NonTemporal) {
            _mm256_stream_si256(reinterpret_cast<__m256i*>(p), x);
        } else {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x);
        }
    }
};

// To 24 bits, the last one set: what a second rounding to 11 or 8 bits needs to be right (round to odd; the
// real value has never so few bits, unless it is representable in T already).
ROPE_ALWAYS_INLINE __m128 to_odd_floats(__m256d a) noexcept {
    const __m256i keep = _mm256_set1_epi64x(-(std::int64_t{1} << 29)),
                  odd = _mm256_set1_epi64x(std::int64_t{1} << 29);
    const __m256i x = _mm256_or_si256(_mm256_and_si256(_mm256_castpd_si256(a), keep), odd);
    return _mm256_cvtpd_ps(_mm256_castsi256_pd(x));
}

struct storage_of_16_bits {
    static constexpr bool has_quick_test = false;
    using packed = __m128i;
    ROPE_ALWAYS_INLINE static std::uint32_t different(packed a, packed b) noexcept {
        const __m128i same = _mm_cmpeq_epi16(a, b);
        return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(same, same)) & 0xff) ^ 0xffu;
    }
    template <bool NonTemporal>
    ROPE_ALWAYS_INLINE static void store(void* p, packed x) noexcept {
        if constexpr (NonTemporal) {
            _mm_stream_si128(static_cast<__m128i*>(p), x);
        } else {
            _mm_storeu_si128(static_cast<__m128i*>(p), x);
        }
    }
};

template <>
struct storage<half> : storage_of_16_bits {
    ROPE_ALWAYS_INLINE static packed narrow(__m256d a, __m256d b) noexcept {
        return _mm256_cvtps_ph(_mm256_set_m128(to_odd_floats(b), to_odd_floats(a)),
                               _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
};

template <>
struct storage<bfloat16> : storage_of_16_bits {
    ROPE_ALWAYS_INLINE static __m128i four(__m256d a) noexcept { // odd: no ties
        return _mm_srli_epi32(_mm_add_epi32(_mm_castps_si128(to_odd_floats(a)), _mm_set1_epi32(0x8000)), 16);
    }
    ROPE_ALWAYS_INLINE static packed narrow(__m256d a, __m256d b) noexcept {
        return _mm_packus_epi32(four(a), four(b));
    }
};

#include <rope/kernels/table/body.inc>

ROPE_REGION_END
} // namespace avx2
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope

#endif
