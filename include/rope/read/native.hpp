// native: the library's own JSON form of a config, read.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/axis_map.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/scaling_type.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr const char* native_keys[] = {
    "base",          "pairing",          "scaling",      "axis_of_pair",
    "sections",      "section_order",    "max_position", "original_max_position",
    "rotary_offset", "latent_attention", "direction"};

// Whether a document is meant as the native form: it has a key that only that form has, or nothing but the two that both
// forms share.
inline bool looks_native(const json_value& document) {
    bool shared_only = document.is_object() && document.size() > 0;
    for (const std::string& key : document.keys()) {
        shared_only = shared_only && (key == "head_dim" || key == "rotary_dim");
    }
    if (shared_only) {
        return true;
    }
    if (document.find("model_type") || document.find("architectures") || document.find("text_config")) {
        return false;
    }
    for (const char* key : native_keys) {
        if (document.find(key)) {
            return true;
        }
    }
    return false;
}

inline void read_native_scaling(const json_value& object, read_context& context) {
    json_fields fields(object, "scaling.", context);
    std::optional<std::string> type = fields.string("type");
    if (const std::optional<std::string> other = fields.string("rope_type"); !type) {
        type = other;
    }
    if (!type) {
        context.fail("scaling.type is missing: expected the name of a scaling type");
        return;
    }
    std::optional<scaling> chosen = scaling_of_type(*type);
    if (!chosen) {
        context.fail(unknown_scaling_type("scaling.type", *type));
        return;
    }
    std::visit([&fields](auto& s) { describe(s, fields); }, *chosen);
    config& c = context.out.config;
    c.scaling = std::move(*chosen);
    // Hugging Face writes this length among the recipe's parameters.
    if (const auto length = fields.integer("original_max_position_embeddings", 1)) {
        if (c.original_max_position != 0 && c.original_max_position != *length) {
            context.fail("scaling.original_max_position_embeddings = " + number(*length) +
                         " disagrees with original_max_position = " + number(c.original_max_position));
        }
        c.original_max_position = *length;
    }
    for (const std::string& key : fields.unused()) {
        context.note("scaling." + key + " is not used by scaling type " + name_of(c.scaling));
    }
}

inline void read_native(const json_value& document, read_context& context) {
    context.out.form = "native";
    json_fields fields(document, "", context);
    config& c = context.out.config;
    const auto head_dim = fields.integer("head_dim", 1);
    if (!head_dim) {
        context.fail("head_dim is missing: expected an integer from 1 up");
        return;
    }
    c.head_dim = *head_dim;
    c.rotary_dim = fields.integer("rotary_dim", 1).value_or(c.head_dim);
    c.rotary_offset = fields.integer("rotary_offset").value_or(0);
    c.base = fields.number("base", positive).value_or(c.base);
    if (const auto text = fields.string("pairing")) {
        if (*text != "half_split" && *text != "interleaved") {
            context.fail("pairing = \"" + text->substr(0, 40) + "\": expected half_split or interleaved");
        }
        c.pairing = *text == "interleaved" ? pairing::interleaved : pairing::half_split;
    }
    c.axis_of_pair = fields.integers("axis_of_pair", 0, 1 << 16).value_or(c.axis_of_pair);
    c.sections = fields.integers("sections", 0, 1 << 16).value_or(c.sections);
    fields.choice("section_order", c.section_order, section_order_names);
    c.max_position = fields.integer("max_position").value_or(0);
    c.original_max_position = fields.integer("original_max_position").value_or(0);
    c.latent_attention = fields.boolean("latent_attention").value_or(false);
    fields.choice("direction", c.reversed, {"forward", "reversed"});
    if (const json_value* object = fields.object("scaling")) {
        read_native_scaling(*object, context);
    }
    for (const std::string& key : fields.unused()) {
        if (key == "rope_theta" || key == "rope_scaling" || key == "rope_parameters") {
            context.fail(
                key + " belongs to Hugging Face's form; the native form, which the other keys have, says " +
                (key == "rope_theta" ? "base" : "scaling"));
        }
        context.note(key + " is not a key of the native form");
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
