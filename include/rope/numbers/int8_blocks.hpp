// 8-bit integers with a scale: a row or block of floats as scale * integer, and ggml's q8_0 blocks. Symmetric: the largest
// magnitude of the block becomes 127. The same bits under every compiler flag, and those of ggml's reference quantisation of
// q8_0 (quantize_row_q8_0_ref: d = amax / 127, integers round(x * (1 / d)), halves away from zero, d stored as half).
//
// Error bound, with a = the block's largest magnitude and d = a / 127:
//   int8, scale in float   |x' - x| <= (0.5 + 2^-14) d                  2^-121 <= a < 2^127
//   q8_0, scale in half    |x' - x| <= (0.5 + 127 / 2^11 + 2^-14) d     127 * 2^-14 <= a <= 127 * 65504
//                          |x' - x| <= 0.5 d + 127 * 2^-25 + 2^-14 d    smaller a (d is a denormal half, or 0)
// Smaller blocks become zeros. q8_0: from a = 127 * 65520 on the scale is infinite, as in ggml. A block with an infinity or a
// NaN has that as its scale and integers 0: every value read back is NaN, so that it is not lost.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/float_mode.hpp>
#include <rope/numbers/fma.hpp>
#include <rope/numbers/half.hpp>
#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// ggml's block_q8_0: 34 bytes. Value k is d * q[k].
struct q8_0_block {
    static constexpr std::int64_t size = 32; // values of a block
    half d;
    std::int8_t q[size];
};
static_assert(sizeof(q8_0_block) == 34 && alignof(q8_0_block) == 2, "the layout of ggml's block_q8_0");

namespace detail {

// value, not to be combined with the operations that it came from: -Ofast knows no rounding.
ROPE_ALWAYS_INLINE float unfused(float value) noexcept {
#if defined(__GNUC__) && defined(__x86_64__)
    __asm__("" : "+x"(value)); // stays in its register
    return value;
#else
    auto bits = bits_as<std::uint32_t>(value);
#if defined(__GNUC__)
    __asm__("" : "+r"(bits));
#endif
    return bits_as<float>(bits);
#endif
}
ROPE_ALWAYS_INLINE double unfused(double value) noexcept {
#if defined(__GNUC__) && defined(__x86_64__)
    __asm__("" : "+x"(value));
    return value;
#else
    auto bits = bits_as<std::uint64_t>(value);
#if defined(__GNUC__)
    __asm__("" : "+r"(bits));
#endif
    return bits_as<double>(bits);
#endif
}

// a / b, rounded once. The double quotient, even as a * (1 / b), lies on the same side of every midpoint between floats as
// the real one: those are at least 2^-49 away, its error is at most 2^-51.
ROPE_ALWAYS_INLINE float quotient(float a, float b) noexcept {
    return static_cast<float>(unfused(static_cast<double>(a) / static_cast<double>(b)));
}

constexpr std::uint32_t infinity_bits = 0x7f800000u;

// The bits of the largest magnitude; of NaN and infinity more than of any number.
inline std::uint32_t largest_magnitude(const float* x, std::int64_t n) noexcept {
    std::uint32_t most = 0;
    for (std::int64_t k = 0; k < n; ++k) {
        const std::uint32_t bits = bits_as<std::uint32_t>(x[k]) & 0x7fffffffu;
        most = bits > most ? bits : most;
    }
    return most;
}

// What a block of this largest magnitude is multiplied by, and the scale that is stored. factor 0: integers are 0.
struct int8_scale {
    float factor, scale;
};
inline int8_scale scale_of_magnitude(std::uint32_t most) noexcept {
    const float a = bits_as<float>(most);
    if (most >= infinity_bits) {
        return {0, a};
    }
    const float d = quotient(a, 127.0f);
    if (bits_as<std::uint32_t>(d) < 0x00200000u + 1u) { // 1 / d would overflow
        return {0, d};
    }
    return {quotient(1.0f, d), d};
}

// x * factor to the nearest integer, halves away from zero; |x * factor| < 2^23.
ROPE_ALWAYS_INLINE std::int8_t nearest_int8(float x, float factor) noexcept {
    const float value = unfused(product(x, factor));
    const auto whole = static_cast<std::int32_t>(value);
    const float rest = value - static_cast<float>(whole);
    const std::int32_t step = (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
    return static_cast<std::int8_t>(whole + step);
}

inline void fill_int8(const float* x, std::int64_t n, float factor, std::int8_t* q) noexcept {
    for (std::int64_t k = 0; k < n; ++k) {
        q[k] = factor == 0 ? std::int8_t{0} : nearest_int8(x[k], factor);
    }
}

} // namespace detail

// n floats as integers; returns their scale: x[k] is close to scale * q[k]. Bound, range and NaN: above.
inline float quantize_int8(const float* x, std::int64_t n, std::int8_t* q) noexcept {
    const detail::default_float_mode mode;
    const detail::int8_scale s = detail::scale_of_magnitude(detail::largest_magnitude(x, n));
    detail::fill_int8(x, n, s.factor, q);
    return s.scale;
}
inline void dequantize_int8(const std::int8_t* q, std::int64_t n, float scale, float* x) noexcept {
    const detail::default_float_mode mode;
    for (std::int64_t k = 0; k < n; ++k) {
        x[k] = detail::product(static_cast<float>(q[k]), scale);
    }
}

// 32 floats as a block, and back.
inline void quantize_q8_0(const float* x, q8_0_block& block) noexcept {
    const detail::default_float_mode mode;
    const detail::int8_scale s = detail::scale_of_magnitude(detail::largest_magnitude(x, q8_0_block::size));
    block.d = to_half(s.scale);
    detail::fill_int8(x, q8_0_block::size, s.factor, block.q);
}
inline void dequantize_q8_0(const q8_0_block& block, float* x) noexcept {
    dequantize_int8(block.q, q8_0_block::size, to_float(block.d), x);
}

} // namespace ROPE_ABI
} // namespace rope
