// fma(a, b, c): a * b + c rounded once, to nearest even, on every machine and under every compiler flag.
// The processor's instruction where the translation unit may use it; else integer arithmetic, because a rounding error that
// is computed in floating point depends on an order of operations that -Ofast may change. NaN payloads and signs are not
// promised; denormals and signed zeros are.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/half.hpp>
#include <rope/numbers/limbs.hpp>
#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || ROPE_ARCH_AARCH64
#define ROPE_HARDWARE_FMA 1
#else
#define ROPE_HARDWARE_FMA 0
#endif
#if ROPE_HARDWARE_FMA && !defined(__GNUC__)
#include <cmath>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// 128 bits in two words, enough for an aligned product; portable, and only where no instruction does the
// work.
struct two_words {
    std::uint64_t high, low;
};

inline two_words multiply_words(std::uint64_t a, std::uint64_t b) noexcept {
    const limb_pair product = multiply_limbs(a, b);
    return {product.high, product.low};
}

inline two_words shift_left(two_words v, int count) noexcept { // count in [0, 127]
    if (count >= 64) {
        return {v.low << (count - 64), 0};
    }
    return count == 0 ? v : two_words{(v.high << count) | (v.low >> (64 - count)), v.low << count};
}

// Shifts right; when a one falls out, the lowest bit of the result is set, so that no rounding decision
// changes.
inline two_words shift_right_sticky(two_words v, int count) noexcept { // count >= 0
    if (count == 0) {
        return v;
    }
    if (count > 127) {
        return {0, (v.high | v.low) != 0 ? 1u : 0u};
    }
    const two_words lost = shift_left(v, 128 - count);
    const std::uint64_t sticky = (lost.high | lost.low) != 0 ? 1u : 0u;
    if (count >= 64) {
        return {0, (v.high >> (count - 64)) | sticky};
    }
    return {v.high >> count, (v.low >> count) | (v.high << (64 - count)) | sticky};
}

// A finite number as sign, 64-bit significand with its top bit set (or zero) and the exponent of its lowest
// bit.
struct unpacked {
    bool negative;
    std::uint64_t significand;
    int exponent;
};

template <int Exponent, int Fraction>
inline unpacked unpack(std::uint64_t bits) noexcept {
    constexpr std::uint64_t one = 1;
    const std::uint64_t fraction = bits & ((one << Fraction) - 1);
    const int field = static_cast<int>((bits >> Fraction) & ((one << Exponent) - 1));
    const std::uint64_t significand = field == 0 ? fraction : fraction | (one << Fraction);
    const int exponent = (field == 0 ? 1 : field) - ((1 << (Exponent - 1)) - 1) - Fraction;
    const bool negative = (bits >> (Exponent + Fraction)) != 0;
    if (significand == 0) {
        return {negative, 0, 0};
    }
    const int shift = leading_zeros(significand);
    return {negative, significand << shift, exponent - shift};
}

// fma over the bits of finite numbers, a and b not zero.
template <int Exponent, int Fraction>
inline std::uint64_t fma_bits(std::uint64_t a_bits, std::uint64_t b_bits, std::uint64_t c_bits) noexcept {
    constexpr int bias = (1 << (Exponent - 1)) - 1;
    constexpr std::uint64_t one = 1;
    constexpr std::uint64_t infinity = ((one << Exponent) - 1) << Fraction;
    const unpacked a = unpack<Exponent, Fraction>(a_bits), b = unpack<Exponent, Fraction>(b_bits),
                   c = unpack<Exponent, Fraction>(c_bits);

    // Both terms with their top bit at 126, two places short of overflow. The product has its top bit at 126
    // or 127 and at least 20 zeros at the bottom, so the one place to the right costs nothing.
    two_words sum = shift_right_sticky(multiply_words(a.significand, b.significand), 1);
    int exponent = a.exponent + b.exponent + 1;
    if ((sum.high >> 62) == 0) {
        sum = shift_left(sum, 1);
        exponent -= 1;
    }
    bool negative = a.negative != b.negative;
    if (c.significand != 0) {
        two_words term = {c.significand >> 1, c.significand << 63};
        int term_exponent = c.exponent - 63;
        // A shift of more than one place can lose bits but then at most one place cancels: a sticky bit is
        // enough.
        bool term_negative = c.negative;
        if (term_exponent > exponent ||
            (term_exponent == exponent &&
             (term.high > sum.high || (term.high == sum.high && term.low > sum.low)))) {
            const two_words t = sum;
            sum = term;
            term = t;
            const int e = exponent;
            exponent = term_exponent;
            term_exponent = e;
            const bool n = negative;
            negative = term_negative;
            term_negative = n;
        }
        term = shift_right_sticky(term, exponent - term_exponent);
        if (negative == term_negative) {
            const std::uint64_t low = sum.low + term.low;
            sum = {sum.high + term.high + (low < sum.low ? 1u : 0u), low};
        } else {
            const std::uint64_t low = sum.low - term.low;
            sum = {sum.high - term.high - (sum.low < term.low ? 1u : 0u), low};
            if ((sum.high | sum.low) == 0) {
                return 0; // exact cancellation is +0
            }
        }
    }
    const int zeros = sum.high != 0 ? leading_zeros(sum.high) : 64 + leading_zeros(sum.low);
    sum = shift_left(sum, zeros);
    const int field = exponent - zeros + 127 + bias; // of a normal result
    const int denormal = field < 1 ? 1 - field : 0;
    // Fraction + 1 bits, one to decide by and a sticky one.
    const std::uint64_t kept = shift_right_sticky(sum, 125 - Fraction + denormal).low;
    std::uint64_t result = round_shift<std::uint64_t>(kept, 2);
    if (field > 1) {
        result += static_cast<std::uint64_t>(field - 1) << Fraction;
    }
    if (field >= (1 << Exponent) - 1 || result > infinity) {
        result = infinity;
    }
    return result | (static_cast<std::uint64_t>(negative) << (Exponent + Fraction));
}

