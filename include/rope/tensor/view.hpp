// tensor_view: strided memory of any rank. What is rotated, and where the result goes. Adaptors (Eigen, ...) make one; the
// names of its axes are given where it is used.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/storage_type.hpp>
#include <rope/support/checked.hpp>
#include <rope/support/containers.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {

inline constexpr int max_rank = 16;

// Element (i0, i1, ...) is data[i0 * stride[0] + i1 * stride[1] + ...]. Axes are in index order, whatever the storage order
// is. Strides are in elements and may be negative; zero is allowed on an axis that is only read. complex_pairs: T is the
// real type of complex numbers; element k is the pair data[2k], data[2k + 1]. Capacity: the most axes that it has room for;
// a view of 4 axes takes 80 bytes. Refers to the caller's memory.
template <class T, int Capacity = max_rank>
struct tensor_view {
    T* data = nullptr;
    std::int32_t rank = 0;
    bool complex_pairs = false;
    std::int64_t extent[static_cast<std::size_t>(Capacity)] = {};
    std::int64_t stride[static_cast<std::size_t>(Capacity)] = {};
};

// One extent or stride, of any integer type.
struct extent {
    std::int64_t value;

    template <class Integer, class = std::enable_if_t<std::is_integral_v<Integer>>>
    constexpr extent(Integer n) noexcept : value(static_cast<std::int64_t>(n)) {}
};

namespace detail {

template <class T>
inline constexpr bool is_storage_type = std::is_same_v<T, float> || std::is_same_v<T, double> ||
                                        std::is_same_v<T, half> || std::is_same_v<T, bfloat16>;

// A complex number of two T side by side, by its interface: <complex> brings streams and locales with it.
template <class X, class = void>
struct complex_part {
    static constexpr bool exists = false;
};
template <class X>
struct complex_part<X, std::void_t<typename X::value_type, decltype(std::declval<const X&>().imag())>> {
    using type = typename X::value_type;
    static constexpr bool exists = sizeof(X) == 2 * sizeof(type);
};

// What a view of X holds: its storage type, or the real type of complex numbers; const where X is.
template <class X, bool Complex = complex_part<std::remove_const_t<X>>::exists>
struct element_of {
    using type = typename storage_type<X>::type;
    static constexpr bool complex_pairs = false;
};
template <class X>
struct element_of<X, true> {
    using part = typename complex_part<std::remove_const_t<X>>::type;
    using type = std::conditional_t<std::is_const_v<X>, const part, part>;
    static constexpr bool complex_pairs = true;
};

template <class X>
constexpr bool check_element() {
    using bare = std::remove_const_t<X>;
    constexpr bool word = std::is_integral_v<bare> && sizeof(bare) == 2;
    static_assert(!word, "rope: a word of 16 bits may be half or bfloat16; say which: "
                         "rope::as_half(p) or rope::as_bfloat16(p)");
    static_assert(word || is_storage_type<std::remove_const_t<typename element_of<X>::type>>,
                  "rope: elements are float, double, half or bfloat16 (rope's, the compiler's or, with "
                  "rope/eigen.hpp, Eigen's), or "
                  "std::complex of float or double");
    return true;
}

// A view without extents.
template <class X, std::size_t Capacity>
constexpr auto empty_view(X* data) noexcept {
    static_assert(check_element<X>());
    tensor_view<typename element_of<X>::type, static_cast<int>(Capacity)> v;
    v.data = reinterpret_cast<typename element_of<X>::type*>(data);
    v.rank = static_cast<std::int32_t>(Capacity);
    v.complex_pairs = element_of<X>::complex_pairs;
    return v;
}

// From pointers to extents and strides; null strides: C order, the last axis contiguous.
template <int Capacity, class X, class E, class S>
constexpr auto make_view(X* data, const E* extents, const S* strides, std::size_t rank) noexcept {
    auto v = empty_view<X, static_cast<std::size_t>(Capacity)>(data);
    v.rank =
        static_cast<std::int32_t>(rank < 1000 ? rank : 1000); // more than Capacity is refused by the plan
    std::int64_t step = 1;
    for (std::size_t k = rank < static_cast<std::size_t>(Capacity) ? rank
                                                                   : static_cast<std::size_t>(Capacity);
         k-- > 0;) {
        v.extent[k] = static_cast<std::int64_t>(extents[k]);
        v.stride[k] = strides != nullptr ? static_cast<std::int64_t>(strides[k]) : step;
        step = saturating_multiply(step, v.extent[k]);
    }
    return v;
}

// A view of a rank that is known when the program is compiled, K... its axes: no loop and no copy, as both cost a decoder's
// token more than the rest of the view.
template <class X, std::size_t N, std::size_t... K>
constexpr auto view_in_order(X* data, const extent (&extents)[N], std::index_sequence<K...>) noexcept {
    tensor_view<typename element_of<X>::type, static_cast<int>(N)> v = empty_view<X, N>(data);
    std::int64_t step = 1;
    ((v.extent[N - 1 - K] = extents[N - 1 - K].value, v.stride[N - 1 - K] = step,
      step = saturating_multiply(step, extents[N - 1 - K].value)),
     ...);
    return v;
}
template <class X, std::size_t N, std::size_t... K>
constexpr auto strided_view(X* data, const extent (&extents)[N], const extent (&strides)[N],
                            std::index_sequence<K...>) noexcept {
    tensor_view<typename element_of<X>::type, static_cast<int>(N)> v = empty_view<X, N>(data);
    ((v.extent[K] = extents[K].value, v.stride[K] = strides[K].value), ...);
    return v;
}

} // namespace detail

