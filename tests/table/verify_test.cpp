// verify names the mistake that a external table was made with: each mistake for twelve models, both pairings and three
// types, from tables that this file makes by itself.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/exchange/verify.hpp>
#include <rope/json.hpp>
#include <rope/numbers/half.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace {

const char* const models[] = {"llama-3.1-8b",  "llama-2-7b",  "yarn-llama-2-7b-128k",
                              "deepseek-v3",   "gpt-oss-20b", "phi-2",
                              "gpt-j-6b",      "pythia-6.9b", "stablelm-2-1.6b",
                              "glm-4-9b-0414", "minimax-m2",  "deepseek-coder-6.7b"};

rope::config model(const char* file) {
    return rope::read_config(std::string(ROPE_SOURCE_DIR) + "/examples/configs/" + file + ".json");
}

template <class T>
T stored(double x);
template <>
float stored<float>(double x) {
    return static_cast<float>(x);
}
template <>
rope::half stored<rope::half>(double x) {
    return rope::to_half(x);
}
template <>
rope::bfloat16 stored<rope::bfloat16>(double x) {
    return rope::to_bfloat16(x);
}

// amplitude and angle of a row and a pair
struct entry {
    double amplitude, angle;
};
using maker = std::function<entry(std::int64_t row, std::size_t pair)>;

template <class T>
rope::verification verified(const rope::config& c, std::int64_t rows, std::int64_t first, bool full_width,
                            rope::pairing order, const maker& make) {
    const std::int64_t d = c.rotary_dim, pairs = d / 2, columns = full_width ? d : pairs;
    std::vector<T> cos, sin;
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t k = 0; k < columns; ++k) {
            const std::int64_t pair = !full_width                          ? k
                                      : order == rope::pairing::half_split ? k % pairs
                                                                           : k / 2;
            const entry e = make(r, static_cast<std::size_t>(pair));
            cos.push_back(stored<T>(e.amplitude * std::cos(e.angle)));
            sin.push_back(stored<T>(e.amplitude * std::sin(e.angle)));
        }
    }
    return rope::verify(cos.data(), sin.data(), rows, columns, c, 0, first);
}

template <class T>
void each_mistake(rope::config c, const char* name) {
    const rope::frequency_set f = rope::frequencies(c);
    rope::config bare = c;
    bare.scaling = rope::no_scaling{};
    const rope::frequency_set plain = rope::frequencies(bare);
    const double m = f.attention_factor;
    const bool single = std::is_same_v<T, float>;
    const rope::pairing own = c.pairing;
    const rope::pairing other =
        own == rope::pairing::half_split ? rope::pairing::interleaved : rope::pairing::half_split;
    // Far enough out for narrow types to show what float angles do.
    const std::int64_t rows = 24, near = 4000, far = single ? 100003 : 40000003;
    const auto names = [&](rope::table_mistake expected, const rope::verification& v) {
        INFO(name << " " << sizeof(T) << " bytes: " << v.message);
        CHECK(rope::name_of(v.mistake) == std::string(rope::name_of(expected)));
        CHECK_FALSE(v.ambiguous);
        CHECK((v.difference > v.tolerance) == (expected != rope::table_mistake::none));
    };
    const auto angle = [&](std::int64_t p, std::size_t i) { return static_cast<double>(p) * f.inv_freq[i]; };
    const auto right = [&](std::int64_t r, std::size_t i) { return entry{m, angle(near + r, i)}; };

    for (const bool full : {false, true}) {
        names(rope::table_mistake::none, verified<T>(c, rows, near, full, own, right));
        names(rope::table_mistake::wrong_amplitude,
              verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
                  return entry{1.25 * m, angle(near + r, i)};
              }));
        names(rope::table_mistake::shifted,
              verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
                  return entry{m, angle(near + r + 1, i)};
              }));
        names(rope::table_mistake::shifted,
              verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
                  return entry{m, angle(near + r - 1, i)};
              }));
        if (f.inv_freq != plain.inv_freq) {
            names(rope::table_mistake::recipe_ignored,
                  verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
                      return entry{1, static_cast<double>(near + r) * plain.inv_freq[i]};
                  }));
        }
        if (c.rotary_dim < c.head_dim) {
            names(rope::table_mistake::denominator_head_dim,
                  verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
                      return entry{1, static_cast<double>(near + r) *
                                          std::pow(c.base, -2.0 * static_cast<double>(i) /
                                                               static_cast<double>(c.head_dim))};
                  }));
        }
        names(rope::table_mistake::half_positions,
              verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
                  const double p =
                      static_cast<double>(rope::to_float(rope::to_bfloat16(static_cast<float>(near + r))));
                  return entry{m, p * f.inv_freq[i]};
              }));
        names(rope::table_mistake::fp32_angles,
              verified<T>(c, rows, far, full, own, [&](std::int64_t r, std::size_t i) {
                  return entry{m, static_cast<double>(static_cast<float>(far + r) *
                                                      static_cast<float>(f.inv_freq[i]))};
              }));
        names(rope::table_mistake::recurrence,
              verified<T>(c, rows, far, full, own, [&](std::int64_t r, std::size_t i) {
                  const float step =
                      std::pow(static_cast<float>(c.base), -2.0f / static_cast<float>(c.rotary_dim));
                  volatile float theta = static_cast<float>(far + r);
                  for (std::size_t k = 0; k < i; ++k) {
                      theta = theta * step;
                  }
                  return entry{
                      m, static_cast<double>(theta * static_cast<float>(f.inv_freq[i] / plain.inv_freq[i]))};
              }));
    }
    names(rope::table_mistake::pairs_swapped, verified<T>(c, rows, near, true, other, right));
    names(rope::table_mistake::unknown,
          verified<T>(c, rows, near, false, own, [&](std::int64_t r, std::size_t i) {
              return entry{m, 1.5 * angle(near + r, i) + 0.3};
          }));
}

} // namespace

