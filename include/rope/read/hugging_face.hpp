// hugging_face: a whole config.json of Hugging Face's transformers, in every spelling that released models have.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/guard.hpp>
#include <rope/read/hugging_face_fields.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/layer_kinds.hpp>
#include <rope/read/model_part.hpp>
#include <rope/read/recipe_fields.hpp>
#include <rope/read/switches.hpp>
#include <rope/read/vision_family.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A model's part with its layers, before it is known which kind of layer is asked for. Refers to the document.
struct model_layers {
    model_part part = {};
    layer_kinds kinds = {};
    std::string off = {};     // why nothing in it rotates; empty: something does
    json_value defaults = {}; // the family's rope_parameters
};

// What the lengths and the factor say about each other.
inline void remark_on_factor(const config& c, const std::string& where, read_context& context) {
    const auto* yarn = std::get_if<yarn_scaling>(&c.scaling);
    const auto* longrope = std::get_if<longrope_scaling>(&c.scaling);
    const std::optional<double> factor = yarn ? yarn->factor : longrope ? longrope->factor : std::nullopt;
    // Equal lengths say nothing of a stretch: Qwen's instructions leave max_position_embeddings as it was.
    if (!factor || c.max_position == c.original_max_position || c.max_position == 0 ||
        c.original_max_position == 0) {
        return;
    }
    const double ratio = static_cast<double>(c.max_position) / static_cast<double>(c.original_max_position);
    if (std::abs(ratio - *factor) > 0.1 * *factor) { // released lengths are rounded, by a tenth at most
        context.note(where + "factor = " + number(*factor) +
                     " disagrees with the lengths: max_position_embeddings / "
                     "original_max_position_embeddings = " +
                     number(c.max_position) + " / " + number(c.original_max_position) + " = " +
                     number(ratio, 6) + "; the factor is used");
    }
}

inline void read_query_scale(json_fields& scope, const family* known, bool rotates, read_context& context) {
    query_scale& q = context.out.query_scale;
    if (scope.boolean("use_logn_attn").value_or(false)) { // Qwen 1
        q.kind = query_scale::rule::log_length;
        q.trained_length = static_cast<double>(scope.integer("seq_length", 2).value_or(8192));
    }
    const json_value* tuning = scope.find("attn_temperature_tuning"); // true, or a number in early files
    const auto floor_scale = scope.number("floor_scale", positive);
    const auto attn_scale = scope.number("attn_scale", not_negative);
    if (known && known->scaled_queries && !rotates) { // on by default
        const bool off = tuning && ((tuning->is_boolean() && !tuning->boolean()) ||
                                    (tuning->is_number() && tuning->number() == 0));
        q.kind = off ? query_scale::rule::none : query_scale::rule::temperature;
        q.floor_scale = floor_scale.value_or(q.floor_scale);
        q.attn_scale = attn_scale.value_or(q.attn_scale);
    }
}

// Rotary embeddings that a configuration cannot give, or whose parameters are nowhere.
inline void refuse_unreadable(json_fields& scope, read_context& context) {
    if (scope.boolean("use_fope").value_or(false)) {
        context.fail(
            scope.name("use_fope") +
            " = true: the coefficients of FoPE are weights of the model, so a configuration gives no table; "
            "compute cos and sin from the weights and hand them in as a foreign table (import_table)");
    }
    if (const json_value* type = scope.find("rope_type"); // Hymba
        type && (!type->is_string() || type->text() != "default")) {
        context.fail(scope.name("rope_type") + " = " + found(*type) +
                     " is outside of rope_scaling and rope_parameters: expected it there, with its factor");
    }
    if (scope.has("axes_dims_rope")) {
        context.fail(scope.name("axes_dims_rope") +
                     " is a key of diffusers' transformers, which name their _class_name");
    }
    if (scope.has("dual_chunk_attention_config")) {
        scope.find("dual_chunk_attention_config");
        context.note(scope.name("dual_chunk_attention_config") +
                     " is not used: positions are those of one chunk");
    }
}

// Recipes that a model says outside of rope_scaling.
inline void read_outer_recipe(const kind_scope& s) {
    read_context& context = s.scope.context();
    config& c = context.out.config;
    if (s.scope.boolean("use_dynamic_ntk").value_or(false) && !s.kind.parameters) { // Qwen 1
        c.scaling = qwen_scaling{};
        context.derive("scaling type qwen: use_dynamic_ntk is true");
        return;
    }
    if (s.kind.parameters) {
        read_recipe(s);
    }
    const auto factor = s.scope.number("rotary_scaling_factor", at_least_one);
    const auto trained = s.scope.integer("max_trained_positions", 1);
    if (factor && !s.kind.parameters) { // Nomic
        c.scaling = dynamic_scaling{*factor};
        context.derive("scaling type dynamic: rotary_scaling_factor = " + number(*factor));
        if (!trained) {
            context.fail(s.scope.name("max_trained_positions") +
                         " is missing: rotary_scaling_factor needs it");
        }
    }
}

