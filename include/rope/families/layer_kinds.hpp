// layer_kinds: the kinds of layers that families have, for their rows to name.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/family.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Only the layers with a sliding window rotate.
inline constexpr kind_rule sliding_rotates[] = {{"sliding_attention"}, {"full_attention", false}};

// Two thetas; rope_scaling is for full attention alone.
inline constexpr kind_rule gemma3_kinds[] = {{"full_attention", true, nullptr, 1e6},
                                             {"sliding_attention", true, "rope_local_base_freq", 1e4, false}};
inline constexpr kind_rule gemma4_kinds[] = {
    {"full_attention", true, nullptr, 1e6, true, "global_head_dim", 512},
    {"sliding_attention", true, nullptr, 1e4, false}};
inline constexpr kind_rule modernbert_kinds[] = {
    {"full_attention", true, "global_rope_theta", 160000},
    {"sliding_attention", true, "local_rope_theta", 10000, true, nullptr, 0, {}, "global_rope_theta"}};
inline constexpr kind_rule olmo3_kinds[] = {{"full_attention"},
                                            {"sliding_attention", true, nullptr, 0, false}};
inline constexpr kind_rule mimo_kinds[] = {
    {"full_attention", true, nullptr, 5e6},
    {"sliding_attention", true, "swa_rope_theta", 1e4, true, "swa_head_dim"}};
inline constexpr kind_rule laguna_kinds[] = {{"full_attention", true, nullptr, 5e5},
                                             {"sliding_attention", true, "swa_rope_theta", 1e4, false}};
inline constexpr kind_rule deepseek_v4_kinds[] = {
    {"main", true, nullptr, 1e4, false, nullptr, 0, {"sliding_attention"}},
    {"compress",
     true,
     "compress_rope_theta",
     160000,
     true,
     nullptr,
     0,
     {"compressed_sparse_attention", "heavily_compressed_attention"}}};

// Layers of other kinds than attention.
inline constexpr kind_rule full_rotates[] = {{"full_attention"}, {"linear_attention", false}};
inline constexpr kind_rule attention_rotates[] = {{"attention"}, {"mamba", false}};
inline constexpr kind_rule recurrent_kinds[] = {{"attention"}, {"recurrent", false}};
inline constexpr kind_rule zamba2_kinds[] = {
    {"hybrid"}, {"mamba", false, nullptr, 0, true, nullptr, 0, {"linear_attention"}}};
inline constexpr kind_rule conv_kinds[] = {{"full_attention"}, {"conv", false}};
inline constexpr kind_rule mllama_kinds[] = {{"self_attention"}, {"cross_attention", false}};
inline constexpr kind_rule no_rope_kinds[] = {{"rope"}, {"no_rope", false}};

// Which layer is of which kind: every n-th from the n-th on, or from the first.
inline constexpr layer_pattern full_every(std::int64_t n, const char* key = nullptr, bool last = false) {
    return {key, n, 1, "full_attention", "sliding_attention", last};
}
inline constexpr layer_pattern full_from_first(std::int64_t n, const char* key = nullptr) {
    return {key, n, 0, "full_attention", "sliding_attention"};
}
inline constexpr layer_pattern linear_but(std::int64_t n) {
    return {"full_attention_interval", n, 1, "full_attention", "linear_attention"};
}
inline constexpr layer_pattern no_rope_every(std::int64_t n, const char* key = "no_rope_layer_interval") {
    return {key, n, 1, "no_rope", "rope"};
}

inline constexpr std::int64_t mllama_cross_layers[] = {3, 8, 13, 18, 23, 28, 33, 38};
inline constexpr std::int64_t zamba2_hybrid_layers[] = {6, 12, 18, 24, 30, 36, 42, 47, 51};

inline constexpr const char* gemma4_parameters =
    R"({"sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
        "full_attention": {"rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 1000000.0}})";
inline constexpr const char* gpt_oss_parameters =
    R"({"rope_type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": false,
        "original_max_position_embeddings": 4096})";
inline constexpr const char* ministral3_parameters =
    R"({"rope_type": "yarn", "factor": 16.0, "original_max_position_embeddings": 16384, "beta_fast": 32.0,
        "beta_slow": 1.0, "mscale_all_dim": 1.0, "mscale": 1.0, "llama_4_scaling_beta": 0.1})";
inline constexpr const char* mistral4_parameters =
    R"({"rope_type": "yarn", "factor": 128.0, "original_max_position_embeddings": 8192, "beta_fast": 32.0,
        "beta_slow": 1.0, "mscale_all_dim": 1.0, "mscale": 1.0, "llama_4_scaling_beta": 0.1})";
inline constexpr const char* apertus_parameters =
    R"({"rope_type": "llama3", "factor": 8.0, "original_max_position_embeddings": 8192, "low_freq_factor": 1.0,
        "high_freq_factor": 4.0})";
inline constexpr const char* cwm_parameters =
    R"({"rope_type": "llama3", "factor": 16.0, "original_max_position_embeddings": 8192, "low_freq_factor": 1.0,
        "high_freq_factor": 4.0})";
inline constexpr const char* higgs_parameters =
    R"({"rope_type": "llama3", "factor": 32.0, "original_max_position_embeddings": 1024, "low_freq_factor": 0.125,
        "high_freq_factor": 0.5})";
inline constexpr const char* hunyuan_vl_parameters =
    R"({"rope_type": "dynamic", "alpha": 1000.0, "factor": 1.0, "mrope_section": [16, 16, 16, 16]})";
inline constexpr const char* laguna_parameters =
    R"({"full_attention": {"rope_type": "default", "rope_theta": 500000.0, "partial_rotary_factor": 0.5},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 1.0}})";
inline constexpr const char* mellum_parameters =
    R"({"full_attention": {"rope_type": "default", "rope_theta": 500000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}})";
inline constexpr const char* zaya_parameters =
    R"({"hybrid": {"rope_type": "default", "rope_theta": 5000000.0, "partial_rotary_factor": 0.5},
        "hybrid_sliding": {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}})";
inline constexpr const char* cohere_compass_parameters =
    R"({"full_attention": {"rope_type": "default", "rope_theta": 1000000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}})";

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
