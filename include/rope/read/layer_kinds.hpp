// layer_kinds: the kinds of layers that one configuration describes, and which layer is of which kind. Most models have one.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/family.hpp>
#include <rope/families/keys.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/layer_names.hpp>
#include <rope/read/parse_json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct layer_kind {
    std::string name = {};                  // as in layer_types; empty where there is one kind
    const json_value* parameters = nullptr; // its rope_parameters or rope_scaling; none: no scaling
    std::string where = {};                 // how sentences name that object
    const json_value* beside = nullptr;     // the object that holds blocks of several kinds
    const kind_rule* rule = nullptr;        // the family's, where it has kinds
    bool rotates = true;
    std::string why = {};            // where it does not rotate
    std::string fault = {};          // where the configuration does not say what it needs
    std::optional<double> base = {}; // theta, share and head_dim where lists give them layer by layer
    std::optional<double> share = {};
    std::optional<std::int64_t> head_dim = {};
};

// Whether two kinds of layers rotate alike.
inline bool alike(const layer_kind& a, const layer_kind& b) {
    const bool same_rule =
        (!a.rule && !b.rule) ||
        (a.rule && b.rule && a.rule->theta_key == b.rule->theta_key && a.rule->theta == b.rule->theta &&
         a.rule->head_dim == b.rule->head_dim && a.rule->head_dim_key == b.rule->head_dim_key);
    const bool same_parameters = a.parameters == b.parameters ||
                                 (a.parameters && b.parameters && same_json(*a.parameters, *b.parameters));
    return a.rotates == b.rotates && same_parameters && a.base == b.base && a.share == b.share &&
           a.head_dim == b.head_dim && (same_rule || (a.beside && b.beside));
}

class layer_kinds {
  public:
    std::vector<layer_kind> kinds = {};
    std::vector<std::size_t> kind_of_layer =
        {};               // may be shorter than the model, where its length is not said
    bool counted = false; // kind_of_layer has every layer

    // Under a name that is there already the first one is found.
    std::size_t add(layer_kind kind) {
        const std::size_t at = kinds.size();
        by_name.emplace(kind.name, at);
        for (const char* also : kind.rule ? kind.rule->also : no_names) {
            if (also) {
                by_name.emplace(also, at);
            }
        }
        kinds.push_back(std::move(kind));
        return at;
    }
    std::optional<std::size_t> find(std::string_view name) const {
        const auto at = by_name.find(name);
        return at == by_name.end() ? std::nullopt : std::optional<std::size_t>(at->second);
    }
    // The first dozen.
    std::string names() const {
        std::string text;
        for (std::size_t k = 0; k < kinds.size(); ++k) {
            if (k == 12) {
                return text + " and " + std::to_string(kinds.size() - k) + " more";
            }
            const layer_kind& kind = kinds[k];
            text += (text.empty() ? "" : ", ") +
                    (kind.name.empty() ? std::string("(one kind for all layers)") : shortened(kind.name)) +
                    (kind.rotates ? "" : " (no rotary embedding)");
        }
        return text;
    }

  private:
    static constexpr const char* no_names[2] = {};
    std::map<std::string, std::size_t, std::less<>> by_name = {};
};

// Every value that is an object is a block for the layers of that name.
inline bool nested_by_layer_type(const json_value& parameters) {
    for (const json_value& value : parameters.items()) {
        if (value.is_object()) {
            return true;
        }
    }
    return false;
}

inline bool never_rotates(std::string_view layer_name) {
    return std::find(std::begin(unrotated_layers), std::end(unrotated_layers), layer_name) !=
           std::end(unrotated_layers);
}

// The blocks of a nested rope_parameters; flat keys among them other than lengths are a contradiction.
inline void gather_blocks(const json_value& parameters, const std::string& where, const family* known,
                          read_context& context, layer_kinds& out) {
    for (std::size_t k = 0; k < parameters.size(); ++k) {
        const json_value& block = parameters.items()[k];
        const std::string& name = parameters.keys()[k];
        block.mark_read();
        if (!block.is_object() && !block.is_null()) {
            const bool plain_type = name == "rope_type" && block.is_string() && block.text() == "default";
            if (name != "original_max_position_embeddings" && !plain_type) {
                context.fail(where + shortened(name) + " = " + found(block) +
                             " is among blocks by layer type: expected either flat keys or blocks");
            }
            continue;
        }
        layer_kind kind;
        kind.name = name;
        kind.parameters = block.is_null() ? nullptr : &block;
        kind.beside = &parameters;
        kind.where = where + name + ".";
        kind.rotates = !block.is_null();
        kind.why = where + name + " is null";
        for (std::size_t r = 0; known && r < known->kind_count; ++r) {
            kind.rule = name == known->kinds[r].name ? &known->kinds[r] : kind.rule;
        }
        if (kind.rule && !kind.rule->rotates) {
            kind.rotates = false;
            kind.why = "layers of type " + name + " have none in this family";
        }
        out.add(std::move(kind));
    }
}

