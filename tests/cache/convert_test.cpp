// Every instruction set converts rows to the same bits as the scalar functions of the formats, at every length and place, and
// nothing around the row is touched.
#include "support/catch.hpp"
#include "support/seed.hpp"

#include <rope/kernels/convert_kernels.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

namespace {

using rope::row_format;

float from_bits(std::uint32_t bits) {
    float x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

std::vector<float> numbers(std::mt19937& random, std::size_t n, bool any) {
    std::vector<float> x(n);
    for (float& v : x) {
        v = from_bits(static_cast<std::uint32_t>(random()));
        if ((!any || random() % 2 == 0)) {
            v = static_cast<float>(std::ldexp(static_cast<double>(random()) / 2147483648.0 - 1,
                                              static_cast<int>(random() % 24) - 14));
        }
        std::uint32_t bits;
        std::memcpy(&bits, &v, sizeof bits);
        if ((bits & 0x7fffffffu) > 0x7f800000u) {
            v = from_bits(0x7fc00000u);
        }
    }
    return x;
}

constexpr row_format formats[] = {row_format::f32,  row_format::f16, row_format::bf16, row_format::e4m3,
                                  row_format::e5m2, row_format::i8,  row_format::q8_0};

} // namespace

TEST_CASE("every instruction set converts rows to the same bits", "[convert]") {
    std::mt19937 random(test::seed());
    const rope::detail::convert_kernels expected = rope::detail::convert_kernels_for(rope::isa::scalar);
    for (const rope::isa which : rope::available_isas()) {
        const rope::detail::convert_kernels found = rope::detail::convert_kernels_for(which);
        REQUIRE((which == rope::isa::scalar) == (found.narrow == expected.narrow));
        for (const row_format format : formats) {
            for (int trial = 0; trial < 60; ++trial) {
                const std::int64_t n = format == row_format::q8_0 ? 32 * (trial % 5) : trial * 3;
                const std::int64_t block = trial % 3 == 0 ? 32 : n + 1;
                CAPTURE(rope::isa_name(which), rope::row_format_name(format), n, block);
                // whole bit patterns where every value stands for itself
                const bool any = format != row_format::i8 && format != row_format::q8_0;
                const std::vector<float> x = numbers(random, static_cast<std::size_t>(n), any);
                const auto bytes = static_cast<std::size_t>(n / rope::detail::values_of(format) *
                                                            rope::detail::bytes_of(format));
                std::vector<unsigned char> a(bytes + 24, 0xaa), b = a;
                std::vector<float> a_scales(20, -1.0f), b_scales = a_scales;
                expected.narrow(format, x.data(), a.data() + 4, a_scales.data(), block, n);
                found.narrow(format, x.data(), b.data() + 4, b_scales.data(), block, n);
                REQUIRE(a == b);
                REQUIRE(a_scales == b_scales);
                REQUIRE(b[3] == 0xaa);
                REQUIRE(b[bytes + 4] == 0xaa);
                std::vector<float> back_a(static_cast<std::size_t>(n) + 1, 5.0f), back_b = back_a;
                expected.widen(format, a.data() + 4, a_scales.data(), block, back_a.data(), n);
                found.widen(format, a.data() + 4, a_scales.data(), block, back_b.data(), n);
                REQUIRE(std::memcmp(back_a.data(), back_b.data(), back_a.size() * sizeof(float)) == 0);
                REQUIRE(back_b.back() == 5.0f);
            }
        }
        if (which != rope::isa::scalar) { // every code
            for (const row_format format : {row_format::e4m3, row_format::e5m2}) {
                std::vector<std::uint8_t> codes(256);
                for (std::size_t k = 0; k < 256; ++k) {
                    codes[k] = static_cast<std::uint8_t>(k);
                }
                std::vector<float> a(256), b(256);
                expected.widen(format, codes.data(), nullptr, 1, a.data(), 256);
                found.widen(format, codes.data(), nullptr, 1, b.data(), 256);
                for (std::size_t k = 0; k < 256; ++k) {
                    CAPTURE(k);
                    const bool nan = format == row_format::e4m3 ? (k & 0x7f) == 0x7f : (k & 0x7f) > 0x7c;
                    CHECK((nan || std::memcmp(&a[k], &b[k], sizeof(float)) == 0));
                }
            }
        }
    }
}

TEST_CASE("every instruction set has the same dot products and weighted rows", "[convert]") {
    std::mt19937 random(test::seed());
    const rope::detail::convert_kernels expected = rope::detail::convert_kernels_for(rope::isa::scalar);
    for (const rope::isa which : rope::available_isas()) {
        const rope::detail::convert_kernels found = rope::detail::convert_kernels_for(which);
        for (std::size_t n = 0; n < 200; ++n) {
            CAPTURE(rope::isa_name(which), n);
            const auto count = static_cast<std::int64_t>(n);
            const std::vector<float> x = numbers(random, n, false), y = numbers(random, n, false);
            double exact = 0, magnitude = 0;
            for (std::size_t j = 0; j < n; ++j) {
                exact += static_cast<double>(x[j]) * static_cast<double>(y[j]);
                magnitude += std::fabs(static_cast<double>(x[j]) * static_cast<double>(y[j]));
            }
            const double dot = found.dot(x.data(), y.data(), count);
            REQUIRE(dot == expected.dot(x.data(), y.data(), count));
            REQUIRE(std::fabs(dot - exact) <= (static_cast<double>(n) / 16 + 1) * 0x1p-24 * magnitude);
            for (const float* weight : {static_cast<const float*>(nullptr), y.data()}) {
                std::vector<float> a = x, b = x;
                expected.multiply(a.data(), 0.7f, weight, count);
                found.multiply(b.data(), 0.7f, weight, count);
                REQUIRE((n == 0 || std::memcmp(a.data(), b.data(), n * sizeof(float)) == 0));
                for (std::size_t j = 0; j < n; ++j) {
                    const auto once =
                        static_cast<float>(static_cast<double>(x[j]) * static_cast<double>(0.7f));
                    REQUIRE(a[j] == (weight == nullptr ? once
                                                       : static_cast<float>(static_cast<double>(once) *
                                                                            static_cast<double>(y[j]))));
                }
            }
        }
    }
}
