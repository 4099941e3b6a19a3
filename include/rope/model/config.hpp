// config: what a model says about its rotary embedding. Fill it by hand, or read it with rope/json.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/pairing.hpp>
#include <rope/model/scaling.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// How the sections of a multi-axis embedding are laid out: one after the other (Qwen2-VL), or cycling through the axes (Qwen3-VL, GLM);
// as ggml cycles, as ERNIE and Bailing alternate, as openPangu mixes. The rules are in axis_map.hpp.
enum class section_order : std::uint8_t { contiguous, interleaved, interleaved_ggml, ernie, pangu };

struct config {
    std::int64_t head_dim = 0;
    std::int64_t rotary_dim = 0;    // even; 0 means head_dim
    std::int64_t rotary_offset = 0; // where in the head the rotated slice starts
    double base = 10000.0;
    rope::pairing pairing = pairing::half_split;
    rope::scaling scaling = {}; // none
    // Position axes: axis_of_pair[i] is the axis that pair i reads; or sections, in pairs per axis. Both empty: one axis.
    std::vector<std::int64_t> axis_of_pair = {};
    std::vector<std::int64_t> sections = {};
    rope::section_order section_order = section_order::contiguous;
    std::int64_t max_position = 0;          // 0: not said
    std::int64_t original_max_position = 0; // 0: not said
    // Multi-head latent attention (DeepSeek): YaRN's mscale_all_dim then also scales the softmax.
    bool latent_attention = false;
    bool reversed = false; // rotates by the opposite angle (NanoChat)
};

} // namespace ROPE_ABI
} // namespace rope
