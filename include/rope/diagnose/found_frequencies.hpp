// found_frequencies: the frequency of each pair as the angles of the tokens give it, whatever the recipe.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/angles.hpp>
#include <rope/support/linkage.hpp>

#if ROPE_DEFINITIONS
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Angles at positions, [axis][token], measured as quarter pi / 2 +- w p. Empty where w is only known up to turns that leave
// other frequencies below 1.1 possible, where the angles of the tokens do not agree, or where they are smaller than what
// rounding hides. noise: the relative size of a rounding.
inline std::vector<std::optional<double>> found_frequencies(const measured_angles& m,
                                                            const std::vector<double>& positions,
                                                            const std::vector<std::int64_t>& axis_of_pair,
                                                            int quarter, bool reversed, double noise) {
    constexpr double pi = 3.14159265358979323846, greatest = 1.1;
    struct sample {
        double step, angle, weight;
    };
    std::vector<std::optional<double>> out;
    for (std::int64_t i = 0; i < m.pairs; ++i) {
        std::vector<sample> list;
        double before = 0, position_before = 0;
        for (std::int64_t t = 0; t < m.tokens; ++t) {
            const std::size_t at = index_of(t * m.pairs + i);
            if (!(m.weight[at] > 0)) {
                continue;
            }
            const double p = positions[index_of(axis_of_pair[index_of(i)] * m.tokens + t)];
            double angle = std::atan2(m.imag[at], m.real[at]) - quarter * pi / 2;
            angle = reversed ? -angle : angle;
            list.push_back({p, angle, m.weight[at]});
            if (t > 0) {
                list.push_back({p - position_before, angle - before, m.weight[at] / 4});
            }
            before = angle;
            position_before = p;
        }
        list.erase(std::remove_if(list.begin(), list.end(), [](const sample& s) { return s.step == 0; }),
                   list.end());
        std::sort(list.begin(), list.end(),
                  [](const sample& a, const sample& b) { return std::fabs(a.step) < std::fabs(b.step); });
        if (list.empty() || pi / std::fabs(list.front().step) < greatest) {
            out.push_back(std::nullopt);
            continue;
        }
        double above = 0, below = 0, w = 0;
        for (const sample& s : list) {
            const double off = std::remainder(s.angle - w * s.step, 2 * pi);
            above += s.weight * s.step * (w * s.step + off);
            below += s.weight * s.step * s.step;
            w = above / below;
        }
        double left = 0, whole = 0;
        for (const sample& s : list) {
            const double off = std::remainder(s.angle - w * s.step, 2 * pi);
            left += s.weight * off * off;
            whole += s.weight;
        }
        const double spread = std::sqrt(left / whole), doubt = (spread + noise) * std::sqrt(whole / below);
        const bool told = spread < 0.2 && doubt < 0.1 * std::fabs(w);
        out.push_back(told ? std::optional<double>(w) : std::nullopt);
    }
    return out;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
