// Compiled as engines are: -O3 -ffast-math -march=native.
// SPDX-License-Identifier: MIT
#include "decode_by_hand.hpp"

#include <rope/numbers/half.hpp>

#include <cmath>
#include <vector>
#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace bench {
namespace {

inline std::uint16_t half_bits(float x) {
#if defined(__F16C__)
    return static_cast<std::uint16_t>(_cvtss_sh(x, 0));
#else
    return rope::to_half(x).bits;
#endif
}

void convert(const float* from, std::int64_t n, std::uint16_t* to) {
    std::int64_t k = 0;
#if defined(__F16C__)
    for (; k + 8 <= n; k += 8) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + k), _mm256_cvtps_ph(_mm256_loadu_ps(from + k), 0));
    }
#endif
    for (; k < n; ++k) {
        to[k] = half_bits(from[k]);
    }
}

void rotate_heads(float* x, std::int64_t count, std::int64_t dim, std::int64_t position) {
    for (std::int64_t i = 0; i < count; i += 2) {
        const auto at = static_cast<float>(i % dim);
        const float freq = 1.0f / std::pow(10000.0f, at / static_cast<float>(dim));
        const float angle = static_cast<float>(position) * freq, c = std::cos(angle), s = std::sin(angle);
        const float a = x[i], b = x[i + 1];
        x[i] = a * c - b * s;
        x[i + 1] = a * s + b * c;
    }
}

void rotate_tensor(const float* x, std::int64_t heads, std::int64_t dim, std::int64_t position, float* y,
                   std::vector<float>& angles) {
    angles.resize(static_cast<std::size_t>(dim));
    float theta = static_cast<float>(position);
    const float scale = std::pow(10000.0f, -2.0f / static_cast<float>(dim));
    for (std::int64_t i = 0; i < dim; i += 2) {
        angles[static_cast<std::size_t>(i)] = std::cos(theta);
        angles[static_cast<std::size_t>(i) + 1] = std::sin(theta);
        theta *= scale;
    }
    for (std::int64_t h = 0; h < heads; ++h, x += dim, y += dim) {
        for (std::int64_t i = 0; i < dim; i += 2) {
            const float c = angles[static_cast<std::size_t>(i)], s = angles[static_cast<std::size_t>(i) + 1];
            y[i] = x[i] * c - x[i + 1] * s;
            y[i + 1] = x[i] * s + x[i + 1] * c;
        }
    }
}

} // namespace

void step_by_heads(float* query, std::int64_t heads, float* key, const float* value, std::int64_t key_heads,
                   std::int64_t dim, std::int64_t position, std::uint16_t* key_slot,
                   std::uint16_t* value_slot) {
    rotate_heads(query, heads * dim, dim, position);
    rotate_heads(key, key_heads * dim, dim, position);
    for (std::int64_t k = 0; k < key_heads * dim; ++k) {
        key_slot[k] = half_bits(key[k]);
        value_slot[k] = half_bits(value[k]);
    }
}

void step_by_operations(const float* query, std::int64_t heads, const float* key, const float* value,
                        std::int64_t key_heads, std::int64_t dim, std::int64_t position, float* query_out,
                        float* key_out, std::uint16_t* key_slot, std::uint16_t* value_slot) {
    static thread_local std::vector<float> angles;
    rotate_tensor(query, heads, dim, position, query_out, angles);
    rotate_tensor(key, key_heads, dim, position, key_out, angles);
    convert(key_out, key_heads * dim, key_slot);
    convert(value, key_heads * dim, value_slot);
}

} // namespace bench
