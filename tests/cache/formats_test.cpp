// The 8-bit formats: fp8 against the numbers that their specification lists, int8 and q8_0 against the published formula and
// its bits, and the stated error bounds over random and adversarial blocks.
#include "support/catch.hpp"
#include "support/seed.hpp"

#include <rope/numbers/fp8.hpp>
#include <rope/numbers/int8_blocks.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

namespace {

float from_bits(std::uint32_t bits) {
    float x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}
std::uint32_t bits_of(float x) {
    std::uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}
bool is_nan_bits(float x) {
    return (bits_of(x) & 0x7fffffffu) > 0x7f800000u;
}

// A format by its definition: (-1)^s 2^(e - bias) (1 + f / 2^fraction), denormals below.
struct definition {
    int fraction, bias;
    unsigned numbers; // codes below this, without the sign, are finite
    double value(unsigned code) const {
        const unsigned field = code >> fraction, f = code & ((1u << fraction) - 1);
        const double part = static_cast<double>(f) / static_cast<double>(1u << fraction);
        return field == 0 ? std::ldexp(part, 1 - bias) : std::ldexp(1 + part, static_cast<int>(field) - bias);
    }
    // The code nearest to a magnitude, ties to the even code; `numbers` where that is past the largest number.
    unsigned nearest(double magnitude) const {
        for (unsigned code = 0; code < numbers; ++code) {
            const double middle = (value(code) + value(code + 1)) / 2;
            if (magnitude < middle || (magnitude == middle && code % 2 == 0)) {
                return code;
            }
        }
        return numbers;
    }
};
constexpr definition e4m3 = {3, 7, 0x7f}, e5m2 = {2, 15, 0x7c};

std::vector<float> magnitudes_to_try(const definition& d) {
    std::vector<float> all = {0.0f, from_bits(1), from_bits(0x007fffff), 1e30f, from_bits(0x7f7fffff)};
    for (unsigned code = 0; code < d.numbers; ++code) {
        for (const double x : {d.value(code), (d.value(code) + d.value(code + 1)) / 2}) {
            const auto f = static_cast<float>(x);
            for (const std::uint32_t step : {0u, 1u, 0xffffffffu}) {
                if (f != 0 || step == 0) {
                    all.push_back(from_bits(bits_of(f) + step));
                }
            }
        }
    }
    std::mt19937 random(test::seed());
    for (int k = 0; k < 20000; ++k) {
        all.push_back(from_bits(random() & 0x7fffffffu));
        all.push_back(static_cast<float>(std::ldexp(1.0 + static_cast<double>(random() % 4096) / 4096,
                                                    static_cast<int>(random() % 40) - 22)));
    }
    all.erase(std::remove_if(all.begin(), all.end(), is_nan_bits), all.end());
    return all;
}

template <class Narrow>
void check_fp8(const definition& d, unsigned past, Narrow&& narrow) {
    for (const float x : magnitudes_to_try(d)) {
        if (bits_of(x) == 0x7f800000u) {
            continue;
        }
        const unsigned code = d.nearest(static_cast<double>(x));
        CAPTURE(x, code);
        for (const unsigned sign : {0u, 0x80u}) {
            const float signed_x = from_bits(bits_of(x) | (sign << 24));
            REQUIRE(narrow(signed_x, rope::fp8_range::saturate).bits ==
                    (sign | (code == d.numbers ? d.numbers - 1 : code)));
            REQUIRE(narrow(signed_x, rope::fp8_range::overflow).bits ==
                    (sign | (code == d.numbers ? past : code)));
        }
    }
    const float infinity = from_bits(0x7f800000u);
    CHECK(narrow(infinity, rope::fp8_range::saturate).bits == d.numbers - 1);
    CHECK(narrow(from_bits(0xff800000u), rope::fp8_range::overflow).bits == (0x80u | past));
    for (const std::uint32_t nan : {0x7fc00000u, 0x7f800001u, 0xffffffffu}) {
        for (const auto range : {rope::fp8_range::saturate, rope::fp8_range::overflow}) {
            CHECK(is_nan_bits(to_float(narrow(from_bits(nan), range))));
        }
    }
}

std::vector<float> random_block(std::mt19937& random, std::size_t n) {
    std::vector<float> x(n);
    const int scale = static_cast<int>(random() % 60) - 40;
    const auto shape = random() % 5;
    for (std::size_t k = 0; k < n; ++k) {
        double v = static_cast<double>(random()) / 2147483648.0 - 1;
        if (shape == 1) { // one outlier
            v = k == 7 ? 1 : v / 300;
        } else if (shape == 2) { // halves of a step
            v = (static_cast<double>(random() % 255) - 127.0 + 0.5) / 127.5;
        } else if (shape == 3) { // few values
            v = static_cast<double>(random() % 3) - 1;
        } else if (shape == 4) {
            v = std::ldexp(v, -static_cast<int>(random() % 30));
        }
        x[k] = static_cast<float>(std::ldexp(v, scale));
    }
    return x;
}

} // namespace

