// gguf_architectures: what llama.cpp's code does for each architecture and the keys of a GGUF file need not say: the pairing,
// the order of position axes, where the rotated slice is, which layers rotate and with which of the keys.
// From llama.cpp as of August 2026.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Pairs, and what rope.dimension_sections does: `normal` pairs are interleaved, all others half split. `mrope` has sections
// one after the other, `imrope` in turns; `..._or_mrope` are `mrope` where the file has sections, without it one axis.
enum class gguf_rope : std::uint8_t { none, normal, neox, mrope, imrope, normal_or_mrope, neox_or_mrope };

// Which layers are like which. A pattern of n: every n-th layer is a full one, the others are sliding.
enum class gguf_layers : std::uint8_t {
    all,          // every layer rotates
    sliding,      // all rotate, sliding layers by keys of their own
    sliding_only, // the full ones do not rotate
    no_rope,      // the same without windows: every n-th layer does not rotate
    linear,       // the others have linear attention; every n-th layer rotates
    compressed    // attention.compress_ratios: 0 is a sliding layer
};

// The theta of sliding layers: the same as that of the others; rope.freq_base_swa, or else that of the others, or 10000.
enum class gguf_sliding : std::uint8_t { same, own_or_same, own_or_10000 };

// What else an architecture does, as bits.
namespace gguf_does {
enum bit : std::uint32_t {
    last_slice = 1U << 0,  // latent attention: the slice that rotates, the head's last, is a tensor by itself
    full_first = 1U << 1,  // a pattern begins with a full layer
    if_window = 1U << 2,   // without attention.sliding_window all layers are full and rotate
    unless_zero = 1U << 3, // the same where it is 0, not where it is absent
    windowed_64 = 1U << 4, // if_window, and windows where block_count is 64
    listed = 1U << 5,      // no pattern unless the file has one
    dense_lead = 1U << 6,  // the first leading_dense_block_count layers rotate
    unscaled = 1U << 7,    // sliding layers have no scaling
    swa_width = 1U << 8,   // sliding layers: attention.key_length_swa, rope.dimension_count_swa
    half_full = 1U << 9,   // full layers rotate half of rope.dimension_count
    switched = 1U << 10,   // rope.scaling.finetuned false: no layer rotates
    alibi_40 = 1U << 11,   // ALiBi where block_count is 40
    plain = 1U << 12,      // no scaling at all
    alpha = 1U << 13,      // rope.scaling.alpha: base alpha^(d / (d - 2))
    betas = 1U << 14,      // rope.scaling.yarn_beta_fast and yarn_beta_slow are read
    grok = 1U << 15,       // betas, 8 and 1 by default, and yarn_ext_factor
    log_whole = 1U << 16,  // yarn_log_multiplier is YaRN's mscale_all_dim
    log_tenth = 1U << 17,  // it is a tenth of that
    log_both = 1U << 18,   // it is mscale as well
    pre_scaled = 1U << 19, // YaRN's amplitude is in the softmax as well
    hyper = 1U << 20,      // with hyper_connection.count: as sliding layers of deepseek4
    last_of_head = 1U << 21, // the last rope.dimension_count elements of the head rotate
};
} // namespace gguf_does

struct gguf_architecture {
    std::string_view name;
    gguf_rope rope = gguf_rope::none;
    std::uint32_t does = 0;
    gguf_layers layers = gguf_layers::all;
    std::int64_t pattern = 0;
    gguf_sliding sliding = gguf_sliding::same;
    std::string_view why = {}; // where no layer rotates

    constexpr bool has(std::uint32_t bit) const { return (does & bit) != 0; }
};

inline constexpr std::string_view gguf_alibi = "it has ALiBi",
                                  gguf_learned = "its positions are learned embeddings",
                                  gguf_recurrent = "it is recurrent",
                                  gguf_nope = "its attention has no positions",
                                  gguf_relative = "it has relative position biases";

constexpr gguf_architecture without_rope(std::string_view name, std::string_view why) {
    gguf_architecture row;
    row.name = name;
    row.why = why;
    return row;
}

