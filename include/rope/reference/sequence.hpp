// The sequence form of self-attention demonstrations: x (B, T, D) or (B, T, H, D), pairing half_split,
//     theta[t, i] = t * base^(-2i/D);  x1, x2 = halves of x
//     concat(x1 cos(theta) - x2 sin(theta), x1 sin(theta) + x2 cos(theta))
// (B, T, D) is the case H = 1. theta is computed in Real, which is wide enough for it; the model's own type may not be.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/reference/rotate_half.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace reference {

// x [B, T, H, D] rotated by the positions 0 ... T - 1.
template <class Real>
std::vector<Real> rope_sequence(const std::vector<Real>& x, std::size_t T, std::size_t H, std::size_t D,
                                Real base = 10000) {
    const std::vector<Real> inv_freq = inverse_frequencies(D, base);
    std::vector<Real> result(x.size());
    for (std::size_t row = 0; row < x.size() / D; ++row) {
        const std::size_t t = row / H % T;
        for (std::size_t i = 0; i < D / 2; ++i) {
            const Real theta = static_cast<Real>(t) * inv_freq[i];
            const Real x1 = x[row * D + i], x2 = x[row * D + i + D / 2];
            result[row * D + i] = x1 * std::cos(theta) - x2 * std::sin(theta);
            result[row * D + i + D / 2] = x1 * std::sin(theta) + x2 * std::cos(theta);
        }
    }
    return result;
}

} // namespace reference
} // namespace ROPE_ABI
} // namespace rope
