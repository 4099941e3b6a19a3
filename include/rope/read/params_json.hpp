// params_json: the params.json beside the weights that Mistral and Meta publish in their own format, whose pairs are
// interleaved.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/read/guard.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/json_value.hpp>
#include <rope/read/reading.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline bool looks_params(const json_value& document) {
    return document.find_set("dim") && document.find_set("n_heads") && !document.find_set("model_type") &&
           !document.find_set("architectures");
}

// Mistral's YaRN: beta and alpha are YaRN's beta_fast and beta_slow. Without apply_scale the amplitude is 1.
inline void read_params_yarn(const json_value& object, read_context& context) {
    json_fields fields(object, "yarn.", context);
    yarn_scaling s;
    s.factor = fields.number("factor", at_least_one).value_or(1);
    s.beta_fast = fields.number("beta", positive).value_or(s.beta_fast);
    s.beta_slow = fields.number("alpha", positive).value_or(s.beta_slow);
    if (!fields.boolean("apply_scale").value_or(true)) {
        s.attention_factor = 1;
    }
    config& c = context.out.config;
    c.original_max_position = fields.integer("original_max_position_embeddings", 1).value_or(0);
    c.scaling = s;
    for (const std::string& key : fields.unused()) {
        context.note(fields.name(shortened(key).c_str()) + " is not used by scaling type yarn");
    }
}

// Meta's use_scaled_rope: Llama 3.1's recipe with its own numbers where the file has none.
inline void read_params_llama3(json_fields& fields, read_context& context) {
    llama3_scaling s;
    s.factor = fields.number("rope_scaling_factor", at_least_one).value_or(8);
    s.low_freq_factor = 1;
    s.high_freq_factor = fields.number("rope_high_freq_factor", positive).value_or(4);
    context.out.config.scaling = s;
    context.out.config.original_max_position = 8192;
    context.derive("scaling type llama3: use_scaled_rope is true");
}

inline void read_params(const json_value& document, const read_options& options, read_context& context) {
    context.out.form = "params";
    json_fields fields(document, "", context);
    config& c = context.out.config;
    c.pairing = pairing::interleaved;
    context.derive("the pairing is that of weights in Mistral's and Meta's own format");
    const auto dim = fields.integer("dim", 1), heads = fields.integer("n_heads", 1);
    const auto head_dim = fields.integer("head_dim", 1), slice = fields.integer("qk_rope_head_dim", 1);
    if (dim && heads && !head_dim && !slice && *dim % *heads != 0) {
        context.fail("dim = " + number(*dim) + " is not a multiple of n_heads = " + number(*heads));
    }
    if (!context.ok() || !dim || !heads) {
        return;
    }
    c.head_dim = slice ? *slice : head_dim ? *head_dim : *dim / *heads;
    c.rotary_dim = c.head_dim;
    context.derive("head_dim is " +
                   (slice      ? std::string("qk_rope_head_dim")
                    : head_dim ? std::string("head_dim")
                               : std::string("dim / n_heads")) +
                   " = " + number(c.head_dim));
    // Mistral's code: 1e6 where there is no window, and no theta is given; Meta's files have multiple_of.
    const bool mistral = document.find_set("hidden_dim") && !document.find_set("multiple_of");
    const auto theta = fields.number("rope_theta", positive);
    const double usual = mistral && !document.find_set("sliding_window") ? 1e6 : 10000;
    c.base = theta.value_or(usual);
    context.derive("base is " + number(c.base) + (theta ? ", rope_theta" : ": rope_theta is not given"));
    for (const char* key : {"max_position_embeddings", "max_seq_len"}) {
        c.max_position = fields.integer(key, 1).value_or(c.max_position);
    }
    if (const json_value* yarn = fields.object("yarn")) {
        read_params_yarn(*yarn, context);
    } else if (fields.boolean("use_scaled_rope").value_or(false)) {
        read_params_llama3(fields, context);
    }
    if (const json_value* temperature = fields.object("llama_4_scaling")) {
        json_fields inner(*temperature, "llama_4_scaling.", context);
        query_scale& q = context.out.query_scale;
        q.kind = query_scale::rule::whole_lengths;
        q.attn_scale = inner.number("beta", not_negative).value_or(0);
        q.floor_scale = inner.number("original_max_position_embeddings", positive).value_or(q.floor_scale);
    }
    const std::int64_t layers = fields.integer("n_layers", 1, 10000).value_or(0);
    if (options.layer >= 0 && layers > 0 && options.layer >= layers) {
        context.fail("layer = " + number(options.layer) + ": expected 0 to " + number(layers - 1));
    }
    if (!options.layer_type.empty() || !options.part.empty()) {
        context.fail("a part or a layer type is asked for, but params.json has neither");
    }
    const auto interval = fields.integer("nope_layer_interval", 1, 10000);
    if (interval && options.layer < 0 && context.ok()) {
        context.derive("every " + number(*interval) +
                       "-th layer has no rotary embedding (nope_layer_interval)");
    } else if (interval && (options.layer + 1) % *interval == 0) {
        context.out.rotates = false;
        context.out.why = "nope_layer_interval = " + number(*interval);
        context.derive("no rotation: " + context.out.why);
        c.scaling = no_rotation{};
    }
    for (std::int64_t i = 0; interval && i < layers; ++i) {
        context.out.layers.push_back((i + 1) % *interval == 0 ? "no_rope" : "rope");
    }
    for (const std::string& key : fields.unused()) {
        if (speaks_of_rotation(key) && !document.find(key)->is_object()) {
            const std::string_view near = near_key(key);
            context.note(shortened(key) + " is not used" +
                         (near.empty() ? std::string() : "; did you mean " + std::string(near) + "?"));
        }
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
