// Lanes: vectors of 512 bits (F, BW, DQ, VL). See README.md for what each operation does.
// Loads widen the storage type, stores round it; a part of a vector is a masked load or store, which touches nothing behind its end.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/common.hpp>

#if ROPE_WITH_AVX512
#include <rope/kernels/lanes/avx512_bfloat16.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace avx512 {
ROPE_REGION_BEGIN(ROPE_AVX512_FEATURES)

constexpr isa this_isa = isa::avx512;

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

template <to_bfloat16 How>
struct float_lanes {
    static constexpr bool native = How == to_bfloat16::native, looks_for_nan = How == to_bfloat16::any;
    static constexpr int count = 16;
    static constexpr int registers = 32;
    static constexpr bool duplicates_either_way = true;
    static constexpr bool duplicates = true, streams = true, packs_bfloat16 = true;
    using vec = __m512;

    ROPE_ALWAYS_INLINE static vec mul(vec a, vec b) noexcept { return _mm512_mul_ps(a, b); }
    ROPE_ALWAYS_INLINE static vec fma(vec a, vec b, vec c) noexcept { return _mm512_fmadd_ps(a, b, c); }
    ROPE_ALWAYS_INLINE static vec fms(vec a, vec b, vec c) noexcept { return _mm512_fmsub_ps(a, b, c); }
    ROPE_ALWAYS_INLINE static vec rotate_first(vec x0, vec x1, vec c, vec s, vec) noexcept {
        return fms(x0, c, mul(x1, s));
    }
    // Doubled pairs: x0 cs - x1 sc in even lanes, x0 cs + x1 sc in odd ones; `swap_neighbours` makes sc of cs.
    ROPE_ALWAYS_INLINE static vec rotate_duplicated(vec x0, vec x1, vec cs, vec sc) noexcept {
        return _mm512_fmaddsub_ps(x0, cs, mul(x1, sc));
    }
    ROPE_ALWAYS_INLINE static vec swap_neighbours(vec cs) noexcept { return _mm512_permute_ps(cs, 0xb1); }
    ROPE_ALWAYS_INLINE static vec table_value(vec v) noexcept {
        return How == to_bfloat16::from_bfloat16 ? without_carry(v) : v;
    }
    ROPE_ALWAYS_INLINE static vec broadcast(float x) noexcept { return table_value(_mm512_set1_ps(x)); }
    // By its bits: without signed zeros (-ffast-math) -0.0 and 0.0 are one to the compiler.
    ROPE_ALWAYS_INLINE static vec sign_mask(bool negative) noexcept {
        return _mm512_castsi512_ps(_mm512_set1_epi32(static_cast<int>(negative ? 0x80000000u : 0u)));
    }
    ROPE_ALWAYS_INLINE static vec flip_sign(vec a, vec sign) noexcept { return _mm512_xor_ps(a, sign); }

    ROPE_ALWAYS_INLINE static __mmask16 first(int n) noexcept {
        return static_cast<__mmask16>((1u << n) - 1u);
    }

