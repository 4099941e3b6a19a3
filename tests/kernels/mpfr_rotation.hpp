// The rotation as kernels/rotate_job.hpp defines it, with every operation of MPFR's: the oracle of the kernels'
// tests.
// SPDX-License-Identifier: MIT
#pragma once

#include "kernels/cases.hpp"

#include <mpfr.h>

namespace kernel_cases {

class real { // one number of T's precision
  public:
    explicit real(mpfr_prec_t precision) { mpfr_init2(value_, precision); }
    ~real() { mpfr_clear(value_); }
    real(const real&) = delete;
    real& operator=(const real&) = delete;
    mpfr_ptr get() { return value_; }

  private:
    mpfr_t value_;
};

template <class T>
constexpr mpfr_prec_t precision_of = format<T>::fraction + 1;

// Exact: the bits read as what they mean.
template <class T>
void read_bits(mpfr_ptr to, const T& value) {
    using f = format<T>;
    const std::uint64_t one = 1, bits = bits_of(value);
    const std::uint64_t fraction = bits & ((one << f::fraction) - 1),
                        field = (bits >> f::fraction) & ((one << f::exponent) - 1);
    const bool negative = (bits >> (f::exponent + f::fraction)) != 0;
    if (field == (one << f::exponent) - 1) {
        fraction != 0 ? mpfr_set_nan(to) : mpfr_set_inf(to, negative ? -1 : 1);
        return;
    }
    const long exponent =
        static_cast<long>(field == 0 ? 1 : field) - ((1L << (f::exponent - 1)) - 1) - f::fraction;
    mpfr_set_ui_2exp(to, static_cast<unsigned long>(field == 0 ? fraction : fraction | (one << f::fraction)),
                     exponent, MPFR_RNDN);
    if (negative) {
        mpfr_neg(to, to, MPFR_RNDN);
    }
}

// After an operation with that ternary value: overflow and denormals of T.
template <class T>
void settle(mpfr_ptr x, int ternary) {
    const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    const long bias = (1L << (format<T>::exponent - 1)) - 1;
    mpfr_set_emin(2 - bias - format<T>::fraction);
    mpfr_set_emax(bias + 1);
    ternary = mpfr_check_range(x, ternary, MPFR_RNDN);
    mpfr_subnormalize(x, ternary, MPFR_RNDN);
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
}

// The bits of a number that T holds exactly.
template <class T>
T write_bits(mpfr_srcptr x) {
    using f = format<T>;
    const std::uint64_t one = 1;
    const std::uint64_t infinity = ((one << f::exponent) - 1) << f::fraction;
    std::uint64_t bits;
    if (mpfr_nan_p(x)) {
        bits = infinity + 1;
    } else if (mpfr_inf_p(x)) {
        bits = infinity;
    } else if (mpfr_zero_p(x)) {
        bits = 0;
    } else {
        const long bias = (1L << (f::exponent - 1)) - 1;
        long exponent = mpfr_get_exp(x) - 1; // |x| in [2^exponent, 2^(exponent + 1))
        exponent = exponent < 1 - bias ? 1 - bias : exponent;
        real scaled(64);
        mpfr_mul_2si(scaled.get(), x, f::fraction - exponent, MPFR_RNDN);
        mpfr_abs(scaled.get(), scaled.get(), MPFR_RNDN);
        const std::uint64_t significand = mpfr_get_ui(scaled.get(), MPFR_RNDN);
        bits = significand + (static_cast<std::uint64_t>(exponent + bias - 1) << f::fraction);
    }
    if (!mpfr_nan_p(x) && mpfr_signbit(x)) {
        bits |= one << (f::exponent + f::fraction);
    }
    T value;
    if constexpr (sizeof(T) == 8) {
        std::memcpy(&value, &bits, 8);
    } else if constexpr (sizeof(T) == 4) {
        const auto low = static_cast<std::uint32_t>(bits);
        std::memcpy(&value, &low, 4);
    } else {
        const auto low = static_cast<std::uint16_t>(bits);
        std::memcpy(&value, &low, 2);
    }
    return value;
}

template <class T>
void exact_fma(mpfr_ptr to, mpfr_srcptr a, mpfr_srcptr b, mpfr_srcptr c) {
    settle<T>(to, mpfr_fma(to, a, b, c, MPFR_RNDN));
}

template <class In, class Out>
Out converted(mpfr_srcptr x) {
    real y(precision_of<Out>);
    settle<Out>(y.get(), mpfr_set(y.get(), x, MPFR_RNDN));
    return write_bits<Out>(y.get());
}

template <class In, class Out>
void mpfr_rotate(const job_with_data& job) {
    using compute = rope::compute_type<In>;
    constexpr mpfr_prec_t p = precision_of<compute>;
    const auto* in = static_cast<const In*>(job.in);
    auto* out = static_cast<Out*>(job.out);
    const auto* cos = static_cast<const compute*>(job.cos);
    const auto* sin = static_cast<const compute*>(job.sin);
    real x0(p), x1(p), c(p), s(p), product(p), y0(p), y1(p);
    std::vector<Out> results(static_cast<std::size_t>(2 * job.pairs));
    for (std::int64_t t = 0; t < job.tokens; ++t) {
        const std::int64_t row =
            job.rows != nullptr ? job.rows[t * job.rows_step] : job.first_row + t * job.rows_step;
        for (std::int64_t h = 0; h < job.heads; ++h) {
            const In* from = in + t * job.from.token + h * job.from.head;
            Out* to = out + t * job.to.token + h * job.to.head;
            for (std::int64_t i = 0; i < job.pairs; ++i) {
                const In* at = from + job.from.slice + i * job.from.pair;
                read_bits(x0.get(), at[0]);
                read_bits(x1.get(), at[job.from.partner]);
                read_bits(c.get(), cos[row * job.row_stride + i]);
                read_bits(s.get(), sin[row * job.row_stride + i]);
                if (job.conjugate) {
                    mpfr_neg(s.get(), s.get(), MPFR_RNDN);
                }
                settle<compute>(product.get(), mpfr_mul(product.get(), x1.get(), s.get(), MPFR_RNDN));
                mpfr_neg(product.get(), product.get(), MPFR_RNDN);
                exact_fma<compute>(y0.get(), x0.get(), c.get(), product.get());
                settle<compute>(product.get(), mpfr_mul(product.get(), x1.get(), c.get(), MPFR_RNDN));
                exact_fma<compute>(y1.get(), x0.get(), s.get(), product.get());
                results[static_cast<std::size_t>(2 * i)] = converted<In, Out>(y0.get());
                results[static_cast<std::size_t>(2 * i + 1)] = converted<In, Out>(y1.get());
            }
            for (std::int64_t i = 0; i < job.pairs; ++i) {
                Out* at = to + job.to.slice + i * job.to.pair;
                at[0] = results[static_cast<std::size_t>(2 * i)];
                at[job.to.partner] = results[static_cast<std::size_t>(2 * i + 1)];
            }
            for (const rope::kernels::span& part : job.copied) {
                for (std::int64_t j = part.begin; j < part.end; ++j) {
                    const In& x = from[(j / 2) * job.from.two + (j % 2) * job.from.one];
                    Out& y = to[(j / 2) * job.to.two + (j % 2) * job.to.one];
                    if constexpr (std::is_same_v<In, Out>) {
                        y = x;
                    } else {
                        real exact(precision_of<compute>);
                        read_bits(exact.get(), x);
                        y = converted<In, Out>(exact.get());
                    }
                }
            }
        }
    }
}

} // namespace kernel_cases