// The rotation's kinds, before it is known which layer has which. `defaults` is the family's rope_parameters.
inline void gather_kinds(json_fields& scope, const family* known, const json_value& defaults,
                         layer_kinds& out) {
    read_context& context = scope.context();
    const char* key = scope.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
    const json_value* parameters = scope.object(key);
    std::string where = scope.where() + key + ".";
    if (scope.has("rope_parameters") && scope.has("rope_scaling") && parameters) {
        const json_value* other = scope.find("rope_scaling");
        if (!same_json(*other, *parameters)) {
            context.note(scope.name("rope_scaling") +
                         " is not used: rope_parameters is given too and goes first");
        }
    }
    const json_value* said_none = scope.object().find("rope_scaling"); // null: no scaling, whatever the class
    if (!parameters && defaults.is_object() && (!said_none || nested_by_layer_type(defaults))) {
        parameters = &defaults;
        where = "(default) ";
        context.derive("rope_parameters are the class defaults of model_type " + std::string(known->name));
    }
    if (said_none) {
        said_none->mark_read();
    }
    if (parameters && nested_by_layer_type(*parameters)) {
        gather_blocks(*parameters, where, known, context, out);
        return;
    }
    layer_kind all;
    all.parameters = parameters;
    all.where = where;
    // Flat parameters of a class whose own are by layer type are for all its layers.
    const bool for_all =
        parameters && parameters != &defaults && defaults.is_object() && nested_by_layer_type(defaults);
    if (!known || known->kind_count == 0 || for_all) {
        out.add(std::move(all));
        return;
    }
    for (std::size_t k = 0; k < known->kind_count; ++k) {
        layer_kind kind = all;
        kind.rule = &known->kinds[k];
        kind.name = kind.rule->name;
        kind.rotates = kind.rule->rotates;
        kind.parameters = kind.rule->scaled ? kind.parameters : nullptr;
        kind.why = "layers of type " + kind.name + " have none in this family";
        out.add(std::move(kind));
    }
}

// The kind for a name that no rule and no block has.
inline std::size_t add_named(const std::string& name, layer_kinds& out, bool blocks) {
    layer_kind kind;
    const auto one = out.find("");
    if (one && !never_rotates(name)) { // one set of parameters for all kinds of layers
        kind = out.kinds[*one];
    } else if (never_rotates(name)) {
        kind.rotates = false;
        kind.why = "layers of type " + shortened(name) + " have none";
    } else {
        kind.fault = "layers of type " + shortened(name) + " have no " +
                     (blocks ? "block in rope_parameters" : "rule in this family") + ": it has " +
                     out.names();
    }
    kind.name = name;
    return out.add(std::move(kind));
}

// Values that a list gives for each layer: of Step 3.5, Granite SWA and per_layer_config.
struct layer_values {
    std::optional<std::vector<double>> theta = {}, share = {};
    std::vector<std::string> scaled_types = {};
    bool scaled_types_said = false;
    const json_value* by_number = nullptr;

    bool any() const { return theta || share || scaled_types_said || by_number; }
};

inline layer_values read_layer_values(json_fields& scope) {
    layer_values out;
    for (const char* key : {"layer_rope_theta", "rope_theta"}) {
        const json_value* value = scope.object().find(key);
        if (!out.theta && value && value->is_list()) {
            out.theta = scope.numbers(key, not_negative);
        }
    }
    if (scope.has("partial_rotary_factors")) {
        out.share = scope.numbers("partial_rotary_factors", share);
    }
    if (const auto types = scope.strings("yarn_only_types"); types && !types->empty()) {
        out.scaled_types = *types;
        out.scaled_types_said = true;
    }
    const json_value* numbered = scope.object("per_layer_config");
    out.by_number = numbered && numbered->size() > 0 ? numbered : nullptr;
    return out;
}

// The block of per_layer_config for a layer; its keys are numbers, padded with zeros.
inline const json_value* block_of_layer(const json_value& by_number, std::size_t layer) {
    const std::string number = std::to_string(layer);
    for (std::size_t zeros = 0; zeros < 4; ++zeros) {
        if (const json_value* block = by_number.find_set(std::string(zeros, '0') + number)) {
            return block;
        }
    }
    return nullptr;
}

// What lists give one layer: its kind before them, theta, share, head_dim, whether it is scaled, whether it rotates.
using kind_values = std::tuple<std::size_t, std::optional<double>, std::optional<double>,
                               std::optional<std::int64_t>, bool, bool>;

