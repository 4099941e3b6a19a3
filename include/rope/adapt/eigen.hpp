// Views of Eigen's dense types: Matrix, Array, Map, Ref, Block, transposes, with any strides and either storage order.
// Axes in index order: (rows, cols); a compile-time vector has one axis. Only pointer, extents and strides are taken; the
// view refers to the object's memory.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/tensor/view.hpp>

#include <Eigen/Core>

#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {
// half and bfloat16 may alias, so the memory can be read and written through either.
template <>
struct storage_type<Eigen::half> {
    using type = half;
};
template <>
struct storage_type<Eigen::bfloat16> {
    using type = bfloat16;
};

namespace detail {

// Dense types with memory that can be pointed to. Expressions have none.
template <class X, class = void>
struct is_dense : std::false_type {};
template <class X>
struct is_dense<X,
                std::void_t<decltype(X::IsRowMajor), decltype(X::IsVectorAtCompileTime),
                            decltype(std::declval<X&>().data()), decltype(std::declval<X&>().innerStride()),
                            decltype(std::declval<X&>().outerStride())>> : std::true_type {};

} // namespace detail

template <class X>
struct view_of<X, std::enable_if_t<detail::is_dense<X>::value>> {
    static constexpr bool exists = true;

    template <class Y>
    static auto of(Y& x) {
        const std::int64_t rows = x.rows(), cols = x.cols(), inner = x.innerStride(), outer = x.outerStride();
        auto* data = x.data();
        if constexpr (X::IsVectorAtCompileTime) {
            return view(data, {rows * cols}, {inner});
        } else {
            constexpr bool row_major = X::IsRowMajor;
            return view(data, {rows, cols}, {row_major ? outer : inner, row_major ? inner : outer});
        }
    }
};

} // namespace ROPE_ABI
} // namespace rope
