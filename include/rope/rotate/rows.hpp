// From positions to rows: which row of a table each token reads; or rows of the plan's own where a table has none
// (fractional positions, several position axes, another compute type, a reciprocal amplitude); or, where there is no
// table, a supplier that makes them while the plan runs.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/float_numerics.hpp>
#include <rope/numbers/half.hpp>
#include <rope/rotate/check.hpp>
#include <rope/rotate/plan_data.hpp>
#include <rope/rotate/supply.hpp>
#include <rope/table/cos_sin_table.hpp>
#include <rope/table/row_source.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/positions.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// For each axis of the tensor: does the position depend on it, and what does a step along it add to the
// token's number (C order over the axes that it depends on) and to the place in the ids?
struct token_axes {
    bool depends[max_rank] = {};
    std::int64_t number_step[max_rank] = {};
    std::int64_t id_step[max_rank] = {};
    std::int64_t count = 1;         // tokens
    int counted = -1;               // the axis whose index is added to the position
    std::int64_t position_axes = 1; // entries of the ids' first axis, when it is named `axis`
    std::int64_t position_axis_step = 0;
    bool has_position_axis = false;
};

inline status match_positions(const positions& p, const axis_names& names, const std::int64_t* extent,
                              token_axes& t) {
    axis_names of;
    const std::string_view text = position_axes(p);
    if (status s = parse_axes(text, of); !s.ok()) {
        return s;
    }
    if (of.count != p.rank) {
        return {"positions have the shape " + shape_text(p.extent, p.rank) + " and the axes " + quoted(text) +
                "; one name is needed for each axis"};
    }
    for (int k = 0; k < of.count; ++k) {
        if (of.name[k] == "d") {
            return {"positions must not have the embedding axis \"d\"; found the axes " + quoted(text)};
        }
        if (k == 0 && of.name[k] == "axis") {
            t.has_position_axis = true;
            t.position_axes = p.extent[k];
            t.position_axis_step = p.stride[k];
            continue;
        }
        const int axis = find_axis(names, of.name[k]);
        if (axis < 0) {
            return {"positions have the axis " + quoted(of.name[k]) + ", which the tensor does not have"};
        }
        if (p.extent[k] != extent[axis] && p.extent[k] != 1) {
            return {"positions have extent " + std::to_string(p.extent[k]) + " along " + quoted(of.name[k]) +
                    ", where the tensor has " + std::to_string(extent[axis])};
        }
        if (p.extent[k] == extent[axis]) {
            t.depends[axis] = true;
            t.id_step[axis] = p.stride[k];
        }
    }
    if (p.counting) {
        t.counted = find_axis(names, "s");
        if (t.counted < 0) {
            return {"positions count along the axis \"s\", which the tensor does not have; name it, or give "
                    "ids or "
                    "rope::at(position)"};
        }
        t.depends[t.counted] = true;
    }
    for (int k = names.count; k-- > 0;) {
        if (t.depends[k]) {
            t.number_step[k] = t.count;
            t.count = saturating_multiply(t.count, extent[k]);
        }
    }
    return {};
}

// Calls f(token number, ids index, index along the counted axis) for every token, in C order.
template <class F>
void for_each_token(const token_axes& t, const std::int64_t* extent, int rank, F&& f) {
    if (t.count == 0) {
        return;
    }
    std::int64_t index[max_rank] = {}, id = 0;
    for (std::int64_t number = 0; number < t.count; ++number) {
        f(number, id, t.counted < 0 ? 0 : index[t.counted]);
        for (int k = rank; k-- > 0;) {
            if (!t.depends[k]) {
                continue;
            }
            id += t.id_step[k];
            if (++index[k] < extent[k]) {
                break;
            }
            id -= t.id_step[k] * extent[k];
            index[k] = 0;
        }
    }
}

// The positions of all tokens, [position axis][token], as integers when all of them are.
struct token_positions {
    std::vector<std::int64_t> whole;
    std::vector<double> real; // filled when some position is no integer; then `whole` is empty
};

inline status past_positions(std::int64_t token) {
    return {"the position of token " + std::to_string(token) + " is not below 2^63 in magnitude"};
}

