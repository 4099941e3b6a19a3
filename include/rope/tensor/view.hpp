// tensor_view: strided memory of any rank. What is rotated, and where the result goes.
// Adaptors (Eigen, ...) make one; names of axes are given where it is used.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/scalars.hpp>
#include <rope/support/error.hpp>

#include <complex>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

constexpr int max_rank = 16;

// Element (i0, i1, ...) is data[i0 * stride[0] + i1 * stride[1] + ...]. Axes are in index order, whatever the
// storage order is. Strides are in elements and may be negative; zero is allowed on an axis that is only
// read. complex_pairs: T is the real type of complex numbers; element k is the pair data[2k'], data[2k' + 1]
// at k' = offset.
template <class T>
struct tensor_view {
    T* data = nullptr;
    int rank = 0;
    std::int64_t extent[max_rank] = {};
    std::int64_t stride[max_rank] = {};
    bool complex_pairs = false;
};

// A list of extents or strides: {tokens, heads, dim} of any integer types, or a vector.
struct extent_list {
    std::int64_t value[max_rank] = {};
    std::size_t count = 0;

    template <class... Integer, class = std::enable_if_t<(std::is_integral_v<Integer> && ...)>>
    extent_list(Integer... integers)
        : value{static_cast<std::int64_t>(integers)...}, count(sizeof...(Integer)) {
        static_assert(sizeof...(Integer) <= max_rank, "a view has at most 16 axes");
    }
    extent_list(const std::vector<std::int64_t>& list) : count(list.size()) {
        for (std::size_t k = 0; k < count && k < max_rank; ++k) {
            value[k] = list[k];
        }
    }
};

namespace detail {

// a * b, clamped to the range of int64, so that absurd sizes stay absurd until they are refused.
inline std::int64_t saturating_multiply(std::int64_t a, std::int64_t b) {
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    if (a == 0 || b == 0) {
        return 0;
    }
    const std::uint64_t x = a < 0 ? 0 - static_cast<std::uint64_t>(a) : static_cast<std::uint64_t>(a);
    const std::uint64_t y = b < 0 ? 0 - static_cast<std::uint64_t>(b) : static_cast<std::uint64_t>(b);
    const bool negative = (a < 0) != (b < 0);
    if (x > static_cast<std::uint64_t>(most) / y) {
        return negative ? -most : most;
    }
    return negative ? -static_cast<std::int64_t>(x * y) : static_cast<std::int64_t>(x * y);
}

inline std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    if (b > 0 && a > most - b) {
        return most;
    }
    if (b < 0 && a < -most - b) {
        return -most;
    }
    return a + b;
}

template <class T>
struct element_of { // what a view over T holds: real numbers, or pairs of them
    using type = T;
    static constexpr bool complex_pairs = false;
};
template <class T>
struct element_of<std::complex<T>> {
    using type = T;
    static constexpr bool complex_pairs = true;
};
template <class T>
struct element_of<const std::complex<T>> {
    using type = const T;
    static constexpr bool complex_pairs = true;
};

} // namespace detail

// A view of `data` with these extents in C order (the last axis is contiguous), or with these strides in
// elements. data: float, double, half, bfloat16, or std::complex<float or double> for interleaved pairs (an
// embedding axis of head_dim / 2 complex numbers). Throws rope::error when the lists are longer than max_rank
// or differ in length.
template <class T>
tensor_view<typename detail::element_of<T>::type> view(T* data, const extent_list& extents,
                                                       const extent_list& strides) {
    if (extents.count > max_rank || strides.count != extents.count) {
        detail::fail("a view has at most 16 axes and as many strides as extents; found " +
                     std::to_string(extents.count) + " extents and " + std::to_string(strides.count) +
                     " strides");
    }
    tensor_view<typename detail::element_of<T>::type> v;
    v.data = reinterpret_cast<typename detail::element_of<T>::type*>(data);
    v.rank = static_cast<int>(extents.count);
    v.complex_pairs = detail::element_of<T>::complex_pairs;
    for (int k = 0; k < v.rank; ++k) {
        v.extent[k] = extents.value[k];
        v.stride[k] = strides.value[k];
    }
    return v;
}

template <class T>
tensor_view<typename detail::element_of<T>::type> view(T* data, const extent_list& extents) {
    extent_list strides = extents;
    std::int64_t step = 1;
    for (std::size_t k = extents.count < max_rank ? extents.count : max_rank; k-- > 0;) {
        strides.value[k] = step;
        step = detail::saturating_multiply(step, extents.value[k]);
    }
    return view(data, extents, strides);
}

// Makes a view of a foreign tensor type. Adaptors specialise it: `static auto of(X& x)` returns a
// tensor_view.
template <class X, class = void>
struct view_of {
    static constexpr bool exists = false;
};
template <class T>
struct view_of<tensor_view<T>> {
    static constexpr bool exists = true;
    static tensor_view<T> of(const tensor_view<T>& v) { return v; }
};

// The view of anything that an adaptor knows; const tensors give views of const elements.
template <class X>
auto as_view(X&& x) {
    using bare = std::remove_cv_t<std::remove_reference_t<X>>;
    static_assert(
        view_of<bare>::exists,
        "rope: this type is not a tensor that an included header knows; make a rope::view of its memory");
    return view_of<bare>::of(x);
}

} // namespace ROPE_ABI
} // namespace rope
