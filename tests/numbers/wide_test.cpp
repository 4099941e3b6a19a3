// rope::wide against MPFR: arithmetic, functions, and what leaves it.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/mpfr_library.hpp"
#include "support/seed.hpp"

#include <rope/numbers/wide.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>

using rope::wide;
using test::real;
using test::relative_bits;

namespace {

static_assert(std::is_trivially_copyable<wide>::value, "a plain value");

class generator {
  public:
    explicit generator(std::uint64_t seed) : random_(seed) {}
    // 256 random bits, sometimes mostly zeros or ones, |exponent| <= spread.
    wide number(int spread, bool positive = false) {
        std::uint64_t limbs[4];
        for (auto& limb : limbs) {
            const std::uint64_t kind = random_() % 8;
            limb = kind == 0 ? 0 : kind == 1 ? ~std::uint64_t{0} : random_();
        }
        limbs[3] |= 1;
        const auto exponent =
            static_cast<std::int64_t>(random_() % static_cast<unsigned>(2 * spread + 1)) - spread;
        return wide::from_integer(!positive && random_() % 2 == 0, limbs, exponent - 256);
    }
    std::uint64_t operator()() { return random_(); }

  private:
    std::mt19937_64 random_;
};

real truth(const wide& x) {
    return test::real_of(x);
}

} // namespace

TEST_CASE("wide: sums, products and quotients are right to the 256th bit", "[numbers]") {
    const unsigned seed = test::seed();
    CAPTURE(seed);
    generator g(seed);
    double sum = -1000, product = -1000, quotient = -1000, root = -1000;
    for (int k = 0; k < 20000; ++k) {
        const wide a = g.number(k % 3 == 0 ? 2 : 300), b = g.number(k % 3 == 0 ? 2 : 300);
        const wide magnitude = abs(a);
        sum = std::fmax(sum, relative_bits(truth(a + b), truth(a) + truth(b)));
        sum = std::fmax(sum, relative_bits(truth(a - b), truth(a) - truth(b)));
        product = std::fmax(product, relative_bits(truth(a * b), truth(a) * truth(b)));
        quotient = std::fmax(quotient, relative_bits(truth(a / b), truth(a) / truth(b)));
        real r;
        mpfr_sqrt(r.get(), truth(magnitude).get(), MPFR_RNDN);
        root = std::fmax(root, relative_bits(truth(sqrt(magnitude)), r));
        const auto divisor = static_cast<std::uint32_t>(g() | 1);
        quotient = std::fmax(quotient,
                             relative_bits(truth(a.divided_by(divisor)), truth(a) / real(double(divisor))));
    }
    CHECK(sum <= -254);
    CHECK(product <= -254);
    CHECK(quotient <= -254);
    CHECK(root <= -254);
}

TEST_CASE("wide: exp, log, pow, sine and cosine hold more than 200 bits", "[numbers]") {
    const unsigned seed = test::seed();
    CAPTURE(seed);
    generator g(seed);
    double exponential = -1000, logarithm = -1000, power = -1000, sine = -1000, cosine = -1000;
    for (int k = 0; k < 1500; ++k) {
        const wide x = g.number(9), base = g.number(40, true), small = g.number(60).scaled(-60);
        real r;
        mpfr_exp(r.get(), truth(x).get(), MPFR_RNDN);
        exponential = std::fmax(exponential, relative_bits(truth(exp(x)), r));
        logarithm = std::fmax(logarithm, relative_bits(truth(log(base)), log(truth(base))));
        const wide near_one = wide(1) + g.number(40).scaled(-60);
        logarithm = std::fmax(logarithm, relative_bits(truth(log(near_one)), log(truth(near_one))));
        const wide y = g.number(4);
        power = std::fmax(power, relative_bits(truth(pow(base, y)), pow(truth(base), truth(y))));
        const auto both = rope::detail::sine_and_cosine(small);
        mpfr_sin(r.get(), truth(small).get(), MPFR_RNDN);
        sine = std::fmax(sine, relative_bits(truth(both.sine), r));
        mpfr_cos(r.get(), truth(small).get(), MPFR_RNDN);
        cosine = std::fmax(cosine, relative_bits(truth(both.cosine), r));
    }
    CHECK(exponential <= -240);
    CHECK(logarithm <= -250);
    CHECK(power <= -235);
    CHECK(sine <= -250);
    CHECK(cosine <= -250);
}

