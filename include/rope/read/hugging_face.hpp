// hugging_face: a whole config.json of Hugging Face's transformers, in every spelling that released models have.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/hugging_face_fields.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/layer_kinds.hpp>
#include <rope/read/scaling_type.hpp>
#include <rope/read/vision_family.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Whether an object says how wide a head is.
inline bool says_head_dim(const nlohmann::json& object) {
    for (const char* key :
         {"head_dim", "hidden_size", "qk_rope_head_dim", "kv_channels", "n_embd", "d_model"}) {
        if (object.contains(key) && !object[key].is_null()) {
            return true;
        }
    }
    return false;
}

inline bool says_rotation(const nlohmann::json& object) {
    for (const char* key : {"rope_theta", "rope_scaling", "rope_parameters", "rotary_emb_base", "rope_ratio",
                            "rotary_pct", "partial_rotary_factor", "rope_local_base_freq"}) {
        if (object.contains(key) && !object[key].is_null()) {
            return true;
        }
    }
    return false;
}

// The text model's part of a multi-modal configuration.
inline const nlohmann::json* text_scope(const nlohmann::json& document, std::string& where) {
    const nlohmann::json* scope = &document;
    for (int depth = 0; depth < 3; ++depth) {
        const nlohmann::json* inner = nullptr;
        for (const char* key : {"text_config", "thinker_config", "llm_config", "language_config"}) {
            if (!inner && scope->contains(key) && (*scope)[key].is_object()) {
                inner = &(*scope)[key];
                where += std::string(key) + ".";
            }
        }
        if (!inner || (says_head_dim(*scope) && (says_rotation(*scope) || !says_rotation(*inner)))) {
            if (inner) {
                where.clear();
            }
            return scope;
        }
        scope = inner;
    }
    return scope;
}

// The scaling type's name: rope_type goes before type; none where neither is there.
inline std::string read_type(json_fields& parameters, bool newer_form, read_context& context) {
    const auto newer = parameters.string("rope_type");
    const auto older = parameters.string("type");
    if (newer && older && *newer != *older && *older != "mrope" && *older != "su") {
        context.note(parameters.name("type") + " = \"" + older->substr(0, 40) +
                     "\" is not used: rope_type = \"" + newer->substr(0, 40) + "\" goes first");
    }
    if (newer || older) {
        return newer ? *newer : *older;
    }
    // A block with nothing of a recipe in it says theta, share and sections only.
    bool recipe = false;
    for (const std::string& key : parameters.unused()) {
        recipe = recipe || (key != "rope_theta" && key != "partial_rotary_factor" &&
                            key.find("section") == std::string::npos && key != "mrope_interleaved");
    }
    if (recipe || (!newer_form && parameters.unused().empty())) {
        context.fail(parameters.name("rope_type") + " is missing: expected the name of a scaling type");
    }
    return "default";
}

inline void read_sections(json_fields& parameters, read_context& context) {
    config& c = context.out.config;
    for (const char* key : {"mrope_section", "xdrope_section"}) {
        if (const auto sections = parameters.integers(key, 0, greatest_head_dim)) {
            c.sections = *sections;
            context.derive("the pairs are shared among " +
                           number(static_cast<std::int64_t>(sections->size())) + " position axes by " +
                           parameters.name(key));
        }
    }
    if (context.out.model_type.rfind("ernie4_5", 0) == 0) {
        c.section_order = section_order::ernie;
    }
    if (const auto turns = parameters.boolean("mrope_interleaved")) {
        c.section_order = *turns ? section_order::interleaved : section_order::contiguous;
    }
}

inline void read_recipe(json_fields& parameters, bool newer_form, read_context& context) {
    std::string type = read_type(parameters, newer_form, context);
    if (type == "dynamic" && parameters.has("alpha")) { // Hunyuan
        type = "dynamic_alpha";
    } else if (type == "xdrope") {
        type = "dynamic_alpha";
    } else if (parameters.has("short_factor") && (type == "yarn" || type == "default")) { // early Phi-3
        type = "longrope";
    }
    std::optional<scaling> chosen = scaling_of_type(type);
    if (!chosen) {
        context.fail(
            unknown_scaling_type(parameters.name(parameters.has("rope_type") ? "rope_type" : "type"), type));
        return;
    }
    std::visit([&parameters](auto& s) { describe(s, parameters); }, *chosen);
    context.out.config.scaling = std::move(*chosen);
}

