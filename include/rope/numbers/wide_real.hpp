// wide: a real number with 256 significant bits, in integer arithmetic alone. Set-up only: it is what recipes
// are evaluated in, and what a table entry falls back to. Formulas written for `template <class Real>` see
// the same operators as with double. No allocation; a plain value; the same bits under every compiler flag.
//
// Sums, products, quotients and square roots are exact where 256 bits hold the result, else within 1 unit of
// the 256th bit. A value of 2^(2^30) and beyond, or the result of 0 / 0 and the like is "not finite", stays
// so, and compares false with everything: ask is_finite(x) once, at the end.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/fixed.hpp>
#include <rope/numbers/limbs.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {

class wide {
  public:
    static constexpr int limbs = 4;
    static constexpr int bits = 64 * limbs;

    wide() noexcept = default; // zero

    template <class Integer, std::enable_if_t<std::is_integral<Integer>::value, int> = 0>
    wide(Integer value) noexcept
        : wide(value < 0,
               value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value)) {}

    wide(double value) noexcept;

    static wide not_finite() noexcept {
        wide x;
        x.kind_ = kind::not_finite;
        return x;
    }

    // (-1)^negative * integer * 2^scale, exact.
    static wide from_integer(bool negative, const std::uint64_t (&integer)[limbs],
                             std::int64_t scale) noexcept;

    bool is_zero() const noexcept { return kind_ == kind::zero; }
    bool is_finite() const noexcept { return kind_ != kind::not_finite; }
    bool is_negative() const noexcept { return negative_; }
    // For a finite value that is not 0: |value| = mantissa * 2^(exponent - 256), 2^255 <= mantissa < 2^256.
    std::int64_t exponent() const noexcept { return exponent_; }
    const std::uint64_t (&mantissa() const noexcept)[limbs] { return limb_; }

    // *this * 2^power, exact.
    wide scaled(std::int64_t power) const noexcept;

    wide operator-() const noexcept {
        wide x = *this;
        x.negative_ = kind_ == kind::finite && !negative_;
        return x;
    }

    friend wide operator+(const wide& a, const wide& b) noexcept { return sum(a, b); }
    friend wide operator-(const wide& a, const wide& b) noexcept { return sum(a, -b); }
    friend wide operator*(const wide& a, const wide& b) noexcept { return product(a, b); }
    friend wide operator/(const wide& a, const wide& b) noexcept { return quotient(a, b); }
    wide& operator+=(const wide& b) noexcept { return *this = sum(*this, b); }
    wide& operator-=(const wide& b) noexcept { return *this = sum(*this, -b); }
    wide& operator*=(const wide& b) noexcept { return *this = product(*this, b); }
    wide& operator/=(const wide& b) noexcept { return *this = quotient(*this, b); }

    friend bool operator<(const wide& a, const wide& b) noexcept { return order(a, b) == -1; }
    friend bool operator>(const wide& a, const wide& b) noexcept { return order(a, b) == 1; }
    friend bool operator<=(const wide& a, const wide& b) noexcept { return order(a, b) <= 0; }
    friend bool operator>=(const wide& a, const wide& b) noexcept { return order(b, a) <= 0; }
    friend bool operator==(const wide& a, const wide& b) noexcept { return order(a, b) == 0; }
    friend bool operator!=(const wide& a, const wide& b) noexcept { return order(a, b) != 0; }

    // *this / divisor, divisor > 0; what series use.
    wide divided_by(std::uint32_t divisor) const noexcept;

    // work * 2^(exponent - 320), normalised and rounded to nearest; `work` has one limb below the result.
    static wide normalised(bool negative, std::uint64_t (&work)[limbs + 1], std::int64_t exponent) noexcept;

  private:
    enum class kind : std::uint8_t { zero, finite, not_finite };
    static constexpr std::int64_t exponent_limit = std::int64_t{1} << 30;
    static constexpr int unordered = 2;

    wide(bool negative, std::uint64_t magnitude) noexcept;
    wide with_exponent(std::int64_t exponent) noexcept;

    static bool ordered(const wide& a, const wide& b) noexcept { return a.is_finite() && b.is_finite(); }
    static int order(const wide& a, const wide& b) noexcept; // -1, 0, 1 or unordered
    static int order_of_magnitudes(const wide& a, const wide& b) noexcept;
    static wide sum(const wide& a, const wide& b) noexcept;
    static wide product(const wide& a, const wide& b) noexcept;
    static wide quotient(const wide& a, const wide& b) noexcept;

    std::uint64_t limb_[limbs] = {0, 0, 0, 0};
    std::int32_t exponent_ = 0;
    kind kind_ = kind::zero;
    bool negative_ = false;
};

inline bool is_finite(const wide& x) noexcept {
    return x.is_finite();
}

#if ROPE_DEFINITIONS
ROPE_NOINLINE ROPE_API wide::wide(bool negative, std::uint64_t magnitude) noexcept {
    const std::uint64_t parts[limbs] = {magnitude, 0, 0, 0};
    *this = from_integer(negative, parts, 0);
}

