// samples: vectors before and after a rotation, as numbers, with the position of each; and what a storage type rounds to.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/half.hpp>
#include <rope/numbers/scalars.hpp>
#include <rope/support/platform.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Tokens, each with `heads` vectors of `dim` numbers: x before, y after, [token][head][dim].
struct vector_samples {
    dtype type = dtype::f32;
    bool table = false; // y is cos and sin themselves, x is (1, 0): nothing was multiplied
    std::int64_t tokens = 0, heads = 0, dim = 0;
    std::vector<double> x = {}, y = {};
    std::int64_t axes = 1;
    std::vector<double> position = {};       // [axis][token]
    std::vector<std::int64_t> exact = {};    // the same as integers, or empty
    std::vector<std::int64_t> sequence = {}; // [token]: the index along "s"
    std::vector<std::int64_t> batch = {};    // [token]: the index along the other axes of tokens
    std::vector<double> first_position =
        {};                            // [axis][token]: the position of the first token of this batch entry
    std::vector<double> mirrored = {}; // [axis][token]: the position of the token at the other end of "s"
    std::int64_t sequence_extent = 1;

    double at(std::int64_t axis, std::int64_t token) const {
        return position[static_cast<std::size_t>(axis * tokens + token)];
    }
};

inline double rounded_to(dtype type, double x) noexcept {
    switch (type) {
    case dtype::f64:
        return x;
    case dtype::f32:
        return static_cast<double>(static_cast<float>(x));
    case dtype::f16:
        return static_cast<double>(to_float(to_half(x)));
    case dtype::bf16:
        return static_cast<double>(to_float(to_bfloat16(x)));
    }
    return x;
}

inline int precision_of(dtype type) noexcept {
    return type == dtype::f64 ? 53 : type == dtype::f32 ? 24 : type == dtype::f16 ? 11 : 8;
}

// Half a unit in the last place of a number of this size.
inline double half_unit(dtype type, double x) noexcept {
    int exponent = 0;
    std::frexp(x, &exponent);
    const int least = type == dtype::f64   ? -1074
                      : type == dtype::f32 ? -149
                      : type == dtype::f16 ? -24
                                           : -133;
    int power = exponent - precision_of(type);
    if (power < least) {
        power = least;
    }
    return std::ldexp(0.5, power);
}

// The relative size of one rounding.
inline double unit_of(dtype type) noexcept {
    return std::ldexp(1.0, -precision_of(type));
}

inline const char* type_name(dtype type) noexcept {
    return type == dtype::f64   ? "float64"
           : type == dtype::f32 ? "float32"
           : type == dtype::f16 ? "half"
                                : "bfloat16";
}

inline std::size_t index_of(std::int64_t n) noexcept {
    return static_cast<std::size_t>(n);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
