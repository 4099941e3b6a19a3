// gradient: what a loss says about the parameters of a rotation. The gradient with respect to the data is adjoint(), the same
// kernel as the rotation; this is the rest: angles, positions, frequencies, amplitude. For y = rotate(x) and g = dL/dy, a
// pair's angle has
//   dL/dangle = g1 y0 - g0 y1,   dL/dm = (g0 y0 + g1 y1) / m      (y with the amplitude m in it)
// so that neither x nor cos and sin are read. The base is in base_gradient.hpp, learned angles in train/layer.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/half.hpp>
#include <rope/rotate/gradient_plan.hpp>
#include <rope/support/error.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// Derivatives of a loss, in double. A token is one combination of the indices on which the positions depend
// (for ids(p, {batch, seq}) a batch and a place, for offset(past) a place), counted in the tensor's index
// order; sums run over everything that shares it: heads, and sequences where they have the same positions.
// Position entries are the ids in C order, whatever their strides; the rows of a table of listed positions;
// tokens where there are neither.
struct rotation_gradient {
    std::int64_t tokens = 0;
    std::int64_t pairs = 0;
    std::int64_t position_axes = 1;
    std::vector<double> angle = {};         // [token][pair]
    std::vector<double> log_amplitude = {}; // [token][pair], with respect to the logarithm of the amplitude
    std::vector<double> positions = {}; // [position axis][entry]; one axis where all pairs read the same ids
    std::vector<double> inv_freq = {};  // [pair]
    double attention_factor = 0;
};

namespace detail {

// Where a loop is after `number` steps in C order: distances in g and y.
struct gradient_offset {
    std::int64_t g = 0, y = 0;
};
inline gradient_offset offset_at(const std::vector<gradient_loop>& loops, std::int64_t number) noexcept {
    gradient_offset at;
    for (std::size_t k = loops.size(); k-- > 0;) {
        const std::int64_t index = number % loops[k].extent;
        number /= loops[k].extent;
        at.g += index * loops[k].g;
        at.y += index * loops[k].y;
    }
    return at;
}

// angle[i] += g1 y0 - g0 y1, log_amplitude[i] += g0 y0 + g1 y1. Products of float and narrower data are
// exact.
template <bool Unit, class G, class Y>
void add_pairs(const G* g0, const G* g1, std::int64_t g_pair, const Y* y0, const Y* y1, std::int64_t y_pair,
               std::int64_t pairs, double* angle, double* log_amplitude) noexcept {
    const std::int64_t gs = Unit ? 1 : g_pair, ys = Unit ? 1 : y_pair;
    for (std::int64_t i = 0; i < pairs; ++i) {
        const double a = static_cast<double>(widen(g0[i * gs])), b = static_cast<double>(widen(g1[i * gs]));
        const double c = static_cast<double>(widen(y0[i * ys])), d = static_cast<double>(widen(y1[i * ys]));
        angle[i] += b * c - a * d;
        log_amplitude[i] += a * c + b * d;
    }
}

} // namespace detail

// A gradient of the plan's size, for run and finish to fill.
template <class G, class Y>
rotation_gradient make_gradient(const gradient_plan<G, Y>& plan) {
    const auto pairs = plan.frequencies->step.size();
    rotation_gradient r;
    r.tokens = plan.token_count;
    r.pairs = static_cast<std::int64_t>(pairs);
    r.position_axes = plan.position_axes;
    r.angle.resize(static_cast<std::size_t>(r.tokens) * pairs);
    r.log_amplitude.resize(r.angle.size());
    r.positions.resize(static_cast<std::size_t>(plan.position_axes * plan.entries));
    r.inv_freq.resize(pairs);
    return r;
}

// Fills `angle` and `log_amplitude` of the tokens of part `part` of `parts` (0 <= part < parts), which may
// run at once. A token's sum runs over its rows in index order, whatever the parts and the strides: the
// result depends on neither. Exact products, one rounding for each addition (double data: as the compiler
// contracts).
template <class G, class Y>
void run(const gradient_plan<G, Y>& plan, const G* g, const Y* y, rotation_gradient& result,
         std::int64_t part = 0, std::int64_t parts = 1) noexcept {
    const std::int64_t pairs = result.pairs, n = result.tokens;
    const auto boundary = [&](std::int64_t k) { return n / parts * k + (std::min)(k, n % parts); };
    const bool unit = plan.g.pair == 1 && plan.y.pair == 1;
    for (std::int64_t token = boundary(part); token < boundary(part + 1); ++token) {
        double* angle = result.angle.data() + token * pairs;
        double* log_amplitude = result.log_amplitude.data() + token * pairs;
        std::fill(angle, angle + pairs, 0.0);
        std::fill(log_amplitude, log_amplitude + pairs, 0.0);
        const detail::gradient_offset at = detail::offset_at(plan.tokens, token);
        for (std::int64_t head = 0; head < plan.head_count; ++head) {
            const detail::gradient_offset row = detail::offset_at(plan.heads, head);
            const G* g0 = g + at.g + row.g + plan.g.slice;
            const Y* y0 = y + at.y + row.y + plan.y.slice;
            (unit ? detail::add_pairs<true, G, Y>
                  : detail::add_pairs<false, G, Y>)(g0, g0 + plan.g.partner, plan.g.pair, y0,
                                                    y0 + plan.y.partner, plan.y.pair, pairs, angle,
                                                    log_amplitude);
        }
        for (std::int64_t i = 0; i < pairs; ++i) {
            angle[i] *= plan.angle_sign;
            log_amplitude[i] *= plan.amplitude_sign;
        }
    }
}