template <class Id>
status gather_positions(const positions& p, const token_axes& t, const std::int64_t* extent, int rank,
                        token_positions& out) {
    status problem;
    const auto* ids = static_cast<const Id*>(p.ids);
    bool whole = true;
    if constexpr (std::is_same_v<Id, double>) {
        out.real.resize(static_cast<std::size_t>(t.count * t.position_axes));
    } else {
        out.whole.resize(static_cast<std::size_t>(t.count * t.position_axes));
    }
    for (std::int64_t a = 0; a < t.position_axes; ++a) {
        for_each_token(t, extent, rank, [&](std::int64_t number, std::int64_t id, std::int64_t counted) {
            const auto at = static_cast<std::size_t>(a * t.count + number);
            const Id value = ids[a * t.position_axis_step + id];
            if constexpr (std::is_same_v<Id, double>) {
                const double position = value + static_cast<double>(counted);
                if (!is_finite(position) || position <= -0x1p63 || position >= 0x1p63) {
                    if (problem.ok()) {
                        problem.message = "the position of token " + std::to_string(number) + " is " +
                                          std::to_string(position) + "; it must be finite and below 2^63";
                    }
                    return;
                }
                out.real[at] = position;
                whole = whole && position == static_cast<double>(static_cast<std::int64_t>(position));
            } else {
                const std::int64_t position = saturating_add(static_cast<std::int64_t>(value), counted);
                out.whole[at] = position;
                if (position == std::numeric_limits<std::int64_t>::min() || position - counted != value) {
                    if (problem.ok()) {
                        problem = past_positions(number);
                    }
                }
            }
        });
    }
    if constexpr (std::is_same_v<Id, double>) {
        if (whole && problem.ok()) {
            out.whole.reserve(out.real.size());
            for (const double position : out.real) {
                out.whole.push_back(static_cast<std::int64_t>(position));
            }
            out.real.clear();
        }
    }
    return problem;
}

// The positions of all tokens, whatever says them.
inline status gather_any(const positions& p, const token_axes& t, const std::int64_t* extent, int rank,
                         token_positions& out) {
    switch (p.type) {
    case position_type::none:
        for (std::int64_t k = 0; k < t.count; ++k) {
            out.whole.push_back(p.offset + k);
        }
        break;
    case position_type::i32:
        return gather_positions<std::int32_t>(p, t, extent, rank, out);
    case position_type::i64:
        return gather_positions<std::int64_t>(p, t, extent, rank, out);
    case position_type::f64:
        return gather_positions<double>(p, t, extent, rank, out);
    }
    return {};
}

// The first position that no row stands for, as a sentence.
inline status outside(const row_source& rows, const std::string& position, std::int64_t token) {
    return {"the position of token " + std::to_string(token) + " is " + position + "; the table has " +
            (rows.rows == 0 ? std::string("no rows")
                            : "the positions " + std::to_string(rows.first) + " to " +
                                  std::to_string(rows.first + (rows.rows - 1)))};
}

inline status check_inside(const row_source& rows, const token_positions& p, std::int64_t tokens) {
    if (rows.kind == row_kind::frequencies) {
        return {};
    }
    const auto count = static_cast<std::uint64_t>(rows.rows);
    const auto first = static_cast<std::uint64_t>(rows.first);
    for (std::size_t k = 0; k < p.whole.size(); ++k) {
        if (p.whole[k] < rows.first || static_cast<std::uint64_t>(p.whole[k]) - first >= count) {
            return outside(rows, std::to_string(p.whole[k]), static_cast<std::int64_t>(k) % tokens);
        }
    }
    for (std::size_t k = 0; k < p.real.size(); ++k) {
        if (count == 0 || p.real[k] < static_cast<double>(rows.first) ||
            p.real[k] > static_cast<double>(rows.first + (rows.rows - 1))) {
            return outside(rows, std::to_string(p.real[k]), static_cast<std::int64_t>(k) % tokens);
        }
    }
    return {};
}

// The positions that rows of a listed table stand for, [listed axis][token].
inline token_positions listed_positions(const row_source& source, const std::vector<std::int64_t>& rows) {
    token_positions all;
    for (std::int64_t a = 0; a < source.listed_axes; ++a) {
        for (const std::int64_t row : rows) {
            if (source.integers == nullptr) {
                all.real.push_back(source.reals[a * source.rows + row]);
            } else {
                all.whole.push_back(source.integers[a * source.rows + row]);
            }
        }
    }
    return all;
}

