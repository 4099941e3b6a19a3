// layer_kinds: the kinds of layers that one Hugging Face configuration describes, and which layer is of which kind.
// Most models have one kind. Gemma 3 and ModernBERT have two thetas, Llama 4 and Cohere 2 have layers without rotation.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/families.hpp>
#include <rope/read/json_fields.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct layer_kind {
    std::string name = {};                      // as in layer_types; empty where there is one kind
    const nlohmann::json* parameters = nullptr; // its rope_parameters or rope_scaling; none: no scaling
    std::string where = {};                     // how sentences name that object
    std::optional<double> base = {};            // a theta that the model keeps outside of it
    std::string base_key = {};
    bool rotates = true;
    std::string why = {}; // where it does not rotate
};

struct layer_kinds {
    std::vector<layer_kind> kinds = {};
    std::vector<std::size_t> kind_of_layer =
        {};               // may be shorter than the model, where its length is not said
    bool counted = false; // kind_of_layer has every layer

    std::size_t add(layer_kind kind) {
        kinds.push_back(std::move(kind));
        return kinds.size() - 1;
    }
    std::optional<std::size_t> find(const std::string& name) const {
        for (std::size_t k = 0; k < kinds.size(); ++k) {
            if (kinds[k].name == name) {
                return k;
            }
        }
        return std::nullopt;
    }
    std::string names() const {
        std::string text;
        for (const layer_kind& kind : kinds) {
            text += (text.empty() ? "" : ", ") + (kind.name.empty() ? std::string("(all)") : kind.name);
        }
        return text;
    }
};

inline constexpr std::int64_t greatest_layers = 10000;

// rope_parameters nested by layer type: every value is an object.
inline bool nested_by_layer_type(const nlohmann::json& parameters) {
    bool any = false;
    for (auto at = parameters.begin(); at != parameters.end(); ++at) {
        if (!at->is_object() && !at->is_null()) {
            return false;
        }
        any = any || at->is_object();
    }
    return any;
}

// The name of each layer's kind, from layer_types or from the pattern that the family has instead.
inline std::vector<std::string> layer_names(json_fields& scope, const family* known, std::int64_t count) {
    if (auto names = scope.strings("layer_types")) {
        return *names;
    }
    std::vector<std::string> names;
    if (const auto every = scope.integer("global_attn_every_n_layers", 1, greatest_layers)) {
        for (std::int64_t i = 0; i < count; ++i) {
            names.push_back(i % *every == 0 ? "full_attention" : "sliding_attention");
        }
        return names;
    }
    std::int64_t pattern = 0;
    if (scope.has("sliding_window_pattern") || scope.has("_sliding_window_pattern")) {
        const char* key =
            scope.has("sliding_window_pattern") ? "sliding_window_pattern" : "_sliding_window_pattern";
        const nlohmann::json* value = scope.find(key);
        if (value->is_string()) { // EXAONE 4: "LLLG"
            const std::string text = value->get<std::string>();
            for (std::int64_t i = 0; i < count && !text.empty(); ++i) {
                const bool local = text[static_cast<std::size_t>(i) % text.size()] == 'L' && i + 1 < count;
                names.push_back(local ? "sliding_attention" : "full_attention");
            }
            return names;
        }
        pattern = scope.integer(key, 1, greatest_layers).value_or(0);
    } else if (known && known->layers != rotating_layers::listed) {
        pattern = known->pattern;
    }
    for (std::int64_t i = 0; pattern > 0 && i < count; ++i) {
        names.push_back((i + 1) % pattern != 0 ? "sliding_attention" : "full_attention");
    }
    return names;
}

// Which layers have no rotation: 0 in no_rope_layers, or every n-th by no_rope_layer_interval.
inline std::vector<bool> unrotated_layers(json_fields& scope, const family* known, std::int64_t count) {
    std::vector<bool> out;
    if (const auto list = scope.integers("no_rope_layers", 0, greatest_layers); list && !list->empty()) {
        for (const std::int64_t rotates : *list) {
            out.push_back(rotates == 0);
        }
        return out;
    }
    const bool listed = known && known->layers == rotating_layers::listed;
    const auto interval = scope.integer("no_rope_layer_interval", 1, greatest_layers);
    if (interval || listed) {
        const std::int64_t every = interval ? *interval : known->pattern;
        for (std::int64_t i = 0; i < count; ++i) {
            out.push_back((i + 1) % every == 0);
        }
    }
    return out;
}

