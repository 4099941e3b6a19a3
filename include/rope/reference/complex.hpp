// The complex form, line by line as in Meta's Llama: the neighbours x[2i], x[2i+1] are one complex number.
//     freqs_cis = polar(1, outer(positions, 1 / base^(arange(0, d, 2) / d)))      [s, d/2]
//     view_as_real(view_as_complex(x) * freqs_cis)                                [b, s, h, d]
// The published text says that freqs_cis has the width d; it has d/2.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/reference/rotate_half.hpp>

#include <complex>

namespace rope {
inline namespace ROPE_ABI {
namespace reference {

// exp(i position / theta^(2k/d)) for 0 <= position < end, [end, d/2].
template <class Real>
std::vector<std::complex<Real>> precompute_freqs_cis(std::size_t d, std::size_t end, Real theta = 10000) {
    const std::vector<Real> freqs = inverse_frequencies(d, theta);
    std::vector<std::complex<Real>> freqs_cis;
    for (std::size_t position = 0; position < end; ++position) {
        for (const Real freq : freqs) {
            freqs_cis.push_back(std::polar(Real(1), static_cast<Real>(position) * freq));
        }
    }
    return freqs_cis;
}

// x [b, s, h, d] rotated by freqs_cis [s, d/2].
template <class Real>
std::vector<Real> apply_rotary_emb(const std::vector<Real>& x,
                                   const std::vector<std::complex<Real>>& freqs_cis, std::size_t s,
                                   std::size_t h, std::size_t d) {
    std::vector<Real> result(x.size());
    for (std::size_t k = 0; k < x.size(); k += 2) {
        const std::size_t pair = k % d / 2;
        const std::size_t position = k / d / h % s;
        const std::complex<Real> z =
            std::complex<Real>(x[k], x[k + 1]) * freqs_cis[position * (d / 2) + pair];
        result[k] = z.real();
        result[k + 1] = z.imag();
    }
    return result;
}

} // namespace reference
} // namespace ROPE_ABI
} // namespace rope
