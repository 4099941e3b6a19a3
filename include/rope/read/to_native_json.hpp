// to_native_json: a config in the library's own JSON form. What is written reads back as the same config.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/axis_map.hpp>
#include <rope/model/config.hpp>
#include <rope/model/parameters.hpp>
#include <rope/read/scaling_type.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

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

// The native form of a config: config_from_json of it is the same config again, to the last bit of each number.
//   Range       any config without a fault (validate); others are written as they are, and the reader refuses them
//   Allocations the document
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
    if (c.reversed) {
        out["direction"] = "reversed";
    }
    return out;
}

} // namespace ROPE_ABI
} // namespace rope
