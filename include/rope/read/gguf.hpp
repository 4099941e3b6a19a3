// gguf: a model's rotary embedding from GGUF metadata keys, given as a plain map. The tensors that carry frequencies there
// are passed as lists under their names: rope_freqs.weight, rope_factors_long.weight, rope_factors_short.weight.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/metadata.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// How llama.cpp rotates an architecture. GGUF files of Llama have their weights permuted to interleaved pairs.
enum class gguf_rope : std::uint8_t { unknown, normal, neox, mrope, imrope };

inline gguf_rope gguf_rope_of(std::string_view architecture) {
    constexpr std::string_view normal[] = {
        "llama",   "llama4",    "deci",     "baichuan",     "starcoder",  "internlm2", "minicpm",
        "xverse",  "command-r", "cohere2",  "olmo",         "arctic",     "deepseek",  "deepseek2",
        "plm",     "chatglm",   "glm4",     "granite",      "granitemoe", "chameleon", "bailingmoe",
        "smollm3", "arcee",     "ernie4_5", "ernie4_5-moe", "mistral3",   "gptj"};
    constexpr std::string_view neox[] = {
        "falcon",   "grok",   "dbrx",     "nomic-bert", "stablelm", "bitnet",  "qwen",        "qwen2",
        "qwen2moe", "qwen3",  "qwen3moe", "phi2",       "phi3",     "phimoe",  "plamo",       "gemma",
        "gemma2",   "gemma3", "gemma3n",  "starcoder2", "openelm",  "gptneox", "codeshell",   "orion",
        "nemotron", "exaone", "exaone4",  "minicpm3",   "olmo2",    "olmoe",   "hunyuan-moe", "hunyuan-dense",
        "gpt-oss",  "lfm2",   "glm4moe",  "jais2",      "seed_oss", "dots1",   "minimax-m2"};
    for (const std::string_view name : normal) {
        if (name == architecture) {
            return gguf_rope::normal;
        }
    }
    for (const std::string_view name : neox) {
        if (name == architecture) {
            return gguf_rope::neox;
        }
    }
    return architecture == "qwen2vl"                                   ? gguf_rope::mrope
           : architecture == "qwen3vl" || architecture == "qwen3vlmoe" ? gguf_rope::imrope
                                                                       : gguf_rope::unknown;
}

inline void read_gguf_scaling(metadata_fields& keys, metadata_fields& tensors, read_context& context) {
    config& c = context.out.config;
    const auto factors = tensors.list<double>("rope_freqs.weight");
    const auto long_list = tensors.list<double>("rope_factors_long.weight");
    const auto short_list = tensors.list<double>("rope_factors_short.weight");
    const std::string type = keys.string("rope.scaling.type").value_or("");
    auto factor = keys.number("rope.scaling.factor", at_least_one);
    if (!factor) {
        factor = keys.number("rope.scale_linear", at_least_one); // the older key
    }
    const auto attention = keys.number("rope.scaling.attn_factor", amplitude_range);
    if (long_list || short_list || type == "longrope") {
        longrope_scaling s;
        s.long_factor = long_list.value_or(s.long_factor);
        s.short_factor = short_list.value_or(s.short_factor);
        s.factor = factor;
        s.attention_factor = attention;
        c.scaling = std::move(s);
    } else if (type == "yarn") {
        yarn_scaling s;
        s.factor = factor;
        s.beta_fast = keys.number("rope.scaling.yarn_beta_fast", not_negative).value_or(s.beta_fast);
        s.beta_slow = keys.number("rope.scaling.yarn_beta_slow", not_negative).value_or(s.beta_slow);
        if (const auto gain = keys.number("rope.scaling.yarn_log_multiplier", not_negative);
            gain && *gain != 0) {
            s.mscale = s.mscale_all_dim =
                10 * *gain; // written as 0.1 mscale_all_dim; the amplitude is 1, the softmax has it
            c.latent_attention = true;
        } else if (attention && factor) {
            s.attention_factor = *attention * (0.1 * std::log(*factor) + 1);
        }
        c.scaling = s;
    } else if (type == "linear" || (type.empty() && factor && *factor != 1)) {
        if (!factor) {
            context.fail("rope.scaling.factor is missing: expected a finite number of at least 1");
        }
        c.scaling = linear_scaling{factor.value_or(1)};
    } else if (type == "none" || type.empty()) {
        c.scaling = no_scaling{};
        if (factors) { // Llama 3's bands, already worked out by the converter
            c.scaling = frequency_factors_scaling{*factors};
        }
    } else {
        context.fail("rope.scaling.type = \"" + type.substr(0, 40) +
                     "\" is not known: expected none, linear, yarn or longrope");
    }
    if (factors && !std::holds_alternative<frequency_factors_scaling>(c.scaling)) {
        context.note("rope_freqs.weight is not used beside rope.scaling.type " + type);
    }
}

