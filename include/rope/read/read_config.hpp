// read_config: a configuration from a file, from text, or from a document that is parsed already.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/read/gguf.hpp>
#include <rope/read/reading.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/model/explain.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/read/config_file.hpp>
#include <rope/read/diffusers.hpp>
#include <rope/read/hugging_face.hpp>
#include <rope/read/native.hpp>
#include <rope/read/params_json.hpp>
#include <rope/read/parse_json.hpp>
#include <rope/read/read_file.hpp>

#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
class json_value;
ROPE_API status read_parsed(const json_value& document, const std::vector<std::string>& repeated,
                            const read_options& options, reading& out);
} // namespace detail

// What a configuration's text says of the rotary embedding: a Hugging Face config.json, the native form, params.json of Mistral and
// Meta, or a transformer of diffusers; JSON with NaN and Infinity, as Python writes it.
//   Lifetime    `out` keeps nothing of the text
//   Returned    ok, and `out` is filled, with a config that has passed validate() or with `rotates` false and the reason in
//               `why`; or one sentence that begins with `name` and says which key, what was found, what was expected, and `out`
//               is as it was. Layers that differ, without options.layer or options.layer_type, are a failure that lists the
//               kinds; under options.strict so is the first note
//   Range       text nested at most 64 deep, integers exact up to 2^53
//   Allocations the tree of the text, the lists of the config, the sentences
//   Source      transformers' configuration and modeling files, model by model: `rope models`
ROPE_API status try_read_text(std::string_view text, const std::string& name, const read_options& options,
                              reading& out);

// The same of a file of JSON, a .gguf file, or the configuration in a model's directory; "-" is JSON from standard input. The
// sentence of a failure begins with the path.
ROPE_API status try_read_config(const std::string& path, const read_options& options, reading& out);

// The configuration that a path leads to. Throws rope::error with one sentence that names the key, what was found and what
// was expected.
inline reading read_config_with_notes(const std::string& path, const read_options& options = {}) {
    reading out;
    detail::require(try_read_config(path, options, out));
    return out;
}
inline config read_config(const std::string& path, const read_options& options = {}) {
    return read_config_with_notes(path, options).config;
}

// What was read from which key, what the recipe makes of it at a sequence length, and the notes; a sentence each. Throws
// rope::error where frequencies(r.config, seq_len) does.
ROPE_API std::vector<std::string> explain(const reading& r, std::int64_t seq_len = 0);

#if ROPE_DEFINITIONS
namespace detail {

inline void read_document(const json_value& document, const read_options& options, read_context& context) {
    if (looks_diffusers(document)) {
        read_diffusers(document, options, context);
        return;
    }
    if (looks_params(document)) {
        read_params(document, options, context);
        return;
    }
    if (!looks_native(document)) {
        read_hugging_face(document, options, context);
        return;
    }
    if (!options.layer_type.empty() || options.layer >= 0) {
        context.fail("a layer is asked for, but the native form describes one kind of layer");
    } else if (!options.part.empty()) {
        context.fail("a part is asked for, but the native form has none");
    } else {
        read_native(document, context);
    }
}

// `out` is filled when the status is ok. The config has passed validate(), or the model has no rotary embedding.
ROPE_COLD ROPE_API status read_parsed(const json_value& document, const std::vector<std::string>& repeated,
                                      const read_options& options, reading& out) {
    if (!document.is_object()) {
        return {"the configuration is " + found(document) + ": expected a JSON object"};
    }
    read_context context;
    for (const std::string& key : repeated) {
        context.note("the key " + shortened(key) + " appears twice in one object: the last one is used");
    }
    read_document(document, options, context);
    if (context.ok() && context.out.rotates) {
        context.fail(validate(context.out.config).message);
    }
    if (!context.ok()) {
        return {std::move(context.fault)};
    }
    if (options.strict && !context.out.notes.empty()) {
        return {"strict: " + context.out.notes.front()};
    }
    out = std::move(context.out);
    return {};
}

} // namespace detail

ROPE_COLD ROPE_API status try_read_text(std::string_view text, const std::string& name,
                                        const read_options& options, reading& out) {
    detail::json_value document;
    std::vector<std::string> repeated;
    status s = text.substr(0, 4) == "GGUF"
                   ? status{"holds a GGUF file, which has lengths to check: expected its path"}
                   : detail::parse_json(text, document, repeated);
    if (s.ok()) {
        s = detail::read_parsed(document, repeated, options, out);
    }
    return s.ok() ? s : status{name + ": " + s.message};
}

ROPE_COLD ROPE_API status try_read_config(const std::string& path, const read_options& options,
                                          reading& out) {
    std::string file, text;
    status s = detail::find_config_file(path, file);
    if (s.ok() && detail::is_gguf_file(file)) {
        return try_read_gguf(file, options, out);
    }
    const std::string name = path == "-" ? "standard input" : file;
    if (s.ok()) {
        s = detail::read_file(file, text);
    }
    return s.ok() ? try_read_text(text, name, options, out) : status{name + ": " + s.message};
}

ROPE_COLD ROPE_API std::vector<std::string> explain(const reading& r, std::int64_t seq_len) {
    std::vector<std::string> out = r.derivations;
    if (r.rotates) {
        for (std::string& sentence : explain(r.config, seq_len)) {
            out.push_back(std::move(sentence));
        }
    } else {
        out.push_back("There is no rotary embedding: " + r.why + ".");
    }
    for (const std::string& note : r.notes) {
        out.push_back("Note: " + note + ".");
    }
    return out;
}
#endif

} // namespace ROPE_ABI
} // namespace rope
