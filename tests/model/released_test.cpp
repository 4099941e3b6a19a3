// Released configurations, hybrids and vision models among them: what their code makes of each, written down by hand, and
// the frequencies from an independent 400-bit calculation. Every file in examples/configs passes under `strict`.
// SPDX-License-Identifier: MIT
#include "oracle/compare.hpp"
#include "oracle/mpfr_recipes.hpp"

#include <rope/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>

namespace {

struct released {
    const char* file;
    int layer; // -1: all layers that rotate are alike
    int head_dim, rotary_dim;
    double base;
    bool interleaved;
    const char* type;
    const char* scaling; // the recipe's parameters: a JSON pointer, or JSON
    double max_position, original;
};

const released rotating[] = {
    {"ministral-3-14b", -1, 128, 128, 1e9, false, "yarn", "/text_config/rope_parameters", 262144, 16384},
    {"step-3.5-flash", 0, 128, 64, 5e6, false, "llama3", "/rope_scaling", 262144, 131072},
    {"step-3.5-flash", 1, 128, 128, 1e4, false, "none", "", 262144, 0},
    {"mimo-v2-flash", 0, 192, 64, 5e6, false, "none", "", 262144, 0},
    {"mimo-v2-flash", 1, 192, 64, 1e4, false, "none", "", 262144, 0},
    {"exaone-4.0-1.2b", -1, 64, 64, 1e6, false, "llama3", "/rope_scaling", 65536, 8192},
    {"exaone-4.0-32b", 2, 128, 128, 1e6, false, "llama3", "/rope_scaling", 65536, 8192},
    {"granite-4.0-micro", -1, 64, 64, 1e7, false, "none", "", 32768, 0},
    {"nomic-embed-text-v1.5", -1, 64, 64, 1000, false, "dynamic", R"({"factor": 2})", 2048, 0},
    {"deepseek-v4-flash", 0, 512, 64, 1e4, true, "none", "", 1048576, 0},
    {"deepseek-v4-flash", 3, 512, 64, 160000, true, "yarn", R"({"factor": 16, "attention_factor": 1})",
     1048576, 65536},
    {"ling-mini-2.0", -1, 128, 64, 6e5, false, "none", "", 32768, 0},
    {"phi-4-mini", -1, 128, 96, 1e4, false, "longrope", "/rope_scaling", 131072, 4096},
    {"kimi-k2", -1, 64, 64, 5e4, true, "yarn", "/rope_scaling", 131072, 4096},
    {"kimi-k2.5", -1, 64, 64, 5e4, true, "yarn", "/text_config/rope_scaling", 131072, 4096},
    {"gpt-oss-120b", -1, 64, 64, 150000, false, "yarn", "/rope_scaling", 131072, 4096},
    {"gemma-4-31b", 0, 256, 256, 1e4, false, "none", "", 262144, 0},
    {"gemma-4-31b", 5, 512, 512, 1e6, false, "proportional", "/text_config/rope_parameters/full_attention",
     262144, 0},
    {"hunyuan-7b", -1, 128, 128, 1e4, false, "dynamic_alpha", "/rope_scaling", 32768, 0},
    {"hunyuan-ocr", -1, 128, 128, 1e4, false, "dynamic_alpha", "/rope_scaling", 32768, 0},
    {"lfm2-1.2b", 2, 64, 64, 1e6, false, "none", "", 128000, 0},
    {"falcon-h1-0.5b", -1, 64, 64, 1e11, false, "none", "", 16384, 0},
    {"seed-oss-36b", -1, 128, 128, 1e7, false, "none", "", 524288, 0},
    {"qwen3-omni-30b", -1, 128, 128, 1e6, false, "none", "", 65536, 0},
    {"deepseek-ocr", -1, 128, 128, 1e4, false, "none", "", 8192, 0},
    {"mistral-small-4", -1, 64, 64, 1e4, true, "yarn", "/text_config/rope_parameters", 1048576, 8192},
    {"t5gemma-2b-2b", -1, 256, 256, 1e4, false, "none", "", 0, 0},
    {"glm-ocr", -1, 128, 128, 1e4, true, "none", "", 131072, 0},
    {"llada-8b", -1, 128, 128, 5e5, false, "none", "", 4096, 0},
    {"internvl3.5-8b", -1, 128, 128, 1e6, false, "none", "", 40960, 0},
    {"voxtral-mini-4b", -1, 128, 128, 1e6, false, "none", "", 131072, 0},
    {"dia-1.6b", -1, 128, 128, 1e4, false, "none", "", 0, 0},
    {"deepseek-vl2", -1, 64, 64, 1e4, true, "none", "", 4096, 0},
    {"esm2-650m", -1, 64, 64, 1e4, false, "none", "", 1026, 0},
    {"qwen3-next-80b", 3, 256, 64, 1e7, false, "none", "", 262144, 0},
    {"qwen3-30b-a3b", -1, 128, 128, 1e6, false, "none", "", 40960, 0},
    {"qwen2.5-vl-7b", -1, 128, 128, 1e6, false, "none", "", 128000, 0},
    {"glm-4.5-air", -1, 128, 64, 1e6, false, "none", "", 131072, 0},
    {"llama-3.2-11b-vision", 0, 128, 128, 5e5, false, "llama3", "/text_config/rope_scaling", 131072, 8192},
    {"pixtral-12b", -1, 128, 128, 1e9, false, "none", "", 1024000, 0},
    {"recurrentgemma-2b", 2, 256, 128, 1e4, false, "none", "", 0, 0},
    {"bamba-9b", 9, 128, 64, 1e4, false, "none", "", 262144, 0},
    {"olmo-3-7b", 0, 128, 128, 5e5, false, "none", "", 65536, 0},
    {"olmo-3-7b", 3, 128, 128, 5e5, false, "yarn", "/rope_scaling", 65536, 8192},
    {"mistral-small-3.1-24b", -1, 128, 128, 1e9, false, "none", "", 131072, 0},
    {"phi-4", -1, 128, 128, 250000, false, "none", "", 16384, 0},
    {"internlm3-8b", -1, 128, 128, 5e7, false, "dynamic", "/rope_scaling", 32768, 0},
    {"dots.llm1", -1, 128, 128, 1e7, false, "none", "", 32768, 0},
    {"apertus-8b", -1, 128, 128, 1.2e7, false, "llama3", "/rope_scaling", 65536, 8192},
    {"gemma-3n-e4b", 0, 256, 256, 1e4, false, "none", "", 32768, 0},
    {"gemma-3n-e4b", 4, 256, 256, 1e6, false, "none", "", 32768, 0},
    {"granite-3.3-8b", -1, 128, 128, 1e7, false, "none", "", 131072, 0},
    {"mistral-nemo-12b", -1, 128, 128, 1e6, false, "none", "", 131072, 0},
    {"olmoe-1b-7b", -1, 128, 128, 1e4, false, "none", "", 4096, 0},
    {"minitron-4b", -1, 128, 64, 1e4, false, "none", "", 4096, 0},
    {"exaone-3.5-7.8b", -1, 128, 128, 1e6, false, "llama3", "/rope_scaling", 32768, 8192},
    {"afm-4.5b", -1, 128, 128, 1e4, false, "yarn", "/rope_scaling", 65536, 3072},
    {"zamba2-7b", 6, 224, 224, 1e4, false, "none", "", 4096, 0},
    {"moonlight-16b-a3b", -1, 64, 64, 5e4, true, "none", "", 8192, 0},
};

// Whole models, and layers, without rotary embedding.
struct unrotated {
    const char* file;
    int layer;
};
const unrotated without_rotation[] = {{"granite-4.0-h-350m", -1},
                                      {"zamba2-2.7b", -1},
                                      {"zamba2-7b", 5},
                                      {"jamba-1.7-mini", -1},
                                      {"mpt-7b", -1},
                                      {"gpt2", -1},
                                      {"exaone-4.0-32b", 3},
                                      {"lfm2-1.2b", 0},
                                      {"qwen3-next-80b", 0},
                                      {"llama-3.2-11b-vision", 3},
                                      {"recurrentgemma-2b", 0},
                                      {"bamba-9b", 0},
                                      {"smollm3-3b", 3}};

// Towers, which have two position axes.
struct tower {
    const char* file;
    const char* part;
    int head_dim;
};
const tower towers[] = {{"qwen2.5-vl-7b", "vision_config", 80},
                        {"pixtral-12b", "vision_config", 64},
                        {"mistral-small-3.1-24b", "vision_config", 64}};

std::string path_of(const char* file) {
    return std::string(ROPE_SOURCE_DIR) + "/examples/configs/" + file + ".json";
}

} // namespace

