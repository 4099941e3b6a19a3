// placed_tokens: the tokens of a tensor, their positions, and the frequencies of a configuration for a sequence of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/support/linkage.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/token_positions.hpp>

#include <cstdint>

#if ROPE_DEFINITIONS
#include <rope/model/evaluate.hpp>
#include <rope/model/frequencies.hpp>

#include <algorithm>
#include <string>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct placed_tokens {
    token_axes axes = {};
    token_positions positions = {};
    std::int64_t seq_len = 0; // 0: the greatest position + 1 is put in
    frequency_set frequencies = {};
};

// Matches the positions with a tensor of these axes and extents. Refuses what a rotation would refuse of positions, and a
// configuration without frequencies at that sequence length. `p.frequencies` are those of `c` beforehand.
bool place_tokens(const positions& where, const axis_names& names, const std::int64_t* extent, int rank,
                  const config& c, placed_tokens& p, status& why);

#if ROPE_DEFINITIONS
ROPE_API bool place_tokens(const positions& where, const axis_names& names, const std::int64_t* extent,
                           int rank, const config& c, placed_tokens& p, status& why) {
    if (!match_positions(where, names, extent, p.frequencies.axes, false, p.axes, why) ||
        !gather_positions(where, p.axes, extent, rank, p.positions, why)) {
        return false;
    }
    if (p.seq_len != 0) {
        return true;
    }
    double greatest = 0;
    for (std::int64_t k = 0; k < p.axes.count * p.axes.position_axes; ++k) {
        greatest =
            (std::max)(greatest, p.positions.reals != nullptr ? p.positions.reals[k]
                                                              : static_cast<double>(p.positions.integers[k]));
    }
    p.seq_len = greatest < 0x1p53 ? static_cast<std::int64_t>(greatest) + 1 : greatest_length;
    std::string fault = config_fault(c, p.seq_len);
    if (!fault.empty()) {
        why = {std::move(fault)};
        return false;
    }
    p.frequencies = frequencies(c, p.seq_len);
    return true;
}
#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
