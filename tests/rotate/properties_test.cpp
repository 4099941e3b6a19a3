// What a rotary embedding is: lengths scaled by the amplitude, scores that depend on the distance alone,
// turns that add.
#include "support/catch.hpp"
#include "support/seed.hpp"

#include <rope/core.hpp>

#include <cmath>
#include <random>

namespace {

struct model {
    const char* name;
    rope::config config;
};

std::vector<model> models() {
    std::vector<model> all;
    rope::config c;
    c.head_dim = 128;
    all.push_back({"plain", c});
    c.pairing = rope::pairing::interleaved;
    c.rotary_dim = 64;
    c.rotary_offset = 32;
    all.push_back({"partial, interleaved, at an offset", c});
    c = {};
    c.head_dim = 128;
    c.base = 500000;
    c.scaling = rope::llama3_scaling{8, 1, 4};
    c.original_max_position = 8192;
    all.push_back({"llama3", c});
    rope::yarn_scaling yarn;
    yarn.factor = 40;
    c.base = 10000;
    c.scaling = yarn;
    c.original_max_position = 4096;
    all.push_back({"yarn", c});
    return all;
}

using vec = std::vector<double>;

double dot(const vec& a, const vec& b, std::int64_t begin, std::int64_t end) {
    double sum = 0;
    for (auto j = static_cast<std::size_t>(begin); j < static_cast<std::size_t>(end); ++j) {
        sum += a[j] * b[j];
    }
    return sum;
}

vec rotated(const vec& x, const rope::frequency_set& f, std::int64_t position) {
    vec y = x;
    const auto table = rope::cos_sin_table<double>(f, rope::range{position, 1});
    rope::rotate(rope::view(y.data(), {y.size()}), table, "d", rope::at(position));
    return y;
}

} // namespace

TEST_CASE("properties of every rotation", "[properties]") {
    const unsigned seed = test::seed();
    WARN("seed " << seed);
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    for (const model& m : models()) {
        INFO(m.name);
        const rope::frequency_set f = rope::frequencies(m.config);
        const std::int64_t begin = f.rotary_offset, end = begin + f.rotary_dim;
        const double amplitude2 = f.attention_factor * f.attention_factor;
        for (int round = 0; round < 50; ++round) {
            vec q(static_cast<std::size_t>(f.head_dim)), k(q.size());
            for (std::size_t j = 0; j < q.size(); ++j) {
                q[j] = normal(random);
                k[j] = normal(random);
            }
            auto position = std::uniform_int_distribution<std::int64_t>(-2000000, 2000000);
            const std::int64_t a = position(random), b = position(random), shift = position(random);
            const vec qa = rotated(q, f, a), kb = rotated(k, f, b);

            // the norm of the rotated slice is scaled by the amplitude; the rest is not touched
            CHECK(dot(qa, qa, begin, end) == Approx(amplitude2 * dot(q, q, begin, end)).epsilon(1e-13));
            CHECK(dot(qa, qa, 0, begin) == dot(q, q, 0, begin));
            CHECK(dot(qa, qa, end, f.head_dim) == dot(q, q, end, f.head_dim));

            // q.k depends on the distance alone
            const double score = dot(qa, kb, begin, end);
            const double scale = std::sqrt(dot(q, q, begin, end) * dot(k, k, begin, end)) * amplitude2;
            const vec qs = rotated(q, f, a + shift), ks = rotated(k, f, b + shift);
            CHECK(std::abs(dot(qs, ks, begin, end) - score) < 1e-13 * scale);
            const vec q0 = rotated(q, f, 0), kd = rotated(k, f, b - a);
            CHECK(std::abs(dot(q0, kd, begin, end) - score) < 1e-13 * scale);

            // the transpose: <R x, y> = <x, R' y>
            vec back = k;
            const auto table = rope::cos_sin_table<double>(f, rope::range{a, 1});
            rope::adjoint(rope::view(back.data(), {back.size()}), table, "d", rope::at(a));
            CHECK(std::abs(dot(qa, k, begin, end) - dot(q, back, begin, end)) < 1e-13 * scale);

            // turns add, once the amplitude of one of them is taken out
            const vec twice = rotated(rotated(q, f, a), f, shift), once = rotated(q, f, a + shift);
            for (auto j = static_cast<std::size_t>(begin); j < static_cast<std::size_t>(end); ++j) {
                CHECK(std::abs(twice[j] - f.attention_factor * once[j]) < 1e-13 * scale);
            }
        }
    }
}
