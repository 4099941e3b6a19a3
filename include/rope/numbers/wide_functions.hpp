// The functions of wide that formulas use: floor, sqrt, exp, log, pow, pi; and the trigonometry of a reduced
// angle. Found by argument-dependent lookup, so that `using std::pow; pow(base, y)` serves every real type.
// Results are within 2^-240 of their value, relatively (exp and pow: times 1 + |argument of exp|).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/wide_real.hpp>
#include <rope/support/platform.hpp>

namespace rope {
inline namespace ROPE_ABI {

// The largest integer not above x.
ROPE_COLD wide floor(const wide& x) noexcept;
ROPE_COLD wide sqrt(const wide& x) noexcept;
// e^x
ROPE_COLD wide exp(const wide& x) noexcept;
// The natural logarithm; not finite for x <= 0.
ROPE_COLD wide log(const wide& x) noexcept;
// x^y. Exact products for integers |y| <= 64; 0^y is 0 for y > 0; otherwise not finite for x <= 0.
ROPE_COLD wide pow(const wide& x, const wide& y) noexcept;

inline wide abs(const wide& x) noexcept {
    return x.is_negative() ? -x : x;
}

// The ratio of a circle's circumference to its diameter.
template <class Real>
Real pi() noexcept;
template <>
wide pi<wide>() noexcept;
template <>
inline double pi<double>() noexcept {
    return 3.14159265358979323846;
}
template <>
inline long double pi<long double>() noexcept {
    return 3.14159265358979323846264338327950288L;
}

namespace detail {

struct sine_cosine {
    wide sine, cosine;
};

// sin and cos of x by their series, for |x| <= 1; relative error below 2^-250 each.
ROPE_COLD sine_cosine sine_and_cosine(const wide& x) noexcept;

} // namespace detail

#if ROPE_DEFINITIONS
ROPE_NOINLINE ROPE_API wide floor(const wide& x) noexcept {
    if (!x.is_finite() || x.is_zero() || x.exponent() >= wide::bits) {
        return x;
    }
    if (x.exponent() <= 0) { // |x| < 1
        return x.is_negative() ? wide(-1) : wide();
    }
    const std::int64_t below = wide::bits - x.exponent(); // bits behind the point, 1 .. 255
    std::uint64_t whole[wide::limbs];
    std::memcpy(whole, x.mantissa(), sizeof whole);
    detail::shift_right(whole, static_cast<int>(below));
    const wide truncated = wide::from_integer(x.is_negative(), whole, 0);
    return x.is_negative() && truncated != x ? truncated - wide(1) : truncated;
}

ROPE_NOINLINE ROPE_API wide sqrt(const wide& x) noexcept {
    if (!x.is_finite() || x.is_zero()) {
        return x;
    }
    if (x.is_negative()) {
        return wide::not_finite();
    }
    // Digit by digit. value = m * 2^(2 half), 1/4 <= m < 1: the root of m gets 258 bits, two bits of m a
    // step.
    const std::int64_t half = x.exponent() >= 0 ? (x.exponent() + 1) / 2 : -(-x.exponent() / 2);
    std::uint64_t source[wide::limbs + 1] = {0, x.mantissa()[0], x.mantissa()[1], x.mantissa()[2],
                                             x.mantissa()[3]};
    detail::shift_right(source, static_cast<int>(2 * half - x.exponent()));
    constexpr int n = wide::limbs + 1;
    std::uint64_t rest[n] = {}, root[n] = {};
    constexpr int digits = wide::bits + 2;
    for (int step = 0; step < digits; ++step) {
        detail::shift_left(rest, 2);
        rest[0] |= source[n - 1] >> 62;
        detail::shift_left(source, 2);
        detail::shift_left(root, 1);
        std::uint64_t trial[n], borrow = 0;
        std::memcpy(trial, root, sizeof trial);
        detail::shift_left(trial, 1);
        trial[0] |= 1; // 2 (2 root) + 1 with the new digit 1
        std::uint64_t difference[n];
        for (int k = 0; k < n; ++k) {
            difference[k] = detail::subtract_borrow(rest[k], trial[k], borrow);
        }
        if (borrow == 0) {
            std::memcpy(rest, difference, sizeof rest);
            root[0] |= 1;
        }
    }
    return wide::normalised(false, root, half + 64 * n - digits);
}

template <>
ROPE_NOINLINE ROPE_API wide pi<wide>() noexcept {
    return wide::from_integer(
        false, {0x020bbea63b139b22u, 0x29024e088a67cc74u, 0xc4c6628b80dc1cd1u, 0xc90fdaa22168c234u},
        2 - wide::bits);
}

namespace detail {

// The natural logarithm of 2.
ROPE_NOINLINE inline wide ln2() noexcept {
    return wide::from_integer(
        false, {0x8a0d175b8baafa2cu, 0x40f343267298b62du, 0xc9e3b39803f2f6afu, 0xb17217f7d1cf79abu},
        -wide::bits);
}

// Whether a term has become too small to change a sum of the size of 2^exponent.
inline bool negligible(const wide& term, std::int64_t exponent) noexcept {
    return term.is_zero() || term.exponent() < exponent - wide::bits - 2;
}

// x^n for n >= 0, by squaring.
ROPE_NOINLINE inline wide integer_power(wide x, std::uint32_t n) noexcept {
    wide result = 1;
    for (; n != 0; n >>= 1, x *= x) {
        if ((n & 1) != 0) {
            result *= x;
        }
        if (n == 1) {
            break;
        }
    }
    return result;
}

ROPE_NOINLINE ROPE_API sine_cosine sine_and_cosine(const wide& x) noexcept {
    const wide square = x * x;
    wide sine = x, cosine = 1, term = 1;
    for (std::uint32_t n = 1; !negligible(term, 0); n += 2) {
        term = -(square * term).divided_by(n * (n + 1)); // (-1)^k x^2k / (2k)!
        cosine += term;
        sine += (x * term).divided_by(n + 2);
    }
    return {sine, cosine};
}

} // namespace detail

ROPE_NOINLINE ROPE_API wide exp(const wide& x) noexcept {
    if (!x.is_finite()) {
        return x;
    }
    if (!x.is_zero() && x.exponent() > 31) {
        return x.is_negative() ? wide() : wide::not_finite();
    }
    // x = k ln 2 + r, |r| <= 0.35; r is divided by 16 for the series, and the sum raised to the 16th power.
    const wide k = floor(x / detail::ln2() + wide(0.5));
    const wide r = (x - k * detail::ln2()).scaled(-4);
    wide result = 1, term = 1;
    for (std::uint32_t n = 1; !detail::negligible(term, 0); ++n) {
        term = (term * r).divided_by(n);
        result += term;
    }
    for (int step = 0; step < 4; ++step) {
        result *= result;
    }
    std::int64_t power = 0;
    if (!k.is_zero()) {
        power = static_cast<std::int64_t>(k.mantissa()[wide::limbs - 1] >> (64 - k.exponent()));
    }
    return result.scaled(k.is_negative() ? -power : power);
}

ROPE_NOINLINE ROPE_API wide log(const wide& x) noexcept {
    if (!x.is_finite() || x.is_zero() || x.is_negative()) {
        return wide::not_finite();
    }
    // x = m 2^e with 0.7 < m < 1.42, log m = 2 artanh((m - 1) / (m + 1)). m - 1 is exact, and e ln 2 + log m
    // cancels nothing worth naming: where e is not 0, |log m| <= 0.36 < 0.69.
    std::int64_t e = x.exponent();
    wide m = x.scaled(-e);
    if (m < wide(0.7071)) {
        m = m.scaled(1);
        --e;
    }
    const wide z = (m - wide(1)) / (m + wide(1));
    const wide square = z * z;
    wide sum = z, power = z;
    for (std::uint32_t n = 3; !detail::negligible(power, sum.exponent()); n += 2) {
        power *= square;
        sum += power.divided_by(n);
    }
    return wide(e) * detail::ln2() + sum.scaled(1);
}

ROPE_NOINLINE ROPE_API wide pow(const wide& x, const wide& y) noexcept {
    if (!x.is_finite() || !y.is_finite()) {
        return wide::not_finite();
    }
    if (abs(y) <= wide(64) && floor(y) == y) {
        const std::uint32_t n =
            y.is_zero() ? 0
                        : static_cast<std::uint32_t>(y.mantissa()[wide::limbs - 1] >> (64 - y.exponent()));
        const wide product = detail::integer_power(x, n);
        return y.is_negative() ? wide(1) / product : product;
    }
    if (x.is_zero() && !y.is_negative()) {
        return wide();
    }
    return exp(y * log(x));
}

#endif

} // namespace ROPE_ABI
} // namespace rope
