// 8-bit floating point: E4M3 (E4M3FN) and E5M2 of the OCP 8-bit floating point specification, to and from float, by integers:
// the same bits under every compiler flag. These are storage; arithmetic is done in float.
//
//             sign exponent fraction bias  largest  least normal  least denormal  infinity  NaN
//   fp8_e4m3     1        4        3    7      448         2^-6            2^-9      none   0x7f, 0xff
//   fp8_e5m2     1        5        2   15    57344        2^-14           2^-16    0x7c    0x7d to 0x7f
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/half.hpp>
#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// The bits of a number. They may alias: memory of another library's type for the same format is read and written through them.
struct ROPE_MAY_ALIAS fp8_e4m3 {
    std::uint8_t bits;
};
struct ROPE_MAY_ALIAS fp8_e5m2 {
    std::uint8_t bits;
};

// What becomes of a value whose rounding is larger than the largest number. saturate: that number, with the value's sign,
// also of an infinity (the specification's saturating mode; what caches use). overflow: NaN in E4M3, infinity in E5M2.
enum class fp8_range : std::uint8_t { saturate, overflow };

// The number itself; NaN for NaN.
inline float to_float(fp8_e4m3 x) noexcept {
    const std::uint32_t sign = static_cast<std::uint32_t>(x.bits & 0x80u) << 24;
    const std::uint32_t magnitude = x.bits & 0x7fu;
    std::uint32_t bits;
    if (magnitude == 0x7f) {
        bits = 0x7fc00000u;
    } else if (magnitude >= 8) {
        bits = (magnitude << 20) + (120u << 23);
    } else { // magnitude * 2^-9
        bits =
            magnitude == 0 ? 0 : detail::bits_as<std::uint32_t>(static_cast<float>(magnitude)) - (9u << 23);
    }
    return detail::bits_as<float>(sign | bits);
}

inline float to_float(fp8_e5m2 x) noexcept { // the upper half of a half
    return to_float(half{static_cast<std::uint16_t>(x.bits << 8)});
}

// value rounded once, to nearest even. Error bound: half a unit of the last place, |result - value| <= max(2^-4 |value|, 2^-10)
// for |value| <= 448. Larger values: as `range` says, where 464, half way to the next number there would be, still rounds to
// 448. NaN becomes 0x7f with its sign.
inline fp8_e4m3 to_fp8_e4m3(float value, fp8_range range = fp8_range::saturate) noexcept {
    const std::uint32_t bits = detail::bits_as<std::uint32_t>(value);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    const unsigned sign = (bits >> 24) & 0x80u;
    constexpr unsigned largest = 0x7e, nan = 0x7f;
    unsigned result;
    if (magnitude > 0x7f800000u) {
        result = nan;
    } else if (magnitude >= (129u + 7u) << 23) { // 512
        result = range == fp8_range::saturate ? largest : nan;
    } else if (magnitude >=
               121u << 23) { // 2^-6; a carry out of the fraction is a correct step of the exponent
        result = detail::round_shift<std::uint32_t>(magnitude - (120u << 23), 20);
        if (result > largest) {
            result = range == fp8_range::saturate ? largest : nan;
        }
    } else { // in units of 2^-9
        const int exponent = static_cast<int>(magnitude >> 23);
        const std::uint32_t significand = (magnitude & 0x7fffffu) | 0x800000u;
        const int shift = 141 - exponent;
        result = shift > 24 ? 0u : detail::round_shift<std::uint32_t>(significand, shift);
    }
    return {static_cast<std::uint8_t>(sign | result)};
}

// value rounded once, to nearest even. Error bound: |result - value| <= max(2^-3 |value|, 2^-17) for |value| <= 57344. Larger
// values: as `range` says, from 61440 on, half way to the next number there would be. NaN becomes 0x7e with its sign.
inline fp8_e5m2 to_fp8_e5m2(float value, fp8_range range = fp8_range::saturate) noexcept {
    const std::uint32_t magnitude = detail::bits_as<std::uint32_t>(value) & 0x7fffffffu;
    const unsigned bits = detail::narrow_bits<8, 23, 5, 2>(detail::bits_as<std::uint32_t>(value));
    if (magnitude > 0x7f800000u) {
        return {static_cast<std::uint8_t>((bits & 0x80u) | 0x7eu)};
    }
    const bool over = (bits & 0x7fu) == 0x7cu;
    return {static_cast<std::uint8_t>(over && range == fp8_range::saturate ? bits - 1 : bits)};
}

} // namespace ROPE_ABI
} // namespace rope
