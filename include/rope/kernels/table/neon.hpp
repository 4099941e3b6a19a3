// The table builder in vectors of 128 bits (AArch64).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/neon.hpp>
#include <rope/kernels/table/common.hpp>

#if ROPE_WITH_NEON

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace neon {

// Bit k for each of 4 lanes that is all ones.
ROPE_ALWAYS_INLINE std::uint32_t lanes_set(uint32x4_t lanes) noexcept {
    const std::uint32_t weight[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(lanes, vld1q_u32(weight)));
}

// 4 doubles rounded to T.
template <class T>
struct storage;

template <>
struct storage<float> {
    static constexpr bool has_quick_test = false;
    using packed = uint32x4_t;
    ROPE_ALWAYS_INLINE static packed narrow(float64x2_t a, float64x2_t b) noexcept {
        return vreinterpretq_u32_f32(vcvt_high_f32_f64(vcvt_f32_f64(a), b));
    }
    ROPE_ALWAYS_INLINE static std::uint32_t different(packed a, packed b) noexcept {
        return lanes_set(vmvnq_u32(vceqq_u32(a, b)));
    }
    template <bool NonTemporal>
    ROPE_ALWAYS_INLINE static void store(float* p, packed x) noexcept {
        vst1q_f32(p, vreinterpretq_f32_u32(x));
    }
};

// To 24 bits, the last one set: what a second rounding to 11 or 8 bits needs to be right.
ROPE_ALWAYS_INLINE float32x4_t to_odd_floats(float64x2_t a, float64x2_t b) noexcept {
    return vcvtx_high_f32_f64(vcvtx_f32_f64(a), b); // the processor's own round to odd
}

struct storage_of_16_bits {
    static constexpr bool has_quick_test = false;
    using packed = uint16x4_t;
    ROPE_ALWAYS_INLINE static std::uint32_t different(packed a, packed b) noexcept {
        return lanes_set(vmovl_s16_bits(vmvn_u16(vceq_u16(a, b))));
    }
    ROPE_ALWAYS_INLINE static uint32x4_t vmovl_s16_bits(uint16x4_t x) noexcept {
        return vreinterpretq_u32_s32(vmovl_s16(vreinterpret_s16_u16(x)));
    }
    template <bool NonTemporal>
    ROPE_ALWAYS_INLINE static void store(void* p, packed x) noexcept {
        std::memcpy(p, &x, sizeof x);
    }
};

template <>
struct storage<half> : storage_of_16_bits {
    ROPE_ALWAYS_INLINE static packed narrow(float64x2_t a, float64x2_t b) noexcept {
        return vreinterpret_u16_f16(vcvt_f16_f32(to_odd_floats(a, b)));
    }
};

template <>
struct storage<bfloat16> : storage_of_16_bits {
    ROPE_ALWAYS_INLINE static packed narrow(float64x2_t a, float64x2_t b) noexcept {
        const uint32x4_t bits = vreinterpretq_u32_f32(to_odd_floats(a, b));
        const uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1)); // exact values may tie
        return vshrn_n_u32(vaddq_u32(vaddq_u32(bits, vdupq_n_u32(0x7fff)), odd), 16);
    }
};

#include <rope/kernels/table/body.inc>

} // namespace neon
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
