// model_part: which part of a configuration is read: the language model, which is the innermost one, or the part that the
// options name; and the family of that part.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/find_family.hpp>
#include <rope/read/json_value.hpp>
#include <rope/read/reading.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct model_part {
    const json_value* scope = nullptr;
    std::string where = {}; // its dotted path with a dot at the end; empty: the whole
    std::string model_type = {};
    std::optional<family> row = {};             // none: not listed
    std::vector<const json_value*> around = {}; // the objects that hold it, the outermost first
};

// Keys under which models keep their language model, the surest first.
inline constexpr const char* language_model_keys[] = {
    "text_config", "thinker_config", "llm_config", "language_config", "language_model_config",
    "vlm_config",  "decoder_config", "decoder",    "generator_config"};
inline constexpr std::size_t sure_language_model_keys = 5; // the first ones, whatever the family
inline constexpr const char* tower_keys[] = {"vision_config", "vision_tower_config", "visual", "vit_config"};

// Whether an object says how wide a head is.
inline bool says_head_dim(const json_value& object) {
    for (const char* key :
         {"head_dim", "hidden_size", "qk_rope_head_dim", "kv_channels", "n_embd", "d_model"}) {
        if (object.find_set(key)) {
            return true;
        }
    }
    return false;
}

inline std::string model_type_of(const json_value& object) {
    const json_value* type = object.find("model_type");
    if (!type || !type->is_string()) {
        return {};
    }
    type->mark_read();
    return type->text();
}

// What a composite says of its language model goes before the class defaults of that model's own type.
inline family merged(family inner, const family& outer) {
    inner.base = outer.base > 0 ? outer.base : inner.base;
    inner.width = outer.width > 0 ? outer.width : inner.width;
    inner.heads = outer.heads > 0 ? outer.heads : inner.heads;
    inner.head_dim = outer.head_dim > 0 ? outer.head_dim : inner.head_dim;
    inner.length = outer.length > 0 ? outer.length : inner.length;
    return inner;
}

// Goes into `key`. The part's type is its own, else the one that the composite gives it.
inline void enter(model_part& part, const char* key, const char* type_without) {
    const json_value* inner = part.scope->find(key);
    inner->mark_read();
    part.around.push_back(part.scope);
    part.scope = inner;
    part.where += std::string(key) + ".";
    part.model_type = model_type_of(*inner);
    if (part.model_type.empty() && type_without && !inner->find_set("model_type")) {
        part.model_type = type_without;
    }
    const std::optional<family> outer = part.row;
    const bool named = !part.model_type.empty() || inner->find("model_type");
    part.row = named ? find_family(part.model_type) : std::nullopt;
    // Files of transformers 4 give a part the type of the whole model.
    if (type_without && outer && (outer->types_fixed || (part.row && part.model_type == outer->name))) {
        part.row = find_family(type_without);
    }
}

// Whether an object is a model's configuration, or holds one.
inline bool looks_like_a_model(const json_value& object) {
    bool holds = object.find_set("model_type") || says_head_dim(object);
    for (const char* key : language_model_keys) {
        const json_value* inner = object.find_set(key);
        holds = holds || (inner && inner->is_object());
    }
    return object.is_object() && holds;
}

// From a composite into its language model, as far as it goes.
inline void enter_language_model(model_part& part) {
    for (int depth = 0; depth < 4; ++depth) {
        const std::optional<family> outer = part.row;
        const bool whole =
            outer && (outer->role == role::rotates || outer->role == role::tower) && !outer->name.empty();
        if (whole && says_head_dim(*part.scope)) {
            return;
        }
        const char* chosen = nullptr;
        const auto holds_model = [&](const char* key, bool surely) {
            const json_value* inner = part.scope->find_set(key);
            return inner && looks_like_a_model(*inner) && (surely || !says_head_dim(*part.scope));
        };
        if (outer && outer->part && holds_model(outer->part, true)) {
            chosen = outer->part;
        }
        for (std::size_t k = 0; !chosen && k < std::size(language_model_keys); ++k) {
            chosen = holds_model(language_model_keys[k],
                                 k < sure_language_model_keys || (outer && outer->role == role::composite))
                         ? language_model_keys[k]
                         : nullptr;
        }
        if (!chosen) {
            if (outer && outer->role == role::composite) { // older files: the language model is at the top
                part.row = outer->inner ? find_family(outer->inner) : std::nullopt;
            }
            return;
        }
        enter(part, chosen, outer ? whole ? outer->name.data() : outer->inner : nullptr);
        if (outer && outer->role == role::composite && part.row && part.row->role == role::rotates) {
            part.row = merged(*part.row, *outer);
        }
    }
}

// The keys of an object that hold objects, for sentences.
inline std::string parts_of(const json_value& object) {
    std::string text;
    for (std::size_t k = 0; k < object.size(); ++k) {
        if (object.items()[k].is_object()) {
            text += (text.empty() ? "" : ", ") + shortened(object.keys()[k]);
        }
    }
    return text.empty() ? "none" : text;
}

// Along a dotted path.
inline void enter_path(model_part& part, const std::string& path, read_context& context) {
    for (std::size_t from = 0; from <= path.size();) {
        const std::size_t dot = std::min(path.find('.', from), path.size());
        const std::string key = path.substr(from, dot - from);
        const json_value* inner = part.scope->find(key);
        if (!inner || !inner->is_object()) {
            context.fail("part " + shortened(path) + ": " + part.where + shortened(key) +
                         (inner ? " is " + found(*inner) : std::string(" is not in the configuration")) +
                         ", expected one of " + parts_of(*part.scope));
            return;
        }
        const bool tower = key.rfind("vi", 0) == 0;
        enter(part, key.c_str(), part.row ? (tower ? part.row->tower : part.row->inner) : nullptr);
        from = dot + 1;
    }
}

// Into the vision tower that is next to the language model.
inline void enter_tower(model_part& part, read_context& context) {
    for (int depth = 0; depth < 4; ++depth) {
        for (const char* key : tower_keys) {
            const json_value* tower = part.scope->find_set(key);
            if (tower && tower->is_object()) {
                enter(part, key, part.row ? part.row->tower : nullptr);
                return;
            }
        }
        const char* chosen = nullptr;
        for (const char* key : language_model_keys) {
            const json_value* inner = part.scope->find_set(key);
            chosen = !chosen && inner && inner->is_object() ? key : chosen;
        }
        if (!chosen) {
            break;
        }
        enter(part, chosen, part.row ? part.row->inner : nullptr);
    }
    context.fail("layer type vision: the configuration has no vision_config");
}

inline model_part find_part(const json_value& document, const read_options& options, bool tower,
                            read_context& context) {
    model_part part;
    part.scope = &document;
    part.model_type = model_type_of(document);
    const json_value* type = document.find("model_type");
    part.row = type && type->is_string() ? find_family(part.model_type) : std::nullopt;
    const std::string outer_type = part.model_type;
    if (tower) {
        enter_tower(part, context);
        return part;
    }
    if (!options.part.empty()) {
        enter_path(part, options.part, context);
    }
    if (context.ok()) {
        enter_language_model(part);
    }
    if (part.model_type.empty() && !part.row) {
        part.model_type = outer_type;
        part.row = outer_type.empty() ? std::nullopt : find_family(outer_type);
        if (part.row && part.row->role == role::composite) {
            part.row = part.row->inner ? find_family(part.row->inner) : std::nullopt;
        }
    }
    return part;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
