// layers: every layer of a Hugging Face model with its own frequencies.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/evaluate.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/read/hugging_face.hpp>
#include <rope/read/native.hpp>
#include <rope/support/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// One layer. `frequencies` is empty (no pairs) where the layer does not rotate.
struct model_layer {
    std::int64_t number = 0;
    std::string type = {}; // its layer type, empty where the model has one kind
    bool rotates = true;
    rope::config config = {};
    rope::frequency_set frequencies = {};
    rope::query_scale query_scale = {};
};

namespace detail {

// One layer of a kind, without its number.
inline status read_layer_of_kind(const model_layers& m, const layer_kind& kind, std::int64_t seq_len,
                                 model_layer& out) {
    read_context context;
    read_kind(m, kind, context);
    if (context.ok() && context.out.rotates) {
        context.fail(config_fault(context.out.config, seq_len));
    }
    if (!context.ok()) {
        return {std::move(context.fault)};
    }
    out.type = kind.name;
    out.rotates = context.out.rotates;
    out.config = std::move(context.out.config);
    out.query_scale = context.out.query_scale;
    out.frequencies.head_dim = out.config.head_dim;
    if (out.rotates) {
        out.frequencies = frequencies(out.config, seq_len);
    }
    return {};
}

// Each kind is read once.
inline status layers_of(const json_value& document, std::int64_t seq_len, std::vector<model_layer>& out) {
    if (!document.is_object()) {
        return {"the configuration is " + found(document) + ": expected a JSON object"};
    }
    if (looks_native(document)) {
        return {"the native form describes one kind of layer: expected a Hugging Face config.json"};
    }
    read_context context;
    read_options options;
    model_layers m;
    gather_layers(document, options, false, m, context);
    if (context.ok() && !m.kinds.counted) {
        context.fail("num_hidden_layers is missing: expected the number of layers");
    }
    if (!context.ok()) {
        return {std::move(context.fault)};
    }
    std::vector<model_layer> of_kind(m.kinds.kinds.size());
    std::vector<bool> made(of_kind.size(), false);
    std::vector<model_layer> all;
    all.reserve(m.kinds.kind_of_layer.size());
    for (const std::size_t k : m.kinds.kind_of_layer) {
        if (!made[k]) {
            const status s = read_layer_of_kind(m, m.kinds.kinds[k], seq_len, of_kind[k]);
            if (!s.ok()) {
                return {"layer " + std::to_string(all.size()) + ": " + s.message};
            }
            made[k] = true;
        }
        all.push_back(of_kind[k]);
        all.back().number = static_cast<std::int64_t>(all.size()) - 1;
    }
    out = std::move(all);
    return {};
}

} // namespace detail

// All layers of the model that a configuration's text describes, in order; `out` is filled when the status is ok. Layers of one
// kind get equal frequencies.
inline status try_layers_of_text(std::string_view text, std::int64_t seq_len, std::vector<model_layer>& out) {
    detail::json_value document;
    std::vector<std::string> repeated;
    const status s = detail::parse_json(text, document, repeated);
    return s.ok() ? detail::layers_of(document, seq_len, out) : s;
}

} // namespace ROPE_ABI
} // namespace rope
