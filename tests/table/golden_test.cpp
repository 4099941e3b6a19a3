// Tables on any machine, without MPFR at hand: the published golden values, the signs of zeros, what is
// refused.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/model/frequencies.hpp>
#include <rope/numbers/limbs.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

std::uint32_t bits(float x) {
    std::uint32_t b;
    std::memcpy(&b, &x, sizeof b);
    return b;
}

rope::frequency_set frequencies(std::int64_t d, double base) {
    rope::config c;
    c.head_dim = d;
    c.base = base;
    return rope::frequencies(c, 1);
}

std::string refusal(const rope::frequency_set& f, rope::range run) {
#if defined(__cpp_exceptions)
    try {
        rope::cos_sin_table<float>(f, run);
    } catch (const rope::error& e) {
        return e.what();
    }
#else
    static_cast<void>(f);
    static_cast<void>(run);
#endif
    return {};
}

} // namespace

TEST_CASE("table: golden values of the field guide", "[table]") {
    struct golden {
        double base;
        std::int64_t position, pair;
        std::uint32_t cos, sin;
    };
    for (const golden& g :
         {golden{1e4, 1, 0, 0x3f0a5140, 0x3f576aa4}, golden{1e4, 4095, 1, 0xbf3e0bb0, 0x3f2b84c7},
          golden{1e4, 131071, 1, 0xbf7a6ff6, 0xbe544e80}, golden{5e5, 1048575, 1, 0x3f343628, 0x3f35d2d3}}) {
        const auto f = frequencies(128, g.base);
        const auto at = static_cast<std::size_t>(g.pair);
        const auto run = rope::cos_sin_table<float>(f, rope::range{g.position, 1});
        CHECK(bits(run.cos[at]) == g.cos);
        CHECK(bits(run.sin[at]) == g.sin);
        const double real = static_cast<double>(g.position);
        const auto listed = rope::cos_sin_table<float>(f, &real, 1);
        CHECK(bits(listed.cos[at]) == g.cos);
        CHECK(bits(listed.sin[at]) == g.sin);
        const auto behind = rope::cos_sin_table<float>(f, rope::range{-g.position, 1});
        CHECK(bits(behind.cos[at]) == g.cos);
        CHECK(bits(behind.sin[at]) == (g.sin ^ 0x80000000u));
    }
}

TEST_CASE("table: the first row is the amplitude and a positive zero", "[table]") {
    auto f = frequencies(64, 1e4);
    f.attention_factor = 1 + 0x1p-24; // half way between two floats: the even one is below
    f.amplitude = rope::to_q64_192(rope::wide(1) + rope::wide(0x1p-24));
    for (const std::int64_t rows : {1, 40, 200}) {
        const auto t = rope::cos_sin_table<float>(f, rows);
        for (std::size_t i = 0; i < 32; ++i) {
            CHECK(bits(t.cos[i]) == 0x3f800000u);
            CHECK(bits(t.sin[i]) == 0u);
        }
    }
    f.amplitude = rope::to_q64_192(rope::wide(1) + rope::wide(0x1.000002p-24)); // and above
    CHECK(bits(rope::cos_sin_table<float>(f, 1).cos[3]) == 0x3f800001u);
    CHECK(bits(rope::cos_sin_table<float>(f, 100).cos[3]) == 0x3f800001u);
}

TEST_CASE("table: a pair that stands still has the amplitude in every row", "[table]") {
    auto f = frequencies(64, 1e4);
    f.step[5] = {{0, 0, 0, 0}};
    f.amplitude = rope::to_q64_192(rope::wide(1.2345678901));
    const auto t = rope::cos_sin_table<float>(f, 2000);
    const auto d = rope::cos_sin_table<double>(f, 100);
    const auto h = rope::cos_sin_table<rope::half>(f, 2000);
    for (std::size_t row = 0; row < 2000; ++row) {
        REQUIRE(bits(t.cos[row * 32 + 5]) == bits(1.2345678901f));
        REQUIRE(bits(t.sin[row * 32 + 5]) == 0u);
        REQUIRE(h.cos[row * 32 + 5].bits == 0x3cf0);
        REQUIRE(h.sin[row * 32 + 5].bits == 0);
    }
    CHECK(d.cos[99 * 32 + 5] == 1.2345678901);
    CHECK(rope::detail::bits_of(d.sin[99 * 32 + 5]) == 0);
}