// True when a factor is zero, infinite or NaN, or the term infinite or NaN: then nothing is rounded.
template <int Exponent, int Fraction>
inline bool fma_is_special(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept {
    constexpr std::uint64_t one = 1;
    constexpr std::uint64_t infinity = ((one << Exponent) - 1) << Fraction;
    constexpr std::uint64_t magnitude = (one << (Exponent + Fraction)) - 1;
    return (a & magnitude) == 0 || (b & magnitude) == 0 || (a & infinity) == infinity ||
           (b & infinity) == infinity || (c & infinity) == infinity;
}

inline double software_fma(double a, double b, double c) noexcept {
    const std::uint64_t x = bits_as<std::uint64_t>(a), y = bits_as<std::uint64_t>(b),
                        z = bits_as<std::uint64_t>(c);
    if (ROPE_UNLIKELY((fma_is_special<11, 52>(x, y, z)))) {
        constexpr std::uint64_t infinity = 0x7ff0000000000000u;
        const bool finite_product = (x & infinity) != infinity && (y & infinity) != infinity;
        // A finite product may overflow on its own, but not against an infinite term.
        return finite_product && (z & infinity) == infinity ? c + c : a * b + c;
    }
    return bits_as<double>(fma_bits<11, 52>(x, y, z));
}

// The product of two floats is a double exactly. The double nearest to product + c lies on the same side of
// every float and of every midpoint between floats as the exact sum, unless it is a midpoint itself: then,
// and where the result is a denormal (whose midpoints stand elsewhere), integers decide.
inline float software_fma(float a, float b, float c) noexcept {
#if ROPE_EXCESS_PRECISION // the sum would be rounded twice
    const std::uint32_t x = bits_as<std::uint32_t>(a), y = bits_as<std::uint32_t>(b),
                        z = bits_as<std::uint32_t>(c);
    if (!fma_is_special<8, 23>(x, y, z)) {
        return bits_as<float>(static_cast<std::uint32_t>(fma_bits<8, 23>(x, y, z)));
    }
#endif
    const double sum = static_cast<double>(a) * static_cast<double>(b) + static_cast<double>(c);
    const std::uint64_t bits = bits_as<std::uint64_t>(sum);
    const std::uint64_t magnitude = bits & 0x7fffffffffffffffu;
    const bool midpoint = (bits & 0x1fffffffu) == 0x10000000u;
    const bool denormal = magnitude - 1 < 0x3810000000000000u - 1; // 0 < |sum| < 2^-126
    if (ROPE_UNLIKELY(midpoint || denormal)) {
        const std::uint32_t x = bits_as<std::uint32_t>(a), y = bits_as<std::uint32_t>(b),
                            z = bits_as<std::uint32_t>(c);
        if (!fma_is_special<8, 23>(x, y, z)) { // those are exact in double
            return bits_as<float>(static_cast<std::uint32_t>(fma_bits<8, 23>(x, y, z)));
        }
    }
    // From the bits, so that no flag lets the compiler do the sum in float after all.
    std::uint64_t kept = bits;
#if defined(__GNUC__) || defined(__clang__)
    __asm__("" : "+r"(kept));
#endif
    return static_cast<float>(bits_as<double>(kept));
}

ROPE_ALWAYS_INLINE float fma(float a, float b, float c) noexcept {
#if ROPE_HARDWARE_FMA && defined(__GNUC__)
    return __builtin_fmaf(a, b, c);
#elif ROPE_HARDWARE_FMA
    return std::fma(a, b, c);
#else
    return software_fma(a, b, c);
#endif
}

ROPE_ALWAYS_INLINE double fma(double a, double b, double c) noexcept {
#if ROPE_HARDWARE_FMA && defined(__GNUC__)
    return __builtin_fma(a, b, c);
#elif ROPE_HARDWARE_FMA
    return std::fma(a, b, c);
#else
    return software_fma(a, b, c);
#endif
}

// a * b, rounded once, to its type. Where expressions keep excess precision (the x87) that takes a store for float, whose
// product is exact in a register, and integers for double.
ROPE_ALWAYS_INLINE float product(float a, float b) noexcept {
#if ROPE_EXCESS_PRECISION
    const volatile float rounded = a * b;
    return rounded;
#else
    return a * b;
#endif
}
ROPE_ALWAYS_INLINE double product(double a, double b) noexcept {
#if ROPE_EXCESS_PRECISION
    return software_fma(a, b, -0.0);
#else
    return a * b;
#endif
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
