// hugging_face: a whole config.json of Hugging Face's transformers, in every spelling that released models have.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/make_frequencies.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/layer_kinds.hpp>
#include <rope/read/scaling_type.hpp>
#include <rope/read/vision_family.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class T>
struct keyed {
    T value;
    std::string key;
};

// The first key that is there, as an integer.
inline std::optional<keyed<std::int64_t>>
first_integer(json_fields& scope, std::initializer_list<const char*> keys, std::int64_t least) {
    for (const char* key : keys) {
        if (const auto x = scope.integer(key, least)) {
            return keyed<std::int64_t>{*x, key};
        }
    }
    return std::nullopt;
}

inline std::optional<keyed<double>> first_number(json_fields& scope, std::initializer_list<const char*> keys,
                                                 const value_rule& rule) {
    for (const char* key : keys) {
        if (const auto x = scope.number(key, rule)) {
            return keyed<double>{*x, key};
        }
    }
    return std::nullopt;
}

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

inline void read_head_dim(json_fields& scope, const family* known, const layer_kind& kind,
                          read_context& context) {
    config& c = context.out.config;
    if (const auto slice = scope.integer("qk_rope_head_dim"); slice && *slice > 0) {
        c.head_dim = *slice;
        c.latent_attention = true;
        context.derive("head_dim is qk_rope_head_dim = " + number(*slice) +
                       ": the slice that rotates, of multi-head latent attention");
        return;
    }
    std::optional<keyed<std::int64_t>> head;
    if (kind.name == "full_attention") { // Gemma 4
        head = first_integer(scope, {"global_head_dim"}, 1);
    }
    if (!head) {
        head = first_integer(scope, {"head_dim", "kv_channels", "attention_head_dim"}, 1);
    }
    if (head) {
        c.head_dim = head->value;
        context.derive("head_dim is " + head->key + " = " + number(head->value));
        return;
    }
    if (known && known->head_dim > 0) {
        c.head_dim = known->head_dim;
        context.derive("head_dim is " + number(c.head_dim) + ", the default of model_type " +
                       std::string(known->model_type));
        return;
    }
    const auto width = first_integer(scope, {"hidden_size", "n_embd", "d_model", "dim"}, 1);
    const auto heads = first_integer(scope, {"num_attention_heads", "n_head", "n_heads", "num_heads"}, 1);
    if (!width || !heads) {
        context.fail("head_dim is missing, and so is " +
                     std::string(!width ? "hidden_size" : "num_attention_heads") +
                     ": expected head_dim, or hidden_size and num_attention_heads");
        return;
    }
    if (width->value % heads->value != 0) {
        context.fail(width->key + " = " + number(width->value) + " is not a multiple of " + heads->key +
                     " = " + number(heads->value) + ": expected head_dim, or a multiple");
        return;
    }
    c.head_dim = width->value / heads->value;
    context.derive("head_dim is " + width->key + " / " + heads->key + " = " + number(width->value) + " / " +
                   number(heads->value) + " = " + number(c.head_dim));
}

// The share of the head that rotates, and where it was said.
inline std::optional<keyed<double>> read_share(json_fields& scope, json_fields& parameters,
                                               const family* known) {
    if (const auto x = parameters.number("partial_rotary_factor", share)) {
        return keyed<double>{*x, parameters.name("partial_rotary_factor")};
    }
    if (auto x = first_number(
            scope, {"partial_rotary_factor", "rotary_pct", "rope_pct", "rotary_emb_fraction"}, share)) {
        return x;
    }
    if (known && known->partial > 0) {
        return keyed<double>{known->partial, "the default of model_type " + std::string(known->model_type)};
    }
    return std::nullopt;
}

inline void read_rotary_dim(json_fields& scope, json_fields& parameters, const family* known,
                            read_context& context) {
    config& c = context.out.config;
    if (!context.ok()) {
        return;
    }
    if (c.latent_attention) { // the slice is all rotary
        scope.find("partial_rotary_factor");
        parameters.find("partial_rotary_factor");
        c.rotary_dim = c.head_dim;
        return;
    }
    const auto rotary_dim = scope.integer("rotary_dim", 1);
    const auto part = read_share(scope, parameters, known);
    if (rotary_dim) {
        c.rotary_dim = *rotary_dim;
        context.derive("rotary_dim is the key of that name, " + number(*rotary_dim));
        return;
    }
    c.rotary_dim = c.head_dim;
    if (part && context.ok() && !std::holds_alternative<proportional_scaling>(c.scaling)) {
        c.rotary_dim = static_cast<std::int64_t>(static_cast<double>(c.head_dim) * part->value);
        const std::string says = part->key + " = " + number(part->value) +
                                 " of head_dim = " + number(c.head_dim) +
                                 " gives rotary_dim = " + number(c.rotary_dim);
        if (c.rotary_dim <= 0 || c.rotary_dim % 2 != 0) {
            context.fail(says + ": expected an even number above 0");
        }
        context.derive(says);
    }
}

