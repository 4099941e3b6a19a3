// Lanes: vectors of 128 bits on AArch64, where NEON is part of every processor: no region is needed. See README.md for what each operation does.
// Loads widen the storage type, stores round it; a part of a vector goes through a small buffer, so that nothing behind its end is touched.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/common.hpp>

#if ROPE_WITH_NEON
#include <arm_neon.h>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace neon {

constexpr isa this_isa = isa::neon;

ROPE_ALWAYS_INLINE float fma_scalar(float a, float b, float c) noexcept {
    return fma(a, b, c);
}
ROPE_ALWAYS_INLINE double fma_scalar(double a, double b, double c) noexcept {
    return fma(a, b, c);
}

ROPE_ALWAYS_INLINE void store_fence() noexcept {} // no stores of ours pass the caches
template <class Compute>
struct lanes;

template <class Vec>
ROPE_ALWAYS_INLINE Vec force_register(Vec v) noexcept {
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

// float -> bfloat16, to nearest even, denormals kept. In NaN the rounding may carry: with bits set in the lower half, one
// whose upper half is all ones becomes zero.
ROPE_ALWAYS_INLINE uint16x4_t bfloat16_of(float32x4_t v) noexcept {
    const uint32x4_t bits = vreinterpretq_u32_f32(v);
    return vaddhn_u32(bits, vsraq_n_u32(vdupq_n_u32(0x7fff), vshlq_n_u32(bits, 15), 31));
}
ROPE_ALWAYS_INLINE uint16x4_t bfloat16_or_nan(float32x4_t v) noexcept {
    const uint32x4_t bits = vreinterpretq_u32_f32(v);
    const uint16x4_t quiet = vshrn_n_u32(vorrq_u32(bits, vdupq_n_u32(0x400000)), 16);
    const uint32x4_t nan = vcgtq_u32(vshlq_n_u32(bits, 1), vdupq_n_u32(0xff000000u));
    return vbsl_u16(vmovn_u32(nan), quiet, bfloat16_of(v));
}
// A NaN of the table as one that rounding leaves NaN.
ROPE_ALWAYS_INLINE float32x4_t without_carry(float32x4_t v) noexcept {
    const int32x4_t bits = vminq_s32(vreinterpretq_s32_f32(v), vdupq_n_s32(0x7fff7fff));
    return vreinterpretq_f32_u32(vminq_u32(vreinterpretq_u32_s32(bits), vdupq_n_u32(0xffff7fffu)));
}

// FromBfloat16: the data was bfloat16 and floats are loaded from the table only. Then the lower half of a NaN is empty,
// or what without_carry leaves there, and no result need be looked at for one.
template <bool FromBfloat16>
struct float_lanes {
    static constexpr int count = 4;
    static constexpr int registers = 32;
    static constexpr bool duplicates_either_way = false;
    static constexpr bool duplicates = true, streams = false, packs_bfloat16 = false;
    using vec = float32x4_t;

    ROPE_ALWAYS_INLINE static vec mul(vec a, vec b) noexcept { return vmulq_f32(a, b); }
    ROPE_ALWAYS_INLINE static vec fma(vec a, vec b, vec c) noexcept { return vfmaq_f32(c, a, b); }
    ROPE_ALWAYS_INLINE static vec fms(vec a, vec b, vec c) noexcept { return vfmaq_f32(vnegq_f32(c), a, b); }
    ROPE_ALWAYS_INLINE static vec table_value(vec v) noexcept { return FromBfloat16 ? without_carry(v) : v; }
    ROPE_ALWAYS_INLINE static vec broadcast(float x) noexcept { return table_value(vdupq_n_f32(x)); }
    // By its bits: without signed zeros (-ffast-math) -0.0 and 0.0 are one to the compiler.
    ROPE_ALWAYS_INLINE static vec sign_mask(bool negative) noexcept {
        return vreinterpretq_f32_u32(vdupq_n_u32(negative ? 0x80000000u : 0u));
    }
    // x1 * -s is -(x1 * s) to the bit, and the table is negated once for all heads.
    ROPE_ALWAYS_INLINE static vec rotate_first(vec x0, vec x1, vec c, vec, vec minus_s) noexcept {
        return fma(x0, c, mul(x1, minus_s));
    }
    ROPE_ALWAYS_INLINE static vec flip_sign(vec a, vec sign) noexcept {
        return vreinterpretq_f32_u32(veorq_u32(vreinterpretq_u32_f32(a), vreinterpretq_u32_f32(sign)));
    }

    ROPE_ALWAYS_INLINE static vec widened(half, uint16x4_t bits) noexcept {
        return vcvt_f32_f16(vreinterpret_f16_u16(bits));
    }
    ROPE_ALWAYS_INLINE static vec widened(bfloat16, uint16x4_t bits) noexcept {
        return vreinterpretq_f32_u32(vshll_n_u16(bits, 16));
    }
    ROPE_ALWAYS_INLINE static uint16x4_t narrowed(half, vec v) noexcept {
        return vreinterpret_u16_f16(vcvt_f16_f32(v));
    }
    ROPE_ALWAYS_INLINE static uint16x4_t narrowed(bfloat16, vec v) noexcept {
        return FromBfloat16 ? bfloat16_of(v) : bfloat16_or_nan(v);
    }

    // a0 b0 a1 b1 ... of the first and of the second half of the lanes.
    ROPE_ALWAYS_INLINE static void interleave(vec a, vec b, vec& low, vec& high) noexcept {
        low = vzip1q_f32(a, b);
        high = vzip2q_f32(a, b);
    }
    ROPE_ALWAYS_INLINE static void deinterleave(vec low, vec high, vec& a, vec& b) noexcept {
        a = vuzp1q_f32(low, high);
        b = vuzp2q_f32(low, high);
    }
    ROPE_ALWAYS_INLINE static vec load(const float* p) noexcept { return table_value(vld1q_f32(p)); }
    template <class T>
    ROPE_ALWAYS_INLINE static vec load(const T* p) noexcept {
        uint16x4_t bits;
        std::memcpy(&bits, p, sizeof bits);
        return widened(T(), bits);
    }
    template <class T>
    ROPE_ALWAYS_INLINE static vec load_part(const T* p, int n) noexcept {
        const auto b = fetch<count>(p, n);
        return load(b.elements);
    }
    ROPE_ALWAYS_INLINE static void store(float* p, vec v) noexcept { vst1q_f32(p, v); }
    template <class T>
    ROPE_ALWAYS_INLINE static void store(T* p, vec v) noexcept {
        const uint16x4_t bits = narrowed(T(), v);
        std::memcpy(static_cast<void*>(p), &bits, sizeof bits);
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void store_part(T* p, vec v, int n) noexcept {
        buffer<T, count> b;
        store(b.elements, v);
        std::memcpy(static_cast<void*>(p), &b, static_cast<std::size_t>(n) * sizeof(T));
    }
    // Doubled pairs: x0 cs - x1 sc in even lanes, x0 cs + x1 sc in odd ones; `swap_neighbours` makes sc of cs, the sine
    // negated.
    ROPE_ALWAYS_INLINE static vec rotate_duplicated(vec x0, vec x1, vec cs, vec sc) noexcept {
        return fma(x0, cs, mul(x1, sc));
    }
    ROPE_ALWAYS_INLINE static vec swap_neighbours(vec cs) noexcept {
        const vec even = vreinterpretq_f32_u64(vdupq_n_u64(0x80000000u));
        return flip_sign(vrev64q_f32(cs), even);
    }
    ROPE_ALWAYS_INLINE static void duplicated(vec x, vec& even, vec& odd) noexcept {
        even = vtrn1q_f32(x, x);
        odd = vtrn2q_f32(x, x);
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void load_duplicated(const T* p, vec& even, vec& odd) noexcept {
        duplicated(load(p), even, odd);
    }
    ROPE_ALWAYS_INLINE static void load_pairs(const float* p, vec& a, vec& b) noexcept {
        const float32x4x2_t both = vld2q_f32(p);
        a = both.val[0];
        b = both.val[1];
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void load_pairs(const T* p, vec& a, vec& b) noexcept {
        uint16x8_t words;
        std::memcpy(&words, p, sizeof words);
        a = widened(T(), vget_low_u16(vuzp1q_u16(words, words)));
        b = widened(T(), vget_low_u16(vuzp2q_u16(words, words)));
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void load_pairs_part(const T* p, int n, vec& a, vec& b) noexcept {
        const auto all = fetch<2 * count>(p, 2 * n);
        load_pairs(all.elements, a, b);
    }
    ROPE_ALWAYS_INLINE static void store_pairs(float* p, vec a, vec b) noexcept {
        vst2q_f32(p, float32x4x2_t{{a, b}});
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void store_pairs(T* p, vec a, vec b) noexcept {
        const uint16x4_t x = narrowed(T(), a), y = narrowed(T(), b);
        const uint16x8_t words = vcombine_u16(vzip1_u16(x, y), vzip2_u16(x, y));
        std::memcpy(static_cast<void*>(p), &words, sizeof words);
    }
    template <class T>
    ROPE_ALWAYS_INLINE static void store_pairs_part(T* p, vec a, vec b, int n) noexcept {
        buffer<T, 2 * count> all;
        store_pairs(all.elements, a, b);
        std::memcpy(static_cast<void*>(p), &all, static_cast<std::size_t>(2 * n) * sizeof(T));
    }
};

template <>
struct lanes<float> : float_lanes<false> {};

template <>
struct lanes<double> {
    static constexpr int count = 2;
    static constexpr int registers = 32;
    static constexpr bool duplicates_either_way = false;
    static constexpr bool duplicates = true, streams = false, packs_bfloat16 = false;
    using vec = float64x2_t;

    ROPE_ALWAYS_INLINE static vec mul(vec a, vec b) noexcept { return vmulq_f64(a, b); }
    ROPE_ALWAYS_INLINE static vec fma(vec a, vec b, vec c) noexcept { return vfmaq_f64(c, a, b); }
    ROPE_ALWAYS_INLINE static vec fms(vec a, vec b, vec c) noexcept { return vfmaq_f64(vnegq_f64(c), a, b); }
    ROPE_ALWAYS_INLINE static vec broadcast(double x) noexcept { return vdupq_n_f64(x); }
    ROPE_ALWAYS_INLINE static vec sign_mask(bool negative) noexcept {
        return vreinterpretq_f64_u64(vdupq_n_u64(negative ? UINT64_C(0x8000000000000000) : 0));
    }
    // x1 * -s is -(x1 * s) to the bit, and the table is negated once for all heads.
    ROPE_ALWAYS_INLINE static vec rotate_first(vec x0, vec x1, vec c, vec, vec minus_s) noexcept {
        return fma(x0, c, mul(x1, minus_s));
    }
    ROPE_ALWAYS_INLINE static vec flip_sign(vec a, vec sign) noexcept {
        return vreinterpretq_f64_u64(veorq_u64(vreinterpretq_u64_f64(a), vreinterpretq_u64_f64(sign)));
    }
    // a0 b0 a1 b1 ... of the first and of the second half of the lanes.
    ROPE_ALWAYS_INLINE static void interleave(vec a, vec b, vec& low, vec& high) noexcept {
        low = vzip1q_f64(a, b);
        high = vzip2q_f64(a, b);
    }
    ROPE_ALWAYS_INLINE static void deinterleave(vec low, vec high, vec& a, vec& b) noexcept {
        a = vuzp1q_f64(low, high);
        b = vuzp2q_f64(low, high);
    }
    ROPE_ALWAYS_INLINE static vec load(const double* p) noexcept { return vld1q_f64(p); }
    ROPE_ALWAYS_INLINE static vec load_part(const double* p, int n) noexcept {
        const auto b = fetch<count>(p, n);
        return load(b.elements);
    }
    ROPE_ALWAYS_INLINE static void store(double* p, vec v) noexcept { vst1q_f64(p, v); }
    ROPE_ALWAYS_INLINE static void store_part(double* p, vec v, int n) noexcept {
        buffer<double, count> b;
        store(b.elements, v);
        std::memcpy(p, &b, static_cast<std::size_t>(n) * sizeof(double));
    }
    // Doubled pairs: x0 cs - x1 sc in even lanes, x0 cs + x1 sc in odd ones; `swap_neighbours` makes sc of cs, the sine
    // negated.
    ROPE_ALWAYS_INLINE static vec rotate_duplicated(vec x0, vec x1, vec cs, vec sc) noexcept {
        return fma(x0, cs, mul(x1, sc));
    }
    ROPE_ALWAYS_INLINE static vec swap_neighbours(vec cs) noexcept {
        const vec even =
            vreinterpretq_f64_u64(vcombine_u64(vdup_n_u64(UINT64_C(0x8000000000000000)), vdup_n_u64(0)));
        return flip_sign(vextq_f64(cs, cs, 1), even);
    }
    ROPE_ALWAYS_INLINE static void duplicated(vec x, vec& even, vec& odd) noexcept {
        even = vtrn1q_f64(x, x);
        odd = vtrn2q_f64(x, x);
    }
    ROPE_ALWAYS_INLINE static void load_duplicated(const double* p, vec& even, vec& odd) noexcept {
        duplicated(load(p), even, odd);
    }
    ROPE_ALWAYS_INLINE static void load_pairs(const double* p, vec& a, vec& b) noexcept {
        const float64x2x2_t both = vld2q_f64(p);
        a = both.val[0];
        b = both.val[1];
    }
    ROPE_ALWAYS_INLINE static void load_pairs_part(const double* p, int n, vec& a, vec& b) noexcept {
        const auto all = fetch<2 * count>(p, 2 * n);
        load_pairs(all.elements, a, b);
    }
    ROPE_ALWAYS_INLINE static void store_pairs(double* p, vec a, vec b) noexcept {
        vst2q_f64(p, float64x2x2_t{{a, b}});
    }
    ROPE_ALWAYS_INLINE static void store_pairs_part(double* p, vec a, vec b, int n) noexcept {
        buffer<double, 2 * count> all;
        store_pairs(all.elements, a, b);
        std::memcpy(p, &all, static_cast<std::size_t>(2 * n) * sizeof(double));
    }

    // For tables.
    using mask = uint64x2_t;
    ROPE_ALWAYS_INLINE static vec load_operand(const double* p) noexcept { return vld1q_f64(p); }
    ROPE_ALWAYS_INLINE static vec add(vec a, vec b) noexcept { return vaddq_f64(a, b); }
    ROPE_ALWAYS_INLINE static vec sub(vec a, vec b) noexcept { return vsubq_f64(a, b); }
    ROPE_ALWAYS_INLINE static vec fnma(vec a, vec b, vec c) noexcept { return vfmsq_f64(c, a, b); }
    ROPE_ALWAYS_INLINE static vec abs(vec a) noexcept { return vabsq_f64(a); }
    ROPE_ALWAYS_INLINE static mask load_mask(const std::uint64_t* p) noexcept { return vld1q_u64(p); }
    // a where the mask is set, else b.
    ROPE_ALWAYS_INLINE static vec select(mask m, vec a, vec b) noexcept { return vbslq_f64(m, a, b); }
    ROPE_ALWAYS_INLINE static vec load_signs(const std::uint64_t* p) noexcept {
        return vreinterpretq_f64_u64(vld1q_u64(p));
    }
};

// The lanes of a job.
template <class In, class Out, bool>
using lanes_for = std::conditional_t<std::is_same_v<In, bfloat16> && std::is_same_v<Out, bfloat16>,
                                     float_lanes<true>, lanes<compute_type<In>>>;

} // namespace neon
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