TEST_CASE("fp8 numbers are those of the specification", "[formats]") {
    for (unsigned code = 0; code < 256; ++code) {
        CAPTURE(code);
        const auto byte = static_cast<std::uint8_t>(code);
        const unsigned magnitude = code & 0x7fu;
        const double sign = code < 128 ? 1 : -1;
        const float x = rope::to_float(rope::fp8_e4m3{byte}), y = rope::to_float(rope::fp8_e5m2{byte});
        if (magnitude == 0x7f) {
            CHECK(is_nan_bits(x));
        } else {
            CHECK(bits_of(x) == bits_of(static_cast<float>(sign * e4m3.value(magnitude))));
        }
        if (magnitude > 0x7c) {
            CHECK(is_nan_bits(y));
        } else if (magnitude == 0x7c) {
            CHECK(bits_of(y) == (code < 128 ? 0x7f800000u : 0xff800000u));
        } else {
            CHECK(bits_of(y) == bits_of(static_cast<float>(sign * e5m2.value(magnitude))));
        }
    }
    CHECK(rope::to_float(rope::fp8_e4m3{0x7e}) == 448.0f); // the table of the specification
    CHECK(rope::to_float(rope::fp8_e4m3{0x08}) == 0x1p-6f);
    CHECK(rope::to_float(rope::fp8_e4m3{0x01}) == 0x1p-9f);
    CHECK(rope::to_float(rope::fp8_e5m2{0x7b}) == 57344.0f);
    CHECK(rope::to_float(rope::fp8_e5m2{0x04}) == 0x1p-14f);
    CHECK(rope::to_float(rope::fp8_e5m2{0x01}) == 0x1p-16f);
}

TEST_CASE("fp8 rounds to the nearest number, ties to even", "[formats]") {
    check_fp8(e4m3, 0x7f, [](float x, rope::fp8_range range) { return rope::to_fp8_e4m3(x, range); });
    check_fp8(e5m2, 0x7c, [](float x, rope::fp8_range range) { return rope::to_fp8_e5m2(x, range); });
}

TEST_CASE("fp8 keeps its error bound", "[formats]") {
    std::mt19937 random(test::seed());
    for (int k = 0; k < 100000; ++k) {
        const float x = from_bits(random() & 0xffffffffu);
        const double magnitude = std::fabs(static_cast<double>(x));
        if (is_nan_bits(x)) {
            continue;
        }
        if (magnitude <= 448) {
            const double off =
                static_cast<double>(rope::to_float(rope::to_fp8_e4m3(x))) - static_cast<double>(x);
            REQUIRE(std::fabs(off) <= (std::max)(0x1p-4 * magnitude, 0x1p-10));
        }
        if (magnitude <= 57344) {
            const double off =
                static_cast<double>(rope::to_float(rope::to_fp8_e5m2(x))) - static_cast<double>(x);
            REQUIRE(std::fabs(off) <= (std::max)(0x1p-3 * magnitude, 0x1p-17));
        }
    }
}

