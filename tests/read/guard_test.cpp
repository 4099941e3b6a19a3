// Misspelt, misplaced and contradictory keys, generated: each is read right, remarked on, or refused; none passes in silence.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

struct document {
    const char* text;
    std::int64_t layer;
    std::int64_t seq_len;
};

// Every value differs from the class default, so that losing one changes the rotation.
const document documents[] = {
    {R"({"model_type": "llama", "hidden_size": 2048, "num_attention_heads": 32, "max_position_embeddings": 131072,
         "rope_theta": 500000, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1.5,
         "high_freq_factor": 5, "original_max_position_embeddings": 8192}})",
     -1, 1},
    {R"({"model_type": "phi", "head_dim": 80, "partial_rotary_factor": 0.4, "rope_theta": 20000})", -1, 1},
    {R"({"model_type": "gpt_neox", "hidden_size": 2560, "num_attention_heads": 32, "rotary_pct": 0.5,
         "rotary_emb_base": 25000})",
     -1, 1},
    {R"({"model_type": "gptj", "n_embd": 4096, "n_head": 16, "rotary_dim": 32, "n_positions": 1024})", -1, 1},
    {R"({"model_type": "qwen2", "head_dim": 128, "rope_theta": 1000000, "max_position_embeddings": 131072,
         "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 32768, "beta_fast": 24,
         "beta_slow": 2}})",
     -1, 1},
    {R"({"model_type": "deepseek_v3", "qk_rope_head_dim": 32, "kv_lora_rank": 512, "rope_theta": 12345,
         "rope_interleave": false, "max_position_embeddings": 163840, "rope_scaling": {"type": "yarn", "factor": 40,
         "mscale": 1.0, "mscale_all_dim": 0.5, "original_max_position_embeddings": 4096}})",
     -1, 1},
    {R"({"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "head_dim": 128, "num_hidden_layers": 12,
         "rope_theta": 2000000, "rope_local_base_freq": 20000, "sliding_window_pattern": 4,
         "rope_scaling": {"rope_type": "linear", "factor": 8}}})",
     3, 1},
    {R"({"model_type": "qwen3_vl", "text_config": {"model_type": "qwen3_vl_text", "head_dim": 64, "rope_theta": 7000000,
         "rope_scaling": {"rope_type": "default", "mrope_section": [12, 10, 10], "mrope_interleaved": true}}})",
     -1, 1},
    {R"({"model_type": "smollm3", "head_dim": 64, "num_hidden_layers": 8, "rope_theta": 5000, "no_rope_layer_interval": 2})",
     2, 1},
    {R"({"model_type": "mimo_v2_flash", "head_dim": 128, "num_hidden_layers": 4, "partial_rotary_factor": 0.25,
         "rope_theta": 500, "swa_rope_theta": 300, "hybrid_layer_pattern": [0, 1, 1, 0]})",
     1, 1},
    {R"({"model_type": "phi3", "head_dim": 8, "rope_theta": 9000, "max_position_embeddings": 8192,
         "original_max_position_embeddings": 4096, "rope_scaling": {"type": "longrope", "short_factor": [1, 1.5, 2, 2.5],
         "long_factor": [1, 2, 3, 4]}})",
     -1, 1},
    {R"({"model_type": "chatglm", "kv_channels": 64, "rope_ratio": 50})", -1, 1},
    {R"({"model_type": "nomic_bert", "n_embd": 768, "n_head": 12, "rotary_emb_base": 2000, "rotary_emb_fraction": 0.5,
         "rotary_emb_interleaved": true, "rotary_scaling_factor": 2, "max_trained_positions": 2048})",
     -1, 8192},
    {R"({"model_type": "zamba2", "attention_head_dim": 160, "kv_channels": 80, "num_hidden_layers": 6, "use_mem_rope": true,
         "rope_theta": 7000, "hybrid_layer_ids": [2, 4]})",
     2, 1},
};

// What a reading says of the rotation: the config, whether it rotates, and its layers.
std::string rotation_of(const rope::reading& r) {
    json out = rope::to_native_json(r.config);
    out.erase("max_position"); // of no account where no recipe reads it
    out["rotates"] = r.rotates;
    out["layers"] = r.layers;
    return out.dump();
}

struct outcome {
    bool refused = false;
    bool remarked = false;
    std::string rotation = {};
};

outcome read(const std::string& text, std::int64_t layer) {
    rope::reading r;
    rope::read_options options;
    options.layer = layer;
    outcome out;
    out.refused = !rope::try_read_text(text, "x", options, r).ok();
    out.remarked = !r.notes.empty();
    out.rotation = out.refused ? std::string() : rotation_of(r);
    return out;
}

struct mistake {
    std::string what, text;
};

