// frequencies: per pair, how far a token turns. The one form that every recipe ends in and every table starts from.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/pairing.hpp>
#include <rope/numbers/fixed.hpp>

#include <cstdint>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// angle[i] = inv_freq[i] * position[axis_of_pair[i]]; cos and sin are multiplied by attention_factor.
// A pair with inv_freq 0 does not rotate. `step` and `amplitude` are the same real numbers, to 192 fractional bits:
// step[i] = inv_freq[i] / (2 pi), in turns per token. A plain value; made by frequencies(config, seq_len).
struct frequency_set {
    std::int64_t head_dim = 0;
    std::int64_t rotary_dim = 0;
    std::int64_t rotary_offset = 0;
    rope::pairing pairing = pairing::half_split;
    std::int64_t axes = 1;
    std::vector<std::int64_t> axis_of_pair = {}; // one per pair
    std::vector<double> inv_freq = {};           // one per pair, the nearest doubles
    std::vector<numbers::q64_192> step = {};     // one per pair
    double attention_factor = 1;
    numbers::q64_192 amplitude = {{0, 0, 0, 1}};
    double softmax_scale_multiplier = 1;
    double base = 0; // of the geometric series underneath; 0: none. Only float numerics ask for it
    // Elements of a series that restarts with every position axis; 0: one series of rotary_dim over all pairs. As `base`.
    std::int64_t series_dim = 0;
};

} // namespace ROPE_ABI
} // namespace rope
