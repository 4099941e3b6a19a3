// rotate_job: everything a rotation kernel sees. Plain pointers, strides and counts; no tensor, no table, no name.
// Made by rotate/plan.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// The instruction sets that kernels are written for.
enum class isa : std::uint8_t { scalar, avx2, avx512, neon };

namespace kernels {

// Where the elements of one tensor are, in elements from its base pointer.
// Row (t, h) begins at t * token + h * head. In a row,
//   pair i is at slice + i * pair, its second element `partner` further:
//     half_split   pair = s,     partner = s * rotary_dim / 2      (s: stride of the embedding axis)
//     interleaved  pair = 2 * s, partner = s
//     complex      pair = 2 * s, partner = 1                       (s: stride in complex numbers)
//   element j of the row (as counted by the model, rotated or not) is at (j / 2) * two + (j % 2) * one.
struct row_layout {
    std::int64_t token, head;
    std::int64_t slice, pair, partner;
    std::int64_t two, one;
};

// Elements [begin, end) of a row that do not rotate and are copied to the output.
struct span {
    std::int64_t begin, end;
};

// For every token t in [0, tokens), head h in [0, heads), pair i in [0, pairs):
//   r  = rows ? rows[t * rows_step] : first_row + t * rows_step
//   c  = cos[r * row_stride + i],  s = sin[r * row_stride + i]   (s negated when conjugate)
//   y0 = fma(x0, c, -(x1 * s)),    y1 = fma(x0, s, x1 * c)
// in the compute type (float; double for double data), then one rounding to the output type, nearest even.
// The bits are the same from every kernel, whatever the caller's floating-point mode (numbers/float_mode.hpp), but for the
// sign and payload of NaN.
// Both elements of a pair are read before either is written. When `in_place` is set, in == out and the two layouts
// have the same rows; where pair and partner differ as well (re-pairing in place), the whole row is read before any
// of it is written, and pairs <= max_in_place_pairing_pairs. Otherwise input and output do not meet.
struct rotate_job {
    row_layout from, to;
    std::int64_t tokens, heads, pairs;

    const void* cos; // compute type, [row][pair], pairs contiguous
    const void* sin;
    std::int64_t row_stride;
    const std::int64_t* rows;
    std::int64_t first_row, rows_step;
    bool conjugate;

    bool in_place;
    bool heads_outer;  // heads in the outer loop: the streaming order when the heads of a token are far apart
    bool prefetch;     // the data comes from beyond a core's own cache: ask for it in time
    bool non_temporal; // write past the caches: an output larger than the last level, not read again soon
    // As tuning.hpp says for the processor.
    bool beyond_l2,
        beyond_quarter_l3; // the data is larger, and each line of it is to be met first in address order
    bool doubles_in_order; // half_split doubles as well
    bool duplicate_in_registers; // interleaved elements are doubled by shuffles, not by the load ports
    bool narrow_half;            // half_split half by vectors of half the width
    span copied[2];              // empty in place
};

// in, out: the base pointers of the layouts. Returns its own name: which kernel did the work. What a call adds comes
// beside the job and not in it: a token's heads rotate in less time than a copy of the job takes.
using rotate_kernel = isa (*)(const rotate_job& job, const void* in, void* out) noexcept;

constexpr std::int64_t max_in_place_pairing_pairs = 2048;

} // namespace kernels
} // namespace ROPE_ABI
} // namespace rope