TEST_CASE("verify names each mistake", "[verify]") {
    for (const char* name : models) {
        for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
            rope::config c = model(name);
            c.pairing = p;
            each_mistake<float>(c, name);
            each_mistake<rope::half>(c, name);
            each_mistake<rope::bfloat16>(c, name);
        }
    }
}

TEST_CASE("verify says where two mistakes explain a table", "[verify]") {
    // One row: the row of a position one later is also the rounded position's.
    const rope::config c = model("llama-2-7b");
    const rope::verification v =
        verified<float>(c, 1, 257, false, c.pairing, [&](std::int64_t, std::size_t i) {
            return entry{1, 256 * rope::frequencies(c).inv_freq[i]}; // bfloat16 rounds 257 to 256
        });
    CHECK(v.ambiguous);
    CHECK(v.mistake != v.also);
    CHECK((v.mistake == rope::table_mistake::shifted || v.also == rope::table_mistake::shifted));
    CHECK(
        (v.mistake == rope::table_mistake::half_positions || v.also == rope::table_mistake::half_positions));
}

TEST_CASE("verify takes the library's own tables, and measures the amplitude", "[verify]") {
    const rope::config c = model("gpt-oss-20b");
    const rope::frequency_set f = rope::frequencies(c);
    const rope::table<double> d = rope::cos_sin_table<double>(f, 300);
    CHECK(rope::verify(d.cos.data(), d.sin.data(), 300, 32, c).mistake == rope::table_mistake::none);
    rope::frequency_set bare = f;
    bare.attention_factor = 1;
    bare.amplitude = {{0, 0, 0, 1}};
    const rope::table<float> t = rope::cos_sin_table<float>(bare, 300);
    const rope::verification v = rope::verify(t.cos.data(), t.sin.data(), 300, 32, c);
    CHECK(v.mistake == rope::table_mistake::wrong_amplitude);
    CHECK(v.amplitude_ratio == Approx(1 / f.attention_factor).epsilon(1e-6));
}

TEST_CASE("verify refuses what is no table", "[verify]") {
    const rope::config c = model("llama-2-7b");
    std::vector<float> t(128, 0.5f);
    CHECK_THROWS_AS(rope::verify(t.data(), t.data(), 1, 100, c), rope::error);
    CHECK_THROWS_AS(rope::verify(t.data(), t.data(), 0, 64, c), rope::error);
    t[3] = INFINITY;
    CHECK(rope::verify(t.data(), t.data(), 1, 64, c).message ==
          "The table is not finite at row 0, column 3.");
}
