// run: rotates as a plan says, all of it or one part. Allocates nothing, locks nothing.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/rotation_plan.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>
#include <rope/tensor/positions.hpp>
#include <rope/tensor/untyped_view.hpp>
#include <rope/tensor/view.hpp>

#include <cstdint>
#include <type_traits>

#if ROPE_DEFINITIONS
#include <algorithm>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Part `part` of `parts`, `moved` positions after those of the plan. Returns the instruction set whose kernel ran; of a part
// without work, the plan's. For tests, which check that the kernel that they name did the work.
ROPE_API isa run_part(const plan_data& plan, const void* in, void* out, std::int64_t part, std::int64_t parts,
                      std::int64_t moved) noexcept;

inline isa run_all(const plan_data& plan, const void* in, void* out) noexcept {
    if (plan.one_call) {
        return plan.kernel(plan.job, in, out); // a decoder's token waits for nothing else
    }
    return run_part(plan, in, out, 0, 1, 0);
}

// Different for different strides of axes with more than one element.
inline std::uint64_t hash_of_strides(const untyped_view& v) noexcept {
    std::uint64_t hash = v.complex_pairs ? 2 : 1;
    for (int k = 0; k < v.rank; ++k) {
        hash = hash * 0x9e3779b97f4a7c15u + (v.extent[k] > 1 ? static_cast<std::uint64_t>(v.stride[k]) : 0);
    }
    return hash;
}

// Whether the tensors have the shape and strides that the plan was made for, and are the same or apart as they were then.
ROPE_API bool check_run(const plan_data& plan, const untyped_view& in, const untyped_view& out, status& why);
ROPE_COLD ROPE_API bool refuse_place(const plan_data& plan, status& why);
ROPE_COLD ROPE_API bool refuse_move(const plan_data& plan, std::int64_t past, status& why);

// Input and output of a call of run(), checked.
struct run_pointers {
    const void* in;
    void* out;
};

} // namespace detail

// Rotates the data at these pointers: y0 = fma(x0, c, -(x1 * s)), y1 = fma(x0, s, x1 * c) for each pair, as the plan says.
// in, out: the first elements, of tensors with the shape and strides that the plan was made for; the same pointer or disjoint
// memory exactly as they were then.
// part, parts: 0 <= part < parts. Different parts write different elements, so they may run at once, in threads of the
// caller's. Parts are tokens as long as there are enough, then heads (heads, then tokens, where tokens are side by side).
// Lifetime: the plan's table must exist (a growing table may grow meanwhile).
// Cannot fail; allocates nothing; up to 64 KiB of stack (columns 32 KiB, computed rows 32 KiB).
template <class In, class Out>
void run(const rotation_plan<In, Out>& plan, const In* in, Out* out, std::int64_t part = 0,
         std::int64_t parts = 1) noexcept {
    if (parts == 1) {
        detail::run_all(plan, in, out);
    } else {
        detail::run_part(plan, in, out, part, parts, 0);
    }
}

// The same with the positions past, past + 1, ... instead of those that the plan was made for: one plan serves a decoder for
// every step. For plans whose positions are an offset. Throws rope::error when a position has no row in the table.
template <class In, class Out>
status try_run(const rotation_plan<In, Out>& plan, const In* in, Out* out, token_offset where,
               std::int64_t part = 0, std::int64_t parts = 1) {
    status why;
    if (ROPE_UNLIKELY(!plan.rows.is_movable_to(where.past))) {
        detail::refuse_move(plan, where.past, why);
        return why;
    }
    detail::run_part(plan, in, out, part, parts, where.past - plan.rows.offset);
    return why;
}
template <class In, class Out>
void run(const rotation_plan<In, Out>& plan, const In* in, Out* out, token_offset where,
         std::int64_t part = 0, std::int64_t parts = 1) {
    detail::require(try_run(plan, in, out, where, part, parts));
}

