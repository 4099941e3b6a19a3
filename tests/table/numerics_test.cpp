// hf_fp32 and ggml against the same float steps taken with MPFR at 24 bits, step by step.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/mpfr_library.hpp"
#include "table/golden_hashes.hpp"

#include <rope/model/frequencies.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

using test::real;

float to_float(const real& x) {
    return mpfr_get_flt(x.get(), MPFR_RNDN);
}

struct entry {
    float cos, sin;
};

entry of_angle(float angle, float amplitude) {
    const real a(static_cast<double>(angle));
    real c, s;
    mpfr_sin_cos(s.get(), c.get(), a.get(), MPFR_RNDN);
    const auto times = [&](const real& x) {
        return to_float(real(static_cast<double>(to_float(x))) * real(static_cast<double>(amplitude)));
    };
    return {times(c), times(s)};
}

float product(float a, float b) {
    return to_float(real(static_cast<double>(a)) * real(static_cast<double>(b)));
}

float power(double base, float exponent) {
    return to_float(pow(real(base), real(static_cast<double>(exponent))));
}

} // namespace

TEST_CASE("table: hf_fp32 takes the float steps of transformers", "[table]") {
    for (const std::int64_t d : {64, 80, 128}) {
        for (const double base : {1e4, 5e5}) {
            for (const double factor : {1.0, 8.0}) {
                rope::config c;
                c.head_dim = d;
                c.base = base;
                if (factor != 1) {
                    c.scaling = rope::linear_scaling{factor};
                }
                auto f = rope::frequencies(c, 1);
                f.amplitude = rope::to_q64_192(rope::wide(1.2));
                const std::vector<std::int64_t> positions = {0, 1, 4095, 131071, 1048575, -3, 16777217};
                const auto count = static_cast<std::int64_t>(positions.size());
                const auto t =
                    rope::cos_sin_table<float>(f, positions.data(), count, 1, rope::numerics::hf_fp32);
                const auto h =
                    rope::cos_sin_table<rope::half>(f, positions.data(), count, 1, rope::numerics::hf_fp32);
                for (std::size_t row = 0; row < positions.size(); ++row) {
                    for (std::int64_t i = 0; i < d / 2; ++i) {
                        const float exponent =
                            to_float(real(static_cast<double>(2 * i)) / real(static_cast<double>(d)));
                        float w = to_float(real(1) / real(static_cast<double>(power(base, exponent))));
                        w = to_float(real(static_cast<double>(w)) / real(factor));
                        const entry e = of_angle(product(static_cast<float>(positions[row]), w), 1.2f);
                        const std::size_t at =
                            row * static_cast<std::size_t>(d / 2) + static_cast<std::size_t>(i);
                        CAPTURE(d, base, factor, positions[row], i);
                        REQUIRE(test::same_bits(t.cos[at], e.cos));
                        REQUIRE(test::same_bits(t.sin[at], e.sin));
                        REQUIRE(h.cos[at].bits == rope::to_half(e.cos).bits);
                    }
                }
            }
        }
    }
}

TEST_CASE("table: ggml lets the angle run from pair to pair", "[table]") {
    rope::config c;
    c.head_dim = 128;
    c.base = 5e5;
    const auto f = rope::frequencies(c, 1);
    const auto t = rope::cos_sin_table<float>(f, rope::range{131000, 80}, rope::numerics::ggml);
    const float ratio = power(5e5, to_float(real(-2) / real(128)));
    for (std::size_t row = 0; row < 80; ++row) {
        float angle = static_cast<float>(131000 + row);
        for (std::size_t i = 0; i < 64; ++i, angle = product(angle, ratio)) {
            const entry e = of_angle(angle, 1);
            REQUIRE(test::same_bits(t.cos[row * 64 + i], e.cos));
            REQUIRE(test::same_bits(t.sin[row * 64 + i], e.sin));
        }
    }
}

// base, d = 128 and factor are all that is taken; the rest is MPFR's.
TEST_CASE("table: golden hashes of the float numerics are MPFR's", "[table]") {
    for (const test::golden_numerics& g : test::golden_float_steps) {
        const bool running = g.way == rope::numerics::ggml;
        const float ratio = running ? power(g.base, to_float(real(-2) / real(128))) : 1;
        std::vector<float> cos, sin;
        for (const std::int64_t position : test::golden_positions()) {
            float angle = to_float(real::of(position));
            for (int i = 0; i < 64; ++i) {
                // hf_fp32: 1 / base^(2i/d) over the factor, times the position. ggml: the running angle over it.
                const float exponent = to_float(real(2.0 * i) / real(128));
                const real w(to_float(real(1) / real(running ? 1 : power(g.base, exponent))));
                const entry e = of_angle(product(angle, to_float(w / real(g.linear))), 1);
                cos.push_back(e.cos);
                sin.push_back(e.sin);
                angle = product(angle, ratio);
            }
        }
        const std::uint64_t hash = test::hash(sin, test::hash(cos));
        char line[32];
        std::snprintf(line, sizeof line, "0x%016llxu", static_cast<unsigned long long>(hash));
        INFO(g.name << ": " << line);
        CHECK(hash == g.f32);
    }
}

TEST_CASE("table: the float numerics are as wrong as the field guide measured", "[table]") {
    rope::config c;
    c.head_dim = 128;
    const auto f = rope::frequencies(c, 1);
    const auto worst = [&](std::int64_t position, rope::numerics way) {
        const auto exact = rope::cos_sin_table<double>(f, rope::range{position, 1});
        const auto t = rope::cos_sin_table<float>(f, rope::range{position, 1}, way);
        double most = 0;
        for (std::size_t i = 0; i < 64; ++i) {
            most = std::fmax(most, std::fabs(static_cast<double>(t.cos[i]) - exact.cos[i]));
            most = std::fmax(most, std::fabs(static_cast<double>(t.sin[i]) - exact.sin[i]));
        }
        return most;
    };
    CHECK(std::fabs(worst(4095, rope::numerics::hf_fp32) - 1.4e-4) < 0.1e-4);
    CHECK(std::fabs(worst(1048575, rope::numerics::hf_fp32) - 2.5e-2) < 0.1e-2);
    CHECK(std::fabs(worst(4095, rope::numerics::ggml) - 5.0e-4) < 0.2e-4);
    CHECK(std::fabs(worst(1048575, rope::numerics::ggml) - 9.2e-2) < 0.3e-2);
    CHECK(worst(1048575, rope::numerics::exact) < 0x1p-25);
}

TEST_CASE("table: in the caller's memory it is the same table", "[table]") {
    rope::config c;
    c.head_dim = 128;
    const auto f = rope::frequencies(c, 1);
    for (const rope::numerics way : {rope::numerics::exact, rope::numerics::hf_fp32, rope::numerics::ggml}) {
        const auto whole = rope::cos_sin_table<float>(f, rope::range{-50, 700}, way);
        CHECK(whole.numerics == way);
        REQUIRE(rope::table_bytes<float>(f, 700) == 700 * 64 * 4);
        std::vector<float> cos(700 * 64), sin(700 * 64);
        const auto seen = rope::fill_cos_sin_table(f, rope::range{-50, 700}, cos.data(), sin.data(), way);
        CHECK(cos == whole.cos);
        CHECK(sin == whole.sin);
        CHECK(seen.first == -50);
        CHECK(seen.rows == 700);
        CHECK(seen.numerics == way);
    }
}
