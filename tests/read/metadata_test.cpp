// GGUF keys and ONNX attributes, from plain maps.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/read/gguf.hpp>
#include <rope/read/onnx.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace {

rope::metadata llama() {
    return {{"general.architecture", std::string("llama")},    {"llama.embedding_length", std::int64_t{4096}},
            {"llama.attention.head_count", std::int64_t{32}},  {"llama.context_length", std::int64_t{131072}},
            {"llama.rope.dimension_count", std::int64_t{128}}, {"llama.rope.freq_base", 500000.0}};
}

std::string fault(const rope::metadata& values) {
    rope::reading r;
    return rope::try_read_gguf(values, r).message;
}

} // namespace

TEST_CASE("GGUF: Llama's weights are permuted to interleaved pairs", "[gguf]") {
    rope::metadata values = llama();
    const rope::config c = rope::reading_from_gguf(values).config;
    CHECK(c.head_dim == 128);
    CHECK(c.rotary_dim == 128);
    CHECK(c.base == 5e5);
    CHECK(c.max_position == 131072);
    CHECK(c.pairing == rope::pairing::interleaved);

    // Llama 3.1's bands come as a tensor of divisors.
    rope::config bands = c;
    bands.scaling = rope::llama3_scaling{8, 1, 4};
    bands.original_max_position = 8192;
    const rope::frequency_set expected = rope::frequencies(bands), plain = rope::frequencies(c);
    std::vector<double> factors;
    for (std::size_t i = 0; i < 64; ++i) {
        factors.push_back(plain.inv_freq[i] / expected.inv_freq[i]);
    }
    values["rope_freqs.weight"] = factors;
    const rope::frequency_set f = rope::frequencies(rope::reading_from_gguf(values).config);
    for (std::size_t i = 0; i < 64; ++i) {
        CHECK(std::fabs(f.inv_freq[i] - expected.inv_freq[i]) <= 1e-15 * expected.inv_freq[i]);
    }
}

TEST_CASE("GGUF: scaling types", "[gguf]") {
    rope::metadata values = llama();
    values["llama.rope.scaling.type"] = std::string("linear");
    values["llama.rope.scaling.factor"] = 4.0;
    CHECK(std::get<rope::linear_scaling>(rope::reading_from_gguf(values).config.scaling).factor == 4);
    values["llama.rope.scaling.type"] = std::string("yarn");
    values["llama.rope.scaling.original_context_length"] = std::int64_t{4096};
    rope::config c = rope::reading_from_gguf(values).config;
    CHECK(std::get<rope::yarn_scaling>(c.scaling).factor == 4.0);
    CHECK(c.original_max_position == 4096);
    CHECK(rope::frequencies(c).attention_factor == Approx(0.1 * std::log(4.0) + 1).epsilon(1e-15));
    values["llama.rope.scaling.attn_factor"] = 0.5;
    CHECK(rope::frequencies(rope::reading_from_gguf(values).config).attention_factor ==
          Approx(0.5 * (0.1 * std::log(4.0) + 1)).epsilon(1e-15));
    values = llama();
    values["rope_factors_long.weight"] = std::vector<double>(64, 4.0);
    values["rope_factors_short.weight"] = std::vector<double>(64, 1.0);
    values["llama.rope.scaling.original_context_length"] = std::int64_t{4096};
    values["llama.rope.scaling.attn_factor"] = 1.19;
    c = rope::reading_from_gguf(values).config;
    CHECK(rope::frequencies(c, 4096).inv_freq[0] == 1);
    CHECK(rope::frequencies(c, 4097).inv_freq[0] == 0.25);
    CHECK(rope::frequencies(c).attention_factor == 1.19);
}

TEST_CASE("GGUF: DeepSeek 2 has its softmax scale in yarn_log_multiplier", "[gguf]") {
    const rope::metadata values = {{"general.architecture", std::string("deepseek2")},
                                   {"deepseek2.attention.key_length", std::int64_t{192}},
                                   {"deepseek2.rope.dimension_count", std::int64_t{64}},
                                   {"deepseek2.rope.freq_base", 10000.0},
                                   {"deepseek2.rope.scaling.type", std::string("yarn")},
                                   {"deepseek2.rope.scaling.factor", 40.0},
                                   {"deepseek2.rope.scaling.original_context_length", std::int64_t{4096}},
                                   {"deepseek2.rope.scaling.yarn_log_multiplier", 0.1}};
    const rope::frequency_set f = rope::frequencies(rope::reading_from_gguf(values).config);
    CHECK(f.head_dim == 64);
    CHECK(f.attention_factor == 1);
    CHECK(f.softmax_scale_multiplier == Approx(1.8738542070926265).epsilon(1e-15));
}

