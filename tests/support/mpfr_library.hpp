// The library's numbers and MPFR's: exact values of wide reals, roundings to the storage types.
// SPDX-License-Identifier: MIT
#pragma once

#include "support/mpfr_real.hpp"

#include <rope/numbers/scalars.hpp>
#include <rope/numbers/wide.hpp>

#include <cstdint>
#include <cstring>

namespace test {

// The exact value of a wide.
inline real real_of(const rope::wide& x) {
    real r;
    mpfr_set_ui(r.get(), 0, MPFR_RNDN);
    if (x.is_zero()) {
        return r;
    }
    for (int k = rope::wide::limbs; k-- > 0;) {
        mpfr_mul_2ui(r.get(), r.get(), 64, MPFR_RNDN);
        mpfr_add_ui(r.get(), r.get(), x.mantissa()[k], MPFR_RNDN);
    }
    mpfr_mul_2si(r.get(), r.get(), static_cast<long>(x.exponent()) - rope::wide::bits, MPFR_RNDN);
    if (x.is_negative()) {
        mpfr_neg(r.get(), r.get(), MPFR_RNDN);
    }
    return r;
}

// log2 |a / b - 1|, very negative where they agree.
inline double relative_bits(const real& a, const real& b) {
    const real d = a - b;
    if (mpfr_zero_p(d.get())) {
        return -1000;
    }
    const real r = d / b;
    return static_cast<double>(mpfr_get_exp(r.get()));
}

// x to the nearest number of a format with `fraction` bits behind the leading one and exponents 1 - largest
// to largest, ties to even, as its bits without the sign. By MPFR's own rounding to an integer number of the
// last place.
inline std::uint64_t format_bits(mpfr_srcptr x, int fraction, int largest) {
    if (mpfr_zero_p(x)) {
        return 0;
    }
    mpfr_t scaled;
    mpfr_init2(scaled, mpfr_get_prec(x) + 64);
    long exponent = static_cast<long>(mpfr_get_exp(x)) - 1;
    if (exponent < 1 - largest) {
        exponent = 1 - largest;
    }
    mpfr_mul_2si(scaled, x, fraction - exponent, MPFR_RNDN);
    mpfr_abs(scaled, scaled, MPFR_RNDN);
    mpfr_rint(scaled, scaled, MPFR_RNDN);
    const std::uint64_t whole = mpfr_get_ui(scaled, MPFR_RNDN);
    mpfr_clear(scaled);
    const std::uint64_t bits = (static_cast<std::uint64_t>(exponent - (1 - largest)) << fraction) + whole;
    const std::uint64_t infinity = static_cast<std::uint64_t>(2 * largest + 1) << fraction;
    return bits < infinity ? bits : infinity;
}

template <class T>
T to_storage(mpfr_srcptr x);
template <>
inline double to_storage<double>(mpfr_srcptr x) {
    return mpfr_get_d(x, MPFR_RNDN);
}
template <>
inline float to_storage<float>(mpfr_srcptr x) {
    return mpfr_get_flt(x, MPFR_RNDN);
}
template <>
inline rope::half to_storage<rope::half>(mpfr_srcptr x) {
    return {static_cast<std::uint16_t>(format_bits(x, 10, 15) | (mpfr_signbit(x) != 0 ? 0x8000u : 0u))};
}
template <>
inline rope::bfloat16 to_storage<rope::bfloat16>(mpfr_srcptr x) {
    return {static_cast<std::uint16_t>(format_bits(x, 7, 127) | (mpfr_signbit(x) != 0 ? 0x8000u : 0u))};
}

template <class T>
bool same_bits(const T& a, const T& b) {
    return std::memcmp(&a, &b, sizeof(T)) == 0;
}

} // namespace test
