// reading: what comes of reading a configuration from outside: the config, and what a careful reader would remark.
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
struct read_options {
    std::string layer_type = {};
    std::int64_t layer = -1;
    bool strict = false; // notes are errors
};

struct reading {
    rope::config config = {};
    bool rotates = true;                  // false: this layer has no rotary embedding
    std::string why = {};                 // where it does not rotate: which key or rule says so
    std::string form = {};                // "hugging_face", "native", "gguf", ...
    std::string model_type = {};          // as written, may be empty
    rope::query_scale query_scale = {};   // a factor on queries by position, where the family has one
    std::vector<std::string> layers = {}; // where layers differ: the kind of each by name
    std::vector<std::string> notes = {};  // odd but allowed: unused keys, disagreeing factors, assumptions
    std::vector<std::string> derivations = {}; // which value came from which key, a sentence each
};

namespace detail {

// Carried through a reader: the first fault wins, and everything after it is of no account.
struct read_context {
    reading out = {};
    std::string fault = {};
    std::string layer_type = {};  // of the kind that was chosen
    std::int64_t layer_count = 0; // 0: not said

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
