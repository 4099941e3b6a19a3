// Reading: spellings, notes, layers, pairings, the native form.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/json.hpp>

#include <string>
#include <variant>
#include <vector>

namespace {

rope::reading read(const char* text, const rope::read_options& options = {}) {
    rope::reading r;
    const rope::status s = rope::try_read_text(text, "x", options, r);
    INFO(text);
    INFO(s.message);
    REQUIRE(s.ok());
    return r;
}

rope::read_options layer(std::int64_t n) {
    rope::read_options options;
    options.layer = n;
    return options;
}

std::string configs() {
    return std::string(ROPE_SOURCE_DIR) + "/examples/configs/";
}

bool rotates(const char* file, std::int64_t n) {
    return rope::read_config_with_notes(configs() + file, layer(n)).rotates;
}

} // namespace

TEST_CASE("what is odd is a note, and an error when strict", "[read]") {
    struct odd {
        const char* text;
        const char* note;
    };
    const odd cases[] = {
        {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "linear", "factor": 2, "beta_fast": 32}})",
         "rope_scaling.beta_fast is not used by scaling type linear"},
        {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "linear", "factor": 2, "original_max_position_embeddings": 32}})",
         "rope_scaling.original_max_position_embeddings is not used by scaling type linear"},
        {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"type": "default", "factor": 2}})",
         "rope_scaling.factor is not used by scaling type none"},
        {R"({"model_type": "qwen2", "head_dim": 128, "max_position_embeddings": 65536, "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}})",
         "rope_scaling.factor = 4 disagrees with the lengths"},
        {R"({"model_type": "llama", "head_dim": 64, "head_dim": 128})",
         "the key head_dim appears twice in one object"},
        {R"({"model_type": "unheard_of", "head_dim": 128})",
         "pairing half_split is an assumption: model_type unheard_of"},
        {R"({"head_dim": 128, "rope_theta": 5e5})",
         "pairing half_split is an assumption: model_type is missing"},
        {R"({"model_type": "llama", "head_dim": 128, "rope_theta": 10000, "rope_parameters": {"rope_type": "default", "rope_theta": 5e5}})",
         "rope_theta = 10000 is not used"},
        {R"({"model_type": "llama", "head_dim": 128, "rope_parameters": {"rope_type": "default"}, "rope_scaling": {"type": "linear", "factor": 2}})",
         "rope_scaling is not used"},
        {R"({"model_type": "llama", "head_dim": 128, "rope_scaling": {"rope_type": "linear", "type": "dynamic", "factor": 2}})",
         "rope_scaling.type = \"dynamic\" is not used"},
        {R"({"model_type": "phi3", "head_dim": 4, "original_max_position_embeddings": 4096, "max_position_embeddings": 8192,
             "rope_scaling": {"type": "su", "short_factor": [1, 1], "long_factor": [1, 1], "original_max_position_embeddings": 2048}})",
         "rope_scaling.original_max_position_embeddings = 2048 is not used"},
        {R"({"head_dim": 128, "base": 5e5, "vocab_size": 3})", "vocab_size is not a key of the native form"},
        {R"({"head_dim": 128, "scaling": {"type": "linear", "factor": 2, "alpha": 2}})",
         "scaling.alpha is not used by scaling type linear"},
    };
    for (const odd& o : cases) {
        const rope::reading r = read(o.text);
        INFO(o.text);
        REQUIRE(r.notes.size() == 1);
        INFO(r.notes[0]);
        CHECK(r.notes[0].rfind(o.note, 0) == 0);
        rope::read_options strict;
        strict.strict = true;
        rope::reading none;
        CHECK(rope::try_read_text(o.text, "x", strict, none).message == "x: strict: " + r.notes[0]);
    }
    CHECK(read(R"({"model_type": "llama", "head_dim": 128, "rope_scaling": null})").notes.empty());
}

TEST_CASE("a factor is used even where it disagrees with the lengths", "[read]") {
    const rope::config c = rope::read_config(configs() + "qwen2.5-7b-instruct-yarn.json");
    CHECK(rope::frequencies(c).inv_freq.back() <
          rope::frequencies(rope::read_config(configs() + "qwen2.5-7b-instruct.json")).inv_freq.back() / 3.9);
}

