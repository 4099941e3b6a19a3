// Fused norm and rotation: queries or keys normalised and rotated in one pass, in place or into another tensor. With a cache
// to write to, the same as an option of cache/write.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/pass_plan.hpp>
#include <rope/rotate/plan.hpp>
#include <rope/rotate/rms_norm.hpp>
#include <rope/rotate/row_work.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

#if ROPE_DEFINITIONS
#include <rope/kernels/convert_kernels.hpp>
#include <rope/rotate/row_pass.hpp>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A fused norm without its element types.
struct norm_plan_data {
    row_work work = {};
    token_grid grid = {};
    row_binding rows = {};
    std::int64_t row_count = 0;
    tensor_side from = {}, to = {};
    rope::isa isa = rope::isa::scalar;
};

ROPE_API status make_norm_plan(norm_plan_data& plan, const row_source& rows, const untyped_view& in,
                               const untyped_view& out, const axis_names& names, const rms_norm& norm,
                               const positions& where, const rotate_options& options);
ROPE_API void run_norm_part(const norm_plan_data& plan, const void* in, void* out, std::int64_t part,
                            std::int64_t parts, std::int64_t moved) noexcept;

} // namespace detail

// In, Out: float, half or bfloat16. Refers to the table or frequencies that it was made from. A default-constructed plan does
// nothing.
template <class In, class Out>
struct norm_rotation_plan : detail::norm_plan_data {};

// The plan of y = rotate(norm(x)), or of norm(rotate(x)) where norm.where says so; x in place, or into y.
//
//   r = 1 / sqrt(mean(x^2) + epsilon),   n = (x * r) * weight,   y = rotate(n) as rotate() calculates it, in float
//
// Shapes: x and y of one shape, axes as "b s h d": "h" names the heads and "d" the head_dim values (at most 8192), at most four
// others. rows, where: as plan().
// Arithmetic: sums of squares in float by fma, 16 at a time, then in double; r rounded once to float; both products rounded to
// float; one rounding to storage at the end. The same bits on every instruction set. The relative error of n before that
// rounding is at most (head_dim / 32 + 4) 2^-24.
// Aliasing: x and y are the same elements or share none.
// Lifetime: the plan refers to `rows`; weights and positions are copied.
// Errors: throws rope::error as plan() does, and for weights that do not fit. try_ returns the reason instead.
// Allocates the weights and listed positions.
template <class Rows, class X, class Y>
auto try_plan_norm_rotation(Rows&& rows, X&& x, Y&& y, const axis_names& axes, const rms_norm& norm,
                            const positions& where = {}, const rotate_options& options = {}) {
    static_assert(detail::check_rows_live<Rows&&>());
    const auto in = as_view(x);
    const auto out = as_view(y);
    using from = std::remove_const_t<detail::element_of_view<decltype(in)>>;
    using to = detail::element_of_view<decltype(out)>;
    static_assert(detail::check_types<from, to>());
    result<norm_rotation_plan<from, std::remove_const_t<to>>> made;
    made.why = detail::make_norm_plan(made.value, row_source_of<std::decay_t<Rows>>::of(rows), in, out, axes,
                                      norm, where, options);
    return made;
}
template <class Rows, class X, class Y>
auto plan_norm_rotation(Rows&& rows, X&& x, Y&& y, const axis_names& axes, const rms_norm& norm,
                        const positions& where = {}, const rotate_options& options = {}) {
    auto made = try_plan_norm_rotation(std::forward<Rows>(rows), x, y, axes, norm, where, options);
    detail::require(made.why);
    return std::move(made.value);
}

// Does what the plan says, or part `part` of `parts`, which may run at once. in, out: of tensors with the shape and strides of
// the plan, the same or apart as they were. Cannot fail; allocates nothing; up to 80 KiB of stack.
template <class In, class Out>
void run(const norm_rotation_plan<In, Out>& plan, const In* in, Out* out, std::int64_t part = 0,
         std::int64_t parts = 1) noexcept {
    detail::run_norm_part(plan, in, out, part, parts, 0);
}

// The same at the positions past, past + 1, ... Throws rope::error when one has no row, or positions are listed.
template <class In, class Out>
status try_run(const norm_rotation_plan<In, Out>& plan, const In* in, Out* out, token_offset where,
               std::int64_t part = 0, std::int64_t parts = 1) {
    status why;
    if (!detail::check_row_move(plan.rows, where.past, why)) {
        return why;
    }
    detail::run_norm_part(plan, in, out, part, parts, where.past - plan.rows.offset);
    return why;
}
template <class In, class Out>
void run(const norm_rotation_plan<In, Out>& plan, const In* in, Out* out, token_offset where,
         std::int64_t part = 0, std::int64_t parts = 1) {
    detail::require(try_run(plan, in, out, where, part, parts));
}