inline void read_base(json_fields& scope, json_fields& parameters, const family* known,
                      const layer_kind& kind, read_context& context) {
    config& c = context.out.config;
    const auto inner = parameters.number("rope_theta", positive);
    auto outer = first_number(scope, {"rope_theta", "rotary_emb_base", "rope_base"}, positive);
    if (const nlohmann::json* attention = scope.has("attn_config") ? scope.object("attn_config") : nullptr;
        attention && !outer) {
        json_fields fields(*attention, "attn_config.", context); // DBRX
        outer = first_number(fields, {"rope_theta"}, positive);
    }
    const auto ratio = scope.number("rope_ratio", positive);
    if (inner) {
        c.base = *inner;
        context.derive("base is " + parameters.name("rope_theta") + " = " + number(c.base));
        if (outer && outer->value != *inner && kind.name.empty()) {
            context.note(outer->key + " = " + number(outer->value) +
                         " is not used: " + parameters.name("rope_theta") + " goes first");
        }
    } else if (kind.base) {
        c.base = *kind.base;
        context.derive("base is " + kind.base_key + " = " + number(c.base));
    } else if (outer) {
        c.base = outer->value;
        context.derive("base is " + outer->key + " = " + number(c.base));
    } else if (ratio) {
        c.base = 10000.0 * *ratio;
        context.derive("base is 10000 rope_ratio = " + number(c.base));
    } else {
        c.base = known && known->base > 0 ? known->base : 10000.0;
        context.derive("base is " + number(c.base) + ": rope_theta is not given, and this is " +
                       (known && known->base > 0
                            ? "the default of model_type " + std::string(known->model_type)
                            : "the usual default"));
    }
}

inline void read_pairing(json_fields& scope, const family* known, read_context& context) {
    config& c = context.out.config;
    for (const char* key :
         {"rope_interleave", "rope_interleaved", "rotary_interleaved", "rotary_emb_interleaved"}) {
        if (const auto interleaved = scope.boolean(key)) {
            c.pairing = *interleaved ? pairing::interleaved : pairing::half_split;
            context.derive(std::string("the pairing is said by ") + key);
            return;
        }
    }
    if (known) {
        c.pairing = known->pairing;
        context.derive("the pairing is that of model_type " + std::string(known->model_type));
        return;
    }
    c.pairing = pairing::half_split;
    context.note("pairing half_split is an assumption: " +
                 (context.out.model_type.empty() ? std::string("model_type is missing")
                                                 : "model_type " + context.out.model_type.substr(0, 40) +
                                                       " is not in the table of families"));
}

// Whether a recipe's formula has the trained length in it.
inline bool reads_trained_length(const scaling& s) {
    return std::visit(
        [](const auto& x) {
            using T = std::decay_t<decltype(x)>;
            return std::is_same_v<T, yarn_scaling> || std::is_same_v<T, deepseek_yarn_scaling> ||
                   std::is_same_v<T, grok_scaling> || std::is_same_v<T, longrope_scaling> ||
                   std::is_same_v<T, llama3_scaling> || std::is_same_v<T, qwen_scaling>;
        },
        s);
}

inline void read_lengths(json_fields& scope, json_fields& parameters, read_context& context) {
    config& c = context.out.config;
    if (const auto length = first_integer(scope,
                                          {"max_position_embeddings", "n_positions", "seq_length",
                                           "max_sequence_length", "max_seq_len", "n_ctx"},
                                          1)) {
        c.max_position = length->value;
    }
    c.original_max_position = scope.integer("original_max_position_embeddings", 1).value_or(0);
    if (!reads_trained_length(c.scaling)) {
        return;
    }
    if (std::holds_alternative<qwen_scaling>(c.scaling)) {
        c.original_max_position = scope.integer("seq_length", 1).value_or(c.original_max_position);
        return;
    }
    const std::int64_t inner = parameters.integer("original_max_position_embeddings", 1).value_or(0);
    if (c.original_max_position != 0 && inner != 0 && inner != c.original_max_position) {
        context.note(parameters.name("original_max_position_embeddings") + " = " + number(inner) +
                     " is not used: the top level's " + number(c.original_max_position) + " goes first");
    }
    c.original_max_position = c.original_max_position != 0 ? c.original_max_position : inner;
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
