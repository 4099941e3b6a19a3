// hugging_face_fields: the values of a config.json that have had many names: head_dim, rotary_dim, theta, pairing, lengths.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/keys.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/read/layer_kinds.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// What a reader of one kind of layer works on.
struct kind_scope {
    json_fields& scope;      // the model
    json_fields& parameters; // its rope_parameters or rope_scaling; may be empty
    const family* known;     // none: not listed
    const layer_kind& kind;
    bool nested; // a part of a larger configuration: its class fills in the sizes that it leaves out
};

template <class T>
struct keyed {
    T value;
    std::string key;
};

// The first key that is there. Others that say something else are remarked on. `own` is a key of the family, none: null.
template <class T, class Get, std::size_t n>
std::optional<keyed<T>> first_of(json_fields& scope, const char* own, const char* const (&keys)[n], Get get,
                                 bool remark = true) {
    std::optional<keyed<T>> out;
    const auto ask = [&](const char* key) {
        if (!key || !scope.has(key)) {
            return;
        }
        if (out && out->key == key) {
            return;
        }
        const std::optional<T> x = get(key);
        if (x && !out) {
            out = keyed<T>{*x, key};
        } else if (x && remark && out->key != (own ? own : "") && *x != out->value) {
            scope.context().note(scope.name(key) + " = " + number(*x) + " is not used: " + out->key + " = " +
                                 number(out->value) + " goes first");
        }
    };
    ask(own);
    for (const char* key : keys) {
        ask(key);
    }
    return out;
}
template <std::size_t n>
std::optional<keyed<std::int64_t>> first_integer(json_fields& scope, const char* own,
                                                 const char* const (&keys)[n], bool remark = true) {
    return first_of<std::int64_t>(
        scope, own, keys, [&](const char* key) { return scope.integer(key, 1); }, remark);
}
template <std::size_t n>
std::optional<keyed<double>> first_number(json_fields& scope, const char* own, const char* const (&keys)[n],
                                          const value_rule& rule) {
    return first_of<double>(scope, own, keys, [&](const char* key) { return scope.number(key, rule); });
}

inline std::string default_of(const family& known) {
    return "the default of model_type " + std::string(known.name);
}

