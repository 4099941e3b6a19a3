// Views of Eigen::Tensor, TensorFixedSize and TensorMap of any rank up to 16, in both storage orders. The types are
// recognised by their interface: this header includes Eigen/Core and not Eigen's tensor module. The view refers to the
// tensor's memory.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/adapt/eigen.hpp>

namespace rope {
inline namespace ROPE_ABI {

namespace detail {

template <class X, class = void>
struct is_tensor : std::false_type {};
template <class X>
struct is_tensor<X,
                 std::void_t<decltype(X::NumIndices), decltype(X::Layout),
                             decltype(std::declval<X&>().data()), decltype(std::declval<X&>().dimension(0))>>
    : std::true_type {};

} // namespace detail

template <class X>
struct view_of<X, std::enable_if_t<detail::is_tensor<X>::value>> {
    static constexpr bool exists = true;

    template <class Y>
    static auto of(Y& x) {
        constexpr int rank = static_cast<int>(X::NumIndices);
        static_assert(rank <= max_rank, "rope: a view has at most 16 axes");
        constexpr bool row_major = static_cast<int>(X::Layout) == static_cast<int>(Eigen::RowMajor);
        std::int64_t extents[rank] = {}, strides[rank] = {};
        std::int64_t step = 1;
        for (int k = 0; k < rank; ++k) {
            const int axis = row_major ? rank - 1 - k : k;
            extents[axis] = x.dimension(static_cast<std::size_t>(axis));
            strides[axis] = step;
            step = detail::saturating_multiply(step, extents[axis]);
        }
        return detail::make_view<rank>(x.data(), extents, strides, rank);
    }
};

} // namespace ROPE_ABI
} // namespace rope