// In place. Throws rope::error when the plan was made for two tensors.
template <class T>
status try_run(const rotation_plan<T, T>& plan, T* data, std::int64_t part = 0, std::int64_t parts = 1) {
    status why;
    if (ROPE_UNLIKELY(!plan.job.in_place)) {
        detail::refuse_place(plan, why);
        return why;
    }
    run(plan, static_cast<const T*>(data), data, part, parts);
    return why;
}
template <class T>
void run(const rotation_plan<T, T>& plan, T* data, std::int64_t part = 0, std::int64_t parts = 1) {
    if (ROPE_UNLIKELY(!plan.job.in_place)) {
        detail::require(try_run(plan, data, part, parts));
    }
    run(plan, static_cast<const T*>(data), data, part, parts);
}
template <class T>
status try_run(const rotation_plan<T, T>& plan, T* data, token_offset where, std::int64_t part = 0,
               std::int64_t parts = 1) {
    status why;
    if (ROPE_UNLIKELY(!plan.job.in_place)) {
        detail::refuse_place(plan, why);
        return why;
    }
    return try_run(plan, static_cast<const T*>(data), data, where, part, parts);
}
template <class T>
void run(const rotation_plan<T, T>& plan, T* data, token_offset where, std::int64_t part = 0,
         std::int64_t parts = 1) {
    detail::require(try_run(plan, data, where, part, parts));
}

// With the tensors themselves (anything that has a view). Throws rope::error when shape or strides are not those of the plan.
template <class In, class Out, class X, class Y,
          class = std::enable_if_t<view_of<std::decay_t<X>>::exists && view_of<std::decay_t<Y>>::exists>>
status try_run(const rotation_plan<In, Out>& plan, const X& x, Y&& y, std::int64_t part = 0,
               std::int64_t parts = 1) {
    const auto in = as_view(x);
    const auto out = as_view(y);
    status why;
    if (detail::check_run(plan, in, out, why)) {
        run(plan, static_cast<const In*>(in.data), out.data, part, parts);
    }
    return why;
}
template <class In, class Out, class X, class Y,
          class = std::enable_if_t<view_of<std::decay_t<X>>::exists && view_of<std::decay_t<Y>>::exists>>
void run(const rotation_plan<In, Out>& plan, const X& x, Y&& y, std::int64_t part = 0,
         std::int64_t parts = 1) {
    detail::require(try_run(plan, x, y, part, parts));
}
template <class T, class X, class = std::enable_if_t<view_of<std::decay_t<X>>::exists>>
status try_run(const rotation_plan<T, T>& plan, X&& x, std::int64_t part = 0, std::int64_t parts = 1) {
    const auto v = as_view(x);
    return try_run(plan, v, v, part, parts);
}
template <class T, class X, class = std::enable_if_t<view_of<std::decay_t<X>>::exists>>
void run(const rotation_plan<T, T>& plan, X&& x, std::int64_t part = 0, std::int64_t parts = 1) {
    const auto v = as_view(x);
    detail::require(try_run(plan, v, v, part, parts));
}

namespace detail {

// The pointers that run(plan, data...) would use; throws what it would throw.
template <class In, class Out>
run_pointers pointers_of(const rotation_plan<In, Out>&, const In* in, Out* out) {
    return {in, out};
}
template <class T>
run_pointers pointers_of(const rotation_plan<T, T>& plan, T* data) {
    if (!plan.job.in_place) {
        status why;
        refuse_place(plan, why);
        require(why);
    }
    return {data, data};
}
template <class In, class Out, class X, class Y,
          class = std::enable_if_t<view_of<std::decay_t<X>>::exists && view_of<std::decay_t<Y>>::exists>>
run_pointers pointers_of(const rotation_plan<In, Out>& plan, const X& x, Y&& y) {
    const auto in = as_view(x);
    const auto out = as_view(y);
    status why;
    check_run(plan, in, out, why);
    require(why);
    return {in.data, out.data};
}
template <class T, class X, class = std::enable_if_t<view_of<std::decay_t<X>>::exists>>
run_pointers pointers_of(const rotation_plan<T, T>& plan, X&& x) {
    const auto v = as_view(x);
    return pointers_of(plan, v, v);
}

} // namespace detail