TEST_CASE("lengths that were rounded do not disagree with a factor", "[read]") {
    const auto notes = [](int length) {
        const std::string text =
            R"({"model_type": "arcee", "head_dim": 128, "rope_scaling": {"type": "yarn", "factor": 20,
                "original_max_position_embeddings": 3072}, "max_position_embeddings": )" +
            std::to_string(length) + "}";
        return read(text.c_str()).notes.size();
    };
    CHECK(notes(61440) == 0);
    CHECK(notes(65536) == 0); // AFM 4.5B: 21.3 times
    CHECK(notes(68000) == 1);
    CHECK(notes(55000) == 1);
    CHECK(notes(131072) == 1);
}

TEST_CASE("the older spellings", "[read]") {
    rope::config c =
        read(R"({"model_type": "gptj", "n_embd": 4096, "n_head": 16, "rotary_dim": 64, "n_positions": 2048})")
            .config;
    CHECK(c.head_dim == 256);
    CHECK(c.rotary_dim == 64);
    CHECK(c.max_position == 2048);
    CHECK(c.pairing == rope::pairing::interleaved);
    c = read(
            R"({"model_type": "gpt_neox", "hidden_size": 6144, "num_attention_heads": 64, "rotary_pct": 0.25, "rotary_emb_base": 500})")
            .config;
    CHECK(c.head_dim == 96);
    CHECK(c.rotary_dim == 24);
    CHECK(c.base == 500);
    c = read(
            R"({"model_type": "chatglm", "hidden_size": 4096, "num_attention_heads": 32, "kv_channels": 128, "rope_ratio": 500})")
            .config;
    CHECK(c.head_dim == 128);
    CHECK(c.rotary_dim == 64);
    CHECK(c.base == 5e6);
    c = read(
            R"({"model_type": "dbrx", "d_model": 6144, "n_heads": 48, "attn_config": {"rope_theta": 500000}})")
            .config;
    CHECK(c.head_dim == 128);
    CHECK(c.base == 5e5);
    CHECK(read(R"({"model_type": "llama", "head_dim": 128})").config.base == 10000);
    CHECK(read(R"({"model_type": "llama", "head_dim": 128.0, "rope_theta": null})").config.head_dim == 128);
}

TEST_CASE("other names for a recipe's lists", "[read]") {
    const std::string tail = ": [1, 0.5]}}";
    for (const char* key : {"inverse_frequencies", "inv_freq", "frequencies", "freqs"}) {
        const std::string text =
            R"({"head_dim": 4, "scaling": {"type": "custom", ")" + std::string(key) + "\"" + tail;
        CHECK(rope::frequencies(read(text.c_str()).config).inv_freq == std::vector<double>{1, 0.5});
    }
    for (const char* key : {"factors", "freq_factors", "frequency_factors", "factor"}) {
        const std::string text =
            R"({"head_dim": 4, "scaling": {"type": "frequency_factors", ")" + std::string(key) + "\"" + tail;
        CHECK(rope::frequencies(read(text.c_str()).config).inv_freq == std::vector<double>{1, 0.02});
    }
}

TEST_CASE("rope_parameters, flat and nested", "[read]") {
    rope::config c =
        read(
            R"({"model_type": "phi", "head_dim": 80, "rope_parameters": {"rope_theta": 500.0, "rope_type": "default", "partial_rotary_factor": 0.4}})")
            .config;
    CHECK(c.base == 500);
    CHECK(c.rotary_dim == 32);
    c = read(R"({"model_type": "llama", "head_dim": 80, "rope_parameters": {"rope_theta": 500.0}})").config;
    CHECK(c.base == 500);
    const char* nested =
        R"({"model_type": "gemma4_text", "head_dim": 256, "global_head_dim": 512, "num_hidden_layers": 6,
        "layer_types": ["sliding_attention", "sliding_attention", "full_attention", "sliding_attention", "sliding_attention", "full_attention"],
        "rope_parameters": {
            "full_attention": {"rope_type": "proportional", "rope_theta": 1000000.0, "partial_rotary_factor": 0.25},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}})";
    rope::read_options options;
    options.layer_type = "full_attention";
    c = read(nested, options).config;
    CHECK(c.head_dim == 512);
    CHECK(c.rotary_dim == 512);
    const std::vector<double> w = rope::frequencies(c).inv_freq;
    REQUIRE(w.size() == 256);
    CHECK(w[63] > 0);
    CHECK(w[64] == 0);
    CHECK(read(nested, layer(2)).config.base == 1e6);
    c = read(nested, layer(3)).config;
    CHECK(c.head_dim == 256);
    CHECK(c.base == 1e4);
    c = read(
            R"({"model_type": "gemma4_text", "head_dim": 512, "partial_rotary_factor": 0.5, "rope_parameters": {"rope_type": "proportional"}})")
            .config;
    CHECK(c.rotary_dim == 512);
    CHECK(std::get<rope::proportional_scaling>(c.scaling).partial_rotary_factor == 0.5);
    // One entry only is no choice.
    c = read(
            R"({"model_type": "modernbert", "head_dim": 64, "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 7.0}}})")
            .config;
    CHECK(c.base == 7);
}

