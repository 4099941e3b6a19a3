// towers: vision towers whose rotary embedding runs over rows and columns of patches, and how the head is shared.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/family.hpp>
#include <rope/families/layer_kinds.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr family towers[] = {
    row("cohere_compass_vision", run_here).as(role::tower).size(1152, 16),
    row("cosmos3_edge_vision", run_here).as(role::tower).size(1152, 16),
    row("dinov3_vit", published).as(role::tower).by(grid::turns).size(384, 6).theta(100),
    row("edgetam_video", run_here)
        .as(role::tower)
        .interleaved()
        .by(grid::column_first)
        .size(256, 1)
        .size_keys("memory_attention_hidden_size", "memory_attention_num_attention_heads")
        .base_key("memory_attention_rope_theta"),
    row("efficientloftr", read_here).as(role::tower).interleaved().by(grid::alternating).size(256, 8),
    row("eomt_dinov3", run_here).as(role::tower).by(grid::turns).size(1024, 16).theta(100),
    row("ernie4_5_vl_moe_vision", read_here).as(role::tower).size(1280, 16),
    row("eva02", published).as(role::tower).interleaved(),
    row("exaone4_5_vision", published).as(role::tower).size(2048, 32),
    row("gemma4_vision", read_here)
        .as(role::tower)
        .size(768, 12, 64)
        .theta(100)
        .refused_because(
            "each half of the head is a slice of its own, with pairs (i, i + head_dim / 4): two "
            "configs of rotary_dim = head_dim / 2, at rotary_offset 0 for x and head_dim / 2 for y"),
    row("glm4v_moe_vision", run_here).as(role::tower).size(1536, 12),
    row("glm4v_vision", run_here).as(role::tower).size(1536, 12),
    row("glm_ocr_vision", read_here).as(role::tower).size(1024, 16),
    row("kimi_k25_vision", run_here).as(role::tower).size(1152, 16),
    row("lightglue", read_here)
        .as(role::tower)
        .interleaved()
        .size(256, 4)
        .refused_because(
            "its frequencies are a learned projection of the keypoints, weights of the model; compute "
            "cos and sin from the weights and hand them in as a foreign table (import_table)"),
    row("llama4_vision_model", run_here).as(role::tower).interleaved().by(grid::column_first).size(768, 16),
    row("minimax_m3_vl_vision", read_here).as(role::tower).by(grid::thirds).size(1280, 16),
    row("mlcd", published).as(role::tower).size(1664, 16),
    row("mlcd_vision_model", published).as(role::tower).size(1664, 16),
    row("muse_glimmer_vision", read_here).as(role::tower).size(1536, 16),
    row("paddleocr_vl_vision", run_here).as(role::tower).size(1152, 16),
    row("pixtral", run_here).as(role::tower).by(grid::dealt).size(1024, 16, 64),
    row("qwen2_5_omni_vision_encoder", run_here).as(role::tower).size(3584, 16),
    row("qwen2_5_vl_vision", run_here).as(role::tower).size(3584, 16),
    row("qwen2_vl_vision", run_here).as(role::tower).size(1280, 16).size_keys("embed_dim", "num_heads"),
    row("qwen3_5_moe_vision", run_here).as(role::tower).size(1152, 16),
    row("qwen3_5_vision", run_here).as(role::tower).size(1152, 16),
    row("qwen3_omni_moe_vision_encoder", run_here).as(role::tower).size(1152, 16),
    row("qwen3_vl_moe_vision", run_here).as(role::tower).size(1152, 16),
    row("qwen3_vl_vision", run_here).as(role::tower).size(1152, 16),
    row("sam2_video", published)
        .as(role::tower)
        .interleaved()
        .by(grid::column_first)
        .size(256, 1)
        .size_keys("memory_attention_hidden_size", "memory_attention_num_attention_heads")
        .base_key("memory_attention_rope_theta"),
    row("sam2_vision_model", published).as(role::tower).interleaved().by(grid::column_first),
    row("sam3_tracker_video", run_here)
        .as(role::tower)
        .interleaved()
        .by(grid::column_first)
        .size(256, 1)
        .size_keys("memory_attention_hidden_size", "memory_attention_num_attention_heads")
        .base_key("memory_attention_rope_theta"),
    row("sam3_vit_model", run_here).as(role::tower).interleaved().by(grid::column_first).size(1024, 16),
    row("sapiens2", run_here).as(role::tower).by(grid::turns).size(1024, 16).theta(100),
    row("step3p5_vision", run_here).as(role::tower).size(1536, 16),
    row("video_llama_3_vision", run_here).as(role::tower).size(768, 12),
    row("vjepa2", read_here)
        .as(role::tower)
        .interleaved()
        .size(1024, 16)
        .refused_because(
            "the two elements of a pair (2i, 2i + 1) turn by different angles, which is no rotation; "
            "compute cos and sin as its code does and hand them in as a foreign table (import_table)"),
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
