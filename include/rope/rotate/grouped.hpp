// Rotations of one tensor by several tables, one for each index of an axis: sequences of a batch (dynamic NTK and LongRoPE give a
// long sequence other frequencies than a short one), or heads (learned embeddings).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/plan.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The tables of a grouped rotation, without their type.
struct table_group {
    const void* tables;
    std::int64_t count;
    row_source (*source)(const void* tables, std::int64_t index);
    const std::int64_t* table_of_index; // null: index * count / extent, for a multiple
    std::int64_t indices;
};

// Rotates each index of the axis `axis` of r.in by its table. r.rows is not read. Checks all before it writes any.
ROPE_API status rotate_grouped_now(const rotation& r, const table_group& tables, std::string_view axis);

template <class Rows>
row_source source_of_group(const void* tables, std::int64_t index) {
    return row_source_of<Rows>::of(
        (*static_cast<const std::vector<Rows>*>(tables))[static_cast<std::size_t>(index)]);
}

template <class X, class Y, class Rows>
status rotate_grouped(const X& in, const Y& out, const std::vector<Rows>& tables,
                      const std::int64_t* table_of_index, std::int64_t indices, std::string_view axis,
                      const axis_names& axes, const positions& where, const rotate_options& options) {
    using from = std::remove_const_t<element_of_view<X>>;
    using to = element_of_view<Y>;
    static_assert(check_types<from, to>());
    static_assert(check_rows_type<Rows>());
    const row_source none;
    return rotate_grouped_now(
        {none, in, out, axes, where, options, rotation_functions_of<from, to>()},
        {&tables, static_cast<std::int64_t>(tables.size()), &source_of_group<Rows>, table_of_index, indices},
        axis);
}

} // namespace detail

// Rotates x into y, or in place, as rotate() does; sequence b, along the axis "b", by tables[table_of_sequence[b]].
// Errors: everything is checked before anything is written. Throws rope::error as plan() does, naming the sequence; where the
// axes have no "b"; where table_of_sequence is not as long as that axis, or names a table that does not exist.
// try_rotate_sequences returns the reason instead. Allocates a plan for each sequence.
template <class X, class Y, class Rows>
status try_rotate_sequences(const X& x, Y&& y, const std::vector<Rows>& tables,
                            const std::vector<std::int64_t>& table_of_sequence, const axis_names& axes,
                            const positions& where = {}, const rotate_options& options = {}) {
    return detail::rotate_grouped(as_view(x), as_view(y), tables, table_of_sequence.data(),
                                  static_cast<std::int64_t>(table_of_sequence.size()), "b", axes, where,
                                  options);
}
template <class X, class Rows>
status try_rotate_sequences(X&& x, const std::vector<Rows>& tables,
                            const std::vector<std::int64_t>& table_of_sequence, const axis_names& axes,
                            const positions& where = {}, const rotate_options& options = {}) {
    const auto v = as_view(x);
    return try_rotate_sequences(v, v, tables, table_of_sequence, axes, where, options);
}
template <class X, class Y, class Rows>
void rotate_sequences(const X& x, Y&& y, const std::vector<Rows>& tables,
                      const std::vector<std::int64_t>& table_of_sequence, const axis_names& axes,
                      const positions& where = {}, const rotate_options& options = {}) {
    detail::require(try_rotate_sequences(x, y, tables, table_of_sequence, axes, where, options));
}
template <class X, class Rows>
void rotate_sequences(X&& x, const std::vector<Rows>& tables,
                      const std::vector<std::int64_t>& table_of_sequence, const axis_names& axes,
                      const positions& where = {}, const rotate_options& options = {}) {
    detail::require(try_rotate_sequences(x, tables, table_of_sequence, axes, where, options));
}

// Rotates x into y, or in place, as rotate() does; head k of H, along the axis "h", by tables[k * tables / H]. The heads must be
// a multiple of the tables (query heads share the table of their key-value head). Tables of frequencies of each head's own:
// table/per_head_tables.hpp.
// Errors: as rotate_sequences, naming the head.
template <class X, class Y, class Rows>
status try_rotate_per_head(const X& x, Y&& y, const std::vector<Rows>& tables, const axis_names& axes,
                           const positions& where = {}, const rotate_options& options = {}) {
    return detail::rotate_grouped(as_view(x), as_view(y), tables, nullptr, 0, "h", axes, where, options);
}
template <class X, class Rows>
status try_rotate_per_head(X&& x, const std::vector<Rows>& tables, const axis_names& axes,
                           const positions& where = {}, const rotate_options& options = {}) {
    const auto v = as_view(x);
    return try_rotate_per_head(v, v, tables, axes, where, options);
}
template <class X, class Y, class Rows>
void rotate_per_head(const X& x, Y&& y, const std::vector<Rows>& tables, const axis_names& axes,
                     const positions& where = {}, const rotate_options& options = {}) {
    detail::require(try_rotate_per_head(x, y, tables, axes, where, options));
}
template <class X, class Rows>
void rotate_per_head(X&& x, const std::vector<Rows>& tables, const axis_names& axes,
                     const positions& where = {}, const rotate_options& options = {}) {
    detail::require(try_rotate_per_head(x, tables, axes, where, options));
}

