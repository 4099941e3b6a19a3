// row_binding: where a plan reads its rows of cos and sin from. Made by bind_rows.hpp, read by run.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>
#include <memory>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Rows of some tokens: row k is row_stride * k * rows_step elements after cos and sin, pairs contiguous, in the compute type.
struct row_block {
    const void* cos;
    const void* sin;
    std::int64_t row_stride, rows_step; // rows_step 0: all tokens have the same row
    std::int64_t tokens;                // at least 1
};

// Provides the rows of the tokens numbered first, first + step, ..., `most` of them or fewer: returns rows that exist, or
// computes them into `buffer`, which has room for buffered_entries of cos and as many of sin, from a multiple of 64 bytes.
using row_function = row_block (*)(const void* state, std::int64_t first, std::int64_t step,
                                   std::int64_t most, void* buffer) noexcept;
inline constexpr std::int64_t buffered_entries = 2048; // 32 tokens of 64 pairs

// memory: rows that exist, of a table that must outlive the plan. owned: rows that the plan holds. computed: `function`
// provides them while the plan runs.
enum class row_origin : std::uint8_t { memory, owned, computed };

struct row_binding {
    row_origin origin = row_origin::memory;
    const void* cos = nullptr; // origin memory and owned
    const void* sin = nullptr;
    std::int64_t row_stride = 0;
    std::int64_t first_row = 0;         // of token 0, where there is no list
    const std::int64_t* list = nullptr; // the row of each token
    row_function function =
        nullptr; // origin computed; for the others, what provides rows from another offset
    std::shared_ptr<const void> state = {}; // of the function
    std::shared_ptr<const void> owned = {}; // rows and list of the plan's own
    // The position of token 0, and those that it may be moved to: run(plan, data, offset(past)). least > most: none.
    std::int64_t offset = 0, least_offset = 1, most_offset = 0;

    bool is_movable_to(std::int64_t past) const noexcept {
        return past >= least_offset && past <= most_offset;
    }
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
