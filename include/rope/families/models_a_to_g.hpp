// models_a_to_g: model types with rotary embedding, of transformers. A row each, in alphabetical order.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/family.hpp>
#include <rope/families/layer_kinds.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr family models_a_to_g[] = {
    // Classes of transformers that have no model_type: the code-to-wave decoder of Qwen 3 Omni, the encoder in Evolla.
    row("", run_here).size(1024, 16).depth(8).positions(8000),
    row("afmoe", run_here)
        .size(2048, 16, 128)
        .depth(32)
        .positions(16384)
        .kinds_of(sliding_rotates)
        .layers_by(full_every(4, "global_attn_every_n_layers")),
    row("apertus", run_here)
        .size(4096, 32)
        .theta(1.2e7)
        .depth(32)
        .positions(65536)
        .rope_parameters(apertus_parameters),
    row("arcee", run_here).size(2560, 32).depth(32).positions(4096),
    row("aria_text", published).size(4096, 32).depth(32).positions(2048),
    row("axk1", read_here).interleaved().latent(64).size(7168, 64).depth(61).positions(32768),
    row("axk2", run_here).interleaved().latent(32).size(2048, 32).depth(48).positions(131072),
    row("bamba", run_here)
        .size(4096, 32)
        .rotary_share(0.5)
        .depth(32)
        .positions(262144)
        .kinds_of(attention_rotates)
        .layer_list("attn_layer_indices"),
    row("bitnet", published).size(2560, 20).theta(500000).depth(30).positions(2048),
    row("blt_global_transformer", run_here)
        .interleaved()
        .size(2048, 16)
        .theta(500000)
        .depth(25)
        .positions(4096),
    row("blt_local_decoder", run_here).interleaved().size(1024, 16).theta(500000).depth(9).positions(24576),
    row("blt_local_encoder", run_here).interleaved().size(1024, 16).theta(500000).depth(1).positions(24576),
    row("blt_patcher", run_here).interleaved().size(768, 12).depth(14).positions(8192),
    row("chameleon", published).size(4096, 32).depth(32).positions(4096),
    row("clvp_encoder", published)
        .size(768, 12)
        .rotary_dim(32)
        .depth(20)
        .unless("use_rotary_embedding", "true"),
    row("code_llama", published).size(4096, 32).depth(32).positions(2048),
    row("codegen", published).interleaved().size(4096, 16).rotary_dim(64).depth(28).positions(2048),
    row("cohere", run_here).interleaved().size(8192, 64).theta(500000).depth(40).positions(8192),
    row("cohere2", run_here)
        .interleaved()
        .size(8192, 64)
        .depth(40)
        .positions(8192)
        .kinds_of(sliding_rotates)
        .layers_by(full_every(4, "sliding_window_pattern")),
    row("cohere2_moe", run_here)
        .interleaved()
        .size(8192, 64, 128)
        .depth(40)
        .positions(8192)
        .kinds_of(sliding_rotates)
        .layers_by(full_every(4, "sliding_window_pattern")),
    row("cohere_compass_text", run_here)
        .size(8192, 64)
        .depth(40)
        .positions(8192)
        .rope_parameters(cohere_compass_parameters)
        .axes(section_order::interleaved, 24, 20, 20)
        .layers_by({nullptr, 2, 1, "full_attention", "sliding_attention"}),
    row("cosmos3_edge_text", run_here)
        .size(2048, 16, 128)
        .theta(1e8)
        .depth(28)
        .positions(131072)
        .axes(section_order::interleaved, 24, 20, 20),
    row("csm", published).size(2048, 32).theta(500000).depth(16).positions(2048),
    row("csm_depth_decoder_model", run_here).size(1024, 8).theta(500000).depth(4).positions(33),
    row("cwm", run_here)
        .size(6144, 48, 128)
        .theta(1e6)
        .depth(64)
        .positions(131072)
        .rope_parameters(cwm_parameters),
    row("dbrx", run_here).size(2048, 16).depth(24).positions(2048),
    row("deepseek_ocr2_encoder", run_here).size(4096, 32).depth(32).positions(32768),
    row("deepseek_ocr2_text", run_here).size(4096, 32).depth(32).positions(2048),
    row("deepseek_v2", run_here).interleaved().latent(64).size(4096, 32).depth(32).positions(2048),
    row("deepseek_v3", published).interleaved().latent(64).size(7168, 128).depth(61).positions(4096),
    row("deepseek_v32", run_here).interleaved().latent(64).size(7168, 128).depth(61).positions(163840),
    row("deepseek_v4", run_here)
        .interleaved()
        .last_elements()
        .size(4096, 64, 512)
        .rotary_share(0.125)
        .depth(43)
        .positions(1048576)
        .without_amplitude()
        .kinds_of(deepseek_v4_kinds)
        .layers_by({nullptr, 1, 0, "compress", "compress"})
        .lists_go_on(),
    row("dia_decoder", run_here).size(2048, 16, 128).depth(18).positions(3072),
    row("dia_encoder", run_here).size(1024, 16, 128).depth(12).positions(1024),
    row("diffllama", run_here).size(2048, 32).depth(16).positions(2048),
    row("diffusion_gemma_text", run_here)
        .size(2304, 8, 256)
        .depth(30)
        .positions(131072)
        .rope_parameters(gemma4_parameters)
        .kinds_of(gemma4_kinds)
        .layers_by(full_every(6, nullptr, true)),
    row("doge", run_here).size(1024, 8).depth(32).positions(2048),
    row("dots1", run_here).size(4608, 32).depth(62).positions(2048),
    row("emu3_text_model", published).size(4096, 32).theta(1e6).depth(32).positions(9216),
    row("ernie4_5", published).interleaved().size(1024, 16, 128).theta(500000).depth(18).positions(131072),
    row("ernie4_5_moe", published).interleaved().size(2560, 20).theta(500000).depth(28).positions(131072),
    row("ernie4_5_moe_vl", published)
        .interleaved()
        .size(2560, 20)
        .theta(500000)
        .depth(28)
        .positions(131072)
        .axes(section_order::ernie, 22, 22, 20),
    row("ernie4_5_vl_moe_text", read_here)
        .interleaved()
        .size(2560, 20)
        .theta(500000)
        .depth(28)
        .positions(131072)
        .axes(section_order::ernie, 22, 22, 20),
    row("esm", run_here)
        .size(768, 12)
        .depth(12)
        .positions(1026)
        .only_where("position_embedding_type", "rotary"),
    row("esmc", run_here).size(2560, 40).depth(80).positions(2048),
    row("eurobert", run_here).size(768, 12).depth(12).positions(8192),
    row("evolla", run_here).size(4096, 32).theta(500000).depth(32).positions(8192),
    row("exaone4", run_here)
        .size(4096, 32)
        .depth(32)
        .positions(2048)
        .kinds_of(sliding_rotates)
        .layers_by(full_every(4, "sliding_window_pattern", true))
        .alike_without("sliding_window"),
    row("exaone_moe", read_here)
        .size(4096, 32)
        .depth(32)
        .positions(2048)
        .kinds_of(sliding_rotates)
        .layers_by(full_every(4, "sliding_window_pattern", true))
        .alike_without("sliding_window"),
    row("falcon", published).size(4544, 71).depth(32).positions(2048),
    row("falcon_h1", run_here).size(4096, 32).depth(32).positions(8192),
    row("flex_olmo", published).size(4096, 32).theta(500000).depth(32).positions(4096),
    row("gemma", run_here).size(3072, 16, 256).depth(28).positions(8192),
    row("gemma2", published).size(2304, 8, 256).depth(26).positions(8192),
    row("gemma3_text", run_here)
        .size(2304, 8, 256)
        .depth(26)
        .positions(131072)
        .kinds_of(gemma3_kinds)
        .layers_by(full_every(6, "sliding_window_pattern")),
    row("gemma3n_text", published)
        .size(2048, 8, 256)
        .depth(35)
        .positions(32768)
        .kinds_of(gemma3_kinds)
        .layers_by(full_every(5)),
    row("gemma4_text", read_here)
        .size(2304, 8, 256)
        .depth(30)
        .positions(131072)
        .rope_parameters(gemma4_parameters)
        .kinds_of(gemma4_kinds)
        .layers_by(full_every(6, nullptr, true))
        .ends_in_full_attention(),
    row("gemma4_unified_text", read_here)
        .size(2304, 8, 256)
        .depth(30)
        .positions(262144)
        .rope_parameters(gemma4_parameters)
        .kinds_of(gemma4_kinds)
        .layers_by(full_every(6, nullptr, true))
        .ends_in_full_attention(),
    row("glm", run_here).interleaved().size(4096, 32, 128).rotary_share(0.5).depth(40).positions(131072),
    row("glm4", published).interleaved().size(4096, 32, 128).rotary_share(0.5).depth(40).positions(131072),
    row("glm4_moe", published).size(4096, 96, 128).rotary_share(0.5).depth(46).positions(131072),
    row("glm4_moe_lite", read_here).interleaved().latent(64).size(2048, 20).depth(47).positions(202752),
    row("glm4v_moe_text", run_here)
        .size(4096, 96)
        .rotary_share(0.5)
        .depth(46)
        .positions(65536)
        .axes(section_order::contiguous, 8, 12, 12),
    row("glm4v_text", run_here)
        .interleaved()
        .size(4096, 32)
        .rotary_share(0.5)
        .depth(40)
        .positions(32768)
        .axes(section_order::contiguous, 8, 12, 12),
    row("glm_image_text", run_here)
        .size(4096, 32)
        .depth(40)
        .positions(131072)
        .axes(section_order::contiguous, 16, 24, 24),
    row("glm_moe_dsa", run_here).interleaved().latent(64).size(6144, 64).depth(78).positions(202752),
    row("glm_ocr_text", read_here)
        .interleaved()
        .size(1024, 16)
        .depth(16)
        .positions(131072)
        .axes(section_order::contiguous, 8, 12, 12),
    row("glmasr_encoder", run_here).size(1280, 20).rotary_share(0.5).depth(32).positions(1500),
    row("gpt_neox", run_here).size(6144, 64).rotary_share(0.25).depth(44).positions(2048),
    row("gpt_neox_japanese", published).size(2560, 32).depth(32).positions(2048),
    row("gpt_oss", published)
        .size(2880, 64, 64)
        .theta(150000)
        .depth(36)
        .positions(131072)
        .rope_parameters(gpt_oss_parameters),
    row("gptj", published).interleaved().size(4096, 16).rotary_dim(64).depth(28).positions(2048),
    row("granite", published).size(4096, 32).depth(32).positions(2048),
    row("granite4_vision_text", run_here).size(4096, 32).depth(32).positions(2048),
    row("granite_swa", read_here).size(2560, 20).depth(24).positions(8192).layers_by(full_from_first(4)),
    row("granitemoe", run_here).size(4096, 32).depth(32).positions(2048),
    row("granitemoe_swa", run_here).size(4096, 32).depth(32).positions(2048).layers_by(full_from_first(4)),
    row("granitemoehybrid", published).size(4096, 32).depth(32).positions(2048),
    row("granitemoeshared", published).size(4096, 32).depth(32).positions(2048),
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