#if ROPE_DEFINITIONS
namespace detail {

// An untyped view with extents of its own: one index of an axis.
struct untyped_slice {
    untyped_view view;
    std::int64_t extent[max_rank];

    untyped_slice(const untyped_view& v, int axis, std::int64_t index) noexcept : view(v) {
        for (int k = 0; k < v.rank; ++k) {
            extent[k] = k == axis ? 1 : v.extent[k];
        }
        view.extent = extent;
        if (v.data != nullptr) {
            view.data = static_cast<const char*>(v.data) + index * v.stride[axis] * v.element_size();
        }
    }
    untyped_slice(const untyped_slice&) = delete; // `view` refers to `extent`
    untyped_slice& operator=(const untyped_slice&) = delete;
};

// The positions of one index: the ids' axis of that name, where there is one, at that index.
inline positions slice_positions(positions p, std::string_view axis, std::int64_t extent,
                                 std::int64_t index) noexcept {
    if (p.type == position_type::none || p.rank < 0 || p.text_size < 0) {
        return p;
    }
    const axis_names names(p.axes());
    const int k = names.ok() && names.count() == p.rank ? names.find(axis) : -1;
    if (k >= 0 && p.extent[k] == extent && p.ids != nullptr) {
        p.ids = static_cast<const char*>(p.ids) + index * p.stride[k] * size_of(p.type);
        p.extent[k] = 1;
    }
    return p;
}

ROPE_API status rotate_grouped_now(const rotation& r, const table_group& tables, std::string_view axis) {
    status why;
    const char* const what = axis == "b" ? "sequence " : "head ";
    const int k = r.axes.ok() ? r.axes.find(axis) : -1;
    if (r.axes.ok() && (k < 0 || r.in.rank != r.axes.count() || r.out.rank != r.axes.count())) {
        refuse(why, errc::axes,
               {"the axes ", quoted(r.axes.text()), " of a tensor of rank ", r.in.rank,
                ": expected one name each, with ", quoted(axis), " for the axis that has its own tables"});
        return why;
    }
    if (!r.axes.ok()) {
        return r.axes.why();
    }
    const std::int64_t extent = r.in.extent[k];
    if (r.out.extent[k] != extent || (tables.table_of_index != nullptr ? tables.indices != extent : false) ||
        (axis == "b" && tables.indices != extent)) {
        refuse(why, errc::shape,
               {"table_of_sequence has ", tables.indices, " entries for axes ", quoted(r.axes.text()),
                " and the shapes ", shape_text(r.in.extent, r.in.rank), " and ",
                shape_text(r.out.extent, r.out.rank), "; expected one for each sequence of the axis \"b\""});
        return why;
    }
    if (axis == "h" && (tables.count == 0 || extent % tables.count != 0)) {
        refuse(why, errc::shape, {extent, " heads for ", tables.count, " tables: expected a multiple"});
        return why;
    }
    if (extent > 0 &&
        !check_memory(r.in, r.out, r.axes, same_elements(r.in, r.out), false, why)) { // of all together
        return why;
    }
    std::vector<plan_data> plans;
    for (std::int64_t index = 0; index < extent; ++index) {
        const std::int64_t which = axis == "h" ? index * tables.count / extent : tables.table_of_index[index];
        if (which < 0 || which >= tables.count) {
            refuse(why, errc::table, {what, index, " names table ", which, "; there are ", tables.count});
            return why;
        }
        const row_source source = tables.source(tables.tables, which);
        const untyped_slice in(r.in, k, index), out(r.out, k, index);
        const positions where = slice_positions(r.where, axis, extent, index);
        plan_data plan;
        status s =
            make_reusable_plan(plan, {source, in.view, out.view, r.axes, where, r.options, r.functions});
        if (!s.ok()) {
            return {sentence({what, index, ": ", s.message}), s.code};
        }
        plans.push_back(std::move(plan));
    }
    for (std::int64_t index = 0; index < extent; ++index) {
        const untyped_slice in(r.in, k, index), out(r.out, k, index);
        run_all(plans[static_cast<std::size_t>(index)], in.view.data, const_cast<void*>(out.view.data));
    }
    return why;
}

} // namespace detail
#endif

} // namespace ROPE_ABI
} // namespace rope
