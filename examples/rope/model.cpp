// model: a configuration as the command line asks for it.
// SPDX-License-Identifier: MIT
#include "model.hpp"

#include "error.hpp"
#include "printable.hpp"

#include <rope/read/read_config.hpp>
#include <rope/read/read_file.hpp>

#include <algorithm>
#include <iostream>
#include <variant>

namespace cli {
namespace {

std::string layer_text(const request& r) {
    return r.layer                ? "layer " + std::to_string(*r.layer)
           : r.layer_type.empty() ? "this layer"
                                  : "layers of type " + r.layer_type;
}

// Standard input, which can be read once only.
const std::string& standard_input() {
    static const std::string text = [] {
        std::string all;
        const rope::status s = rope::detail::read_file("-", all);
        if (!s.ok()) {
            throw input_error("standard input: " + s.message);
        }
        return all;
    }();
    return text;
}

rope::reading read_file_or_input(const std::string& path, const rope::read_options& options) {
    if (path != "-") {
        return rope::read_config_with_notes(path, options);
    }
    rope::reading out;
    const rope::status s = rope::try_read_text(standard_input(), "standard input", options, out);
    if (!s.ok()) {
        throw input_error(s.message);
    }
    return out;
}

} // namespace

rope::reading read_model(const request& r) {
    rope::read_options options;
    options.layer_type = r.layer_type;
    options.layer = r.layer.value_or(-1);
    options.part = r.part;
    options.strict = r.strict && r.pairing.empty();
    rope::reading reading = read_file_or_input(r.config, options);
    if (!r.pairing.empty()) {
        reading.config.pairing =
            r.pairing == "interleaved" ? rope::pairing::interleaved : rope::pairing::half_split;
        // That the pairing was assumed is no longer of interest, not even to --strict.
        auto& notes = reading.notes;
        const auto assumed = [](const std::string& note) {
            return note.find("pairing") != note.npos && note.find("is an assumption") != note.npos;
        };
        notes.erase(std::remove_if(notes.begin(), notes.end(), assumed), notes.end());
        if (r.strict && !notes.empty()) {
            throw input_error(r.config + ": strict: " + notes.front());
        }
    }
    return reading;
}

rope::numerics numerics_of(const request& r) {
    return r.numerics == "hf_fp32" ? rope::numerics::hf_fp32
           : r.numerics == "ggml"  ? rope::numerics::ggml
                                   : rope::numerics::exact;
}

void require_rotation(const request& r, const rope::config& config) {
    if (std::holds_alternative<rope::xpos_scaling>(config.scaling)) {
        throw input_error(r.config +
                          ": scaling xpos decays queries and grows keys, which cos and sin of a position "
                          "alone cannot say; expected another scaling type");
    }
}

void require_size(const request& r, const rope::reading& reading) {
    if (reading.config.head_dim == 0) {
        throw input_error(r.config + ": there is no rotary embedding (" + reading.why +
                          "), and the configuration does not say how wide a head is");
    }
}

void say_if_nothing_rotates(const request& r, const rope::reading& reading) {
    if (!reading.rotates) {
        std::cerr << printable("note: " + r.config + ": " + layer_text(r) +
                               " has no rotary embedding, so nothing rotates")
                  << '\n';
    }
}

} // namespace cli
