// Layers to JSON and from JSON, with nlohmann_json. Weights keep their bits.
//   {"class_name": "RoPELayer", "config": {"embedding_dim": 32, ...}, "weights": [[...], ...]}
// A registry maps class names to functions that make a layer; programs can add their own.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/shape.hpp>
#include <rope/train/frequency_layer.hpp>
#include <rope/train/layer.hpp>
#include <rope/train/named_layer.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <string>
#include <variant>

namespace rope {
inline namespace ROPE_ABI {

using any_layer = std::variant<layer, named_layer, frequency_layer>;
using layer_maker = std::function<any_layer(const nlohmann::json&)>; // from the whole document

namespace detail {

template <class T>
void read_field(const nlohmann::json& object, const char* key, T& value) {
    const auto at = object.find(key);
    if (at == object.end()) {
        return;
    }
    bool fits = false;
    if constexpr (std::is_same_v<T, std::string>) {
        fits = at->is_string();
    } else if constexpr (std::is_same_v<T, double>) {
        fits = at->is_number();
    } else {
        fits = at->is_number_integer();
    }
    if (!fits) {
        fail(std::string("config.") + key + " = " + at->dump() +
             " is of another type than a layer has there");
    }
    value = at->get<T>();
}

inline void read_pairing(const nlohmann::json& object, pairing& value) {
    std::string name = pairing_name(value);
    read_field(object, "pairing", name);
    if (name != "half_split" && name != "interleaved") {
        fail(detail::sentence(
            {"config.pairing = ", detail::quoted(name), ": expected half_split or interleaved"}));
    }
    value = name == "interleaved" ? pairing::interleaved : pairing::half_split;
}

inline const nlohmann::json& config_of(const nlohmann::json& document) {
    if (!document.is_object() || !document.contains("config") || !document["config"].is_object()) {
        fail("a layer's JSON is an object with a \"config\" object in it");
    }
    return document["config"];
}

// Weights as nested rows, in order.
inline nlohmann::json rows_to_json(const std::vector<double>& weights, std::int64_t row_length) {
    nlohmann::json rows = nlohmann::json::array();
    for (std::size_t k = 0; k < weights.size(); k += static_cast<std::size_t>(row_length)) {
        rows.push_back(std::vector<double>(weights.begin() + static_cast<std::ptrdiff_t>(k),
                                           weights.begin() + static_cast<std::ptrdiff_t>(k) + row_length));
    }
    return rows;
}

template <class Layer>
void read_weights(const nlohmann::json& document, Layer& layer) {
    const auto at = document.find("weights");
    if (at == document.end() || at->is_null()) {
        return; // a layer without weights
    }
    if (!at->is_array()) {
        fail("a layer's weights are rows of numbers; found " + at->dump().substr(0, 40));
    }
    std::vector<double> weights;
    for (const nlohmann::json& row : *at) {
        if (!row.is_array()) {
            fail("a layer's weights are rows of numbers; found " + row.dump().substr(0, 40));
        }
        for (const nlohmann::json& w : row) {
            if (!w.is_number()) {
                fail("a layer's weights are rows of numbers; found " + w.dump().substr(0, 40));
            }
            weights.push_back(w.get<double>());
        }
    }
    layer.set_weights(std::move(weights));
}

} // namespace detail

// The JSON of a layer: class name, config, and weights (null for a layer that was not built). Weights are finite.
inline nlohmann::json layer_to_json(const layer& l) {
    nlohmann::json out = {{"class_name", layer::class_name},
                          {"config",
                           {{"embedding_dim", l.config().embedding_dim},
                            {"max_seq_length", l.config().max_seq_length},
                            {"name", l.config().name}}}};
    out["weights"] = l.built() ? detail::rows_to_json(l.weights(), l.pairs()) : nlohmann::json();
    return out;
}
inline nlohmann::json layer_to_json(const named_layer& l) {
    const named_layer_config& c = l.config();
    return {{"class_name", named_layer::class_name},
            {"config",
             {{"embedding_axis", c.embedding_axis},
              {"max_wavelength", c.max_wavelength},
              {"positions_input_name", c.positions_input_name},
              {"scale_factor", c.scale_factor},
              {"subset_size", c.subset_size},
              {"pairing", detail::pairing_name(c.pairing)}}}};
}
inline nlohmann::json layer_to_json(const frequency_layer& l) {
    const frequency_layer_config& c = l.config();
    nlohmann::json out = {{"class_name", frequency_layer::class_name},
                          {"config",
                           {{"head_dim", c.head_dim},
                            {"rotary_dim", c.rotary_dim},
                            {"heads", c.heads},
                            {"axes", c.axes},
                            {"base", c.base},
                            {"pairing", detail::pairing_name(c.pairing)},
                            {"name", c.name}}}};
    out["weights"] = l.built() ? detail::rows_to_json(l.weights(), c.axes) : nlohmann::json();
    return out;
}
inline nlohmann::json layer_to_json(const any_layer& l) {
    return std::visit([](const auto& x) { return layer_to_json(x); }, l);
}

// The classes that a document may name, and how each is made from the whole document.
struct layer_registry {
    std::map<std::string, layer_maker> makers = {
        {layer::class_name,
         [](const nlohmann::json& document) -> any_layer {
             const nlohmann::json& c = detail::config_of(document);
             layer_config config;
             detail::read_field(c, "embedding_dim", config.embedding_dim);
             detail::read_field(c, "max_seq_length", config.max_seq_length);
             detail::read_field(c, "name", config.name);
             layer l = layer::from_config(config);
             detail::read_weights(document, l);
             return l;
         }},
        {named_layer::class_name,
         [](const nlohmann::json& document) -> any_layer {
             const nlohmann::json& c = detail::config_of(document);
             named_layer_config config;
             detail::read_field(c, "embedding_axis", config.embedding_axis);
             detail::read_field(c, "max_wavelength", config.max_wavelength);
             detail::read_field(c, "positions_input_name", config.positions_input_name);
             detail::read_field(c, "scale_factor", config.scale_factor);
             detail::read_field(c, "subset_size", config.subset_size);
             detail::read_pairing(c, config.pairing);
             return named_layer::from_config(config);
         }},
        {frequency_layer::class_name, [](const nlohmann::json& document) -> any_layer {
             const nlohmann::json& c = detail::config_of(document);
             frequency_layer_config config;
             detail::read_field(c, "head_dim", config.head_dim);
             detail::read_field(c, "rotary_dim", config.rotary_dim);
             detail::read_field(c, "heads", config.heads);
             detail::read_field(c, "axes", config.axes);
             detail::read_field(c, "base", config.base);
             detail::read_field(c, "name", config.name);
             detail::read_pairing(c, config.pairing);
             frequency_layer l = frequency_layer::from_config(config);
             detail::read_weights(document, l);
             return l;
         }}};
};

// The layer that a document describes. Throws rope::error for a class that is not registered, a value of another type or
// out of range, and a number of weights that does not match the config.
inline any_layer layer_from_json(const nlohmann::json& document, const layer_registry& registry = {}) {
    const auto name = document.is_object() ? document.find("class_name") : document.end();
    if (name == document.end() || !name->is_string()) {
        detail::fail("a layer's JSON names its class: expected \"class_name\"");
    }
    const auto maker = registry.makers.find(name->get<std::string>());
    if (maker == registry.makers.end()) {
        std::string known;
        for (const auto& entry : registry.makers) {
            known += (known.empty() ? "" : ", ") + entry.first;
        }
        detail::fail("the class " + name->dump() + " is not registered; known: " + known);
    }
    return maker->second(document);
}

} // namespace ROPE_ABI
} // namespace rope
