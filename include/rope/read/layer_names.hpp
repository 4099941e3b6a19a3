// layer_names: the name of each layer's kind: from a list in the configuration, or from the pattern that the family has.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/family.hpp>
#include <rope/families/keys.hpp>
#include <rope/read/json_fields.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr std::int64_t greatest_layers = 10000;

// How a list says which layers are of which kind.
enum class list_form : std::uint8_t {
    names,   // the name of each layer's kind
    cycle,   // the same, repeated
    flags,   // 0: `zero`, else `other`
    numbers, // the numbers of the layers that are `other`; the rest are `zero`
    ordinals // the same, counted from one
};
struct list_key {
    const char* key;
    list_form form;
    const char* zero;
    const char* other;
};
inline constexpr list_key list_keys[] = {
    {"layer_types", list_form::names, nullptr, nullptr},
    {"layers_block_type", list_form::names, nullptr, nullptr},
    {"mixer_types", list_form::names, nullptr, nullptr},
    {"block_types", list_form::cycle, nullptr, nullptr},
    {"_block_types", list_form::cycle, nullptr, nullptr},
    {"attn_type_list", list_form::flags, "linear_attention", "full_attention"},
    {"hybrid_layer_pattern", list_form::flags, "full_attention", "sliding_attention"},
    {"compress_ratios", list_form::flags, "main", "compress"},
    {"attn_layer_indices", list_form::numbers, "mamba", "attention"},
    {"full_attn_idxs", list_form::numbers, "conv", "full_attention"},
    {"hybrid_layer_ids", list_form::numbers, "mamba", "hybrid"},
    {"cross_attention_layers", list_form::numbers, "self_attention", "cross_attention"},
    {"full_attn_layers", list_form::ordinals, "linear_attention", "full_attention"}};

// Layers without rotation, on top of their kind: 0 in this list.
inline constexpr const char* no_rope_list = "no_rope_layers";

// 0: not said.
inline std::int64_t layer_count(json_fields& scope, const family* known, bool nested) {
    std::int64_t count = 0;
    for (const char* key : layers_keys) {
        if (const auto n = scope.integer(key, 0, greatest_layers); n && count == 0) {
            count = *n;
        }
    }
    return count == 0 && nested && known ? known->layers : count;
}

inline std::vector<std::string> names_of_numbers(const std::vector<std::int64_t>& numbers, const list_key& k,
                                                 std::int64_t count) {
    std::vector<std::string> names(static_cast<std::size_t>(count), k.zero);
    for (std::int64_t i : numbers) {
        i -= k.form == list_form::ordinals;
        if (i >= 0 && i < count) {
            names[static_cast<std::size_t>(i)] = k.other;
        }
    }
    return names;
}

// The names that one list gives; none where the key is absent.
inline std::optional<std::vector<std::string>> listed_names(json_fields& scope, const list_key& k,
                                                            std::int64_t count) {
    if (!scope.has(k.key)) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    if (k.form == list_form::names || k.form == list_form::cycle) {
        names = scope.strings(k.key).value_or(names);
        const std::size_t given = names.size();
        for (std::size_t i = given;
             k.form == list_form::cycle && given > 0 && i < static_cast<std::size_t>(count); ++i) {
            names.push_back(names[i % given]);
        }
        if (k.form == list_form::cycle && names.size() > static_cast<std::size_t>(count)) {
            names.resize(static_cast<std::size_t>(count));
        }
        return names;
    }
    const auto numbers = scope.integers(k.key, 0, std::int64_t{1} << 31);
    if (k.form == list_form::flags) {
        for (const std::int64_t x : numbers.value_or(std::vector<std::int64_t>())) {
            names.push_back(x == 0 ? k.zero : k.other);
        }
        return names;
    }
    return names_of_numbers(numbers.value_or(std::vector<std::int64_t>()), k, count);
}

// "LLLG": local and global layers, repeated.
inline std::vector<std::string> names_of_letters(const std::string& text, bool last_is_global,
                                                 std::int64_t count) {
    std::vector<std::string> names;
    for (std::int64_t i = 0; i < count && !text.empty(); ++i) {
        const bool local =
            text[static_cast<std::size_t>(i) % text.size()] == 'L' && !(last_is_global && i + 1 == count);
        names.push_back(local ? "sliding_attention" : "full_attention");
    }
    return names;
}

