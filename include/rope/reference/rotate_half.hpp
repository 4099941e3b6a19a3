// The rotate-half form, line by line as in the PaLM implementation and Hugging Face's Llama:
//     freqs = outer(positions, 1 / base^(arange(0, d, 2) / d));  pos = concat(freqs, freqs)      [n, d]
//     t * cos(pos) + rotate_half(t) * sin(pos)                                                   [b, h, n, d]
// For tests and readers: std::vector, no checks, every operation in Real.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace reference {

// inv_freq[i] = base^(-2i/d), i < d/2.
template <class Real>
std::vector<Real> inverse_frequencies(std::size_t d, Real base) {
    std::vector<Real> inv_freq;
    for (std::size_t i = 0; i < d; i += 2) {
        inv_freq.push_back(1 / std::pow(base, static_cast<Real>(i) / static_cast<Real>(d)));
    }
    return inv_freq;
}

// The angles of n positions, [n, d]. That of pair i is at i and at i + d/2.
template <class Real>
std::vector<Real> rotary_embedding(std::size_t n, std::size_t d, Real base = 10000) {
    const std::vector<Real> inv_freq = inverse_frequencies(d, base);
    std::vector<Real> pos;
    for (std::size_t position = 0; position < n; ++position) {
        for (std::size_t j = 0; j < d; ++j) {
            pos.push_back(static_cast<Real>(position) * inv_freq[j % (d / 2)]);
        }
    }
    return pos;
}

// (x1, x2) = halves of the last axis  ->  concat(-x2, x1)
template <class Real>
std::vector<Real> rotate_half(const std::vector<Real>& x, std::size_t d) {
    std::vector<Real> result(x.size());
    for (std::size_t row = 0; row < x.size(); row += d) {
        for (std::size_t j = 0; j < d / 2; ++j) {
            result[row + j] = -x[row + j + d / 2];
            result[row + j + d / 2] = x[row + j];
        }
    }
    return result;
}

// t [b, h, n, d] rotated by the angles pos [n, d].
template <class Real>
std::vector<Real> apply_rotary_pos_emb(const std::vector<Real>& pos, const std::vector<Real>& t,
                                       std::size_t d) {
    const std::vector<Real> rotated = rotate_half(t, d);
    std::vector<Real> result(t.size());
    for (std::size_t k = 0; k < t.size(); ++k) {
        const Real angle = pos[k % pos.size()];
        result[k] = t[k] * std::cos(angle) + rotated[k] * std::sin(angle);
    }
    return result;
}

} // namespace reference
} // namespace ROPE_ABI
} // namespace rope
