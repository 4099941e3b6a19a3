// untyped_view: a tensor_view without its element type and capacity, so that checks are compiled once.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/tensor/view.hpp>

#include <cstdint>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

constexpr std::int64_t size_of(dtype type) noexcept {
    return type == dtype::f64 ? 8 : type == dtype::f32 ? 4 : 2;
}

// Refers to the extents and strides of the view that it was made from, which must outlive it.
struct untyped_view {
    const void* data = nullptr;
    const std::int64_t* extent = nullptr;
    const std::int64_t* stride = nullptr;
    int rank = 0;
    dtype type = dtype::f32;
    bool complex_pairs = false;

    untyped_view() = default;
    template <class T, int N>
    untyped_view(const tensor_view<T, N>& v) noexcept
        : data(v.data), extent(v.extent), stride(v.stride), rank(v.rank),
          type(dtype_of<std::remove_const_t<T>>::value), complex_pairs(v.complex_pairs) {}

    std::int64_t reals() const noexcept { return complex_pairs ? 2 : 1; } // per element
    std::int64_t element_size() const noexcept { return size_of(type) * reals(); }
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
