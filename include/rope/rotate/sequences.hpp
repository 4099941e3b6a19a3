// Sequences of one batch that use tables (or frequencies, for rows on the fly) of their own: dynamic NTK and LongRoPE
// give a long sequence other frequencies than a short one, and a batch may hold both.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/rotate.hpp>

#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Element b of one axis, which stays, with extent 1.
template <class T>
tensor_view<T> sequence_of(tensor_view<T> v, int axis, std::int64_t b) {
    if (v.data != nullptr) {
        v.data += b * v.stride[axis] * (v.complex_pairs ? 2 : 1);
    }
    v.extent[axis] = 1;
    return v;
}

// The positions of sequence b: the ids' axis of that name, where there is one, at b.
inline positions sequence_of(positions p, std::string_view axis, std::int64_t sequences, std::int64_t b) {
    axis_names names;
    if (!parse_axes(position_axes(p), names).ok() || names.count != p.rank) {
        return p; // the plan says what is wrong
    }
    const int k = find_axis(names, axis);
    if (k >= 0 && p.extent[k] == sequences) {
        const std::int64_t size = p.type == position_type::i32 ? 4 : 8;
        p.ids = static_cast<const char*>(p.ids) + b * p.stride[k] * size;
        p.extent[k] = 1;
    }
    return p;
}

} // namespace detail

// Rotates x into y as rotate does, sequence b (of the axis "b") by tables[table_of_sequence[b]]; x and y may be one tensor.
// Everything is checked before anything is written. Throws rope::error as plan does, naming the sequence; and where the
// axes have no "b", the list is not as long as that axis, or it names a table that is not there.
template <class X, class Y, class Rows, class = detail::if_rows<Rows>>
void rotate_sequences(const X& x, Y&& y, const std::vector<Rows>& tables,
                      const std::vector<std::int64_t>& table_of_sequence, std::string_view axes,
                      const positions& where = {}, const rotate_options& options = {}) {
    const auto in = as_view(x);
    const auto out = as_view(y);
    axis_names names;
    detail::require(detail::parse_axes(axes, names));
    const int axis = detail::find_axis(names, "b");
    const auto sequences = static_cast<std::int64_t>(table_of_sequence.size());
    if (axis < 0 || names.count != in.rank || names.count != out.rank || in.extent[axis] != sequences ||
        out.extent[axis] != sequences) {
        detail::fail("table_of_sequence has " + std::to_string(sequences) + " entries for axes " +
                     detail::quoted(axes) + " and the shapes " + detail::shape_text(in.extent, in.rank) +
                     " and " + detail::shape_text(out.extent, out.rank) +
                     "; expected one for each sequence of an axis \"b\"");
    }
    using plan_type = rotation_plan<std::remove_const_t<std::remove_pointer_t<decltype(in.data)>>,
                                    std::remove_pointer_t<decltype(out.data)>>;
    detail::require(detail::check_memory(in, out, names)); // of all sequences together
    std::vector<plan_type> plans;
    for (std::int64_t b = 0; b < sequences; ++b) {
        const std::int64_t which = table_of_sequence[static_cast<std::size_t>(b)];
        if (which < 0 || which >= static_cast<std::int64_t>(tables.size())) {
            detail::fail("sequence " + std::to_string(b) + " names table " + std::to_string(which) +
                         "; there are " + std::to_string(tables.size()));
        }
        plan_type plan;
        const status s =
            detail::prepare(plan, row_source_of<Rows>::of(tables[static_cast<std::size_t>(which)]),
                            detail::sequence_of(in, axis, b), detail::sequence_of(out, axis, b), axes,
                            detail::sequence_of(where, "b", sequences, b), options);
        if (!s.ok()) {
            detail::fail("sequence " + std::to_string(b) + ": " + s.message);
        }
        plan.kernel = detail::rotate_kernel_for<std::remove_const_t<std::remove_pointer_t<decltype(in.data)>>,
                                                std::remove_pointer_t<decltype(out.data)>>(plan.isa);
        plans.push_back(std::move(plan));
    }
    for (std::int64_t b = 0; b < sequences; ++b) {
        const auto from = detail::sequence_of(in, axis, b);
        const auto to = detail::sequence_of(out, axis, b);
        run(plans[static_cast<std::size_t>(b)], from, to);
    }
}

// In place.
template <class X, class Rows, class = detail::if_rows<Rows>>
void rotate_sequences(X&& x, const std::vector<Rows>& tables,
                      const std::vector<std::int64_t>& table_of_sequence, std::string_view axes,
                      const positions& where = {}, const rotate_options& options = {}) {
    const auto v = as_view(x);
    rotate_sequences(v, v, tables, table_of_sequence, axes, where, options);
}

} // namespace ROPE_ABI
} // namespace rope