TEST_CASE("released hybrids and vision models have the frequencies that their code gives", "[models]") {
    for (const released& m : rotating) {
        INFO(m.file << " layer " << m.layer);
        rope::read_options options;
        options.layer = m.layer;
        const rope::reading r = rope::read_config_with_notes(path_of(m.file), options);
        CHECK(r.rotates);
        CHECK(r.config.head_dim == m.head_dim);
        CHECK(r.config.rotary_dim == m.rotary_dim);
        CHECK(r.config.base == m.base);
        CHECK((r.config.pairing == rope::pairing::interleaved) == m.interleaved);
        CHECK(rope::detail::name_of(r.config.scaling) == std::string(m.type));
        std::ifstream file(path_of(m.file));
        const nlohmann::json document = nlohmann::json::parse(file);
        const nlohmann::json parameters = *m.scaling == '/'
                                              ? document.at(nlohmann::json::json_pointer(m.scaling))
                                              : nlohmann::json::parse(*m.scaling ? m.scaling : "{}");
        for (const double seq_len : {0.0, 100000.0}) {
            oracle::facts f;
            f.head_dim = m.head_dim;
            f.dim = m.rotary_dim;
            f.base = m.base;
            f.max_position_embeddings = m.max_position;
            f.original_max_position_embeddings = m.original;
            f.seq_len = seq_len;
            f.latent_attention = r.config.latent_attention;
            oracle::require_same(rope::frequencies(r.config, static_cast<std::int64_t>(seq_len)),
                                 oracle::by_type(m.type, parameters, f));
        }
    }
}