// Whether all of the positions offset, offset + 1, ... that a plan without ids reads have rows.
inline bool run_is_inside(const row_source& source, std::int64_t offset, std::int64_t count) {
    if (source.kind == row_kind::frequencies) {
        constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
        return offset >= -most && (offset <= 0 || count - 1 <= most - offset);
    }
    const auto before = static_cast<std::uint64_t>(offset) - static_cast<std::uint64_t>(source.first);
    const auto rows = static_cast<std::uint64_t>(source.rows);
    return offset >= source.first && before < rows && static_cast<std::uint64_t>(count) <= rows - before;
}

// The first of them that has none, as a sentence.
inline status run_outside(const row_source& source, std::int64_t offset) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const bool bounded = source.kind != row_kind::frequencies;
    if (bounded && !run_is_inside(source, offset, 1)) {
        return outside(source, std::to_string(offset), 0);
    }
    if (bounded && source.first <= most - source.rows) {
        const std::int64_t past = source.first + source.rows;
        return outside(source, std::to_string(past), past - offset);
    }
    return past_positions(offset < -most ? 0 : most - offset + 1);
}

// Rows that stand: those of a table, from row `first` on, or the listed ones.
template <class In, class Out>
void point_to_rows(rotation_plan<In, Out>& plan, const row_source& source, std::int64_t first,
                   std::int64_t last, std::vector<std::int64_t>&& listed) {
    std::int64_t begin = 0;
    const void *cos = source.cos, *sin = source.sin;
    if (source.segments != nullptr) {
        const segment_place at = segment_of(*source.segments, first);
        if (last >= at.end) {
            supply_segments(plan, source, first, std::move(listed));
            return;
        }
        begin = at.begin;
        cos = source.segments->parts[at.part].cos;
        sin = source.segments->parts[at.part].sin;
    }
    plan.job.cos = cos;
    plan.job.sin = sin;
    plan.job.first_row = first - begin;
    plan.rows = std::move(listed);
    for (std::int64_t& row : plan.rows) {
        row -= begin;
    }
}

// Rows of a foreign table in the compute type: there is nothing to make them from but themselves.
template <class T, class Compute>
void convert_rows(const row_source& source, const std::vector<std::int64_t>& rows, std::size_t pairs,
                  std::vector<Compute>& cos, std::vector<Compute>& sin) {
    const auto convert = [](const void* from, std::int64_t at) {
        const auto wide_enough = widen(static_cast<const T*>(from)[at]);
        return static_cast<Compute>(wide_enough);
    };
    for (const std::int64_t row : rows) {
        for (std::size_t i = 0; i < pairs; ++i) {
            const std::int64_t at = row * source.row_stride + static_cast<std::int64_t>(i);
            cos.push_back(convert(source.cos, at));
            sin.push_back(convert(source.sin, at));
        }
    }
}

template <class In, class Out>
status settle_foreign_rows(rotation_plan<In, Out>& plan, const row_source& source, const token_positions& all,
                           bool one_axis, bool reciprocal) {
    if (reciprocal || !all.real.empty() || !one_axis) {
        return {std::string("the table's entries are not those of its frequencies, so that rows ") +
                (reciprocal ? "with the reciprocal attention factor"
                            : "at positions that are no integers, or differ between axes,") +
                " cannot be made; expected what the table holds"};
    }
    std::vector<std::int64_t> rows = all.whole;
    for (std::int64_t& row : rows) {
        row -= source.first;
    }
    const std::size_t pairs = source.frequencies->step.size();
    switch (source.type) {
    case dtype::f32:
        convert_rows<float>(source, rows, pairs, plan.cos, plan.sin);
        break;
    case dtype::f64:
        convert_rows<double>(source, rows, pairs, plan.cos, plan.sin);
        break;
    case dtype::f16:
        convert_rows<half>(source, rows, pairs, plan.cos, plan.sin);
        break;
    case dtype::bf16:
        convert_rows<bfloat16>(source, rows, pairs, plan.cos, plan.sin);
        break;
    }
    return {};
}

