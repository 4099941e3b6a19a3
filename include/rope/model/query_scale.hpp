// query_scale: the factor on a query that some families have as a function of its position.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cmath>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

struct query_scale {
    enum class rule : std::uint8_t { none, temperature, log_length, whole_lengths };
    rule kind = rule::none;
    double floor_scale =
        8192; // temperature: Llama 4's layers without rotation; whole_lengths: the trained length
    double attn_scale = 0.1;
    double trained_length = 0; // log_length: Qwen 1
};

// temperature: attn_scale ln(floor((p + 1) / floor_scale) + 1) + 1 (Llama 4); log_length: max(1, ln(p + 1) / ln(trained))
// (Qwen's log-n attention); whole_lengths: attn_scale ln(1 + floor(p / floor_scale)) + 1 (Ministral 3, Mistral 4:
// llama_4_scaling_beta); else 1. For p >= 0; in double.
inline double query_scale_at(const query_scale& q, double position) {
    if (q.kind == query_scale::rule::temperature) {
        return q.attn_scale * std::log(std::floor((position + 1) / q.floor_scale) + 1) + 1;
    }
    if (q.kind == query_scale::rule::whole_lengths) {
        return q.attn_scale * std::log(1 + std::floor(position / q.floor_scale)) + 1;
    }
    if (q.kind == query_scale::rule::log_length && position + 1 > q.trained_length) {
        return std::log(position + 1) / std::log(q.trained_length);
    }
    return 1;
}

} // namespace ROPE_ABI
} // namespace rope
