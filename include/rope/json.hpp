// rope/json.hpp: configurations from JSON. The front door of read/.
//
//   read_config(path, options)             a config.json of Hugging Face, the native form, a .gguf file, or a
//                                          directory that has one -> rope::config
//   read_config_with_notes(path, options)  the same, with what a careful reader would remark
//   config_from_json(json, options)        from a document that nlohmann_json has parsed
//   layers(json, seq_len)                  every layer of a model: its frequencies, or none, and its query scale
//   to_native_json(config)                 the native form; reads back as the same config
//   explain(reading, seq_len)              in words: what was read from which key, what follows from it, what is odd
//   try_read_config, _text, _json          the same with a status instead of an exception
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/layers.hpp>
#include <rope/read/nlohmann.hpp>
#include <rope/read/read_config.hpp>
#include <rope/read/to_native_json.hpp>
