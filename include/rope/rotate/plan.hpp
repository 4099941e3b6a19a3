// plan: all checks and all choices of a rotation, once for a batch of tokens. run.hpp does what it says.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/isa.hpp>
#include <rope/kernels/rotate_kernels.hpp>
#include <rope/kernels/tuning.hpp>
#include <rope/rotate/check.hpp>
#include <rope/rotate/loops.hpp>
#include <rope/rotate/rows.hpp>
#include <rope/rotate/run.hpp>

#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class T>
kernels::row_layout place_rows(const tensor_view<T>& v, int d, const frequency_set& f, pairing p) {
    const std::int64_t s = v.stride[d];
    kernels::row_layout at = {};
    at.one = v.complex_pairs ? 1 : s;
    at.two = 2 * s;
    at.slice = f.rotary_offset / 2 * at.two + f.rotary_offset % 2 * at.one;
    if (p == pairing::half_split) {
        at.pair = s;
        at.partner = s * (f.rotary_dim / 2);
    } else {
        at.pair = 2 * s;
        at.partner = at.one;
    }
    return at;
}

// `plan` is a new one. Its kernel is the caller's to choose: for any job, or for jobs in place.
template <class In, class Out>
status prepare(rotation_plan<std::remove_const_t<In>, Out>& plan, const row_source& source,
               const tensor_view<In>& in, const tensor_view<Out>& out, std::string_view axes,
               const positions& where, const rotate_options& options) {
    static_assert(!std::is_const_v<Out>, "rope: the output is const");
    using in_type = std::remove_const_t<In>;
    static_assert(std::is_same_v<compute_type<in_type>, compute_type<Out>>,
                  "rope: double rotates to double; float, half and bfloat16 to one another");
    const frequency_set& f = *source.frequencies;
    const pairing out_pairing = options.out_pairing.value_or(f.pairing);
    axis_names names;
    token_axes tokens;
    const char* in_name = same_lattice(in, out) ? "the tensor" : "the input";
    status result;
    const auto holds = [&result](status s) {
        result = std::move(s);
        return result.ok();
    };
    if (!holds(check_frequencies(f)) || !holds(parse_axes(axes, names)) ||
        !holds(check_tensor(in_name, in, axes, names, f)) ||
        !holds(check_tensor("the output", out, axes, names, f)) ||
        !holds(check_complex(in_name, in, f.pairing, f)) ||
        !holds(check_complex("the output", out, out_pairing, f))) {
        return result;
    }
    const int d = find_axis(names, "d");
    for (int k = 0; k < in.rank; ++k) {
        if (k != d && in.extent[k] != out.extent[k]) {
            return {"the input has the shape " + shape_text(in.extent, in.rank) + " and the output " +
                    shape_text(out.extent, out.rank) + "; they differ along " + quoted(names.name[k])};
        }
    }
    if (!holds(check_memory(in, out, names)) || !holds(match_positions(where, names, in.extent, tokens))) {
        return result;
    }
    kernels::rotate_job& job = plan.job;
    job.in_place = same_lattice(in, out);
    const auto pairs = static_cast<std::int64_t>(f.step.size());
    if (job.in_place && out_pairing != f.pairing && pairs > kernels::max_in_place_pairing_pairs) {
        return {"changing the pairing in place takes at most rotary_dim " +
                std::to_string(2 * kernels::max_in_place_pairing_pairs) + "; found " +
                std::to_string(f.rotary_dim)};
    }
    const bool reciprocal = options.direction == direction::inverse && f.attention_factor != 1;
    isa chosen = isa::scalar;
    const tuning* tuned = nullptr;
    if (!holds(choose_isa(chosen)) || !holds(choose_tuning(tuned)) ||
        !holds(settle_rows(plan, source, where, tokens, in.extent, in.rank, reciprocal, chosen))) {
        return result;
    }
    plan_loops token_loops, head_loops;
    std::int64_t bytes = sizeof(Out) * (out.complex_pairs ? 2 : 1);
    for (int k = 0; k < in.rank; ++k) {
        bytes *= out.extent[k];
        if (k != d && in.extent[k] != 1) {
            const plan_loop loop = {in.extent[k], in.stride[k] * (in.complex_pairs ? 2 : 1),
                                    out.stride[k] * (out.complex_pairs ? 2 : 1),
                                    tokens.depends[k] ? tokens.number_step[k] : 0};
            plan_loops& list = tokens.depends[k] ? token_loops : head_loops;
            list.loop[list.count++] = loop;
        }
    }
    arrange_loops(plan, token_loops, head_loops);
    job.from = place_rows(in, d, f, f.pairing);
    job.to = place_rows(out, d, f, out_pairing);
    job.from.token = plan.tokens.in;
    job.from.head = plan.heads.in;
    job.to.token = plan.tokens.out;
    job.to.head = plan.heads.out;
    job.tokens = plan.tokens.extent;
    job.heads = plan.heads.extent;
    job.pairs = pairs;
    job.row_stride = plan.cos.empty() && source.kind == row_kind::stored ? source.row_stride : pairs;
    job.rows_step = plan.tokens.row;
    job.conjugate = options.direction != direction::forward;
    tune(job, *tuned, bytes, std::is_same_v<Out, bfloat16>,
         magnitude(plan.heads.out) > magnitude(plan.tokens.out) && plan.tokens.extent > 1);
    if (!job.in_place) {
        job.copied[0] = {0, f.rotary_offset};
        job.copied[1] = {f.rotary_offset + f.rotary_dim, f.head_dim};
    }
    plan.one_call =
        plan.outer_steps == 1 && plan.rows.empty() && plan.cos.empty() && plan.supplier == nullptr;
    plan.isa = chosen;
    return {};
}

} // namespace detail