TEST_CASE("layers and models without rotary embedding do not rotate", "[models]") {
    for (const unrotated& m : without_rotation) {
        INFO(m.file << " layer " << m.layer);
        rope::read_options options;
        options.layer = m.layer;
        const rope::reading r = rope::read_config_with_notes(path_of(m.file), options);
        CHECK(!r.rotates);
        CHECK(r.why != "");
    }
}

TEST_CASE("vision towers of released models have two axes", "[models]") {
    for (const tower& t : towers) {
        INFO(t.file);
        rope::read_options options;
        options.part = t.part;
        const rope::config c = rope::read_config(path_of(t.file), options);
        CHECK(c.head_dim == t.head_dim);
        CHECK(rope::frequencies(c).axes == 2);
    }
}

TEST_CASE("every released configuration passes under strict", "[models]") {
    int count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(ROPE_SOURCE_DIR) + "/examples/configs")) {
        INFO(entry.path().string());
        rope::read_options options;
        options.strict = true;
        rope::reading r;
        rope::status s = rope::try_read_config(entry.path().string(), options, r);
        if (!s.ok() && s.message.find("the layers differ") != std::string::npos) {
            options.layer = 0;
            s = rope::try_read_config(entry.path().string(), options, r);
        }
        CHECK(s.message == "");
        ++count;
    }
    CHECK(count >= 80);
}
