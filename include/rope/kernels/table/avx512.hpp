// The table builder in vectors of 512 bits (F, BW, DQ, VL).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/avx512.hpp>
#include <rope/kernels/table/common.hpp>

#if ROPE_WITH_AVX512

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx512 {
ROPE_REGION_BEGIN(ROPE_AVX512_FEATURES)

// 16 doubles rounded to T.
template <class T>
struct storage;

template <>
struct storage<float> {
    static constexpr bool has_quick_test = true;
    using packed = __m512i;
    ROPE_ALWAYS_INLINE static packed narrow(__m512d a, __m512d b) noexcept {
        const __m256 low = _mm512_cvtpd_ps(a), high = _mm512_cvtpd_ps(b);
        return _mm512_castps_si512(_mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1));
    }
    ROPE_ALWAYS_INLINE static std::uint32_t different(packed a, packed b) noexcept {
        return _mm512_cmpneq_epi32_mask(a, b);
    }
    // Whether a value of x or y is near a midpoint of two floats, or too small to say; see product_rows_stored.
    ROPE_ALWAYS_INLINE static bool undecided(__m512d x0, __m512d x1, __m512d y0, __m512d y1, packed x,
                                             packed y, float least) noexcept {
        const __m512i window = _mm512_set1_epi32((1 << 28) + (1 << 16)), mask = _mm512_set1_epi32(0x1ffe0000);
        const __m512 x_low = _mm512_shuffle_ps(_mm512_castpd_ps(x0), _mm512_castpd_ps(x1), 0x88);
        const __m512 y_low = _mm512_shuffle_ps(_mm512_castpd_ps(y0), _mm512_castpd_ps(y1), 0x88);
        const __mmask16 x_near =
            _mm512_testn_epi32_mask(_mm512_add_epi32(_mm512_castps_si512(x_low), window), mask);
        const __mmask16 y_near =
            _mm512_testn_epi32_mask(_mm512_add_epi32(_mm512_castps_si512(y_low), window), mask);
        const __m512 both = _mm512_abs_ps(_mm512_mul_ps(_mm512_castsi512_ps(x), _mm512_castsi512_ps(y)));
        const __mmask16 small = _mm512_cmp_ps_mask(both, _mm512_set1_ps(least), _CMP_LT_OQ);
        return (x_near | y_near | small) != 0;
    }
    template <bool NonTemporal>
    ROPE_ALWAYS_INLINE static void store(float* p, packed x) noexcept {
        if constexpr (NonTemporal) {
            _mm512_stream_si512(reinterpret_cast<__m512i*>(p), x);
        } else {
            _mm512_storeu_si512(p, x);
        }
    }
};

// To 24 bits, the last one set: what a second rounding to 11 or 8 bits needs to be right (round to odd; the
// real value has never so few bits, unless it is representable in T already).
ROPE_ALWAYS_INLINE __m512 to_odd_floats(__m512d a, __m512d b) noexcept {
    const __m512i keep = _mm512_set1_epi64(-(std::int64_t{1} << 29)),
                  odd = _mm512_set1_epi64(std::int64_t{1} << 29);
    const __m512i x = _mm512_or_si512(_mm512_and_si512(_mm512_castpd_si512(a), keep), odd);
    const __m512i y = _mm512_or_si512(_mm512_and_si512(_mm512_castpd_si512(b), keep), odd);
    const __m256 low = _mm512_cvtpd_ps(_mm512_castsi512_pd(x)),
                 high = _mm512_cvtpd_ps(_mm512_castsi512_pd(y));
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

struct storage_of_16_bits {
    static constexpr bool has_quick_test = false;
    using packed = __m256i;
    ROPE_ALWAYS_INLINE static std::uint32_t different(packed a, packed b) noexcept {
        return _mm256_cmpneq_epi16_mask(a, b);
    }
    template <bool NonTemporal>
    ROPE_ALWAYS_INLINE static void store(void* p, packed x) noexcept {
        if constexpr (NonTemporal) {
            _mm256_stream_si256(static_cast<__m256i*>(p), x);
        } else {
            _mm256_storeu_si256(static_cast<__m256i*>(p), x);
        }
    }
};

template <>
struct storage<half> : storage_of_16_bits {
    ROPE_ALWAYS_INLINE static packed narrow(__m512d a, __m512d b) noexcept {
        return _mm512_maskz_cvtps_ph(__mmask16{0xffff}, to_odd_floats(a, b),
                                     _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
};

template <>
struct storage<bfloat16> : storage_of_16_bits {
    ROPE_ALWAYS_INLINE static packed narrow(__m512d a, __m512d b) noexcept {
        const __m512i bits = _mm512_castps_si512(to_odd_floats(a, b)); // odd: no ties
        return _mm512_cvtepi32_epi16(
            _mm512_srli_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x8000)), 16));
    }
};

#include <rope/kernels/table/body.inc>

ROPE_REGION_END
} // namespace avx512
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope

#endif
