// composites: models that hold parts with configurations of their own: which part is the language model, and of which type
// its parts are where the configuration does not say. Older files have the language model at the top level.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/family.hpp>
#include <rope/families/layer_kinds.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr family composites[] = {
    row("aria", published).as(role::composite).of("aria_text"),
    row("audioflamingo3", published).as(role::composite).of("qwen2"),
    row("aya_vision", published).as(role::composite).of("cohere2"),
    row("blt", run_here).as(role::composite).of("blt_global_transformer").model_in("global_config"),
    row("chmv2", read_here).as(role::composite).of("dinov3_vit").model_in("backbone_config"),
    row("clvp", published).as(role::composite).of("clvp_encoder"),
    row("cohere2_vision", run_here).as(role::composite).of("cohere2"),
    row("cohere_compass", run_here).as(role::composite).of("cohere_compass_text", "cohere_compass_vision"),
    row("colmodernvbert", published).as(role::composite).of("modernbert").model_in("vlm_config"),
    row("colpali", run_here).as(role::composite).of("gemma").model_in("vlm_config"),
    row("colqwen2", run_here)
        .as(role::composite)
        .of("qwen2_vl_text", "qwen2_vl_vision")
        .model_in("vlm_config"),
    row("cosmos3_edge", run_here).as(role::composite).of("cosmos3_edge_text", "cosmos3_edge_vision"),
    row("cosmos3_omni", run_here).as(role::composite).of("qwen3_vl_text", "qwen3_vl_vision"),
    row("deepseek_ocr2", run_here).as(role::composite).of("deepseek_ocr2_text"),
    row("deepseek_ocr2_vision", run_here)
        .as(role::composite)
        .of("deepseek_ocr2_encoder")
        .model_in("encoder_config"),
    row("deepseek_vl", run_here).as(role::composite).of("llama"),
    row("deepseek_vl_hybrid", run_here).as(role::composite).of("llama"),
    row("deepseek_vl_v2", published).as(role::composite).of("deepseek_v2"),
    row("dia", run_here).as(role::composite).of("dia_decoder").model_in("decoder_config"),
    row("diffusion_gemma", run_here).as(role::composite).of("diffusion_gemma_text"),
    row("dots_ocr", published).as(role::composite).of("qwen2"),
    row("emu3", published).as(role::composite).of("emu3_text_model"),
    row("ernie4_5_vl_moe", read_here)
        .as(role::composite)
        .of("ernie4_5_vl_moe_text", "ernie4_5_vl_moe_vision"),
    row("esmfold2", run_here).as(role::composite).of("esmc").model_in("esmc_config"),
    row("exaone4_5", published).as(role::composite).of("exaone4", "exaone4_5_vision"),
    row("fast_vlm", published).as(role::composite).of("qwen2"),
    row("fuyu", run_here).as(role::composite).of("persimmon"),
    row("gemma3", run_here).as(role::composite).of("gemma3_text"),
    row("gemma3n", published).as(role::composite).of("gemma3n_text"),
    row("gemma4", read_here).as(role::composite).of("gemma4_text", "gemma4_vision"),
    row("gemma4_assistant", read_here).as(role::composite).of("gemma4_text"),
    row("gemma4_unified", read_here).as(role::composite).of("gemma4_unified_text"),
    row("gemma4_unified_assistant", read_here).as(role::composite).of("gemma4_unified_text"),
    row("glm46v", run_here).as(role::composite).of("glm4v_text", "glm4v_vision"),
    row("glm4v", run_here).as(role::composite).of("glm4v_text", "glm4v_vision"),
    row("glm4v_moe", run_here).as(role::composite).of("glm4v_moe_text", "glm4v_moe_vision"),
    row("glm_image", run_here).as(role::composite).of("glm_image_text"),
    row("glm_ocr", read_here).as(role::composite).of("glm_ocr_text", "glm_ocr_vision"),
    row("glmasr", run_here).as(role::composite).of("llama"),
    row("glmga", run_here).as(role::composite).of("glm4v_text", "glm4v_vision"),
    row("got_ocr2", published).as(role::composite).of("qwen2"),
    row("granite4_vision", run_here).as(role::composite).of("llama"),
    row("granite_speech", run_here).as(role::composite).of("granite"),
    row("granite_speech_plus", run_here).as(role::composite).of("granite"),
    row("granitevision", published).as(role::composite).of("granite"),
    row("h2ovl_chat", published).as(role::composite),
    row("hunyuan_vl", run_here).as(role::composite).of("hunyuan_vl_text"),
    row("hyperclovax_vlm", published).as(role::composite).of("llama"),
    row("idefics2", published).as(role::composite).of("mistral"),
    row("idefics3", run_here).as(role::composite).of("llama"),
    row("interns1", published).as(role::composite).of("qwen3"),
    row("internvl", published).as(role::composite).of("qwen2"),
    row("internvl_chat", published).as(role::composite),
    row("janus", published).as(role::composite).of("llama"),
    row("kimi_k25", published).as(role::composite).of("deepseek_v3", "kimi_k25_vision"),
    row("kimi_vl", published).as(role::composite).of("deepseek_v3", "moonvit"),
    row("lasr_ctc", run_here).as(role::composite).of("lasr_encoder").model_in("encoder_config"),
    row("lfm2_vl", run_here).as(role::composite).of("lfm2"),
    row("lighton_ocr", published).as(role::composite).of("qwen3", "pixtral"),
    row("llama4", run_here).as(role::composite).of("llama4_text", "llama4_vision_model"),
    row("llava", run_here).as(role::composite).of("llama"),
    row("llava_next", run_here).as(role::composite).of("llama"),
    row("llava_next_video", published).as(role::composite).of("llama"),
    row("llava_onevision", run_here).as(role::composite).of("qwen2"),
    row("minicpmv4_6", run_here).as(role::composite).of("qwen3_5_text"),
    row("minimax_m3_vl", read_here)
        .as(role::composite)
        .of("minimax_m3_vl_text", "minimax_m3_vl_vision")
        .parts_of_fixed_types(),
    row("mistral3", published).as(role::composite).of("mistral", "pixtral"),
    row("mllama", run_here).as(role::composite).of("mllama_text_model"),
    row("modernvbert", run_here).as(role::composite).of("modernbert"),
    row("multi_modality", published).as(role::composite).of("llama"),
    row("muse_glimmer", read_here).as(role::composite).of("muse_glimmer_text", "muse_glimmer_vision"),
    row("musicflamingo", published).as(role::composite).of("qwen2"),
    row("ovis2", published).as(role::composite).of("qwen2"),
    row("paddleocr_vl", run_here).as(role::composite).of("paddleocr_vl_text", "paddleocr_vl_vision"),
    row("paligemma", run_here).as(role::composite).of("gemma"),
    row("pe_audio", run_here).as(role::composite).of("modernbert"),
    row("pe_audio_video", published).as(role::composite).of("modernbert"),
    row("pe_video", published).as(role::composite).of("modernbert"),
    row("perception_lm", run_here).as(role::composite).of("llama"),
    row("pi0", run_here).as(role::composite).of("gemma").model_in("vlm_config"),
    row("pp_chart2table", read_here).as(role::composite).of("qwen2"),
    row("qianfan_ocr", published).as(role::composite).of("qwen3"),
    row("qwen2_5_omni", published)
        .as(role::composite)
        .of("qwen2_5_omni_text", "qwen2_5_omni_vision_encoder")
        .model_in("thinker_config"),
    row("qwen2_5_omni_thinker", published)
        .as(role::composite)
        .of("qwen2_5_omni_text", "qwen2_5_omni_vision_encoder"),
    row("qwen2_5_omni_token2wav", read_here)
        .as(role::composite)
        .of("qwen2_5_omni_dit")
        .model_in("dit_config"),
    row("qwen2_5_vl", run_here).as(role::composite).of("qwen2_5_vl_text", "qwen2_5_vl_vision"),
    row("qwen2_audio", run_here).as(role::composite).of("qwen2"),
    row("qwen2_vl", run_here).as(role::composite).of("qwen2_vl_text", "qwen2_vl_vision"),
    row("qwen3_5", run_here).as(role::composite).of("qwen3_5_text", "qwen3_5_vision"),
    row("qwen3_5_moe", run_here).as(role::composite).of("qwen3_5_moe_text", "qwen3_5_moe_vision"),
    row("qwen3_asr", run_here).as(role::composite).of("qwen3"),
    row("qwen3_omni_moe", run_here)
        .as(role::composite)
        .of("qwen3_omni_moe_text", "qwen3_omni_moe_vision_encoder")
        .model_in("thinker_config"),
    row("qwen3_omni_moe_thinker", run_here)
        .as(role::composite)
        .of("qwen3_omni_moe_text", "qwen3_omni_moe_vision_encoder"),
    row("qwen3_vl", run_here).as(role::composite).of("qwen3_vl_text", "qwen3_vl_vision"),
    row("qwen3_vl_moe", run_here).as(role::composite).of("qwen3_vl_moe_text", "qwen3_vl_moe_vision"),
    row("sam3", read_here).as(role::composite).of("sam3_vision_model").model_in("vision_config"),
    row("sam3_lite_text", read_here).as(role::composite).of("sam3_vision_model").model_in("vision_config"),
    row("sam3_tracker", read_here).as(role::composite).of("sam3_vision_model").model_in("vision_config"),
    row("sam3_video", read_here).as(role::composite).of("sam3").model_in("detector_config"),
    row("sam3_vision_model", read_here).as(role::composite).of("sam3_vit_model").model_in("backbone_config"),
    row("shieldgemma2", run_here).as(role::composite).of("gemma3_text"),
    row("smolvlm", published).as(role::composite).of("llama"),
    row("skywork_chat", published).as(role::composite),
    row("step3_vl", published).as(role::composite).of("step3_text"),
    row("step3p7", read_here).as(role::composite).of("step3p5", "step3p5_vision"),
    row("t5gemma", run_here).as(role::composite).of("t5_gemma_module").model_in("decoder"),
    row("t5gemma2", run_here).as(role::composite).of("t5gemma2_decoder").model_in("decoder"),
    row("t5gemma2_encoder", run_here).as(role::composite).of("t5gemma2_text"),
    row("ultravox", published).as(role::composite).of("llama"),
    row("vibevoice_asr", run_here).as(role::composite).of("qwen2"),
    row("video_llama_3", run_here).as(role::composite).of("qwen2", "video_llama_3_vision"),
    row("video_llava", run_here).as(role::composite).of("llama"),
    row("vipllava", run_here).as(role::composite).of("llama"),
    row("voxtral_realtime", run_here).as(role::composite).of("voxtral_realtime_text"),
    row("voxtral", run_here).as(role::composite).of("llama").size(3072, 32, 128).theta(1e8).positions(131072),
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
