// Options of a rotation.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/pairing.hpp>

#include <cstdint>
#include <optional>

namespace rope {
inline namespace ROPE_ABI {

// forward: by the angle, times the attention factor. adjoint: by the opposite angle with the same factor (the transpose;
// what a gradient needs). inverse: by the opposite angle with the reciprocal factor (undoes forward).
enum class direction : std::uint8_t { forward, adjoint, inverse };

struct rotate_options {
    rope::direction direction = direction::forward;
    std::optional<pairing> out_pairing = {}; // empty: the pairing of the frequencies
};

} // namespace ROPE_ABI
} // namespace rope