TEST_CASE("GGUF: sections and ggml's own rule for what is left over", "[gguf]") {
    rope::metadata values = {{"general.architecture", std::string("qwen2vl")},
                             {"qwen2vl.attention.key_length", std::int64_t{128}},
                             {"qwen2vl.rope.dimension_sections", std::vector<std::int64_t>{16, 24, 24, 0}}};
    CHECK(rope::frequencies(rope::reading_from_gguf(values).config).axes == 3);
    values = {{"general.architecture", std::string("qwen3vl")},
              {"qwen3vl.attention.key_length", std::int64_t{128}},
              {"qwen3vl.rope.dimension_sections", std::vector<std::int64_t>{24, 20, 20, 0}}};
    const rope::frequency_set f = rope::frequencies(rope::reading_from_gguf(values).config);
    CHECK(f.axes == 4);
    CHECK(f.axis_of_pair[60] == 0);
    CHECK(f.axis_of_pair[61] == 3);
}

TEST_CASE("GGUF: faults name the key", "[gguf]") {
    CHECK(fault({}) == "general.architecture is missing: expected the name of an architecture");
    CHECK(fault({{"general.architecture", std::string("llama")}})
              .rfind("llama.attention.key_length is missing", 0) == 0);
    rope::metadata values = llama();
    values["llama.rope.freq_base"] = std::string("x");
    CHECK(fault(values) == "llama.rope.freq_base is of another type: expected a finite number above 0");
    values = llama();
    values["llama.rope.freq_base"] = 0.0;
    CHECK(fault(values) == "llama.rope.freq_base = 0: expected a finite number above 0");
    values = llama();
    values["llama.rope.dimension_count"] = std::int64_t{129};
    CHECK(fault(values).rfind("rotary_dim = 129", 0) == 0);
    values = llama();
    values["llama.rope.scaling.type"] = std::string("spiral");
    CHECK(fault(values).rfind("llama.rope.scaling.type = \"spiral\" is not known", 0) == 0);
    values = llama();
    values["rope_freqs.weight"] = std::vector<double>(63, 1.0);
    CHECK(fault(values) == "factors has 63 entries: expected one for each of the 64 pairs");
    values = {{"general.architecture", std::string("nobody")},
              {"nobody.attention.key_length", std::int64_t{64}}};
    CHECK(rope::reading_from_gguf(values).notes.size() == 1);
}

TEST_CASE("ONNX: attributes and caches", "[onnx]") {
    rope::config model;
    model.head_dim = 80;
    model.rotary_dim = 32;
    model.pairing = rope::pairing::interleaved;
    const rope::frequency_set f = rope::frequencies(model);
    constexpr std::int64_t rows = 2048, pairs = 16;
    std::vector<float> c, s;
    for (std::int64_t p = 0; p < rows; ++p) {
        for (std::size_t i = 0; i < pairs; ++i) {
            c.push_back(static_cast<float>(1.25 * std::cos(f.inv_freq[i] * static_cast<double>(p))));
            s.push_back(static_cast<float>(1.25 * std::sin(f.inv_freq[i] * static_cast<double>(p))));
        }
    }
    const rope::onnx_caches caches = {c.data(), s.data(), rows, pairs};
    const rope::config read =
        rope::reading_from_onnx(
            {{"interleaved", std::int64_t{1}}, {"rotary_embedding_dim", std::int64_t{32}}}, 80, caches)
            .config;
    CHECK(read.pairing == rope::pairing::interleaved);
    CHECK(read.rotary_dim == 32);
    const rope::frequency_set g = rope::frequencies(read);
    CHECK(g.attention_factor == Approx(1.25).epsilon(1e-6));
    for (std::size_t i = 0; i < pairs; ++i) {
        CHECK(std::fabs(g.inv_freq[i] - f.inv_freq[i]) < 1e-9);
    }
    rope::reading r;
    CHECK(rope::try_read_onnx({}, 80, caches, r).message ==
          "the caches are 16 wide: expected rotary_embedding_dim / 2 = 40");
    CHECK(rope::try_read_onnx({{"rotary_embedding_dim", std::int64_t{5}}}, 80, caches, r).message ==
          "rotary_embedding_dim = 5: expected an even number");
    CHECK(rope::try_read_onnx({}, 33, caches, r).message == "head_dim = 33: expected an even number");
    CHECK(rope::try_read_onnx({{"interleaved", std::int64_t{2}}}, 32, caches, r).message ==
          "interleaved = 2: expected 0 or 1");
    CHECK(rope::try_read_onnx({}, 32, {}, r).message ==
          "the caches have 0 rows: expected at least 2 of cos and sin");
}
