// rotation_plan: a rotation whose checks and choices are made: kernel, loops, rows. A value, made once for a batch of tokens
// and used for every layer. plan.hpp makes it, run.hpp runs it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/rotate_job.hpp>
#include <rope/numbers/scalars.hpp>
#include <rope/rotate/row_binding.hpp>
#include <rope/tensor/untyped_view.hpp>

#include <cstdint>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A loop around the kernel: extent, and what a step adds to the input, the output (in elements) and the row.
struct plan_loop {
    std::int64_t extent, in, out, row;
};

// The loops outside those of the kernel. Three of them without allocation.
struct outer_loops {
    int count = 0;
    plan_loop few[3];
    std::vector<plan_loop> many = {};

    const plan_loop* begin() const noexcept { return many.empty() ? few : many.data(); }
};

inline isa rotate_nothing(const kernels::rotate_job&, const void*, void*) noexcept {
    return isa::scalar;
}

// A plan without its element types.
struct plan_data {
    kernels::rotate_kernel kernel = &rotate_nothing; // a plan that was not made does nothing
    rope::isa isa = rope::isa::scalar;               // whose kernel it is
    bool one_call = true; // the kernel does all of it at once: one outer step, rows where the job says
    std::int8_t in_size = 1, out_size = 1; // bytes of a real element
    std::int8_t rank = 0;
    kernels::rotate_job job = {}; // of all the data
    plan_loop tokens = {1, 0, 0, 0}, heads = {1, 0, 0, 0};
    std::int64_t outer_steps = 1;
    outer_loops outer = {};
    row_binding rows = {};
    std::int8_t embedding = 0;             // index of the axis "d"
    std::int64_t extent[max_rank];         // of the tensors that it was made for; `rank` of them
    std::int64_t out_embedding_extent = 0; // half of extent[embedding] where only the output is complex
    std::uint64_t in_strides = 0, out_strides = 0; // hashes: run() compares them with those of its tensors
};

} // namespace detail

// In, Out: the element types, float, double, half or bfloat16. Refers to the table or frequencies that it was made from, which
// must outlive it. A default-constructed plan does nothing.
template <class In, class Out>
struct rotation_plan : detail::plan_data {};

} // namespace ROPE_ABI
} // namespace rope
