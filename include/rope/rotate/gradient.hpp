// gradient: what a loss says about the parameters of a rotation. The gradient with respect to the data is
// adjoint(), the same kernel as the rotation; this is the rest: angles, positions, frequencies, amplitude.
// For y = rotate(x) and g = dL/dy, a pair's angle has
//   dL/dangle = g1 y0 - g0 y1,   dL/dm = (g0 y0 + g1 y1) / m      (y with the amplitude m in it)
// so that neither x nor cos and sin are read. The base is in base_gradient.hpp, learned angles in
// train/layer.hpp. SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/half.hpp>
#include <rope/rotate/plan.hpp>

#include <cstdint>
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

// All checks and choices of a gradient. Refers to the frequencies of the table that it was made with.
template <class G, class Y>
struct gradient_plan {
    const frequency_set* frequencies = nullptr;
    kernels::row_layout g = {}, y = {};
    std::vector<plan_loop> tokens = {}, heads = {}; // in index order; `in` steps through g, `out` through y
    std::int64_t token_count = 1, head_count = 1;
    double angle_sign = 1, amplitude_sign = 1;
    std::int64_t position_axes = 1;
    std::vector<double> positions = {};   // [position axis][token]
    std::vector<std::int64_t> entry = {}; // of the positions, one per token
    std::int64_t entries = 0;
    std::vector<std::int64_t> rows = {}; // of the table, one per token; empty when a position is no integer
    std::int64_t table_rows = 0;
};

