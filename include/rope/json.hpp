// rope/json.hpp: configurations from JSON, with nlohmann_json. The front door of read/.
//
//   read_config(path, options)             a config.json of Hugging Face, the native form, a .gguf file, or a
//                                          directory that has one -> rope::config
//   read_config_with_notes(path, options)  the same, with what a careful reader would remark
//   config_from_json(json, options)        from a parsed document
//   layers(json, seq_len)                  every layer of a model: its frequencies, or none, and its query scale
//   to_native_json(config)                 the native form; reads back as the same config
//   explain(reading, seq_len)              in words: what was read from which key, what follows from it, what is odd
//   try_read_config, _text, _json          the same with a status instead of an exception
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/explain.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/read/config_file.hpp>
#include <rope/read/gguf.hpp>
#include <rope/read/hugging_face.hpp>
#include <rope/read/layers.hpp>
#include <rope/read/native.hpp>
#include <rope/read/parse_json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// Reads a parsed document; `out` is filled when the status is ok. The config has passed validate().
inline status try_read_json(const nlohmann::json& document, const read_options& options, reading& out) {
    if (!document.is_object()) {
        return {"the configuration is " + detail::found(document) + ": expected a JSON object"};
    }
    detail::read_context context;
    if (detail::looks_native(document)) {
        if (!options.layer_type.empty() || options.layer >= 0) {
            return {"a layer is asked for, but the native form describes one kind of layer"};
        }
        detail::read_native(document, context);
    } else {
        detail::read_hugging_face(document, options, context);
    }
    if (context.ok()) {
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

// Reads text. `name` stands before the sentence of a failure.
inline status try_read_text(std::string_view text, const std::string& name, const read_options& options,
                            reading& out) {
    nlohmann::json document;
    status s = detail::parse_json(text, document);
    if (s.ok()) {
        s = try_read_json(document, options, out);
    }
    return s.ok() ? s : status{name + ": " + s.message};
}

// Reads a file of JSON, a .gguf file, or the configuration in a model's directory; "-" is JSON from standard input.
inline status try_read_config(const std::string& path, const read_options& options, reading& out) {
    std::string file, text;
    status s = detail::find_config_file(path, file);
    if (s.ok() && detail::is_gguf_file(file)) {
        return try_read_gguf(file, options, out);
    }
    const std::string name = path == "-" ? "standard input" : file;
    if (s.ok()) {
        s = detail::read_file(file, text);
    }
    if (s.ok() && text.compare(0, 4, "GGUF") == 0) {
        s.message = "holds a GGUF file, which has lengths to check: expected its path";
    }
    return s.ok() ? try_read_text(text, name, options, out) : status{name + ": " + s.message};
}

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

// The same from a parsed document.
inline reading reading_from_json(const nlohmann::json& document, const read_options& options = {}) {
    reading out;
    detail::require(try_read_json(document, options, out));
    return out;
}
inline config config_from_json(const nlohmann::json& document, const read_options& options = {}) {
    return reading_from_json(document, options).config;
}

// What was read from which key, what the recipe makes of it, and the notes; a sentence each.
inline std::vector<std::string> explain(const reading& r, std::int64_t seq_len = 0) {
    std::vector<std::string> out = r.derivations;
    for (std::string& sentence : explain(r.config, seq_len)) {
        out.push_back(std::move(sentence));
    }
    for (const std::string& note : r.notes) {
        out.push_back("Note: " + note + ".");
    }
    return out;
}

} // namespace ROPE_ABI
} // namespace rope
