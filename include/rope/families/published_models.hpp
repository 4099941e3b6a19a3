// published_models: families whose code comes with their weights, and older names of the others.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/family.hpp>
#include <rope/families/layer_kinds.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr family published_models[] = {
    row("Dream", published),
    row("MiniMaxM1", published).theta(1e6).kinds_of(full_rotates),
    row("MiniMaxText01", published).theta(1e6).kinds_of(full_rotates),
    row("PanguEmbedded", published),
    row("PanguProMoE", published),
    row("RefinedWeb", published),
    row("RefinedWebModel", published),
    row("Yi", published),
    row("aquila", published),
    row("arctic", published),
    row("baichuan", published).only_where("hidden_size", "4096"), // the 13B models have ALiBi
    row("bailing_moe", published),
    row("bailing_moe_v2", published),
    row("chatglm", published).interleaved().rotary_share(0.5),
    row("codeshell", published),
    row("deci", published),
    row("deepseek", published),
    row("dream", published),
    row("ernie4_5_vl", published).interleaved().theta(500000).axes(section_order::ernie, 22, 22, 20),
    row("exaone", published),
    row("grok-1", published),
    row("gte", published).names_ntk_vllm().unless("position_embedding_type", "rope"),
    row("hunyuan", published),
    row("hymba", published),
    row("internlm", published),
    row("internlm2", published),
    row("internlm3", published),
    row("iquestcoder", published),
    row("jina_bert_v3", published).theta(20000),
    row("kimi_k2", published).interleaved().latent(64),
    row("kimi_linear", published).interleaved().latent(64).kinds_of(full_rotates),
    row("llada", published),
    row("llada2_moe", published),
    row("mimo", published),
    row("mimo_v2", published).rotary_share(0.334).kinds_of(mimo_kinds),
    row("minicpm", published),
    row("minicpm4", published),
    row("minicpmo", published),
    row("minicpmv", published),
    row("minimax_m1", published).theta(1e6).kinds_of(full_rotates),
    row("minimax_text_01", published).theta(1e6).kinds_of(full_rotates),
    row("nemotron-nas", published),
    row("new", published).names_ntk_vllm().unless("position_embedding_type", "rope"),
    row("openelm", published),
    row("orion", published),
    row("ouro", published),
    row("pangu_ultra_moe", published).interleaved().latent(64),
    row("phi-msft", published).rotary_share(0.5),
    row("phi3_v", published),
    row("phi4mm", published),
    row("plamo", published),
    row("plamo2", published),
    row("plamo3", published),
    row("qwen", published),
    row("sdar", published),
    row("sdar_moe", published),
    row("solar", published),
    row("stablelm_epoch", published).rotary_share(0.25),
    row("step3_text", published),
    row("teleflm", published),
    row("telechat", published),
    row("telechat2", published),
    row("telechat3", published),
    row("xverse", published),
    row("yi", published),
    row("zhinao", published),
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