inline std::vector<std::string> names_of_pattern(const layer_pattern& p, std::int64_t period,
                                                 std::int64_t count) {
    std::vector<std::string> names;
    for (std::int64_t i = 0; period > 0 && i < count; ++i) {
        const std::int64_t at = p.from_last ? count - 1 - i : i + p.shift;
        const bool on = at % period == 0 || (p.last_is_on && i + 1 == count);
        names.push_back(on ? p.on : p.off);
    }
    return names;
}

// From the family's pattern, or from a key that says one.
inline std::vector<std::string> patterned_names(json_fields& scope, const family* known, std::int64_t count) {
    static constexpr layer_pattern said[] = {
        {"sliding_window_pattern", 0, 1, "full_attention", "sliding_attention"},
        {"_sliding_window_pattern", 0, 1, "full_attention", "sliding_attention"},
        {"full_attention_interval", 0, 1, "full_attention", "linear_attention"},
        {"no_rope_layer_interval", 0, 1, "no_rope", "rope"},
        {"nope_layer_interval", 0, 1, "no_rope", "rope"}};
    for (const layer_pattern& p : said) {
        const bool of_family = known && known->pattern.on && std::string(p.on) == known->pattern.on &&
                               std::string(p.off) == known->pattern.off;
        const json_value* value = scope.has(p.key) ? scope.find(p.key) : nullptr;
        if (value && value->is_string()) { // EXAONE 4
            return names_of_letters(value->text(), !known || known->pattern.last_is_on, count);
        }
        if (value) {
            return names_of_pattern(of_family ? known->pattern : p,
                                    scope.integer(p.key, 1, greatest_layers).value_or(0), count);
        }
    }
    if (!known || !known->pattern.on) {
        return {};
    }
    const auto period = known->pattern.key ? scope.integer(known->pattern.key, 1, greatest_layers)
                                           : std::optional<std::int64_t>();
    return names_of_pattern(known->pattern, period.value_or(known->pattern.period), count);
}

// The name of each layer's kind; empty where all layers are of one kind.
inline std::vector<std::string> layer_names(json_fields& scope, const family* known, std::int64_t count,
                                            bool counted) {
    read_context& context = scope.context();
    std::vector<std::string> names;
    const char* said_by = nullptr;
    const json_value* linear = scope.object().find_set("linear_attn_config"); // Kimi Linear
    for (const list_key& k : list_keys) {
        std::optional<std::vector<std::string>> list = listed_names(scope, k, count);
        if (!list && linear && linear->is_object()) {
            linear->mark_read();
            json_fields inner(*linear, scope.name("linear_attn_config."), context);
            list = listed_names(inner, k, count);
        }
        if (list && !said_by) {
            names = std::move(*list);
            said_by = k.key;
        }
    }
    if (!said_by && known && known->list_key) {
        for (const list_key& k : list_keys) {
            if (std::string(k.key) == known->list_key) {
                names = names_of_numbers({known->listed, known->listed + known->listed_count}, k, count);
                scope.find(k.key);
            }
        }
    } else if (!said_by) {
        names = patterned_names(scope, known, count);
    }
    if (said_by && counted && static_cast<std::int64_t>(names.size()) > count && known &&
        known->more_layers) {
        names.resize(static_cast<std::size_t>(count)); // beyond are layers that predict further tokens
    }
    if (said_by && counted && static_cast<std::int64_t>(names.size()) != count) {
        context.fail(scope.name(said_by) + " has " + std::to_string(names.size()) +
                     " entries: expected num_hidden_layers = " + std::to_string(count));
        return {};
    }
    if (said_by && known && known->last_full && !names.empty() && names.back() != known->pattern.on) {
        context.note("the last entry of " + scope.name(said_by) + " is read as " + known->pattern.on +
                     ", as model_type " + std::string(known->name) + " has it");
        names.back() = known->pattern.on;
    }
    // Which layers have no rotation, on top of that.
    if (const auto flags = scope.integers(no_rope_list, 0, greatest_layers); flags && !flags->empty()) {
        names.resize(flags->size(), "rope");
        for (std::size_t i = 0; i < flags->size(); ++i) {
            if ((*flags)[i] == 0) {
                names[i] = "no_rope";
            } else if (known && known->pattern.on && std::string(known->pattern.on) == "no_rope") {
                names[i] = "rope";
            }
        }
    } else if (known && known->pattern.on && std::string(known->pattern.on) == "no_rope") {
        names = patterned_names(scope, known, count);
    }
    return names;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
