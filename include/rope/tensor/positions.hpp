// positions: the position of each token. A view of ids, an offset that counts along the sequence axis, or both.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/tensor/view.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {

enum class position_type : std::uint8_t { none, i32, i64, f64, i8, i16, u8, u16, u32, u64, f32 };

inline constexpr int max_position_rank = 5;
inline constexpr int max_position_text = 31;

// The position of the first token; the others follow along `s`. What a ready plan can be moved to: run(plan, data,
// offset(past)).
struct token_offset {
    std::int64_t past = 0;
};

// The position of a token is ids[its indices along the named axes] (or `offset` where there are no ids), plus its index
// along `s` when counting. Axes are found by name in the rotated tensor; its other axes share the position. An axis named
// `axis`, the first one, has one entry for each position axis of the frequencies (M-RoPE, 2-D, 3-D). Refers to the ids, not
// to the text of the axes; a plan copies what it needs, so the ids must live until the plan is made. 136 bytes.
struct positions {
    const void* ids = nullptr;
    std::int64_t offset = 0;
    position_type type = position_type::none;
    bool counting = true;
    bool counting_asks = true;             // for an axis `s`; false: without one, all share the position
    std::int8_t rank = 0;                  // -1: more axes than there is room for
    std::int8_t text_size = 0;             // -1: longer than there is room for
    char text[max_position_text + 1] = {}; // axis names; none: "s" for one axis, "b s" for two
    std::int64_t extent[max_position_rank] = {}; // of the ids
    std::int64_t stride[max_position_rank] = {}; // in elements

    positions() noexcept {} // 0, 1, 2, ... along `s`
    positions(token_offset from) noexcept : offset(from.past) {}

    // A plain integer: the position of the first token, of the whole tensor where it has no axis `s`.
    template <class Integer,
              class = std::enable_if_t<std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>>>
    positions(Integer first) noexcept;
    // A list of ids along `s`, as ids(list).
    template <class L, class = std::enable_if_t<detail::list_in_memory<std::remove_reference_t<L>>::exists>,
              class = void>
    positions(L&& list) noexcept;

    std::string_view axes() const noexcept {
        return text_size > 0 ? std::string_view(text, static_cast<std::size_t>(text_size))
               : rank == 0   ? std::string_view()
               : rank == 1   ? std::string_view("s", 1)
               : rank == 2   ? std::string_view("b s", 3)
                             : std::string_view("axis b s", 8);
    }
};

namespace detail {

template <class T>
constexpr position_type position_type_of() noexcept {
    constexpr position_type of_size[2][4] = {
        {position_type::u8, position_type::u16, position_type::u32, position_type::u64},
        {position_type::i8, position_type::i16, position_type::i32, position_type::i64}};
    constexpr int size = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> &&
                  sizeof(T) <= 8) {
        return of_size[std::is_signed_v<T> ? 1 : 0][size];
    }
    return std::is_same_v<T, double>  ? position_type::f64
           : std::is_same_v<T, float> ? position_type::f32
                                      : position_type::none;
}

constexpr std::int64_t size_of(position_type type) noexcept {
    switch (type) {
    case position_type::i8:
    case position_type::u8:
        return 1;
    case position_type::i16:
    case position_type::u16:
        return 2;
    case position_type::i32:
    case position_type::u32:
    case position_type::f32:
        return 4;
    default:
        return 8;
    }
}
constexpr bool is_real(position_type type) noexcept {
    return type == position_type::f32 || type == position_type::f64;
}

// The ids at `data` with these extents and strides.
template <class T, class E, class S>
positions make_positions(const T* data, const E* extents, const S* strides, std::size_t rank,
                         std::string_view axes) noexcept {
    static_assert(position_type_of<std::remove_const_t<T>>() != position_type::none,
                  "rope: position ids are integers of up to 64 bits, float or double");
    positions p;
    p.type = position_type_of<std::remove_const_t<T>>();
    p.ids = data;
    p.counting = false;
    p.rank = rank <= max_position_rank ? static_cast<std::int8_t>(rank) : std::int8_t{-1};
    std::int64_t step = 1;
    for (int k = p.rank; k-- > 0;) {
        p.extent[k] = static_cast<std::int64_t>(extents[k]);
        p.stride[k] = strides != nullptr ? static_cast<std::int64_t>(strides[k]) : step;
        step = saturating_multiply(step, p.extent[k]);
    }
    if (axes.size() > max_position_text) {
        p.text_size = -1;
        return p;
    }
    p.text_size = static_cast<std::int8_t>(axes.size());
    for (std::size_t k = 0; k < axes.size(); ++k) {
        p.text[k] = axes[k];
    }
    return p;
}

} // namespace detail

