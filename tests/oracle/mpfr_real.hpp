// mpfr_real: a number of 400 bits with operators, so that a formula can be written down as it is published.
// SPDX-License-Identifier: MIT
#pragma once

#include <mpfr.h>

#include <cstdint>

namespace oracle {

class big {
  public:
    big() { mpfr_init2(x_, 400), mpfr_set_zero(x_, 1); }
    big(double x) { mpfr_init2(x_, 400), mpfr_set_d(x_, x, MPFR_RNDN); }
    big(const big& other) { mpfr_init2(x_, 400), mpfr_set(x_, other.x_, MPFR_RNDN); }
    big& operator=(const big& other) {
        mpfr_set(x_, other.x_, MPFR_RNDN);
        return *this;
    }
    ~big() { mpfr_clear(x_); }

    double nearest() const { return mpfr_get_d(x_, MPFR_RNDN); }
    mpfr_srcptr get() const { return x_; }
    mpfr_ptr get() { return x_; }

    friend big operator+(const big& a, const big& b) { return combined(a, b, mpfr_add); }
    friend big operator-(const big& a, const big& b) { return combined(a, b, mpfr_sub); }
    friend big operator*(const big& a, const big& b) { return combined(a, b, mpfr_mul); }
    friend big operator/(const big& a, const big& b) { return combined(a, b, mpfr_div); }
    friend bool operator<(const big& a, const big& b) { return mpfr_less_p(a.x_, b.x_) != 0; }
    friend bool operator>(const big& a, const big& b) { return mpfr_greater_p(a.x_, b.x_) != 0; }
    friend bool operator==(const big& a, const big& b) { return mpfr_equal_p(a.x_, b.x_) != 0; }

    friend big power(const big& a, const big& b) { return combined(a, b, mpfr_pow); }
    friend big log(const big& a) { return applied(a, mpfr_log); }
    friend big exp(const big& a) { return applied(a, mpfr_exp); }
    friend big root(const big& a) { return applied(a, mpfr_sqrt); }
    friend big floor(const big& a) {
        big r;
        mpfr_floor(r.x_, a.x_);
        return r;
    }
    friend big ceil(const big& a) {
        big r;
        mpfr_ceil(r.x_, a.x_);
        return r;
    }

  private:
    static big combined(const big& a, const big& b,
                        int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t)) {
        big r;
        f(r.x_, a.x_, b.x_, MPFR_RNDN);
        return r;
    }
    static big applied(const big& a, int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)) {
        big r;
        f(r.x_, a.x_, MPFR_RNDN);
        return r;
    }
    mpfr_t x_;
};

inline big ratio(double a, double b) {
    return big(a) / big(b);
}

inline big pi() {
    big r;
    mpfr_const_pi(r.get(), MPFR_RNDN);
    return r;
}

} // namespace oracle
