// plan: all checks and all choices of a rotation, once for a batch of tokens. run.hpp runs it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/bind_rows.hpp>
#include <rope/rotate/options.hpp>
#include <rope/rotate/rotation_plan.hpp>
#include <rope/rotate/run.hpp>
#include <rope/support/error.hpp>
#include <rope/table/row_source.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/positions.hpp>
#include <rope/tensor/view.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

#if ROPE_DEFINITIONS
#include <rope/kernels/isa.hpp>
#include <rope/kernels/rotate_kernels.hpp>
#include <rope/kernels/tuning.hpp>
#include <rope/rotate/loops.hpp>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// What planning needs to know of the element types.
struct rotation_functions {
    kernels::rotate_kernel (*kernel_for)(isa which);
    const row_functions& (*rows)() noexcept;
};

// Of In data rotated into Out data; of T data rotated in place, whose kernels are fewer.
template <class In, class Out>
const rotation_functions& rotation_functions_of() noexcept;
template <class T>
const rotation_functions& in_place_functions_of() noexcept;

// What is rotated, where to, by which rows: everything that a plan is made from.
struct rotation {
    const row_source& rows;
    untyped_view in, out;
    const axis_names& axes;
    const positions& where;
    const rotate_options& options;
    const rotation_functions& functions;
};

// Makes a plan. `plan` is default-constructed; when false is returned it does nothing. reusable, buffer: as in bind_rows.
ROPE_API bool make_plan(plan_data& plan, const rotation& r, bool reusable, token_positions& buffer,
                        status& why);

// A plan to keep.
ROPE_API status make_reusable_plan(plan_data& plan, const rotation& r);

// Checks, then rotates: what rotate() does.
ROPE_API status rotate_now(const rotation& r);

// Two tensors in place, which must not share memory; both are checked before either is written.
ROPE_API status rotate_two_now(const rotation& a, const rotation& b);

// Whether a type of rows owns what its plan would refer to, so that a temporary of it must not be planned with.
template <class Rows>
inline constexpr bool owns_rows =
    !std::is_trivially_copyable_v<std::remove_cv_t<std::remove_reference_t<Rows>>>;

// The sentences of ours for arguments that do not fit.
template <class Rows>
constexpr bool check_rows_type() {
    static_assert(row_source_of<std::remove_cv_t<std::remove_reference_t<Rows>>>::exists,
                  "rope: rows are a table, table_view, growing_table, two_level_table, "
                  "given_rows (rope::rows), or the frequencies themselves");
    return true;
}
template <class Rows>
constexpr bool check_rows_live() {
    static_assert(!owns_rows<Rows> || std::is_lvalue_reference_v<Rows>,
                  "rope: a plan refers to its table; keep the table in a variable that outlives the plan");
    return check_rows_type<Rows>();
}
template <class In, class Out>
constexpr bool check_types() {
    static_assert(!std::is_const_v<Out>, "rope: a const tensor cannot be written; name an output");
    static_assert(
        std::is_same_v<compute_type<std::remove_const_t<In>>, compute_type<std::remove_const_t<Out>>>,
        "rope: double rotates to double; float, half and bfloat16 to one another");
    return true;
}
template <class View>
using element_of_view = std::remove_pointer_t<decltype(std::declval<View>().data)>;

} // namespace detail