TEST_CASE("table: positions too small to turn keep their sign", "[table]") {
    const auto f = frequencies(64, 1e4);
    const double tiny[] = {std::numeric_limits<double>::denorm_min(),
                           -std::numeric_limits<double>::denorm_min(), -0.0, 0x1p-140};
    const auto t = rope::cos_sin_table<float>(f, tiny, 4);
    CHECK(bits(t.sin[0]) == 0u);
    CHECK(bits(t.sin[32]) == 0x80000000u);
    CHECK(bits(t.sin[64]) == 0u);
    CHECK(bits(t.sin[96]) == bits(0x1p-140f));
    CHECK(bits(t.cos[32]) == 0x3f800000u);
    const auto d = rope::cos_sin_table<double>(f, tiny, 4);
    CHECK(d.sin[0] == tiny[0]); // denorm_min stays
    CHECK(d.sin[32] == tiny[1]);
}

TEST_CASE("table: every pair reads its own axis", "[table]") {
    auto f = frequencies(64, 1e4);
    f.axes = 3;
    for (std::size_t i = 0; i < 32; ++i) {
        f.axis_of_pair[i] = static_cast<std::int64_t>(i % 3);
    }
    const std::int64_t positions[] = {5, 700, -3, 0, 12, 1 << 20};
    const auto t = rope::cos_sin_table<float>(f, positions, 2, 3);
    for (std::size_t row = 0; row < 2; ++row) {
        for (std::size_t i = 0; i < 32; ++i) {
            const auto one = rope::cos_sin_table<float>(f, rope::range{positions[2 * (i % 3) + row], 1});
            CHECK(bits(t.cos[row * 32 + i]) == bits(one.cos[i]));
            CHECK(bits(t.sin[row * 32 + i]) == bits(one.sin[i]));
        }
    }
    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, positions, 3, 2), rope::error);
}

TEST_CASE("table: what cannot be is refused", "[table]") {
    const auto f = frequencies(128, 1e4);
    const double inf = rope::detail::double_of(0x7ff0000000000000u),
                 nan = rope::detail::double_of(0x7ff8000000000001u);
    for (const double bad : {inf, -inf, nan, 0x1p63, -0x1p63, 1e300}) {
        const double list[] = {1, bad};
        CHECK_THROWS_AS(rope::cos_sin_table<float>(f, list, 2), rope::error);
    }
    const std::int64_t least = std::numeric_limits<std::int64_t>::min();
    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, &least, 1), rope::error);
    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, std::int64_t{-1}), rope::error);
    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, rope::range{least, 1}), rope::error);
    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, rope::range{INT64_MAX, 2}), rope::error);
    CHECK_THROWS_AS(rope::cos_sin_table<double>(f, std::int64_t{1} << 62), rope::error);
    CHECK_THROWS_AS(rope::cos_sin_table<rope::half>(f, INT64_MAX), rope::error);
#if defined(__cpp_exceptions)
    CHECK(refusal(f, {0, -5}) == "a table of -5 rows cannot be; expected 0 or more");
#endif
    CHECK(rope::cos_sin_table<float>(f, std::int64_t{0}).cos.empty());
    CHECK(rope::cos_sin_table<float>(f, rope::range{INT64_MAX, 1}).rows == 1);
    auto broken = f;
    broken.axis_of_pair[3] = 1;
    CHECK_THROWS_AS(rope::cos_sin_table<float>(broken, std::int64_t{4}), rope::error);
    broken = f;
    broken.inv_freq.pop_back();
    CHECK_THROWS_AS(rope::cos_sin_table<float>(broken, std::int64_t{4}), rope::error);
}
