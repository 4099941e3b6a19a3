// The released models in examples/configs: what their code makes of their config.json, written down by hand, and the
// frequencies from an independent 400-bit calculation.
// SPDX-License-Identifier: MIT
#include "oracle/compare.hpp"
#include "oracle/mpfr_recipes.hpp"

#include <rope/json.hpp>

#include <fstream>
#include <string>

namespace {

struct model {
    const char* file;
    const char* layer_type;
    int head_dim, rotary_dim;
    double base;
    bool interleaved;
    const char* type;
    const char* scaling; // JSON pointer to the recipe's parameters, or empty
    double max_position, original;
};

const model models[] = {
    {"llama-2-7b", "", 128, 128, 10000, false, "none", "", 4096, 0},
    {"llama-3-8b", "", 128, 128, 5e5, false, "none", "", 8192, 0},
    {"llama-3.1-8b", "", 128, 128, 5e5, false, "llama3", "/rope_scaling", 131072, 8192},
    {"llama-3.2-1b", "", 64, 64, 5e5, false, "llama3", "/rope_scaling", 131072, 8192},
    {"llama-4-scout", "", 128, 128, 5e5, true, "llama3", "/text_config/rope_scaling", 10485760, 8192},
    {"yarn-llama-2-7b-128k", "", 128, 128, 10000, false, "yarn", "/rope_scaling", 131072, 4096},
    {"deepseek-coder-6.7b", "", 128, 128, 1e5, false, "linear", "/rope_scaling", 16384, 0},
    {"deepseek-v2-lite", "", 64, 64, 10000, true, "yarn", "/rope_scaling", 163840, 4096},
    {"deepseek-v3", "", 64, 64, 10000, true, "yarn", "/rope_scaling", 163840, 4096},
    {"mistral-7b-v0.1", "", 128, 128, 10000, false, "none", "", 32768, 0},
    {"mixtral-8x7b", "", 128, 128, 1e6, false, "none", "", 32768, 0},
    {"qwen-7b-chat", "", 128, 128, 10000, false, "qwen", "", 32768, 8192},
    {"qwen2.5-7b-instruct", "", 128, 128, 1e6, false, "none", "", 32768, 0},
    {"qwen2.5-7b-instruct-yarn", "", 128, 128, 1e6, false, "yarn", "/rope_scaling", 32768, 32768},
    {"qwen3-8b", "", 128, 128, 1e6, false, "none", "", 40960, 0},
    {"qwen2-vl-7b", "", 128, 128, 1e6, false, "none", "", 32768, 0},
    {"qwen3-vl-8b", "", 128, 128, 5e6, false, "none", "", 262144, 0},
    {"phi-2", "", 80, 32, 10000, false, "none", "", 2048, 0},
    {"gemma-7b", "", 256, 256, 10000, false, "none", "", 8192, 0},
    {"gemma-2-9b", "", 256, 256, 10000, false, "none", "", 8192, 0},
    {"gemma-3-1b", "full_attention", 256, 256, 1e6, false, "none", "", 32768, 0},
    {"gemma-3-1b", "sliding_attention", 256, 256, 10000, false, "none", "", 32768, 0},
    {"gemma-3-4b", "full_attention", 256, 256, 1e6, false, "linear", "/text_config/rope_scaling", 0, 0},
    {"gemma-3-4b", "sliding_attention", 256, 256, 10000, false, "none", "", 0, 0},
    {"gpt-j-6b", "", 256, 64, 10000, true, "none", "", 2048, 0},
    {"codegen-2b", "", 80, 64, 10000, true, "none", "", 2048, 0},
    {"gpt-neox-20b", "", 96, 24, 10000, false, "none", "", 2048, 0},
    {"pythia-6.9b", "", 128, 32, 10000, false, "none", "", 2048, 0},
    {"falcon-7b", "", 64, 64, 10000, false, "none", "", 0, 0},
    {"command-r-v01", "", 128, 128, 8e6, true, "none", "", 8192, 0},
    {"command-r7b", "sliding_attention", 128, 128, 50000, true, "none", "", 8192, 0},
    {"stablelm-2-1.6b", "", 64, 16, 10000, false, "none", "", 4096, 0},
    {"chatglm3-6b", "", 128, 64, 10000, true, "none", "", 8192, 0},
    {"glm-4-9b-chat", "", 128, 64, 5e6, true, "none", "", 131072, 0},
    {"glm-4-9b-0414", "", 128, 64, 10000, true, "none", "", 32768, 0},
    {"gpt-oss-20b", "", 64, 64, 150000, false, "yarn", "/rope_scaling", 131072, 4096},
    {"smollm3-3b", "", 128, 128, 5e6, false, "none", "", 65536, 0},
    {"modernbert-base", "full_attention", 64, 64, 160000, false, "none", "", 8192, 0},
    {"modernbert-base", "sliding_attention", 64, 64, 10000, false, "none", "", 8192, 0},
    {"starcoder2-3b", "", 128, 128, 999999.4420358813, false, "none", "", 16384, 0},
    {"internlm2-7b", "", 128, 128, 1e6, false, "dynamic", "/rope_scaling", 32768, 0},
    {"olmo-2-7b", "", 128, 128, 5e5, false, "none", "", 4096, 0},
    {"ernie-4.5-0.3b", "", 128, 128, 5e5, true, "none", "", 131072, 0},
    {"minimax-m2", "", 128, 64, 5e6, false, "none", "", 196608, 0},
    {"phi-3-vision-128k", "", 96, 96, 10000, false, "longrope", "/rope_scaling", 131072, 4096},
    {"hunyuan-a13b", "", 128, 128, 10000, false, "dynamic_alpha", "/rope_scaling", 32768, 0},
    {"persimmon-8b", "", 64, 32, 25000, false, "none", "", 16384, 0},
};

} // namespace

