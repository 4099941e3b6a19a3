// Layers with positions and sizes that cannot be: one sentence of the library before anything is computed, never a crash,
// another exception or memory read outside. And rotate_half, which copies.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/train.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

using vec = std::vector<double>;

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t ends[] = {least, least + 1, -1, most / 2, most - 1, most};

} // namespace

TEST_CASE("the named layer compares positions with the input before it uses them", "[layer]") {
    const auto layer = rope::named_layer::from_config({"e", 100});
    vec x(12, 1.0), y(12, 7.0);
    const auto xv = rope::view(x.data(), {3, 4}), yv = rope::view(y.data(), {3, 4});
    const std::int64_t ids[] = {0, 1, 2};
    for (const std::int64_t extent : ends) {
        CAPTURE(extent);
        CHECK_THROWS_AS(layer.apply(xv, "s e", ids, {extent}, "s", yv), rope::error);
        CHECK_THROWS_AS(layer.apply_adjoint(xv, "s e", ids, {extent}, "s", yv), rope::error);
        CHECK_THROWS_AS(layer.input_structure({{"e", extent}}), rope::error);
        // Views of nothing that claim to be as large: their positions do not fit in memory.
        const auto large = rope::view(x.data(), {extent, 4}, {0, 1});
        CHECK_THROWS_AS(layer.apply(large, "s e", ids, {extent}, "s", large), rope::error);
    }
    CHECK_THROWS_AS(layer.apply(xv, "s e", ids, {2}, "s", yv), rope::error);
    CHECK_THROWS_AS(layer.apply(xv, "s e", ids, {3, 1}, "s", yv), rope::error);
    CHECK_THROWS_AS(layer.apply(xv, "s e", ids, {4}, "e", yv), rope::error);
    CHECK_THROWS_AS(layer.apply(xv, "s e", ids, {3}, "t", yv), rope::error);
    CHECK_THROWS_AS(layer.apply(xv, "s", ids, {3}, "s", yv), rope::error);
    const std::int64_t* const none = nullptr;
    CHECK_THROWS_AS(layer.apply(xv, "s e", none, {3}, "s", yv), rope::error);
    CHECK(y == vec(12, 7.0));                  // nothing was written
    layer.apply(xv, "s e", ids, {1}, "s", yv); // one position for all: position 0
    CHECK(y == x);
}

TEST_CASE("the layer compares a position matrix with the input before it uses it", "[layer]") {
    rope::layer layer({4, 3, "l"});
    layer.build({2, 3, 4}, rope::angle_start::standard);
    vec x(24, 1.0), y(24, 7.0), matrix(18, 0.0);
    const auto xv = rope::view(x.data(), {2, 3, 4}), yv = rope::view(y.data(), {2, 3, 4});
    const double* const m = matrix.data();
    for (const std::int64_t extent : ends) {
        CAPTURE(extent);
        CHECK_THROWS_AS(layer.call(xv, rope::view(m, {extent, 3}), yv), rope::error);
        CHECK_THROWS_AS(layer.call(xv, rope::view(m, {extent, 3, 3}, {0, 0, 1}), yv), rope::error);
        CHECK_THROWS_AS(layer.call(xv, rope::view(m, {2, extent, 3}, {0, 0, 1}), yv), rope::error);
        CHECK_THROWS_AS(layer.gradients(xv, xv, rope::view(m, {extent, 3}), yv), rope::error);
        CHECK_THROWS_AS(rope::layer({extent, 3, "l"}), rope::error);
        CHECK_THROWS_AS(rope::layer({4, extent, "l"}), rope::error);
    }
    CHECK_THROWS_AS(layer.call(xv, rope::view(m, {2, 3}), yv), rope::error);
    const double* const none = nullptr;
    CHECK_THROWS_AS(layer.call(xv, rope::view(none, {3, 3}), yv), rope::error);
    CHECK(y == vec(24, 7.0));
    layer.call(xv, rope::view(m, {2, 3, 3}), yv); // all mixtures of nothing: angle 0
    CHECK(y == x);
}

