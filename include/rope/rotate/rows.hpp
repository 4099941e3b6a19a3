// From positions to rows of a table: which row each token reads, or rows of the plan's own where the table
// has none (fractional positions, several position axes, another compute type, a reciprocal amplitude).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/wide.hpp>
#include <rope/rotate/check.hpp>
#include <rope/rotate/plan_data.hpp>
#include <rope/table/cos_sin_table.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/positions.hpp>

#include <string>
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
                out.whole[at] = saturating_add(static_cast<std::int64_t>(value), counted);
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

// The first position that no row stands for, as a sentence.
template <class T>
status outside(const table<T>& table, const std::string& position, std::int64_t token) {
    return {"the position of token " + std::to_string(token) + " is " + position + "; the table has " +
            (table.rows == 0 ? std::string("no rows")
                             : "the positions " + std::to_string(table.first) + " to " +
                                   std::to_string(table.first + table.rows - 1))};
}

template <class T>
status check_inside(const table<T>& table, const token_positions& p, std::int64_t tokens) {
    const std::int64_t last = table.first + table.rows - 1;
    for (std::size_t k = 0; k < p.whole.size(); ++k) {
        if (p.whole[k] < table.first || p.whole[k] > last) {
            return outside(table, std::to_string(p.whole[k]), static_cast<std::int64_t>(k) % tokens);
        }
    }
    for (std::size_t k = 0; k < p.real.size(); ++k) {
        if (p.real[k] < static_cast<double>(table.first) || p.real[k] > static_cast<double>(last)) {
            return outside(table, std::to_string(p.real[k]), static_cast<std::int64_t>(k) % tokens);
        }
    }
    return {};
}

// The positions that rows of a listed table stand for, [listed axis][token].
template <class T>
token_positions listed_positions(const table<T>& table, const std::vector<std::int64_t>& rows) {
    token_positions all;
    for (std::int64_t a = 0; a < table.listed_axes; ++a) {
        for (const std::int64_t row : rows) {
            const auto at = static_cast<std::size_t>(a * table.rows + row);
            if (table.integers.empty()) {
                all.real.push_back(table.reals[at]);
            } else {
                all.whole.push_back(table.integers[at]);
            }
        }
    }
    return all;
}

// Settles the rows of a plan: the first row of a run, a list of rows, or cos and sin of its own.
template <class In, class Out, class T>
status settle_rows(rotation_plan<In, Out>& plan, const table<T>& table, const positions& p,
                   const token_axes& t, const std::int64_t* extent, int rank, bool reciprocal) {
    using compute = compute_type<Out>;
    const frequency_set& f = table.frequencies;
    if (t.has_position_axis && t.position_axes != f.axes && t.position_axes != 1) {
        return {"positions have " + std::to_string(t.position_axes) +
                " entries along \"axis\"; the frequencies have " + std::to_string(f.axes) + " position axes"};
    }
    if (t.count == 0) {
        return {};
    }
    const bool own = reciprocal || !std::is_same_v<T, compute>;
    if (p.type == position_type::none) { // a run of rows, or one
        const std::int64_t last = saturating_add(p.offset, t.counted < 0 ? 0 : extent[t.counted] - 1);
        if (p.offset < table.first || last > table.first + table.rows - 1) {
            const std::int64_t first_out =
                p.offset < table.first ? p.offset : (std::max)(p.offset, table.first + table.rows);
            return outside(table, std::to_string(first_out), first_out - p.offset);
        }
        plan.job.first_row = p.offset - table.first;
        if (!own) {
            return {};
        }
    }
    token_positions all;
    status problem;
    switch (p.type) {
    case position_type::none:
        for (std::int64_t k = 0; k < t.count; ++k) {
            all.whole.push_back(p.offset + k);
        }
        break;
    case position_type::i32:
        problem = gather_positions<std::int32_t>(p, t, extent, rank, all);
        break;
    case position_type::i64:
        problem = gather_positions<std::int64_t>(p, t, extent, rank, all);
        break;
    case position_type::f64:
        problem = gather_positions<double>(p, t, extent, rank, all);
        break;
    }
    if (problem.ok()) {
        problem = check_inside(table, all, t.count);
    }
    if (!problem.ok()) {
        return problem;
    }
    if (!own && all.real.empty() && t.position_axes == 1) {
        plan.rows = std::move(all.whole);
        for (std::int64_t& row : plan.rows) {
            row -= table.first;
        }
        return {};
    }
    if (table.listed_axes != 0) {
        if (!all.real.empty() || t.position_axes != 1) {
            return {"the table's rows stand for listed positions; name them by whole row numbers, one for "
                    "each token"};
        }
        all = listed_positions(table, all.whole);
    }
    if (status s = check_axis_of_pair(f); !s.ok()) {
        return s;
    }
    const auto entries = static_cast<std::size_t>(t.count) * f.step.size();
    plan.cos.resize(entries);
    plan.sin.resize(entries);
    plan.job.first_row = 0;
    row_positions exact;
    exact.run = {0, t.count};
    exact.integers = all.whole.empty() ? nullptr : all.whole.data();
    exact.reals = all.real.empty() ? nullptr : all.real.data();
    exact.axis_stride = (table.listed_axes != 0 ? table.listed_axes : t.position_axes) == 1 ? 0 : t.count;
    fill_rows(f, exact, plan.cos.data(), plan.sin.data(), static_cast<std::int64_t>(f.step.size()),
              reciprocal);
    return {};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
