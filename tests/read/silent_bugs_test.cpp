// The mistakes that other implementations shipped without an error, each as a test of its own: what goes wrong silently is
// what a library of recipes is for. The names say what was reported.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/json.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

rope::config read(const std::string& text) {
    rope::reading r;
    const rope::status s = rope::try_read_text(text, "x", {}, r);
    INFO(s.message);
    REQUIRE(s.ok());
    return r.config;
}

rope::config model(const char* file) {
    return rope::read_config(std::string(ROPE_SOURCE_DIR) + "/examples/configs/" + file + ".json");
}

std::string refusal(const std::string& text) {
    rope::reading r;
    return rope::try_read_text(text, "x", {}, r).message;
}

// A head rotated by the library at one position.
std::vector<double> rotated(const rope::config& c, std::vector<double> head, std::int64_t position) {
    const rope::table<double> t = rope::cos_sin_table<double>(rope::frequencies(c), position + 1);
    rope::rotate(rope::view(head.data(), {1, static_cast<std::int64_t>(head.size())}), t, "s d",
                 rope::offset(position));
    return head;
}

std::vector<double> ramp(std::size_t n) {
    std::vector<double> x;
    for (std::size_t k = 0; k < n; ++k) {
        x.push_back(1 + 0.25 * static_cast<double>(k));
    }
    return x;
}

} // namespace

TEST_CASE("silent bug: pair layout, interleaved taken for half-split", "[silent]") {
    rope::config c = model("gpt-j-6b");
    REQUIRE(c.pairing == rope::pairing::interleaved);
    c.head_dim = 8;
    c.rotary_dim = 4;
    const std::vector<double> x = ramp(8), y = rotated(c, x, 3);
    const double w[2] = {1, std::pow(10000.0, -0.5)};
    for (std::size_t i = 0; i < 2; ++i) { // pairs (0, 1) and (2, 3)
        CHECK(y[2 * i] ==
              Approx(x[2 * i] * std::cos(3 * w[i]) - x[2 * i + 1] * std::sin(3 * w[i])).epsilon(1e-14));
        CHECK(y[2 * i + 1] ==
              Approx(x[2 * i] * std::sin(3 * w[i]) + x[2 * i + 1] * std::cos(3 * w[i])).epsilon(1e-14));
    }
    c.pairing = rope::pairing::half_split;
    CHECK(rotated(c, x, 3) != y);
}

TEST_CASE("silent bug: the interleaved order of axes taken for interleaved pairs", "[silent]") {
    const rope::config c = model("qwen3-vl-8b");
    CHECK(c.section_order == rope::section_order::interleaved);
    CHECK(c.pairing == rope::pairing::half_split);
}

TEST_CASE("silent bug: partial rotary with head_dim in the exponent and in the pair's stride", "[silent]") {
    const rope::config c = model("phi-2");
    REQUIRE(c.head_dim == 80);
    REQUIRE(c.rotary_dim == 32);
    const rope::frequency_set f = rope::frequencies(c);
    CHECK(f.inv_freq[1] == Approx(std::pow(10000.0, -2.0 / 32)).epsilon(1e-15));
    const std::vector<double> x = ramp(80), y = rotated(c, x, 5);
    CHECK(y[0] ==
          Approx(x[0] * std::cos(5.0) - x[16] * std::sin(5.0)).epsilon(1e-14)); // with 16, not with 40
    for (std::size_t k = 32; k < 80; ++k) {
        CHECK(y[k] == x[k]);
    }
}

TEST_CASE("silent bug: partial rotary dropped beside sections", "[silent]") {
    const rope::config c =
        read(R"({"model_type": "qwen3_5_text", "head_dim": 256, "rope_parameters": {"rope_type": "default",
        "rope_theta": 10000000, "partial_rotary_factor": 0.25, "mrope_interleaved": true, "mrope_section": [11, 11, 10]}})");
    CHECK(c.rotary_dim == 64);
    CHECK(rope::frequencies(c).inv_freq.size() == 32);
    CHECK(rope::frequencies(c).axes == 3);
}

TEST_CASE("silent bug: a proportional share splits pairs, not a prefix", "[silent]") {
    const rope::config c =
        read(R"({"head_dim": 16, "scaling": {"type": "proportional", "partial_rotary_factor": 0.25}})");
    const std::vector<double> x = ramp(16), y = rotated(c, x, 2);
    for (std::size_t k = 0; k < 16; ++k) {
        const bool turns = k == 0 || k == 1 || k == 8 || k == 9; // pairs 0 and 1 of 8, over the whole head
        CHECK((y[k] != x[k]) == turns);
    }
}

TEST_CASE("silent bug: an odd share of a head", "[silent]") {
    CHECK(refusal(R"({"model_type": "phi", "head_dim": 90, "partial_rotary_factor": 0.5})")
              .find("rotary_dim = 45") != std::string::npos);
}

