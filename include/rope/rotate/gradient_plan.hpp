// The plan of a gradient: what a loss says about the parameters of a rotation, its checks and choices. gradient.hpp computes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/rotate_job.hpp>
#include <rope/rotate/bind_rows.hpp>
#include <rope/rotate/options.hpp>
#include <rope/rotate/plan.hpp>
#include <rope/rotate/shape.hpp>
#include <rope/tensor/token_positions.hpp>

#include <cstdint>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A loop over tokens or heads: extent, and a step in elements of the gradient and of the rotated tensor.
struct gradient_loop {
    std::int64_t extent, g, y;
};

// A plan without its element types.
struct gradient_data {
    const frequency_set* frequencies = nullptr;
    kernels::row_layout g = {}, y = {};
    std::vector<gradient_loop> tokens = {}, heads = {}; // in index order
    std::int64_t token_count = 1, head_count = 1;
    double angle_sign = 1, amplitude_sign = 1;
    std::int64_t position_axes = 1;
    std::vector<double> positions = {};   // [position axis][token]
    std::vector<std::int64_t> entry = {}; // of the positions, one per token
    std::int64_t entries = 0;
    std::vector<std::int64_t> rows = {}; // of the table, one per token; empty when a position is no integer
    std::int64_t table_rows = 0;
};

ROPE_API bool make_gradient_plan(gradient_data& plan, const row_source& table, const untyped_view& g,
                                 const untyped_view& y, const axis_names& axes, const positions& where,
                                 const rotate_options& options, status& why);

} // namespace detail

// G, Y: the element types of dL/dy and y. Refers to the frequencies of the table that it was made with.
template <class G, class Y>
struct gradient_plan : detail::gradient_data {};

// The plan of the derivatives of a loss with respect to the parameters of y = rotate(x, table, axes, where, options); nothing is
// computed. g: dL/dy, y: the rotated tensor (which may have been rotated in place), of one shape and any strides and types; axes,
// positions and options as they were. Lifetime: refers to the table, which must outlive the plan; a temporary table does not
// compile. Throws rope::error when they do not fit; try_plan_gradient returns the reason instead. Allocates.
template <class Table, class G, class Y>
auto try_plan_gradient(Table&& table, const G& g, const Y& y, const axis_names& axes,
                       const positions& where = {}, const rotate_options& options = {}) {
    static_assert(detail::check_rows_live<Table&&>());
    const auto gv = as_view(g);
    const auto yv = as_view(y);
    result<gradient_plan<std::remove_const_t<detail::element_of_view<decltype(gv)>>,
                         std::remove_const_t<detail::element_of_view<decltype(yv)>>>>
        made;
    detail::make_gradient_plan(made.value,
                               row_source_of<std::remove_cv_t<std::remove_reference_t<Table>>>::of(table), gv,
                               yv, axes, where, options, made.why);
    return made;
}
template <class Table, class G, class Y>
auto plan_gradient(Table&& table, const G& g, const Y& y, const axis_names& axes, const positions& where = {},
                   const rotate_options& options = {}) {
    auto made = try_plan_gradient(std::forward<Table>(table), g, y, axes, where, options);
    detail::require(made.why);
    return std::move(made.value);
}

#if ROPE_DEFINITIONS
namespace detail {

// Which entry of the ids each token reads, counted in C order.
inline bool number_entries(positions where, const axis_names& names, const untyped_view& v,
                           std::int64_t model_axes, bool row_numbers, gradient_data& plan, status& why) {
    std::int64_t step = 1;
    for (int k = where.rank; k-- > 0;) {
        where.stride[k] = step;
        step *= where.extent[k];
    }
    token_axes t;
    if (!match_positions(where, names, v.extent, model_axes, row_numbers, t, why)) {
        return false;
    }
    const bool listed = where.type != position_type::none;
    plan.entries = !listed ? t.count : t.position_axes > 0 ? step / t.position_axes : 0;
    for_each_token(t, v.extent, v.rank, [&](std::int64_t number, std::int64_t id, std::int64_t) {
        plan.entry.push_back(listed ? id : number);
    });
    return true;
}

ROPE_API bool make_gradient_plan(gradient_data& plan, const row_source& table, const untyped_view& g,
                                 const untyped_view& y, const axis_names& axes, const positions& where,
                                 const rotate_options& options, status& why) {
    const frequency_set& f = *table.frequencies;
    const pairing paired = options.out_pairing.value_or(f.pairing);
    token_axes tokens;
    token_positions at;
    bool nested = false;
    if (!check_shapes(f, axes, g, {"the gradient", paired}, &y, {"the rotated tensor", paired}, nested,
                      why) ||
        !check_rows_exist(table, why) ||
        !match_positions(where, axes, y.extent, f.axes, table.listed_axes != 0, tokens, why) ||
        !check_axis_of_pair(f, why) || !gather_positions(where, tokens, y.extent, y.rank, at, why) ||
        !check_inside(table, at, tokens.count, why)) {
        return false;
    }
    gradient_data made;
    made.frequencies = &f;
    made.table_rows = table.rows;
    const int d = axes.embedding();
    place_row(made.g, g.stride[d], g.complex_pairs, f, paired);
    place_row(made.y, y.stride[d], y.complex_pairs, f, paired);
    made.token_count = tokens.count;
    for (int k = 0; k < y.rank; ++k) {
        if (k != d) {
            (tokens.depends[k] ? made.tokens : made.heads)
                .push_back({y.extent[k], g.stride[k] * g.reals(), y.stride[k] * y.reals()});
            made.head_count *= tokens.depends[k] ? 1 : y.extent[k];
        }
    }
    made.angle_sign = options.direction == direction::forward ? 1 : -1;
    made.amplitude_sign = options.direction == direction::inverse ? -1 : 1;
    made.position_axes = tokens.position_axes;
    if (!number_entries(where, axes, y, f.axes, table.listed_axes != 0, made, why)) {
        return false;
    }
    const bool by_row = at.integers != nullptr && tokens.position_axes == 1;
    for (std::int64_t k = 0; by_row && k < at.count; ++k) {
        made.rows.push_back(at.integers[k] - table.first);
    }
    if (table.listed_axes != 0 && tokens.count != 0) {
        if (!by_row) {
            return refuse(why, errc::positions,
                          {"the table's rows are of listed positions; name them by whole row numbers, one "
                           "for each token"});
        }
        const numbered_positions all = listed_positions(table, at.integers, at.count);
        made.positions = all.reals;
        made.positions.insert(made.positions.end(), all.integers.begin(), all.integers.end());
        made.position_axes = table.listed_axes;
        made.entry = made.rows;
        made.entries = table.rows;
    } else {
        for (std::int64_t k = 0; k < at.count; ++k) {
            made.positions.push_back(at.integers != nullptr ? static_cast<double>(at.integers[k])
                                                            : at.reals[k]);
        }
    }
    plan = std::move(made);
    return true;
}

} // namespace detail
#endif

} // namespace ROPE_ABI
} // namespace rope