ROPE_NOINLINE ROPE_API wide::wide(double value) noexcept {
    const std::uint64_t raw = detail::bits_of(value);
    const int field = static_cast<int>((raw >> 52) & 0x7ff);
    const std::uint64_t fraction = raw & ((std::uint64_t{1} << 52) - 1);
    if (field == 0x7ff) {
        *this = not_finite();
        return;
    }
    const std::uint64_t parts[limbs] = {field == 0 ? fraction : fraction | (std::uint64_t{1} << 52), 0, 0, 0};
    *this = from_integer((raw >> 63) != 0, parts, (field == 0 ? 1 : field) - 1075);
}

ROPE_NOINLINE ROPE_API wide wide::from_integer(bool negative, const std::uint64_t (&integer)[limbs],
                                               std::int64_t scale) noexcept {
    std::uint64_t work[limbs + 1] = {0, integer[0], integer[1], integer[2], integer[3]};
    return normalised(negative, work, scale + bits);
}

ROPE_NOINLINE ROPE_API wide wide::scaled(std::int64_t power) const noexcept {
    if (kind_ != kind::finite) {
        return *this;
    }
    wide x = *this;
    return x.with_exponent(x.exponent_ + power);
}

ROPE_NOINLINE ROPE_API wide wide::normalised(bool negative, std::uint64_t (&work)[limbs + 1],
                                             std::int64_t exponent) noexcept {
    int top = limbs;
    while (top >= 0 && work[top] == 0) {
        --top;
    }
    if (top < 0) {
        return wide();
    }
    const int zeros = 64 * (limbs - top) + detail::leading_zeros(work[top]);
    detail::shift_left(work, zeros);
    std::uint64_t carry = work[0] >> 63;
    wide x;
    for (int k = 0; k < limbs; ++k) {
        x.limb_[k] = detail::add_carry(work[k + 1], 0, carry);
    }
    exponent -= zeros;
    if (carry != 0) {
        x.limb_[limbs - 1] = std::uint64_t{1} << 63;
        ++exponent;
    }
    x.kind_ = kind::finite;
    x.negative_ = negative;
    return x.with_exponent(exponent);
}

ROPE_API wide wide::with_exponent(std::int64_t exponent) noexcept {
    if (exponent > exponent_limit) {
        return not_finite();
    }
    if (exponent < -exponent_limit) {
        return wide();
    }
    exponent_ = static_cast<std::int32_t>(exponent);
    return *this;
}

ROPE_API int wide::order_of_magnitudes(const wide& a, const wide& b) noexcept {
    if (a.is_zero() || b.is_zero()) {
        return static_cast<int>(b.is_zero()) - static_cast<int>(a.is_zero());
    }
    if (a.exponent_ != b.exponent_) {
        return a.exponent_ < b.exponent_ ? -1 : 1;
    }
    for (int k = limbs - 1; k >= 0; --k) {
        if (a.limb_[k] != b.limb_[k]) {
            return a.limb_[k] < b.limb_[k] ? -1 : 1;
        }
    }
    return 0;
}

ROPE_NOINLINE ROPE_API int wide::order(const wide& a, const wide& b) noexcept {
    if (!ordered(a, b)) {
        return unordered;
    }
    if (a.negative_ != b.negative_) {
        return a.negative_ ? -1 : 1; // zero is never negative
    }
    return a.negative_ ? order_of_magnitudes(b, a) : order_of_magnitudes(a, b);
}

// The smaller is shifted under the larger with one more limb below. Bits are lost only where the exponents
// differ by more than 64; then at most one bit cancels, and the error is below 2^-62 of the last bit kept.
ROPE_NOINLINE ROPE_API wide wide::sum(const wide& a, const wide& b) noexcept {
    if (!ordered(a, b)) {
        return not_finite();
    }
    if (a.is_zero() || b.is_zero()) {
        return a.is_zero() ? b : a;
    }
    const int compared = order_of_magnitudes(a, b);
    const wide& large = compared < 0 ? b : a;
    const wide& small = compared < 0 ? a : b;
    const std::int64_t distance = std::int64_t{large.exponent_} - small.exponent_;
    if (distance >= 64 * (limbs + 1)) {
        return large;
    }
    // One bit of head room, so that a carry has a place.
    std::uint64_t x[limbs + 1] = {0, large.limb_[0], large.limb_[1], large.limb_[2], large.limb_[3]};
    std::uint64_t y[limbs + 1] = {0, small.limb_[0], small.limb_[1], small.limb_[2], small.limb_[3]};
    detail::shift_right(x, 1);
    detail::shift_right(y, static_cast<int>(distance));
    detail::shift_right(y, 1);
    std::uint64_t carry = 0;
    if (a.negative_ == b.negative_) {
        for (int k = 0; k <= limbs; ++k) {
            x[k] = detail::add_carry(x[k], y[k], carry);
        }
    } else {
        for (int k = 0; k <= limbs; ++k) {
            x[k] = detail::subtract_borrow(x[k], y[k], carry);
        }
    }
    return normalised(large.negative_, x, std::int64_t{large.exponent_} + 1);
}

