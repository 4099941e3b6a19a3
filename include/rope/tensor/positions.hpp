// positions: where each token stands. A view of ids, an offset that counts along the sequence axis, or both.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/tensor/view.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

enum class position_type : std::uint8_t { none, i32, i64, f64 };

// The position of a token is ids[its indices along the named axes] (or `offset` where there are no ids), plus
// its index along `s` when counting. Axes are found by name in the rotated tensor; its other axes share the
// position. An axis named `axis`, the first one, holds one entry for each position axis of the frequencies
// (M-RoPE, 2-D, 3-D). Refers to the caller's ids until the plan is made; a plan keeps what it needs.
struct positions {
    position_type type = position_type::none;
    const void* ids = nullptr;
    std::int64_t offset = 0;
    bool counting = true;
    std::string_view axes = {}; // empty: "s" for one axis, "b s" for two
    int rank = 0;
    std::int64_t extent[max_rank] = {};
    std::int64_t stride[max_rank] = {};
};

namespace detail {

template <class T>
constexpr position_type position_type_of = std::is_same_v<T, double> ? position_type::f64
                                           : std::is_integral_v<T>&& std::is_signed_v<T> && sizeof(T) == 4
                                               ? position_type::i32
                                           : std::is_integral_v<T>&& std::is_signed_v<T> && sizeof(T) == 8
                                               ? position_type::i64
                                               : position_type::none;

template <class T>
positions ids_of(const T* data, const extent_list& extents, const extent_list* strides,
                 std::string_view axes) {
    static_assert(position_type_of<T> != position_type::none,
                  "rope: position ids are int32, int64 or double");
    const auto v = strides ? view(data, extents, *strides) : view(data, extents);
    positions p;
    p.type = position_type_of<T>;
    p.ids = data;
    p.counting = false;
    p.axes = axes;
    p.rank = v.rank;
    for (int k = 0; k < v.rank; ++k) {
        p.extent[k] = v.extent[k];
        p.stride[k] = v.stride[k];
    }
    return p;
}

// The names of the ids' axes, given or by custom.
inline std::string_view position_axes(const positions& p) {
    return !p.axes.empty() ? p.axes : p.rank == 0 ? "" : p.rank == 1 ? "s" : p.rank == 2 ? "b s" : "axis b s";
}

} // namespace detail

// past, past + 1, past + 2, ... along `s`: decoding after `past` tokens.
inline positions offset(std::int64_t past) {
    positions p;
    p.offset = past;
    return p;
}

// One position for the whole tensor, which then needs no `s` axis.
inline positions at(std::int64_t position) {
    positions p;
    p.offset = position;
    p.counting = false;
    return p;
}

// Explicit ids (int32, int64 or double), C order unless strides are given, in elements: ids(p, {batch, seq})
// has the axes "b s", ids(p, {seq}) "s", others name theirs: ids(p, {3, batch, seq}, "axis b s").
template <class T>
positions ids(const T* data, const extent_list& extents, std::string_view axes = {}) {
    return detail::ids_of(data, extents, nullptr, axes);
}
template <class T>
positions ids(const T* data, const extent_list& extents, const extent_list& strides,
              std::string_view axes = {}) {
    return detail::ids_of(data, extents, &strides, axes);
}
template <class T>
positions ids(const std::vector<T>& list) {
    return ids(list.data(), {list.size()});
}

// A starting position for each sequence: starts[b], starts[b] + 1, ... along `s`.
template <class T>
positions offsets(const T* starts, const extent_list& extents, std::string_view axes = "b") {
    positions p = detail::ids_of(starts, extents, nullptr, axes);
    p.counting = true;
    return p;
}
template <class T>
positions offsets(const std::vector<T>& starts) {
    return offsets(starts.data(), {starts.size()});
}

} // namespace ROPE_ABI
} // namespace rope
