// rotated_slice: which elements of a head are rotated, in which pairs. What planning reads of the frequencies, or of rows that
// have none.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequency_set.hpp>
#include <rope/support/checked.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// rotary_dim elements from rotary_offset on, of head_dim. fits: they do, and there are as many entries as pairs.
struct rotated_slice {
    std::int64_t head_dim = 0, rotary_dim = 0, rotary_offset = 0, pairs = 0, axes = 1;
    rope::pairing pairing = pairing::half_split;
    bool fits = false;

    rotated_slice() noexcept = default;
    rotated_slice(const frequency_set& f) noexcept
        : head_dim(f.head_dim), rotary_dim(f.rotary_dim), rotary_offset(f.rotary_offset),
          pairs(static_cast<std::int64_t>(f.step.size())), axes(f.axes), pairing(f.pairing),
          fits(f.head_dim >= 1 && f.rotary_dim == 2 * pairs && f.rotary_offset >= 0 &&
               f.rotary_offset <= f.head_dim - f.rotary_dim &&
               static_cast<std::int64_t>(f.axis_of_pair.size()) == pairs && f.axes >= 1) {}
    // Of rows without frequencies. dim 0: twice the pairs.
    rotated_slice(std::int64_t dim, std::int64_t pair_count, std::int64_t offset, rope::pairing p) noexcept
        : head_dim(dim == 0 ? saturating_multiply(2, pair_count) : dim),
          rotary_dim(saturating_multiply(2, pair_count)), rotary_offset(offset), pairs(pair_count),
          pairing(p), fits(head_dim >= 1 && pairs >= 0 && rotary_dim <= head_dim && rotary_offset >= 0 &&
                           rotary_offset <= head_dim - rotary_dim) {}
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