inline void read_gguf(const metadata& values, read_context& context) {
    context.out.form = "gguf";
    metadata_fields all(values, "", context);
    const auto architecture = all.string("general.architecture");
    if (!architecture) {
        context.fail("general.architecture is missing: expected the name of an architecture");
        return;
    }
    context.out.model_type = *architecture;
    metadata_fields keys(values, *architecture + ".", context);
    config& c = context.out.config;
    const auto length = keys.integer("attention.key_length", 1);
    const auto width = keys.integer("embedding_length", 1), heads = keys.integer("attention.head_count", 1);
    const auto dimension = keys.integer("rope.dimension_count", 2);
    const gguf_rope kind = gguf_rope_of(*architecture);
    if (length) {
        c.head_dim = *length;
    } else if (width && heads && *width % *heads == 0) {
        c.head_dim = *width / *heads;
    } else {
        context.fail(*architecture +
                     ".attention.key_length is missing: expected it, or embedding_length as a multiple of "
                     "attention.head_count");
        return;
    }
    c.rotary_dim = dimension.value_or(c.head_dim);
    if (*architecture == "deepseek2" && dimension) { // the rotary slice of latent attention stands alone
        c.head_dim = *dimension;
    }
    c.base = keys.number("rope.freq_base", positive).value_or(10000);
    c.max_position = keys.integer("context_length", 1).value_or(0);
    c.original_max_position = keys.integer("rope.scaling.original_context_length", 1).value_or(0);
    read_gguf_scaling(keys, all, context);
    c.pairing = kind == gguf_rope::normal ? pairing::interleaved : pairing::half_split;
    if (kind == gguf_rope::unknown) {
        context.note("pairing half_split is an assumption: architecture " + architecture->substr(0, 40) +
                     " is not in the table");
    }
    if (const auto sections = keys.list<std::int64_t>("rope.dimension_sections")) {
        c.sections = *sections;
        c.section_order =
            kind == gguf_rope::imrope ? section_order::interleaved_ggml : section_order::contiguous;
        if (kind != gguf_rope::imrope) { // ggml keeps four; a last section of no pairs is no axis
            while (c.sections.size() > 1 && c.sections.back() == 0) {
                c.sections.pop_back();
            }
        }
    }
}

} // namespace detail

// Reads GGUF metadata; `out` is filled when the status is ok.
inline status try_read_gguf(const metadata& values, reading& out) {
    detail::read_context context;
    detail::read_gguf(values, context);
    if (context.ok()) {
        context.fail(validate(context.out.config).message);
    }
    if (context.ok()) {
        out = std::move(context.out);
    }
    return {std::move(context.fault)};
}

// The same; throws rope::error.
inline reading reading_from_gguf(const metadata& values) {
    reading out;
    detail::require(try_read_gguf(values, out));
    return out;
}

} // namespace ROPE_ABI
} // namespace rope
