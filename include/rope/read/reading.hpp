// reading: the result of reading an external configuration: the config, where its values come from, and warnings.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/model/query_scale.hpp>
#include <rope/support/abi.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// Models may have an entry for each kind of layer: which one to take. By name or by the layer's number; neither: the
// only one there is. The name `vision` is the vision tower (vision_config) of a model that has no layers of that name.
// `part` is another part of the configuration by its dotted path (vision_config, encoder, talker_config.text_config);
// empty: the language model.
struct read_options {
    std::string layer_type = {};
    std::int64_t layer = -1;
    bool strict = false; // notes are errors
    std::string part = {};
};

struct reading {
    rope::config config = {};
    bool rotates = true;                  // false: this layer or the model has no rotary embedding
    std::string why = {};                 // where it does not rotate: by which key or family
    std::string form = {};                // "hugging_face", "native", "gguf", ...
    std::string model_type = {};          // as written, may be empty
    std::string part = {};                // the dotted path of the part that was read; empty: the whole
    std::vector<std::string> layers = {}; // where layers differ: the name of each layer's kind
    rope::query_scale query_scale = {};   // a factor on queries by position, where the family has one
    std::vector<std::string> notes = {};  // odd but allowed: unused keys, disagreeing factors, assumptions
    std::vector<std::string> derivations = {}; // which value came from which key, a sentence each
};

namespace detail {

// Carried through a reader: the first fault wins, and everything after it is of no account.
struct read_context {
    reading out = {};
    std::string fault = {};
    bool ok() const { return fault.empty(); }
    void fail(std::string sentence) {
        if (fault.empty()) {
            fault = std::move(sentence);
        }
    }
    void note(std::string sentence) { out.notes.push_back(std::move(sentence)); }
    void derive(std::string sentence) { out.derivations.push_back(std::move(sentence)); }
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
