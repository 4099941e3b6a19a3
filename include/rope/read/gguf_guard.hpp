// gguf_guard: keys of a GGUF file that speak of rotary embedding and that nothing has read.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/metadata_fields.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// All keys that some architecture reads, without the architecture's name.
inline constexpr std::string_view gguf_keys[] = {"rope.dimension_count",
                                                 "rope.dimension_count_swa",
                                                 "rope.dimension_sections",
                                                 "rope.freq_base",
                                                 "rope.freq_base_swa",
                                                 "rope.scale_linear",
                                                 "rope.scaling.type",
                                                 "rope.scaling.factor",
                                                 "rope.scaling.alpha",
                                                 "rope.scaling.attn_factor",
                                                 "rope.scaling.original_context_length",
                                                 "rope.scaling.finetuned",
                                                 "rope.scaling.yarn_log_multiplier",
                                                 "rope.scaling.yarn_ext_factor",
                                                 "rope.scaling.yarn_attn_factor",
                                                 "rope.scaling.yarn_beta_fast",
                                                 "rope.scaling.yarn_beta_slow",
                                                 "attention.compress_rope_freq_base",
                                                 "attention.compress_ratios",
                                                 "attention.head_count",
                                                 "attention.head_count_kv",
                                                 "attention.key_length",
                                                 "attention.key_length_mla",
                                                 "attention.key_length_swa",
                                                 "attention.recurrent_layers",
                                                 "attention.sliding_window",
                                                 "attention.sliding_window_pattern",
                                                 "attention.value_length",
                                                 "attention.value_length_mla",
                                                 "attention.value_length_swa",
                                                 "block_count",
                                                 "context_length",
                                                 "embedding_length",
                                                 "full_attention_interval",
                                                 "leading_dense_block_count",
                                                 "nextn_predict_layers"};

// Letters to insert, delete or change to make b of a; up to 3.
inline std::size_t letters_apart(std::string_view a, std::string_view b) {
    const std::size_t longer = std::max(a.size(), b.size());
    if (longer > 60 || longer - std::min(a.size(), b.size()) > 2) {
        return 3;
    }
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t k = 0; k < row.size(); ++k) {
        row[k] = k;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t above = row[0];
        row[0] = i + 1;
        for (std::size_t k = 0; k < b.size(); ++k) {
            const std::size_t change = above + (a[i] == b[k] ? 0 : 1);
            above = row[k + 1];
            row[k + 1] = std::min({change, row[k] + 1, above + 1});
        }
    }
    return std::min<std::size_t>(row[b.size()], 3);
}

inline bool speaks_of_rope(std::string_view key) {
    for (const char* word :
         {"rope", "rotary", "theta", "yarn", "freq_base", "longrope", "ntk", "swa", "compress_ratio"}) {
        if (key.find(word) != key.npos) {
            return true;
        }
    }
    return false;
}

// Known keys that say nothing where they have their default.
inline bool says_default(std::string_view key, const metadata_value& value, const config& c) {
    struct default_value {
        std::string_view key;
        double value;
    };
    const default_value defaults[] = {
        {"rope.scaling.yarn_ext_factor", 1}, {"rope.scaling.yarn_attn_factor", 1},
        {"rope.scaling.yarn_beta_fast", 32}, {"rope.scaling.yarn_beta_slow", 1},
        {"rope.scaling.alpha", 0},           {"rope.scaling.yarn_log_multiplier", 0},
        {"rope.freq_base_swa", c.base},      {"rope.scale_linear", 1}};
    const double* real = std::get_if<double>(&value);
    const auto* whole = std::get_if<std::int64_t>(&value);
    for (const default_value& each : defaults) {
        if (each.key == key) {
            return real ? *real == each.value : whole && static_cast<double>(*whole) == each.value;
        }
    }
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value);
        list && key == "rope.dimension_sections") {
        return std::all_of(list->begin(), list->end(), [](std::int64_t s) { return s == 0; });
    }
    return key == "rope.scaling.finetuned" || key.rfind("attention.key_length", 0) == 0 ||
           key.rfind("attention.value_length", 0) == 0;
}

// A note for each key that nobody has read although it speaks of rotary embedding, or is close to one that does.
inline void note_unread_gguf_keys(const metadata& values, const metadata_fields& all,
                                  const metadata_fields& keys, const std::string& architecture,
                                  read_context& context) {
    const std::string prefix = architecture + ".";
    for (const auto& [key, value] : values) {
        if (all.used(key) || keys.used(key) || key.rfind("tokenizer.", 0) == 0 ||
            key.rfind("general.", 0) == 0) {
            continue;
        }
        const bool ours = key.rfind(prefix, 0) == 0;
        const std::string_view name = std::string_view(key).substr(ours ? prefix.size() : 0);
        if (ours && std::find(std::begin(gguf_keys), std::end(gguf_keys), name) != std::end(gguf_keys)) {
            if (speaks_of_rope(name) && context.out.rotates &&
                !says_default(name, value, context.out.config)) {
                context.note(key.substr(0, 80) + " is not used: llama.cpp does not use it here");
            }
            continue;
        }
        std::string_view nearest;
        for (const std::string_view known : gguf_keys) {
            nearest = letters_apart(name, known) <= 2 ? known : nearest;
        }
        if (!nearest.empty() || speaks_of_rope(name)) {
            context.note(key.substr(0, 80) + " is not used" +
                         (nearest.empty()
                              ? ours ? "" : ": it is not a key of architecture " + architecture.substr(0, 40)
                              : ": is " + prefix + std::string(nearest) + " meant?"));
        }
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
