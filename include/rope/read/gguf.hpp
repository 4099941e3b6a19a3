// gguf: a model's rotary embedding from the keys of a GGUF file, given as a plain map, or from the file. Each key has the
// meaning that llama.cpp gives it for the file's architecture. The tensors that carry divisors of frequencies are passed as
// lists under their names: rope_freqs.weight, rope_factors_long.weight, rope_factors_short.weight.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/gguf_file.hpp>
#include <rope/read/metadata.hpp>
#include <rope/read/reading.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>

#include <string>

#if ROPE_DEFINITIONS
#include <rope/families/gguf_architectures.hpp>
#include <rope/read/gguf_guard.hpp>
#include <rope/read/gguf_layers.hpp>
#include <rope/read/gguf_scaling.hpp>
#include <rope/read/metadata_fields.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>
#endif

namespace rope {
inline namespace ROPE_ABI {

// What the keys and values of a GGUF file say, as llama.cpp reads them for the file's general.architecture: theta, the slice that
// rotates, pairing, scaling, axes, and which layers are of which kind.
//   Lifetime    `out` keeps nothing of `values`
//   Returned    ok, and `out` is filled with a config that has passed validate(); or one sentence that names the key, what was
//               found and what was expected, and `out` is as it was. Layers that differ, without options.layer or
//               options.layer_type, are a failure that lists the kinds
//   Allocations the lists of the config and the sentences
//   Source      llama.cpp, llama-model.cpp and llama-arch.cpp
ROPE_API status try_read_gguf(const metadata& values, const read_options& options, reading& out);
inline status try_read_gguf(const metadata& values, reading& out) {
    return try_read_gguf(values, {}, out);
}

// The same from a file's header; no tensor is read. A tensor that divides the frequencies is a note. The sentence of a failure
// begins with the path.
ROPE_API status try_read_gguf(const std::string& path, const read_options& options, reading& out);

// The same; throw rope::error.
inline reading reading_from_gguf(const metadata& values, const read_options& options = {}) {
    reading out;
    detail::require(try_read_gguf(values, options, out));
    return out;
}
inline reading read_gguf(const std::string& path, const read_options& options = {}) {
    reading out;
    detail::require(try_read_gguf(path, options, out));
    return out;
}

#if ROPE_DEFINITIONS
namespace detail {

// An architecture that is not listed: half split, or latent attention as all published ones have it.
inline gguf_architecture unlisted_gguf_architecture(metadata_fields& keys, const std::string& name,
                                                    read_context& context) {
    gguf_architecture row;
    row.rope = gguf_rope::neox;
    if (keys.find("attention.kv_lora_rank") && keys.find("rope.dimension_count")) {
        row.rope = gguf_rope::normal;
        row.does = gguf_does::last_slice;
    }
    context.note(std::string("pairing ") + (row.rope == gguf_rope::normal ? "interleaved" : "half_split") +
                 " is an assumption: architecture " + name.substr(0, 40) + " is not in the table");
    return row;
}

inline void read_gguf_axes(metadata_fields& keys, const gguf_architecture& row, read_context& context) {
    config& c = context.out.config;
    const bool optional = row.rope == gguf_rope::normal_or_mrope || row.rope == gguf_rope::neox_or_mrope;
    const bool several = optional || row.rope == gguf_rope::mrope || row.rope == gguf_rope::imrope;
    c.pairing = row.rope == gguf_rope::normal ? pairing::interleaved : pairing::half_split;
    std::vector<std::int64_t> sections;
    if (several) {
        sections = keys.integers("rope.dimension_sections", 0).value_or(sections);
    }
    const bool used = sections.size() > 1 && (!optional || (sections[0] > 0 && sections[1] > 0));
    if (row.rope == gguf_rope::normal_or_mrope && !used) {
        c.pairing = pairing::interleaved;
    }
    if (several && !optional && !used) {
        context.fail(keys.name("rope.dimension_sections") +
                     " is missing: expected a list with the pairs of each position axis");
    }
    if (!used) {
        return;
    }
    c.sections = std::move(sections);
    if (row.rope == gguf_rope::imrope) { // ggml keeps four axes
        c.sections.resize(std::max<std::size_t>(4, c.sections.size()), 0);
        c.section_order = section_order::interleaved_ggml;
        return;
    }
    while (c.sections.size() > 1 && c.sections.back() == 0) { // a last section of no pairs is no axis
        c.sections.pop_back();
    }
}

inline void read_gguf(const metadata& values, const read_options& options, read_context& context) {
    context.out.form = "gguf";
    metadata_fields all(values, "", context);
    const auto architecture = all.string("general.architecture");
    if (!architecture) {
        context.fail("general.architecture is missing: expected the name of an architecture");
        return;
    }
    context.out.model_type = *architecture;
    metadata_fields keys(values, *architecture + ".", context);
    const gguf_architecture* known = find_gguf_architecture(*architecture);
    gguf_architecture row = known ? *known : unlisted_gguf_architecture(keys, *architecture, context);
    if (row.has(gguf_does::hyper) && keys.integer("hyper_connection.count", 0).value_or(0) > 0) {
        row.rope = gguf_rope::normal;
        row.does = gguf_does::last_of_head | gguf_does::plain;
    }

    gguf_kind common = gguf_common_kind(keys, row, context);
    const std::int64_t blocks = keys.integer("block_count", 0).value_or(0);
    if (row.rope == gguf_rope::none) {
        common.rotates = false;
        common.why = "architecture " + *architecture + ": " + std::string(row.why);
    } else if (row.has(gguf_does::alibi_40) && blocks == 40) {
        common.rotates = false;
        common.why = "architecture " + *architecture + " of 40 layers: it has ALiBi";
    } else if (row.has(gguf_does::switched) && !keys.boolean("rope.scaling.finetuned").value_or(true)) {
        common.rotates = false;
        common.why = keys.name("rope.scaling.finetuned") + " is false";
    }
    config& c = context.out.config;
    c.max_position = keys.integer("context_length", 0).value_or(0);
    c.original_max_position = keys.integer("rope.scaling.original_context_length", 0).value_or(0);
    if (common.rotates) {
        read_gguf_scaling(keys, all, row, context);
    }
    const gguf_kinds kinds = gguf_kinds_of(keys, row, common, context);
    const bool has_scaling = !std::holds_alternative<no_scaling>(c.scaling);
    const gguf_kind* kind = context.ok() ? choose_gguf_kind(kinds, options, has_scaling, context) : nullptr;
    if (!kind) {
        return;
    }
    if (kinds.kinds.size() > 1) {
        for (const std::size_t each : kinds.of_layer) {
            context.out.layers.push_back(kinds.kinds[each].name);
        }
    }
    c.head_dim =
        kind->head_dim > 0 ? kind->head_dim : 2; // an architecture without heads has none to speak of
    c.rotary_dim = kind->rotary_dim > 0 && kind->rotates ? kind->rotary_dim : c.head_dim;
    c.rotary_offset = row.has(gguf_does::last_of_head) && kind->rotates ? c.head_dim - c.rotary_dim : 0;
    c.base = kind->base;
    context.derive("base is " + kind->base_key + " = " + number(c.base));
    read_gguf_axes(keys, row, context);
    context.out.rotates = kind->rotates;
    if (!kind->rotates) {
        c.rotary_dim -= c.rotary_dim % 2;
        c.scaling = no_rotation{};
        c.sections.clear();
        c.latent_attention = false;
        context.out.why = kind->why;
        context.derive("no rotation: " + kind->why);
    } else if (!kind->scaled) {
        c.scaling = no_scaling{};
    }
    note_unread_gguf_keys(values, all, keys, *architecture, context);
}

inline status finish_gguf(read_context& context, const read_options& options, reading& out) {
    if (context.ok()) {
        context.fail(validate(context.out.config).message);
    }
    if (context.ok() && options.strict && !context.out.notes.empty()) {
        context.fail("strict: " + context.out.notes.front());
    }
    if (context.ok()) {
        out = std::move(context.out);
    }
    return {std::move(context.fault)};
}

} // namespace detail

ROPE_COLD ROPE_API status try_read_gguf(const metadata& values, const read_options& options, reading& out) {
    detail::read_context context;
    detail::read_gguf(values, options, context);
    return detail::finish_gguf(context, options, out);
}

ROPE_COLD ROPE_API status try_read_gguf(const std::string& path, const read_options& options, reading& out) {
    gguf_header header;
    if (status s = try_read_gguf_header(path, header); !s.ok()) {
        return s;
    }
    detail::read_context context;
    detail::read_gguf(header.values, options, context);
    for (const std::string& tensor : header.frequency_tensors) {
        if (context.out.rotates) {
            context.note("the file's tensor " + tensor +
                         " divides the frequencies and is not read: these are the "
                         "frequencies without it");
        }
    }
    const status s = detail::finish_gguf(context, options, out);
    return s.ok() ? s : status{path + ": " + s.message};
}
#endif

} // namespace ROPE_ABI
} // namespace rope