inline constexpr gguf_architecture gguf_architectures[] = {
    // No rotary embedding.
    without_rope("clip", "it is a vision tower, whose keys say no more"),
    without_rope("gpt2", gguf_learned),
    without_rope("starcoder", gguf_learned),
    without_rope("bert", gguf_learned),
    without_rope("mpt", gguf_alibi),
    without_rope("refact", gguf_alibi),
    without_rope("bloom", gguf_alibi),
    without_rope("jina-bert-v2", gguf_alibi),
    without_rope("jais", gguf_alibi),
    without_rope("t5", gguf_relative),
    without_rope("t5encoder", gguf_relative),
    without_rope("mamba", gguf_recurrent),
    without_rope("mamba2", gguf_recurrent),
    without_rope("rwkv6", gguf_recurrent),
    without_rope("rwkv6qwen2", gguf_recurrent),
    without_rope("rwkv7", gguf_recurrent),
    without_rope("arwkv7", gguf_recurrent),
    without_rope("jamba", gguf_nope),
    without_rope("nemotron_h", gguf_nope),
    without_rope("nemotron_h_moe", gguf_nope),
    without_rope("kimi-linear", gguf_nope),
    without_rope("kimi-k3", gguf_nope),
    without_rope("wavtokenizer-dec", "it is convolutional"),

    // Interleaved pairs.
    {"llama", gguf_rope::normal},
    {"llama4", gguf_rope::normal, gguf_does::unless_zero, gguf_layers::sliding_only, 4,
     gguf_sliding::own_or_same},
    {"llama-embed", gguf_rope::normal},
    {"deci", gguf_rope::normal},
    {"gptj", gguf_rope::normal}, // a name of llama.cpp without a model; as the GPT-J of ggml's examples
    {"baichuan", gguf_rope::normal, gguf_does::alibi_40},
    {"internlm2", gguf_rope::normal},
    {"minicpm", gguf_rope::normal},
    {"xverse", gguf_rope::normal},
    {"command-r", gguf_rope::normal},
    {"cohere2", gguf_rope::normal, 0, gguf_layers::sliding_only, 4},
    {"cohere2moe", gguf_rope::normal, gguf_does::full_first | gguf_does::listed | gguf_does::dense_lead,
     gguf_layers::sliding_only},
    {"olmo", gguf_rope::normal},
    {"muse-glimmer", gguf_rope::normal, gguf_does::unscaled, gguf_layers::sliding_only, 4,
     gguf_sliding::own_or_same},
    {"arctic", gguf_rope::normal},
    {"deepseek", gguf_rope::normal},
    {"deepseek2", gguf_rope::normal,
     gguf_does::last_slice | gguf_does::log_tenth | gguf_does::log_both | gguf_does::pre_scaled},
    {"deepseek32", gguf_rope::normal, gguf_does::last_slice | gguf_does::log_tenth | gguf_does::pre_scaled},
    {"mistral4", gguf_rope::normal, gguf_does::last_slice | gguf_does::log_tenth | gguf_does::pre_scaled},
    {"glm-dsa", gguf_rope::normal, gguf_does::last_slice | gguf_does::pre_scaled},
    {"deepseek4", gguf_rope::normal, gguf_does::last_of_head, gguf_layers::compressed},
    {"plm", gguf_rope::normal, gguf_does::last_slice},
    {"bailingmoe3", gguf_rope::normal, gguf_does::last_slice},
    {"bailingmoe", gguf_rope::normal},
    {"chatglm", gguf_rope::normal},
    {"glm4", gguf_rope::normal_or_mrope},
    {"granite", gguf_rope::normal, gguf_does::switched},
    {"granitemoe", gguf_rope::normal, gguf_does::switched},
    {"granitehybrid", gguf_rope::normal, gguf_does::switched},
    {"graniteswitch", gguf_rope::normal, gguf_does::switched},
    {"chameleon", gguf_rope::normal},
    {"neo-bert", gguf_rope::normal},
    {"smollm3", gguf_rope::normal, 0, gguf_layers::no_rope, 4},
    {"arcee", gguf_rope::normal},
    {"ernie4_5", gguf_rope::normal},
    {"ernie4_5-moe", gguf_rope::normal},
    {"mistral3", gguf_rope::normal, gguf_does::betas | gguf_does::log_whole},
    {"eagle3", gguf_rope::normal},
    {"llada", gguf_rope::normal},
    {"maincoder", gguf_rope::normal},
    {"nanbeige", gguf_rope::normal},
    {"pockettts", gguf_rope::normal},

    // Half-split pairs.
    {"falcon", gguf_rope::neox},
    {"falcon-h1", gguf_rope::neox},
    {"grok", gguf_rope::neox, gguf_does::betas | gguf_does::grok},
    {"dbrx", gguf_rope::neox},
    {"jina-bert-v3", gguf_rope::neox},
    {"modern-bert", gguf_rope::neox, gguf_does::full_first | gguf_does::if_window | gguf_does::unscaled,
     gguf_layers::sliding, 3, gguf_sliding::own_or_10000},
    {"nomic-bert", gguf_rope::neox},
    {"nomic-bert-moe", gguf_rope::neox},
    {"eurobert", gguf_rope::neox},
    {"stablelm", gguf_rope::neox},
    {"bitnet", gguf_rope::neox},
    {"qwen", gguf_rope::neox},
    {"qwen2", gguf_rope::neox},
    {"qwen2moe", gguf_rope::neox},
    {"qwen3", gguf_rope::neox},
    {"qwen3moe", gguf_rope::neox},
    {"qwen3next", gguf_rope::neox, 0, gguf_layers::linear, 4},
    {"dream", gguf_rope::neox},
    {"llada-moe", gguf_rope::neox},
    {"rnd1", gguf_rope::neox},
    {"olmo2", gguf_rope::neox, gguf_does::if_window | gguf_does::unscaled, gguf_layers::sliding, 4},
    {"olmoe", gguf_rope::neox},
    {"phi2", gguf_rope::neox},
    {"phi3", gguf_rope::neox},
    {"phimoe", gguf_rope::neox},
    {"plamo", gguf_rope::neox},
    {"plamo2", gguf_rope::neox},
    {"plamo3", gguf_rope::neox, gguf_does::if_window | gguf_does::unscaled, gguf_layers::sliding, 8,
     gguf_sliding::own_or_10000},
    {"gemma", gguf_rope::neox},
    {"gemma2", gguf_rope::neox, 0, gguf_layers::sliding, 2, gguf_sliding::own_or_same},
    {"gemma3", gguf_rope::neox, gguf_does::if_window | gguf_does::unscaled, gguf_layers::sliding, 6,
     gguf_sliding::own_or_10000},
    {"gemma3n", gguf_rope::neox, gguf_does::unscaled, gguf_layers::sliding, 5, gguf_sliding::own_or_10000},
    {"gemma4", gguf_rope::neox, gguf_does::listed | gguf_does::unscaled | gguf_does::swa_width,
     gguf_layers::sliding, 0, gguf_sliding::own_or_10000},
    {"gemma4-assistant", gguf_rope::neox, gguf_does::listed | gguf_does::unscaled | gguf_does::swa_width,
     gguf_layers::sliding, 0, gguf_sliding::own_or_10000},
    {"gemma-embedding", gguf_rope::neox, gguf_does::unscaled, gguf_layers::sliding, 6,
     gguf_sliding::own_or_10000},
    {"starcoder2", gguf_rope::neox},
    {"openelm", gguf_rope::neox},
    {"gptneox", gguf_rope::neox},
    {"codeshell", gguf_rope::neox},
    {"orion", gguf_rope::neox},
    {"nemotron", gguf_rope::neox},
    {"exaone", gguf_rope::neox},
    {"exaone4", gguf_rope::neox, gguf_does::windowed_64, gguf_layers::sliding_only, 4},
    {"exaone-moe", gguf_rope::neox, 0, gguf_layers::sliding_only, 4},
    {"minicpm3", gguf_rope::neox, gguf_does::last_slice},
    {"bailingmoe2", gguf_rope::neox},
    {"dots1", gguf_rope::neox},
    {"hunyuan-moe", gguf_rope::neox},
    {"hunyuan-dense", gguf_rope::neox, gguf_does::alpha},
    {"hy_v3", gguf_rope::neox},
    {"jais2", gguf_rope::neox},
    {"gpt-oss", gguf_rope::neox, 0, gguf_layers::sliding, 2, gguf_sliding::own_or_same},
    {"lfm2", gguf_rope::neox},
    {"lfm2moe", gguf_rope::neox},
    {"smallthinker", gguf_rope::neox, gguf_does::full_first | gguf_does::if_window, gguf_layers::sliding_only,
     4, gguf_sliding::own_or_same},
    {"seed_oss", gguf_rope::neox},
    {"grovemoe", gguf_rope::neox},
    {"apertus", gguf_rope::neox},
    {"minimax-01", gguf_rope::neox, 0, gguf_layers::linear, 8},
    {"minimax-m2", gguf_rope::neox},
    {"minimax-m3", gguf_rope::neox},
    {"cogvlm", gguf_rope::neox},
    {"pangu-embedded", gguf_rope::neox},
    {"afmoe", gguf_rope::neox, 0, gguf_layers::sliding_only, 4, gguf_sliding::own_or_same},
    {"laguna", gguf_rope::neox,
     gguf_does::full_first | gguf_does::if_window | gguf_does::unscaled | gguf_does::swa_width,
     gguf_layers::sliding, 4, gguf_sliding::own_or_same},
    {"mimo2", gguf_rope::neox, gguf_does::listed | gguf_does::unscaled, gguf_layers::sliding, 0,
     gguf_sliding::own_or_10000},
    {"step35", gguf_rope::neox,
     gguf_does::listed | gguf_does::unscaled | gguf_does::swa_width | gguf_does::half_full,
     gguf_layers::sliding, 0, gguf_sliding::own_or_10000},
    {"talkie", gguf_rope::neox},
    {"mellum", gguf_rope::neox, gguf_does::if_window | gguf_does::unscaled, gguf_layers::sliding, 4},
    {"dflash", gguf_rope::neox, gguf_does::hyper},
    {"deepseek2-ocr", gguf_rope::neox, gguf_does::plain},
    {"glm4moe", gguf_rope::neox_or_mrope},
    {"hunyuan_vl", gguf_rope::neox_or_mrope, gguf_does::alpha},

    // Half-split pairs, several position axes.
    {"qwen2vl", gguf_rope::mrope},
    {"paddleocr", gguf_rope::mrope},
    {"qwen3vl", gguf_rope::imrope},
    {"qwen3vlmoe", gguf_rope::imrope},
    {"qwen35", gguf_rope::imrope, 0, gguf_layers::linear, 4},
    {"qwen35moe", gguf_rope::imrope, 0, gguf_layers::linear, 4},
    {"qwen3tts", gguf_rope::imrope},
};

// None for an architecture that is not listed.
inline const gguf_architecture* find_gguf_architecture(std::string_view name) {
    for (const gguf_architecture& row : gguf_architectures) {
        if (row.name == name) {
            return &row;
        }
    }
    return nullptr;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
