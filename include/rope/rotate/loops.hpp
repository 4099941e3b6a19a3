// The loops of a rotation: the axes of the tensor, merged where memory allows, split into the two that a
// kernel runs (tokens, which have rows of their own, and heads, which share one) and those around it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/plan_data.hpp>
#include <rope/tensor/view.hpp>

#include <algorithm>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline std::int64_t magnitude(std::int64_t a) {
    return a < 0 ? -a : a;
}

// Merges loops that step through memory and rows as one longer loop would. Leaves the longest strides first.
inline void merge_loops(plan_loops& loops) {
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

// Takes the loop for the kernel out of a list: one whose elements stand side by side, else the longest. A list without
// loops gives the loop of one step.
inline plan_loop take_inner(plan_loops& loops) {
    if (loops.count == 0) {
        return {1, 0, 0, 0};
    }
    plan_loop* const end = loops.loop + loops.count;
    plan_loop* const best = std::max_element(loops.loop, end, [](const plan_loop& a, const plan_loop& b) {
        return in_lanes(a) != in_lanes(b) ? in_lanes(b) : a.extent < b.extent;
    });
    const plan_loop taken = *best;
    std::copy(best + 1, end, best);
    --loops.count;
    return taken;
}

// The loops of a plan from those over token axes and those over head axes.
template <class Plan>
void arrange_loops(Plan& plan, plan_loops tokens, plan_loops heads) {
    merge_loops(tokens);
    merge_loops(heads);
    plan.tokens = take_inner(tokens);
    plan.heads = take_inner(heads);
    plan.outer = tokens;
    for (int k = 0; k < heads.count; ++k) {
        plan.outer.loop[plan.outer.count++] = heads.loop[k];
    }
    plan.outer_steps = 1;
    for (int k = 0; k < plan.outer.count; ++k) {
        plan.outer_steps *= plan.outer.loop[k].extent;
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
