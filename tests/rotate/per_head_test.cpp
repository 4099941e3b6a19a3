// Frequencies for each head, and xPos, against literal transcriptions.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/rotate/grouped.hpp>
#include <rope/table/per_head_tables.hpp>
#include <rope/table/xpos.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

TEST_CASE("per head: KataGo's learned board embedding, query heads on their key-value head", "[per_head]") {
    constexpr int width = 7, height = 5, tokens = width * height, heads = 6, kv_heads = 2, d = 16,
                  pairs = d / 2;
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> uniform(-1, 1);
    rope::head_frequencies f;
    f.head_dim = d;
    f.pairing = rope::pairing::interleaved;
    f.heads = kv_heads;
    f.axes = 2;
    for (int k = 0; k < kv_heads * pairs * 2; ++k) {
        f.freq.push_back(uniform(random));
    }
    std::vector<double> positions; // x, then y
    for (int t = 0; t < tokens; ++t) {
        positions.push_back(t % width);
    }
    for (int t = 0; t < tokens; ++t) {
        positions.push_back(t / width);
    }
    const auto tables = rope::per_head_tables<double>(f, positions.data(), tokens);
    std::vector<double> x(tokens * heads * d);
    for (double& each : x) {
        each = uniform(random);
    }
    const std::vector<double> before = x;
    rope::rotate_per_head(rope::view(x.data(), {tokens, heads, d}), tables, "s h d");
    for (int t = 0; t < tokens; ++t) {
        for (int h = 0; h < heads; ++h) {
            const int g = h * kv_heads / heads;
            for (int i = 0; i < pairs; ++i) {
                const std::size_t entry = static_cast<std::size_t>((g * pairs + i) * 2);
                const double angle = (t % width) * f.freq[entry] + (t / width) * f.freq[entry + 1];
                const std::size_t at = static_cast<std::size_t>((t * heads + h) * d + 2 * i);
                const double first = before[at] * std::cos(angle) - before[at + 1] * std::sin(angle);
                const double second = before[at] * std::sin(angle) + before[at + 1] * std::cos(angle);
                CHECK(std::fabs(x[at] - first) < 1e-14);
                CHECK(std::fabs(x[at + 1] - second) < 1e-14);
            }
        }
    }
    rope::rotate_options undo;
    undo.direction = rope::direction::inverse;
    rope::rotate_per_head(rope::view(x.data(), {tokens, heads, d}), tables, "s h d", {}, undo);
    for (std::size_t k = 0; k < x.size(); ++k) {
        CHECK(std::fabs(x[k] - before[k]) < 1e-14);
    }
}

TEST_CASE("per head: the mixed embedding of RoPE-ViT", "[per_head]") {
    // freqs_cis = polar(1, t_x freqs_x + t_y freqs_y), per head; interleaved complex multiplication
    constexpr int heads = 3, d = 8, pairs = 4, tokens = 6; // a grid of 2 x 3
    const double pi = 3.141592653589793;
    rope::head_frequencies f;
    f.head_dim = d;
    f.pairing = rope::pairing::interleaved;
    f.heads = heads;
    f.axes = 2;
    const double phi[heads] = {0.3, 1.1, 5.0};
    for (const double p : phi) {
        for (int i = 0; i < pairs;
             ++i) { // mag = theta^(-arange(0, dim, 4) / dim); fx = mag cos(phi), mag cos(pi / 2 + phi)
            const double mag = std::pow(10.0, -4.0 * (i % 2) / d);
            f.freq.push_back(mag * std::cos(i < 2 ? p : pi / 2 + p));
            f.freq.push_back(mag * std::sin(i < 2 ? p : pi / 2 + p));
        }
    }
    const std::vector<double> positions = {0, 1, 2, 0, 1, 2, 0, 0, 0, 1, 1, 1};
    const auto tables = rope::per_head_tables<float>(f, positions.data(), tokens);
    REQUIRE(tables.size() == heads);
    for (std::size_t h = 0; h < heads; ++h) {
        for (std::size_t t = 0; t < tokens; ++t) {
            for (std::size_t i = 0; i < pairs; ++i) {
                const double angle = positions[t] * f.freq[(h * pairs + i) * 2] +
                                     positions[tokens + t] * f.freq[(h * pairs + i) * 2 + 1];
                CHECK(std::fabs(static_cast<double>(tables[h].cos[t * pairs + i]) - std::cos(angle)) <= 6e-8);
                CHECK(std::fabs(static_cast<double>(tables[h].sin[t * pairs + i]) - std::sin(angle)) <= 6e-8);
            }
        }
    }
}

