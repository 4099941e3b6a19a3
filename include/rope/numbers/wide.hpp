// rope::wide, the real number that set-up is calculated in: the class, its functions, and what leaves it: the
// nearest double, and the fixed-point form that frequencies are kept in.
//
// A formula for any real type says `template <class Real>`, builds numbers from int, std::int64_t or double
// (exact), calculates with + - * / and comparisons, calls pow exp log sqrt floor unqualified after `using
// std::pow` and so on, and takes pi from pi<Real>(). Errors of domain are asked for at the end: is_finite(x).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/wide_functions.hpp>
#include <rope/support/platform.hpp>

namespace rope {
inline namespace ROPE_ABI {

// Classified by bits, so that fast-math cannot compile it away.
inline bool is_finite(double x) noexcept {
    return ((detail::bits_of(x) >> 52) & 0x7ff) != 0x7ff;
}
inline bool is_finite(long double x) noexcept {
    return is_finite(static_cast<double>(x));
}

namespace detail {

// A number 0.top_rest * 2^exponent (`top` has its highest bit set, `rest` says whether anything follows)
// rounded to nearest, ties to even, as the bits of an IEEE format with `fraction` bits behind the leading one
// and exponents up to `largest` (double 52, 1023; float 23, 127; binary16 10, 15; bfloat16 7, 127):
// subnormals, overflow to infinity.
std::uint64_t round_to_format(std::uint64_t top, bool rest, std::int64_t exponent, int fraction,
                              int largest) noexcept;

// The same for the magnitude of a finite x.
std::uint64_t round_to_format(const wide& x, int fraction, int largest) noexcept;

} // namespace detail

// The nearest double, ties to even; subnormals, and infinity beyond the largest. NaN for what is not finite.
double to_double(const wide& x) noexcept;
inline double to_double(double x) noexcept {
    return x;
}
inline double to_double(long double x) noexcept {
    return static_cast<double>(x);
}

// Whether to_q64_192 holds x: finite and |x| < 2^63.
inline bool fits_q64_192(const wide& x) noexcept {
    return x.is_finite() && (x.is_zero() || x.exponent() <= 63);
}

// The nearest multiple of 2^-192; the largest or smallest one beyond the range, 0 for what is not finite.
numbers::q64_192 to_q64_192(const wide& x) noexcept;

// The exact value of a fixed-point number.
wide from_q64_192(const numbers::q64_192& x) noexcept;

#if ROPE_DEFINITIONS
namespace detail {

ROPE_NOINLINE ROPE_API std::uint64_t round_to_format(std::uint64_t top, bool rest, std::int64_t exponent,
                                                     int fraction, int largest) noexcept {
    const std::int64_t smallest = 1 - largest; // exponent of the smallest normal number
    exponent -= 1;                             // of the leading one
    if (exponent > largest) {
        return static_cast<std::uint64_t>(2 * largest + 1) << fraction;
    }
    // Bits kept, counted from the leading one: fewer for subnormals, none below half of the smallest.
    const std::int64_t kept = exponent >= smallest ? fraction + 1 : fraction + 1 - (smallest - exponent);
    if (kept < 0) {
        return 0;
    }
    const std::uint64_t whole = kept > 0 ? top >> (64 - kept) : 0;
    const std::uint64_t below = top << kept; // what is rounded away, from its highest bit
    const std::uint64_t half = std::uint64_t{1} << 63;
    const bool up = below > half || (below == half && (rest || (whole & 1) != 0));
    // The leading one of a normal number adds 1 to the exponent field, and so does a carry out of the
    // fraction.
    const std::uint64_t field = exponent >= smallest ? static_cast<std::uint64_t>(exponent - smallest) : 0;
    return (field << fraction) + whole + static_cast<std::uint64_t>(up);
}

ROPE_NOINLINE ROPE_API std::uint64_t round_to_format(const wide& x, int fraction, int largest) noexcept {
    if (x.is_zero()) {
        return 0;
    }
    const std::uint64_t* limb = x.mantissa();
    return round_to_format(limb[3], (limb[0] | limb[1] | limb[2]) != 0, x.exponent(), fraction, largest);
}

} // namespace detail

ROPE_NOINLINE ROPE_API double to_double(const wide& x) noexcept {
    if (!x.is_finite()) {
        return detail::double_of(std::uint64_t{0x7ff8} << 48);
    }
    const std::uint64_t sign = static_cast<std::uint64_t>(x.is_negative()) << 63;
    return detail::double_of(sign | detail::round_to_format(x, 52, 1023));
}
ROPE_NOINLINE ROPE_API numbers::q64_192 to_q64_192(const wide& x) noexcept {
    numbers::q64_192 result = {{0, 0, 0, 0}};
    if (!x.is_finite() || x.is_zero() || x.exponent() < -192) {
        return result;
    }
    if (!fits_q64_192(x)) {
        const std::uint64_t fill = x.is_negative() ? 0 : ~std::uint64_t{0};
        return {{fill, fill, fill, x.is_negative() ? std::uint64_t{1} << 63 : fill >> 1}};
    }
    // |x| 2^192 = mantissa / 2^(64 - exponent), with one bit more for rounding.
    std::uint64_t work[wide::limbs];
    std::memcpy(work, x.mantissa(), sizeof work);
    const int shift = static_cast<int>(64 - x.exponent()); // 1 .. 256
    detail::shift_right(work, shift - 1);
    std::uint64_t carry = work[0] & 1;
    detail::shift_right(work, 1);
    for (int k = 0; k < wide::limbs; ++k) {
        work[k] = detail::add_carry(work[k], 0, carry);
    }
    if ((work[3] >> 63) != 0) { // rounded up to 2^63
        return x.is_negative() ? numbers::q64_192{{0, 0, 0, work[3]}}
                               : numbers::q64_192{{~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0},
                                                   ~std::uint64_t{0} >> 1}};
    }
    std::uint64_t borrow = 0;
    for (int k = 0; k < wide::limbs; ++k) {
        result.limb[k] = x.is_negative() ? detail::subtract_borrow(0, work[k], borrow) : work[k];
    }
    return result;
}

ROPE_NOINLINE ROPE_API wide from_q64_192(const numbers::q64_192& x) noexcept {
    const bool negative = (x.limb[3] >> 63) != 0;
    std::uint64_t magnitude[wide::limbs], borrow = 0;
    for (int k = 0; k < wide::limbs; ++k) {
        magnitude[k] = negative ? detail::subtract_borrow(0, x.limb[k], borrow) : x.limb[k];
    }
    return wide::from_integer(negative, magnitude, -192);
}

#endif

} // namespace ROPE_ABI
} // namespace rope