inline void read_trained_positions(const kind_scope& s) {
    config& c = s.scope.context().out.config;
    const auto trained = s.scope.integer("max_trained_positions", 1);
    if (trained && std::holds_alternative<dynamic_scaling>(c.scaling)) {
        c.max_position = *trained;
        s.scope.context().derive("the length that dynamic compares with is max_trained_positions = " +
                                 number(*trained));
    }
}

// One kind of layer.
inline void read_kind(const model_layers& m, const layer_kind& kind, read_context& context) {
    static const json_value nothing(json_kind::object, {});
    const family* known = m.part.row ? &*m.part.row : nullptr;
    json_fields scope(*m.part.scope, m.part.where, context);
    json_fields parameters(kind.parameters ? *kind.parameters : nothing, kind.where, context);
    const kind_scope s = {scope, parameters, known, kind, !m.part.around.empty()};
    const bool rotates = kind.rotates && m.off.empty();
    context.out.rotates = rotates;
    read_query_scale(scope, known, rotates, context);
    if (!rotates) {
        context.out.why = m.off.empty() ? kind.why : m.off;
        context.out.config.scaling = no_rotation{};
        context.derive("no rotation: " + context.out.why);
        read_context size; // what can be said of the head; it need not be
        json_fields size_scope(*m.part.scope, m.part.where, size);
        json_fields size_parameters(parameters.object(), kind.where, size);
        read_head_dim({size_scope, size_parameters, known, kind, s.nested});
        config& c = context.out.config;
        c.head_dim = c.rotary_dim = size.out.config.head_dim;
        if (!size.ok() || !shape_fault(c).empty()) {
            c.head_dim = c.rotary_dim = 0; // not said
        }
        return;
    }
    context.fail(kind.fault);
    refuse_unreadable(scope, context);
    if (!context.ok()) {
        return;
    }
    read_outer_recipe(s);
    read_head_dim(s);
    read_base(s);
    read_lengths(s);
    read_trained_positions(s);
    read_rotary_dim(s);
    read_sections(s);
    read_pairing(s);
    read_scaled_queries(s);
    parameters.find("max_position_embeddings"); // a repetition
    if (kind.parameters && kind.parameters != &m.defaults) {
        for (const std::string& key : parameters.unused()) {
            const std::string_view near = near_key(key);
            context.note(parameters.name(key.c_str()) + " is not used by scaling type " +
                         name_of(context.out.config.scaling) +
                         (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
        }
    }
    remark_on_factor(context.out.config, kind.where, context);
}

inline void gather_layers(const json_value& document, const read_options& options, bool tower,
                          model_layers& m, read_context& context) {
    m.part = find_part(document, options, tower, context);
    if (!context.ok()) {
        return;
    }
    json_fields scope(*m.part.scope, m.part.where, context);
    scope.string("model_type");
    json_fields(document, "", context).string("model_type");
    const family* known = m.part.row ? &*m.part.row : nullptr;
    if (known && known->parameters) {
        std::vector<std::string> repeated;
        require(
            parse_json(known->parameters, m.defaults, repeated)); // of the table: its test parses every row
    }
    m.off = switched_off(scope, known);
    m.kinds = layer_kinds_of(scope, known, m.defaults, !m.part.around.empty(), options.layer);
}

// The kinds' names for each layer, where there is more than one kind.
inline std::vector<std::string> names_of_layers(const model_layers& m) {
    std::vector<std::string> names;
    bool differ = false;
    for (const std::size_t k : m.kinds.kind_of_layer) {
        names.push_back(m.kinds.kinds[k].name);
        differ = differ || k != m.kinds.kind_of_layer.front();
    }
    return differ && m.kinds.counted ? names : std::vector<std::string>();
}

// The kind that the options ask for; none after a failure.
inline const layer_kind* choose_kind(const layer_kinds& all, const read_options& options,
                                     read_context& context) {
    if (!options.layer_type.empty() && options.layer >= 0) {
        context.fail("a layer type and a layer number are both given: expected one of them");
        return nullptr;
    }
    if (options.layer < -1) {
        context.fail("layer = " + number(options.layer) + ": expected a number from 0 up");
        return nullptr;
    }
    if (!options.layer_type.empty()) {
        if (const auto kind = all.find(options.layer_type)) {
            for (const layer_kind& other : all.kinds) {
                if (other.name == all.kinds[*kind].name && !alike(other, all.kinds[*kind])) {
                    context.fail("layers of type " + shortened(options.layer_type) +
                                 " differ among themselves: choose a layer by its number");
                    return nullptr;
                }
            }
            return &all.kinds[*kind];
        }
        context.fail("layer type " + shortened(options.layer_type) + " is not in the configuration: it has " +
                     all.names());
        return nullptr;
    }
    if (options.layer >= 0) {
        const auto layer = static_cast<std::size_t>(options.layer);
        if (layer < all.kind_of_layer.size()) {
            return &all.kinds[all.kind_of_layer[layer]];
        }
        if (all.counted || !all.kind_of_layer.empty()) {
            context.fail("layer = " + number(options.layer) + ": expected 0 to " +
                         std::to_string(std::max<std::size_t>(all.kind_of_layer.size(), 1) - 1));
            return nullptr;
        }
        context.fail("layer = " + number(options.layer) +
                     ": the configuration does not say which layers are of which "
                     "type; choose a layer type of " +
                     all.names());
        return nullptr;
    }
    // Without a choice: the one way in which the layers rotate. Kinds that no layer has do not count, unless none rotates.
    std::vector<bool> has_layers(all.kinds.size(), all.kind_of_layer.empty() || !all.counted);
    for (const std::size_t k : all.kind_of_layer) {
        has_layers[k] = true;
    }
    const layer_kind* only = nullptr;
    for (const bool unused_too : {false, true}) {
        for (std::size_t k = 0; k < all.kinds.size() && (!unused_too || !only); ++k) {
            const layer_kind& kind = all.kinds[k];
            if (!kind.rotates || (!has_layers[k] && !unused_too) || (only && alike(*only, kind))) {
                continue;
            }
            if (only) {
                context.fail("the layers differ in their rotary embedding: choose a layer type of " +
                             all.names() + ", or a layer by its number");
                return nullptr;
            }
            only = &kind;
        }
    }
    return only ? only : &all.kinds.front();
}

// Reads the other kinds, too: what they use is used. The first wrong value in them is a better answer than the question
// which kind of layer is meant.
inline std::string read_other_kinds(const model_layers& m, const layer_kind* chosen) {
    std::string fault;
    // Kinds that differ in the values of lists alone use the same keys.
    std::set<std::tuple<const json_value*, const kind_rule*, bool, bool, bool>> seen;
    for (const layer_kind& kind : m.kinds.kinds) {
        const bool repeats =
            kind.fault.empty() && !seen.emplace(kind.parameters, kind.rule, kind.base.has_value(),
                                                kind.share.has_value(), kind.head_dim.has_value())
                                       .second;
        if (&kind != chosen && kind.rotates && !repeats) {
            read_context each;
            read_kind(m, kind, each);
            fault = fault.empty() ? std::move(each.fault) : fault;
        }
    }
    return fault;
}

// Whether the document is read for its vision tower.
inline bool asks_for_tower(const json_value& document, const read_options& options) {
    if (options.layer_type != "vision" || !options.part.empty()) {
        return false;
    }
    const json_value* layers = document.find_set("layer_types");
    for (std::size_t k = 0; layers && layers->is_list() && k < layers->size(); ++k) {
        if (layers->items()[k].is_string() && layers->items()[k].text() == "vision") {
            return false;
        }
    }
    return true;
}

inline void read_hugging_face(const json_value& document, const read_options& options,
                              read_context& context) {
    context.out.form = "hugging_face";
    model_layers m;
    const bool tower = asks_for_tower(document, options);
    gather_layers(document, options, tower, m, context);
    context.out.model_type = m.part.model_type;
    context.out.part = m.part.where.substr(0, m.part.where.empty() ? 0 : m.part.where.size() - 1);
    if (!context.ok()) {
        return;
    }
    const json_value* used = nullptr; // the parameters that the chosen kind of layer has
    const bool of_tower = m.part.row && m.part.row->role == role::tower;
    if (of_tower || (tower && !m.part.row)) {
        read_vision(m.part, context);
    } else {
        read_options chosen = options;
        chosen.layer_type = tower ? std::string() : options.layer_type;
        const layer_kind* kind = choose_kind(m.kinds, chosen, context);
        if (!kind && !m.off.empty()) {
            context.fault.clear(); // nothing rotates, so that no choice is needed
            kind = &m.kinds.kinds.front();
        }
        std::string fault = read_other_kinds(m, kind);
        if (!kind) {
            context.fault = fault.empty() ? context.fault : std::move(fault);
            return;
        }
        used = kind->parameters;
        read_kind(m, *kind, context);
        context.out.layers = names_of_layers(m);
    }
    if (context.ok()) {
        remark_on_unread(m.part, context);
    }
    if (context.ok() && m.off.empty()) {
        remark_on_unread_parameters(m.part, used, context);
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