// The places of all keys, as JSON pointers.
void collect(const json& value, const json::json_pointer& at, std::vector<json::json_pointer>& out) {
    for (const auto& [key, inner] : value.items()) {
        out.push_back(at / key);
        if (inner.is_object()) {
            collect(inner, at / key, out);
        }
    }
}

json other_than(const json& value) {
    if (value.is_boolean()) {
        return !value.get<bool>();
    }
    if (value.is_number()) {
        return value.get<double>() * 2;
    }
    if (value.is_string()) {
        return value.get<std::string>() + "x";
    }
    json list = json::array();
    for (const json& each : value) {
        list.push_back(each.get<double>() * 2);
    }
    return list;
}

void take_out(json& document, const json::json_pointer& at) {
    document[at.parent_pointer()].erase(at.back());
}

void add_misspelt(const json& document, const json::json_pointer& at, std::vector<mistake>& out) {
    const std::string key = at.back();
    const auto with = [&](const std::string& name) {
        json copy = document;
        take_out(copy, at);
        copy[at.parent_pointer()][name] = document[at];
        out.push_back({key + " spelt " + name, copy.dump()});
    };
    for (std::size_t k = 0; k < key.size(); ++k) {
        with(key.substr(0, k) + (key[k] == 'z' ? 'y' : 'z') + key.substr(k + 1));
        if (k % 3 == 0) {
            with(key.substr(0, k) + key.substr(k + 1));
            with(key.substr(0, k) + key[k] + key.substr(k));
        }
    }
}

void add_misplaced(const json& document, const json::json_pointer& at, std::vector<mistake>& out) {
    const json::json_pointer home = at.parent_pointer();
    if (!home.empty()) {
        json copy = document;
        take_out(copy, at);
        copy[home.parent_pointer()][at.back()] = document[at];
        out.push_back({at.back() + " moved outward", copy.dump()});
    }
    for (const auto& [key, inner] : document[home].items()) {
        if (inner.is_object() && key != at.back()) {
            json copy = document;
            take_out(copy, at);
            copy[home / key][at.back()] = document[at];
            out.push_back({at.back() + " moved into " + key, copy.dump()});
        }
    }
}

void add_contradictory(const json& document, const json::json_pointer& at, std::vector<mistake>& out) {
    if (document[at].is_object()) {
        return;
    }
    json copy = document; // the same key twice, which only text can have
    const std::string mark = "the second value";
    copy[at.parent_pointer()][at.back() + mark] = other_than(document[at]);
    std::string text = copy.dump();
    text.replace(text.find(at.back() + mark), at.back().size() + mark.size(), at.back());
    out.push_back({at.back() + " given twice", text});
    if (!at.parent_pointer().empty()) {
        copy = document;
        copy[at.parent_pointer().parent_pointer()][at.back()] = other_than(document[at]);
        out.push_back({at.back() + " given outside, too", copy.dump()});
    }
}

} // namespace

TEST_CASE("misspelt, misplaced and contradictory keys do not pass in silence", "[read]") {
    std::size_t tried = 0;
    for (const document& d : documents) {
        const json base = json::parse(d.text);
        const outcome right = read(base.dump(), d.layer);
        INFO(d.text);
        REQUIRE_FALSE(right.refused);
        REQUIRE_FALSE(right.remarked);
        std::vector<json::json_pointer> places;
        collect(base, json::json_pointer(), places);
        std::vector<mistake> mistakes;
        for (const json::json_pointer& at : places) {
            add_misspelt(base, at, mistakes);
            add_misplaced(base, at, mistakes);
            add_contradictory(base, at, mistakes);
        }
        for (const mistake& m : mistakes) {
            const outcome seen = read(m.text, d.layer);
            INFO(m.what);
            INFO(m.text);
            CHECK((seen.refused || seen.remarked || seen.rotation == right.rotation));
        }
        tried += mistakes.size();
    }
    CHECK(tried >= 1000);
}

TEST_CASE("a remark names the nearest key that is known", "[read]") {
    rope::reading r;
    const auto note = [&r](const char* text) {
        REQUIRE(rope::try_read_text(text, "x", {}, r).ok());
        REQUIRE(r.notes.size() == 1);
        return r.notes[0];
    };
    CHECK(note(R"({"model_type": "llama", "head_dim": 64, "rope_thetta": 5e5})") ==
          "rope_thetta = 500000 is not used; did you mean rope_theta?");
    CHECK(note(R"({"model_type": "llama", "head_dim": 64, "my_rotary_flavour": 3})") ==
          "my_rotary_flavour = 3 is not used");
    CHECK(
        note(R"({"model_type": "qwen2_vl", "rope_theta": 5, "text_config": {"head_dim": 64, "rope_theta": 7.5,
                   "rope_scaling": {"type": "mrope", "mrope_section": [8, 12, 12]}}})") ==
        "rope_theta = 5 is not used: the language model is inside and says 7.5");
}
