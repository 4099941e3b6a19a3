// Published numbers: the lists in transformers' own tests, Llama 3.1, DeepSeek.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/model/frequencies.hpp>

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <utility>

namespace {

using golden = std::initializer_list<std::pair<std::size_t, double>>;

void check(const rope::frequency_set& f, golden expected, double relative) {
    for (const auto& [pair, w] : expected) {
        INFO("pair " << pair);
        REQUIRE(pair < f.inv_freq.size());
        CHECK(std::fabs(f.inv_freq[pair] - w) <= relative * w);
    }
}

// hidden 4096, 32 heads, base 10000, max_position_embeddings 2048
rope::config published(rope::scaling s) {
    rope::config c;
    c.head_dim = 128;
    c.max_position = 2048;
    c.original_max_position = 2048;
    c.scaling = std::move(s);
    return c;
}

constexpr double five_digits = 5e-5; // half a unit of the fifth significant digit

} // namespace

TEST_CASE("golden: default", "[golden]") {
    const auto f = rope::frequencies(published(rope::no_scaling{}));
    REQUIRE(f.inv_freq.size() == 64);
    check(f, {{0, 1.0}, {1, 8.6596e-01}, {16, 1.0000e-01}, {63, 1.1548e-04}}, five_digits);
    CHECK(f.attention_factor == 1);
    CHECK(f.softmax_scale_multiplier == 1);
}

TEST_CASE("golden: linear divides exactly", "[golden]") {
    const auto plain = rope::frequencies(published(rope::no_scaling{}));
    for (const double s : {2.0, 10.0, 20.0}) {
        const auto f = rope::frequencies(published(rope::linear_scaling{s}));
        for (std::size_t i = 0; i < 64; ++i) {
            CHECK(std::fabs(f.inv_freq[i] * s - plain.inv_freq[i]) <= 4e-16 * plain.inv_freq[i]);
        }
    }
}

TEST_CASE("golden: dynamic NTK", "[golden]") {
    const rope::config c = published(rope::dynamic_scaling{10});
    check(rope::frequencies(c, 16384), {{1, 8.0931e-01}, {2, 6.5498e-01}, {62, 2.0097e-06}, {63, 1.6265e-06}},
          five_digits);
    const auto plain = rope::frequencies(published(rope::no_scaling{}));
    for (const std::int64_t short_length : {0, 1, 2048}) { // no length, one token, all that was trained
        CHECK(rope::frequencies(c, short_length).inv_freq == plain.inv_freq);
    }
}

TEST_CASE("golden: YaRN", "[golden]") {
    rope::yarn_scaling s;
    for (const double factor : {2.0, 10.0, 20.0}) {
        s.factor = factor;
        CHECK(rope::frequencies(published(s)).attention_factor ==
              Approx(0.1 * std::log(factor) + 1).epsilon(1e-15));
    }
    s.factor = 10;
    check(rope::frequencies(published(s)),
          {{16, 1.0000e-01},
           {17, 8.3479e-02},
           {18, 6.9590e-02},
           {28, 1.0101e-02},
           {40, 4.3007e-04},
           {41, 2.7384e-04},
           {63, 1.1548e-05}},
          five_digits);
    s.attention_factor = 0.5;
    CHECK(rope::frequencies(published(s)).attention_factor == 0.5);
}

TEST_CASE("golden: Llama 3", "[golden]") {
    const auto f = rope::frequencies(published(rope::llama3_scaling{10, 1, 4}));
    check(f,
          {{30, 1.3335e-02},
           {31, 1.0730e-02},
           {32, 7.7785e-03},
           {33, 5.6009e-03},
           {36, 1.9675e-03},
           {40, 3.4539e-04},
           {41, 2.7384e-04},
           {63, 1.1548e-05}},
          five_digits);
    CHECK(f.attention_factor == 1);
}

TEST_CASE("golden: LongRoPE", "[golden]") {
    rope::longrope_scaling s;
    s.short_factor.assign(64, 2);
    for (int i = 1; i <= 64; ++i) {
        s.long_factor.push_back(i);
    }
    const auto plain = rope::frequencies(published(rope::no_scaling{}));
    for (const double factor : {2.0, 10.0, 20.0}) {
        s.factor = factor;
        const auto brief = rope::frequencies(published(s), 2048),
                   extended = rope::frequencies(published(s), 2049);
        for (std::size_t i = 0; i < 64; ++i) {
            CHECK(brief.inv_freq[i] == plain.inv_freq[i] / 2);
            CHECK(extended.inv_freq[i] ==
                  Approx(plain.inv_freq[i] / static_cast<double>(i + 1)).epsilon(1e-15));
        }
        CHECK(brief.attention_factor ==
              Approx(std::sqrt(1 + std::log(factor) / std::log(2048.0))).epsilon(1e-15));
    }
}

TEST_CASE("golden: Llama 3.1 8B", "[golden]") {
    rope::config c;
    c.head_dim = 128;
    c.base = 5e5;
    c.scaling = rope::llama3_scaling{8, 1, 4};
    c.original_max_position = 8192;
    check(rope::frequencies(c),
          {{28, 0.00321144599475},
           {29, 0.0021665707635},
           {32, 5.24846160993e-4},
           {34, 1.78507812768e-4},
           {35, 9.55621235396e-5},
           {36, 7.78465527393e-5},
           {63, 3.06892598891e-7}},
          1e-11);
}

TEST_CASE("golden: DeepSeek", "[golden]") {
    rope::config c;
    c.head_dim = 64;
    c.original_max_position = 4096;
    c.latent_attention = true;
    rope::yarn_scaling s;
    s.factor = 40;
    s.mscale = s.mscale_all_dim = 1.0;
    c.scaling = s;
    const auto v3 = rope::frequencies(c);
    check(v3,
          {{10, 0.056234132519},
           {11, 0.0390069265671},
           {16, 0.0055},
           {22, 1.77827941004e-4},
           {23, 3.33380358041e-5}},
          1e-11);
    CHECK(v3.attention_factor == 1);
    CHECK(v3.softmax_scale_multiplier == Approx(1.8738542070926265).epsilon(1e-15));
    s.mscale = s.mscale_all_dim = 0.707;
    c.scaling = s;
    CHECK(rope::frequencies(c).softmax_scale_multiplier == Approx(1.5896261651208736).epsilon(1e-15));
    c.latent_attention = false; // without latent attention the softmax keeps its scale
    CHECK(rope::frequencies(c).softmax_scale_multiplier == 1);
}

TEST_CASE("golden: the step form of Qwen 1 turns at exact powers of two", "[golden]") {
    rope::config c;
    c.head_dim = 128;
    c.max_position = 8192;
    c.scaling = rope::qwen_scaling{};
    const auto with_alpha = [&](double alpha) {
        rope::config same = c;
        same.scaling = rope::dynamic_alpha_scaling{alpha};
        return rope::frequencies(same).inv_freq;
    };
    CHECK(rope::frequencies(c, 8192).inv_freq == with_alpha(1));
    CHECK(rope::frequencies(c, 8193).inv_freq == with_alpha(3));
    CHECK(rope::frequencies(c, 16384).inv_freq == with_alpha(3));
    CHECK(rope::frequencies(c, 16385).inv_freq == with_alpha(7));
    CHECK(rope::frequencies(c, 32768).inv_freq == with_alpha(7));
    CHECK(rope::frequencies(c, 32769).inv_freq == with_alpha(15));
}
