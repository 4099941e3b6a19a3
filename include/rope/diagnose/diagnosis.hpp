// diagnosis: what is found between a tensor before and after somebody's rotation, as data.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// What a rotation can differ in.
enum class aspect : std::uint8_t {
    pairs,            // which elements form a pair, in the input or in the result
    turn,             // the opposite angle
    base,             // rope_theta
    recipe,           // the recipe, its parameters, its sequence length
    position,         // shifted, reversed, scaled, restarted, cut off, of another axis
    rotary_dim,       // the rotated share of the head, or the exponent's denominator
    rotary_offset,    // where the rotated slice starts
    sections,         // which position axis a pair reads
    attention_factor, // the amplitude of cos and sin
    sin_cos,          // swapped, or one of them negated
    arithmetic,       // float angles, products or results rounded
    table_dtype       // cos and sin rounded to a narrow type
};

// The aspect as the command and its JSON spell it.
inline const char* name_of(aspect a) noexcept {
    constexpr const char* names[] = {"pairing",          "direction",  "base",          "scaling",
                                     "positions",        "rotary_dim", "rotary_offset", "sections",
                                     "attention_factor", "sin_cos",    "numerics",      "table_dtype"};
    return names[static_cast<std::size_t>(a)];
}

// One thing that differs. The texts are short phrases: "10000", "linear, factor 4".
struct rotation_difference {
    aspect what = aspect::pairs;
    std::string expected = {};
    std::string found = {};
};

// Differences that together explain the result; `error` is the greatest |Y - predicted| that is left under them, over the
// greatest |Y|.
struct explanation {
    std::vector<rotation_difference> differences = {};
    double error = 0;
};

struct diagnosis {
    bool matches = false;           // the configuration's rotation, within the rounding of the arrays' type
    double error_as_configured = 0; // the greatest |Y - the configuration's|, over the greatest |Y|
    bool unexplained = false;       // neither the configuration's nor anything else that is known
    bool rotation = true;  // each pair turns by an angle of its token, whether or not the angle is explained
    explanation best = {}; // empty where it matches or is unexplained
    std::vector<explanation> others = {}; // as good as the best one, in the order of likelihood
    // Radians per unit of position, one per pair of the configuration; empty where the data cannot tell.
    std::vector<std::optional<double>> inverse_frequencies = {};
};

} // namespace ROPE_ABI
} // namespace rope
