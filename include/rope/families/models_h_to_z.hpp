// models_h_to_z: model types with rotary embedding, of transformers. A row each, in alphabetical order.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/family.hpp>
#include <rope/families/layer_kinds.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr family models_h_to_z[] = {
    row("helium", run_here).interleaved().size(2560, 20, 128).theta(100000).depth(24).positions(4096),
    row("higgs_audio_v2", run_here)
        .size(3072, 24, 128)
        .theta(500000)
        .depth(28)
        .positions(2048)
        .rope_parameters(higgs_parameters),
    row("hrm_text", run_here).size(1536, 12).depth(128).positions(2048),
    row("hunyuan_v1_dense", published).size(4096, 32).depth(32).positions(2048),
    row("hunyuan_v1_moe", run_here).size(4096, 32).depth(32).positions(2048),
    row("hunyuan_vl_text", run_here)
        .size(4096, 32)
        .depth(32)
        .positions(2048)
        .rope_parameters(hunyuan_vl_parameters),
    row("hy_v3", read_here).size(4096, 64, 128).theta(11158840).depth(80).positions(131072),
    row("hyperclovax", run_here).size(4096, 32).depth(32).positions(2048),
    row("idefics", published).size(4096, 32).depth(32).positions(2048),
    row("jais2", run_here).size(3328, 26).depth(32).positions(8192),
    row("jetmoe", run_here).size(2048, 32, 128).depth(12).positions(4096),
    row("jina_embeddings_v3", run_here).size(1024, 16).theta(20000).depth(24).positions(8194),
    row("kyutai_speech_to_text", run_here).size(2048, 32).depth(48).positions(750),
    row("laguna", run_here)
        .size(2048, 48, 128)
        .depth(40)
        .positions(131072)
        .rope_parameters(laguna_parameters)
        .kinds_of(laguna_kinds)
        .layers_by({nullptr, 1, 0, "full_attention", "full_attention"}),
    row("lasr_encoder", run_here).size(512, 8).depth(17).positions(10000),
    row("lfm2", run_here)
        .size(2560, 32)
        .theta(1e6)
        .depth(32)
        .positions(128000)
        .kinds_of(conv_kinds)
        .layers_by({nullptr, 1, 0, "full_attention", "full_attention"}),
    row("lfm2_moe", run_here)
        .size(2048, 32)
        .theta(1e6)
        .depth(32)
        .positions(128000)
        .kinds_of(conv_kinds)
        .layers_by({nullptr, 1, 0, "full_attention", "full_attention"}),
    row("llama", run_here).size(4096, 32).depth(32).positions(2048),
    row("llama4_text", run_here)
        .interleaved()
        .size(5120, 40, 128)
        .theta(500000)
        .depth(48)
        .positions(131072)
        .kinds_of(no_rope_kinds)
        .layers_by(no_rope_every(4))
        .scales_queries(),
    row("longcat_flash", run_here)
        .interleaved()
        .latent(64)
        .size(6144, 64)
        .theta(1e7)
        .depth(56)
        .positions(131072),
    row("mellum", read_here)
        .size(2304, 32, 128)
        .depth(28)
        .positions(131072)
        .rope_parameters(mellum_parameters)
        .layers_by({nullptr, 1, 0, "full_attention", "full_attention"}),
    row("mimi", published).size(512, 8).depth(8).positions(8000),
    row("mimo_v2_flash", run_here)
        .size(4096, 64, 192)
        .rotary_share(0.334)
        .depth(48)
        .positions(131072)
        .kinds_of(mimo_kinds)
        .layers_by(full_from_first(5)),
    row("minicpm3", run_here).latent(32).size(2560, 40).depth(62).positions(32768),
    row("minimax", published)
        .size(4096, 32)
        .theta(1e6)
        .depth(32)
        .positions(131072)
        .kinds_of(full_rotates)
        .layers_by({nullptr, 2, 0, "full_attention", "linear_attention"}),
    row("minimax_m2", run_here).size(3072, 48, 128).theta(5e6).depth(62).positions(196608),
    row("minimax_m3_vl_text", read_here)
        .size(6144, 64, 128)
        .theta(5e6)
        .rotary_dim(64)
        .depth(60)
        .positions(524288),
    row("ministral", run_here).size(4096, 32).depth(32).positions(131072),
    row("ministral3", run_here)
        .size(4096, 32, 128)
        .theta(1e6)
        .depth(34)
        .positions(262144)
        .rope_parameters(ministral3_parameters),
    row("mistral", published).size(4096, 32).depth(32).positions(131072),
    row("mistral4", read_here)
        .interleaved()
        .latent(64)
        .size(4096, 32)
        .depth(36)
        .positions(1048576)
        .rope_parameters(mistral4_parameters),
    row("mixtral", run_here).size(4096, 32).theta(1e6).depth(32).positions(131072),
    row("mllama_text_model", run_here)
        .size(4096, 32)
        .theta(500000)
        .depth(40)
        .positions(131072)
        .kinds_of(mllama_kinds)
        .layer_list("cross_attention_layers", mllama_cross_layers),
    row("modernbert", run_here)
        .size(768, 12)
        .depth(22)
        .positions(8192)
        .kinds_of(modernbert_kinds)
        .layers_by(full_from_first(3, "global_attn_every_n_layers")),
    row("modernbert-decoder", published)
        .size(768, 12)
        .depth(22)
        .positions(8192)
        .kinds_of(modernbert_kinds)
        .layers_by(full_from_first(3, "global_attn_every_n_layers")),
    row("moonshine", published)
        .interleaved()
        .size(288, 8)
        .rotary_share(0.9)
        .depth(6)
        .positions(512)
        .size_keys(nullptr, "decoder_num_attention_heads"),
    row("moonshine_streaming", read_here)
        .interleaved()
        .size(320, 8)
        .rotary_share(0.8)
        .depth(6)
        .positions(4096),
    row("moshi", run_here).size(4096, 32).depth(32).positions(3000),
    row("muse_glimmer_assistant", run_here).size(6656, 32, 128).theta(500000).depth(5).positions(131072),
    row("muse_glimmer_text", read_here)
        .size(6656, 32, 128)
        .depth(52)
        .positions(131072)
        .kinds_of(no_rope_kinds)
        .layers_by({nullptr, 4, 0, "no_rope", "rope", false, true}),
    row("nanochat", run_here).reversed_direction().size(768, 6).depth(12).positions(2048),
    row("nemotron", run_here).size(6144, 48).rotary_share(0.5).depth(32).positions(4096),
    row("nomic_bert", run_here).size(768, 12).theta(1000).depth(12).positions(2048),
    row("olmo", run_here).size(4096, 32).depth(32).positions(2048),
    row("olmo2", run_here).size(4096, 32).depth(32).positions(2048),
    row("olmo3", run_here)
        .size(4096, 32)
        .theta(500000)
        .depth(32)
        .positions(2048)
        .kinds_of(olmo3_kinds)
        .layers_by(full_every(4)),
    row("olmo_hybrid", run_here)
        .size(3840, 30)
        .depth(32)
        .positions(65536)
        .kinds_of(full_rotates)
        .layers_by(linear_but(4)),
    row("olmoe", run_here).size(2048, 16).depth(16).positions(4096),
    row("openai_privacy_filter", read_here)
        .interleaved()
        .size(640, 14, 64)
        .theta(150000)
        .depth(8)
        .positions(131072)
        .rope_parameters(gpt_oss_parameters),
    row("paddleocr_vl_text", run_here)
        .size(1024, 16, 128)
        .theta(500000)
        .depth(18)
        .positions(131072)
        .axes(section_order::contiguous, 16, 24, 24),
    row("pe_audio_encoder", run_here)
        .interleaved()
        .size(1792, 14, 128)
        .theta(20000)
        .depth(6)
        .positions(10000),
    row("pe_audio_video_encoder", published)
        .interleaved()
        .size(1792, 14, 128)
        .theta(20000)
        .depth(6)
        .positions(10000),
    row("pe_video_encoder", published)
        .interleaved()
        .size(1792, 14, 128)
        .theta(20000)
        .depth(6)
        .positions(10000),
    row("persimmon", run_here).size(4096, 64).rotary_share(0.5).depth(36).positions(16384),
    row("phi", run_here).size(2048, 32).rotary_share(0.5).depth(24).positions(2048),
    row("phi3", run_here).size(3072, 32).depth(32).positions(4096),
    row("phi4_multimodal", run_here).size(3072, 32).depth(32).positions(131072),
    row("phimoe", run_here).size(4096, 32).theta(1e6).depth(32).positions(131072),
    row("qwen2", run_here).size(4096, 32).depth(32).positions(32768),
    row("qwen2_5_omni_dit", published).interleaved().size(1024, 16, 64).depth(22).positions(32768),
    row("qwen2_5_omni_talker", published)
        .size(896, 12, 128)
        .theta(1e6)
        .depth(24)
        .positions(32768)
        .axes(section_order::contiguous, 16, 24, 24),
    row("qwen2_5_omni_text", published)
        .size(3584, 28)
        .theta(1e6)
        .depth(28)
        .positions(32768)
        .axes(section_order::contiguous, 16, 24, 24),
    row("qwen2_5_vl_text", run_here)
        .size(8192, 64)
        .theta(1e6)
        .depth(80)
        .positions(32768)
        .axes(section_order::contiguous, 16, 24, 24),
    row("qwen2_moe", run_here).size(2048, 16).depth(24).positions(32768),
    row("qwen2_vl_text", run_here)
        .size(8192, 64)
        .theta(1e6)
        .depth(80)
        .positions(32768)
        .axes(section_order::contiguous, 16, 24, 24),
    row("qwen3", run_here).size(4096, 32, 128).depth(32).positions(32768),
    row("qwen3_5_moe_text", run_here)
        .size(2048, 16, 256)
        .rotary_share(0.25)
        .depth(40)
        .positions(32768)
        .axes(section_order::interleaved, 11, 11, 10)
        .kinds_of(full_rotates)
        .layers_by(linear_but(4)),
    row("qwen3_5_text", run_here)
        .size(4096, 16, 256)
        .rotary_share(0.25)
        .depth(32)
        .positions(32768)
        .axes(section_order::interleaved, 11, 11, 10)
        .kinds_of(full_rotates)
        .layers_by(linear_but(4)),
    row("qwen3_moe", run_here).size(2048, 32).depth(24).positions(32768),
    row("qwen3_next", run_here)
        .size(2048, 16, 256)
        .rotary_share(0.25)
        .depth(48)
        .positions(32768)
        .kinds_of(full_rotates)
        .layers_by(linear_but(4)),
    row("qwen3_omni_moe_talker_code_predictor", run_here).size(1024, 16, 128).depth(5).positions(32768),
    row("qwen3_omni_moe_talker_text", run_here)
        .size(1024, 16)
        .depth(20)
        .positions(32768)
        .axes(section_order::interleaved, 24, 20, 20),
    row("qwen3_omni_moe_text", run_here)
        .size(2048, 28)
        .theta(1e6)
        .depth(28)
        .positions(32768)
        .axes(section_order::interleaved, 24, 20, 20),
    row("qwen3_vl_moe_text", run_here)
        .size(2048, 16, 128)
        .theta(500000)
        .depth(24)
        .positions(128000)
        .axes(section_order::interleaved, 24, 20, 20),
    row("qwen3_vl_text", run_here)
        .size(4096, 32, 128)
        .theta(500000)
        .depth(32)
        .positions(128000)
        .axes(section_order::interleaved, 24, 20, 20),
    row("recurrent_gemma", published)
        .size(2560, 10)
        .rotary_share(0.5)
        .depth(26)
        .kinds_of(recurrent_kinds)
        .layers_by({nullptr, 3, 1, "attention", "recurrent"}),
    row("roformer", published).interleaved().size(768, 12).depth(12).positions(1536),
    row("seed_oss", published).size(4096, 32, 128).depth(64).positions(524288),
    row("smollm3", published)
        .size(2048, 16)
        .theta(2e6)
        .depth(36)
        .positions(32768)
        .kinds_of(no_rope_kinds)
        .layers_by(no_rope_every(4)),
    row("solar_open", run_here).size(4096, 64, 128).theta(1e6).depth(48).positions(131072),
    row("stablelm", published).size(2560, 32).rotary_share(0.25).depth(32).positions(4096),
    row("starcoder2", run_here).size(3072, 24).depth(30).positions(4096),
    row("step3p5", run_here)
        .size(4096, 64, 128)
        .depth(45)
        .positions(128000)
        .layers_by({nullptr, 1, 0, "full_attention", "full_attention"})
        .lists_go_on(),
    row("t5_gemma_module", run_here).size(2304, 8, 256).depth(26).positions(8192),
    row("t5gemma2_decoder", run_here)
        .size(2304, 8, 256)
        .depth(26)
        .positions(131072)
        .kinds_of(gemma3_kinds)
        .layers_by(full_every(6)),
    row("t5gemma2_text", run_here)
        .size(2304, 8, 256)
        .depth(26)
        .positions(131072)
        .kinds_of(gemma3_kinds)
        .layers_by(full_every(6)),
    row("timesfm2_5", run_here).size(1280, 16, 80).depth(20).positions(16384),
    row("vaultgemma", published).size(2304, 8, 256).depth(26).positions(8192),
    row("voxtral_realtime_encoder", run_here).size(1280, 32, 64).depth(32).positions(1500),
    row("voxtral_realtime_text", run_here).size(4096, 32, 128).depth(32).positions(131072),
    row("wav2vec2-bert", published)
        .size(1024, 16)
        .depth(24)
        .positions(5000)
        .base_key("rotary_embedding_base")
        .only_where("position_embeddings_type", "rotary"),
    row("wav2vec2-conformer", published)
        .size(768, 12)
        .depth(12)
        .positions(5000)
        .base_key("rotary_embedding_base")
        .only_where("position_embeddings_type", "rotary"),
    row("xcodec2", run_here).size(1024, 16, 64).depth(12).positions(4096),
    row("youtu", run_here).interleaved().latent(64).size(2048, 16).depth(32).positions(131072),
    row("zamba2", run_here)
        .size(2560, 32)
        .depth(54)
        .positions(4096)
        .head_key("attention_head_dim")
        .kinds_of(zamba2_kinds)
        .layer_list("hybrid_layer_ids", zamba2_hybrid_layers)
        .only_where("use_mem_rope", "true"),
    row("zaya", read_here)
        .size(2048, 8, 128)
        .depth(40)
        .positions(131072)
        .rope_parameters(zaya_parameters)
        .layers_by({nullptr, 1, 0, "hybrid", "hybrid"}),
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
