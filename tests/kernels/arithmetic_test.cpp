// The arithmetic below the kernels against MPFR: our own fma, and half and bfloat16 to and from wider types.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "kernels/mpfr_rotation.hpp"

#include <rope/numbers/fma.hpp>
#include <rope/numbers/half.hpp>

#include <sstream>

namespace {

using kernel_cases::bits_of;
using kernel_cases::format;
using kernel_cases::precision_of;
using kernel_cases::random_bits;
using kernel_cases::real;

template <class T>
T from_bits(std::uint64_t bits) {
    T value;
    if constexpr (sizeof(T) == 8) {
        std::memcpy(&value, &bits, 8);
    } else {
        const auto low = static_cast<std::uint32_t>(bits);
        std::memcpy(&value, &low, 4);
    }
    return value;
}

template <class T>
bool same(const T& a, const T& b) {
    using f = format<T>;
    constexpr std::uint64_t one = 1, infinity = ((one << f::exponent) - 1) << f::fraction;
    constexpr std::uint64_t magnitude = (one << (f::exponent + f::fraction)) - 1;
    const bool nan_a = (bits_of(a) & magnitude) > infinity, nan_b = (bits_of(b) & magnitude) > infinity;
    return nan_a || nan_b ? nan_a && nan_b : bits_of(a) == bits_of(b);
}

template <class T>
T mpfr_fused(T a, T b, T c) {
    real x(precision_of<T>), y(precision_of<T>), z(precision_of<T>), result(precision_of<T>);
    kernel_cases::read_bits(x.get(), a);
    kernel_cases::read_bits(y.get(), b);
    kernel_cases::read_bits(z.get(), c);
    kernel_cases::exact_fma<T>(result.get(), x.get(), y.get(), z.get());
    return kernel_cases::write_bits<T>(result.get());
}

template <class T>
void check_fma(const T& a, const T& b, const T& c, std::string& wrong) {
    const T expected = mpfr_fused(a, b, c);
    if (!same(rope::detail::software_fma(a, b, c), expected) || !same(rope::detail::fma(a, b, c), expected)) {
        std::ostringstream text;
        text << std::hex << bits_of(a) << " * " << bits_of(b) << " + " << bits_of(c) << "; ";
        wrong += text.str();
    }
}

// Exponents that make the term meet the product, short significands that make ties, and everything else.
template <class T>
void check_random_fma(std::uint64_t seed, int count) {
    using f = format<T>;
    constexpr std::uint64_t one = 1;
    constexpr int bias = (1 << (f::exponent - 1)) - 1, top = (1 << f::exponent) - 1;
    random_bits random{seed};
    std::string wrong;
    for (int n = 0; n < count && wrong.size() < 1000; ++n) {
        std::uint64_t v[3];
        int field[2];
        const int kind = static_cast<int>(random.below(8));
        for (int k = 0; k < 3; ++k) {
            std::uint64_t fraction = random.next() & ((one << f::fraction) - 1);
            if (kind < 4) {
                fraction &= ~((one << random.below(f::fraction)) - 1);
            }
            int e = static_cast<int>(random.below(top + 1));
            if (k < 2 && kind != 7) {
                e = kind == 6 ? static_cast<int>(random.below(top / 2)) + 1
                              : bias / 2 + static_cast<int>(random.below(bias));
                field[k] = e;
            } else if (k == 2 && kind != 7) {
                e = field[0] + field[1] - bias + static_cast<int>(random.below(2 * f::fraction + 20)) -
                    f::fraction - 10;
                e = e < 0 ? 0 : e > top ? top : e;
            }
            v[k] = ((((random.next() & 1) << f::exponent) | static_cast<std::uint64_t>(e)) << f::fraction) |
                   fraction;
        }
        check_fma(from_bits<T>(v[0]), from_bits<T>(v[1]), from_bits<T>(v[2]), wrong);
    }
    CHECK(wrong == "");
}

// Every combination of the numbers where something changes.
template <class T>
void check_special_fma() {
    using f = format<T>;
    constexpr std::uint64_t one = 1, infinity = ((one << f::exponent) - 1) << f::fraction;
    constexpr std::uint64_t bias = (one << (f::exponent - 1)) - 1, unit = bias << f::fraction;
    const std::uint64_t list[] = {0,
                                  1,
                                  2,
                                  (one << f::fraction) - 1,
                                  one << f::fraction,
                                  unit,
                                  unit + 1,
                                  unit - 1,
                                  unit + (one << f::fraction),
                                  infinity - 1,
                                  infinity - 2,
                                  infinity,
                                  infinity + 1,
                                  (bias / 2) << f::fraction};
    std::string wrong;
    const std::uint64_t sign = one << (f::exponent + f::fraction);
    for (const std::uint64_t a : list) {
        for (const std::uint64_t b : list) {
            for (const std::uint64_t c : list) {
                for (unsigned signs = 0; signs < 8; ++signs) {
                    check_fma(from_bits<T>(a | (signs & 1 ? sign : 0)),
                              from_bits<T>(b | (signs & 2 ? sign : 0)),
                              from_bits<T>(c | (signs & 4 ? sign : 0)), wrong);
                }
            }
        }
    }
    CHECK(wrong.substr(0, 1000) == "");
}

template <class Wide, class Narrow>
void check_narrow(const Wide& x, const Narrow& got, std::string& wrong) {
    real exact(precision_of<Wide>);
    kernel_cases::read_bits(exact.get(), x);
    if (!same(got, kernel_cases::converted<Wide, Narrow>(exact.get()))) {
        std::ostringstream text;
        text << std::hex << bits_of(x) << " gives " << bits_of(got) << "; ";
        wrong += text.str();
    }
}

// All numbers of the narrow type, all midpoints between them, and the neighbours of both.
template <class Wide, class Narrow, class Round>
void check_all_roundings(Round round) {
    using w = format<Wide>;
    using n = format<Narrow>;
    std::string wrong;
    random_bits random{5};
    constexpr std::uint64_t one = 1;
    for (std::uint64_t bits = 0; bits < (one << (n::exponent + n::fraction)) && wrong.size() < 1000; ++bits) {
        Narrow small;
        small.bits = static_cast<std::uint16_t>(bits);
        real exact(precision_of<Wide>);
        kernel_cases::read_bits(exact.get(), small);
        const std::uint64_t at = bits_of(kernel_cases::write_bits<Wide>(exact.get()));
        const std::uint64_t half_step = one << (w::fraction - n::fraction - 1);
        const std::uint64_t sign = (random.next() & 1) << (w::exponent + w::fraction);
        for (const std::uint64_t near :
             {at, at + 1, at + half_step - 1, at + half_step, at + half_step + 1, at + half_step / 2, at - 1,
              at + (random.next() & (2 * half_step - 1))}) {
            const std::uint64_t value = (near & ((one << (w::exponent + w::fraction)) - 1)) | sign;
            check_narrow(from_bits<Wide>(value), round(from_bits<Wide>(value)), wrong);
        }
        // Denormals of the narrow type have their midpoints elsewhere.
        if (bits < (one << n::fraction)) {
            real middle(precision_of<Wide>);
            const long bias = (1L << (n::exponent - 1)) - 1;
            mpfr_set_ui_2exp(middle.get(), 2 * bits + 1, 1 - bias - n::fraction - 1, MPFR_RNDN);
            const std::uint64_t tie = bits_of(kernel_cases::write_bits<Wide>(middle.get()));
            for (const std::uint64_t near : {tie - 1, tie, tie + 1}) {
                check_narrow(from_bits<Wide>(near | sign), round(from_bits<Wide>(near | sign)), wrong);
            }
        }
    }
    CHECK(wrong == "");
}

TEST_CASE("our own fma is MPFR's", "[kernels]") {
    check_special_fma<float>();
    check_special_fma<double>();
    check_random_fma<float>(1, 300000);
    check_random_fma<double>(2, 300000);
}

TEST_CASE("half and bfloat16 widen exactly", "[kernels]") {
    std::string wrong;
    for (unsigned bits = 0; bits < 0x10000; ++bits) {
        const rope::half h{static_cast<std::uint16_t>(bits)};
        const rope::bfloat16 b{static_cast<std::uint16_t>(bits)};
        real x(precision_of<float>);
        kernel_cases::read_bits(x.get(), h);
        const bool half_same = same(rope::to_float(h), kernel_cases::write_bits<float>(x.get()));
        kernel_cases::read_bits(x.get(), b);
        if (!half_same || !same(rope::to_float(b), kernel_cases::write_bits<float>(x.get()))) {
            wrong += std::to_string(bits) + " ";
        }
    }
    CHECK(wrong.substr(0, 1000) == "");
}

TEST_CASE("float and double round once to half and bfloat16", "[kernels]") {
    check_all_roundings<float, rope::half>([](float x) { return rope::to_half(x); });
    check_all_roundings<float, rope::bfloat16>([](float x) { return rope::to_bfloat16(x); });
    check_all_roundings<double, rope::half>([](double x) { return rope::to_half(x); });
    check_all_roundings<double, rope::bfloat16>([](double x) { return rope::to_bfloat16(x); });
}

} // namespace