namespace detail {

// Where a loop stands after `number` steps in C order: distances in g and y.
struct gradient_offset {
    std::int64_t g = 0, y = 0;
};
inline gradient_offset offset_at(const std::vector<plan_loop>& loops, std::int64_t number) noexcept {
    gradient_offset at;
    for (std::size_t k = loops.size(); k-- > 0;) {
        const std::int64_t index = number % loops[k].extent;
        number /= loops[k].extent;
        at.g += index * loops[k].in;
        at.y += index * loops[k].out;
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

// Pairs read position axes that are there.
inline status check_position_axes(const frequency_set& f, const token_axes& t) {
    if (t.has_position_axis && t.position_axes != f.axes && t.position_axes != 1) {
        return {"positions have " + std::to_string(t.position_axes) +
                " entries along \"axis\"; the frequencies have " + std::to_string(f.axes) + " position axes"};
    }
    for (const std::int64_t axis : f.axis_of_pair) {
        if (axis < 0 || axis >= f.axes) {
            return {"axis_of_pair has the axis " + std::to_string(axis) + "; there are " +
                    std::to_string(f.axes)};
        }
    }
    return {};
}

// Which entry of the ids each token reads, counted in C order.
inline status number_entries(positions where, const axis_names& names, const std::int64_t* extent, int rank,
                             std::vector<std::int64_t>& entry, std::int64_t& entries) {
    std::int64_t step = 1;
    for (int k = where.rank; k-- > 0;) {
        where.stride[k] = step;
        step *= where.extent[k];
    }
    token_axes t;
    if (status s = match_positions(where, names, extent, t); !s.ok()) {
        return s;
    }
    const bool listed = where.type != position_type::none;
    entries = !listed ? t.count : t.position_axes > 0 ? step / t.position_axes : 0;
    for_each_token(t, extent, rank, [&](std::int64_t number, std::int64_t id, std::int64_t) {
        entry.push_back(listed ? id : number);
    });
    return {};
}

template <class G, class Y, class T>
status prepare_gradient(gradient_plan<std::remove_const_t<G>, std::remove_const_t<Y>>& plan,
                        const table<T>& table, const tensor_view<G>& g, const tensor_view<Y>& y,
                        std::string_view axes, const positions& where, const rotate_options& options) {
    const frequency_set& f = table.frequencies;
    const pairing paired = options.out_pairing.value_or(f.pairing);
    axis_names names;
    token_axes tokens;
    status s = check_frequencies(f);
    const auto then = [&s](auto&& check) {
        if (s.ok()) {
            s = check();
        }
    };
    then([&] { return parse_axes(axes, names); });
    then([&] { return check_tensor("the gradient", g, axes, names, f); });
    then([&] { return check_tensor("the rotated tensor", y, axes, names, f); });
    then([&] { return check_complex("the gradient", g, paired, f); });
    then([&] { return check_complex("the rotated tensor", y, paired, f); });
    const int d = s.ok() ? find_axis(names, "d") : 0;
    for (int k = 0; k < g.rank && s.ok(); ++k) {
        if (k != d && g.extent[k] != y.extent[k]) {
            s = {"the gradient has the shape " + shape_text(g.extent, g.rank) + " and the rotated tensor " +
                 shape_text(y.extent, y.rank) + "; they differ along " + quoted(names.name[k])};
        }
    }
    then([&] { return match_positions(where, names, y.extent, tokens); });
    then([&] { return check_position_axes(f, tokens); });
    token_positions all;
    const row_source source = row_source_of<rope::table<T>>::of(table);
    then([&] { return gather_any(where, tokens, y.extent, y.rank, all); });
    then([&] { return check_inside(source, all, tokens.count); });
    if (!s.ok()) {
        return s;
    }
    plan = {};
    plan.frequencies = &f;
    plan.table_rows = table.rows;
    plan.g = place_rows(g, d, f, paired);
    plan.y = place_rows(y, d, f, paired);
    plan.token_count = tokens.count;
    for (int k = 0; k < y.rank; ++k) {
        if (k != d) {
            const plan_loop loop = {y.extent[k], g.stride[k] * (g.complex_pairs ? 2 : 1),
                                    y.stride[k] * (y.complex_pairs ? 2 : 1), 0};
            (tokens.depends[k] ? plan.tokens : plan.heads).push_back(loop);
            plan.head_count *= tokens.depends[k] ? 1 : y.extent[k];
        }
    }
    plan.angle_sign = options.direction == direction::forward ? 1 : -1;
    plan.amplitude_sign = options.direction == direction::inverse ? -1 : 1;
    plan.position_axes = tokens.position_axes;
    if (s = number_entries(where, names, y.extent, y.rank, plan.entry, plan.entries); !s.ok()) {
        return s;
    }
    if (all.real.empty() && tokens.position_axes == 1) {
        plan.rows = all.whole;
        for (std::int64_t& row : plan.rows) {
            row -= table.first;
        }
    }
    if (table.listed_axes != 0 && tokens.count != 0) {
        if (plan.rows.empty()) {
            return {"the table's rows stand for listed positions; name them by whole row numbers, one for "
                    "each token"};
        }
        all = listed_positions(source, all.whole);
        plan.position_axes = table.listed_axes;
        plan.entry = plan.rows;
        plan.entries = table.rows;
    }
    plan.positions.assign(all.real.begin(), all.real.end());
    for (const std::int64_t position : all.whole) {
        plan.positions.push_back(static_cast<double>(position));
    }
    return {};
}

} // namespace detail

// Settles the derivatives of a loss with respect to the parameters of y = rotate(x, table, axes, where,
// options), without taking them. g: dL/dy, y: the rotated tensor (which may have been rotated in place), of
// one shape and any strides and types; axes, positions and options as they were. Throws rope::error when they
// do not fit.
template <class G, class Y, class T>
auto plan_gradient(const table<T>& table, const G& g, const Y& y, std::string_view axes,
                   const positions& where = {}, const rotate_options& options = {}) {
    const auto gv = as_view(g);
    const auto yv = as_view(y);
    gradient_plan<std::remove_const_t<std::remove_pointer_t<decltype(gv.data)>>,
                  std::remove_const_t<std::remove_pointer_t<decltype(yv.data)>>>
        plan;
    detail::require(detail::prepare_gradient(plan, table, gv, yv, axes, where, options));
    return plan;
}

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
// of the tokens, then of the pairs. Where the table is foreign (inv_freq is empty) positions and inv_freq
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

// All of it in one call.
template <class G, class Y, class T>
rotation_gradient gradient(const G& g, const Y& y, const table<T>& table, std::string_view axes,
                           const positions& where = {}, const rotate_options& options = {}) {
    const auto plan = plan_gradient(table, g, y, axes, where, options);
    rotation_gradient result = make_gradient(plan);
    run(plan, as_view(g).data, as_view(y).data, result);
    finish(plan, result);
    return result;
}

// With respect to the angles of the table's rows, [row][pair]: each row's sum over the tokens that read it,
// in their order. For tables whose angles are learned. Throws where a position was no whole row.
template <class G, class Y>
std::vector<double> row_gradient(const gradient_plan<G, Y>& plan, const rotation_gradient& g) {
    if (static_cast<std::int64_t>(plan.rows.size()) != g.tokens) {
        detail::fail("the gradient of a table's rows needs one whole position for each token");
    }
    std::vector<double> rows(static_cast<std::size_t>(plan.table_rows * g.pairs));
    for (std::int64_t t = 0; t < g.tokens; ++t) {
        const std::int64_t row = plan.rows[static_cast<std::size_t>(t)];
        for (std::int64_t i = 0; i < g.pairs; ++i) {
            rows[static_cast<std::size_t>(row * g.pairs + i)] +=
                g.angle[static_cast<std::size_t>(t * g.pairs + i)];
        }
    }
    return rows;
}

} // namespace ROPE_ABI
} // namespace rope