// The plan of a rotation, in place or into another tensor: checks everything, rotates nothing.
//
// rows: what has rows for the positions. A table (rows in the compute type, float for float, half and bfloat16 data, double for
// double data, are read where they are; half and bfloat16 rows are converted to float as they are read; other types are
// computed from the table's frequencies), a table_view over memory of one's own, rows that somebody hands in (rope::rows), a
// growing_table, a two_level_table, or the frequencies themselves: then run computes the rows of a few tokens at a time, and any position has one. Which to take:
// table/row_source.hpp.
// x, y: a rope::view, or any tensor that an included adaptor knows, of one shape. float, half and bfloat16 convert to one
// another.
// axes: the axes in index order, as "b s h d"; `d` is the embedding axis and has head_dim elements (half as many complex
// numbers).
// where: positions, found by axis name; 0, 1, 2, ... along `s` unless given.
// Aliasing: x and y are the same elements or share none; query and key slices of one packed buffer are disjoint.
// Lifetime: the plan refers to `rows`, which must outlive it; a temporary table does not compile. It holds a copy of the
// positions.
// Errors: throws rope::error when shapes, axes, positions, memory, pairing or rows do not fit. try_plan returns the reason
// instead.
// Allocates where positions are listed, and where rows are computed; 1 KiB of stack.
template <class Rows, class X>
auto try_plan(Rows&& rows, X&& x, const axis_names& axes, const positions& where = {},
              const rotate_options& options = {}) {
    static_assert(detail::check_rows_live<Rows&&>());
    const auto v = as_view(x);
    using element = detail::element_of_view<decltype(v)>;
    static_assert(detail::check_types<element, element>());
    using bare = std::remove_const_t<element>;
    result<rotation_plan<bare, bare>> made;
    if constexpr (!std::is_const_v<element>) {
        made.why = detail::make_reusable_plan(
            made.value, {row_source_of<std::remove_cv_t<std::remove_reference_t<Rows>>>::of(rows), v, v, axes,
                         where, options, detail::in_place_functions_of<bare>()});
    }
    return made;
}
template <class Rows, class X, class Y, class = decltype(view_of<std::decay_t<Y>>::exists)>
auto try_plan(Rows&& rows, X&& x, Y&& y, const axis_names& axes, const positions& where = {},
              const rotate_options& options = {}) {
    static_assert(detail::check_rows_live<Rows&&>());
    const auto in = as_view(x);
    const auto out = as_view(y);
    using from = std::remove_const_t<detail::element_of_view<decltype(in)>>;
    using to = detail::element_of_view<decltype(out)>;
    static_assert(detail::check_types<from, to>());
    result<rotation_plan<from, std::remove_const_t<to>>> made;
    if constexpr (!std::is_const_v<to> &&
                  std::is_same_v<compute_type<from>, compute_type<std::remove_const_t<to>>>) {
        made.why = detail::make_reusable_plan(
            made.value, {row_source_of<std::remove_cv_t<std::remove_reference_t<Rows>>>::of(rows), in, out,
                         axes, where, options, detail::rotation_functions_of<from, to>()});
    }
    return made;
}
template <class Rows, class X>
auto plan(Rows&& rows, X&& x, const axis_names& axes, const positions& where = {},
          const rotate_options& options = {}) {
    auto made = try_plan(std::forward<Rows>(rows), x, axes, where, options);
    detail::require(made.why);
    return std::move(made.value);
}
template <class Rows, class X, class Y, class = decltype(view_of<std::decay_t<Y>>::exists)>
auto plan(Rows&& rows, X&& x, Y&& y, const axis_names& axes, const positions& where = {},
          const rotate_options& options = {}) {
    auto made = try_plan(std::forward<Rows>(rows), x, y, axes, where, options);
    detail::require(made.why);
    return std::move(made.value);
}