// Settles the rows of a plan: the first row of a run, a list of rows, cos and sin of its own, or a supplier. What a table
// lacks is made with the plan, once. Where there is no table, as many rows as run's buffer takes are made with the plan
// as well: run would make them again in every layer.
template <class In, class Out>
status settle_rows(rotation_plan<In, Out>& plan, const row_source& source, const positions& p,
                   const token_axes& t, const std::int64_t* extent, int rank, bool reciprocal, isa which) {
    using compute = compute_type<Out>;
    const frequency_set& f = *source.frequencies;
    if (t.has_position_axis && t.position_axes != f.axes && t.position_axes != 1) {
        return {"positions have " + std::to_string(t.position_axes) +
                " entries along \"axis\"; the frequencies have " + std::to_string(f.axes) + " position axes"};
    }
    if (t.count == 0) {
        return {};
    }
    const bool stored = source.kind == row_kind::stored;
    const bool readable = stored && !reciprocal && source.type == dtype_of<compute>::value;
    if (p.type == position_type::none) { // a run of rows, or one
        if (!run_is_inside(source, p.offset, t.count)) {
            return run_outside(source, p.offset);
        }
        if (readable) {
            const std::int64_t first = p.offset - source.first;
            point_to_rows(plan, source, first, first + t.count - 1, {});
            return {};
        }
    }
    const auto pairs = static_cast<std::int64_t>(f.step.size());
    const std::int64_t buffered = pairs > 0 ? buffered_entries / buffered_stride<compute>(pairs) : 0;
    const bool by_supplier = !stored && buffered > 0 && t.count > buffered;
    supply_positions needed;
    needed.first = p.offset;
    needed.axis_stride = t.position_axes == 1 ? 0 : t.count;
    if (p.type == position_type::none && by_supplier) {
        if (status s = check_axis_of_pair(f); !s.ok()) {
            return s;
        }
        supply_made(plan, source, std::move(needed), which, reciprocal);
        return {};
    }
    token_positions all;
    status problem = gather_any(p, t, extent, rank, all);
    if (problem.ok()) {
        problem = check_inside(source, all, t.count);
    }
    if (!problem.ok()) {
        return problem;
    }
    if (readable && all.real.empty() && t.position_axes == 1) {
        std::int64_t least = 0, most = 0;
        for (std::int64_t& row : all.whole) {
            row -= source.first;
        }
        if (source.segments != nullptr) {
            least = *std::min_element(all.whole.begin(), all.whole.end());
            most = *std::max_element(all.whole.begin(), all.whole.end());
        }
        point_to_rows(plan, source, least, most, std::move(all.whole));
        return {};
    }
    if (source.foreign) {
        return settle_foreign_rows(plan, source, all, t.position_axes == 1, reciprocal);
    }
    if (status s = check_axis_of_pair(f); !s.ok()) {
        return s;
    }
    if (source.listed_axes != 0) {
        if (!all.real.empty() || t.position_axes != 1) {
            return {"the table's rows stand for listed positions; name them by whole row numbers, one for "
                    "each token"};
        }
        all = listed_positions(source, all.whole);
        needed.axis_stride = source.listed_axes == 1 ? 0 : t.count;
    }
    needed.whole = std::move(all.whole);
    needed.real = std::move(all.real);
    if (by_supplier) {
        supply_made(plan, source, std::move(needed), which, reciprocal);
        return {};
    }
    const auto entries = static_cast<std::size_t>(t.count) * f.step.size();
    plan.cos.resize(entries);
    plan.sin.resize(entries);
    const row_positions positions = needed.of(0, 1, t.count);
    if constexpr (std::is_same_v<compute, float>) {
        if (source.kind == row_kind::two_levels && !reciprocal && t.position_axes == 1 &&
            positions.reals == nullptr) {
            const entry_amplitude<float> amplitude(f, false);
            row_entries<float> rows = {f, positions, plan.cos.data(), plan.sin.data(), pairs, amplitude};
            fill_by_factors(rows, table_kernels_for<float>(which), source.factors);
            return {};
        }
    }
    fill_rows_by(source.numerics, which, f, positions, plan.cos.data(), plan.sin.data(), pairs, reciprocal);
    return {};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
