// Configurations that are wrong: each is refused with one sentence that names the key; none is accepted or crashes.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/json.hpp>

#include <cstdio>
#include <set>
#include <string>

namespace {

struct bad {
    const char* text;
    const char* names; // what the sentence must contain
};

const bad cases[] = {
    // Not a document
    {"", "ends too early"},
    {"{", "not valid JSON"},
    {"{\"head_dim\": 128,}", "not valid JSON"},
    {"{\"head_dim\": 128} x", "not valid JSON"},
    {"{'head_dim': 128}", "not valid JSON"},
    {"{\"head_dim\": NaN}", "head_dim = NaN"},
    {"{\"head_dim\": Infinity}", "head_dim = Infinity"},
    {"{\"head_dim\": -Infinity}", "head_dim = -Infinity"},
    {"{\"head_dim\": -NaN}", "not valid JSON"},
    {"{\"head_dim\": 01}", "not valid JSON"},
    {"{\"head_dim\": 1.}", "not valid JSON"},
    {"{\"head_dim\": \"\\ud800\"}", "not valid JSON"},
    {"{\"head_dim\": \"\xc0\x80\"}", "not valid JSON"},
    {"{\"head_dim\": \"\xed\xa0\x80\"}", "not valid JSON"},
    {"{\"head_dim\": \"\xff\xfe\"}", "not valid JSON"},
    {"[1, 2]", "expected a JSON object"},
    {"\"text\"", "expected a JSON object"},
    {"null", "expected a JSON object"},
    {"{}", "head_dim is missing"},
    // head_dim
    {R"({"model_type": "llama"})", "head_dim is missing"},
    {R"({"model_type": "llama", "hidden_size": 4096})", "num_attention_heads"},
    {R"({"model_type": "llama", "num_attention_heads": 32})", "hidden_size"},
    {R"({"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 0})", "num_attention_heads = 0"},
    {R"({"model_type": "llama", "hidden_size": 4096, "num_attention_heads": -32})",
     "num_attention_heads = -32"},
    {R"({"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 33})", "not a multiple"},
    {R"({"model_type": "llama", "hidden_size": "4096", "num_attention_heads": 32})",
     "hidden_size = \"4096\""},
    {R"({"model_type": "llama", "head_dim": 0})", "head_dim = 0"},
    {R"({"model_type": "llama", "head_dim": -128})", "head_dim = -128"},
    {R"({"model_type": "llama", "head_dim": 127})", "head_dim = 127"},
    {R"({"model_type": "llama", "head_dim": 128.5})", "head_dim = 128.5"},
    {R"({"model_type": "llama", "head_dim": true})", "head_dim = true"},
    {R"({"model_type": "llama", "head_dim": [128]})", "head_dim = a list"},
    {R"({"model_type": "llama", "head_dim": {"a": 1}})", "head_dim = an object"},
    {R"({"model_type": "llama", "head_dim": 1000000})", "head_dim = 1000000"},
    {R"({"model_type": "llama", "head_dim": 18446744073709551615})", "head_dim = 184467440737095516"},
    {R"({"model_type": "llama", "head_dim": 1e300})", "head_dim = 1e+300"},
    {R"({"model_type": 7, "head_dim": 128})", "model_type = 7"},
    // theta
    {R"({"model_type": "llama", "head_dim": 128, "rope_theta": 0})", "rope_theta = 0"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_theta": -1})", "rope_theta = -1"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_theta": "10000"})", "rope_theta = \"10000\""},
    {R"({"model_type": "llama", "head_dim": 128, "rope_theta": 1e999})", "rope_theta = 1e999"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_theta": -1e999})", "rope_theta = -1e999"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_theta": 1e-300})", "frequency of pair"},
    {R"({"model_type": "chatglm", "head_dim": 128, "rope_ratio": 0})", "rope_ratio = 0"},
    {R"({"model_type": "gemma3_text", "head_dim": 256, "rope_local_base_freq": -1})",
     "rope_local_base_freq = -1"},
    // Partial rotary
    {R"({"model_type": "phi", "head_dim": 80, "partial_rotary_factor": 0})", "partial_rotary_factor = 0"},
    {R"({"model_type": "phi", "head_dim": 80, "partial_rotary_factor": 1.5})", "partial_rotary_factor = 1.5"},
    {R"({"model_type": "phi", "head_dim": 80, "partial_rotary_factor": -0.5})",
     "partial_rotary_factor = -0.5"},
    {R"({"model_type": "phi", "head_dim": 128, "partial_rotary_factor": 0.7})", "rotary_dim = 89"},
    {R"({"model_type": "phi", "head_dim": 80, "partial_rotary_factor": 0.001})", "rotary_dim = 0"},
    {R"({"model_type": "gpt_neox", "head_dim": 96, "rotary_pct": "0.25"})", "rotary_pct = \"0.25\""},
    {R"({"model_type": "gptj", "n_embd": 4096, "n_head": 16, "rotary_dim": 0})", "rotary_dim = 0"},
    {R"({"model_type": "gptj", "n_embd": 4096, "n_head": 16, "rotary_dim": 63})", "rotary_dim = 63"},
    {R"({"model_type": "gptj", "n_embd": 4096, "n_head": 16, "rotary_dim": 512})", "rotary_dim = 512"},
    // The scaling object
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": "linear"})", "rope_scaling = \"linear\""},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": [2]})", "rope_scaling = a list"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"factor": 2}})",
     "rope_scaling.rope_type is missing"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {}})", "rope_scaling.rope_type is missing"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": 3, "factor": 2}})",
     "rope_scaling.type = 3"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarm", "factor": 2}})",
     "\"yarm\" is not known"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "linear"}})",
     "rope_scaling.factor is missing"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "linear", "factor": null}})",
     "rope_scaling.factor is missing"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "linear", "factor": 0}})",
     "rope_scaling.factor = 0"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "linear", "factor": -2}})",
     "rope_scaling.factor = -2"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "linear", "factor": "2"}})",
     "rope_scaling.factor = \"2\""},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "linear", "factor": 1e400}})",
     "factor = 1e400"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "dynamic", "factor": 2}})",
     "max_position_embeddings"},
    {R"({"model_type": "llama", "head_dim": 128, "max_position_embeddings": 0, "rope_scaling": {"type": "dynamic", "factor": 2}})",
     "max_position_embeddings = 0"},
    {R"({"model_type": "llama", "head_dim": 128, "max_position_embeddings": -1})",
     "max_position_embeddings = -1"},
    {R"({"model_type": "llama", "head_dim": 128, "max_position_embeddings": 1e30})",
     "max_position_embeddings = 1e+30"},
    {R"({"model_type": "llama", "head_dim": 2, "max_position_embeddings": 64, "rope_scaling": {"type": "dynamic", "factor": 2}})",
     "rotary_dim is 2"},
    {R"({"model_type": "llama", "head_dim": 2, "rope_scaling": {"type": "ntk", "factor": 2}})",
     "rotary_dim is 2"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "ntk_mixed", "factor": 2}})",
     "rope_scaling.mixed_b is missing"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "dynamic_alpha", "alpha": 0}})",
     "rope_scaling.alpha = 0"},
    // YaRN
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 4}})",
     "original_max_position_embeddings"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "original_max_position_embeddings": 4096}})",
     "needs factor"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 0}})",
     "original_max_position_embeddings = 0"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 0.5, "original_max_position_embeddings": 4096}})",
     "factor = 0.5"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 4096, "beta_fast": 1, "beta_slow": 32}})",
     "beta_fast = 1 is below beta_slow = 32"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 4096, "beta_fast": -1}})",
     "beta_fast = -1"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 4096, "attention_factor": -1}})",
     "attention_factor = -1"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 4096, "attention_factor": 0}})",
     "attention_factor = 0"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 4096, "truncate": 1}})",
     "truncate = 1"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 4096, "mscale": "1"}})",
     "mscale = \"1\""},
    {R"({"model_type": "llama", "head_dim": 128, "rope_theta": 1, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 4096}})",
     "rope_theta must be above 1"},
    {R"({"model_type": "llama", "head_dim": 128, "max_position_embeddings": 4096, "rope_scaling": {"type": "grok", "factor": 4, "extra_method": "linear"}})",
     "extra_method = \"linear\""},
    // Llama 3
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"rope_type": "llama3", "factor": 8, "high_freq_factor": 4, "original_max_position_embeddings": 8192}})",
     "low_freq_factor is missing"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "original_max_position_embeddings": 8192}})",
     "high_freq_factor is missing"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"rope_type": "llama3", "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}})",
     "factor is missing"},
    {R"({"model_type": "llama", "head_dim": 128, "max_position_embeddings": 131072, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4}})",
     "original_max_position_embeddings"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 1, "original_max_position_embeddings": 8192}})",
     "high_freq_factor = 1 is below low_freq_factor = 4"},
    {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 0, "high_freq_factor": 4, "original_max_position_embeddings": 8192}})",
     "low_freq_factor = 0"},
    // LongRoPE
    {R"({"model_type": "phi3", "head_dim": 8, "max_position_embeddings": 8192, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "longrope", "long_factor": [1, 1, 1, 1]}})",
     "short_factor is missing"},
    {R"({"model_type": "phi3", "head_dim": 8, "max_position_embeddings": 8192, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "longrope", "short_factor": [1, 1, 1], "long_factor": [1, 1, 1, 1]}})",
     "short_factor has 3 entries"},
    {R"({"model_type": "phi3", "head_dim": 8, "max_position_embeddings": 8192, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "longrope", "short_factor": [1, 1, 1, 1], "long_factor": [1, 1, 1, 1, 1]}})",
     "long_factor has 5 entries"},
    {R"({"model_type": "phi3", "head_dim": 8, "max_position_embeddings": 8192, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "longrope", "short_factor": [1, 1, 0, 1], "long_factor": [1, 1, 1, 1]}})",
     "short_factor[2] = 0"},
    {R"({"model_type": "phi3", "head_dim": 8, "max_position_embeddings": 8192, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "longrope", "short_factor": [1, "1", 1, 1], "long_factor": [1, 1, 1, 1]}})",
     "short_factor[1] = \"1\""},
    {R"({"model_type": "phi3", "head_dim": 8, "rope_scaling": {"type": "su", "short_factor": [1, 1, 1, 1], "long_factor": [1, 1, 1, 1]}})",
     "original_max_position_embeddings"},
    {R"({"model_type": "phi3", "head_dim": 8, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "su", "short_factor": [1, 1, 1, 1], "long_factor": [1, 1, 1, 1]}})",
     "needs factor"},
    // Sections
    {R"({"model_type": "qwen2_vl", "head_dim": 128, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 25]}})",
     "add up to 65"},
    {R"({"model_type": "qwen2_vl", "head_dim": 128, "rope_scaling": {"type": "mrope", "mrope_section": [16, 48]}, "partial_rotary_factor": 0.5})",
     "expected entries from 0 to the 32 pairs"},
    {R"({"model_type": "qwen2_vl", "head_dim": 128, "rope_scaling": {"type": "mrope", "mrope_section": [-16, 48, 32]}})",
     "mrope_section[0] = -16"},
    {R"({"model_type": "qwen2_vl", "head_dim": 128, "rope_scaling": {"type": "mrope", "mrope_section": "16,24,24"}})",
     "mrope_section = \"16,24,24\""},
    {R"({"model_type": "qwen2_vl", "head_dim": 128, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24], "mrope_interleaved": "yes"}})",
     "mrope_interleaved = \"yes\""},
    // Layers
    {R"({"model_type": "gemma4_text", "head_dim": 256, "rope_parameters": {"full_attention": {"rope_type": "default"}, "sliding_attention": {"rope_type": "default", "rope_theta": 5.0}}})",
     "full_attention, sliding_attention"},
    {R"({"model_type": "gemma3_text", "head_dim": 256, "rope_theta": 1000000, "rope_local_base_freq": 10000})",
     "full_attention, sliding_attention"},
    {R"({"model_type": "llama", "head_dim": 128, "num_hidden_layers": 3, "layer_types": ["full_attention"]})",
     "layer_types has 1 entries"},
    {R"({"model_type": "llama", "head_dim": 128, "layer_types": "full_attention"})",
     "layer_types = \"full_attention\""},
    {R"({"model_type": "llama", "head_dim": 128, "num_hidden_layers": 10001})", "num_hidden_layers = 10001"},
    {R"({"model_type": "llama4_text", "head_dim": 128, "no_rope_layers": [1, "0"]})",
     "no_rope_layers[1] = \"0\""},
    // The native form
    {R"({"rotary_dim": 64})", "head_dim is missing"},
    {R"({"head_dim": 128, "rotary_dim": 130})", "rotary_dim = 130"},
    {R"({"head_dim": 128, "rotary_dim": 0})", "rotary_dim = 0"},
    {R"({"head_dim": 128, "rotary_dim": 64, "rotary_offset": 65})", "rotary_offset = 65"},
    {R"({"head_dim": 128, "rotary_offset": -1})", "rotary_offset = -1"},
    {R"({"head_dim": 128, "base": 0})", "base = 0"},
    {R"({"head_dim": 128, "base": "1e4"})", "base = \"1e4\""},
    {R"({"head_dim": 128, "pairing": "neox"})", "pairing = \"neox\""},
    {R"({"head_dim": 128, "pairing": 0})", "pairing = 0"},
    {R"({"head_dim": 128, "scaling": {"factor": 8}})", "scaling.type is missing"},
    {R"({"head_dim": 128, "scaling": "llama3"})", "scaling = \"llama3\""},
    {R"({"head_dim": 128, "scaling": {"type": "unheard_of"}})", "\"unheard_of\" is not known"},
    {R"({"head_dim": 128, "base": 10000, "rope_theta": 500000})",
     "rope_theta belongs to Hugging Face's form"},
    {R"({"head_dim": 8, "sections": [1, 2]})", "add up to 3"},
    {R"({"head_dim": 8, "sections": [4], "axis_of_pair": [0, 0, 0, 0]})",
     "axis_of_pair and sections are both given"},
    {R"({"head_dim": 8, "axis_of_pair": [0, 1, 0]})", "axis_of_pair has 3 entries"},
    {R"({"head_dim": 8, "axis_of_pair": [0, 1, 0, 8]})", "axis_of_pair has an entry 8"},
    {R"({"head_dim": 8, "axis_of_pair": [0, 1, 0, -1]})", "axis_of_pair[3] = -1"},
    {R"({"head_dim": 8, "sections": [2, 2], "section_order": "zigzag"})", "section_order = \"zigzag\""},
    {R"({"head_dim": 8, "original_max_position": 10, "scaling": {"type": "yarn", "factor": 2, "original_max_position_embeddings": 20}})",
     "disagrees with original_max_position = 10"},
    {R"({"head_dim": 8, "scaling": {"type": "custom", "inverse_frequencies": [1, 2, 3]}})",
     "inverse_frequencies has 3 entries"},
    {R"({"head_dim": 8, "scaling": {"type": "custom", "inverse_frequencies": [1, 2, 3, 1e300]}})",
     "pair 3 is 1e+300"},
    {R"({"head_dim": 8, "scaling": {"type": "frequency_factors", "factors": [1, 2, 3, 0]}})",
     "factors[3] = 0"},
    {R"({"head_dim": 8, "rotary_dim": 4, "scaling": {"type": "proportional"}})", "rotary_dim is 4"},
    {R"({"head_dim": 8, "scaling": {"type": "circular", "period": 0}})", "period = 0"},
    {R"({"head_dim": 8, "scaling": {"type": "circular", "period": [3, 4, 5]}})", "period has 3 entries"},
    {R"({"head_dim": 8, "scaling": {"type": "log_spaced", "axes": 5}})", "axes = 5"},
    {R"({"head_dim": 8, "scaling": {"type": "xpos", "scale_base": 0}})", "scale_base = 0"},
    {R"({"head_dim": 8, "scaling": {"type": "axial", "dims": [4, 2]}})", "dims add up to 6"},
    {R"({"head_dim": 8, "scaling": {"type": "axial", "dims": [3, 5]}})", "dims has an entry 3"},
    {R"({"head_dim": 8, "sections": [2, 2], "scaling": {"type": "axial", "dims": [4, 4]}})",
     "deals out the position axes itself"},
    // Heads that are too wide to make anything for each pair
    {R"({"model_type": "qwen3_vl_text", "head_dim": 4294967296})",
     "head_dim = 4294967296: expected 1 to 65536"},
    {R"({"model_type": "qwen3_vl_text", "head_dim": 128, "rotary_dim": 4294967296})",
     "rotary_dim = 4294967296"},
    {R"({"model_type": "qwen2_vl_vision", "embed_dim": 9007199254740992, "num_heads": 1})",
     "embed_dim / num_heads = 9007199254740992: expected at most 65536"},
    {R"({"_class_name": "CosmosTransformer3DModel", "hidden_size": 16777216, "num_attention_heads": 1})",
     "hidden_size / num_attention_heads = 16777216"},
};

} // namespace

