// real: an MPFR number of 400 bits unless said, with operators and functions, so that a formula can be written down as it
// is published. The oracle's arithmetic; knows nothing of the library.
// SPDX-License-Identifier: MIT
#pragma once

#include <mpfr.h>

#include <cstdint>

namespace test {

class real {
  public:
    real(double x = 0, mpfr_prec_t bits = 400) {
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
    friend real operator+(const real& a, const real& b) { return combined(a, b, mpfr_add); }
    friend real operator-(const real& a, const real& b) { return combined(a, b, mpfr_sub); }
    friend real operator*(const real& a, const real& b) { return combined(a, b, mpfr_mul); }
    friend real operator/(const real& a, const real& b) { return combined(a, b, mpfr_div); }
    friend bool operator<(const real& a, const real& b) { return mpfr_less_p(a.value_, b.value_) != 0; }
    friend bool operator>(const real& a, const real& b) { return mpfr_greater_p(a.value_, b.value_) != 0; }
    friend bool operator==(const real& a, const real& b) { return mpfr_equal_p(a.value_, b.value_) != 0; }

    friend real pow(const real& a, const real& b) { return combined(a, b, mpfr_pow); }
    friend real log(const real& a) { return applied(a, mpfr_log); }
    friend real exp(const real& a) { return applied(a, mpfr_exp); }
    friend real sqrt(const real& a) { return applied(a, mpfr_sqrt); }
    friend real floor(const real& a) {
        real r;
        mpfr_floor(r.value_, a.value_);
        return r;
    }
    friend real ceil(const real& a) {
        real r;
        mpfr_ceil(r.value_, a.value_);
        return r;
    }
    static real pi() {
        real r;
        mpfr_const_pi(r.value_, MPFR_RNDN);
        return r;
    }

  private:
    static real combined(const real& a, const real& b,
                         int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t)) {
        real r;
        f(r.value_, a.value_, b.value_, MPFR_RNDN);
        return r;
    }
    static real applied(const real& a, int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)) {
        real r;
        f(r.value_, a.value_, MPFR_RNDN);
        return r;
    }
    mpfr_t value_;
};

} // namespace test
