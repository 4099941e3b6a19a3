// position_moves: the position of each token estimated from its angles, and the simple rules that would give it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/angles.hpp>
#include <rope/support/linkage.hpp>

#include <cstdint>
#include <string>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/model/words.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Positions, [axis][token], at which the frequencies give the measured angles, near `start` where angles repeat.
std::vector<double> estimate_positions(const measured_angles& m, const frequency_set& f, int quarter,
                                       bool reversed, const std::vector<double>& start);

// Rules that may have made `estimated` of the samples' own positions, the likeliest first.
std::vector<position_move> moves_towards(const vector_samples& v, const std::vector<double>& estimated);

// Rules that need no estimate.
std::vector<position_move> known_moves(const vector_samples& v);

// What a move finds and what it should have been, in words.
rotation_difference move_difference(const vector_samples& v, const position_move& m);

// Numbers of few digits near x, the shortest first, and x itself.
std::vector<double> plain_numbers_near(double x, double closeness);

#if ROPE_DEFINITIONS

ROPE_API std::vector<double> plain_numbers_near(double x, double closeness) {
    std::vector<double> out;
    const double size = std::fabs(x);
    if (size > 0) {
        for (int digits = 1; digits <= 6; ++digits) {
            const double unit = std::pow(10.0, std::floor(std::log10(size)) - digits + 1);
            // Through a division where the unit is below 1, so that 0.3 is the nearest double to it.
            const double inverse = std::round(1 / unit);
            const double near = unit < 1 ? std::round(x * inverse) / inverse : std::round(x / unit) * unit;
            if (std::fabs(near - x) <= closeness * size &&
                std::find(out.begin(), out.end(), near) == out.end()) {
                out.push_back(near);
            }
        }
    }
    out.push_back(x);
    return out;
}

ROPE_API std::vector<double> estimate_positions(const measured_angles& m, const frequency_set& f, int quarter,
                                                bool reversed, const std::vector<double>& start) {
    constexpr double pi = 3.14159265358979323846;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < f.inv_freq.size(); ++i) {
        if (f.inv_freq[i] != 0) {
            order.push_back(i);
        }
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::fabs(f.inv_freq[a]) < std::fabs(f.inv_freq[b]);
    });
    std::vector<double> out = start;
    for (std::int64_t t = 0; t < m.tokens; ++t) {
        for (std::int64_t axis = 0; axis < f.axes; ++axis) {
            double above = 0, below = 0;
            double& p = out[index_of(axis * m.tokens + t)];
            for (const std::size_t i : order) {
                const std::size_t at = index_of(t * m.pairs) + i;
                if (f.axis_of_pair[i] != axis || !(m.weight[at] > 0)) {
                    continue;
                }
                const double w = f.inv_freq[i];
                double angle = std::atan2(m.imag[at], m.real[at]) - quarter * pi / 2;
                angle = reversed ? -angle : angle;
                const double off = std::remainder(angle - w * p, 2 * pi);
                // Least squares over all pairs so far, each angle taken on the turn nearest to the estimate.
                above += m.weight[at] * w * (w * p + off);
                below += m.weight[at] * w * w;
                p = above / below;
            }
        }
    }
    return out;
}

inline double median_of(std::vector<double> list) {
    if (list.empty()) {
        return 0;
    }
    const auto middle = list.begin() + static_cast<std::ptrdiff_t>(list.size() / 2);
    std::nth_element(list.begin(), middle, list.end());
    return *middle;
}

ROPE_API std::vector<position_move> known_moves(const vector_samples& v) {
    std::vector<position_move> out;
    const auto add = [&](move_kind kind, double value = 0, std::int64_t axis = -1) {
        position_move m;
        m.kind = kind;
        m.value = value;
        m.axis = axis;
        out.push_back(m);
    };
    add(move_kind::shifted, 1);
    add(move_kind::shifted, -1);
    add(move_kind::constant, 0);
    add(move_kind::reversed);
    add(move_kind::from_start);
    add(move_kind::along_s);
    add(move_kind::along_batch);
    add(move_kind::running);
    add(move_kind::half_rounded);
    add(move_kind::bfloat16_rounded);
    for (std::int64_t a = 0; v.axes > 1 && a < v.axes; ++a) {
        add(move_kind::from_axis, static_cast<double>(a));
    }
    if (v.axes > 1 && v.axes <= 4) {
        position_move m;
        m.kind = move_kind::permuted;
        m.order.resize(index_of(v.axes));
        std::iota(m.order.begin(), m.order.end(), std::int64_t{0});
        while (std::next_permutation(m.order.begin(), m.order.end())) {
            out.push_back(m);
        }
    }
    return out;
}

