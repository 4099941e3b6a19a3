// rms_norm: the root-mean-square norm of queries and keys that some families have before or after their rotation.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/scalars.hpp>
#include <rope/support/abi.hpp>

#include <cstddef>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// y = x * (1 / sqrt(mean(x^2) + epsilon)) * weight, or * (1 + weight). The mean is over the head_dim values of a head, or over
// all heads of a token. Refers to the weights; a plan copies them.
struct rms_norm {
    enum class place : std::uint8_t { before_rotation, after_rotation };
    // What has weights of its own: nothing, [head_dim], or [heads][head_dim] where the mean is over all heads; each head,
    // [heads][head_dim]; each token, [tokens][heads][head_dim], tokens in C order of their axes.
    enum class own : std::uint8_t { none, head, token };

    const void* weight = nullptr; // null: 1
    dtype weight_type = dtype::f32;
    std::int64_t weights = 0; // how many there are
    double epsilon = 1e-6;
    bool one_plus = false;
    bool across_heads = false;
    place where = place::before_rotation;
    own weights_of = own::none;
};

namespace detail {

template <class T>
rms_norm norm_of(const T* weight, std::int64_t weights, double epsilon) noexcept {
    rms_norm n;
    n.weight = weight;
    n.weight_type = dtype_of<T>::value;
    n.weights = weights;
    n.epsilon = epsilon;
    return n;
}

} // namespace detail

// Per head, weight [head_dim], before the rotation: Qwen 3 and most families with a norm of queries and keys.
template <class T>
rms_norm per_head_norm(const T* weight, std::int64_t head_dim, double epsilon = 1e-6) noexcept {
    return detail::norm_of(weight, head_dim, epsilon);
}

// Per head, 1 + weight: Gemma 3.
template <class T>
rms_norm one_plus_norm(const T* weight, std::int64_t head_dim, double epsilon = 1e-6) noexcept {
    rms_norm n = detail::norm_of(weight, head_dim, epsilon);
    n.one_plus = true;
    return n;
}

// Across all heads of a token, weight [heads][head_dim]: OLMo 2.
template <class T>
rms_norm across_heads_norm(const T* weight, std::int64_t weights, double epsilon = 1e-6) noexcept {
    rms_norm n = detail::norm_of(weight, weights, epsilon);
    n.across_heads = true;
    return n;
}

// Per head, weight [heads][head_dim]: each head has its own.
template <class T>
rms_norm each_head_norm(const T* weight, std::int64_t weights, double epsilon = 1e-6) noexcept {
    rms_norm n = detail::norm_of(weight, weights, epsilon);
    n.weights_of = rms_norm::own::head;
    return n;
}

// Per head, weight [tokens][heads][head_dim]: a factor for each value, in the place of ggml's RMS_NORM and MUL of two tensors.
template <class T>
rms_norm each_token_norm(const T* weight, std::int64_t weights, double epsilon = 1e-6) noexcept {
    rms_norm n = detail::norm_of(weight, weights, epsilon);
    n.weights_of = rms_norm::own::token;
    return n;
}

// Per head, without weights, after the rotation: Llama 4.
inline rms_norm rotated_norm(double epsilon = 1e-5) noexcept {
    rms_norm n;
    n.epsilon = epsilon;
    n.where = rms_norm::place::after_rotation;
    return n;
}

} // namespace ROPE_ABI
} // namespace rope