ROPE_NOINLINE ROPE_API wide wide::product(const wide& a, const wide& b) noexcept {
    if (!ordered(a, b)) {
        return not_finite();
    }
    if (a.is_zero() || b.is_zero()) {
        return wide();
    }
    std::uint64_t full[2 * limbs] = {};
    for (int i = 0; i < limbs; ++i) {
        std::uint64_t carry = 0;
        for (int j = 0; j < limbs; ++j) {
            const detail::limb_pair part = detail::multiply_limbs(a.limb_[i], b.limb_[j]);
            std::uint64_t bit = 0;
            const std::uint64_t low = detail::add_carry(part.low, carry, bit);
            std::uint64_t more = 0;
            full[i + j] = detail::add_carry(full[i + j], low, more);
            carry = part.high + bit + more; // the whole is below 2^128
        }
        full[i + limbs] = carry;
    }
    // One limb below the result; the limbs under that are less than 2^-63 of its last bit.
    std::uint64_t work[limbs + 1] = {full[3], full[4], full[5], full[6], full[7]};
    return normalised(a.negative_ != b.negative_, work, std::int64_t{a.exponent_} + b.exponent_);
}

// Schoolbook division in digits of 32 bits (Knuth, The Art of Computer Programming, volume 2, algorithm D): the leading
// 320 bits of floor(a / b 2^319), of which the result rounds the first 257.
ROPE_NOINLINE ROPE_API wide wide::quotient(const wide& a, const wide& b) noexcept {
    if (!ordered(a, b) || b.is_zero()) {
        return not_finite();
    }
    if (a.is_zero()) {
        return wide();
    }
    constexpr int n = 2 * limbs, places = n + 2; // digits of a divisor and of the quotient
    // a / 2 in front of zeros, which is smaller than b, so that each digit of the quotient fits its place.
    std::uint32_t rest[n + places + 1] = {}, divisor[n];
    for (int k = 0; k < n; ++k) {
        const int shift = 32 * (k % 2);
        const auto digit = static_cast<std::uint32_t>(a.limb_[k / 2] >> shift);
        divisor[k] = static_cast<std::uint32_t>(b.limb_[k / 2] >> shift);
        rest[places + k] |= digit >> 1;
        rest[places + k - 1] |= digit << 31;
    }
    std::uint64_t digits[limbs + 1] = {};
    for (int place = places - 1; place >= 0; --place) {
        std::uint32_t* const top = rest + place + n;
        const std::uint64_t two = (std::uint64_t{top[0]} << 32) | top[-1];
        std::uint64_t digit = two / divisor[n - 1], left = two % divisor[n - 1];
        while ((digit >> 32) != 0 || digit * divisor[n - 2] > ((left << 32) | top[-2])) {
            --digit;
            left += divisor[n - 1];
            if ((left >> 32) != 0) {
                break;
            }
        }
        std::uint64_t carry = 0, borrow = 0;
        for (int k = 0; k < n; ++k) {
            carry += digit * divisor[k];
            const std::uint64_t less = std::uint64_t{rest[place + k]} - (carry & 0xffffffffu) - borrow;
            rest[place + k] = static_cast<std::uint32_t>(less);
            borrow = less >> 63;
            carry >>= 32;
        }
        const std::uint64_t less = std::uint64_t{*top} - carry - borrow;
        *top = static_cast<std::uint32_t>(less);
        if ((less >> 63) != 0) { // the digit was one too large
            --digit;
            carry = 0;
            for (int k = 0; k < n; ++k) {
                carry += std::uint64_t{rest[place + k]} + divisor[k];
                rest[place + k] = static_cast<std::uint32_t>(carry);
                carry >>= 32;
            }
            *top += static_cast<std::uint32_t>(carry);
        }
        digits[place / 2] |= digit << (32 * (place % 2));
    }
    return normalised(a.negative_ != b.negative_, digits, std::int64_t{a.exponent_} - b.exponent_ + 1);
}

ROPE_NOINLINE ROPE_API wide wide::divided_by(std::uint32_t divisor) const noexcept {
    if (kind_ != kind::finite) {
        return *this;
    }
    std::uint64_t work[limbs + 1] = {};
    std::uint64_t rest = 0;
    for (int k = limbs; k >= 0; --k) {
        const std::uint64_t word = k > 0 ? limb_[k - 1] : 0;
        const std::uint64_t high = (rest << 32) | (word >> 32);
        const std::uint64_t low = ((high % divisor) << 32) | (word & 0xffffffffu);
        work[k] = ((high / divisor) << 32) | (low / divisor);
        rest = low % divisor;
    }
    return normalised(negative_, work, exponent_);
}

#endif

} // namespace ROPE_ABI
} // namespace rope
