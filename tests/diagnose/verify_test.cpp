// verify names the mistake that an external table was made with: each mistake for twelve models, both pairings, three types and
// two forms, from tables that this file makes by itself. More kinds and every form are in tests/command/check_verify.py.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/once.hpp"

#include <rope/diagnose.hpp>
#include <rope/json.hpp>
#include <rope/numbers/half.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
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
    return rope::verify(cos.data(), sin.data(), rows, columns, c, rope::offset(first));
}

// "matches", "unexplained", or the things that differ.
std::string found_in(const rope::verification& v) {
    std::string text = v.verdict.matches ? "matches" : v.verdict.unexplained ? "unexplained" : "";
    for (const rope::rotation_difference& d : v.verdict.best.differences) {
        text += (text.empty() ? "" : " ") + std::string(rope::name_of(d.what));
    }
    return text;
}

template <class T>
void each_mistake(rope::config c, const char* name, bool full) {
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
    const std::int64_t rows = 24, near = 4000, far = 100003;
    const auto names = [&](const char* expected, const rope::verification& v) {
        INFO(name << " " << sizeof(T) << " bytes: " << v.message);
        CHECK(found_in(v) == expected);
        const bool values = expected != std::string("matches") && expected != std::string("pairing");
        CHECK((v.units > 0.55) == values);
    };
    const auto angle = [&](std::int64_t p, std::size_t i) { return static_cast<double>(p) * f.inv_freq[i]; };
    const auto right = [&](std::int64_t r, std::size_t i) { return entry{m, angle(near + r, i)}; };

    names("matches", verified<T>(c, rows, near, full, own, right));
    names("attention_factor", verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
              return entry{1.25 * m, angle(near + r, i)};
          }));
    names("positions", verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
              return entry{m, angle(near + r + 1, i)};
          }));
    names("positions", verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
              return entry{m, angle(near + r - 1, i)};
          }));
    if (f.inv_freq != plain.inv_freq) {
        names("scaling", verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
                  return entry{1, static_cast<double>(near + r) * plain.inv_freq[i]};
              }));
    }
    if (c.rotary_dim < c.head_dim) {
        names("rotary_dim", verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
                  return entry{1, static_cast<double>(near + r) *
                                      std::pow(c.base, -2.0 * static_cast<double>(i) /
                                                           static_cast<double>(c.head_dim))};
              }));
    }
    names("positions", verified<T>(c, rows, near, full, own, [&](std::int64_t r, std::size_t i) {
              const double p =
                  static_cast<double>(rope::to_float(rope::to_bfloat16(static_cast<float>(near + r))));
              return entry{m, p * f.inv_freq[i]};
          }));
    names("numerics", verified<T>(c, rows, far, full, own, [&](std::int64_t r, std::size_t i) {
              return entry{
                  m, static_cast<double>(static_cast<float>(far + r) * static_cast<float>(f.inv_freq[i]))};
          }));
    if (single) {
        names("numerics", verified<T>(c, rows, far, full, own, [&](std::int64_t r, std::size_t i) {
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
    names("pairing", verified<T>(c, rows, near, true, other, right));
    names("unexplained", verified<T>(c, rows, near, false, own, [&](std::int64_t r, std::size_t i) {
              return entry{m, 1.5 * angle(near + r, i) + 0.3};
          }));
}

} // namespace

TEST_CASE("verify names each mistake", "[verify]") {
    int number = 0;
    for (const char* name : models) {
        rope::config c = model(name);
        c.pairing = number % 4 < 2 ? rope::pairing::half_split : rope::pairing::interleaved;
        const bool full = number % 2 == 0;
        number % 3 == 0   ? each_mistake<float>(c, name, full)
        : number % 3 == 1 ? each_mistake<rope::half>(c, name, full)
                          : each_mistake<rope::bfloat16>(c, name, full);
        ++number;
    }
}

TEST_CASE("verify says where two mistakes explain a table", "[verify]") {
    // One row: the row of a position one earlier is also the rounded position's.
    const rope::config c = model("llama-2-7b");
    const rope::verification v =
        verified<float>(c, 1, 257, false, c.pairing, [&](std::int64_t, std::size_t i) {
            return entry{1, 256 * rope::frequencies(c).inv_freq[i]}; // bfloat16 rounds 257 to 256
        });
    CHECK(found_in(v) == "positions");
    CHECK(v.verdict.best.differences.front().found.find("shifted by -1") != std::string::npos);
    bool rounded = false;
    for (const rope::explanation& other : v.verdict.others) {
        rounded = rounded || other.differences.front().found.find("bfloat16") != std::string::npos;
    }
    CHECK(rounded);
}

TEST_CASE("verify takes the library's own tables in every form, and measures the amplitude", "[verify]") {
    const rope::config c = model("gpt-oss-20b");
    const rope::frequency_set f = rope::frequencies(c);
    const rope::table<double> d = rope::cos_sin_table<double>(f, 300);
    for (int k = 0; k < 9; ++k) {
        const auto format = static_cast<rope::table_format>(k);
        const auto size = static_cast<std::size_t>(rope::exported_elements({format}, 300, 32));
        std::vector<double> first(size), second(size);
        double* other = rope::array_count(format) == 2 ? second.data() : nullptr;
        rope::export_table(d, {format}, first.data(), other);
        const bool turned = format == rope::table_format::transposed;
        const std::int64_t rows = turned ? 32 : 300, columns = static_cast<std::int64_t>(size) / rows;
        for (const bool named : {false, true}) {
            rope::verify_options options;
            if (named) {
                options.format = format;
            }
            const rope::verification v =
                rope::verify<double>(first.data(), other, rows, columns, c, {}, options);
            INFO(rope::name_of(format) << ": " << v.message);
            // The model is half_split: each value twice is the other pairing's order, unless asked for.
            const bool swapped = format == rope::table_format::interleaved_duplicates && !named;
            CHECK(found_in(v) == (swapped ? "pairing" : "matches"));
            CHECK(rope::name_of(v.format) == std::string(rope::name_of(format)));
            CHECK(v.units <= 1);
        }
    }
    rope::frequency_set bare = f;
    bare.attention_factor = 1;
    bare.amplitude = {{0, 0, 0, 1}};
    const rope::table<float> t = rope::cos_sin_table<float>(bare, 300);
    const rope::verification v = rope::verify(t.cos.data(), t.sin.data(), 300, 32, c);
    CHECK(found_in(v) == "attention_factor");
    CHECK(v.verdict.best.differences.front().found == "1 (missing)");
}

TEST_CASE("verify sees a single entry, and says where it is", "[verify]") {
    const rope::config c = model("llama-2-7b");
    rope::table<float> t = rope::cos_sin_table<float>(rope::frequencies(c), 3000);
    t.sin[1234 * 64 + 17] += 1e-6f;
    const rope::verification v = rope::verify(t.cos.data(), t.sin.data(), 3000, 64, c);
    CHECK_FALSE(v.verdict.matches);
    CHECK(v.worst_row == 1234);
    CHECK(v.worst_pair == 17);
    CHECK(v.difference == Approx(1e-6).epsilon(0.2));
}

TEST_CASE("verify names a table with another number of pairs", "[verify]") {
    const rope::config c = model("phi-2"); // 16 of 40 pairs
    rope::config whole = c;
    whole.rotary_dim = whole.head_dim;
    const rope::table<float> t = rope::cos_sin_table<float>(rope::frequencies(whole), 40);
    const rope::verification v = rope::verify(t.cos.data(), t.sin.data(), 40, 40, c);
    CHECK(found_in(v) == "rotary_dim");
    CHECK(v.verdict.best.differences.front().found == "80");
}

TEST_CASE("verify refuses what is no table", "[verify]") {
    const rope::config c = model("llama-2-7b");
    std::vector<float> t(128, 0.5f);
    const float* none = nullptr;
    const std::int64_t most = (std::numeric_limits<std::int64_t>::max)(), least = -most - 1;
    const auto sentence = [&](const float* cos, const float* sin, std::int64_t rows, std::int64_t columns,
                              const rope::positions& where = {}, const rope::verify_options& by = {}) {
        return rope::try_verify(cos, sin, rows, columns, c, where, by).why.message;
    };
    CHECK_THROWS_AS(rope::verify(t.data(), t.data(), 0, 64, c), rope::error);
    CHECK(sentence(t.data(), t.data(), 0, 64).find("at least 1") != std::string::npos);
    CHECK(sentence(none, t.data(), 1, 64).find("null") != std::string::npos);
    CHECK(sentence(t.data(), none, 1, 63).find("no form") != std::string::npos);
    for (const std::int64_t bad : {most, least, std::int64_t{-1}}) {
        CHECK_FALSE(sentence(t.data(), t.data(), bad, 64).empty());
        CHECK_FALSE(sentence(t.data(), t.data(), 1, bad).empty());
    }
    rope::verify_options by;
    by.format = rope::table_format::matrices;
    CHECK(sentence(t.data(), t.data(), 1, 64, {}, by).find("array") != std::string::npos);
    by.format = static_cast<rope::table_format>(9);
    CHECK(sentence(t.data(), t.data(), 1, 64, {}, by).find("0 to 8") != std::string::npos);
    const std::vector<std::int64_t> three = {0, 1, 2};
    CHECK(sentence(t.data(), t.data(), 2, 64, rope::ids(three)).find("positions") != std::string::npos);
    CHECK(rope::try_verify(t.data(), t.data(), 1, 64, rope::config()).why.code == rope::errc::config);
    t[3] = INFINITY;
    CHECK(sentence(t.data(), t.data(), 1, 64) == "the table is not finite at row 0, column 3");
}

TEST_CASE("verify: any first position has an answer", "[verify]") {
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)(), least = -most - 1;
    rope::config c;
    c.head_dim = 8;
    for (const std::int64_t first :
         {least, least + 1, -most / 2, std::int64_t{-1}, most / 2, most - 1, most}) {
        for (const std::int64_t rows : {1, 4}) {
            CAPTURE(first, rows);
            const std::vector<double> cos(32, 0.25), sin(32, 0.5);
            const rope::positions where = rope::offset(first);
            if (first > least && (first <= 0 || rows - 1 <= most - first)) {
                CHECK(found_in(rope::verify(cos.data(), sin.data(), rows, 4, c, where)) == "unexplained");
                auto t = rope::cos_sin_table<double>(rope::frequencies(c), rope::range{first, rows});
                CHECK(found_in(rope::verify(t.cos.data(), t.sin.data(), rows, 4, c, where)) == "matches");
                t.cos[0] += 1;
                CHECK(found_in(rope::verify(t.cos.data(), t.sin.data(), rows, 4, c, where)) == "unexplained");
            } else {
                CHECK_FALSE(rope::try_verify(cos.data(), sin.data(), rows, 4, c, where).ok());
            }
        }
    }
}

TEST_CASE("the unit of a table is that of numbers just below its amplitude", "[verify]") {
    for (const double m : {0.75, 1.0, 1.00005, 1.2, 1.75}) {
        rope::config c;
        c.head_dim = 16;
        rope::yarn_scaling yarn;
        yarn.factor = 1;
        yarn.attention_factor = m;
        c.scaling = yarn;
        c.original_max_position = 4096;
        rope::table<float> t = rope::cos_sin_table<float>(rope::frequencies(c), 8);
        int exponent = 0;
        std::frexp(std::nextafter(m, 0.0), &exponent);
        const double unit = std::ldexp(1.0, exponent - 24);
        t.cos[0] = static_cast<float>(t.cos[0] - 8 * unit); // position 0: the entry is the amplitude
        const rope::verification v = rope::verify(t.cos.data(), t.sin.data(), 8, 8, c);
        INFO(m << ": " << v.message);
        CHECK(v.worst_row == 0);
        CHECK(v.worst_pair == 0);
        CHECK(std::abs(v.units - 8) <= 1);
    }
}