TEST_CASE("wide: frequencies of models", "[numbers]") {
    for (const double base : {1e4, 5e5, 1e6, 1e7, 8e6, 5e4, 256.0, 1.0000001, 1.5e300}) {
        for (const int d : {2, 6, 64, 80, 128, 256}) {
            for (int i = 0; i < d / 2; ++i) {
                const wide w = pow(wide(base), wide(-2 * i) / wide(d)) / (wide(2) * rope::pi<wide>());
                const real t = pow(real(base), real(-2.0 * i) / real(d)) / (real(2) * real::pi());
                CHECK(relative_bits(truth(w), t) <= -230);
            }
        }
    }
    CHECK(relative_bits(truth(rope::pi<wide>()), real::pi()) <= -256);
}

TEST_CASE("wide: exact cases stay exact", "[numbers]") {
    CHECK(wide(3) + wide(0.5) == wide(3.5));
    CHECK(wide(std::numeric_limits<std::int64_t>::min()) == wide(-0x1p63));
    CHECK(wide(~std::uint64_t{0}) == wide(0x1p64) - wide(1));
    CHECK(wide(std::numeric_limits<double>::denorm_min()) * wide(0x1p1023) == wide(0x1p-51));
    CHECK(sqrt(wide(144)) == wide(12));
    CHECK(sqrt(wide(2) * wide(2)) == wide(2));
    CHECK(pow(wide(10), wide(3)) == wide(1000));
    CHECK(pow(wide(10), wide(-1)) == wide(1) / wide(10));
    CHECK(pow(wide(-2), wide(5)) == wide(-32));
    CHECK(pow(wide(7), wide(0)) == wide(1));
    CHECK(pow(wide(0), wide(2.5)) == wide(0));
    CHECK(exp(wide(0)) == wide(1));
    CHECK(log(wide(1)) == wide(0));
    CHECK((wide(1) / wide(3)) * wide(3) != wide(2));
    CHECK(floor(wide(2.5)) == wide(2));
    CHECK(floor(wide(-2.5)) == wide(-3));
    CHECK(floor(wide(-3)) == wide(-3));
    CHECK(floor(wide(0.25)) == wide(0));
    CHECK(floor(wide(-0.25)) == wide(-1));
    CHECK(floor(wide(0x1p300)) == wide(0x1p300));
    CHECK(-wide(0) == wide(0));
    CHECK(wide(1) < wide(2));
    CHECK(wide(-2) < wide(-1));
    CHECK(wide(-1) < wide(0));
    CHECK(wide(1) >= wide(1));
}

TEST_CASE("wide: what is outside a function's domain is not finite, and stays so", "[numbers]") {
    for (const wide& x :
         {wide(1) / wide(0), log(wide(0)), log(wide(-1)), sqrt(wide(-1)), pow(wide(-2), wide(0.5)),
          pow(wide(0), wide(-0.5)), exp(wide(1e12)), wide(rope::detail::double_of(0x7ff0000000000000u)),
          wide(rope::detail::double_of(0x7ff8000000000000u))}) {
        CHECK_FALSE(is_finite(x));
        CHECK_FALSE(is_finite(x + wide(1)));
        CHECK_FALSE(is_finite(wide(0) * x));
        CHECK_FALSE(x < wide(1));
        CHECK_FALSE(x >= wide(1));
        CHECK_FALSE(x == x);
        CHECK(x != x);
        CHECK_FALSE(rope::is_finite(rope::to_double(x)));
        CHECK_FALSE(rope::fits_q64_192(x));
    }
    CHECK(exp(wide(-1e12)) == wide(0));
}