TEST_CASE("text_config is read when the top level has none of the keys", "[read]") {
    CHECK(
        read(
            R"({"model_type": "llava", "text_config": {"model_type": "llama", "head_dim": 64, "rope_theta": 5.0}})")
            .config.base == 5);
    CHECK(
        read(
            R"({"model_type": "llama", "head_dim": 128, "rope_theta": 3.0, "text_config": {"head_dim": 64, "rope_theta": 5.0}})")
            .config.base == 3);
    CHECK(
        read(
            R"({"thinker_config": {"text_config": {"model_type": "qwen2", "head_dim": 64, "rope_theta": 5.0}}})")
            .config.base == 5);
}

TEST_CASE("a latent attention's rotation is its slice", "[read]") {
    const rope::config c = rope::read_config(configs() + "deepseek-v3.json");
    CHECK(c.head_dim == 64);
    CHECK(c.rotary_dim == 64);
    CHECK(c.latent_attention);
}

TEST_CASE("an explicit pairing goes before the family's", "[read]") {
    CHECK(read(R"({"model_type": "llama", "head_dim": 64, "rope_interleave": true})").config.pairing ==
          rope::pairing::interleaved);
    CHECK(read(R"({"model_type": "deepseek_v3", "qk_rope_head_dim": 64, "rope_interleave": false})")
              .config.pairing == rope::pairing::half_split);
    for (const char* type : {"gptj", "codegen", "cohere", "cohere2", "deepseek_v2", "deepseek_v3", "glm",
                             "glm4", "chatglm", "helium", "ernie4_5", "llama4"}) {
        const std::string text = std::string(R"({"head_dim": 64, "model_type": ")") + type + "\"}";
        const rope::reading r = read(text.c_str());
        INFO(type);
        CHECK(r.config.pairing == rope::pairing::interleaved);
        CHECK(r.notes.empty());
    }
}

TEST_CASE("layers without rotation say so", "[read]") {
    CHECK(rotates("smollm3-3b.json", 2));
    CHECK_FALSE(rotates("smollm3-3b.json", 3));
    CHECK(rotates("llama-4-scout.json", 0));
    CHECK_FALSE(rotates("llama-4-scout.json", 47));
    CHECK(rotates("command-r7b.json", 2));
    CHECK_FALSE(rotates("command-r7b.json", 3));
    CHECK(rotates("gpt-oss-20b.json", 1));
    const rope::reading r = rope::read_config_with_notes(configs() + "smollm3-3b.json", layer(3));
    CHECK(rope::frequencies(r.config).inv_freq == std::vector<double>(64, 0.0));
    CHECK(r.notes.empty());
}

TEST_CASE("each layer has its own theta", "[read]") {
    for (std::int64_t n = 0; n < 34; ++n) {
        const rope::config c = rope::read_config(configs() + "gemma-3-4b.json", layer(n));
        CHECK(c.base == (n % 6 == 5 ? 1e6 : 1e4));
        CHECK(std::holds_alternative<rope::linear_scaling>(c.scaling) == (n % 6 == 5));
    }
    for (std::int64_t n = 0; n < 22; ++n) {
        CHECK(rope::read_config(configs() + "modernbert-base.json", layer(n)).base ==
              (n % 3 == 0 ? 160000 : 10000));
    }
}

TEST_CASE("sections make axis maps", "[read]") {
    const rope::frequency_set two = rope::frequencies(rope::read_config(configs() + "qwen2-vl-7b.json"));
    const rope::frequency_set three = rope::frequencies(rope::read_config(configs() + "qwen3-vl-8b.json"));
    REQUIRE(two.axis_of_pair.size() == 64);
    CHECK(two.axes == 3);
    CHECK(three.axes == 3);
    for (std::size_t i = 0; i < 64; ++i) {
        CHECK(two.axis_of_pair[i] == (i < 16 ? 0 : i < 40 ? 1 : 2));
        CHECK(three.axis_of_pair[i] == (i % 3 == 1 && i < 60 ? 1 : i % 3 == 2 && i < 60 ? 2 : 0));
    }
}