#if ROPE_DEFINITIONS
namespace detail {

// Sets the places of the elements of a row with stride s along "d". Written in place: a copy of fields that were just stored
// stalls the processor.
inline void place_row(kernels::row_layout& at, std::int64_t s, bool complex_pairs, const rotated_slice& f,
                      pairing p) noexcept {
    const std::int64_t one = complex_pairs ? 1 : s;
    at.one = one;
    at.two = 2 * s;
    at.slice = f.rotary_offset / 2 * (2 * s) + f.rotary_offset % 2 * one;
    at.pair = p == pairing::half_split ? s : 2 * s;
    at.partner = p == pairing::half_split ? s * f.pairs : one;
}

ROPE_API bool make_plan(plan_data& plan, const rotation& r, bool reusable, token_positions& buffer,
                        status& why) {
    if (!has_slice(r.rows)) {
        return refuse(why, errc::no_memory, {"the table has no frequencies: its pointer to them is null"});
    }
    const rotated_slice f = slice_of(r.rows);
    const pairing out_pairing = r.options.out_pairing.value_or(f.pairing);
    const bool in_place = same_elements(r.in, r.out);
    const bool one_tensor = in_place && out_pairing == f.pairing && r.in.type == r.out.type;
    token_axes tokens;
    bool nested = false;
    if (!check_shapes(f, r.axes, r.in, {in_place ? "the tensor" : "the input", f.pairing},
                      one_tensor ? nullptr : &r.out, {"the output", out_pairing}, nested, why) ||
        !check_memory(r.in, r.out, r.axes, in_place, nested, why) ||
        !match_positions(r.where, r.axes, r.in.extent, f.axes, r.rows.listed_axes != 0, tokens, why)) {
        return false;
    }
    const std::int64_t pairs = f.pairs;
    if (in_place && out_pairing != f.pairing && pairs > kernels::max_in_place_pairing_pairs) {
        return refuse(why, errc::pairing,
                      {"changing the pairing in place takes at most rotary_dim ",
                       2 * kernels::max_in_place_pairing_pairs, "; found ", f.rotary_dim});
    }
    isa chosen = isa::scalar;
    if (!quick_isa(chosen)) {
        why = choose_isa(chosen);
        if (!why.ok()) {
            why.code = errc::isa;
            return false;
        }
    }
    const tuning* tuned = quick_tuning();
    if (tuned == nullptr) {
        why = choose_tuning(tuned);
        if (!why.ok()) {
            why.code = errc::isa;
            return false;
        }
    }
    const row_request request = {r.where, tokens,  r.in.extent, r.in.rank, r.options.direction,
                                 chosen,  reusable};
    if (!bind_rows(plan.rows, r.rows, request, r.functions.rows(), buffer, why)) {
        return false;
    }
    const int d = r.axes.embedding();
    const std::int64_t in_reals = r.in.reals(), out_reals = r.out.reals();
    loop_list token_loops, head_loops;
    std::int64_t bytes = r.out.element_size();
    for (int k = 0; k < r.in.rank; ++k) {
        const std::int64_t extent = r.in.extent[k];
        plan.extent[k] = extent;
        bytes *= r.out.extent[k];
        if (k != d && extent != 1) {
            (tokens.depends[k] ? token_loops : head_loops)
                .add(extent, r.in.stride[k] * in_reals, r.out.stride[k] * out_reals,
                     tokens.depends[k] ? tokens.number_step[k] : 0);
        }
    }
    arrange_loops(plan, token_loops, head_loops);
    kernels::rotate_job& job = plan.job;
    place_row(job.from, r.in.stride[d], r.in.complex_pairs, f, f.pairing);
    place_row(job.to, r.out.stride[d], r.out.complex_pairs, f, out_pairing);
    job.from.token = plan.tokens.in;
    job.from.head = plan.heads.in;
    job.to.token = plan.tokens.out;
    job.to.head = plan.heads.out;
    job.tokens = plan.tokens.extent;
    job.heads = plan.heads.extent;
    job.pairs = pairs;
    job.cos = plan.rows.cos;
    job.sin = plan.rows.sin;
    job.row_stride = plan.rows.row_stride;
    job.rows = plan.rows.list;
    job.first_row = plan.rows.first_row;
    job.rows_step = plan.tokens.row;
    job.conjugate = r.options.direction != direction::forward;
    job.in_place = in_place;
    tune(job, *tuned, bytes, r.out.type == dtype::bf16,
         plan.tokens.extent > 1 && magnitude(plan.heads.out) > magnitude(plan.tokens.out));
    if (!in_place) {
        job.copied[0] = {0, f.rotary_offset};
        job.copied[1] = {f.rotary_offset + f.rotary_dim, f.head_dim};
    }
    plan.one_call = plan.outer_steps == 1 && plan.rows.origin != row_origin::computed;
    plan.rank = static_cast<std::int8_t>(r.in.rank);
    plan.embedding = static_cast<std::int8_t>(d);
    plan.out_embedding_extent = r.out.extent[d];
    plan.in_size = static_cast<std::int8_t>(size_of(r.in.type));
    plan.out_size = static_cast<std::int8_t>(size_of(r.out.type));
    plan.isa = chosen;
    plan.kernel = r.functions.kernel_for(chosen);
    return true;
}

ROPE_API status make_reusable_plan(plan_data& plan, const rotation& r) {
    status why;
    token_positions buffer;
    if (make_plan(plan, r, true, buffer, why)) {
        plan.in_strides = hash_of_strides(r.in);
        plan.out_strides = hash_of_strides(r.out);
    } else {
        plan = plan_data{};
    }
    return why;
}

ROPE_API status rotate_now(const rotation& r) {
    status why;
    token_positions buffer;
    plan_data plan;
    if (make_plan(plan, r, false, buffer, why)) {
        run_all(plan, r.in.data, const_cast<void*>(r.out.data));
    }
    return why;
}

ROPE_API status rotate_two_now(const rotation& a, const rotation& b) {
    status why;
    token_positions a_buffer, b_buffer;
    plan_data first, second;
    if (!make_plan(first, a, false, a_buffer, why) || !make_plan(second, b, false, b_buffer, why)) {
        return why;
    }
    if (share_memory(a.in, b.in)) {
        refuse(why, errc::overlap, {"query and key share memory; they would be rotated twice"});
        return why;
    }
    run_all(first, a.in.data, const_cast<void*>(a.out.data));
    run_all(second, b.in.data, const_cast<void*>(b.out.data));
    return why;
}

template <class In, class Out>
const rotation_functions& rotation_functions_of() noexcept {
    static constexpr rotation_functions functions = {&rotate_kernel_for<In, Out>,
                                                     &row_functions_of<compute_type<Out>>};
    return functions;
}

template <class T>
const rotation_functions& in_place_functions_of() noexcept {
    static constexpr rotation_functions functions = {&rotate_in_place_kernel_for<T>,
                                                     &row_functions_of<compute_type<T>>};
    return functions;
}

} // namespace detail
#endif

} // namespace ROPE_ABI
} // namespace rope