TEST_CASE("wide: to the nearest double, ties to even, subnormals and overflow", "[numbers]") {
    const unsigned seed = test::seed();
    CAPTURE(seed);
    generator g(seed);
    for (int k = 0; k < 20000; ++k) {
        const wide x = g.number(1100);
        CHECK(test::same_bits(rope::to_double(x), truth(x).to_double()));
    }
    for (int k = 0; k < 5000; ++k) { // ties, and the bit beside them
        const double d = std::ldexp(static_cast<double>(g() >> 11), static_cast<int>(g() % 60) - 1100);
        const wide unit = wide(std::numeric_limits<double>::denorm_min());
        const wide ulp = wide(std::nextafter(d, 1e308)) - wide(d);
        for (const wide& x : {wide(d), wide(d) + ulp.scaled(-1), wide(d) + ulp.scaled(-1) + unit.scaled(-100),
                              wide(d) + ulp.scaled(-1) - unit.scaled(-100)}) {
            CHECK(test::same_bits(rope::to_double(x), truth(x).to_double()));
        }
    }
    CHECK(rope::to_double(wide(0x1.fffffffffffffp1023)) == 0x1.fffffffffffffp1023);
    CHECK_FALSE(rope::is_finite(rope::to_double(wide(0x1.fffffffffffffp1023).scaled(1))));
    CHECK(rope::to_double(wide(0x1p-1074).scaled(-1)) == 0);
    CHECK(rope::to_double(wide(0x1.8p-1074).scaled(-1)) == 0x1p-1074);
    CHECK(rope::detail::bits_of(rope::to_double(-wide(0x1p-1074).scaled(-9))) == std::uint64_t{1}
                                                                                     << 63); // -0, by bits
}

TEST_CASE("wide: to 192 fractional bits and back", "[numbers]") {
    const unsigned seed = test::seed();
    CAPTURE(seed);
    generator g(seed);
    for (int k = 0; k < 20000; ++k) {
        const wide x = g.number(149).scaled(-87); // below 2^62: none rounds up to what does not fit
        const auto fixed = rope::to_q64_192(x);
        const real scaled = truth(x) * truth(wide(1).scaled(192));
        real nearest;
        mpfr_rint(nearest.get(), scaled.get(), MPFR_RNDNA);
        CHECK(mpfr_equal_p(truth(rope::from_q64_192(fixed).scaled(192)).get(), nearest.get()) != 0);
    }
    CHECK(rope::from_q64_192(rope::to_q64_192(wide(-1.25))) == wide(-1.25));
    CHECK(rope::from_q64_192(rope::to_q64_192(wide(-0x1p62))) == wide(-0x1p62));
    const auto most = rope::to_q64_192(wide(1e30)), least = rope::to_q64_192(wide(-1e30));
    CHECK(most.limb[3] == 0x7fffffffffffffffu);
    CHECK(least.limb[3] == 0x8000000000000000u);
    const std::uint64_t ones[4] = {~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0},
                                   ~std::uint64_t{0}};
    const auto rounded_up =
        rope::to_q64_192(wide::from_integer(false, ones, -193)); // fits, but its nearest is 2^63
    CHECK(std::memcmp(rounded_up.limb, most.limb, sizeof most.limb) == 0);
    CHECK_FALSE(rope::fits_q64_192(wide(0x1p63)));
    CHECK(rope::fits_q64_192(wide(0x1p62)));
}

TEST_CASE("wide: an ordinary double takes the same formulas", "[numbers]") {
    const auto formula = [](auto x) {
        using std::exp;
        using std::floor;
        using std::log;
        using std::pow;
        using std::sqrt;
        using number = decltype(x);
        return pow(x, number(0.25)) + exp(-x) * log(x) / sqrt(x) - floor(x) * rope::pi<number>();
    };
    CHECK(std::fabs(rope::to_double(formula(wide(2.75))) - formula(2.75)) < 1e-13);
}
