// words: numbers and names inside error sentences and explanations. No locale, no stream.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// By bits: -ffast-math compiles comparisons with infinity and NaN away.
inline bool finite_bits(double x) noexcept {
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return ((bits >> 52) & 0x7ff) != 0x7ff;
}

// The shortest decimal that reads back as x; whole numbers as such (500000, not 5e+05).
inline std::string number(double x) {
    if (finite_bits(x) && x > -1e15 && x < 1e15 && x == static_cast<double>(static_cast<std::int64_t>(x))) {
        return std::to_string(static_cast<std::int64_t>(x));
    }
    char text[40];
    const std::to_chars_result end = std::to_chars(text, text + sizeof text, x);
    return std::string(text, end.ptr);
}

inline std::string number(std::int64_t x) {
    return std::to_string(x);
}

// x to `digits` significant digits.
inline std::string number(double x, int digits) {
    char text[64];
    const std::to_chars_result end =
        std::to_chars(text, text + sizeof text, x, std::chars_format::general, digits);
    return std::string(text, end.ptr);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