TEST_CASE("silent bug: mscale in the wrong order, or forgotten", "[silent]") {
    const auto yarn = [](const std::string& more) {
        return rope::frequencies(read(
            R"({"model_type": "deepseek_v2", "qk_rope_head_dim": 64, "rope_scaling": {"type": "yarn", "factor": 40,
            "original_max_position_embeddings": 4096)" +
            more + "}}"));
    };
    const double g = 0.1 * std::log(40.0) + 1, h = 0.1 * 0.5 * std::log(40.0) + 1;
    CHECK(yarn("").attention_factor == Approx(g).epsilon(1e-15));
    CHECK(yarn(R"(, "mscale": 1.0, "mscale_all_dim": 1.0)").attention_factor == 1);
    CHECK(yarn(R"(, "mscale": 1.0, "mscale_all_dim": 0.5)").attention_factor == Approx(g / h).epsilon(1e-15));
    CHECK(yarn(R"(, "mscale": 0.5)").attention_factor ==
          Approx(g).epsilon(1e-15)); // one of them alone counts for nothing
    CHECK(yarn(R"(, "mscale": 0.5, "mscale_all_dim": 0)").attention_factor == Approx(g).epsilon(1e-15));
    CHECK(yarn(R"(, "mscale": 1.0, "mscale_all_dim": 0.5, "attention_factor": 1.0)").attention_factor ==
          1); // explicit wins
    CHECK(yarn(R"(, "attention_factor": null)").attention_factor == Approx(g).epsilon(1e-15));
    // The softmax scale is a matter of its own.
    CHECK(yarn(R"(, "mscale": 1.0, "mscale_all_dim": 0.5)").softmax_scale_multiplier ==
          Approx(h * h).epsilon(1e-15));
    CHECK(yarn("").softmax_scale_multiplier == 1);
}

TEST_CASE("silent bug: YaRN's range rounded where truncate is false", "[silent]") {
    const rope::config c = model("gpt-oss-20b");
    rope::config rounded = c;
    std::get<rope::yarn_scaling>(rounded.scaling).truncate = true;
    CHECK(rope::frequencies(c).inv_freq != rope::frequencies(rounded).inv_freq);
    // low = 8.09, high = 17.40: pair 8 is kept, pair 9 already blended, pair 17 still blended.
    const std::vector<double> w = rope::frequencies(c).inv_freq;
    const auto plain = [](double i) { return std::pow(150000.0, -2 * i / 64); };
    CHECK(w[8] == Approx(plain(8)).epsilon(1e-14));
    CHECK(w[9] < plain(9) * 0.95);
    CHECK(w[17] > plain(17) / 32 * 1.05);
    CHECK(w[18] == Approx(plain(18) / 32).epsilon(1e-14));
}

TEST_CASE("silent bug: YaRN's range cut to half of what it may be", "[silent]") {
    // high is limited by d - 1, not by d/2 - 1: with a long trained length the ramp ends behind the last pair.
    const rope::config c = read(
        R"({"head_dim": 64, "base": 10000, "scaling": {"type": "yarn", "factor": 8, "original_max_position_embeddings": 1048576}})");
    const std::vector<double> w = rope::frequencies(c).inv_freq;
    CHECK(w[31] > std::pow(10000.0, -62.0 / 64) / 8 * 1.01);
}

TEST_CASE("silent bug: beta_fast and beta_slow swapped", "[silent]") {
    CHECK(
        refusal(
            R"({"model_type": "llama", "head_dim": 64, "rope_scaling": {"rope_type": "yarn", "factor": 8, "beta_fast": 1, "beta_slow": 32,
        "original_max_position_embeddings": 4096}})")
            .find("beta_fast = 1 is below beta_slow = 32") != std::string::npos);
}

TEST_CASE("silent bug: Llama 3's scaling dropped", "[silent]") {
    const rope::frequency_set f = rope::frequencies(model("llama-3.1-8b"));
    CHECK(f.inv_freq[63] == Approx(3.06892598891e-7).epsilon(1e-11));
    CHECK(
        refusal(
            R"({"model_type": "llama", "head_dim": 64, "rope_scaling": {"rope_type": "llama-3", "factor": 8}})")
            .find("llama-3") != std::string::npos);
}

TEST_CASE("silent bug: Llama 3's bands never blend, or divide by zero where they meet", "[silent]") {
    const rope::frequency_set f = rope::frequencies(model("llama-3.1-8b"));
    const double plain = std::pow(5e5, -64.0 / 128);
    CHECK(f.inv_freq[32] < plain * 0.99);
    CHECK(f.inv_freq[32] > plain / 8 * 1.01);
    for (const double w : rope::frequencies(model("llama-4-scout")).inv_freq) {
        CHECK(std::isfinite(w));
    }
}

