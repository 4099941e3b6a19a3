// fit_base: the base, or another number of a recipe, whose frequencies agree best with the measured angles.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/angles.hpp>
#include <rope/support/linkage.hpp>

#if ROPE_DEFINITIONS
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Angles from each token to the next one, and the steps of the positions: what stays when all positions are shifted.
struct angle_steps {
    measured_angles angles;
    std::vector<double> steps;
};

inline angle_steps steps_of(const measured_angles& m, const std::vector<double>& positions,
                            std::int64_t axes) {
    angle_steps out;
    measured_angles& s = out.angles;
    s = m;
    s.tokens = m.tokens > 0 ? m.tokens - 1 : 0;
    s.weight.clear();
    s.real.clear();
    s.imag.clear();
    s.squares = s.weights = 0;
    for (std::int64_t k = 0; k < s.tokens * m.pairs; ++k) {
        const std::size_t a = index_of(k), b = index_of(k + m.pairs);
        const double w = std::sqrt(m.weight[a] * m.weight[b]);
        const double re = m.real[a] * m.real[b] + m.imag[a] * m.imag[b];
        const double im = m.real[a] * m.imag[b] - m.imag[a] * m.real[b];
        s.weight.push_back(w);
        s.real.push_back(re);
        s.imag.push_back(im);
        s.weights += w;
        s.squares += w * (re * re + im * im);
    }
    for (std::int64_t a = 0; a < axes; ++a) {
        for (std::int64_t t = 0; t < s.tokens; ++t) {
            out.steps.push_back(positions[index_of(a * m.tokens + t + 1)] -
                                positions[index_of(a * m.tokens + t)]);
        }
    }
    return out;
}

using set_of_number = std::function<std::optional<frequency_set>(double)>;

// One scan over the logarithm of a number, from low to high in `points`, then golden sections around the best. `phase` is
// fixed. reach: the greatest position.
inline double scan_number(const measured_angles& m, const std::vector<double>& positions,
                          const set_of_number& make, int quarter, bool reversed, double low, double high,
                          int points) {
    const std::int64_t step = (std::max)(std::int64_t{1}, m.tokens / 12);
    const auto value = [&](double log_number, std::int64_t every) {
        const auto f = make(std::exp(log_number));
        return f ? sum_angles(m, *f, positions, every).agreement(quarter, reversed) : -1e300;
    };
    double best = low, most = -1e300;
    const double pitch = (high - low) / points;
    for (int k = 0; k <= points; ++k) {
        const double at = low + pitch * k, v = value(at, step);
        if (v > most) {
            most = v;
            best = at;
        }
    }
    double a = best - pitch, b = best + pitch;
    const double golden = 0.6180339887498949;
    double c = b - golden * (b - a), d = a + golden * (b - a), at_c = value(c, 1), at_d = value(d, 1);
    for (int k = 0; k < 60 && b - a > 1e-13; ++k) {
        if (at_c > at_d) {
            b = d;
            d = c;
            at_d = at_c;
            c = b - golden * (b - a);
            at_c = value(c, 1);
        } else {
            a = c;
            c = d;
            at_c = at_d;
            d = a + golden * (b - a);
            at_d = value(d, 1);
        }
    }
    return (a + b) / 2;
}

inline double greatest_of(const std::vector<double>& list) {
    double most = 1;
    for (const double x : list) {
        most = (std::max)(most, std::fabs(x));
    }
    return most;
}

// How finely the logarithm of a base must be divided for positions up to `reach`: an angle changes by at most 0.16 of the
// position for a change of 1.
inline int points_for(double reach, double width, int most) {
    const double n = 0.08 * reach * width / 0.35;
    return n < 120 ? 120 : n > most ? most : static_cast<int>(n);
}

// The number between exp(low) and exp(high) for the positions of the tokens; over wide positions by their steps first.
inline double fit_number(const measured_angles& m, const std::vector<double>& positions, std::int64_t axes,
                         const set_of_number& make, int quarter, bool reversed, double low, double high) {
    const double reach = greatest_of(positions);
    if (reach > 1500 && m.tokens > 1) {
        const angle_steps s = steps_of(m, positions, axes);
        const double short_reach = greatest_of(s.steps);
        if (short_reach < reach / 4) {
            const int points = points_for(short_reach, high - low, 2000);
            const double near = scan_number(s.angles, s.steps, make, 0, reversed, low, high, points);
            const double width = 4 * (high - low) / points;
            low = near - width / 2;
            high = near + width / 2;
        }
    }
    const double at =
        scan_number(m, positions, make, quarter, reversed, low, high, points_for(reach, high - low, 3000));
    return std::exp(at);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