TEST_CASE("a wrong configuration is refused with the name of what is wrong", "[read]") {
    for (const bad& b : cases) {
        INFO(b.text);
        rope::reading r;
        const rope::status s = rope::try_read_text(b.text, "config.json", {}, r);
        CHECK_FALSE(s.ok());
        INFO(s.message);
        CHECK(s.message.find(b.names) != std::string::npos);
        CHECK(s.message.rfind("config.json: ", 0) == 0);
        CHECK(s.message.find('\n') == std::string::npos);
        CHECK(s.message.size() < 400);
        CHECK_THROWS_AS(rope::detail::require(s), rope::error);
    }
    CHECK(std::size(cases) >= 60);
}

TEST_CASE("nesting has a limit, whatever the depth", "[read]") {
    for (const std::size_t depth : {65u, 1000u, 1000000u}) {
        rope::reading r;
        const std::string lists =
            "{\"rope_scaling\": " + std::string(depth, '[') + std::string(depth, ']') + "}";
        CHECK(rope::try_read_text(lists, "x", {}, r).message == "x: nested deeper than 64 levels");
        std::string objects;
        for (std::size_t k = 0; k < depth; ++k) {
            objects += "{\"text_config\":";
        }
        CHECK(rope::try_read_text(objects, "x", {}, r).message == "x: nested deeper than 64 levels");
    }
}

