// The loops of a rotation: the axes of the tensor, merged where memory allows, split into the two that a
// kernel runs (tokens, which have rows of their own, and heads, which share one) and those around it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/plan_data.hpp>
#include <rope/tensor/view.hpp>

#include <algorithm>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline std::int64_t magnitude(std::int64_t a) {
    return a < 0 ? -a : a;
}

// Merges loops that step through memory and rows as one longer loop would. Leaves the longest strides first.
inline void merge_loops(std::vector<plan_loop>& loops) {
    std::sort(loops.begin(), loops.end(), [](const plan_loop& a, const plan_loop& b) {
        return magnitude(a.out) != magnitude(b.out) ? magnitude(a.out) > magnitude(b.out)
                                                    : magnitude(a.in) > magnitude(b.in);
    });
    std::vector<plan_loop> merged;
    for (const plan_loop& inner : loops) {
        if (!merged.empty()) {
            plan_loop& outer = merged.back();
            if (outer.in == inner.in * inner.extent && outer.out == inner.out * inner.extent &&
                outer.row == inner.row * inner.extent) {
                outer = {outer.extent * inner.extent, inner.in, inner.out, inner.row};
                continue;
            }
        }
        merged.push_back(inner);
    }
    loops = std::move(merged);
}

// Takes the longest loop out of a list; a list without loops gives the loop of one step.
inline plan_loop take_longest(std::vector<plan_loop>& loops) {
    if (loops.empty()) {
        return {1, 0, 0, 0};
    }
    const auto longest =
        std::max_element(loops.begin(), loops.end(),
                         [](const plan_loop& a, const plan_loop& b) { return a.extent < b.extent; });
    const plan_loop taken = *longest;
    loops.erase(longest);
    return taken;
}

template <class Plan>
void arrange_loops(Plan& plan, std::vector<plan_loop> tokens, std::vector<plan_loop> heads) {
    merge_loops(tokens);
    merge_loops(heads);
    plan.tokens = take_longest(tokens);
    plan.heads = take_longest(heads);
    plan.outer = std::move(tokens);
    plan.outer.insert(plan.outer.end(), heads.begin(), heads.end());
    plan.outer_steps = 1;
    for (const plan_loop& loop : plan.outer) {
        plan.outer_steps *= loop.extent;
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
