// limbs: 64-bit words of long integers: add and subtract with carry, 64 x 64 -> 128, shifts, leading zeros.
// Little end first. The compiler's 128-bit type is used where it exists; the portable lines give the same
// bits.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct limb_pair {
    std::uint64_t low, high;
};

#if defined(__SIZEOF_INT128__) && !defined(ROPE_NO_INT128)
__extension__ typedef unsigned __int128 uint128_word;

inline limb_pair multiply_limbs(std::uint64_t a, std::uint64_t b) noexcept {
    const uint128_word product = static_cast<uint128_word>(a) * b;
    return {static_cast<std::uint64_t>(product), static_cast<std::uint64_t>(product >> 64)};
}
#else
inline limb_pair multiply_limbs(std::uint64_t a, std::uint64_t b) noexcept {
    constexpr std::uint64_t mask = 0xffffffffu;
    const std::uint64_t low = (a & mask) * (b & mask);
    const std::uint64_t cross = (a >> 32) * (b & mask) + (low >> 32); // < 2^64: (2^32-1)^2 + 2^32 - 1
    const std::uint64_t other = (a & mask) * (b >> 32) + (cross & mask);
    return {(other << 32) | (low & mask), (a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32)};
}
#endif

// a + b + carry; carry becomes 0 or 1.
inline std::uint64_t add_carry(std::uint64_t a, std::uint64_t b, std::uint64_t& carry) noexcept {
    const std::uint64_t part = a + carry;
    const std::uint64_t sum = part + b;
    carry = static_cast<std::uint64_t>(part < carry) | static_cast<std::uint64_t>(sum < b);
    return sum;
}

// a - b - borrow; borrow becomes 0 or 1.
inline std::uint64_t subtract_borrow(std::uint64_t a, std::uint64_t b, std::uint64_t& borrow) noexcept {
    const std::uint64_t part = a - b;
    const std::uint64_t difference = part - borrow;
    borrow = static_cast<std::uint64_t>(a < b) | static_cast<std::uint64_t>(part < borrow);
    return difference;
}

// Zero bits above the highest one; 64 for 0.
inline int leading_zeros(std::uint64_t x) noexcept {
    if (x == 0) {
        return 64;
    }
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_clzll(x);
#else
    int count = 0;
    for (int step = 32; step > 0; step /= 2) {
        if ((x >> (64 - step)) == 0) {
            count += step;
            x <<= step;
        }
    }
    return count;
#endif
}

// x * 2^bits in place, 0 <= bits < 64 n; what leaves at the top is lost.
template <std::size_t n>
void shift_left(std::uint64_t (&x)[n], int bits) noexcept {
    const int words = bits / 64, rest = bits % 64;
    for (int k = static_cast<int>(n) - 1; k >= 0; --k) {
        const std::uint64_t high = k - words >= 0 ? x[k - words] : 0;
        const std::uint64_t low = k - words - 1 >= 0 ? x[k - words - 1] : 0;
        x[k] = rest == 0 ? high : (high << rest) | (low >> (64 - rest));
    }
}

// floor(x / 2^bits) in place, 0 <= bits < 64 n.
template <std::size_t n>
void shift_right(std::uint64_t (&x)[n], int bits) noexcept {
    constexpr int count = static_cast<int>(n);
    const int words = bits / 64, rest = bits % 64;
    for (int k = 0; k < count; ++k) {
        const std::uint64_t low = k + words < count ? x[k + words] : 0;
        const std::uint64_t high = k + words + 1 < count ? x[k + words + 1] : 0;
        x[k] = rest == 0 ? low : (low >> rest) | (high << (64 - rest));
    }
}

// The bits of a double, and back.
inline std::uint64_t bits_of(double x) noexcept {
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}
inline double double_of(std::uint64_t bits) noexcept {
    double x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
