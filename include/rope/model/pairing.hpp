// pairing: which two elements of a head rotate together.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// Which two elements of a head form pair i of a slice of d elements: (i, i + d/2) (GPT-NeoX, Hugging Face Llama), or
// (2i, 2i + 1) (the paper, GPT-J, Meta's Llama).
enum class pairing : std::uint8_t { half_split, interleaved };

} // namespace ROPE_ABI
} // namespace rope
