// layers: every layer of a Hugging Face model with its own frequencies. Included by rope/json.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/evaluate.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/read/hugging_face.hpp>
#include <rope/read/native.hpp>
#include <rope/support/error.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// One layer. `frequencies` is empty (no pairs) where the layer does not rotate.
struct layer {
    std::int64_t number = 0;
    std::string type = {}; // its layer type, empty where the model has one kind
    bool rotates = true;
    rope::config config = {};
    rope::frequency_set frequencies = {};
    rope::query_scale query_scale = {};
};

// All layers of a model, in order; `out` is filled when the status is ok. Layers of one kind get equal frequencies.
inline status try_layers(const nlohmann::json& document, std::int64_t seq_len, std::vector<layer>& out) {
    if (!document.is_object()) {
        return {"the configuration is " + detail::found(document) + ": expected a JSON object"};
    }
    if (detail::looks_native(document)) {
        return {"the native form describes one kind of layer: expected a Hugging Face config.json"};
    }
    std::vector<layer> all;
    std::map<std::string, frequency_set> made;
    for (std::int64_t count = 1, k = 0; k < count; ++k) {
        read_options options;
        options.layer = k;
        detail::read_context context;
        detail::read_hugging_face(document, options, context);
        if (context.ok() && context.layer_count == 0) {
            context.fail("num_hidden_layers is missing: expected the number of layers");
        }
        if (context.ok()) {
            context.fail(detail::config_fault(context.out.config, seq_len));
        }
        if (!context.ok()) {
            return {"layer " + std::to_string(k) + ": " + context.fault};
        }
        count = context.layer_count;
        layer each;
        each.number = k;
        each.type = context.layer_type;
        each.rotates = context.out.rotates;
        each.config = std::move(context.out.config);
        each.query_scale = context.out.query_scale;
        if (each.rotates) {
            const std::string key = to_native_json(each.config).dump();
            const auto at = made.find(key);
            each.frequencies = at != made.end() ? at->second : made[key] = frequencies(each.config, seq_len);
        } else {
            each.frequencies.head_dim = each.config.head_dim;
        }
        all.push_back(std::move(each));
    }
    out = std::move(all);
    return {};
}

// The same; throws rope::error.
inline std::vector<layer> layers(const nlohmann::json& document, std::int64_t seq_len = 0) {
    std::vector<layer> out;
    detail::require(try_layers(document, seq_len, out));
    return out;
}

} // namespace ROPE_ABI
} // namespace rope
