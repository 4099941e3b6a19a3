// gguf_layers: the kinds of layers that a GGUF file's keys describe, and which layer is of which kind.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/gguf_architectures.hpp>
#include <rope/read/metadata_fields.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr std::int64_t greatest_gguf_layers = 10000;

struct gguf_kind {
    std::string name = {}; // empty where there is one kind
    bool rotates = true;
    std::string why = {}; // where it does not rotate
    std::int64_t head_dim = 0;
    std::int64_t rotary_dim = 0;
    double base = 10000;
    std::string base_key = {};
    bool scaled = true; // with the scaling of the file
};

struct gguf_kinds {
    std::vector<gguf_kind> kinds = {};
    std::vector<std::size_t> of_layer = {}; // empty where the file does not say

    std::size_t add(gguf_kind kind) {
        kinds.push_back(std::move(kind));
        return kinds.size() - 1;
    }
    std::string names() const {
        std::string text;
        for (const gguf_kind& kind : kinds) {
            text += (text.empty() ? "" : ", ") + kind.name;
        }
        return text;
    }
};

// The widths and the theta that all layers share where they are alike.
inline gguf_kind gguf_common_kind(metadata_fields& keys, const gguf_architecture& row,
                                  read_context& context) {
    gguf_kind kind;
    const auto length = keys.integer("attention.key_length", 1);
    const auto latent = keys.integer("attention.key_length_mla", 1);
    const auto width = keys.integer("embedding_length", 1);
    const auto heads = keys.integers("attention.head_count", 0);
    const auto dimension = keys.integer("rope.dimension_count", 0);
    std::int64_t most_heads = 0; // layers without attention have 0
    for (const std::int64_t h : heads.value_or(std::vector<std::int64_t>{})) {
        most_heads = most_heads == 0 ? h : most_heads;
    }
    if (length) {
        kind.head_dim = *length;
        context.derive("head_dim is " + keys.name("attention.key_length") + " = " + number(*length));
    } else if (width && most_heads > 0 && *width % most_heads == 0) {
        kind.head_dim = *width / most_heads;
        context.derive("head_dim is " + keys.name("embedding_length") + " / attention.head_count = " +
                       number(*width) + " / " + number(most_heads) + " = " + number(kind.head_dim));
    }
    if (row.has(gguf_does::last_slice)) {
        if (!dimension) {
            context.fail(keys.name("rope.dimension_count") +
                         " is missing: expected the width of the slice that rotates, of latent attention");
            return kind;
        }
        const std::int64_t whole = latent.value_or(kind.head_dim);
        context.derive("head_dim is " + keys.name("rope.dimension_count") + " = " + number(*dimension) +
                       ": the slice that rotates" +
                       (whole > *dimension ? ", the last of the head's " + number(whole) + " elements" : ""));
        kind.head_dim = *dimension;
    }
    if (kind.head_dim == 0 && row.rope != gguf_rope::none) {
        context.fail(keys.name("attention.key_length") +
                     " is missing: expected it, or embedding_length as a multiple of attention.head_count");
        return kind;
    }
    kind.rotary_dim = dimension.value_or(kind.head_dim);
    if (dimension && *dimension != kind.head_dim) {
        context.derive("rotary_dim is " + keys.name("rope.dimension_count") + " = " + number(*dimension));
    }
    const auto base = keys.number("rope.freq_base", positive);
    kind.base = base.value_or(10000);
    kind.base_key = base ? keys.name("rope.freq_base") : "llama.cpp's default";
    if (dimension && *dimension == 0) {
        kind.rotates = false;
        kind.why = keys.name("rope.dimension_count") + " is 0";
    }
    return kind;
}

// Whether the file's layers are of two kinds at all.
inline bool gguf_has_windows(metadata_fields& keys, const gguf_architecture& row, std::int64_t blocks) {
    const auto window = keys.integer("attention.sliding_window", 0);
    return row.has(gguf_does::if_window)     ? window.value_or(0) > 0
           : row.has(gguf_does::windowed_64) ? window.value_or(0) > 0 || blocks == 64
           : row.has(gguf_does::unless_zero) ? window.value_or(1) > 0
                                             : true;
}

// A list with an entry for each layer; nothing where the key has one value or is absent.
inline std::optional<std::vector<std::int64_t>> gguf_layer_list(metadata_fields& keys, const std::string& key,
                                                                std::int64_t blocks, std::int64_t extra,
                                                                read_context& context) {
    const auto list = keys.integers(key, 0);
    const auto* several = list ? std::get_if<std::vector<std::int64_t>>(keys.find(key)) : nullptr;
    if (!several) {
        return std::nullopt;
    }
    const auto found = static_cast<std::int64_t>(several->size());
    if (blocks > 0 && (found < blocks - extra || found > blocks)) {
        context.fail(keys.name(key) + " has " + number(found) + " entries: expected " +
                     number(blocks - extra) + (extra > 0 ? " or " + number(blocks) : std::string()) +
                     ", one for each layer");
    }
    return *several;
}

