// table_job: everything a table kernel sees: angles or factors in, rounded cos and sin out. Made by
// table/fill_rows.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace kernels {

// Pairs that a table kernel treats at a time: arrays of this length, used from the front.
constexpr std::int64_t table_pairs = 64;

// Reduced angles: rest in turns, -1/8 .. 1/8, from the nearest quarter of a turn; the quarter as masks:
// swap all ones where it is odd, the signs of the cosine and the sine in bit 63.
struct angle_block {
    alignas(64) double rest[table_pairs];
    alignas(64) std::uint64_t swap[table_pairs];
    alignas(64) std::uint64_t cosine_sign[table_pairs];
    alignas(64) std::uint64_t sine_sign[table_pairs];
};

// A row of cosines and sines before they are rounded.
struct factor_row {
    alignas(64) double cosine[table_pairs];
    alignas(64) double sine[table_pairs];
};

// Called for entries whose rounding the kernel could not decide: bit k of `lanes` is pair first_pair + k of
// the row.
using resolve_lanes = void (*)(void* context, std::int64_t row, std::int64_t first_pair, std::uint32_t lanes);

// Rows first_row .. first_row + rows - 1 of a table: (far * mid) * fine[row], complex products, rounded to
// the storage type where bound[pair] proves the rounding.
struct product_job {
    const factor_row* far;
    const factor_row* mid;
    const factor_row* fine; // one per row
    const double* bound; // |computed - real| of each pair's entries: amplitude * 2^-47, or 0 for an exact one
    double amplitude;
    std::int64_t pairs, rows, first_row;
    void* cos; // of row first_row
    void* sin;
    std::int64_t row_stride;
    bool non_temporal; // rows begin at multiples of 64 bytes and are stored past the caches
    resolve_lanes resolve;
    void* context;
};

// One row from its angles: amplitude * cos, amplitude * sin, rounded where a relative error of 2^-49 allows.
struct angle_job {
    const angle_block* angles;
    double amplitude;
    std::int64_t pairs, row;
    void* cos; // of this row
    void* sin;
    resolve_lanes resolve;
    void* context;
};

} // namespace kernels
} // namespace ROPE_ABI
} // namespace rope