ROPE_API std::vector<position_move> moves_towards(const vector_samples& v,
                                                  const std::vector<double>& estimated) {
    std::vector<position_move> out;
    const auto add = [&](move_kind kind, double value, std::int64_t axis = -1) {
        position_move m;
        m.kind = kind;
        m.value = value;
        m.axis = axis;
        out.push_back(m);
    };
    bool whole = true;
    double product = 0, square = 0, greatest = 0, least_jump = 0, zero_from = 0;
    for (std::size_t k = 0; k < estimated.size(); ++k) {
        const double p = v.position[k], q = estimated[k];
        whole = whole && p == std::round(p);
        product += p * q;
        square += p * p;
        greatest = (std::max)(greatest, q);
        const double jump = std::round(p - q);
        least_jump = jump > 0 && (least_jump == 0 || jump < least_jump) ? jump : least_jump;
        zero_from = p > 0 && std::fabs(q) < 0.01 && (zero_from == 0 || p < zero_from) ? p : zero_from;
    }
    std::vector<double> shifts;
    for (std::int64_t a = 0; a < v.axes; ++a) {
        std::vector<double> apart;
        for (std::int64_t t = 0; t < v.tokens; ++t) {
            apart.push_back(estimated[index_of(a * v.tokens + t)] - v.at(a, t));
        }
        const double shift = median_of(std::move(apart));
        shifts.push_back(whole || std::fabs(shift - std::round(shift)) < 0.02 ? std::round(shift) : shift);
    }
    for (std::size_t a = 0; a < shifts.size(); ++a) {
        if (shifts[a] != 0) {
            add(move_kind::shifted, shifts[a]);
            if (v.axes > 1) {
                add(move_kind::shifted, shifts[a], static_cast<std::int64_t>(a));
            }
        }
    }
    if (square > 0) {
        const double k = product / square;
        for (const double near : plain_numbers_near(k, 0.02)) {
            add(move_kind::scaled, near);
        }
        for (const double near : plain_numbers_near(1 / k, 0.02)) {
            if (std::fabs(k) > 1e-6) {
                add(move_kind::scaled, 1 / near);
            }
        }
    }
    add(move_kind::clamped, std::round(greatest));
    for (double n = least_jump; n > 1 && n < 1e15;
         n = std::floor(n / 2) * 2 == n && n / 2 > least_jump / 9 ? n / 2 : 0) {
        add(move_kind::wrapped, n);
    }
    if (zero_from > 0) {
        add(move_kind::zero_past, zero_from);
    }
    add(move_kind::constant, std::round(median_of(estimated)));
    position_move list;
    list.kind = move_kind::listed;
    bool near = true;
    for (const double q : estimated) {
        near = near && std::fabs(q - std::round(q)) < 0.2;
        list.list.push_back(std::round(q));
    }
    if (near) {
        out.push_back(list);
    }
    return out;
}

ROPE_API rotation_difference move_difference(const vector_samples& v, const position_move& m) {
    const auto listed = [&](const std::vector<double>& p) {
        std::string text;
        const std::int64_t shown = (std::min)(v.tokens, std::int64_t{6});
        for (std::int64_t t = 0; t < shown; ++t) {
            text += (t == 0 ? "" : ", ") + number(p[index_of(t)]);
        }
        return text + (v.tokens > shown ? ", ..." : "");
    };
    const std::vector<double> moved = moved_positions(v, m);
    std::string rule;
    const std::string axis = m.axis >= 0 ? sentence({" on axis ", m.axis}) : std::string();
    switch (m.kind) {
    case move_kind::none:
        break;
    case move_kind::shifted:
        rule = sentence({"shifted by ", m.value}) + axis;
        break;
    case move_kind::scaled:
        rule = sentence({"multiplied by ", number(m.value, 6)});
        break;
    case move_kind::reversed:
        rule = "in reverse order along s";
        break;
    case move_kind::clamped:
        rule = sentence({"kept at ", m.value, " from there on"});
        break;
    case move_kind::wrapped:
        rule = sentence({"starting again at 0 after every ", m.value});
        break;
    case move_kind::zero_past:
        rule = sentence({"0 from ", m.value, " on"});
        break;
    case move_kind::from_start:
        rule = "counted from 0 in each sequence";
        break;
    case move_kind::along_s:
        rule = "the index along s";
        break;
    case move_kind::along_batch:
        rule = "the index along another axis than s";
        break;
    case move_kind::running:
        rule = "counted through all sequences of the batch";
        break;
    case move_kind::constant:
        rule = sentence({m.value, " for every token"});
        break;
    case move_kind::half_rounded:
        rule = "rounded to half";
        break;
    case move_kind::bfloat16_rounded:
        rule = "rounded to bfloat16";
        break;
    case move_kind::from_axis:
        rule = sentence({"those of position axis ", m.value, " on every axis"});
        break;
    case move_kind::permuted:
        rule = sentence({"the position axes in the order ",
                         shape_text(m.order.data(), static_cast<int>(m.order.size()))});
        break;
    case move_kind::listed:
        rule = "others";
        break;
    }
    return {aspect::position, listed(v.position), rule + " (" + listed(moved) + ")"};
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
