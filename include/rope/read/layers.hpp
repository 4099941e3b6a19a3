// layers: every layer of a Hugging Face model with its own frequencies.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/model/query_scale.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/model/evaluate.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/read/hugging_face.hpp>
#include <rope/read/native.hpp>
#include <rope/read/parse_json.hpp>
#endif

namespace rope {
inline namespace ROPE_ABI {

// What the layers of one kind share. `frequencies` is empty (no pairs) where they do not rotate.
struct model_layer_kind {
    std::string type = {}; // the layer type, empty where the model has one kind
    bool rotates = true;
    rope::config config = {};
    rope::frequency_set frequencies = {};
    rope::query_scale query_scale = {};
};

// One layer. What its kind has is shared with the other layers of that kind, so that a copy is cheap and valid as long as it
// lives. Layers with equal `kind` need one table.
struct model_layer {
    std::int64_t number;
    std::size_t kind; // 0, 1, ... in the order in which the kinds first occur
    std::shared_ptr<const model_layer_kind> shared;
    const std::string& type;
    const bool& rotates;
    const rope::config& config;
    const rope::frequency_set& frequencies;
    const rope::query_scale& query_scale;

    model_layer(std::int64_t layer, std::size_t of_kind, std::shared_ptr<const model_layer_kind> facts)
        : number(layer), kind(of_kind), shared(std::move(facts)), type(shared->type),
          rotates(shared->rotates), config(shared->config), frequencies(shared->frequencies),
          query_scale(shared->query_scale) {}
    model_layer(const model_layer&) = default; // a move would leave a layer without its kind
    model_layer& operator=(const model_layer&) = delete;
    ~model_layer() = default;
};

namespace detail {
class json_value;
ROPE_API status layers_of(const json_value& document, std::int64_t seq_len, std::vector<model_layer>& out);
} // namespace detail

// All layers of the model that a configuration's text describes, in order; `out` is filled when the status is ok. Layers of one
// kind share their frequencies. A kind is read once and allocates its lists once; a layer allocates nothing of its own.
ROPE_API status try_layers_of_text(std::string_view text, std::int64_t seq_len,
                                   std::vector<model_layer>& out);

#if ROPE_DEFINITIONS
namespace detail {

inline status read_layer_kind(const model_layers& m, const layer_kind& kind, std::int64_t seq_len,
                              model_layer_kind& out) {
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
ROPE_COLD ROPE_API status layers_of(const json_value& document, std::int64_t seq_len,
                                    std::vector<model_layer>& out) {
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
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::vector<std::size_t> number_of(m.kinds.kinds.size(), none);
    std::vector<std::shared_ptr<const model_layer_kind>> made;
    std::vector<model_layer> all;
    all.reserve(m.kinds.kind_of_layer.size());
    for (const std::size_t k : m.kinds.kind_of_layer) {
        if (number_of[k] == none) {
            auto kind = std::make_shared<model_layer_kind>();
            const status s = read_layer_kind(m, m.kinds.kinds[k], seq_len, *kind);
            if (!s.ok()) {
                return {"layer " + std::to_string(all.size()) + ": " + s.message};
            }
            number_of[k] = made.size();
            made.push_back(std::move(kind));
        }
        all.emplace_back(static_cast<std::int64_t>(all.size()), number_of[k], made[number_of[k]]);
    }
    out = std::move(all);
    return {};
}

} // namespace detail

ROPE_COLD ROPE_API status try_layers_of_text(std::string_view text, std::int64_t seq_len,
                                             std::vector<model_layer>& out) {
    detail::json_value document;
    std::vector<std::string> repeated;
    const status s = detail::parse_json(text, document, repeated);
    return s.ok() ? detail::layers_of(document, seq_len, out) : s;
}
#endif

} // namespace ROPE_ABI
} // namespace rope
