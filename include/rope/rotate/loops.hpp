// The loops of a rotation: the axes of the tensor, merged where memory allows, split into the two that a
// kernel runs (tokens, which have rows of their own, and heads, which share one) and those around it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/rotation_plan.hpp>
#include <rope/support/checked.hpp>
#include <rope/tensor/view.hpp>

#include <algorithm>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Loops while they are being arranged.
struct loop_list {
    int count = 0;
    plan_loop loop[max_rank];

    void add(std::int64_t extent, std::int64_t in, std::int64_t out, std::int64_t row) noexcept {
        plan_loop& l = loop[count++];
        l.extent = extent;
        l.in = in;
        l.out = out;
        l.row = row;
    }
};

// Merges loops that step through memory and rows as one longer loop would. Leaves the longest strides first.
inline void merge_loops(loop_list& loops) {
    std::sort(loops.loop, loops.loop + loops.count, [](const plan_loop& a, const plan_loop& b) {
        return magnitude(a.out) != magnitude(b.out) ? magnitude(a.out) > magnitude(b.out)
                                                    : magnitude(a.in) > magnitude(b.in);
    });
    int merged = 0;
    for (int k = 0; k < loops.count; ++k) {
        const plan_loop inner = loops.loop[k];
        if (merged > 0) {
            plan_loop& outer = loops.loop[merged - 1];
            if (outer.in == inner.in * inner.extent && outer.out == inner.out * inner.extent &&
                outer.row == inner.row * inner.extent) {
                outer = {outer.extent * inner.extent, inner.in, inner.out, inner.row};
                continue;
            }
        }
        loops.loop[merged++] = inner;
    }
    loops.count = merged;
}

// Elements (pairs of floats, for complex numbers) side by side in input and output: a vector can run across them.
inline bool in_lanes(const plan_loop& loop) {
    return loop.in == loop.out && (loop.out == 1 || loop.out == 2) && loop.extent >= 4;
}

// Takes the loop for the kernel out of a list: one whose elements are side by side, else the longest. A list without loops
// gives the loop of one step.
inline void take_inner(loop_list& loops, plan_loop& taken) {
    if (loops.count == 0) {
        taken.extent = 1;
        taken.in = taken.out = taken.row = 0;
        return;
    }
    plan_loop* const end = loops.loop + loops.count;
    plan_loop* const best =
        loops.count == 1 ? loops.loop
                         : std::max_element(loops.loop, end, [](const plan_loop& a, const plan_loop& b) {
                               return in_lanes(a) != in_lanes(b) ? in_lanes(b) : a.extent < b.extent;
                           });
    taken.extent = best->extent;
    taken.in = best->in;
    taken.out = best->out;
    taken.row = best->row;
    std::copy(best + 1, end, best);
    --loops.count;
}

// The loops of a plan from those over token axes and those over head axes.
inline void arrange_loops(plan_data& plan, loop_list& tokens, loop_list& heads) {
    if (tokens.count > 1) {
        merge_loops(tokens);
    }
    if (heads.count > 1) {
        merge_loops(heads);
    }
    take_inner(tokens, plan.tokens);
    take_inner(heads, plan.heads);
    plan.outer.count = tokens.count + heads.count;
    plan.outer_steps = 1;
    if (ROPE_LIKELY(plan.outer.count == 0)) {
        return;
    }
    plan_loop* to = plan.outer.few;
    if (plan.outer.count > 3) {
        plan.outer.many.resize(static_cast<std::size_t>(plan.outer.count));
        to = plan.outer.many.data();
    }
    for (const loop_list* list : {&tokens, &heads}) {
        for (int k = 0; k < list->count; ++k) {
            *to++ = list->loop[k];
            plan.outer_steps *= list->loop[k].extent;
        }
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