// Extents of a number that is known when the program runs: {tokens, heads, dim}, or a list of integers. Longer lists than
// max_rank are cut, and size() says how long they were.
class extent_list {
  public:
    extent_list(std::initializer_list<extent> list) noexcept : size_(list.size()) {
        for (std::size_t k = 0; k < size_ && k < max_rank; ++k) {
            value_[k] = list.begin()[k].value;
        }
    }
    extent_list(const extent* list, std::size_t count) noexcept : size_(count) {
        for (std::size_t k = 0; k < size_ && k < max_rank; ++k) {
            value_[k] = list[k].value;
        }
    }
    template <class L, class = std::enable_if_t<detail::list_of_extents<L>::exists>>
    extent_list(const L& list) noexcept : size_(list.size()) {
        for (std::size_t k = 0; k < size_ && k < max_rank; ++k) {
            value_[k] = static_cast<std::int64_t>(list.data()[k]);
        }
    }
    const std::int64_t* data() const noexcept { return value_; }
    std::size_t size() const noexcept { return size_; }

  private:
    std::int64_t value_[max_rank] = {};
    std::size_t size_ = 0;
};

// A view of `data` with these extents in C order (the last axis is contiguous), or with these strides in elements:
// view(p, {tokens, heads, dim}), view(p, {tokens, heads, dim}, {row, dim, 1}). data: float, double, half, bfloat16, or
// std::complex<float or double> for interleaved pairs (an embedding axis of head_dim / 2 complex numbers). Refers to
// the memory. Nothing is checked here, a plan checks it. Allocates nothing.
template <class X, std::size_t N>
constexpr auto view(X* data, const extent (&extents)[N]) noexcept {
    static_assert(N <= max_rank, "rope: a view has at most 16 axes");
    return detail::view_in_order(data, extents, std::make_index_sequence<N>());
}
template <class X, std::size_t N, std::size_t M>
constexpr auto view(X* data, const extent (&extents)[N], const extent (&strides)[M]) noexcept {
    static_assert(N <= max_rank, "rope: a view has at most 16 axes");
    static_assert(N == M, "rope: a view needs as many strides as extents");
    return detail::strided_view(data, extents, strides, std::make_index_sequence<N>());
}

// The same with lists whose length is known when the program runs (std::vector, std::array, a span of integers). A plan
// refuses a view of more than 16 axes, or of other than as many strides as extents.
template <class X, class L, class = std::enable_if_t<detail::list_of_extents<L>::exists>>
constexpr auto view(X* data, const L& extents) noexcept {
    using integer = std::remove_cv_t<std::remove_reference_t<decltype(*extents.data())>>;
    return detail::make_view<max_rank>(data, extents.data(), static_cast<const integer*>(nullptr),
                                       extents.size());
}
template <class X, class L, class S,
          class = std::enable_if_t<detail::list_of_extents<L>::exists && detail::list_of_extents<S>::exists>>
constexpr auto view(X* data, const L& extents, const S& strides) noexcept {
    auto v = detail::make_view<max_rank>(data, extents.data(), strides.data(),
                                         extents.size() < strides.size() ? extents.size() : strides.size());
    if (extents.size() != strides.size()) {
        v.rank = -1;
    }
    return v;
}

template <class X, std::size_t N, class S, class = std::enable_if_t<detail::list_of_extents<S>::exists>>
auto view(X* data, const extent (&extents)[N], const S& strides) noexcept {
    return view(data, extent_list(extents, N), strides);
}
template <class X, class L, std::size_t N, class = std::enable_if_t<detail::list_of_extents<L>::exists>>
auto view(X* data, const L& extents, const extent (&strides)[N]) noexcept {
    return view(data, extents, extent_list(strides, N));
}

