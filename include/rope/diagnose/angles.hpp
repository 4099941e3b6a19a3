// angles: the quotient y / x of each token and pair, measured by least squares over the heads, and how well a hypothesis
// agrees with it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/hypothesis.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// y = q x for pairs as complex numbers: q = sum conj(x) y / weight with weight = sum |x|^2, [token][pair].
struct measured_angles {
    pair_layout layout = {};
    std::int64_t tokens = 0, pairs = 0;
    std::vector<double> weight = {}, real = {}, imag = {};
    double rest = 0;      // sum |y - q x|^2, with the elements that do not rotate
    double total = 0;     // sum |y|^2
    double squares = 0;   // sum weight |q|^2
    double weights = 0;   // sum weight
    double modulus = 1;   // sum weight |q| / sum weight: the amplitude
    double misfit = 2;    // root of what no angles explain with this amplitude, over total
    double imaginary = 0; // sum weight Im(q)^2

    // No pair turns: y is a multiple of x.
    bool is_still() const { return imaginary < 1e-6 * squares; }
};

inline measured_angles measure(const vector_samples& v, const pair_layout& layout) {
    measured_angles m;
    m.layout = layout;
    m.tokens = v.tokens;
    m.pairs = layout.pairs();
    const std::size_t size = index_of(m.tokens * m.pairs);
    m.weight.assign(size, 0);
    m.real.assign(size, 0);
    m.imag.assign(size, 0);
    double moduli = 0;
    for (std::int64_t t = 0; t < v.tokens; ++t) {
        const double* x = v.x.data() + t * v.heads * v.dim;
        const double* y = v.y.data() + t * v.heads * v.dim;
        for (std::int64_t k = 0; k < v.heads * v.dim; ++k) {
            m.total += y[k] * y[k];
            const std::int64_t e = k % v.dim - layout.offset;
            if (e < 0 || e >= layout.rotary_dim) {
                m.rest += (y[k] - x[k]) * (y[k] - x[k]);
            }
        }
        for (std::int64_t i = 0; i < m.pairs; ++i) {
            const std::int64_t a = layout.first(layout.in, i), b = layout.second(layout.in, i),
                               c = layout.first(layout.out, i), d = layout.second(layout.out, i);
            double n = 0, re = 0, im = 0;
            for (std::int64_t h = 0; h < v.heads; ++h) {
                const double *xh = x + h * v.dim, *yh = y + h * v.dim;
                n += xh[a] * xh[a] + xh[b] * xh[b];
                re += xh[a] * yh[c] + xh[b] * yh[d];
                im += xh[a] * yh[d] - xh[b] * yh[c];
            }
            const std::size_t at = index_of(t * m.pairs + i);
            m.weight[at] = n;
            m.real[at] = n > 0 ? re / n : 0;
            m.imag[at] = n > 0 ? im / n : 0;
            for (std::int64_t h = 0; h < v.heads; ++h) {
                const double *xh = x + h * v.dim, *yh = y + h * v.dim;
                const double r0 = yh[c] - (m.real[at] * xh[a] - m.imag[at] * xh[b]);
                const double r1 = yh[d] - (m.imag[at] * xh[a] + m.real[at] * xh[b]);
                m.rest += r0 * r0 + r1 * r1;
            }
            const double square = m.real[at] * m.real[at] + m.imag[at] * m.imag[at];
            m.squares += n * square;
            m.imaginary += n * m.imag[at] * m.imag[at];
            m.weights += n;
            moduli += n * std::sqrt(square);
        }
    }
    m.modulus = m.weights > 0 ? moduli / m.weights : 1;
    double off = m.rest;
    for (std::size_t k = 0; k < size; ++k) {
        const double by = std::sqrt(m.real[k] * m.real[k] + m.imag[k] * m.imag[k]) - m.modulus;
        off += m.weight[k] * by * by;
    }
    m.misfit = m.total > 0 ? std::sqrt(off / m.total) : (off > 0 ? 2 : 0);
    return m;
}

// Sums over tokens and pairs of weight times products of the measured quotient with cos and sin of an angle.
struct angle_sums {
    double real_cos = 0, imag_sin = 0, real_sin = 0, imag_cos = 0;

    // sum weight Re(conj(q) e^(i (quarter pi / 2 +- angle)))
    double agreement(int quarter, bool reversed) const {
        const double sign = reversed ? -1 : 1;
        const double even = real_cos + sign * imag_sin, odd = imag_cos - sign * real_sin;
        return quarter == 0 ? even : quarter == 1 ? odd : quarter == 2 ? -even : -odd;
    }
};

// Every `step`-th token. positions: [axis][token].
inline angle_sums sum_angles(const measured_angles& m, const frequency_set& f,
                             const std::vector<double>& positions, std::int64_t step = 1) {
    angle_sums s;
    for (std::int64_t t = 0; t < m.tokens; t += step) {
        for (std::int64_t i = 0; i < m.pairs; ++i) {
            const std::size_t at = index_of(t * m.pairs + i), pair = index_of(i);
            const double angle = f.inv_freq[pair] * positions[index_of(f.axis_of_pair[pair] * m.tokens + t)];
            const double c = std::cos(angle), n = std::sin(angle);
            const double re = m.weight[at] * m.real[at], im = m.weight[at] * m.imag[at];
            s.real_cos += re * c;
            s.imag_sin += im * n;
            s.real_sin += re * n;
            s.imag_cos += im * c;
        }
    }
    return s;
}

// The root of the mean square that is left under an amplitude, over that of Y.
inline double misfit_of(const measured_angles& m, double agreement, double amplitude) {
    const double left = m.rest + m.squares + amplitude * amplitude * m.weights - 2 * amplitude * agreement;
    const double whole = m.total > 0 ? m.total : 1;
    return left > 0 ? std::sqrt(left / whole) : 0;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