// What the lengths and the factor say about each other.
inline void remark_on_factor(const config& c, const std::string& where, read_context& context) {
    const auto* yarn = std::get_if<yarn_scaling>(&c.scaling);
    const auto* longrope = std::get_if<longrope_scaling>(&c.scaling);
    const std::optional<double> factor = yarn ? yarn->factor : longrope ? longrope->factor : std::nullopt;
    if (!factor || c.max_position == 0 || c.original_max_position == 0) {
        return;
    }
    const double ratio = static_cast<double>(c.max_position) / static_cast<double>(c.original_max_position);
    if (ratio != *factor) {
        context.note(where + "factor = " + number(*factor) +
                     " disagrees with the lengths: max_position_embeddings / "
                     "original_max_position_embeddings = " +
                     number(c.max_position) + " / " + number(c.original_max_position) + " = " +
                     number(ratio, 6) + "; the factor is used");
    }
}

inline void read_query_scale(json_fields& scope, const layer_kind& kind, read_context& context) {
    query_scale& q = context.out.query_scale;
    if (scope.boolean("use_logn_attn").value_or(false)) { // Qwen 1
        q.kind = query_scale::rule::log_length;
        q.trained_length = static_cast<double>(scope.integer("seq_length", 2).value_or(8192));
    }
    // Llama 4: on by default, on layers without rotation only.
    const bool llama4 = context.out.model_type == "llama4_text" || context.out.model_type == "llama4";
    if (llama4 && !kind.rotates) {
        const nlohmann::json* tuning =
            scope.find("attn_temperature_tuning"); // true, or a number in early files
        const bool off = tuning && ((tuning->is_boolean() && !tuning->get<bool>()) ||
                                    (tuning->is_number() && tuning->get<double>() == 0));
        q.kind = off ? query_scale::rule::none : query_scale::rule::temperature;
        q.floor_scale = scope.number("floor_scale", positive).value_or(q.floor_scale);
        q.attn_scale = scope.number("attn_scale", not_negative).value_or(q.attn_scale);
    }
}

inline void read_hugging_face(const nlohmann::json& document, const read_options& options,
                              read_context& context) {
    context.out.form = "hugging_face";
    std::string where;
    const nlohmann::json& scope_object = *text_scope(document, where);
    json_fields scope(scope_object, where, context);
    json_fields top(document, "", context);
    if (const auto type = scope.string("model_type")) {
        context.out.model_type = *type;
    } else if (const auto outer = top.string("model_type")) {
        context.out.model_type = *outer;
    }
    const family* known = find_family(context.out.model_type);
    if (!context.ok()) {
        return;
    }
    if (!known && vision_kind_of(context.out.model_type) != vision_kind::none) { // a tower by itself
        read_vision(scope_object, where, context.out.model_type, context);
        return;
    }
    const layer_kinds kinds = layer_kinds_of(scope, known, options.layer);
    if (options.layer_type == "vision" && !kinds.find("vision") && document.contains("vision_config")) {
        if (const nlohmann::json* tower = top.object("vision_config")) {
            json_fields inner(*tower, "vision_config.", context);
            read_vision(*tower, "vision_config.", inner.string("model_type").value_or(context.out.model_type),
                        context);
        }
        return;
    }
    const layer_kind* kind = context.ok() ? choose_kind(kinds, options, context) : nullptr;
    if (!kind) {
        return;
    }
    context.layer_type = kind->name;
    context.layer_count = kinds.counted ? static_cast<std::int64_t>(kinds.kind_of_layer.size()) : 0;
    const nlohmann::json nothing = nlohmann::json::object();
    json_fields parameters(kind->parameters ? *kind->parameters : nothing, where + kind->where, context);
    context.out.rotates = kind->rotates;
    config& c = context.out.config;
    if (!kind->rotates) {
        c.scaling = no_rotation{};
        context.derive("no rotation: " + kind->why);
    } else if (scope.boolean("use_dynamic_ntk").value_or(false) && !kind->parameters) { // Qwen 1
        c.scaling = qwen_scaling{};
        context.derive("scaling type qwen: use_dynamic_ntk is true");
    } else if (kind->parameters) {
        read_recipe(parameters, kind->where.rfind("rope_parameters", 0) == 0, context);
    }
    read_head_dim(scope, known, *kind, context);
    read_base(scope, parameters, known, *kind, context);
    read_sections(parameters, context);
    read_lengths(scope, parameters, context);
    read_rotary_dim(scope, parameters, known, context);
    read_pairing(scope, known, context);
    read_query_scale(scope, *kind, context);
    if (kind->rotates) {
        for (const std::string& key : parameters.unused()) {
            context.note(parameters.name(key.c_str()) + " is not used by scaling type " + name_of(c.scaling));
        }
    }
    remark_on_factor(c, parameters.name(""), context);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