    // Into a register, once: compilers would rather read memory again in each instruction that uses it.
    ROPE_ALWAYS_INLINE static vec load(const float* p) noexcept {
        return force_register(table_value(_mm512_loadu_ps(p)));
    }
    ROPE_ALWAYS_INLINE static vec load(const half* p) noexcept {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }
    ROPE_ALWAYS_INLINE static vec load(const bfloat16* p) noexcept {
        const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
    }
    ROPE_ALWAYS_INLINE static vec load_part(const float* p, int n) noexcept {
        return table_value(_mm512_maskz_loadu_ps(first(n), p));
    }
    ROPE_ALWAYS_INLINE static vec load_part(const half* p, int n) noexcept {
        return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(first(n), p));
    }
    ROPE_ALWAYS_INLINE static vec load_part(const bfloat16* p, int n) noexcept {
        const __m256i bits = _mm256_maskz_loadu_epi16(first(n), p);
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
    }

    ROPE_ALWAYS_INLINE static __m256i narrowed(half*, vec v) noexcept {
        return _mm512_maskz_cvtps_ph(__mmask16{0xffff}, v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    ROPE_ALWAYS_INLINE static __m256i narrowed(bfloat16*, vec v) noexcept {
        if constexpr (native) {
            return _mm512_castsi512_si256(native_bfloat16(v, _mm512_set1_ps(1.0f)));
        }
        return _mm512_cvtepi32_epi16(bfloat16_low<looks_for_nan>(v));
    }
    ROPE_ALWAYS_INLINE static void store(float* p, vec v) noexcept { _mm512_storeu_ps(p, v); }
    template <class T>
    ROPE_ALWAYS_INLINE static void store(T* p, vec v) noexcept {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), narrowed(p, v));
    }
    ROPE_ALWAYS_INLINE static void store_part(float* p, vec v, int n) noexcept {
        _mm512_mask_storeu_ps(p, first(n), v);
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void store_part(T* p, vec v, int n) noexcept {
        _mm256_mask_storeu_epi16(p, first(n), narrowed(p, v));
    }
    // NonTemporal the caches: `whole` to an address that is a multiple of the vector's bytes, `quarters` of 16.
    ROPE_ALWAYS_INLINE static void stream(float* p, vec v) noexcept { _mm512_stream_ps(p, v); }
    template <class T>
    ROPE_ALWAYS_INLINE static void stream(T* p, vec v) noexcept {
        _mm256_stream_si256(reinterpret_cast<__m256i*>(p), narrowed(p, v));
    }
    ROPE_ALWAYS_INLINE static void stream_16_bytes(float* p, vec v) noexcept {
        _mm_stream_ps(p, _mm512_castps512_ps128(v));
        _mm_stream_ps(p + 4, _mm512_extractf32x4_ps(v, 1));
        _mm_stream_ps(p + 8, _mm512_extractf32x4_ps(v, 2));
        _mm_stream_ps(p + 12, _mm512_extractf32x4_ps(v, 3));
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void stream_16_bytes(T* p, vec v) noexcept {
        const __m256i bits = narrowed(p, v);
        _mm_stream_si128(reinterpret_cast<__m128i*>(p), _mm256_castsi256_si128(bits));
        _mm_stream_si128(reinterpret_cast<__m128i*>(p + 8), _mm256_extracti128_si256(bits, 1));
    }

    // count elements, even ones doubled and odd ones doubled: x0 x0 x2 x2 ..., x1 x1 x3 x3 ...
    ROPE_ALWAYS_INLINE static void load_duplicated(const float* p, vec& even, vec& odd) noexcept {
#if defined(__GNUC__)
        // From memory the load ports double them; out of a register it is the one shuffle port of Intel's
        // cores.
        vec e, o; // not the references: what lives in memory stays there
        __asm__("vmovsldup %1, %0" : "=v"(e) : "m"(*reinterpret_cast<const float(*)[16]>(p)));
        __asm__("vmovshdup %1, %0" : "=v"(o) : "m"(*reinterpret_cast<const float(*)[16]>(p)));
        even = e;
        odd = o;
#else
        duplicated(_mm512_loadu_ps(p), even, odd);
#endif
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void load_duplicated(const T* p, vec& even, vec& odd) noexcept {
        duplicated(load(p), even, odd);
    }
    ROPE_ALWAYS_INLINE static void duplicated(vec x, vec& even, vec& odd) noexcept {
        even = _mm512_moveldup_ps(x);
        odd = _mm512_movehdup_ps(x);
    }
    // a0 b0 a1 b1 ... of the first and of the second half of the lanes.
    ROPE_ALWAYS_INLINE static void interleave(vec a, vec b, vec& low, vec& high) noexcept {
        const __m512i l = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const __m512i h = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        low = _mm512_permutex2var_ps(a, l, b);
        high = _mm512_permutex2var_ps(a, h, b);
    }
    ROPE_ALWAYS_INLINE static void deinterleave(vec low, vec high, vec& a, vec& b) noexcept {
        const __m512i e = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        const __m512i o = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
        a = _mm512_permutex2var_ps(low, e, high);
        b = _mm512_permutex2var_ps(low, o, high);
    }

    ROPE_ALWAYS_INLINE static __m512i interleave_index() noexcept { // 0 16 1 17 ...
        const __m512i low = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        return _mm512_or_si512(low, _mm512_slli_epi32(_mm512_add_epi32(low, _mm512_set1_epi32(16)), 16));
    }
    // bfloat16 pairs are 32-bit lanes already.
    ROPE_ALWAYS_INLINE static void split_words(__m512i both, vec& a, vec& b) noexcept {
        a = _mm512_castsi512_ps(_mm512_slli_epi32(both, 16));
        b = _mm512_castsi512_ps(_mm512_and_si512(both, _mm512_set1_epi32(static_cast<int>(0xffff0000u))));
    }
    ROPE_ALWAYS_INLINE static __m512i join_words(vec a, vec b) noexcept {
        if constexpr (native) {
            const __m512i halves = native_bfloat16(a, b);
            return _mm512_permutexvar_epi16(interleave_index(), halves);
        }
        if constexpr (looks_for_nan) {
            return _mm512_mask_blend_epi16(0xaaaaaaaau, bfloat16_low<true>(a), bfloat16_high<true>(b));
        }
        return bfloat16_words(a, b);
    }
    ROPE_ALWAYS_INLINE static void load_pairs(const bfloat16* p, vec& a, vec& b) noexcept {
        split_words(_mm512_loadu_si512(p), a, b);
    }
    ROPE_ALWAYS_INLINE static void load_pairs_part(const bfloat16* p, int n, vec& a, vec& b) noexcept {
        split_words(_mm512_maskz_loadu_epi32(first(n), p), a, b);
    }
    ROPE_ALWAYS_INLINE static __m512i joined(bfloat16*, vec a, vec b) noexcept {
        return join_words(a, b);
    }
    ROPE_ALWAYS_INLINE static __m512i joined(half* p, vec a, vec b) noexcept {
        return _mm512_or_si512(_mm512_cvtepu16_epi32(narrowed(p, a)),
                               _mm512_slli_epi32(_mm512_cvtepu16_epi32(narrowed(p, b)), 16));
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void load_pairs(const T* p, vec& a, vec& b) noexcept {
        deinterleave(load(p), load(p + count), a, b);
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void load_pairs_part(const T* p, int n, vec& a, vec& b) noexcept {
        const int low = n < 8 ? 2 * n : 16;
        deinterleave(load_part(p, low), load_part(p + low, 2 * n - low), a, b);
    }
    ROPE_ALWAYS_INLINE static void store_pairs(float* p, vec a, vec b) noexcept {
        vec low, high;
        interleave(a, b, low, high);
        store(p, low);
        store(p + count, high);
    }
    ROPE_ALWAYS_INLINE static void store_pairs_part(float* p, vec a, vec b, int n) noexcept {
        vec low, high;
        interleave(a, b, low, high);
        const int first_half = n < 8 ? 2 * n : 16;
        store_part(p, low, first_half);
        store_part(p + first_half, high, 2 * n - first_half);
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void store_pairs(T* p, vec a, vec b) noexcept {
        _mm512_storeu_si512(p, joined(p, a, b));
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void store_pairs_part(T* p, vec a, vec b, int n) noexcept {
        _mm512_mask_storeu_epi32(p, first(n), joined(p, a, b));
    }
    ROPE_ALWAYS_INLINE static void stream_pairs(bfloat16* p, vec a,
                                                vec b) noexcept { // to a multiple of 16 bytes
        const __m512i bits = joined(p, a, b);
        _mm_stream_si128(reinterpret_cast<__m128i*>(p), _mm512_castsi512_si128(bits));
        _mm_stream_si128(reinterpret_cast<__m128i*>(p + 8), _mm512_extracti32x4_epi32(bits, 1));
        _mm_stream_si128(reinterpret_cast<__m128i*>(p + 16), _mm512_extracti32x4_epi32(bits, 2));
        _mm_stream_si128(reinterpret_cast<__m128i*>(p + 24), _mm512_extracti32x4_epi32(bits, 3));
    }
};

template <>
struct lanes<float> : float_lanes<to_bfloat16::any> {};

template <>
struct lanes<double> {
    static constexpr int count = 8;
    static constexpr int registers = 32;
    static constexpr bool duplicates_either_way = true;
    static constexpr bool duplicates = true, streams = true, packs_bfloat16 = true;
    using vec = __m512d;

    ROPE_ALWAYS_INLINE static vec mul(vec a, vec b) noexcept { return _mm512_mul_pd(a, b); }
    ROPE_ALWAYS_INLINE static vec fma(vec a, vec b, vec c) noexcept { return _mm512_fmadd_pd(a, b, c); }
    ROPE_ALWAYS_INLINE static vec fms(vec a, vec b, vec c) noexcept { return _mm512_fmsub_pd(a, b, c); }
    ROPE_ALWAYS_INLINE static vec rotate_first(vec x0, vec x1, vec c, vec s, vec) noexcept {
        return fms(x0, c, mul(x1, s));
    }
    // Doubled pairs: x0 cs - x1 sc in even lanes, x0 cs + x1 sc in odd ones; `swap_neighbours` makes sc of cs.
    ROPE_ALWAYS_INLINE static vec rotate_duplicated(vec x0, vec x1, vec cs, vec sc) noexcept {
        return _mm512_fmaddsub_pd(x0, cs, mul(x1, sc));
    }
    ROPE_ALWAYS_INLINE static vec swap_neighbours(vec cs) noexcept { return _mm512_permute_pd(cs, 0x55); }
    ROPE_ALWAYS_INLINE static vec broadcast(double x) noexcept { return _mm512_set1_pd(x); }
    ROPE_ALWAYS_INLINE static vec sign_mask(bool negative) noexcept {
        return _mm512_castsi512_pd(_mm512_set1_epi64(negative ? INT64_MIN : 0));
    }
    ROPE_ALWAYS_INLINE static vec flip_sign(vec a, vec sign) noexcept { return _mm512_xor_pd(a, sign); }

    ROPE_ALWAYS_INLINE static __mmask8 first(int n) noexcept { return static_cast<__mmask8>((1u << n) - 1u); }

    ROPE_ALWAYS_INLINE static vec load(const double* p) noexcept {
        return force_register(_mm512_loadu_pd(p));
    }
    ROPE_ALWAYS_INLINE static vec load_part(const double* p, int n) noexcept {
        return _mm512_maskz_loadu_pd(first(n), p);
    }
    ROPE_ALWAYS_INLINE static void store(double* p, vec v) noexcept { _mm512_storeu_pd(p, v); }
    ROPE_ALWAYS_INLINE static void store_part(double* p, vec v, int n) noexcept {
        _mm512_mask_storeu_pd(p, first(n), v);
    }
    ROPE_ALWAYS_INLINE static void stream(double* p, vec v) noexcept { _mm512_stream_pd(p, v); }
    ROPE_ALWAYS_INLINE static void stream_16_bytes(double* p, vec v) noexcept {
        _mm_stream_pd(p, _mm512_castpd512_pd128(v));
        _mm_stream_pd(p + 2, _mm512_extractf64x2_pd(v, 1));
        _mm_stream_pd(p + 4, _mm512_extractf64x2_pd(v, 2));
        _mm_stream_pd(p + 6, _mm512_extractf64x2_pd(v, 3));
    }
    ROPE_ALWAYS_INLINE static void load_duplicated(const double* p, vec& even, vec& odd) noexcept {
#if defined(__GNUC__)
        vec e; // a load port doubles even ones; for odd ones there is a shuffle only
        __asm__("vmovddup %1, %0" : "=v"(e) : "m"(*reinterpret_cast<const double(*)[8]>(p)));
        even = e;
#else
        even = _mm512_movedup_pd(load(p));
#endif
        odd = _mm512_permute_pd(load(p), 0xff);
    }
    ROPE_ALWAYS_INLINE static void duplicated(vec x, vec& even, vec& odd) noexcept {
        even = _mm512_movedup_pd(x);
        odd = _mm512_permute_pd(x, 0xff);
    }
    ROPE_ALWAYS_INLINE static void interleave(vec a, vec b, vec& low, vec& high) noexcept {
        low = _mm512_permutex2var_pd(a, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), b);
        high = _mm512_permutex2var_pd(a, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), b);
    }
    ROPE_ALWAYS_INLINE static void deinterleave(vec low, vec high, vec& a, vec& b) noexcept {
        a = _mm512_permutex2var_pd(low, _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), high);
        b = _mm512_permutex2var_pd(low, _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), high);
    }
    ROPE_ALWAYS_INLINE static void load_pairs(const double* p, vec& a, vec& b) noexcept {
        deinterleave(load(p), load(p + count), a, b);
    }
    ROPE_ALWAYS_INLINE static void load_pairs_part(const double* p, int n, vec& a, vec& b) noexcept {
        const int low = n < 4 ? 2 * n : 8;
        deinterleave(load_part(p, low), load_part(p + low, 2 * n - low), a, b);
    }
    ROPE_ALWAYS_INLINE static void store_pairs(double* p, vec a, vec b) noexcept {
        vec low, high;
        interleave(a, b, low, high);
        store(p, low);
        store(p + count, high);
    }
    ROPE_ALWAYS_INLINE static void store_pairs_part(double* p, vec a, vec b, int n) noexcept {
        vec low, high;
        interleave(a, b, low, high);
        const int first_half = n < 4 ? 2 * n : 8;
        store_part(p, low, first_half);
        store_part(p + first_half, high, 2 * n - first_half);
    }

    // For tables.
    using mask = __mmask8;
    ROPE_ALWAYS_INLINE static vec load_operand(const double* p) noexcept {
        return _mm512_loadu_pd(p);
    }
    ROPE_ALWAYS_INLINE static vec add(vec a, vec b) noexcept {
        return _mm512_add_pd(a, b);
    }
    ROPE_ALWAYS_INLINE static vec sub(vec a, vec b) noexcept {
        return _mm512_sub_pd(a, b);
    }
    ROPE_ALWAYS_INLINE static vec fnma(vec a, vec b, vec c) noexcept {
        return _mm512_fnmadd_pd(a, b, c);
    }
    ROPE_ALWAYS_INLINE static vec abs(vec a) noexcept {
        return _mm512_abs_pd(a);
    }
    ROPE_ALWAYS_INLINE static mask load_mask(const std::uint64_t* p) noexcept {
        return _mm512_movepi64_mask(_mm512_loadu_si512(p));
    }
    // a where the mask is set, else b.
    ROPE_ALWAYS_INLINE static vec select(mask m, vec a, vec b) noexcept {
        return _mm512_mask_blend_pd(m, b, a);
    }
    ROPE_ALWAYS_INLINE static vec load_signs(const std::uint64_t* p) noexcept {
        return _mm512_castsi512_pd(_mm512_loadu_si512(p));
    }
};

// The lanes of a job. Native: with the processor's conversion to bfloat16.
template <class In, class Out, bool Native>
using lanes_for =
    std::conditional_t<Native, float_lanes<to_bfloat16::native>,
                       std::conditional_t<std::is_same_v<In, bfloat16> && std::is_same_v<Out, bfloat16>,
                                          float_lanes<to_bfloat16::from_bfloat16>, lanes<compute_type<In>>>>;

ROPE_REGION_END
} // namespace avx512
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
