// Lanes: vectors of 256 bits (AVX2, FMA, F16C). See README.md for what each operation does.
// Loads widen the storage type, stores round it; a part of a vector goes through a small buffer, so that nothing behind its end is touched.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/common.hpp>

#if ROPE_WITH_AVX2
#include <immintrin.h>

#define ROPE_AVX2_FEATURES "avx2,fma,f16c,bmi,bmi2"

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx2 {
ROPE_REGION_BEGIN(ROPE_AVX2_FEATURES)

constexpr isa this_isa = isa::avx2;

ROPE_ALWAYS_INLINE float fma_scalar(float a, float b, float c) noexcept {
    return _mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(a), _mm_set_ss(b), _mm_set_ss(c)));
}
ROPE_ALWAYS_INLINE double fma_scalar(double a, double b, double c) noexcept {
    return _mm_cvtsd_f64(_mm_fmadd_sd(_mm_set_sd(a), _mm_set_sd(b), _mm_set_sd(c)));
}

ROPE_ALWAYS_INLINE void store_fence() noexcept {
    _mm_sfence();
}
template <class Compute>
struct lanes;

// Into a register, once: compilers would rather read memory again in each instruction that uses it.
template <class Vec>
ROPE_ALWAYS_INLINE Vec force_register(Vec v) noexcept {
#if defined(__GNUC__)
    __asm__("" : "+x"(v));
#endif
    return v;
}

template <class T, int Count>
struct buffer {
    T elements[static_cast<std::size_t>(Count)];
};

// The first n of Count elements; zeros follow.
template <int Count, class T>
ROPE_ALWAYS_INLINE buffer<T, Count> fetch(const T* p, int n) noexcept {
    buffer<T, Count> b;
    std::memset(&b, 0, sizeof b);
    std::memcpy(&b, p, static_cast<std::size_t>(n) * sizeof(T));
    return b;
}

// float -> bfloat16, to nearest even, still in the upper halves of 32-bit lanes; denormals kept. In NaN the rounding may
// carry: with bits set in the lower half, one whose upper half is all ones becomes zero.
ROPE_ALWAYS_INLINE __m256i bfloat16_high(__m256 v) noexcept {
    const __m256i bits = _mm256_castps_si256(v);
    const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    return _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
}
// The same for two: words of a in the even places, of b in the odd ones.
ROPE_ALWAYS_INLINE __m256i bfloat16_words(__m256 a, __m256 b) noexcept {
    const __m256i x = _mm256_castps_si256(a), y = _mm256_castps_si256(b);
    const __m256i high = _mm256_blend_epi16(_mm256_srli_epi32(x, 16), y, 0xaa);
    const __m256i low = _mm256_blend_epi16(x, _mm256_slli_epi32(y, 16), 0xaa);
    const __m256i odd = _mm256_and_si256(high, _mm256_set1_epi16(1));
    const __m256i over = _mm256_xor_si256(_mm256_adds_epu16(low, odd), _mm256_set1_epi16(INT16_MIN));
    return _mm256_sub_epi16(high, _mm256_cmpgt_epi16(over, _mm256_setzero_si256())); // over half: -1
}
// A NaN of the table as one that rounding leaves NaN.
ROPE_ALWAYS_INLINE __m256 without_carry(__m256 v) noexcept {
    const __m256i bits = _mm256_min_epi32(_mm256_castps_si256(v), _mm256_set1_epi32(0x7fff7fff));
    return _mm256_castsi256_ps(_mm256_min_epu32(bits, _mm256_set1_epi32(static_cast<int>(0xffff7fffu))));
}
// NaN among a and b, found by the bits, since -ffinite-math compiles comparisons away.
ROPE_ALWAYS_INLINE bool any_nan(__m256 a, __m256 b) noexcept {
    const __m256i x = _mm256_castps_si256(a), y = _mm256_castps_si256(b);
    const __m256i greatest = _mm256_max_epu32(_mm256_add_epi32(x, x), _mm256_add_epi32(y, y));
    const __m256i infinity = _mm256_set1_epi32(static_cast<int>(0xff000000u));
    const __m256i none = _mm256_cmpeq_epi32(_mm256_max_epu32(greatest, infinity), infinity);
    return _mm256_movemask_epi8(none) != -1;
}
// NaN as what rounds to itself, made quiet: for the rare vector that has one.
ROPE_ALWAYS_INLINE __m256 with_round_nan(__m256 v) noexcept {
    const __m256i bits = _mm256_castps_si256(v);
    const __m256i magnitude = _mm256_and_si256(bits, _mm256_set1_epi32(0x7fffffff));
    const __m256i nan = _mm256_cmpgt_epi32(magnitude, _mm256_set1_epi32(0x7f800000));
    return _mm256_castsi256_ps(_mm256_blendv_epi8(bits, _mm256_set1_epi32(0x7fc00000), nan));
}

