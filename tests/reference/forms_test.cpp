// The three published forms against each other and against the library.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/reference.hpp>

#include <cmath>

namespace {

constexpr std::size_t B = 2, S = 9, H = 3, D = 16;

std::vector<double> sample() {
    std::vector<double> x(B * S * H * D);
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = std::sin(1.0 + 0.7 * static_cast<double>(k));
    }
    return x;
}

// [b, s, h, d] -> [b, h, s, d], or with extents exchanged, back
std::vector<double> exchanged(const std::vector<double>& x, std::size_t s, std::size_t h) {
    std::vector<double> y(x.size());
    for (std::size_t b = 0; b < B; ++b) {
        for (std::size_t i = 0; i < s; ++i) {
            for (std::size_t j = 0; j < h; ++j) {
                for (std::size_t d = 0; d < D; ++d) {
                    y[((b * h + j) * s + i) * D + d] = x[((b * s + i) * h + j) * D + d];
                }
            }
        }
    }
    return y;
}

// halves of each head -> neighbours
std::vector<double> interleaved(const std::vector<double>& x) {
    std::vector<double> y(x.size());
    for (std::size_t row = 0; row < x.size(); row += D) {
        for (std::size_t i = 0; i < D / 2; ++i) {
            y[row + 2 * i] = x[row + i];
            y[row + 2 * i + 1] = x[row + i + D / 2];
        }
    }
    return y;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    double most = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        most = std::max(most, std::abs(a[k] - b[k]));
    }
    return most;
}

rope::table<double> table(rope::pairing p) {
    rope::config config;
    config.head_dim = D;
    config.pairing = p;
    return rope::cos_sin_table<double>(rope::frequencies(config), S);
}

} // namespace

TEST_CASE("the published forms are one rotation", "[reference]") {
    const std::vector<double> x = sample(); // [b, s, h, d]
    const std::vector<double> sequence = rope::reference::rope_sequence(x, S, H, D);
    const auto half = rope::reference::apply_rotary_pos_emb(rope::reference::rotary_embedding<double>(S, D),
                                                            exchanged(x, S, H), D);
    CHECK(distance(exchanged(half, H, S), sequence) < 1e-15);
    const auto complex = rope::reference::apply_rotary_emb(
        interleaved(x), rope::reference::precompute_freqs_cis<double>(D, S), S, H, D);
    CHECK(distance(complex, interleaved(sequence)) < 1e-15);
    CHECK(distance(x, sequence) > 0.5);
}

TEST_CASE("the library agrees with each published form", "[reference]") {
    const std::vector<double> x = sample();
    SECTION("rotate half on [b, h, n, d]") {
        std::vector<double> y = exchanged(x, S, H);
        const auto expected =
            rope::reference::apply_rotary_pos_emb(rope::reference::rotary_embedding<double>(S, D), y, D);
        rope::rotate(rope::view(y.data(), {B, H, S, D}), table(rope::pairing::half_split), "b h s d");
        CHECK(distance(y, expected) < 1e-14);
    }
    SECTION("complex on [b, s, h, d]") {
        std::vector<double> y = x;
        const auto expected = rope::reference::apply_rotary_emb(
            y, rope::reference::precompute_freqs_cis<double>(D, S), S, H, D);
        rope::rotate(rope::view(y.data(), {B, S, H, D}), table(rope::pairing::interleaved), "b s h d");
        CHECK(distance(y, expected) < 1e-14);
    }
    SECTION("(B, T, D) and (B, T, H, D)") {
        std::vector<double> y = x;
        rope::rotate(rope::view(y.data(), {B, S, H, D}), table(rope::pairing::half_split), "b t h d", [] {
            static const std::vector<std::int64_t> ids = {0, 1, 2, 3, 4, 5, 6, 7, 8};
            return rope::ids(ids.data(), {S}, "t");
        }());
        CHECK(distance(y, rope::reference::rope_sequence(x, S, H, D)) < 1e-14);
        y = x;
        rope::rotate(rope::view(y.data(), {B * H, S, D}), table(rope::pairing::half_split), "b s d");
        CHECK(distance(y, rope::reference::rope_sequence(x, S, 1, D)) < 1e-14);
    }
}

TEST_CASE("the plain loop is the same rotation in float", "[reference]") {
    for (const auto p : {rope::pairing::half_split, rope::pairing::interleaved}) {
        rope::config config;
        config.head_dim = 20;
        config.rotary_dim = 12;
        config.pairing = p;
        const auto t = rope::cos_sin_table<float>(rope::frequencies(config), 7);
        std::vector<float> x(7 * 2 * 20), y(x.size());
        for (std::size_t k = 0; k < x.size(); ++k) {
            x[k] = std::cos(static_cast<float>(k));
        }
        rope::reference::plain_loop(x.data(), y.data(), t.cos.data(), t.sin.data(), 7, 2, 20, 12, p);
        rope::rotate(rope::view(x.data(), {7, 2, 20}), t, "s h d");
        for (std::size_t k = 0; k < x.size(); ++k) {
            CHECK(std::abs(x[k] - y[k]) < 3e-7f);
        }
    }
}