// Layers of two kinds by a pattern or a list: true where layer i is one of the pattern (sliding, linear).
inline std::vector<bool> gguf_pattern(metadata_fields& keys, const gguf_architecture& row,
                                      std::int64_t blocks, std::int64_t extra, read_context& context) {
    const bool linear = row.layers == gguf_layers::linear;
    const std::string list_key = linear                                  ? "attention.recurrent_layers"
                                 : row.layers == gguf_layers::compressed ? "attention.compress_ratios"
                                                                         : "attention.sliding_window_pattern";
    std::vector<bool> more;
    if (row.layers == gguf_layers::no_rope) {
        for (std::int64_t i = 0; i < blocks; ++i) {
            more.push_back((i + 1) % row.pattern != 0);
        }
        return more;
    }
    if (const auto list = gguf_layer_list(keys, list_key, blocks, extra, context)) {
        for (const std::int64_t each : *list) {
            more.push_back(row.layers == gguf_layers::compressed ? each == 0 : each != 0);
        }
    } else if (row.layers == gguf_layers::compressed) {
        context.fail(keys.name(list_key) + " is missing: expected a list with an entry for each layer");
    } else {
        const std::string key = linear ? "full_attention_interval" : "attention.sliding_window_pattern";
        const std::int64_t n = keys.integer(key, 0).value_or(row.pattern);
        const bool known = keys.find(key) || !row.has(gguf_does::listed);
        for (std::int64_t i = 0; known && i < blocks; ++i) {
            more.push_back(n == 0 || (row.has(gguf_does::full_first) ? i % n != 0 : i % n < n - 1));
        }
    }
    // Layers that predict further tokens come last and are full ones.
    more.resize(more.empty() ? 0 : static_cast<std::size_t>(blocks), false);
    for (std::int64_t i = std::max<std::int64_t>(0, blocks - extra);
         i < static_cast<std::int64_t>(more.size()); ++i) {
        more[static_cast<std::size_t>(i)] = false;
    }
    return more;
}

// The two kinds of an architecture whose layers differ: those of the pattern first, the rest second.
inline std::pair<gguf_kind, gguf_kind> gguf_two_kinds(metadata_fields& keys, const gguf_architecture& row,
                                                      const gguf_kind& common, read_context& context) {
    gguf_kind more = common, rest = common;
    more.name = "sliding_attention";
    rest.name = "full_attention";
    if (row.layers == gguf_layers::no_rope) {
        more.name = "rope";
        rest.name = "no_rope";
    } else if (row.layers == gguf_layers::linear) {
        more.name = "linear_attention";
        more.rotates = false;
        more.why = "layers of linear attention have no rotary embedding";
    } else if (row.layers == gguf_layers::compressed) {
        rest.name = "compressed_attention";
        const auto base = keys.number("attention.compress_rope_freq_base", positive);
        if (!base) {
            context.fail(keys.name("attention.compress_rope_freq_base") +
                         " is missing: expected a finite number above 0");
        }
        rest.base = base.value_or(rest.base);
        rest.base_key = keys.name("attention.compress_rope_freq_base");
        more.scaled = false;
    }
    if (row.layers == gguf_layers::no_rope || row.layers == gguf_layers::sliding_only) {
        rest.rotates = false;
        rest.why = "the full-attention layers of architecture " + std::string(row.name) +
                   " have no rotary embedding";
    }
    if (row.has(gguf_does::unscaled)) {
        more.scaled = false;
    }
    if (row.sliding != gguf_sliding::same) {
        if (const auto base = keys.number("rope.freq_base_swa", positive)) {
            more.base = *base;
            more.base_key = keys.name("rope.freq_base_swa");
        } else if (row.sliding == gguf_sliding::own_or_10000) {
            more.base = 10000;
            more.base_key = "llama.cpp's default for sliding layers";
        }
    }
    if (row.has(gguf_does::swa_width)) {
        more.head_dim = keys.integer("attention.key_length_swa", 1).value_or(more.head_dim);
        more.rotary_dim = keys.integer("rope.dimension_count_swa", 2).value_or(more.rotary_dim);
    }
    if (row.has(gguf_does::half_full)) {
        rest.rotary_dim /= 2;
    }
    return {more, rest};
}