// What follows from the angles, once every part has run: positions, frequencies, amplitude. Sums in the order
// of the tokens, then of the pairs. Where somebody else made the rows (inv_freq is empty) positions and inv_freq
// stay 0.
template <class G, class Y>
void finish(const gradient_plan<G, Y>& plan, rotation_gradient& result) noexcept {
    const frequency_set& f = *plan.frequencies;
    const bool known = f.inv_freq.size() == f.step.size();
    std::fill(result.positions.begin(), result.positions.end(), 0.0);
    std::fill(result.inv_freq.begin(), result.inv_freq.end(), 0.0);
    double radial = 0;
    for (std::int64_t t = 0; t < result.tokens; ++t) {
        for (std::int64_t i = 0; i < result.pairs; ++i) {
            const auto pair = static_cast<std::size_t>(i);
            const auto entry = static_cast<std::size_t>(t * result.pairs + i);
            radial += result.log_amplitude[entry];
            if (known) {
                const std::int64_t axis = plan.position_axes == 1 ? 0 : f.axis_of_pair[pair];
                const std::int64_t at = axis * plan.entries + plan.entry[static_cast<std::size_t>(t)];
                const double position = plan.positions[static_cast<std::size_t>(axis * result.tokens + t)];
                result.positions[static_cast<std::size_t>(at)] += f.inv_freq[pair] * result.angle[entry];
                result.inv_freq[pair] += position * result.angle[entry];
            }
        }
    }
    result.attention_factor = radial / f.attention_factor;
}

// All of it in one call. Throws rope::error as plan_gradient does; try_gradient returns the reason instead.
template <class G, class Y, class T>
result<rotation_gradient> try_gradient(const G& g, const Y& y, const table<T>& table, const axis_names& axes,
                                       const positions& where = {}, const rotate_options& options = {}) {
    auto planned = try_plan_gradient(table, g, y, axes, where, options);
    if (!planned.ok()) {
        return {{}, std::move(planned.why)};
    }
    result<rotation_gradient> made;
    made.value = make_gradient(planned.value);
    run(planned.value, as_view(g).data, as_view(y).data, made.value);
    finish(planned.value, made.value);
    return made;
}
template <class G, class Y, class T>
rotation_gradient gradient(const G& g, const Y& y, const table<T>& table, const axis_names& axes,
                           const positions& where = {}, const rotate_options& options = {}) {
    return detail::value_or_throw(try_gradient(g, y, table, axes, where, options));
}

// With respect to the angles of the table's rows, [row][pair]: each row's sum over the tokens that read it,
// in their order. For tables whose angles are learned. Throws rope::error where a position was no whole row, and for a gradient
// that is not the plan's; try_row_gradient returns the reason instead.
template <class G, class Y>
result<std::vector<double>> try_row_gradient(const gradient_plan<G, Y>& plan, const rotation_gradient& g) {
    if (static_cast<std::int64_t>(plan.rows.size()) != g.tokens) {
        return {{},
                {"the gradient of a table's rows needs one whole position for each token", errc::positions}};
    }
    const auto pairs = static_cast<std::int64_t>(plan.frequencies->step.size());
    if (g.pairs != pairs || g.angle.size() != plan.rows.size() * static_cast<std::size_t>(pairs)) {
        return {{},
                {detail::sentence({"the gradient has ", g.angle.size(), " angles; its plan has ", g.tokens,
                                   " tokens of ", pairs, " pairs"}),
                 errc::shape}};
    }
    std::vector<double> rows(static_cast<std::size_t>(plan.table_rows * g.pairs));
    for (std::int64_t t = 0; t < g.tokens; ++t) {
        const std::int64_t row = plan.rows[static_cast<std::size_t>(t)];
        for (std::int64_t i = 0; i < g.pairs; ++i) {
            rows[static_cast<std::size_t>(row * g.pairs + i)] +=
                g.angle[static_cast<std::size_t>(t * g.pairs + i)];
        }
    }
    return {std::move(rows), {}};
}
template <class G, class Y>
std::vector<double> row_gradient(const gradient_plan<G, Y>& plan, const rotation_gradient& g) {
    return detail::value_or_throw(try_row_gradient(plan, g));
}

} // namespace ROPE_ABI
} // namespace rope
