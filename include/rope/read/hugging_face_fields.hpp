// hugging_face_fields: the values of a config.json that have had many names: head_dim, rotary_dim, theta, pairing, lengths.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequencies.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/layer_kinds.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class T>
struct keyed {
    T value;
    std::string key;
};

// The first key that is there, as an integer.
inline std::optional<keyed<std::int64_t>>
first_integer(json_fields& scope, std::initializer_list<const char*> keys, std::int64_t least) {
    for (const char* key : keys) {
        if (const auto x = scope.integer(key, least)) {
            return keyed<std::int64_t>{*x, key};
        }
    }
    return std::nullopt;
}

inline std::optional<keyed<double>> first_number(json_fields& scope, std::initializer_list<const char*> keys,
                                                 const value_rule& rule) {
    for (const char* key : keys) {
        if (const auto x = scope.number(key, rule)) {
            return keyed<double>{*x, key};
        }
    }
    return std::nullopt;
}

inline void read_head_dim(json_fields& scope, const family* known, const layer_kind& kind,
                          read_context& context) {
    config& c = context.out.config;
    if (const auto slice = scope.integer("qk_rope_head_dim"); slice && *slice > 0) {
        c.head_dim = *slice;
        c.latent_attention = true;
        context.derive("head_dim is qk_rope_head_dim = " + number(*slice) +
                       ": the slice that rotates, of multi-head latent attention");
        return;
    }
    std::optional<keyed<std::int64_t>> head;
    if (kind.name == "full_attention") { // Gemma 4
        head = first_integer(scope, {"global_head_dim"}, 1);
    }
    if (!head) {
        head = first_integer(scope, {"head_dim", "kv_channels", "attention_head_dim"}, 1);
    }
    if (head) {
        c.head_dim = head->value;
        context.derive("head_dim is " + head->key + " = " + number(head->value));
        return;
    }
    if (known && known->head_dim > 0) {
        c.head_dim = known->head_dim;
        context.derive("head_dim is " + number(c.head_dim) + ", the default of model_type " +
                       std::string(known->model_type));
        return;
    }
    const auto width = first_integer(scope, {"hidden_size", "n_embd", "d_model", "dim"}, 1);
    const auto heads = first_integer(scope, {"num_attention_heads", "n_head", "n_heads", "num_heads"}, 1);
    if (!width || !heads) {
        context.fail("head_dim is missing, and so is " +
                     std::string(!width ? "hidden_size" : "num_attention_heads") +
                     ": expected head_dim, or hidden_size and num_attention_heads");
        return;
    }
    if (width->value % heads->value != 0) {
        context.fail(width->key + " = " + number(width->value) + " is not a multiple of " + heads->key +
                     " = " + number(heads->value) + ": expected head_dim, or a multiple");
        return;
    }
    c.head_dim = width->value / heads->value;
    context.derive("head_dim is " + width->key + " / " + heads->key + " = " + number(width->value) + " / " +
                   number(heads->value) + " = " + number(c.head_dim));
}

// The share of the head that rotates, and where it was said.
inline std::optional<keyed<double>> read_share(json_fields& scope, json_fields& parameters,
                                               const family* known) {
    if (const auto x = parameters.number("partial_rotary_factor", share)) {
        return keyed<double>{*x, parameters.name("partial_rotary_factor")};
    }
    if (auto x = first_number(
            scope, {"partial_rotary_factor", "rotary_pct", "rope_pct", "rotary_emb_fraction"}, share)) {
        return x;
    }
    if (known && known->partial > 0) {
        return keyed<double>{known->partial, "the default of model_type " + std::string(known->model_type)};
    }
    return std::nullopt;
}

inline void read_rotary_dim(json_fields& scope, json_fields& parameters, const family* known,
                            read_context& context) {
    config& c = context.out.config;
    if (!context.ok()) {
        return;
    }
    if (c.latent_attention) { // the slice is all rotary
        scope.find("partial_rotary_factor");
        parameters.find("partial_rotary_factor");
        c.rotary_dim = c.head_dim;
        return;
    }
    const auto rotary_dim = scope.integer("rotary_dim", 1);
    const auto part = read_share(scope, parameters, known);
    if (rotary_dim) {
        c.rotary_dim = *rotary_dim;
        context.derive("rotary_dim is the key of that name, " + number(*rotary_dim));
        return;
    }
    if (auto* whole =
            std::get_if<proportional_scaling>(&c.scaling)) { // the share counts pairs of the whole head
        if (const auto outer = scope.number("partial_rotary_factor", share);
            outer && !parameters.has("partial_rotary_factor")) {
            whole->partial_rotary_factor = *outer;
        }
        c.rotary_dim = c.head_dim;
        return;
    }
    c.rotary_dim = c.head_dim;
    if (part && context.ok()) {
        c.rotary_dim = static_cast<std::int64_t>(static_cast<double>(c.head_dim) * part->value);
        const std::string says = part->key + " = " + number(part->value) +
                                 " of head_dim = " + number(c.head_dim) +
                                 " gives rotary_dim = " + number(c.rotary_dim);
        if (c.rotary_dim <= 0 || c.rotary_dim % 2 != 0) {
            context.fail(says + ": expected an even number above 0");
        }
        context.derive(says);
    }
}

