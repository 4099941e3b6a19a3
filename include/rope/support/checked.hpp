// Integer arithmetic that stays inside int64.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>
#include <cstring>
#include <limits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr std::int64_t most_int64 = (std::numeric_limits<std::int64_t>::max)();

// a * b and a + b, clamped to -(2^63 - 1) .. 2^63 - 1, so that impossible sizes stay impossible until they are refused.
constexpr std::int64_t saturating_multiply(std::int64_t a, std::int64_t b) noexcept {
    if (a == 0 || b == 0) {
        return 0;
    }
#if defined(__GNUC__) || defined(__clang__)
    std::int64_t product = 0;
    if (!__builtin_mul_overflow(a, b, &product) && product >= -most_int64) {
        return product;
    }
#else
    const std::uint64_t x = a < 0 ? 0 - static_cast<std::uint64_t>(a) : static_cast<std::uint64_t>(a);
    const std::uint64_t y = b < 0 ? 0 - static_cast<std::uint64_t>(b) : static_cast<std::uint64_t>(b);
    if (x <= static_cast<std::uint64_t>(most_int64) / y) {
        const auto product = static_cast<std::int64_t>(x * y);
        return (a < 0) != (b < 0) ? -product : product;
    }
#endif
    return (a < 0) != (b < 0) ? -most_int64 : most_int64;
}

constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) noexcept {
    if (b > 0 && a > most_int64 - b) {
        return most_int64;
    }
    if (b < 0 && a < -most_int64 - b) {
        return -most_int64;
    }
    return a + b;
}

constexpr std::int64_t magnitude(std::int64_t a) noexcept { // of any but the least int64
    return a < 0 ? -a : a;
}

// By bits: -ffast-math compiles comparisons with infinity and NaN away.
inline bool has_finite_bits(double x) noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    return ((bits >> 52) & 0x7ff) != 0x7ff;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
