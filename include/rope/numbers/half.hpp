// IEEE half and bfloat16 to and from float and double, by integers: the same bits under every compiler flag.
// Widening is exact. Narrowing rounds once, to nearest even; what is too large becomes infinity, what is too
// small a denormal or a signed zero. NaN stays NaN, made quiet, the top of its payload kept.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/scalars.hpp>
#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class To, class From>
ROPE_ALWAYS_INLINE To bits_as(From from) noexcept {
    static_assert(sizeof(To) == sizeof(From) && std::is_trivially_copyable_v<From>,
                  "the same number of bytes");
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

// value >> count, rounded to nearest even; count in [1, 63].
template <class Bits>
ROPE_ALWAYS_INLINE Bits round_shift(Bits value, int count) noexcept {
    const Bits one = 1;
    return (value + ((one << (count - 1)) - 1) + ((value >> count) & one)) >> count;
}

// The bits of a binary floating point number (FromExponent and FromFraction bits wide) as those of a narrower
// one.
template <int FromExponent, int FromFraction, int ToExponent, int ToFraction, class Bits>
inline std::uint16_t narrow_bits(Bits bits) noexcept {
    constexpr int drop = FromFraction - ToFraction;
    constexpr int rebias = (1 << (FromExponent - 1)) - (1 << (ToExponent - 1));
    constexpr Bits one = 1;
    constexpr Bits infinity = ((one << FromExponent) - 1) << FromFraction;
    constexpr unsigned to_infinity = ((1u << ToExponent) - 1u) << ToFraction;

    const Bits magnitude = bits & ((one << (FromExponent + FromFraction)) - 1);
    const unsigned sign = static_cast<unsigned>(bits >> (FromExponent + FromFraction))
                          << (ToExponent + ToFraction);
    const int exponent = static_cast<int>(magnitude >> FromFraction);
    unsigned result;
    if (magnitude > infinity) {
        const unsigned payload = static_cast<unsigned>(magnitude >> drop) & ((1u << ToFraction) - 1u);
        result = to_infinity | (1u << (ToFraction - 1)) | payload;
    } else if (exponent >= rebias + (1 << ToExponent) - 1) {
        result = to_infinity;
    } else if (rebias == 0 ||
               exponent > rebias) { // a carry out of the fraction is a correct step of the exponent
        result = static_cast<unsigned>(round_shift<Bits>(magnitude - (Bits(rebias) << FromFraction), drop));
    } else { // a denormal of the narrower type; a denormal of the wider one is far below half of the smallest
        const Bits significand = (magnitude & ((one << FromFraction) - 1)) | (one << FromFraction);
        const int shift = drop + 1 + rebias - exponent;
        result = shift > FromFraction + 1 ? 0u : static_cast<unsigned>(round_shift<Bits>(significand, shift));
    }
    return static_cast<std::uint16_t>(sign | result);
}

} // namespace detail

inline float to_float(half h) noexcept {
    const std::uint32_t sign = static_cast<std::uint32_t>(h.bits & 0x8000u) << 16;
    const std::uint32_t magnitude = h.bits & 0x7fffu;
    std::uint32_t bits;
    if (magnitude - 0x400u < 0x7800u) { // normal: most of what is met, and one predictable branch
        bits = (magnitude << 13) + (112u << 23);
    } else if (magnitude >= 0x7c00u) {
        bits = 0x7f800000u | ((magnitude & 0x3ffu) << 13) | (magnitude > 0x7c00u ? 0x400000u : 0u);
    } else if (magnitude != 0) { // magnitude * 2^-24
        bits = detail::bits_as<std::uint32_t>(static_cast<float>(magnitude)) - (24u << 23);
    } else {
        bits = 0;
    }
    return detail::bits_as<float>(sign | bits);
}

inline float to_float(bfloat16 b) noexcept {
    const std::uint32_t bits = static_cast<std::uint32_t>(b.bits) << 16;
    const bool nan = (b.bits & 0x7fffu) > 0x7f80u;
    return detail::bits_as<float>(bits | (nan ? 0x400000u : 0u));
}

inline half to_half(float value) noexcept {
    return {detail::narrow_bits<8, 23, 5, 10>(detail::bits_as<std::uint32_t>(value))};
}
inline half to_half(double value) noexcept {
    return {detail::narrow_bits<11, 52, 5, 10>(detail::bits_as<std::uint64_t>(value))};
}
inline bfloat16 to_bfloat16(float value) noexcept {
    return {detail::narrow_bits<8, 23, 8, 7>(detail::bits_as<std::uint32_t>(value))};
}
inline bfloat16 to_bfloat16(double value) noexcept {
    return {detail::narrow_bits<11, 52, 8, 7>(detail::bits_as<std::uint64_t>(value))};
}

namespace detail {

// One name for generic code: widen(x) to the compute type, narrow<T>(y) to the storage type.
ROPE_ALWAYS_INLINE float widen(float x) noexcept {
    return x;
}
ROPE_ALWAYS_INLINE double widen(double x) noexcept {
    return x;
}
ROPE_ALWAYS_INLINE float widen(half x) noexcept {
    return to_float(x);
}
ROPE_ALWAYS_INLINE float widen(bfloat16 x) noexcept {
    return to_float(x);
}

template <class T, class Compute>
ROPE_ALWAYS_INLINE T narrow(Compute y) noexcept {
    if constexpr (std::is_same_v<T, half>) {
        return to_half(y);
    } else if constexpr (std::is_same_v<T, bfloat16>) {
        return to_bfloat16(y);
    } else {
        return static_cast<T>(y);
    }
}

// -x, for a NaN too.
inline double flipped(double x) noexcept {
    return -x;
}
inline float flipped(float x) noexcept {
    return -x;
}
inline half flipped(half x) noexcept {
    return {static_cast<std::uint16_t>(x.bits ^ 0x8000u)};
}
inline bfloat16 flipped(bfloat16 x) noexcept {
    return {static_cast<std::uint16_t>(x.bits ^ 0x8000u)};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
