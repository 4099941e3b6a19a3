// words: numbers as text, for sentences and explanations. No locale, no stream.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>
#include <rope/support/sentence.hpp>

#include <cstdint>
#include <cstring>
#include <string>

#if ROPE_DEFINITIONS
#include <charconv>
#endif

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
ROPE_COLD std::string number(double x);
ROPE_COLD std::string number(std::int64_t x);

// x to `digits` significant digits.
ROPE_COLD std::string number(double x, int digits);

#if ROPE_DEFINITIONS
ROPE_NOINLINE ROPE_API std::string number(double x) {
    return sentence({x});
}

ROPE_NOINLINE ROPE_API std::string number(std::int64_t x) {
    return sentence({x});
}

ROPE_NOINLINE ROPE_API std::string number(double x, int digits) {
    char text[64];
    const std::to_chars_result end =
        std::to_chars(text, text + sizeof text, x, std::chars_format::general, digits);
    return std::string(text, end.ptr);
}
#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
