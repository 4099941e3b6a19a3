// What inference engines write by hand for a step of a layer: the query rotated in place, key and value into the half slots of a
// cache, at the position of the token.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace bench {

// For each head the angles anew, then a loop that converts: as yalm and calm do. Interleaved pairs.
void step_by_heads(float* query, std::int64_t heads, float* key, const float* value, std::int64_t key_heads,
                   std::int64_t dim, std::int64_t position, std::uint16_t* key_slot,
                   std::uint16_t* value_slot);

// The angles once for each tensor, the tensor rotated into another one, rows converted: as the graph of llama.cpp does, with ROPE,
// ROPE, SET_ROWS, SET_ROWS. query_out, key_out: the results of ROPE.
void step_by_operations(const float* query, std::int64_t heads, const float* key, const float* value,
                        std::int64_t key_heads, std::int64_t dim, std::int64_t position, float* query_out,
                        float* key_out, std::uint16_t* key_slot, std::uint16_t* value_slot);

} // namespace bench
