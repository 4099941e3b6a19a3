// guard: remarks on keys that nobody has read, of the part that was read and of what is around it: those whose names speak of
// rotary embedding, those that are nearly a key that is known, and known ones in the wrong place.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/keys.hpp>
#include <rope/read/json_value.hpp>
#include <rope/read/layer_names.hpp>
#include <rope/read/model_part.hpp>
#include <rope/read/recipe_fields.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Every key that a reader of configurations asks for.
inline const std::vector<std::string_view>& known_keys() {
    static const std::vector<std::string_view> all = [] {
        std::vector<std::string_view> keys = {"model_type",
                                              "rope_scaling",
                                              "rope_parameters",
                                              "rope_ratio",
                                              "qk_rope_head_dim",
                                              "rotary_dim",
                                              "global_head_dim",
                                              "rope_local_base_freq",
                                              "global_rope_theta",
                                              "local_rope_theta",
                                              "swa_rope_theta",
                                              "swa_head_dim",
                                              "compress_rope_theta",
                                              "layer_rope_theta",
                                              "partial_rotary_factors",
                                              "yarn_only_types",
                                              "per_layer_config",
                                              "sliding_window_pattern",
                                              "_sliding_window_pattern",
                                              "full_attention_interval",
                                              "no_rope_layer_interval",
                                              "nope_layer_interval",
                                              "global_attn_every_n_layers",
                                              "no_rope_layers",
                                              "original_max_position_embeddings",
                                              "use_dynamic_ntk",
                                              "use_logn_attn",
                                              "attn_temperature_tuning",
                                              "rotary_scaling_factor",
                                              "max_trained_positions",
                                              "use_mem_rope",
                                              "kv_lora_rank",
                                              "use_fope",
                                              "rotary_embedding_base",
                                              "mrope_section",
                                              "mrope_interleaved",
                                              "rope_type"};
        const auto add = [&keys](const auto& list) {
            keys.insert(keys.end(), std::begin(list), std::end(list));
        };
        add(head_dim_keys);
        add(width_keys);
        add(heads_keys);
        add(layers_keys);
        add(theta_keys);
        add(share_keys);
        add(pairing_keys);
        add(length_keys);
        add(position_keys);
        add(recipe_keys);
        add(language_model_keys);
        for (const switch_key& s : switch_keys) {
            keys.push_back(s.key);
        }
        for (const list_key& k : list_keys) {
            keys.push_back(k.key);
        }
        return keys;
    }();
    return all;
}

// Whether one letter more, less or other makes one word the other, or two neighbours swapped.
inline bool one_letter_apart(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) {
        std::swap(a, b);
    }
    if (b.size() - a.size() > 1 || a == b) {
        return false;
    }
    std::size_t k = 0;
    while (k < a.size() && a[k] == b[k]) {
        ++k;
    }
    const std::string_view tail_a = a.substr(k), tail_b = b.substr(k);
    if (a.size() < b.size()) {
        return tail_a == tail_b.substr(1);
    }
    return tail_a.substr(1) == tail_b.substr(1) ||
           (tail_a.size() > 1 && tail_a[0] == tail_b[1] && tail_a[1] == tail_b[0] &&
            tail_a.substr(2) == tail_b.substr(2));
}

inline bool listed(std::string_view key, const char* const* first, const char* const* last) {
    return std::find(first, last, key) != last;
}

inline std::string_view near_key(std::string_view key) {
    for (const std::string_view known : known_keys()) {
        if (key.size() > 4 && one_letter_apart(key, known)) {
            return known;
        }
    }
    return {};
}

inline bool speaks_of_rotation(std::string_view key) {
    std::string lower(key);
    for (char& c : lower) {
        c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return std::any_of(std::begin(rotary_words), std::end(rotary_words),
                       [&](const char* word) { return lower.find(word) != lower.npos; });
}

// Whether a key of the part that was read, which nobody has read, changes the rotation by its name.
inline bool ought_to_be_read(const std::string& key, const json_value& value, bool rotates) {
    if (listed(key, std::begin(recipe_keys), std::end(recipe_keys))) {
        return rotates;
    }
    if (value.is_object()) {
        return listed(key, std::begin(language_model_keys),
                      std::begin(language_model_keys) + sure_language_model_keys) ||
               key == "rope_scaling" || key == "rope_parameters";
    }
    return rotates && speaks_of_rotation(key);
}

// Keys of `object` that nobody has read. `inner` is the part that was read, where `object` is around it.
inline void remark_on_unread(const json_value& object, const std::string& where, const json_value* inner,
                             read_context& context) {
    for (std::size_t k = 0; k < object.size(); ++k) {
        const std::string& key = object.keys()[k];
        const json_value& value = object.items()[k];
        if (value.was_read() || value.is_null() ||
            listed(key, std::begin(harmless_keys), std::end(harmless_keys))) {
            continue;
        }
        const bool known = std::find(known_keys().begin(), known_keys().end(), key) != known_keys().end();
        const std::string_view near =
            known ? std::string_view() : near_key(key); // known ones are no misspelling
        if (inner) { // around the part: a key that the part has, too, with the same value, is a repetition
            const json_value* same = inner->find(key);
            const bool speaks = speaks_of_rotation(key) || known || !near.empty();
            if (!speaks || value.is_object() != (key == "rope_scaling" || key == "rope_parameters") ||
                (same && same_json(*same, value))) {
                continue;
            }
            context.note(where + shortened(key) + " = " + found(value) +
                         " is not used: the language model is inside" +
                         (same ? " and says " + found(*same) : std::string()));
            continue;
        }
        if (near.empty() && !ought_to_be_read(key, value, context.out.rotates)) {
            continue;
        }
        context.note(where + shortened(key) + " = " + found(value) + " is not used" +
                     (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
    }
}

// What no kind of layer has read in rope_scaling or rope_parameters, where they are not `used`, which is remarked on already.
inline void remark_on_unread_parameters(const model_part& part, const json_value* used,
                                        read_context& context) {
    const char* name = part.scope->find_set("rope_parameters") ? "rope_parameters" : "rope_scaling";
    const json_value* parameters = part.scope->find(name);
    for (std::size_t k = 0; parameters && parameters != used && k < parameters->size(); ++k) {
        const json_value& value = parameters->items()[k];
        if (parameters->is_object() && !value.was_read() && !value.is_object() && !value.is_null()) {
            context.note(part.where + name + "." + shortened(parameters->keys()[k]) + " = " + found(value) +
                         " is not used");
        }
    }
}

inline void remark_on_unread(const model_part& part, read_context& context) {
    remark_on_unread(*part.scope, part.where, nullptr, context);
    for (const json_value* outer : part.around) {
        remark_on_unread(*outer, "", part.scope, context);
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