// The hash is of numpy's float32 arithmetic on the same numbers, by the published formula.
TEST_CASE("q8_0 blocks have the published bits", "[formats]") {
    std::uint32_t state = 1;
    const auto next = [&] { return state = state * 1664525u + 1013904223u; };
    std::uint64_t hash = 14695981039346656037u;
    for (int b = 0; b < 512; ++b) {
        const int e = static_cast<int>((next() >> 8) % 31) - 20;
        std::array<float, 32> x;
        for (float& v : x) {
            v = std::ldexp(static_cast<float>(static_cast<std::int32_t>(next())), e - 31);
        }
        rope::q8_0_block block;
        rope::quantize_q8_0(x.data(), block);
        unsigned char bytes[sizeof block];
        std::memcpy(bytes, &block, sizeof block);
        for (const unsigned char byte : bytes) {
            hash = (hash ^ byte) * 1099511628211u;
        }
    }
    CHECK(hash == 0x5c22ee6edd99a1b7u);
}

TEST_CASE("int8 and q8_0 keep their error bounds over random and adversarial blocks", "[formats]") {
    std::mt19937 random(test::seed());
    for (int trial = 0; trial < 4000; ++trial) {
        const std::size_t n = trial % 2 == 0 ? 32 : 1 + random() % 200;
        const std::vector<float> x = random_block(random, n);
        double a = 0;
        for (const float v : x) {
            a = (std::max)(a, std::fabs(static_cast<double>(v)));
        }
        const double d = a / 127;
        std::vector<std::int8_t> q(n);
        std::vector<float> back(n);
        const float scale = rope::quantize_int8(x.data(), static_cast<std::int64_t>(n), q.data());
        rope::dequantize_int8(q.data(), static_cast<std::int64_t>(n), scale, back.data());
        for (std::size_t k = 0; k < n; ++k) {
            REQUIRE(std::fabs(static_cast<double>(back[k]) - static_cast<double>(x[k])) <=
                    (0.5 + 0x1p-14) * d);
        }
        if (n == 32) {
            rope::q8_0_block block;
            rope::quantize_q8_0(x.data(), block);
            rope::dequantize_q8_0(block, back.data());
            const double bound =
                a >= 127 * 0x1p-14 ? (0.5 + 127.0 / 2048 + 0x1p-14) * d : (0.5 + 0x1p-14) * d + 127 * 0x1p-25;
            for (std::size_t k = 0; k < n; ++k) {
                CAPTURE(x[k], back[k], a);
                REQUIRE(std::fabs(static_cast<double>(back[k]) - static_cast<double>(x[k])) <= bound);
            }
        }
    }
}

TEST_CASE("blocks without a number, and of nearly nothing", "[formats]") {
    for (const std::uint32_t bad : {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xffffffffu}) {
        std::array<float, 32> x = {};
        x[3] = 1;
        x[20] = from_bits(bad);
        rope::q8_0_block block;
        rope::quantize_q8_0(x.data(), block);
        std::array<float, 32> back;
        rope::dequantize_q8_0(block, back.data());
        CHECK(std::all_of(back.begin(), back.end(), is_nan_bits));
    }
    for (const float tiny : {0.0f, from_bits(1), from_bits(0x00200000), from_bits(0x007fffff)}) {
        std::array<float, 32> x;
        x.fill(tiny);
        rope::q8_0_block block;
        rope::quantize_q8_0(x.data(), block);
        std::array<float, 32> back;
        rope::dequantize_q8_0(block, back.data());
        for (const float v : back) {
            CHECK(v == 0.0f);
        }
        std::array<std::int8_t, 32> q;
        rope::dequantize_int8(q.data(), 32, rope::quantize_int8(x.data(), 32, q.data()), back.data());
        for (const float v : back) {
            CHECK(std::fabs(v - tiny) <= tiny);
        }
    }
}