TEST_CASE("the native form round-trips", "[read]") {
    const char* forms[] = {
        R"({"head_dim": 128, "rotary_dim": 64, "rotary_offset": 32, "base": 12345.678, "pairing": "interleaved", "scaling": {"type": "none"}})",
        R"({"head_dim": 8, "rotary_dim": 8, "base": 10000.0, "pairing": "half_split", "scaling": {"type": "none"}, "axis_of_pair": [0, 2, 1, 0]})",
        R"({"head_dim": 8, "rotary_dim": 8, "base": 10000.0, "pairing": "half_split", "scaling": {"type": "none"}, "sections": [1, 3], "section_order": "interleaved"})",
        R"({"head_dim": 8, "rotary_dim": 8, "base": 1e6, "pairing": "half_split", "max_position": 131072, "original_max_position": 4096, "latent_attention": true,
            "scaling": {"type": "yarn", "factor": 40.1, "beta_fast": 31.0, "beta_slow": 2.0, "truncate": false, "attention_factor": 1.5, "mscale": 0.5, "mscale_all_dim": 0.25, "gain": 0.07}})",
        R"({"head_dim": 8, "rotary_dim": 8, "base": 1e6, "pairing": "half_split", "max_position": 8, "scaling": {"type": "grok", "factor": 2.0, "extra_method": "theta_scale", "beta_fast": 32.0, "beta_slow": 1.0, "extrapolation_factor": 1.0}})",
        R"({"head_dim": 8, "rotary_dim": 8, "base": 1e4, "pairing": "half_split", "scaling": {"type": "axial", "dims": [4, 4], "bases": [10.0, 20.0], "shared": true, "turns": true}})",
        R"({"head_dim": 8, "rotary_dim": 8, "base": 1e4, "pairing": "half_split", "scaling": {"type": "circular", "period": [19.0]}})",
    };
    for (const char* text : forms) {
        const nlohmann::json document = nlohmann::json::parse(text);
        CHECK(rope::to_native_json(rope::config_from_json(document)) == document);
        CHECK(rope::reading_from_json(document).notes.empty());
    }
    // As in the contract, with Hugging Face's name for the trained length.
    const rope::config c = rope::config_from_json(nlohmann::json::parse(
        R"({"head_dim": 128, "scaling": {"type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}})"));
    CHECK(c.original_max_position == 8192);
}

TEST_CASE("vision towers are read by their model_type", "[read]") {
    rope::read_options options;
    options.layer_type = "vision";
    rope::reading r = rope::read_config_with_notes(configs() + "qwen2-vl-7b.json", options);
    CHECK(r.config.head_dim == 80);
    CHECK(r.config.pairing == rope::pairing::half_split);
    rope::frequency_set f = rope::frequencies(r.config);
    CHECK(f.axes == 2);
    CHECK(f.inv_freq[20] == 1); // the exponent restarts at the second axis
    r = read(R"({"model_type": "llava", "text_config": {"head_dim": 128, "model_type": "mistral"},
                 "vision_config": {"model_type": "pixtral", "hidden_size": 1024, "num_attention_heads": 16, "rope_theta": 10000.0}})",
             options);
    CHECK(r.config.head_dim == 64);
    CHECK(std::get<rope::axial_scaling>(r.config.scaling).shared);
    r = read(R"({"model_type": "llama4", "text_config": {"head_dim": 128, "model_type": "llama4_text"},
                 "vision_config": {"model_type": "llama4_vision_model", "hidden_size": 1408, "num_attention_heads": 16, "rope_theta": 10000}})",
             options);
    CHECK(r.config.head_dim == 88);
    CHECK(r.config.pairing == rope::pairing::interleaved);
    r = read(
        R"({"model_type": "dinov3_vit", "hidden_size": 384, "num_attention_heads": 6, "rope_theta": 100.0})");
    CHECK(r.config.base == 100);
    CHECK(std::get<rope::axial_scaling>(r.config.scaling).turns);
    r = read(
        R"({"model_type": "llava", "text_config": {"head_dim": 64}, "vision_config": {"model_type": "clip_vision_model"}})",
        options);
    CHECK_FALSE(r.rotates);
    CHECK(r.why == "model_type clip_vision_model has no rotary embedding");
    rope::reading none;
    CHECK(
        rope::try_read_text(
            R"({"model_type": "llava", "text_config": {"head_dim": 64}, "vision_config": {"model_type": "new_tower"}})",
            "x", options, none)
            .message == "x: vision_config.model_type = \"new_tower\": no rotary embedding is known "
                        "for this vision tower");
    CHECK(rope::try_read_text(R"({"model_type": "llama", "head_dim": 8, "vision_config": null})", "x",
                              options, none)
              .message == "x: layer type vision: the configuration has no vision_config");
}