inline kind_values values_of_layer(const layer_values& values, json_fields& scope, std::size_t layer,
                                   std::size_t from, const layer_kind& kind) {
    std::optional<double> base = kind.base, part = kind.share;
    std::optional<std::int64_t> head_dim = kind.head_dim;
    bool turns = kind.rotates;
    if (values.theta) { // goes before the family's rule
        base = (*values.theta)[layer];
        turns = *base != 0 && (turns || kind.rule);
        base = turns ? base : std::nullopt;
    }
    if (values.share) {
        part = (*values.share)[layer];
    }
    const bool scaled = !values.scaled_types_said ||
                        std::find(values.scaled_types.begin(), values.scaled_types.end(), kind.name) !=
                            values.scaled_types.end();
    if (const json_value* block = values.by_number ? block_of_layer(*values.by_number, layer) : nullptr) {
        json_fields fields(*block, scope.name("per_layer_config.") + std::to_string(layer) + ".",
                           scope.context());
        block->mark_read();
        head_dim = fields.integer("head_dim", 1);
        const auto theta = fields.number("rope_theta", positive);
        base = theta ? theta : base;
        const auto own_share = fields.number("partial_rotary_factor", share);
        part = own_share ? own_share : part;
    }
    return {from, base, part, head_dim, scaled, turns};
}

// Splits the kinds where lists give their layers different values.
inline void apply_layer_values(const layer_values& values, json_fields& scope, std::size_t count,
                               layer_kinds& out) {
    const auto too_short = [&](const char* key, std::size_t size) {
        if (size < count) {
            scope.context().fail(scope.name(key) + " has " + std::to_string(size) +
                                 " entries: expected one for each of the " + std::to_string(count) +
                                 " layers");
        }
        return size < count;
    };
    if ((values.theta && too_short("rope_theta", values.theta->size())) ||
        (values.share && too_short("partial_rotary_factors", values.share->size()))) {
        return;
    }
    out.kind_of_layer.resize(count, 0);
    layer_kinds split;
    std::map<kind_values, std::size_t> made; // which of the split ones
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t from = out.kind_of_layer[i];
        const kind_values own = values_of_layer(values, scope, i, from, out.kinds[from]);
        const auto at = made.emplace(own, split.kinds.size()).first;
        if (at->second == split.kinds.size()) {
            layer_kind kind = out.kinds[from];
            std::tie(std::ignore, kind.base, kind.share, kind.head_dim, std::ignore, std::ignore) = own;
            if (!std::get<4>(own)) {
                kind.parameters = nullptr;
            }
            const bool turns = std::get<5>(own);
            if (!turns && values.theta && (kind.rotates || kind.rule)) {
                kind.why = "theta is 0 for this layer";
            }
            kind.rotates = turns;
            split.add(std::move(kind));
        }
        split.kind_of_layer.push_back(at->second);
    }
    for (const layer_kind& kind : out.kinds) { // kinds that no layer has can still be named
        if (!split.find(kind.name) && (!kind.name.empty() || split.kinds.empty())) {
            split.add(kind);
        }
    }
    split.counted = out.counted;
    out = std::move(split);
}

// `nested`: the model is a part of a larger one; then its class says how many layers it has where the part does not.
inline layer_kinds layer_kinds_of(json_fields& scope, const family* known, const json_value& defaults,
                                  bool nested, std::int64_t wanted_layer) {
    layer_kinds out;
    read_context& context = scope.context();
    gather_kinds(scope, known, defaults, out);
    const bool blocks = !out.kinds.empty() && out.kinds.front().beside;
    std::int64_t count = layer_count(scope, known, nested);
    out.counted = count > 0;
    count = std::max(count, out.counted ? 0 : std::min(wanted_layer, greatest_layers - 1) + 1);
    if (known && known->window_key && scope.object().find(known->window_key) &&
        !scope.has(known->window_key)) {
        scope.find(known->window_key);
        for (layer_kind& kind : out.kinds) { // without a window all layers are alike
            kind.rotates = true;
        }
    }
    const std::vector<std::string> names = layer_names(scope, known, count, out.counted);
    for (const std::string& name : names) {
        const auto kind = out.find(name);
        out.kind_of_layer.push_back(kind ? *kind : add_named(name, out, blocks));
    }
    const layer_values values = read_layer_values(scope);
    if (values.any() && context.ok()) {
        apply_layer_values(values, scope, static_cast<std::size_t>(count), out);
    }
    if (out.kind_of_layer.empty() && out.kinds.size() == 1) {
        out.kind_of_layer.assign(static_cast<std::size_t>(count), 0);
    }
    return out;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