#if ROPE_DEFINITIONS
namespace detail {

inline const void* advanced(const plan_data& plan, const void* in, std::int64_t elements) noexcept {
    return static_cast<const char*>(in) + elements * plan.in_size;
}
inline void* advanced(const plan_data& plan, void* out, std::int64_t elements) noexcept {
    return static_cast<char*>(out) + elements * plan.out_size;
}

// A block of tokens whose rows a function provides: a few tokens at a time, whose rows stay in the first-level cache. In a
// function of its own, so that other plans do not pay for the buffer.
ROPE_NOINLINE inline isa run_with_function(const plan_data& plan, kernels::rotate_job& job, const void* in,
                                           void* out, std::int64_t row, std::int64_t tokens) noexcept {
    alignas(64) char buffer[2 * buffered_entries * sizeof(double)];
    job.rows = nullptr;
    job.first_row = 0;
    isa ran = plan.isa;
    for (std::int64_t t = 0; t < tokens; t += job.tokens) {
        const row_block rows = plan.rows.function(plan.rows.state.get(), row + t * plan.tokens.row,
                                                  plan.tokens.row, tokens - t, buffer);
        job.cos = rows.cos;
        job.sin = rows.sin;
        job.row_stride = rows.row_stride;
        job.rows_step = rows.rows_step;
        job.tokens = rows.tokens;
        ran = plan.kernel(job, advanced(plan, in, t * plan.tokens.in),
                          advanced(plan, out, t * plan.tokens.out));
    }
    return ran;
}

// One outer step, tokens [t0, t1), heads [h0, h1).
inline isa run_block(const plan_data& plan, kernels::rotate_job& job, const void* in, void* out,
                     std::int64_t row, std::int64_t t0, std::int64_t t1, std::int64_t h0, std::int64_t h1,
                     bool by_function) noexcept {
    in = advanced(plan, in, t0 * plan.tokens.in + h0 * plan.heads.in);
    out = advanced(plan, out, t0 * plan.tokens.out + h0 * plan.heads.out);
    job.tokens = t1 - t0;
    job.heads = h1 - h0;
    const std::int64_t first = row + t0 * plan.tokens.row;
    if (by_function) {
        return run_with_function(plan, job, in, out, first, t1 - t0);
    }
    if (plan.rows.list == nullptr) {
        job.first_row = plan.rows.first_row + first;
    } else {
        job.rows = plan.rows.list + first;
    }
    return plan.kernel(job, in, out);
}

// How the work of a plan is divided: [outer step][first][second], where a part is a range. Tokens come first, then heads; the
// other way round where tokens are side by side in memory, so that no part writes into a cache line of another's.
struct division {
    std::int64_t firsts, seconds, grain, parts; // grain: seconds that stay together
    std::int64_t grains, units;                 // grains of one first; units that are divided
    bool heads_first;