// past, past + 1, past + 2, ... along `s`: decoding after `past` tokens.
constexpr token_offset offset(std::int64_t past) noexcept {
    return {past};
}

// One position for the whole tensor, which then needs no `s` axis.
inline positions at(std::int64_t position) noexcept {
    positions p;
    p.offset = position;
    p.counting = false;
    return p;
}

// Explicit ids (any integers, float or double), C order unless strides are given, in elements: ids(p, {batch, seq}) has the axes
// "b s", ids(p, {seq}) "s", others name theirs: ids(p, {3, batch, seq}, "axis b s"). Where the frequencies have several
// position axes, ids of two axes or more need their names.
template <class T, std::size_t N>
positions ids(const T* data, const extent (&extents)[N], std::string_view axes = {}) noexcept {
    static_assert(N <= max_position_rank, "rope: ids have at most 5 axes");
    std::int64_t e[N];
    for (std::size_t k = 0; k < N; ++k) {
        e[k] = extents[k].value;
    }
    return detail::make_positions(data, e, static_cast<const std::int64_t*>(nullptr), N, axes);
}
template <class T, std::size_t N, std::size_t M>
positions ids(const T* data, const extent (&extents)[N], const extent (&strides)[M],
              std::string_view axes = {}) noexcept {
    static_assert(N <= max_position_rank, "rope: ids have at most 5 axes");
    static_assert(N == M, "rope: ids need as many strides as extents");
    std::int64_t e[N], s[N];
    for (std::size_t k = 0; k < N; ++k) {
        e[k] = extents[k].value;
        s[k] = strides[k].value;
    }
    return detail::make_positions(data, e, s, N, axes);
}
template <class T, class L, class = std::enable_if_t<detail::list_of_extents<L>::exists>>
positions ids(const T* data, const L& extents, std::string_view axes = {}) noexcept {
    return detail::make_positions(data, extents.data(), static_cast<const std::int64_t*>(nullptr),
                                  extents.size(), axes);
}
// A list along `s`: std::vector, std::array, std::span. One that is about to be destroyed is refused: the positions would
// refer to it.
template <class L, class = std::enable_if_t<detail::list_in_memory<std::remove_reference_t<L>>::exists>>
positions ids(L&& list) noexcept {
    static_assert(!detail::is_dying<L>, "rope: positions refer to their ids; keep the list in a variable");
    const std::size_t size = list.size();
    return detail::make_positions(list.data(), &size, static_cast<const std::int64_t*>(nullptr), 1, {});
}
// A multidimensional span of ids.
template <class M, class = std::enable_if_t<detail::mdspan_in_memory<std::decay_t<M>>::exists>>
positions ids(const M& span, std::string_view axes = {}) noexcept {
    static_assert(M::rank() <= max_position_rank, "rope: ids have at most 5 axes");
    std::int64_t e[max_position_rank] = {}, s[max_position_rank] = {};
    for (std::size_t k = 0; k < M::rank(); ++k) {
        e[k] = static_cast<std::int64_t>(span.extent(k));
        s[k] = static_cast<std::int64_t>(span.stride(k));
    }
    return detail::make_positions(span.data_handle(), e, s, M::rank(), axes);
}

template <class Integer, class>
positions::positions(Integer first) noexcept
    : offset(static_cast<std::int64_t>(first)), counting_asks(false) {
    if (std::is_unsigned_v<Integer> && offset < 0) { // 2^63 or more, which is refused
        offset = -detail::most_int64 - 1;
    }
}
template <class L, class, class>
positions::positions(L&& list) noexcept : positions(rope::ids(std::forward<L>(list))) {}

// ids(p, batch, seq): extents are a list.
template <class T, class I, class... More,
          class = std::enable_if_t<std::is_integral_v<I> && (std::is_integral_v<More> && ...)>>
positions ids(const T*, I, More...) {
    static_assert(sizeof(T) == 0, "rope: the extents of ids are a list, as ids(p, {batch, seq})");
    return {};
}

// A starting position for each sequence: starts[b], starts[b] + 1, ... along `s`.
template <class T, std::size_t N>
positions offsets(const T* starts, const extent (&extents)[N], std::string_view axes = "b") noexcept {
    positions p = ids(starts, extents, axes);
    p.counting = true;
    return p;
}
template <class L, class = std::enable_if_t<detail::list_in_memory<std::remove_reference_t<L>>::exists>>
positions offsets(L&& starts) noexcept {
    static_assert(!detail::is_dying<L>, "rope: positions refer to their ids; keep the list in a variable");
    const std::size_t size = starts.size();
    positions p =
        detail::make_positions(starts.data(), &size, static_cast<const std::int64_t*>(nullptr), 1, "b");
    p.counting = true;
    return p;
}

} // namespace ROPE_ABI
} // namespace rope