// FromBfloat16: the data was bfloat16 and floats are loaded from the table only. Then the lower half of a NaN is empty,
// or what without_carry leaves there, and no result need be looked at for one.
template <bool FromBfloat16>
struct float_lanes {
    static constexpr int count = 8;
    static constexpr int registers = 16;
    static constexpr bool duplicates_either_way = false;
    static constexpr bool duplicates = true, streams = true, packs_bfloat16 = true;
    using vec = __m256;

    ROPE_ALWAYS_INLINE static vec mul(vec a, vec b) noexcept { return _mm256_mul_ps(a, b); }
    ROPE_ALWAYS_INLINE static vec fma(vec a, vec b, vec c) noexcept { return _mm256_fmadd_ps(a, b, c); }
    ROPE_ALWAYS_INLINE static vec fms(vec a, vec b, vec c) noexcept { return _mm256_fmsub_ps(a, b, c); }
    ROPE_ALWAYS_INLINE static vec rotate_first(vec x0, vec x1, vec c, vec s, vec) noexcept {
        return fms(x0, c, mul(x1, s));
    }
    // Doubled pairs: x0 cs - x1 sc in even lanes, x0 cs + x1 sc in odd ones; `swap_neighbours` makes sc of cs.
    ROPE_ALWAYS_INLINE static vec rotate_duplicated(vec x0, vec x1, vec cs, vec sc) noexcept {
        return _mm256_fmaddsub_ps(x0, cs, mul(x1, sc));
    }
    ROPE_ALWAYS_INLINE static vec swap_neighbours(vec cs) noexcept { return _mm256_permute_ps(cs, 0xb1); }
    ROPE_ALWAYS_INLINE static vec table_value(vec v) noexcept { return FromBfloat16 ? without_carry(v) : v; }
    ROPE_ALWAYS_INLINE static vec broadcast(float x) noexcept { return table_value(_mm256_set1_ps(x)); }
    // By its bits: without signed zeros (-ffast-math) -0.0 and 0.0 are one to the compiler.
    ROPE_ALWAYS_INLINE static vec sign_mask(bool negative) noexcept {
        return _mm256_castsi256_ps(_mm256_set1_epi32(static_cast<int>(negative ? 0x80000000u : 0u)));
    }
    ROPE_ALWAYS_INLINE static vec flip_sign(vec a, vec sign) noexcept { return _mm256_xor_ps(a, sign); }

    ROPE_ALWAYS_INLINE static vec load(const float* p) noexcept {
        return force_register(table_value(_mm256_loadu_ps(p)));
    }
    ROPE_ALWAYS_INLINE static vec load(const half* p) noexcept {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }
    ROPE_ALWAYS_INLINE static vec load(const bfloat16* p) noexcept {
        const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
    }
    template <class T>
    ROPE_ALWAYS_INLINE static vec load_part(const T* p, int n) noexcept {
        const auto b = fetch<count>(p, n);
        return load(b.elements);
    }