inline gguf_kinds gguf_kinds_of(metadata_fields& keys, const gguf_architecture& row, const gguf_kind& common,
                                read_context& context) {
    gguf_kinds out;
    const std::int64_t blocks = keys.integer("block_count", 0).value_or(0);
    const std::int64_t extra = keys.integer("nextn_predict_layers", 0).value_or(0);
    if (blocks > greatest_gguf_layers || (blocks > 0 && extra > blocks)) {
        context.fail(keys.name("block_count") + " = " + number(blocks) + ": expected at most " +
                     number(greatest_gguf_layers) + ", and at least nextn_predict_layers = " + number(extra));
        return out;
    }
    const auto layers = static_cast<std::size_t>(blocks);
    const auto kv_heads = gguf_layer_list(keys, "attention.head_count_kv", blocks, extra, context);
    const auto heads = gguf_layer_list(keys, "attention.head_count", blocks, extra, context);
    if (row.layers == gguf_layers::all || !gguf_has_windows(keys, row, blocks)) {
        out.add(common);
        out.of_layer.assign(layers, 0);
    } else {
        auto [more, rest] = gguf_two_kinds(keys, row, common, context);
        const std::size_t first = out.add(std::move(more)), second = out.add(std::move(rest));
        for (const bool each : gguf_pattern(keys, row, blocks, extra, context)) {
            out.of_layer.push_back(each ? first : second);
        }
        if (row.has(gguf_does::dense_lead)) {
            const auto lead =
                static_cast<std::size_t>(keys.integer("leading_dense_block_count", 0).value_or(0));
            std::fill_n(out.of_layer.begin(), std::min(lead, out.of_layer.size()), first);
        }
        if (!out.kinds[second].rotates) { // layers that predict further tokens do rotate
            const std::size_t last = std::min(out.of_layer.size(), static_cast<std::size_t>(extra));
            std::fill_n(out.of_layer.rbegin(), last, first);
        }
    }
    // Where a layer has no heads there is a recurrent layer or a convolution instead.
    std::optional<std::size_t> none;
    for (std::size_t i = 0; i < layers && i < out.of_layer.size(); ++i) {
        const bool without = (kv_heads && i < kv_heads->size() && (*kv_heads)[i] == 0) ||
                             (heads && i < heads->size() && (*heads)[i] == 0);
        if (without && out.kinds[out.of_layer[i]].rotates) {
            if (!none) {
                gguf_kind kind = common;
                kind.name = "no_attention";
                kind.rotates = false;
                kind.why =
                    "a layer without attention heads (attention.head_count_kv is 0) has no rotary embedding";
                none = out.add(std::move(kind));
                out.kinds[0].name = out.kinds[0].name.empty() ? "attention" : out.kinds[0].name;
            }
            out.of_layer[i] = *none;
        }
    }
    return out;
}

// Whether two kinds have the same table, where the file has a scaling or none.
inline bool same_rotation(const gguf_kind& a, const gguf_kind& b, bool has_scaling) {
    return a.head_dim == b.head_dim && a.rotary_dim == b.rotary_dim && a.base == b.base &&
           (!has_scaling || a.scaled == b.scaled);
}

// The kind that the options ask for; none after a failure.
inline const gguf_kind* choose_gguf_kind(const gguf_kinds& all, const read_options& options, bool has_scaling,
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
        for (const gguf_kind& kind : all.kinds) {
            if (kind.name == options.layer_type) {
                return &kind;
            }
        }
        context.fail("layer type " + options.layer_type.substr(0, 40) + " is not in the file: " +
                     (all.kinds.size() == 1 ? "its layers are all alike" : "it has " + all.names()));
        return nullptr;
    }
    if (options.layer >= 0 && (!all.of_layer.empty() || all.kinds.size() > 1)) {
        const auto layer = static_cast<std::size_t>(options.layer);
        if (layer < all.of_layer.size()) {
            return &all.kinds[all.of_layer[layer]];
        }
        context.fail("layer = " + number(options.layer) +
                     (all.of_layer.empty()
                          ? ": the file does not say which layers are of which type; choose a layer "
                            "type of " +
                                all.names()
                          : ": expected 0 to " + std::to_string(all.of_layer.size() - 1)));
        return nullptr;
    }
    const gguf_kind* only = nullptr;
    for (std::size_t k = 0; k < all.kinds.size(); ++k) { // kinds that no layer has do not count
        const gguf_kind& kind = all.kinds[k];
        const bool has_layers = all.of_layer.empty() ||
                                std::find(all.of_layer.begin(), all.of_layer.end(), k) != all.of_layer.end();
        if (!kind.rotates || !has_layers) {
            continue;
        }
        if (only && !same_rotation(kind, *only, has_scaling)) {
            context.fail("the layers differ in their rotary embedding: choose a layer type of " +
                         all.names() + ", or a layer by its number");
            return nullptr;
        }
        only = only ? only : &kind;
    }
    return only ? only : &all.kinds.front();
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