namespace detail {

// The rank of a view that reaches beyond the memory of its container.
inline constexpr std::int32_t beyond_memory = -2;

// A view of a list's memory; one that reaches beyond it is refused by a plan.
template <class X, int N>
constexpr tensor_view<X, N> within(tensor_view<X, N> v, std::size_t size) noexcept {
    std::int64_t low = 0, high = 0;
    for (int k = 0; k < v.rank && k < N; ++k) {
        if (v.extent[k] <= 0) {
            return v; // empty, or refused for its extent
        }
        const std::int64_t reach = saturating_multiply(v.extent[k] - 1, v.stride[k]);
        (reach < 0 ? low : high) = saturating_add(reach < 0 ? low : high, reach);
    }
    if (low < 0 || static_cast<std::uint64_t>(high) >= size) {
        v.rank = beyond_memory;
    }
    return v;
}

template <class X>
constexpr bool check_container() {
    using bare = std::remove_reference_t<X>;
    static_assert(list_in_memory<bare>::exists, "rope: a view takes a pointer to the first element, or a "
                                                "list in memory, as std::vector or std::span");
    static_assert(!is_dying<X>, "rope: a view refers to its memory; keep the list in a variable");
    return true;
}

} // namespace detail

// Of a list in memory instead of a pointer (std::vector, std::array, std::span): a plan refuses a view that reaches beyond it.
template <class X, std::size_t N, class = std::enable_if_t<!std::is_pointer_v<std::decay_t<X>>>>
auto view(X&& list, const extent (&extents)[N]) noexcept {
    static_assert(detail::check_container<X>());
    if constexpr (detail::list_in_memory<std::remove_reference_t<X>>::exists) {
        return detail::within(view(list.data(), extents), list.size());
    }
}
template <class X, std::size_t N, std::size_t M,
          class = std::enable_if_t<!std::is_pointer_v<std::decay_t<X>>>>
auto view(X&& list, const extent (&extents)[N], const extent (&strides)[M]) noexcept {
    static_assert(detail::check_container<X>());
    if constexpr (detail::list_in_memory<std::remove_reference_t<X>>::exists) {
        return detail::within(view(list.data(), extents, strides), list.size());
    }
}

// Makes a view of somebody else's tensor type. Adaptors specialise it: exists = true, and `static auto of(X& x)`, which
// returns a tensor_view.
template <class X, class = void>
struct view_of {
    static constexpr bool exists = false;
};
template <class T, int N>
struct view_of<tensor_view<T, N>> {
    static constexpr bool exists = true;
    static constexpr const tensor_view<T, N>& of(const tensor_view<T, N>& v) noexcept { return v; }
};

// A list in memory is a tensor of one axis; a multidimensional span is one with its extents and strides.
template <class L>
struct view_of<L, std::enable_if_t<detail::list_in_memory<L>::exists>> {
    static constexpr bool exists = true;
    template <class Y>
    static auto of(Y& list) noexcept {
        return view(list.data(), {list.size()});
    }
};
template <class M>
struct view_of<M, std::enable_if_t<detail::mdspan_in_memory<M>::exists>> {
    static constexpr bool exists = true;
    template <class Y>
    static auto of(Y& span) noexcept {
        constexpr std::size_t rank = M::rank();
        static_assert(rank >= 1 && rank <= max_rank, "rope: a view has 1 to 16 axes");
        std::int64_t extents[rank] = {}, strides[rank] = {};
        for (std::size_t k = 0; k < rank; ++k) {
            extents[k] = static_cast<std::int64_t>(span.extent(k));
            strides[k] = static_cast<std::int64_t>(span.stride(k));
        }
        return detail::make_view<static_cast<int>(rank)>(span.data_handle(), extents, strides, rank);
    }
};

// The view of anything that an adaptor knows; const tensors give views of const elements.
template <class X>
auto as_view(X&& x) {
    using bare = std::remove_cv_t<std::remove_reference_t<X>>;
    static_assert(view_of<bare>::exists,
                  "rope: this type is not a tensor that an included header knows; make a "
                  "rope::view of its memory, as rope::view(pointer, {tokens, heads, dim})");
    if constexpr (view_of<bare>::exists) {
        return view_of<bare>::of(x);
    } else {
        return tensor_view<float, 1>{}; // so that the sentence above is the only one
    }
}

namespace detail {

// The same without a copy, where x is a view: refers to x.
template <class X>
decltype(auto) borrow_view(X&& x) {
    using bare = std::remove_cv_t<std::remove_reference_t<X>>;
    if constexpr (view_of<bare>::exists) {
        return view_of<bare>::of(x);
    } else {
        return as_view(x);
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
