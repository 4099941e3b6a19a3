// containers: which types are lists in memory (std::vector, std::array, std::span) or multidimensional spans (std::mdspan), by
// their interface, so that none of their headers is included.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class X, class = void>
struct has_dimensions : std::false_type {}; // Eigen's matrices and tensors
template <class X>
struct has_dimensions<X, std::void_t<decltype(std::declval<const X&>().innerStride())>> : std::true_type {};
template <class X, class = void>
struct has_indices : std::false_type {};
template <class X>
struct has_indices<X, std::void_t<decltype(X::NumIndices)>> : std::true_type {};

// A list in memory: data() and size(). `element` is what data() of an L points to.
template <class L, class = void>
struct list_in_memory {
    static constexpr bool exists = false;
};
template <class L>
struct list_in_memory<
    L, std::void_t<decltype(std::declval<L&>().size()), decltype(*std::declval<L&>().data())>> {
    using element = std::remove_reference_t<decltype(*std::declval<L&>().data())>;
    static constexpr bool exists = !has_dimensions<std::remove_const_t<L>>::value && !has_indices<L>::value;
};

// Whether a list has integers.
template <class L, bool = list_in_memory<const L>::exists>
struct list_of_extents {
    static constexpr bool exists = false;
};
template <class L>
struct list_of_extents<L, true> {
    static constexpr bool exists =
        std::is_integral_v<std::remove_cv_t<typename list_in_memory<const L>::element>>;
};

// A multidimensional span: rank(), extent(k), stride(k) and data_handle(), a pointer.
template <class X, class = void>
struct mdspan_in_memory {
    static constexpr bool exists = false;
};
template <class X>
struct mdspan_in_memory<X, std::void_t<decltype(X::rank()), decltype(std::declval<const X&>().extent(0)),
                                       decltype(std::declval<const X&>().stride(0)),
                                       decltype(*std::declval<const X&>().data_handle())>> {
    static constexpr bool exists =
        std::is_pointer_v<std::decay_t<decltype(std::declval<const X&>().data_handle())>>;
};

template <class X, class = void>
struct has_fixed_size : std::false_type {}; // std::array, which has its elements in itself
template <class X>
struct has_fixed_size<X, std::void_t<decltype(std::tuple_size<X>::value)>> : std::true_type {};

// Whether a forwarded object that owns its memory would be destroyed at the end of the expression. Spans own none.
template <class Forwarded, class X = std::remove_cv_t<std::remove_reference_t<Forwarded>>>
inline constexpr bool is_dying =
    !std::is_lvalue_reference_v<Forwarded> && (!std::is_trivially_copyable_v<X> || has_fixed_size<X>::value);

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
