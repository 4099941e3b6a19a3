// switches: keys that say that a model has no rotary embedding.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/family.hpp>
#include <rope/families/keys.hpp>
#include <rope/read/json_fields.hpp>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A value as a switch's row has it: true, rotary, 4096.
inline std::string plain_text(const json_value& value) {
    return value.is_string() ? value.text() : found(value);
}

inline std::string switched_off_by_family(json_fields& scope, const family& known) {
    if (known.role == role::unrotated) {
        return "model_type " + std::string(known.name) + " has no rotary embedding";
    }
    if (!known.switch_key) {
        return {};
    }
    const json_value* value = scope.find(known.switch_key);
    if (!value && known.on_without) {
        return {};
    }
    if (value && plain_text(*value) == known.switch_value) {
        return {};
    }
    return value ? scope.name(known.switch_key) + " = " + found(*value)
                 : scope.name(known.switch_key) + " is not given, and model_type " + std::string(known.name) +
                       " rotates only where it is " + known.switch_value;
}

// A word for positions other than rotary ones. Families that rotate leave `absolute` in their files unread.
inline std::string switched_off_by_word(json_fields& scope, const family* known) {
    for (const char* key : position_keys) {
        const json_value* value = scope.find(key);
        if (!value || !value->is_string() ||
            (known && known->switch_key && std::string(known->switch_key) == key)) {
            continue;
        }
        std::string word = value->text();
        std::transform(word.begin(), word.end(), word.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (word.find("rope") != word.npos ? word.find("nope") == word.npos : word.find("rot") != word.npos) {
            continue;
        }
        if (word == "nope" || word == "none" || word == "alibi" || !known) {
            return scope.name(key) + " = " + found(*value);
        }
    }
    return {};
}

inline std::string switched_off_by_flag(json_fields& scope) {
    for (const switch_key& s : switch_keys) {
        const json_value* value = scope.find(s.key);
        if (value && value->is_boolean() && value->boolean() == s.off) {
            return scope.name(s.key) + " = " + found(*value);
        }
        if (value && !value->is_boolean() && !value->is_object()) {
            scope.context().fail(scope.name(s.key) + " = " + found(*value) + ": expected true or false");
        }
    }
    return {};
}

// Why the model has no rotary embedding; empty where it has one.
inline std::string switched_off(json_fields& scope, const family* known) {
    std::string why = known ? switched_off_by_family(scope, *known) : std::string();
    if (why.empty()) {
        why = switched_off_by_word(scope, known);
    }
    if (why.empty()) {
        why = switched_off_by_flag(scope);
    }
    if (const json_value* attention = scope.object().find_set("attn_config");
        why.empty() && attention && attention->is_object()) { // MPT
        json_fields inner(*attention, scope.name("attn_config."), scope.context());
        why = switched_off_by_flag(inner);
    }
    const auto slice = scope.integer("qk_rope_head_dim");
    if (why.empty() && slice && *slice == 0 && scope.has("kv_lora_rank")) {
        why = scope.name("qk_rope_head_dim") + " = 0: no element of a head rotates";
    }
    return why;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