// hidden_size / num_attention_heads.
inline void divide_head_dim(const kind_scope& s) {
    read_context& context = s.scope.context();
    config& c = context.out.config;
    auto width = first_integer(s.scope, s.known ? s.known->width_key : nullptr, width_keys);
    auto heads = first_integer(s.scope, s.known ? s.known->heads_key : nullptr, heads_keys);
    if (s.nested && s.known && !width && s.known->width > 0) {
        width = keyed<std::int64_t>{s.known->width, "hidden_size (" + default_of(*s.known) + ")"};
    }
    if (s.nested && s.known && !heads && s.known->heads > 0) {
        heads = keyed<std::int64_t>{s.known->heads, "num_attention_heads (" + default_of(*s.known) + ")"};
    }
    if (!width || !heads) {
        context.fail(s.scope.where() + "head_dim is missing, and so is " +
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

// The slice of multi-head latent attention, where there is one.
inline bool read_slice(const kind_scope& s) {
    read_context& context = s.scope.context();
    config& c = context.out.config;
    const bool last = s.known && s.known->slice == slice::last;
    const auto given = s.scope.integer("qk_rope_head_dim");
    if (last || (given && *given == 0)) { // 0: ordinary attention, or none of it rotates
        return false;
    }
    const bool of_class = !given && s.nested && s.known && s.known->slice == slice::alone;
    if (!given && !of_class) {
        return false;
    }
    c.head_dim = given ? *given : s.known->slice_width;
    c.latent_attention = true;
    for (const char* key : head_dim_keys) { // these are about the other slice
        s.scope.find(key);
    }
    context.derive("head_dim is qk_rope_head_dim = " + number(c.head_dim) +
                   ": the slice that rotates, of multi-head latent attention");
    return c.head_dim > 0;
}

inline void read_head_dim(const kind_scope& s) {
    read_context& context = s.scope.context();
    config& c = context.out.config;
    if (s.kind.head_dim) {
        c.head_dim = *s.kind.head_dim;
        context.derive("head_dim is that of per_layer_config = " + number(c.head_dim));
        return;
    }
    if (read_slice(s)) {
        return;
    }
    std::optional<keyed<std::int64_t>> head;
    if (s.kind.rule && s.kind.rule->head_dim_key) {
        if (const auto x = s.scope.integer(s.kind.rule->head_dim_key, 1)) {
            head = keyed<std::int64_t>{*x, s.kind.rule->head_dim_key};
            s.scope.find("head_dim");
        } else if (s.kind.rule->head_dim > 0 && s.known && s.known->role == role::rotates &&
                   !s.scope.has("head_dim")) {
            head = keyed<std::int64_t>{s.kind.rule->head_dim, default_of(*s.known) + " for these layers"};
        }
    }
    if (!head) {
        head = first_integer(s.scope, s.known ? s.known->head_dim_key : nullptr, head_dim_keys);
    }
    if (!head && s.known && s.known->head_dim > 0) {
        head = keyed<std::int64_t>{s.known->head_dim, default_of(*s.known)};
    }
    if (!head) {
        divide_head_dim(s);
        return;
    }
    for (const char* key : width_keys) { // not needed any more
        s.scope.find(key);
    }
    for (const char* key : heads_keys) {
        s.scope.find(key);
    }
    c.head_dim = head->value;
    context.derive("head_dim is " + head->key + " = " + number(head->value));
}

// The share of the head that rotates, and where it was said. A share in a block by layer type goes before the model's; one
// in flat rope_parameters after it, as transformers has it.
inline std::optional<keyed<double>> read_share(const kind_scope& s) {
    read_context& context = s.scope.context();
    const auto inner = s.parameters.number("partial_rotary_factor", share);
    const auto outer = first_number(s.scope, nullptr, share_keys, share);
    if (s.kind.share) {
        return keyed<double>{*s.kind.share, "partial_rotary_factors"};
    }
    if (inner && outer && *inner != outer->value && !s.kind.beside) {
        context.note(s.parameters.name("partial_rotary_factor") + " = " + number(*inner) +
                     " is not used: " + outer->key + " = " + number(outer->value) + " goes first");
    }
    if (inner && (s.kind.beside || !outer)) {
        return keyed<double>{*inner, s.parameters.name("partial_rotary_factor")};
    }
    if (outer) {
        return outer;
    }
    if (s.known && s.known->share > 0) {
        return keyed<double>{s.known->share, default_of(*s.known)};
    }
    return std::nullopt;
}

inline void place_slice(const kind_scope& s) {
    config& c = s.scope.context().out.config;
    if (s.known && s.known->slice == slice::last) {
        c.rotary_offset = c.head_dim - c.rotary_dim;
    }
}

inline void read_rotary_dim(const kind_scope& s) {
    read_context& context = s.scope.context();
    config& c = context.out.config;
    if (!context.ok()) {
        return;
    }
    c.rotary_dim = c.head_dim;
    if (c.latent_attention) { // the slice is all rotary
        s.scope.find("partial_rotary_factor");
        s.parameters.find("partial_rotary_factor");
        return;
    }
    auto rotary_dim = s.scope.integer("rotary_dim", 1);
    if (const auto older = s.scope.integer("attn_rotary_emb", 1); !rotary_dim) { // Bamba
        rotary_dim = older;
    }
    if (const auto slice_dim = s.scope.integer("qk_rope_head_dim", 0);
        !rotary_dim && slice_dim && *slice_dim > 0 && s.known && s.known->slice == slice::last) {
        rotary_dim = slice_dim;
    }
    const auto part = read_share(s);
    if (auto* whole =
            std::get_if<proportional_scaling>(&c.scaling)) { // the share counts pairs of the whole head
        if (part) {
            whole->partial_rotary_factor = part->value;
        }
        return;
    }
    if (!rotary_dim && !part && s.known && s.known->slice == slice::first && s.known->slice_width > 0) {
        rotary_dim = s.known->slice_width;
    }
    if (rotary_dim) {
        c.rotary_dim = *rotary_dim;
        context.derive("rotary_dim is the key of that name, " + number(*rotary_dim));
    } else if (part) {
        c.rotary_dim = static_cast<std::int64_t>(static_cast<double>(c.head_dim) * part->value);
        const std::string says = part->key + " = " + number(part->value) +
                                 " of head_dim = " + number(c.head_dim) +
                                 " gives rotary_dim = " + number(c.rotary_dim);
        if (c.rotary_dim <= 0 || c.rotary_dim % 2 != 0) {
            context.fail(says + ": expected an even number above 0");
        }
        context.derive(says);
    }
    place_slice(s);
}

// Theta outside of rope_parameters, and where it was said.
inline std::optional<keyed<double>> outer_theta(const kind_scope& s) {
    const kind_rule* rule = s.kind.rule;
    const char* own = s.known ? s.known->theta_key : nullptr;
    if (rule && rule->theta_key) {
        for (const char* key : {rule->theta_key, rule->other_theta_key}) {
            if (key) {
                if (const auto x = s.scope.number(key, positive)) {
                    return keyed<double>{*x, key};
                }
            }
        }
        return std::nullopt;
    }
    const json_value* listed = s.scope.object().find("rope_theta");
    if (listed && listed->is_list()) {
        return std::nullopt;
    }
    auto out = first_number(s.scope, own, theta_keys, positive);
    const json_value* attention = s.scope.has("attn_config") ? s.scope.object("attn_config") : nullptr;
    if (attention && !out) { // DBRX
        json_fields fields(*attention, s.scope.name("attn_config."), s.scope.context());
        out = first_number(fields, nullptr, theta_keys, positive);
    }
    return out;
}

inline void read_base(const kind_scope& s) {
    read_context& context = s.scope.context();
    config& c = context.out.config;
    const auto inner = s.parameters.number("rope_theta", positive);
    const auto outer = outer_theta(s);
    const auto ratio = s.scope.number("rope_ratio", positive);
    const double family_base = s.known && s.known->base > 0 ? s.known->base : 10000.0;
    if (inner) {
        c.base = *inner;
        context.derive("base is " + s.parameters.name("rope_theta") + " = " + number(c.base));
        if (outer && outer->value != *inner && !s.kind.beside) {
            context.note(outer->key + " = " + number(outer->value) +
                         " is not used: " + s.parameters.name("rope_theta") + " goes first");
        }
    } else if (s.kind.base) {
        c.base = *s.kind.base;
        context.derive("base is this layer's entry of the thetas, " + number(c.base));
    } else if (outer) {
        c.base = outer->value;
        context.derive("base is " + outer->key + " = " + number(c.base));
    } else if (ratio) {
        c.base = 10000.0 * *ratio;
        context.derive("base is 10000 rope_ratio = " + number(c.base));
    } else {
        const double of_kind = s.kind.rule ? s.kind.rule->theta : 0;
        c.base = of_kind > 0 ? of_kind : family_base;
        const bool of_family = s.known && (of_kind > 0 || s.known->base > 0);
        context.derive("base is " + number(c.base) + ": rope_theta is not given, and this is " +
                       (of_family ? default_of(*s.known) : "the usual default"));
    }
}

inline void read_pairing(const kind_scope& s) {
    read_context& context = s.scope.context();
    config& c = context.out.config;
    for (const char* key : pairing_keys) {
        if (const auto interleaved = s.scope.boolean(key)) {
            c.pairing = *interleaved ? pairing::interleaved : pairing::half_split;
            context.derive(std::string("the pairing is said by ") + key);
            return;
        }
    }
    if (s.known) {
        const bool plain = s.known->slice == slice::alone && !c.latent_attention &&
                           s.scope.has("qk_rope_head_dim"); // 0: DeepSeek without latents
        c.pairing = plain ? pairing::half_split : s.known->pairing;
        c.reversed = s.known->reversed;
        context.derive("the pairing is that of model_type " + std::string(s.known->name));
        return;
    }
    c.pairing = c.latent_attention ? pairing::interleaved : pairing::half_split;
    context.note(std::string("pairing ") + (c.latent_attention ? "interleaved" : "half_split") +
                 " is an assumption: " +
                 (context.out.model_type.empty() ? std::string("model_type is missing")
                                                 : "model_type " + shortened(context.out.model_type) +
                                                       " is not in the table of families") +
                 (c.latent_attention ? ", and latent attention is interleaved nearly everywhere" : ""));
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

inline void read_lengths(const kind_scope& s) {
    read_context& context = s.scope.context();
    config& c = context.out.config;
    if (const auto length = first_integer(s.scope, nullptr, length_keys, false)) {
        c.max_position = length->value;
    } else if (s.nested && s.known) {
        c.max_position = s.known->length;
    }
    c.original_max_position = s.scope.integer("original_max_position_embeddings", 1).value_or(0);
    if (!reads_trained_length(c.scaling)) {
        return;
    }
    if (std::holds_alternative<qwen_scaling>(c.scaling)) {
        c.original_max_position = s.scope.integer("seq_length", 1).value_or(c.original_max_position);
        return;
    }
    std::int64_t inner = s.parameters.integer("original_max_position_embeddings", 1).value_or(0);
    if (inner == 0 && s.kind.beside) { // one length for all blocks
        json_fields beside(*s.kind.beside, "rope_parameters.", context);
        inner = beside.integer("original_max_position_embeddings", 1).value_or(0);
    }
    if (c.original_max_position != 0 && inner != 0 && inner != c.original_max_position) {
        context.note(s.parameters.name("original_max_position_embeddings") + " = " + number(inner) +
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
