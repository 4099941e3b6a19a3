// native: the library's own JSON form of a config, read and written. What is written reads back as the same config.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/axis_map.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/scaling_type.hpp>

#include <nlohmann/json.hpp>

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
    "base",          "pairing",         "scaling",      "axis_of_pair",
    "sections",      "section_order",   "max_position", "original_max_position",
    "rotary_offset", "latent_attention"};

// Whether a document is meant as the native form: it has a key that only that form has, or nothing but the two that both
// forms share.
inline bool looks_native(const nlohmann::json& document) {
    bool shared_only = document.is_object() && !document.empty();
    for (auto at = document.begin(); shared_only && at != document.end(); ++at) {
        shared_only = at.key() == "head_dim" || at.key() == "rotary_dim";
    }
    if (shared_only) {
        return true;
    }
    if (document.contains("model_type") || document.contains("architectures") ||
        document.contains("text_config")) {
        return false;
    }
    for (const char* key : native_keys) {
        if (document.contains(key)) {
            return true;
        }
    }
    return false;
}

inline void read_native_scaling(const nlohmann::json& object, read_context& context) {
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

inline void read_native(const nlohmann::json& document, read_context& context) {
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
    if (const nlohmann::json* object = fields.object("scaling")) {
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

// The visitor of `describe` that writes.
struct json_writer {
    nlohmann::json& out;
    template <class T>
    void needs(const char* key, const T& value, const value_rule& rule) {
        may(key, value, rule);
    }
    template <class T>
    void may(const char* key, const T& value, const value_rule&) {
        out[key] = value;
    }
    void may(const char* key, const std::optional<double>& value, const value_rule&) {
        if (value) {
            out[key] = *value;
        }
    }
    template <class T>
    void may(const char* key, const std::vector<T>& list, const value_rule&) {
        if (!list.empty()) {
            out[key] = list;
        }
    }
    void may(const char* key, const bool& value) { out[key] = value; }
    template <class E, std::size_t n>
    void choice(const char* key, const E& value, const char* const (&names)[n]) {
        out[key] = names[static_cast<std::size_t>(value)];
    }
};

} // namespace detail

// The native form of a config: config_from_json of it is the same config again.
inline nlohmann::json to_native_json(const config& c) {
    nlohmann::json out = nlohmann::json::object();
    out["head_dim"] = c.head_dim;
    out["rotary_dim"] = c.rotary_dim == 0 ? c.head_dim : c.rotary_dim;
    out["base"] = c.base;
    out["pairing"] = c.pairing == pairing::interleaved ? "interleaved" : "half_split";
    scaling copy = c.scaling;
    nlohmann::json parameters = {{"type", detail::name_of(copy)}};
    detail::json_writer writer{parameters};
    std::visit([&writer](auto& s) { detail::describe(s, writer); }, copy);
    out["scaling"] = std::move(parameters);
    if (c.rotary_offset != 0) {
        out["rotary_offset"] = c.rotary_offset;
    }
    if (!c.axis_of_pair.empty()) {
        out["axis_of_pair"] = c.axis_of_pair;
    }
    if (!c.sections.empty()) {
        out["sections"] = c.sections;
        out["section_order"] = detail::section_order_names[static_cast<std::size_t>(c.section_order)];
    }
    if (c.max_position != 0) {
        out["max_position"] = c.max_position;
    }
    if (c.original_max_position != 0) {
        out["original_max_position"] = c.original_max_position;
    }
    if (c.latent_attention) {
        out["latent_attention"] = true;
    }
    return out;
}

} // namespace ROPE_ABI
} // namespace rope
