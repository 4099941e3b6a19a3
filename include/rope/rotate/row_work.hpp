// row_work: what is done to each row of a row pass, and where the rows of a tensor are. The engine is row_pass.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/convert_job.hpp>
#include <rope/kernels/rotate_job.hpp>

#include <cstdint>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

constexpr std::int64_t pass_values = 8192; // floats of the buffer, and the most that head_dim may be
constexpr int pass_axes = 4;               // axes besides "h" and "d", at most

struct row_place {
    char* row;
    float* scales;
};

// The tokens of a pass: a C-order index of their axes, and what each axis adds to the number of the row of cos and sin.
struct token_grid {
    int count = 0;
    std::int64_t extent[pass_axes] = {};
    std::int64_t row_step[pass_axes] = {};
    std::int64_t tokens = 1;

    std::int64_t sum_of_steps(std::int64_t token, const std::int64_t* step) const noexcept {
        std::int64_t sum = 0;
        for (int k = count; k-- > 0;) {
            sum += token % extent[k] * step[k];
            token /= extent[k];
        }
        return sum;
    }
    std::int64_t row(std::int64_t token) const noexcept { return sum_of_steps(token, row_step); }
};

// The side of a tensor.
struct tensor_side {
    row_format format = row_format::f32;
    std::int64_t one = 1, head = 0, scale_head = 0, block = 1;
    std::int64_t token[pass_axes] = {}; // bytes, for each axis of the grid
    const token_grid* grid = nullptr;
    char* data = nullptr;

    bool place(std::int64_t t, row_place& at) const noexcept {
        at = {data + grid->sum_of_steps(t, token), nullptr};
        return true;
    }
};

// A root-mean-square norm: x * (1 / sqrt(mean(x^2) + epsilon)) * weight.
struct pass_norm {
    bool before = false, after = false; // of the rotation; neither: no norm
    bool across_heads = false;          // the mean over all heads of a token
    double epsilon = 0;
    double inverse_count = 0;       // 1 / (values of a mean)
    std::vector<float> weight = {}; // [dim], [heads][dim] or [tokens][heads][dim]; empty: 1
    std::int64_t weight_head = 0;   // from a head's weights to the next one's
    std::int64_t weight_token = 0;  // from a token's to the next one's

    const float* weight_at(std::int64_t token, std::int64_t head) const noexcept {
        return weight.empty() ? nullptr : weight.data() + token * weight_token + head * weight_head;
    }
};

// What is done to each row.
struct row_work {
    convert_kernels convert = {};
    kernels::rotate_kernel rotate = nullptr; // of floats in place; null: rows are not rotated
    kernels::rotate_job job = {};            // in the buffer
    std::int64_t heads = 0, dim = 0;
    pass_norm norm = {};
    norm_kernel fused = nullptr; // norm and rotation by one kernel, not through the buffer
    norm_job fused_job = {};

    std::int64_t grain() const noexcept { return norm.across_heads ? heads : 1; } // rows that stay together
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