// The rotation's kinds, before it is known which layer has which.
inline void gather_kinds(json_fields& scope, const family* known, layer_kinds& out) {
    read_context& context = scope.context();
    const char* key = scope.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
    const nlohmann::json* parameters = scope.object(key);
    if (scope.has("rope_parameters") && scope.has("rope_scaling") && parameters) {
        const nlohmann::json* other = scope.find("rope_scaling");
        if (*other != *parameters) {
            context.note("rope_scaling is not used: rope_parameters is given too and goes first");
        }
    }
    if (parameters && nested_by_layer_type(*parameters)) {
        for (auto at = parameters->begin(); at != parameters->end(); ++at) {
            layer_kind kind;
            kind.name = at.key();
            kind.parameters = at->is_null() ? nullptr : &*at;
            kind.where = std::string(key) + "." + at.key() + ".";
            kind.rotates = !at->is_null();
            kind.why = std::string(key) + "." + at.key() + " is null";
            out.add(std::move(kind));
        }
        return;
    }
    const std::string where = std::string(key) + ".";
    auto local = scope.number("rope_local_base_freq", positive);
    std::string local_key = "rope_local_base_freq";
    if (!local && known && known->local_base > 0) {
        local = known->local_base;
        local_key = "the sliding layers' default of model_type " + std::string(known->model_type);
    }
    const auto global_theta = scope.number("global_rope_theta", positive);
    const auto local_theta = scope.number("local_rope_theta", positive);
    if (local) { // Gemma 3: the sliding layers have their own theta and no scaling
        out.add({"full_attention", parameters, where, {}, {}, true, {}});
        out.add({"sliding_attention", nullptr, {}, local, local_key, true, {}});
    } else if (global_theta || local_theta) { // ModernBERT
        out.add({"full_attention", parameters, where, global_theta, "global_rope_theta", true, {}});
        out.add({"sliding_attention",
                 parameters,
                 where,
                 local_theta ? local_theta : global_theta,
                 local_theta ? "local_rope_theta" : "global_rope_theta",
                 true,
                 {}});
    } else {
        out.add({"", parameters, where, {}, {}, true, {}});
    }
}

inline layer_kinds layer_kinds_of(json_fields& scope, const family* known, std::int64_t wanted_layer) {
    layer_kinds out;
    read_context& context = scope.context();
    gather_kinds(scope, known, out);
    std::int64_t count = 0;
    for (const char* key : {"num_hidden_layers", "n_layer", "num_layers", "n_layers"}) {
        if (const auto n = scope.integer(key, 0, greatest_layers); n && count == 0) {
            count = *n;
        }
    }
    out.counted = count > 0;
    count = std::max(count, out.counted ? 0 : std::min(wanted_layer + 1, greatest_layers));
    const std::vector<std::string> names = layer_names(scope, known, count);
    if (!names.empty() && out.counted && static_cast<std::int64_t>(names.size()) != count) {
        context.fail("layer_types has " + std::to_string(names.size()) +
                     " entries: expected num_hidden_layers = " + std::to_string(count));
        return out;
    }
    // One set of parameters for all kinds of layers: a kind for each name, in the order of their appearance.
    const bool sliding_only = known && known->layers == rotating_layers::sliding_only &&
                              (scope.has("sliding_window") || scope.has("layer_types"));
    if (out.kinds.size() == 1 && out.kinds[0].name.empty() && !names.empty() && sliding_only) {
        layer_kind base = out.kinds[0];
        out.kinds.clear();
        base.name = "sliding_attention";
        out.add(base);
        base.name = "full_attention";
        base.rotates = false;
        base.why = "full-attention layers of this family have no rotary embedding";
        out.add(base);
    }
    const bool one_for_all = out.kinds.size() == 1 && out.kinds[0].name.empty();
    for (const std::string& name : names) {
        const auto kind = out.find(name);
        if (one_for_all && !kind) {
            layer_kind same = out.kinds[0];
            same.name = name;
            out.kind_of_layer.push_back(out.add(same));
        } else if (kind) {
            out.kind_of_layer.push_back(*kind);
        } else { // linear attention, convolutions and the like
            layer_kind none;
            none.name = name;
            none.rotates = false;
            none.why = "the configuration gives layers of type " + name + " no rotary parameters";
            out.kind_of_layer.push_back(out.add(none));
        }
    }
    const std::vector<bool> unrotated = unrotated_layers(scope, known, count);
    if (!unrotated.empty()) {
        layer_kind none;
        none.name = "no_rope";
        none.rotates = false;
        none.why = "the model keeps this layer without rotary embedding (no_rope_layers)";
        const std::size_t last = out.add(none);
        out.kind_of_layer.resize(unrotated.size(), 0);
        for (std::size_t i = 0; i < unrotated.size(); ++i) {
            out.kind_of_layer[i] = unrotated[i] ? last : out.kind_of_layer[i];
        }
    }
    if (out.kind_of_layer.empty() && one_for_all) {
        out.kind_of_layer.assign(static_cast<std::size_t>(count), 0);
    }
    return out;
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
            return &all.kinds[*kind];
        }
        context.fail("layer type " + options.layer_type.substr(0, 40) +
                     " is not in the configuration: it has " + all.names());
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
    const layer_kind* only = nullptr;
    for (const layer_kind& kind : all.kinds) {
        const bool same = only && kind.parameters == only->parameters && kind.base == only->base;
        if (kind.rotates && !same) {
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

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