// Plan and run in one call. Everything as plan_norm_rotation().
template <class X, class Y, class Rows>
status try_norm_rotate(const X& x, Y&& y, const Rows& rows, const axis_names& axes, const rms_norm& norm,
                       const positions& where = {}, const rotate_options& options = {}) {
    const auto in = as_view(x);
    const auto out = as_view(y);
    auto made = try_plan_norm_rotation(rows, in, out, axes, norm, where, options);
    if (made.ok()) {
        detail::run_norm_part(made.value, in.data, const_cast<void*>(static_cast<const void*>(out.data)), 0,
                              1, 0);
    }
    return made.why;
}
template <class X, class Y, class Rows>
void norm_rotate(const X& x, Y&& y, const Rows& rows, const axis_names& axes, const rms_norm& norm,
                 const positions& where = {}, const rotate_options& options = {}) {
    detail::require(try_norm_rotate(x, y, rows, axes, norm, where, options));
}

// In place.
template <class X, class Rows>
status try_norm_rotate_in_place(X&& x, const Rows& rows, const axis_names& axes, const rms_norm& norm,
                                const positions& where = {}, const rotate_options& options = {}) {
    const auto v = as_view(x);
    return try_norm_rotate(v, v, rows, axes, norm, where, options);
}
template <class X, class Rows>
void norm_rotate_in_place(X&& x, const Rows& rows, const axis_names& axes, const rms_norm& norm,
                          const positions& where = {}, const rotate_options& options = {}) {
    detail::require(try_norm_rotate_in_place(x, rows, axes, norm, where, options));
}

#if ROPE_DEFINITIONS
namespace detail {

ROPE_API status make_norm_plan(norm_plan_data& plan, const row_source& rows, const untyped_view& in,
                               const untyped_view& out, const axis_names& names, const rms_norm& norm,
                               const positions& where, const rotate_options& options) {
    status why;
    token_positions buffer;
    pass_kernels chosen;
    const pass_tensor x = {in, "the input"}, y = {out, "the output"};
    norm_plan_data made;
    const rotated_slice slice = slice_of(rows);
    if (has_slice(rows) && options.out_pairing.value_or(slice.pairing) != slice.pairing) {
        refuse(why, errc::pairing, {"a fused norm keeps the pairing of the frequencies"});
        return why;
    }
    const std::int64_t dim = has_slice(rows) ? slice.head_dim : -1;
    if (!check_pass_tensor(x, names, dim, why) || !check_pass_tensor(y, names, dim, why) ||
        !check_same_tokens(x, y, names, true, why) || !choose_pass_kernels(chosen, why) ||
        !check_memory(in, out, names, same_elements(in, out), false, why) ||
        !bind_pass_rows(made.grid, made.rows, made.row_count, rows, x, names, where, options.direction,
                        chosen.which, buffer, why)) {
        return why;
    }
    made.work.convert = convert_kernels_for(chosen.which);
    made.work.dim = dim;
    made.work.heads = side_of(made.from, in, names);
    side_of(made.to, out, names);
    made.isa = chosen.which;
    rotate_in_buffer(made.work, slice, chosen, options.direction != direction::forward);
    if (set_norm(made.work, norm, made.grid.tokens, factor_of(rows), x.name, why)) {
        set_fused(made.work, made.from, made.to);
        plan = std::move(made);
    }
    return why;
}

ROPE_API void run_norm_part(const norm_plan_data& plan, const void* in, void* out, std::int64_t part,
                            std::int64_t parts, std::int64_t moved) noexcept {
    tensor_side from = plan.from, to = plan.to;
    from.grid = to.grid = &plan.grid;
    from.data = const_cast<char*>(static_cast<const char*>(in));
    to.data = static_cast<char*>(out);
    const row_range range = rows_of_part(plan.grid.tokens * plan.work.heads, plan.work.grain(), part, parts);
    run_rows(plan.work, plan.grid, &plan.rows, plan.row_count, moved, from, to, range.begin, range.end,
             [](std::int64_t) { return 1.0f; });
}

} // namespace detail
#endif

} // namespace ROPE_ABI
} // namespace rope
