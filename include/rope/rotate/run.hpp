// run: does what a plan says, all of it or one part. Cannot fail, allocates nothing, locks nothing.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/plan_data.hpp>
#include <rope/support/platform.hpp>
#include <rope/tensor/view.hpp>

#include <algorithm>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A block whose rows come in pieces, or have to be made: a few tokens at a time, whose rows stay in the first-level
// cache. Apart from the rest, so that only who needs it pays for the buffer.
template <class In, class Out>
ROPE_NOINLINE isa run_supplied(const rotation_plan<In, Out>& plan, kernels::rotate_job& job, const In* in,
                               Out* out, std::int64_t row, std::int64_t tokens) noexcept {
    using compute = compute_type<Out>;
    alignas(64) compute buffer[2 * buffered_entries];
    job.first_row = 0;
    isa ran = plan.isa;
    for (std::int64_t t = 0; t < tokens; t += job.tokens) {
        const row_block<compute> rows =
            plan.supplier(plan.supply.get(), row + t * plan.tokens.row, plan.tokens.row, tokens - t, buffer);
        job.cos = rows.cos;
        job.sin = rows.sin;
        job.row_stride = rows.row_stride;
        job.rows_step = rows.rows_step;
        job.tokens = rows.tokens;
        ran = plan.kernel(job, in + t * plan.tokens.in, out + t * plan.tokens.out);
    }
    return ran;
}

// One outer step, tokens [t0, t1), heads [h0, h1). Returns what the kernel says it is.
template <class In, class Out>
isa run_block(const rotation_plan<In, Out>& plan, kernels::rotate_job& job, const In* in, Out* out,
              std::int64_t row, std::int64_t t0, std::int64_t t1, std::int64_t h0, std::int64_t h1) noexcept {
    in += t0 * plan.tokens.in + h0 * plan.heads.in;
    out += t0 * plan.tokens.out + h0 * plan.heads.out;
    job.tokens = t1 - t0;
    job.heads = h1 - h0;
    const std::int64_t first = row + t0 * plan.tokens.row;
    if (plan.supplier != nullptr) {
        return run_supplied(plan, job, in, out, first, t1 - t0);
    }
    if (plan.rows.empty()) {
        job.first_row = plan.job.first_row + first;
    } else {
        job.rows = plan.rows.data() + first;
    }
    return plan.kernel(job, in, out);
}

// How the rows of a plan are shared out: [outer step][first][second], where a part is a range. Tokens come first,
// then heads; the other way round where tokens lie side by side, so that no part writes into a cache line of
// another's.
struct division {
    std::int64_t firsts, seconds, grain, parts; // grain: seconds that stay together
    std::int64_t grains, units;                 // grains of one first; units that are dealt out
    bool heads_first;

    std::int64_t boundary(std::int64_t part) const noexcept {
        const std::int64_t unit = units / parts * part + (std::min)(part, units % parts);
        return unit / grains * seconds + (std::min)(unit % grains * grain, seconds);
    }
};

template <class In, class Out>
division divide(const rotation_plan<In, Out>& plan, std::int64_t parts) noexcept {
    constexpr std::int64_t line = 64; // elements: a cache line of bytes and more of anything else
    const auto side_by_side = [&](const plan_loop& loop) {
        const std::int64_t step = loop.out < 0 ? -loop.out : loop.out;
        const std::int64_t pair = plan.job.to.pair < 0 ? -plan.job.to.pair : plan.job.to.pair;
        return loop.extent > 1 && step < pair;
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

template <class In, class Out>
ROPE_NOINLINE isa run_part(const rotation_plan<In, Out>& plan, const In* in, Out* out, std::int64_t part,
                           std::int64_t parts) noexcept {
    kernels::rotate_job job = plan.job;
    if (!plan.cos.empty()) {
        job.cos = plan.cos.data();
        job.sin = plan.sin.data();
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
        std::int64_t in_offset = 0, out_offset = 0, row = 0;
        std::int64_t rest = step;
        for (int k = plan.outer.count; k-- > 0;) {
            const plan_loop& loop = plan.outer.loop[k];
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
        if (d.heads_first) {
            ran = run_block(plan, job, in + in_offset, out + out_offset, row, b, b1, a, a1);
        } else {
            ran = run_block(plan, job, in + in_offset, out + out_offset, row, a, a1, b, b1);
        }
        at = begin_of_step + (a1 - 1) * d.seconds + b1;
    }
    return ran;
}

} // namespace detail

// Rotates part `part` of `parts` (0 <= part < parts) with the data at these pointers, which stand to the memory that the
// plan was made for as a copy does: same shape, same strides, input and output the same or apart as they were then.
// Different parts write different elements, so they may run at once. Parts are tokens as long as there are enough, then
// heads (heads, then tokens, where tokens lie side by side). Returns the instruction set whose kernel did the work (of a
// part without work: that of the plan). Preconditions: what the plan refers to still stands (a growing table may grow
// meanwhile).
template <class In, class Out>
isa run(const rotation_plan<In, Out>& plan, const In* in, Out* out, std::int64_t part = 0,
        std::int64_t parts = 1) noexcept {
    if (parts == 1 && plan.one_call) {
        return plan.kernel(plan.job, in, out); // a decoder's token waits for nothing else
    }
    return detail::run_part(plan, in, out, part, parts);
}

// In place.
template <class T>
isa run(const rotation_plan<T, T>& plan, T* data, std::int64_t part = 0, std::int64_t parts = 1) noexcept {
    return run(plan, static_cast<const T*>(data), data, part, parts);
}

// With the tensors themselves (anything that has a view), whose memory alone is taken from them.
template <class T, class X, class = std::enable_if_t<view_of<std::decay_t<X>>::exists>>
isa run(const rotation_plan<T, T>& plan, X&& x, std::int64_t part = 0, std::int64_t parts = 1) noexcept {
    return run(plan, as_view(x).data, part, parts);
}
template <class In, class Out, class X, class Y,
          class = std::enable_if_t<view_of<std::decay_t<X>>::exists && view_of<std::decay_t<Y>>::exists>>
isa run(const rotation_plan<In, Out>& plan, const X& x, Y&& y, std::int64_t part = 0,
        std::int64_t parts = 1) noexcept {
    return run(plan, static_cast<const In*>(as_view(x).data), as_view(y).data, part, parts);
}

} // namespace ROPE_ABI
} // namespace rope