    std::int64_t boundary(std::int64_t part) const noexcept {
        const std::int64_t unit = units / parts * part + (std::min)(part, units % parts);
        return unit / grains * seconds + (std::min)(unit % grains * grain, seconds);
    }
};

inline division divide(const plan_data& plan, std::int64_t parts) noexcept {
    constexpr std::int64_t line = 64; // elements: a cache line of bytes and more of anything else
    const auto side_by_side = [&](const plan_loop& loop) {
        return loop.extent > 1 && magnitude(loop.out) < magnitude(plan.job.to.pair);
    };
    division d = {};
    d.parts = parts;
    d.heads_first = side_by_side(plan.tokens);
    d.firsts = d.heads_first ? plan.heads.extent : plan.tokens.extent;
    d.seconds = d.heads_first ? plan.tokens.extent : plan.heads.extent;
    d.grain = d.heads_first || side_by_side(plan.heads) ? line : 1;
    if (plan.outer_steps * d.firsts / 8 >= parts) { // enough to stay whole
        d.grain = (std::max)(d.seconds, std::int64_t{1});
    }
    d.grains = (std::max)((d.seconds + d.grain - 1) / d.grain, std::int64_t{1});
    d.units = d.seconds > 0 ? plan.outer_steps * d.firsts * d.grains : 0;
    return d;
}

ROPE_API isa run_part(const plan_data& plan, const void* in, void* out, std::int64_t part, std::int64_t parts,
                      std::int64_t moved) noexcept {
    kernels::rotate_job job = plan.job;
    const bool by_function =
        plan.rows.origin == row_origin::computed || (moved != 0 && plan.rows.function != nullptr);
    if (parts == 1 && plan.outer_steps == 1 && !by_function) {
        job.first_row += moved;
        return plan.kernel(job, in, out);
    }
    const division d = divide(plan, parts);
    const std::int64_t block = d.firsts * d.seconds;
    const std::int64_t end = d.boundary(part + 1);
    std::int64_t at = d.boundary(part);
    isa ran = plan.isa;
    while (at < end) {
        const std::int64_t step = at / block;
        const std::int64_t begin_of_step = step * block;
        const std::int64_t stop = (std::min)(end - begin_of_step, block);
        std::int64_t in_offset = 0, out_offset = 0, row = moved;
        std::int64_t rest = step;
        for (int k = plan.outer.count; k-- > 0;) {
            const plan_loop& loop = plan.outer.begin()[k];
            const std::int64_t index = rest % loop.extent;
            rest /= loop.extent;
            in_offset += index * loop.in;
            out_offset += index * loop.out;
            row += index * loop.row;
        }
        const std::int64_t from = at - begin_of_step;
        const std::int64_t a = from / d.seconds, b = from % d.seconds;
        std::int64_t a1 = a + 1, b1 = d.seconds;
        if (b == 0 && stop - from >= d.seconds) { // whole ones
            a1 = stop / d.seconds;
        } else { // some of one
            b1 = (std::min)(d.seconds, b + stop - from);
        }
        const void* const block_in = advanced(plan, in, in_offset);
        void* const block_out = advanced(plan, out, out_offset);
        ran = d.heads_first ? run_block(plan, job, block_in, block_out, row, b, b1, a, a1, by_function)
                            : run_block(plan, job, block_in, block_out, row, a, a1, b, b1, by_function);
        at = begin_of_step + (a1 - 1) * d.seconds + b1;
    }
    return ran;
}

ROPE_API bool refuse_place(const plan_data& plan, status& why) {
    return refuse(why, errc::overlap,
                  {plan.job.in_place
                       ? "the plan was made for one tensor in place; found two"
                       : "the plan was made for an input and an output apart; found one tensor"});
}

ROPE_API bool refuse_move(const plan_data& plan, std::int64_t past, status& why) {
    if (plan.rows.least_offset > plan.rows.most_offset) {
        return refuse(why, errc::positions,
                      {"the plan cannot be moved to offset ", past,
                       ": its positions are listed, or its rows are of float numerics or another direction"});
    }
    return refuse(why, errc::positions,
                  {"the plan cannot be moved to offset ", past, "; its table has rows for the offsets ",
                   plan.rows.least_offset, " to ", plan.rows.most_offset});
}

ROPE_API bool check_run(const plan_data& plan, const untyped_view& in, const untyped_view& out, status& why) {
    for (const untyped_view* v : {&in, &out}) {
        bool same = v->rank == plan.rank;
        for (int k = 0; k < plan.rank && same; ++k) {
            same = v->extent[k] ==
                   (k == plan.embedding && v == &out ? plan.out_embedding_extent : plan.extent[k]);
        }
        if (!same) {
            return refuse(why, errc::shape,
                          {v == &in ? "the input has the shape " : "the output has the shape ",
                           shape_text(v->extent, v->rank < 0 ? 0 : v->rank), "; the plan was made for ",
                           shape_text(plan.extent, plan.rank)});
        }
        if (hash_of_strides(*v) != (v == &in ? plan.in_strides : plan.out_strides)) {
            return refuse(why, errc::shape,
                          {v == &in ? "the input has the strides " : "the output has the strides ",
                           shape_text(v->stride, v->rank), "; the plan was made for others"});
        }
    }
    return (in.data == out.data) == plan.job.in_place || refuse_place(plan, why);
}

} // namespace detail
#endif

} // namespace ROPE_ABI
} // namespace rope