// Settles the rotation of a tensor, in place or into another one, without doing it.
// rows: whatever has rows for the positions. A table (of any row type; rows in the compute type, float for float, half and
// bfloat16, double for double, are read where they are), a table_view over memory of one's own, a growing_table; a
// two_level_table; or the frequencies themselves, for rows on the fly: then run makes the rows of a few tokens at a time,
// and any position has one. All give the same bits. Which to take: table/row_source.hpp.
// x: a rope::view, or any tensor that an included adaptor knows.
// axes: its axes in index order, "b s h d"; `d` is the embedding axis and has head_dim elements (half as many
// complex numbers); positions are found by name, 0, 1, 2, ... along `s` unless given. Output: the shape of
// the input; float, half and bfloat16 convert to one another. Throws rope::error when shapes, axes,
// positions, memory or pairing do not fit, naming what was found. The plan refers to `rows`; its kernel is
// the active instruction set's.
template <class Rows, class X, class = std::enable_if_t<row_source_of<Rows>::exists>>
auto plan(const Rows& rows, X&& x, std::string_view axes, const positions& where = {},
          const rotate_options& options = {}) {
    const auto v = as_view(x);
    using element = std::remove_pointer_t<decltype(v.data)>;
    static_assert(!std::is_const_v<element>,
                  "rope: a const tensor cannot be rotated in place; name an output");
    rotation_plan<element, element> result;
    detail::require(detail::prepare(result, row_source_of<Rows>::of(rows), v, v, axes, where, options));
    result.kernel = detail::rotate_in_place_kernel_for<element>(result.isa);
    return result;
}
template <
    class Rows, class X, class Y,
    class = std::enable_if_t<row_source_of<Rows>::exists && !std::is_convertible_v<Y, std::string_view>>>
auto plan(const Rows& rows, X&& x, Y&& y, std::string_view axes, const positions& where = {},
          const rotate_options& options = {}) {
    const auto in = as_view(x);
    const auto out = as_view(y);
    using in_type = std::remove_const_t<std::remove_pointer_t<decltype(in.data)>>;
    using out_type = std::remove_pointer_t<decltype(out.data)>;
    rotation_plan<in_type, out_type> result;
    detail::require(detail::prepare(result, row_source_of<Rows>::of(rows), in, out, axes, where, options));
    result.kernel = detail::rotate_kernel_for<in_type, out_type>(result.isa);
    return result;
}

// The same without exceptions: the sentence, and no plan, when a check fails.
template <class In, class Out, class Rows, class = std::enable_if_t<row_source_of<Rows>::exists>>
status try_plan(rotation_plan<std::remove_const_t<In>, Out>& result, const Rows& rows,
                const tensor_view<In>& in, const tensor_view<Out>& out, std::string_view axes,
                const positions& where = {}, const rotate_options& options = {}) {
    result = {};
    status s = detail::prepare(result, row_source_of<Rows>::of(rows), in, out, axes, where, options);
    if (s.ok()) {
        result.kernel = detail::rotate_kernel_for<std::remove_const_t<In>, Out>(result.isa);
    }
    return s;
}

} // namespace ROPE_ABI
} // namespace rope
