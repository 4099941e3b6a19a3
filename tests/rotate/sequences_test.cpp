// Sequences of one batch with tables of their own: each as if it had been rotated alone.
#include "support/catch.hpp"

#include <rope/rotate/grouped.hpp>

#include <cmath>
#include <complex>

namespace {

constexpr std::int64_t B = 3, S = 5, H = 2, D = 8;

// Dynamic NTK for a short and for a long sequence.
std::vector<rope::table<float>> tables(rope::pairing p = rope::pairing::half_split) {
    rope::config config;
    config.head_dim = D;
    config.pairing = p;
    config.scaling = rope::dynamic_scaling{4};
    config.max_position = 16;
    return {rope::cos_sin_table<float>(rope::frequencies(config, 16), 64),
            rope::cos_sin_table<float>(rope::frequencies(config, 64), 64)};
}

std::vector<float> sample() {
    std::vector<float> x;
    for (int k = 0; k < B * S * H * D; ++k) {
        x.push_back(std::sin(static_cast<float>(k)));
    }
    return x;
}

} // namespace

TEST_CASE("each sequence by its own table", "[sequences]") {
    const auto two = tables();
    REQUIRE(two[0].cos != two[1].cos);
    const std::vector<std::int64_t> which = {1, 0, 1};
    const std::vector<std::int32_t> ids = {0, 1, 2, 3, 4, 9, 9, 8, 7, 6, 40, 41, 42, 43, 63};
    const std::vector<std::int64_t> starts = {0, 7, 50};
    const std::vector<float> x = sample();
    struct way {
        const char* name;
        rope::positions where;
        std::int64_t (*position)(const std::vector<std::int32_t>&, std::int64_t, std::int64_t);
    };
    const way ways[] = {
        {"ids of every token", rope::ids(ids.data(), {B, S}),
         [](const std::vector<std::int32_t>& list, std::int64_t b, std::int64_t s) -> std::int64_t {
             return list[static_cast<std::size_t>(b * S + s)];
         }},
        {"a start of every sequence", rope::offsets(starts),
         [](const std::vector<std::int32_t>&, std::int64_t b, std::int64_t s) {
             return (b == 0 ? 0 : b == 1 ? 7 : 50) + s;
         }},
        {"one run for all", rope::offset(3),
         [](const std::vector<std::int32_t>&, std::int64_t, std::int64_t s) { return 3 + s; }},
    };
    for (const way& w : ways) {
        INFO(w.name);
        std::vector<float> expected = x, in_place = x, apart(x.size());
        for (std::int64_t b = 0; b < B; ++b) {
            for (std::int64_t s = 0; s < S; ++s) {
                rope::rotate(rope::view(expected.data() + (b * S + s) * H * D, {H, D}),
                             two[static_cast<std::size_t>(which[static_cast<std::size_t>(b)])], "h d",
                             rope::at(w.position(ids, b, s)));
            }
        }
        rope::rotate_sequences(rope::view(in_place.data(), {B, S, H, D}), two, which, "b s h d", w.where);
        CHECK(in_place == expected);
        rope::rotate_sequences(rope::view(x.data(), {B, S, H, D}), rope::view(apart.data(), {B, S, H, D}),
                               two, which, "b s h d", w.where);
        CHECK(apart == expected);
    }
}

TEST_CASE("sequences of complex numbers", "[sequences]") {
    const auto two = tables(rope::pairing::interleaved);
    std::vector<float> real = sample();
    std::vector<std::complex<float>> z(real.size() / 2);
    for (std::size_t k = 0; k < z.size(); ++k) {
        z[k] = {real[2 * k], real[2 * k + 1]};
    }
    rope::rotate_sequences(rope::view(real.data(), {B, S, H, D}), two, {0, 1, 1}, "b s h d");
    rope::rotate_sequences(rope::view(z.data(), {B, S, H, D / 2}), two, {0, 1, 1}, "b s h d");
    for (std::size_t k = 0; k < z.size(); ++k) {
        REQUIRE(z[k] == std::complex<float>(real[2 * k], real[2 * k + 1]));
    }
}

TEST_CASE("what does not fit is refused before anything is written", "[sequences]") {
    const auto two = tables();
    const std::vector<float> before = sample();
    std::vector<float> x = before;
    const auto v = rope::view(x.data(), {B, S, H, D});
    CHECK_THROWS_AS(rope::rotate_sequences(v, two, {0, 1}, "b s h d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_sequences(v, two, {0, 1, 2}, "b s h d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_sequences(v, two, {0, 1, -1}, "b s h d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_sequences(v, two, {0, 1, 1}, "n s h d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_sequences(v, two, {0, 1, 1}, "b s h d", rope::offset(60)), rope::error);
    const std::vector<std::int64_t> starts = {0, 0, 60}; // the last sequence alone runs out of the table
    CHECK_THROWS_WITH(rope::rotate_sequences(v, two, {0, 1, 1}, "b s h d", rope::offsets(starts)),
                      "sequence 2: the position of token 4 is 64; the table has the positions 0 to 63");
    CHECK(x == before);
}
