// families: what a model family's code does that its config.json does not say: the pairing, and the values that its code
// assumes for keys left out. From the models' published code.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/support/abi.hpp>

#include <cstdint>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Which layers carry the rotation, where not all do.
enum class rotating_layers : std::uint8_t { all, sliding_only, listed };

struct family {
    std::string_view model_type;
    rope::pairing pairing = pairing::half_split;
    double partial = 0; // default share of the head that rotates; 0: all of it
    double base = 0;    // default theta; 0: 10000
    std::int64_t head_dim = 0;
    rotating_layers layers = rotating_layers::all;
    std::int64_t pattern = 0; // every pattern-th layer is a full-attention (or unrotated) one
    double local_base = 0;    // default theta of the sliding layers, where it is another
};

inline constexpr family known_families[] = {
    // Interleaved pairs.
    {"gptj", pairing::interleaved},
    {"codegen", pairing::interleaved},
    {"cohere", pairing::interleaved},
    {"cohere2", pairing::interleaved, 0, 0, 0, rotating_layers::sliding_only, 4},
    {"deepseek_v2", pairing::interleaved},
    {"deepseek_v3", pairing::interleaved},
    {"deepseek_v32", pairing::interleaved},
    {"kimi_k2", pairing::interleaved},
    {"longcat_flash", pairing::interleaved},
    {"glm", pairing::interleaved, 0.5},
    {"glm4", pairing::interleaved, 0.5},
    {"chatglm", pairing::interleaved, 0.5},
    {"helium", pairing::interleaved},
    {"ernie4_5", pairing::interleaved},
    {"ernie4_5_moe", pairing::interleaved},
    {"ernie4_5_vl", pairing::interleaved},
    {"ernie4_5_vl_moe", pairing::interleaved},
    {"ernie4_5_moe_vl", pairing::interleaved},
    {"glm4v", pairing::interleaved, 0.5},
    {"glm4v_text", pairing::interleaved, 0.5},
    {"llama4", pairing::interleaved, 0, 0, 0, rotating_layers::listed, 4},
    {"llama4_text", pairing::interleaved, 0, 0, 0, rotating_layers::listed, 4},
    {"roformer", pairing::interleaved},
    {"moonshine", pairing::interleaved, 0.9},
    {"flux", pairing::interleaved},
    // Half-split pairs.
    {"llama"},
    {"mistral"},
    {"mistral3"},
    {"ministral"},
    {"mixtral"},
    {"qwen"},
    {"qwen2"},
    {"qwen2_moe"},
    {"qwen2_vl"},
    {"qwen2_vl_text"},
    {"qwen2_5_vl"},
    {"qwen2_5_vl_text"},
    {"qwen2_audio"},
    {"qwen3"},
    {"qwen3_moe"},
    {"qwen3_next", pairing::half_split, 0.25},
    {"qwen3_vl"},
    {"qwen3_vl_text"},
    {"qwen3_vl_moe"},
    {"qwen3_vl_moe_text"},
    {"qwen3_5", pairing::half_split, 0.25},
    {"qwen3_5_text", pairing::half_split, 0.25},
    {"phi", pairing::half_split, 0.5},
    {"phi3"},
    {"phimoe"},
    {"phi4mm"},
    {"phi4_multimodal"},
    {"gpt_neox", pairing::half_split, 0.25},
    {"gpt_neox_japanese"},
    {"gpt_oss"},
    {"gemma", pairing::half_split, 0, 0, 256},
    {"gemma2", pairing::half_split, 0, 0, 256},
    {"gemma3_text", pairing::half_split, 0, 1e6, 256, rotating_layers::all, 6, 1e4},
    {"gemma3", pairing::half_split, 0, 1e6, 256, rotating_layers::all, 6, 1e4},
    {"gemma3n_text", pairing::half_split, 0, 1e6, 256, rotating_layers::all, 5, 1e4},
    {"gemma4_text", pairing::half_split, 0, 0, 256, rotating_layers::all, 6},
    {"falcon"},
    {"RefinedWeb"},
    {"RefinedWebModel"},
    {"falcon_h1"},
    {"falcon_mamba"},
    {"stablelm", pairing::half_split, 0.25},
    {"stablelm_epoch", pairing::half_split, 0.25},
    {"starcoder2"},
    {"persimmon", pairing::half_split, 0.5},
    {"fuyu", pairing::half_split, 0.5},
    {"nemotron", pairing::half_split, 0.5},
    {"olmo"},
    {"olmo2"},
    {"olmo3"},
    {"olmoe"},
    {"granite"},
    {"granitemoe"},
    {"internlm"},
    {"internlm2"},
    {"internlm3"},
    {"baichuan"},
    {"deepseek"},
    {"dbrx"},
    {"jetmoe"},
    {"minicpm"},
    {"minicpm3"},
    {"exaone"},
    {"exaone4", pairing::half_split, 0, 0, 0, rotating_layers::sliding_only, 4},
    {"smollm3", pairing::half_split, 0, 0, 0, rotating_layers::listed, 4},
    {"glm4_moe", pairing::half_split, 0.5},
    {"minimax_m1"},
    {"minimax"},
    {"minimax_m2"},
    {"hunyuan_v1_dense"},
    {"hunyuan_v1_moe"},
    {"hunyuan"},
    {"modernbert"},
    {"nomic_bert"},
    {"esm"},
    {"mllama_text_model"},
    {"bitnet"},
    {"arcee"},
    {"seed_oss"},
    {"apertus"},
    {"lfm2"},
    {"zamba2"},
    {"bamba"},
    {"recurrent_gemma", pairing::half_split, 0.5},
    {"diffllama"},
    {"doge"},
    {"dots1"},
    {"vaultgemma"},
    {"eurobert"},
    {"mimo"},
    {"yi"},
    {"Yi"},
    {"aquila"},
    {"xverse"},
    {"orion"},
    {"csm"},
    {"idefics"},
};

// None for a family that is not listed.
inline const family* find_family(std::string_view model_type) {
    for (const family& f : known_families) {
        if (f.model_type == model_type) {
            return &f;
        }
    }
    return nullptr;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
