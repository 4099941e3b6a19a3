// The usual loop: a table of floats, x0*c - x1*s and x1*c + x0*s, token by token, head by head. The benchmarks call it
// `reference`.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace reference {

// Rotates the first rotary_dim elements of each head and copies the others.
// Shapes: in, out [token, head, head_dim]; cos, sin [token, rotary_dim / 2]. Aliasing: out may be in.
inline void plain_loop(const float* in, float* out, const float* cos, const float* sin, std::int64_t tokens,
                       std::int64_t heads, std::int64_t head_dim, std::int64_t rotary_dim, pairing p) {
    const std::int64_t half = rotary_dim / 2;
    const std::int64_t step = p == pairing::half_split ? 1 : 2;
    const std::int64_t partner = p == pairing::half_split ? half : 1;
    for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t h = 0; h < heads; ++h) {
            const float* x = in + (t * heads + h) * head_dim;
            float* y = out + (t * heads + h) * head_dim;
            for (std::int64_t i = 0; i < half; ++i) {
                const float x0 = x[i * step], x1 = x[i * step + partner];
                const float c = cos[t * half + i], s = sin[t * half + i];
                y[i * step] = x0 * c - x1 * s;
                y[i * step + partner] = x1 * c + x0 * s;
            }
            for (std::int64_t j = rotary_dim; j < head_dim; ++j) {
                y[j] = x[j];
            }
        }
    }
}

} // namespace reference
} // namespace ROPE_ABI
} // namespace rope
