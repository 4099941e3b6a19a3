// real: an MPFR number with a destructor, 400 bits unless said; and its rounding to the storage types. The
// oracle's arithmetic, for tests only.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/scalars.hpp>
#include <rope/numbers/wide.hpp>

#include <mpfr.h>

#include <cmath>
#include <cstdint>
#include <cstring>

namespace test {

class real {
  public:
    explicit real(double x = 0, mpfr_prec_t bits = 400) {
        mpfr_init2(value_, bits);
        mpfr_set_d(value_, x, MPFR_RNDN);
    }
    real(const real& other) {
        mpfr_init2(value_, mpfr_get_prec(other.value_));
        mpfr_set(value_, other.value_, MPFR_RNDN);
    }
    real& operator=(const real& other) {
        mpfr_set_prec(value_, mpfr_get_prec(other.value_));
        mpfr_set(value_, other.value_, MPFR_RNDN);
        return *this;
    }
    ~real() { mpfr_clear(value_); }

    mpfr_ptr get() { return value_; }
    mpfr_srcptr get() const { return value_; }
    double to_double() const { return mpfr_get_d(value_, MPFR_RNDN); }

    static real of(std::int64_t x) {
        real r;
        mpfr_set_si(r.get(), static_cast<long>(x), MPFR_RNDN); // long has 64 bits where these tests run
        return r;
    }
    // The exact value of a wide.
    static real of(const rope::wide& x) {
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

    friend real operator+(const real& a, const real& b) {
        real r;
        mpfr_add(r.get(), a.get(), b.get(), MPFR_RNDN);
        return r;
    }
    friend real operator-(const real& a, const real& b) {
        real r;
        mpfr_sub(r.get(), a.get(), b.get(), MPFR_RNDN);
        return r;
    }
    friend real operator*(const real& a, const real& b) {
        real r;
        mpfr_mul(r.get(), a.get(), b.get(), MPFR_RNDN);
        return r;
    }
    friend real operator/(const real& a, const real& b) {
        real r;
        mpfr_div(r.get(), a.get(), b.get(), MPFR_RNDN);
        return r;
    }
    friend bool operator<(const real& a, const real& b) { return mpfr_less_p(a.get(), b.get()) != 0; }

    static real pi() {
        real r;
        mpfr_const_pi(r.get(), MPFR_RNDN);
        return r;
    }
    friend real pow(const real& a, const real& b) {
        real r;
        mpfr_pow(r.get(), a.get(), b.get(), MPFR_RNDN);
        return r;
    }
    friend real log(const real& a) {
        real r;
        mpfr_log(r.get(), a.get(), MPFR_RNDN);
        return r;
    }
    friend real floor(const real& a) {
        real r;
        mpfr_floor(r.get(), a.get());
        return r;
    }

  private:
    mpfr_t value_;
};

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
