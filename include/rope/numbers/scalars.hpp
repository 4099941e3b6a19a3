// The scalar types that tables and tensors are stored in.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// IEEE 754 binary16 and bfloat16 as their bits. Arithmetic is done in float; these are storage. They may alias: memory of
// another library's type for the same format (Eigen::half, __fp16, std::uint16_t) is read and written through them.
struct ROPE_MAY_ALIAS half {
    std::uint16_t bits;
};
struct ROPE_MAY_ALIAS bfloat16 {
    std::uint16_t bits;
};

enum class dtype : std::uint8_t { f32, f64, f16, bf16 };

template <class T>
struct dtype_of { // for the four storage types only
    static_assert(sizeof(T) == 0,
                  "rope: tables and tensors hold float, double, rope::half or rope::bfloat16; words of "
                  "16 bits are rope::as_half(p) or rope::as_bfloat16(p)");
    static constexpr dtype value = dtype::f32; // so that the sentence above is the only one
    using compute = float;
};
template <>
struct dtype_of<float> {
    static constexpr dtype value = dtype::f32;
    using compute = float; // the type that a rotation of it is calculated in
};
template <>
struct dtype_of<double> {
    static constexpr dtype value = dtype::f64;
    using compute = double;
};
template <>
struct dtype_of<half> {
    static constexpr dtype value = dtype::f16;
    using compute = float;
};
template <>
struct dtype_of<bfloat16> {
    static constexpr dtype value = dtype::bf16;
    using compute = float;
};

template <class T>
using compute_type = typename dtype_of<T>::compute;

} // namespace ROPE_ABI
} // namespace rope
