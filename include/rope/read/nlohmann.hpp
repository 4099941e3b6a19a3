// nlohmann: reading from documents that nlohmann_json has parsed.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/json_value.hpp>
#include <rope/read/layers.hpp>
#include <rope/read/read_config.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A copy as the readers have it; nested no deeper than they read.
inline json_value from_nlohmann(const nlohmann::json& value, int depth = 0) {
    json_parts parts;
    switch (depth > greatest_json_depth ? nlohmann::json::value_t::null : value.type()) {
    case nlohmann::json::value_t::boolean:
        return json_value(value.get<bool>());
    case nlohmann::json::value_t::number_integer:
    case nlohmann::json::value_t::number_unsigned:
        return json_value(value.get<double>(), true);
    case nlohmann::json::value_t::number_float:
        return json_value(value.get<double>(), false);
    case nlohmann::json::value_t::string:
        parts.text = value.get_ref<const std::string&>();
        return json_value(json_kind::string, std::move(parts));
    case nlohmann::json::value_t::array:
        for (const nlohmann::json& item : value) {
            parts.items.push_back(from_nlohmann(item, depth + 1));
        }
        return json_value(json_kind::list, std::move(parts));
    case nlohmann::json::value_t::object:
        for (const auto& [key, item] : value.get_ref<const nlohmann::json::object_t&>()) { // in order
            parts.keys.push_back(key);
            parts.items.push_back(from_nlohmann(item, depth + 1));
        }
        return json_value(json_kind::object, std::move(parts));
    default:
        return {};
    }
}

} // namespace detail

// try_read_text of a document that nlohmann_json has parsed: the same results and sentences, without a name before them. `out` keeps
// nothing of the document.
inline status try_read_json(const nlohmann::json& document, const read_options& options, reading& out) {
    return detail::read_parsed(detail::from_nlohmann(document), {}, options, out);
}

// The same; throws rope::error.
inline reading reading_from_json(const nlohmann::json& document, const read_options& options = {}) {
    reading out;
    detail::require(try_read_json(document, options, out));
    return out;
}
inline config config_from_json(const nlohmann::json& document, const read_options& options = {}) {
    return reading_from_json(document, options).config;
}

// All layers of a model, in order; `out` is filled when the status is ok. Layers of one kind share their frequencies.
inline status try_layers(const nlohmann::json& document, std::int64_t seq_len,
                         std::vector<model_layer>& out) {
    return detail::layers_of(detail::from_nlohmann(document), seq_len, out);
}

// The same; throws rope::error.
inline std::vector<model_layer> layers(const nlohmann::json& document, std::int64_t seq_len = 0) {
    std::vector<model_layer> out;
    detail::require(try_layers(document, seq_len, out));
    return out;
}

} // namespace ROPE_ABI
} // namespace rope