TEST_CASE("per head: faults are told before anything is written", "[per_head]") {
    rope::head_frequencies f;
    f.head_dim = 4;
    f.heads = 2;
    f.freq = {1, 2, 3};
    const double where[2] = {0, 1};
    CHECK_THROWS_AS(rope::per_head_tables<float>(f, where, 2), rope::error);
    f.freq = {1, 2, 3, 4};
    const auto tables = rope::per_head_tables<float>(f, where, 2);
    std::vector<float> x(2 * 3 * 4, 1.0f);
    CHECK_THROWS_AS(rope::rotate_per_head(rope::view(x.data(), {2, 3, 4}), tables, "s h d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_per_head(rope::view(x.data(), {3, 2, 4}), tables, "s h d"), rope::error);
    CHECK_THROWS_AS(rope::rotate_per_head(rope::view(x.data(), {2, 3, 4}), tables, "s x d"), rope::error);
    CHECK(x == std::vector<float>(2 * 3 * 4, 1.0f));
}

TEST_CASE("xPos: the published decay, and q.k depends on the distance alone", "[xpos]") {
    rope::config c;
    c.head_dim = 32;
    rope::xpos_scaling s;
    s.scale_base = 64;
    s.center = 20;
    c.scaling = s;
    const rope::frequency_set f = rope::frequencies(c);
    const auto tables = rope::xpos_cos_sin_tables<double>(c, {0, 50});
    const auto narrow = rope::xpos_cos_sin_tables<float>(c, {0, 50});
    for (std::size_t p = 0; p < 50; ++p) {
        for (std::size_t i = 0; i < 16; ++i) {
            // scale = (arange(0, dim, 2) + 0.4 dim) / (1.4 dim); scale ** ((p - centre) / scale_base)
            const double zeta = (2.0 * static_cast<double>(i) + 0.4 * 32) / (1.4 * 32);
            const double decay = std::pow(zeta, (static_cast<double>(p) - 20) / 64);
            const double angle = static_cast<double>(p) * f.inv_freq[i];
            CHECK(tables.query.cos[p * 16 + i] ==
                  Approx(decay * std::cos(angle)).epsilon(1e-12).margin(1e-13));
            CHECK(tables.query.sin[p * 16 + i] ==
                  Approx(decay * std::sin(angle)).epsilon(1e-12).margin(1e-13));
            CHECK(tables.key.cos[p * 16 + i] == Approx(std::cos(angle) / decay).epsilon(1e-12).margin(1e-13));
            CHECK(static_cast<double>(narrow.key.sin[p * 16 + i]) ==
                  Approx(std::sin(angle) / decay).epsilon(1e-6).margin(1e-7));
        }
    }
    std::mt19937_64 random(3);
    std::uniform_real_distribution<double> uniform(-1, 1);
    std::vector<double> q(32), k(32);
    for (std::size_t n = 0; n < 32; ++n) {
        q[n] = uniform(random);
        k[n] = uniform(random);
    }
    const auto score = [&](std::int64_t at, std::int64_t from) {
        std::vector<double> a = q, b = k;
        rope::rotate(rope::view(a.data(), {1, 32}), tables.query, "s d", rope::offset(at));
        rope::rotate(rope::view(b.data(), {1, 32}), tables.key, "s d", rope::offset(from));
        double sum = 0;
        for (std::size_t n = 0; n < 32; ++n) {
            sum += a[n] * b[n];
        }
        return sum;
    };
    CHECK(score(12, 5) == Approx(score(42, 35)).epsilon(1e-12));
    CHECK(score(12, 5) != Approx(score(12, 6)).epsilon(1e-3));
    // The adjoint of the key table undoes a query.
    std::vector<double> a = q;
    rope::rotate(rope::view(a.data(), {1, 32}), tables.query, "s d", rope::offset(33));
    rope::adjoint(rope::view(a.data(), {1, 32}), tables.key, "s d", rope::offset(33));
    for (std::size_t n = 0; n < 32; ++n) {
        CHECK(a[n] == Approx(q[n]).epsilon(1e-13).margin(1e-14));
    }
    c.scaling = rope::no_scaling{};
    CHECK_THROWS_AS(rope::xpos_cos_sin_tables<float>(c, {0, 5}), rope::error);
}
