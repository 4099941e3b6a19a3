// slice: one index of one axis of a view.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/tensor/view.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// The part of `v` with index `index` along `axis`; the axis stays, with extent 1. 0 <= axis < v.rank and
// 0 <= index < v.extent[axis]. Refers to the same memory. Allocates nothing.
template <class T, int N>
constexpr tensor_view<T, N> slice(tensor_view<T, N> v, int axis, std::int64_t index) noexcept {
    if (v.data != nullptr) {
        v.data += index * v.stride[axis] * (v.complex_pairs ? 2 : 1);
    }
    v.extent[axis] = 1;
    return v;
}

} // namespace ROPE_ABI
} // namespace rope