TEST_CASE("a file that cannot be read is named", "[read]") {
    rope::reading r;
    CHECK(rope::try_read_config("/nowhere/config.json", {}, r)
              .message.rfind("/nowhere/config.json: cannot open", 0) == 0);
    CHECK_FALSE(rope::try_read_config("/", {}, r).ok());
    CHECK_THROWS_AS(rope::read_config("/nowhere/config.json"), rope::error);
}

TEST_CASE("every sentence about a layer names the choice", "[read]") {
    const auto read = [](const char* text, const char* type, std::int64_t layer) {
        rope::reading r;
        rope::read_options options;
        options.layer_type = type;
        options.layer = layer;
        return rope::try_read_text(text, "x", options, r).message;
    };
    const char* gemma = R"({"model_type": "gemma3_text", "head_dim": 256, "num_hidden_layers": 26})";
    CHECK(read(gemma, "", 26) == "x: layer = 26: expected 0 to 25");
    CHECK(read(gemma, "", -7) == "x: layer = -7: expected a number from 0 up");
    CHECK(
        read(gemma, "half_attention", -1) ==
        "x: layer type half_attention is not in the configuration: it has full_attention, sliding_attention");
    CHECK(read(gemma, "full_attention", 3) ==
          "x: a layer type and a layer number are both given: expected one of them");
    CHECK(read(R"({"head_dim": 128, "base": 5})", "", 3) ==
          "x: a layer is asked for, but the native form describes one kind of layer");
}