inline void read_base(json_fields& scope, json_fields& parameters, const family* known,
                      const layer_kind& kind, read_context& context) {
    config& c = context.out.config;
    const auto inner = parameters.number("rope_theta", positive);
    auto outer = first_number(scope, {"rope_theta", "rotary_emb_base", "rope_base"}, positive);
    if (const nlohmann::json* attention = scope.has("attn_config") ? scope.object("attn_config") : nullptr;
        attention && !outer) {
        json_fields fields(*attention, "attn_config.", context); // DBRX
        outer = first_number(fields, {"rope_theta"}, positive);
    }
    const auto ratio = scope.number("rope_ratio", positive);
    if (inner) {
        c.base = *inner;
        context.derive("base is " + parameters.name("rope_theta") + " = " + number(c.base));
        if (outer && outer->value != *inner && kind.name.empty()) {
            context.note(outer->key + " = " + number(outer->value) +
                         " is not used: " + parameters.name("rope_theta") + " goes first");
        }
    } else if (kind.base) {
        c.base = *kind.base;
        context.derive("base is " + kind.base_key + " = " + number(c.base));
    } else if (outer) {
        c.base = outer->value;
        context.derive("base is " + outer->key + " = " + number(c.base));
    } else if (ratio) {
        c.base = 10000.0 * *ratio;
        context.derive("base is 10000 rope_ratio = " + number(c.base));
    } else {
        c.base = known && known->base > 0 ? known->base : 10000.0;
        context.derive("base is " + number(c.base) + ": rope_theta is not given, and this is " +
                       (known && known->base > 0
                            ? "the default of model_type " + std::string(known->model_type)
                            : "the usual default"));
    }
}

inline void read_pairing(json_fields& scope, const family* known, read_context& context) {
    config& c = context.out.config;
    for (const char* key :
         {"rope_interleave", "rope_interleaved", "rotary_interleaved", "rotary_emb_interleaved"}) {
        if (const auto interleaved = scope.boolean(key)) {
            c.pairing = *interleaved ? pairing::interleaved : pairing::half_split;
            context.derive(std::string("the pairing is said by ") + key);
            return;
        }
    }
    if (known) {
        c.pairing = known->pairing;
        context.derive("the pairing is that of model_type " + std::string(known->model_type));
        return;
    }
    c.pairing = pairing::half_split;
    context.note("pairing half_split is an assumption: " +
                 (context.out.model_type.empty() ? std::string("model_type is missing")
                                                 : "model_type " + context.out.model_type.substr(0, 40) +
                                                       " is not in the table of families"));
}

// Whether a recipe's formula has the trained length in it.
inline bool reads_trained_length(const scaling& s) {
    return std::visit(
        [](const auto& x) {
            using T = std::decay_t<decltype(x)>;
            return std::is_same_v<T, yarn_scaling> || std::is_same_v<T, deepseek_yarn_scaling> ||
                   std::is_same_v<T, grok_scaling> || std::is_same_v<T, longrope_scaling> ||
                   std::is_same_v<T, llama3_scaling> || std::is_same_v<T, qwen_scaling>;
        },
        s);
}

inline void read_lengths(json_fields& scope, json_fields& parameters, read_context& context) {
    config& c = context.out.config;
    if (const auto length = first_integer(scope,
                                          {"max_position_embeddings", "n_positions", "seq_length",
                                           "max_sequence_length", "max_seq_len", "n_ctx"},
                                          1)) {
        c.max_position = length->value;
    }
    c.original_max_position = scope.integer("original_max_position_embeddings", 1).value_or(0);
    if (!reads_trained_length(c.scaling)) {
        return;
    }
    if (std::holds_alternative<qwen_scaling>(c.scaling)) {
        c.original_max_position = scope.integer("seq_length", 1).value_or(c.original_max_position);
        return;
    }
    const std::int64_t inner = parameters.integer("original_max_position_embeddings", 1).value_or(0);
    if (c.original_max_position != 0 && inner != 0 && inner != c.original_max_position) {
        context.note(parameters.name("original_max_position_embeddings") + " = " + number(inner) +
                     " is not used: the top level's " + number(c.original_max_position) + " goes first");
    }
    c.original_max_position = c.original_max_position != 0 ? c.original_max_position : inner;
    if (c.original_max_position == 0 && c.max_position != 0) {
        context.derive("original_max_position_embeddings is not given: max_position_embeddings = " +
                       number(c.max_position) + " is the trained length");
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
