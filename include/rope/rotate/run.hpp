// run: does what a plan says, all of it or one part. Cannot fail, allocates nothing, locks nothing.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/plan_data.hpp>
#include <rope/tensor/view.hpp>

#include <algorithm>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// One outer step, tokens [t0, t1), heads [h0, h1).
template <class In, class Out>
void run_block(const rotation_plan<In, Out>& plan, kernels::rotate_job& job, const In* in, Out* out,
               std::int64_t row, std::int64_t t0, std::int64_t t1, std::int64_t h0,
               std::int64_t h1) noexcept {
    job.in = in + t0 * plan.tokens.in + h0 * plan.heads.in;
    job.out = out + t0 * plan.tokens.out + h0 * plan.heads.out;
    job.tokens = t1 - t0;
    job.heads = h1 - h0;
    const std::int64_t first = row + t0 * plan.tokens.row;
    if (plan.rows.empty()) {
        job.first_row = plan.job.first_row + first;
    } else {
        job.rows = plan.rows.data() + first;
    }
    plan.kernel(job);
}

} // namespace detail

// Rotates part `part` of `parts` (0 <= part < parts) with the data at these pointers, which stand to the
// memory that the plan was made for as a copy does: same shape, same strides, input and output the same or
// apart as they were then. Different parts write different elements, so they may run at once. Parts are
// tokens as long as there are enough, then heads. Returns the instruction set whose kernel did the work (of a
// part without work: that of the plan). Preconditions: the rows that the plan refers to still stand.
template <class In, class Out>
isa run(const rotation_plan<In, Out>& plan, const In* in, Out* out, std::int64_t part = 0,
        std::int64_t parts = 1) noexcept {
    kernels::rotate_job job = plan.job;
    if (!plan.cos.empty()) {
        job.cos = plan.cos.data();
        job.sin = plan.sin.data();
    }
    const std::int64_t tokens = plan.tokens.extent, heads = plan.heads.extent;
    const bool by_token = plan.outer_steps * tokens >= parts;
    const std::int64_t unit = by_token ? heads : 1; // rows of data that stay together
    const std::int64_t units = plan.outer_steps * tokens * (by_token ? 1 : heads);
    const auto boundary = [&](std::int64_t k) {
        return (units / parts * k + (std::min)(k, units % parts)) * unit;
    };
    const std::int64_t end = boundary(part + 1);
    std::int64_t at = boundary(part);
    while (at < end) {
        const std::int64_t step = at / (tokens * heads);
        const std::int64_t begin_of_step = step * tokens * heads;
        const std::int64_t stop = (std::min)(end - begin_of_step, tokens * heads);
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
        const std::int64_t t = from / heads, h = from % heads;
        std::int64_t done;
        if (h == 0 && stop - from >= heads) { // whole tokens
            const std::int64_t t1 = stop / heads;
            detail::run_block(plan, job, in + in_offset, out + out_offset, row, t, t1, 0, heads);
            done = t1 * heads;
        } else { // some heads of one token
            const std::int64_t h1 = (std::min)(heads, h + stop - from);
            detail::run_block(plan, job, in + in_offset, out + out_offset, row, t, t + 1, h, h1);
            done = t * heads + h1;
        }
        at = begin_of_step + done;
    }
    return job.ran;
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
