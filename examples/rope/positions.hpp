// positions: where tokens stand, from a --positions SPEC.
// SPDX-License-Identifier: MIT
#pragma once

#include "npy.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cli {

// An array of positions in C order: integers, or doubles where they came as such.
struct position_array {
    bool from_file = false; // then a first axis may count position axes
    shape_type shape = {};
    std::vector<std::int64_t> whole = {};
    std::vector<double> real = {};

    bool is_whole() const { return real.empty(); }
    std::int64_t count() const { return static_cast<std::int64_t>(is_whole() ? whole.size() : real.size()); }
};

// N, A:B, A:B:STEP, a comma list, or the path of an .npy file. `bytes_each` is what the caller will need for each of
// them; more than memory can hold is refused before anything is allocated. Throws input_error.
position_array parse_positions(const std::string& spec, std::int64_t bytes_each);

// 0, 1, ..., count - 1.
position_array counting_positions(std::int64_t count);

// The largest position + 1, at least 1: how long the sequence is at the last token.
std::int64_t sequence_length(const position_array& positions);

// Throws input_error when `count` things of `bytes` bytes each are more than this machine's memory.
void require_memory(std::int64_t count, std::int64_t bytes, const std::string& what);

} // namespace cli