TEST_CASE("released models have the frequencies that their configuration says", "[models]") {
    for (const model& m : models) {
        const std::string path = std::string(ROPE_SOURCE_DIR) + "/examples/configs/" + m.file + ".json";
        INFO(path << " " << m.layer_type);
        rope::read_options options;
        options.layer_type = m.layer_type;
        const rope::reading r = rope::read_config_with_notes(path, options);
        CHECK(r.config.head_dim == m.head_dim);
        CHECK(r.config.rotary_dim == m.rotary_dim);
        CHECK(r.config.base == m.base);
        CHECK((r.config.pairing == rope::pairing::interleaved) == m.interleaved);
        CHECK(rope::detail::name_of(r.config.scaling) == std::string(m.type));
        CHECK(r.rotates);

        std::ifstream file(path);
        const nlohmann::json document = nlohmann::json::parse(file);
        const nlohmann::json parameters =
            *m.scaling ? document.at(nlohmann::json::json_pointer(m.scaling)) : nlohmann::json::object();
        for (const double seq_len : {0.0, 4096.0, 100000.0, 1e6}) {
            oracle::facts f;
            f.head_dim = m.head_dim;
            f.dim = m.rotary_dim;
            f.base = m.base;
            f.max_position_embeddings = m.max_position;
            f.original_max_position_embeddings = m.original;
            f.seq_len = seq_len;
            f.latent_attention = document.contains("qk_rope_head_dim");
            oracle::require_same(rope::frequencies(r.config, static_cast<std::int64_t>(seq_len)),
                                 oracle::by_type(m.type, parameters, f));
        }
        // The native form says the same.
        const rope::config again = rope::config_from_json(rope::to_native_json(r.config));
        CHECK(rope::to_native_json(again) == rope::to_native_json(r.config));
        CHECK(rope::frequencies(again, 5000).inv_freq == rope::frequencies(r.config, 5000).inv_freq);
    }
}
