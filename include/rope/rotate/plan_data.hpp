// rotation_plan: a rotation whose every question is settled: kernel, loops, rows. A value, made once for a
// batch of tokens and used for every layer; see plan.hpp for how it is made and run.hpp for what it does.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/rotate_job.hpp>
#include <rope/model/config.hpp>
#include <rope/numbers/scalars.hpp>
#include <rope/tensor/view.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// forward: by the angle, times the attention factor. adjoint: by the opposite angle with the same factor (the
// transpose; what a gradient needs). inverse: by the opposite angle with the reciprocal factor (undoes
// forward).
enum class direction : std::uint8_t { forward, adjoint, inverse };

struct rotate_options {
    rope::direction direction = direction::forward;
    std::optional<pairing> out_pairing = {}; // empty: the pairing of the frequencies
};

// A loop around the kernel: extent, and what a step adds to the input, the output (elements) and the row.
struct plan_loop {
    std::int64_t extent, in, out, row;
};
struct plan_loops {
    plan_loop loop[max_rank];
    int count = 0;
};

// Rows of some tokens: row k is row_stride * k * rows_step behind cos and sin, pairs contiguous.
template <class Compute>
struct row_block {
    const Compute* cos;
    const Compute* sin;
    std::int64_t row_stride, rows_step; // rows_step 0: all tokens have the same row
    std::int64_t tokens;                // at least 1
};

// What a plan asks for rows where they do not lie in one piece of memory: those of the tokens numbered first,
// first + step, ..., `most` of them or fewer. They stand already, or are made in `buffer`.
constexpr std::int64_t buffered_entries = 2048; // of cos, and as many of sin: 32 tokens of 64 pairs
template <class Compute>
using row_supplier = row_block<Compute> (*)(const void* supply, std::int64_t first, std::int64_t step,
                                            std::int64_t most, Compute* buffer) noexcept;

// Refers to what it was made from (a table, frequencies), which must outlive it, unless it holds rows of its own.
template <class In, class Out>
struct rotation_plan {
    kernels::rotate_kernel kernel = nullptr;
    rope::isa isa = rope::isa::scalar; // whose kernel it is
    kernels::rotate_job job = {};      // of all the data
    plan_loops outer = {};
    std::int64_t outer_steps = 1;
    bool one_call = false; // the kernel does all of it at once: one outer step, rows where the job says
    plan_loop tokens = {1, 0, 0, 0}, heads = {1, 0, 0, 0};
    std::vector<std::int64_t> rows = {}; // row of each token; empty: first_row and the loops' steps
    std::vector<compute_type<Out>> cos = {}, sin = {}; // rows of the plan's own
    row_supplier<compute_type<Out>> supplier =
        nullptr; // null: rows are where the job says, or the plan's own
    std::shared_ptr<const void> supply = {};
};

} // namespace ROPE_ABI
} // namespace rope