TEST_CASE("learned frequencies compare positions with the input before they use them", "[layer]") {
    rope::frequency_layer_config config;
    config.head_dim = 4;
    config.axes = 2;
    rope::frequency_layer layer(config);
    layer.build();
    vec x(12, 1.0), y(12, 7.0), p(6, 0.0);
    const auto xv = rope::view(x.data(), {3, 4}), yv = rope::view(y.data(), {3, 4});
    for (const std::int64_t extent : ends) {
        CAPTURE(extent);
        CHECK_THROWS_AS(layer.call(xv, "s d", {p.data(), {extent}, "s"}, yv), rope::error);
        CHECK_THROWS_AS(layer.call(xv, "s d", {p.data(), {3, extent}, "s d"}, yv), rope::error);
        CHECK_THROWS_AS(layer.gradients(xv, xv, "s d", {p.data(), {extent}, "s"}, yv), rope::error);
        rope::frequency_layer_config bad = config;
        bad.head_dim = extent;
        CHECK_THROWS_AS(rope::frequency_layer(bad), rope::error);
        bad = config;
        bad.rotary_dim = extent;
        CHECK_THROWS_AS(rope::frequency_layer(bad), rope::error);
        bad = config;
        bad.heads = extent;
        CHECK_THROWS_AS(rope::frequency_layer(bad), rope::error);
        bad = config;
        bad.axes = extent;
        CHECK_THROWS_AS(rope::frequency_layer(bad), rope::error);
        CHECK_THROWS_AS(rope::angle_frequencies(extent), rope::error);
        CHECK_THROWS_AS(rope::angle_frequencies(8, extent), rope::error);
        CHECK_THROWS_AS(rope::angle_frequencies(8, 4, rope::pairing::half_split, extent), rope::error);
    }
    CHECK_THROWS_AS(layer.call(xv, "s d", {p.data(), {2}, "s"}, yv), rope::error);
    CHECK_THROWS_AS(layer.call(xv, "s d", {p.data(), {3}, "t"}, yv), rope::error);
    CHECK_THROWS_AS(layer.call(xv, "s d", {p.data(), {3, 4}, "s"}, yv), rope::error);
    CHECK_THROWS_AS(layer.call(xv, "s d", {nullptr, {3}, "s"}, yv), rope::error);
    CHECK(y == vec(12, 7.0));
    layer.call(xv, "s d", {p.data(), {3}, "s"}, yv);
    CHECK(y == x);
    CHECK_THROWS_AS(rope::angle_table<double>(rope::frequency_set{}, {}), rope::error);
}

TEST_CASE("rotate_half copies infinities and NaN", "[layer]") {
    const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> x = {inf, 1, nan, 0, -inf, -0.0f, 3, -4}, y(8);
    rope::rotate_half(rope::view(x.data(), {4, 2}), rope::view(y.data(), {4, 2}), "s d");
    CHECK((y[0] == -1 && y[1] == inf));
    CHECK((y[2] == 0 && std::signbit(y[2]) && std::isnan(y[3])));
    CHECK((y[4] == 0 && !std::signbit(y[4]) && y[5] == -inf));
    CHECK((y[6] == 4 && y[7] == 3));
}

TEST_CASE("rotate_half: any axes and types, nothing in place", "[layer]") {
    const vec x = {1, 2, 3, 4, 5, 6, 7, 8}; // [d][s]
    vec y(8);
    rope::rotate_half(rope::view(x.data(), {4, 2}), rope::view(y.data(), {4, 2}), "d s");
    CHECK(y == vec{-5, -6, -7, -8, 1, 2, 3, 4});
    rope::rotate_half(rope::view(x.data() + 7, {8}, {-1}), rope::view(y.data(), {8}), "d");
    CHECK(y == vec{-4, -3, -2, -1, 8, 7, 6, 5});
    const rope::half h[] = {rope::to_half(1.5f), rope::half{0x7c01u}}; // a signalling NaN, bit by bit
    rope::half g[2];
    rope::rotate_half(rope::view(h, {2}), rope::view(g, {2}), "d");
    CHECK((g[0].bits == 0xfc01u && g[1].bits == h[0].bits));
    float f[2];
    rope::rotate_half(rope::view(h, {2}), rope::view(f, {2}), "d");
    CHECK(f[1] == 1.5f);

    vec same = x;
    const auto v = rope::view(same.data(), {2, 4}), out = rope::view(y.data(), {2, 4});
    CHECK_THROWS_AS(rope::rotate_half(v, v, "s d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_half(v, rope::view(y.data(), {2, 4}, {0, 1}), "s d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_half(v, rope::view(y.data(), {4, 2}), "s d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_half(v, rope::view(y.data(), {8}), "s d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_half(v, out, "s e"), rope::error);
    CHECK_THROWS_AS(rope::rotate_half(v, out, "d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_half(rope::view(x.data(), {2, 3}), rope::view(y.data(), {2, 3}), "s d"),
                    rope::error);
    for (const std::int64_t extent : ends) {
        CHECK_THROWS_AS(
            rope::rotate_half(rope::view(x.data(), {extent, 2}), rope::view(y.data(), {extent, 2}), "s d"),
            rope::error);
    }
    double* const none = nullptr;
    CHECK_THROWS_AS(rope::rotate_half(v, rope::view(none, {2, 4}), "s d"), rope::error);
    rope::rotate_half(rope::view(none, {0, 4}), rope::view(none, {0, 4}), "s d");
    CHECK(same == x);
}