TEST_CASE("silent bug: a renamed key, and theta falls back to its default", "[silent]") {
    CHECK(
        read(
            R"({"model_type": "llama", "head_dim": 128, "rope_parameters": {"rope_type": "default", "rope_theta": 1000000.0}})")
            .base == 1e6);
    CHECK(read(R"({"model_type": "gpt_neox", "head_dim": 128, "rotary_emb_base": 25000})").base == 25000);
    CHECK(
        read(
            R"({"model_type": "llama", "head_dim": 128, "rope_theta": 5e5, "rope_parameters": {"rope_type": "default"}})")
            .base == 5e5);
    CHECK(model("starcoder2-3b").base == 999999.4420358813); // and is no integer
}

TEST_CASE("silent bug: type and rope_type", "[silent]") {
    for (const char* key : {"type", "rope_type"}) {
        const rope::config c =
            read(std::string(R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {")") + key +
                 R"(": "linear", "factor": 4}})");
        CHECK(std::holds_alternative<rope::linear_scaling>(c.scaling));
    }
}

TEST_CASE("silent bug: dynamic NTK with an integer exponent", "[silent]") {
    const rope::config c = read(
        R"({"model_type": "llama", "head_dim": 128, "max_position_embeddings": 2048, "rope_scaling": {"type": "dynamic", "factor": 4}})");
    const double stretch = 4.0 * 8192 / 2048 - 3;
    const double base =
        10000 * std::pow(stretch, 128.0 / 126.0); // not stretch^1, not (10000 stretch)^(128 / 126)
    CHECK(rope::frequencies(c, 8192).inv_freq[1] == Approx(std::pow(base, -2.0 / 128)).epsilon(1e-14));
}

TEST_CASE("silent bug: a stale cache, the short sequence after the long one", "[silent]") {
    for (const char* file : {"internlm2-7b", "phi-3-vision-128k", "qwen-7b-chat"}) {
        const rope::config c = model(file);
        const std::vector<double> before = rope::frequencies(c, 100).inv_freq;
        CHECK(rope::frequencies(c, 100000).inv_freq != before);
        CHECK(rope::frequencies(c, 100).inv_freq == before);
    }
}

TEST_CASE("silent bug: LongRoPE chosen by the row or by the table's size", "[silent]") {
    const rope::config c = model("phi-3-vision-128k");
    const rope::frequency_set brief = rope::frequencies(c, 4096), extended = rope::frequencies(c, 4097);
    CHECK(brief.attention_factor == Approx(1.19023807).epsilon(1e-8));
    CHECK(brief.inv_freq[0] == Approx(1 / 1.05).epsilon(1e-15));
    CHECK(extended.inv_freq[0] == Approx(1 / 1.0299999713897705).epsilon(1e-15));
    // A table of the long frequencies has them in its first rows, too.
    const rope::table<double> t = rope::cos_sin_table<double>(extended, 5000);
    CHECK(t.cos[48] == Approx(extended.attention_factor * std::cos(extended.inv_freq[0])).epsilon(1e-14));
    CHECK(rope::cos_sin_table<double>(brief, 100000).cos[48] ==
          Approx(brief.attention_factor * std::cos(brief.inv_freq[0])).epsilon(1e-14));
}

TEST_CASE("silent bug: one theta for layers that have two", "[silent]") {
    rope::reading none;
    CHECK_FALSE(
        rope::try_read_config(std::string(ROPE_SOURCE_DIR) + "/examples/configs/gemma-3-1b.json", {}, none)
            .ok());
}

TEST_CASE("silent bug: height and width exchanged where they differ", "[silent]") {
    const rope::frequency_set f = rope::frequencies(model("qwen2-vl-7b"));
    // Axes are time, height, width; a grid of 2 rows and 5 columns.
    const std::int64_t tokens = 10;
    std::vector<std::int64_t> ids;
    for (std::int64_t axis = 0; axis < 3; ++axis) {
        for (std::int64_t t = 0; t < tokens; ++t) {
            ids.push_back(axis == 0 ? 0 : axis == 1 ? t / 5 : t % 5);
        }
    }
    const rope::table<double> table = rope::cos_sin_table<double>(f, ids.data(), tokens, 3);
    CHECK(table.cos[9 * 64 + 16] ==
          Approx(std::cos(1 * f.inv_freq[16])).epsilon(1e-14)); // pair 16 reads the row
    CHECK(table.cos[9 * 64 + 40] ==
          Approx(std::cos(4 * f.inv_freq[40])).epsilon(1e-14)); // pair 40 the column
}

TEST_CASE("silent bug: a position outside the table is read anyway", "[silent]") {
    const rope::table<float> t = rope::cos_sin_table<float>(rope::frequencies(model("llama-2-7b")), 16);
    std::vector<float> x(128, 1.0f);
    const auto one = rope::view(x.data(), {1, 128});
    CHECK_THROWS_AS(rope::rotate(one, t, "s d", rope::offset(16)), rope::error);
    CHECK_THROWS_AS(rope::rotate(one, t, "s d", rope::offset(-1)), rope::error);
    CHECK(x == std::vector<float>(128, 1.0f));
}