    ROPE_ALWAYS_INLINE static __m128i narrowed(half*, vec v) noexcept {
        return _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT);
    }
    ROPE_ALWAYS_INLINE static __m128i narrowed(bfloat16*, vec v) noexcept {
        if (!FromBfloat16 && ROPE_UNLIKELY(any_nan(v, v))) {
            v = with_round_nan(v);
        }
        const __m256i low = _mm256_srli_epi32(bfloat16_high(v), 16);
        return _mm_packus_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1));
    }
    ROPE_ALWAYS_INLINE static void store(float* p, vec v) noexcept { _mm256_storeu_ps(p, v); }
    template <class T>
    ROPE_ALWAYS_INLINE static void store(T* p, vec v) noexcept {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p), narrowed(p, v));
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void store_part(T* p, vec v, int n) noexcept {
        buffer<T, count> b;
        store(b.elements, v);
        std::memcpy(static_cast<void*>(p), &b, static_cast<std::size_t>(n) * sizeof(T));
    }
    // NonTemporal the caches: `whole` to an address that is a multiple of the vector's bytes, `quarters` of 16.
    ROPE_ALWAYS_INLINE static void stream(float* p, vec v) noexcept { _mm256_stream_ps(p, v); }
    template <class T>
    ROPE_ALWAYS_INLINE static void stream(T* p, vec v) noexcept {
        _mm_stream_si128(reinterpret_cast<__m128i*>(p), narrowed(p, v));
    }
    ROPE_ALWAYS_INLINE static void stream_16_bytes(float* p, vec v) noexcept {
        _mm_stream_ps(p, _mm256_castps256_ps128(v));
        _mm_stream_ps(p + 4, _mm256_extractf128_ps(v, 1));
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void stream_16_bytes(T* p, vec v) noexcept {
        stream(p, v);
    }

    // count elements, even ones doubled and odd ones doubled: x0 x0 x2 x2 ..., x1 x1 x3 x3 ...
    ROPE_ALWAYS_INLINE static void load_duplicated(const float* p, vec& even, vec& odd) noexcept {
#if defined(__GNUC__)
        // From memory the load ports double them; out of a register it is the shuffle ports.
        vec e, o; // not the references: what lives in memory stays there
        __asm__("vmovsldup %1, %0" : "=x"(e) : "m"(*reinterpret_cast<const float(*)[8]>(p)));
        __asm__("vmovshdup %1, %0" : "=x"(o) : "m"(*reinterpret_cast<const float(*)[8]>(p)));
        even = e;
        odd = o;
#else
        duplicated(_mm256_loadu_ps(p), even, odd);
#endif
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void load_duplicated(const T* p, vec& even, vec& odd) noexcept {
        duplicated(load(p), even, odd);
    }
    ROPE_ALWAYS_INLINE static void duplicated(vec x, vec& even, vec& odd) noexcept {
        even = _mm256_moveldup_ps(x);
        odd = _mm256_movehdup_ps(x);
    }
    // a0 b0 a1 b1 ... of the first and of the second half of the lanes.
    ROPE_ALWAYS_INLINE static void interleave(vec a, vec b, vec& low, vec& high) noexcept {
        const vec l = _mm256_unpacklo_ps(a, b), h = _mm256_unpackhi_ps(a, b);
        low = _mm256_permute2f128_ps(l, h, 0x20);
        high = _mm256_permute2f128_ps(l, h, 0x31);
    }
    ROPE_ALWAYS_INLINE static void deinterleave(vec low, vec high, vec& a, vec& b) noexcept {
        const vec l = _mm256_permute2f128_ps(low, high, 0x20), h = _mm256_permute2f128_ps(low, high, 0x31);
        a = _mm256_shuffle_ps(l, h, 0x88);
        b = _mm256_shuffle_ps(l, h, 0xdd);
    }

    // bfloat16 pairs are 32-bit lanes already.
    ROPE_ALWAYS_INLINE static void load_pairs(const bfloat16* p, vec& a, vec& b) noexcept {
        const __m256i both = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
        a = _mm256_castsi256_ps(_mm256_slli_epi32(both, 16));
        b = _mm256_castsi256_ps(_mm256_and_si256(both, _mm256_set1_epi32(static_cast<int>(0xffff0000u))));
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void load_pairs(const T* p, vec& a, vec& b) noexcept {
        deinterleave(load(p), load(p + count), a, b);
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void load_pairs_part(const T* p, int n, vec& a, vec& b) noexcept {
        const auto all = fetch<2 * count>(p, 2 * n);
        load_pairs(all.elements, a, b);
    }
    ROPE_ALWAYS_INLINE static __m256i joined(bfloat16*, vec a, vec b) noexcept {
        if (!FromBfloat16 && ROPE_UNLIKELY(any_nan(a, b))) {
            a = with_round_nan(a);
            b = with_round_nan(b);
        }
        return bfloat16_words(a, b);
    }
    ROPE_ALWAYS_INLINE static __m256i joined(half* p, vec a, vec b) noexcept {
        const __m128i x = narrowed(p, a), y = narrowed(p, b);
        return _mm256_set_m128i(_mm_unpackhi_epi16(x, y), _mm_unpacklo_epi16(x, y));
    }
    ROPE_ALWAYS_INLINE static void store_pairs(float* p, vec a, vec b) noexcept {
        vec low, high;
        interleave(a, b, low, high);
        store(p, low);
        store(p + count, high);
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void store_pairs(T* p, vec a, vec b) noexcept {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), joined(p, a, b));
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void store_pairs_part(T* p, vec a, vec b, int n) noexcept {
        buffer<T, 2 * count> all;
        store_pairs(all.elements, a, b);
        std::memcpy(static_cast<void*>(p), &all, static_cast<std::size_t>(2 * n) * sizeof(T));
    }
    ROPE_ALWAYS_INLINE static void stream_pairs(bfloat16* p, vec a, vec b) noexcept {
        const __m256i bits = joined(p, a, b);
        _mm_stream_si128(reinterpret_cast<__m128i*>(p), _mm256_castsi256_si128(bits));
        _mm_stream_si128(reinterpret_cast<__m128i*>(p + 8), _mm256_extracti128_si256(bits, 1));
    }
};

template <>
struct lanes<float> : float_lanes<false> {};

template <>
struct lanes<double> {
    static constexpr int count = 4;
    static constexpr int registers = 16;
    static constexpr bool duplicates_either_way = false;
    static constexpr bool duplicates = true, streams = true, packs_bfloat16 = true;
    using vec = __m256d;

    ROPE_ALWAYS_INLINE static vec mul(vec a, vec b) noexcept { return _mm256_mul_pd(a, b); }
    ROPE_ALWAYS_INLINE static vec fma(vec a, vec b, vec c) noexcept { return _mm256_fmadd_pd(a, b, c); }
    ROPE_ALWAYS_INLINE static vec fms(vec a, vec b, vec c) noexcept { return _mm256_fmsub_pd(a, b, c); }
    ROPE_ALWAYS_INLINE static vec rotate_first(vec x0, vec x1, vec c, vec s, vec) noexcept {
        return fms(x0, c, mul(x1, s));
    }
    // Doubled pairs: x0 cs - x1 sc in even lanes, x0 cs + x1 sc in odd ones; `swap_neighbours` makes sc of cs.
    ROPE_ALWAYS_INLINE static vec rotate_duplicated(vec x0, vec x1, vec cs, vec sc) noexcept {
        return _mm256_fmaddsub_pd(x0, cs, mul(x1, sc));
    }
    ROPE_ALWAYS_INLINE static vec swap_neighbours(vec cs) noexcept { return _mm256_permute_pd(cs, 0x5); }
    ROPE_ALWAYS_INLINE static vec broadcast(double x) noexcept { return _mm256_set1_pd(x); }
    ROPE_ALWAYS_INLINE static vec sign_mask(bool negative) noexcept {
        return _mm256_castsi256_pd(_mm256_set1_epi64x(negative ? INT64_MIN : 0));
    }
    ROPE_ALWAYS_INLINE static vec flip_sign(vec a, vec sign) noexcept { return _mm256_xor_pd(a, sign); }

    ROPE_ALWAYS_INLINE static vec load(const double* p) noexcept {
        return force_register(_mm256_loadu_pd(p));
    }
    ROPE_ALWAYS_INLINE static vec load_part(const double* p, int n) noexcept {
        const auto b = fetch<count>(p, n);
        return load(b.elements);
    }
    ROPE_ALWAYS_INLINE static void store(double* p, vec v) noexcept { _mm256_storeu_pd(p, v); }
    ROPE_ALWAYS_INLINE static void store_part(double* p, vec v, int n) noexcept {
        buffer<double, count> b;
        store(b.elements, v);
        std::memcpy(p, &b, static_cast<std::size_t>(n) * sizeof(double));
    }
    ROPE_ALWAYS_INLINE static void stream(double* p, vec v) noexcept { _mm256_stream_pd(p, v); }
    ROPE_ALWAYS_INLINE static void stream_16_bytes(double* p, vec v) noexcept {
        _mm_stream_pd(p, _mm256_castpd256_pd128(v));
        _mm_stream_pd(p + 2, _mm256_extractf128_pd(v, 1));
    }
    ROPE_ALWAYS_INLINE static void load_duplicated(const double* p, vec& even, vec& odd) noexcept {
#if defined(__GNUC__)
        vec e; // a load port doubles even ones; for odd ones there is a shuffle only
        __asm__("vmovddup %1, %0" : "=x"(e) : "m"(*reinterpret_cast<const double(*)[4]>(p)));
        even = e;
#else
        even = _mm256_movedup_pd(load(p));
#endif
        odd = _mm256_permute_pd(load(p), 0xf);
    }
    ROPE_ALWAYS_INLINE static void duplicated(vec x, vec& even, vec& odd) noexcept {
        even = _mm256_movedup_pd(x);
        odd = _mm256_permute_pd(x, 0xf);
    }
    ROPE_ALWAYS_INLINE static void interleave(vec a, vec b, vec& low, vec& high) noexcept {
        const vec l = _mm256_unpacklo_pd(a, b), h = _mm256_unpackhi_pd(a, b);
        low = _mm256_permute2f128_pd(l, h, 0x20);
        high = _mm256_permute2f128_pd(l, h, 0x31);
    }
    ROPE_ALWAYS_INLINE static void deinterleave(vec low, vec high, vec& a, vec& b) noexcept {
        const vec l = _mm256_permute2f128_pd(low, high, 0x20), h = _mm256_permute2f128_pd(low, high, 0x31);
        a = _mm256_unpacklo_pd(l, h);
        b = _mm256_unpackhi_pd(l, h);
    }
    ROPE_ALWAYS_INLINE static void load_pairs(const double* p, vec& a, vec& b) noexcept {
        deinterleave(load(p), load(p + count), a, b);
    }
    ROPE_ALWAYS_INLINE static void load_pairs_part(const double* p, int n, vec& a, vec& b) noexcept {
        const auto all = fetch<2 * count>(p, 2 * n);
        load_pairs(all.elements, a, b);
    }
    ROPE_ALWAYS_INLINE static void store_pairs(double* p, vec a, vec b) noexcept {
        vec low, high;
        interleave(a, b, low, high);
        store(p, low);
        store(p + count, high);
    }
    ROPE_ALWAYS_INLINE static void store_pairs_part(double* p, vec a, vec b, int n) noexcept {
        buffer<double, 2 * count> all;
        store_pairs(all.elements, a, b);
        std::memcpy(p, &all, static_cast<std::size_t>(2 * n) * sizeof(double));
    }

    // For tables.
    using mask = __m256d;
    ROPE_ALWAYS_INLINE static __m256d load_bits(const std::uint64_t* p) noexcept {
        return _mm256_castsi256_pd(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }
    ROPE_ALWAYS_INLINE static vec load_operand(const double* p) noexcept {
        return _mm256_loadu_pd(p);
    }
    ROPE_ALWAYS_INLINE static vec add(vec a, vec b) noexcept {
        return _mm256_add_pd(a, b);
    }
    ROPE_ALWAYS_INLINE static vec sub(vec a, vec b) noexcept {
        return _mm256_sub_pd(a, b);
    }
    ROPE_ALWAYS_INLINE static vec fnma(vec a, vec b, vec c) noexcept {
        return _mm256_fnmadd_pd(a, b, c);
    }
    ROPE_ALWAYS_INLINE static vec abs(vec a) noexcept {
        return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a);
    }
    ROPE_ALWAYS_INLINE static mask load_mask(const std::uint64_t* p) noexcept {
        return load_bits(p);
    }
    // a where the mask is set, else b.
    ROPE_ALWAYS_INLINE static vec select(mask m, vec a, vec b) noexcept {
        return _mm256_blendv_pd(b, a, m);
    }
    ROPE_ALWAYS_INLINE static vec load_signs(const std::uint64_t* p) noexcept {
        return load_bits(p);
    }
};

// The lanes of a job.
template <class In, class Out, bool>
using lanes_for = std::conditional_t<std::is_same_v<In, bfloat16> && std::is_same_v<Out, bfloat16>,
                                     float_lanes<true>, lanes<compute_type<In>>>;

ROPE_REGION_END
} // namespace avx2
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
