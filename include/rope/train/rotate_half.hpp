// rotate_half: the half of a rotation by a quarter turn, as the published layers write it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/half.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/overlap.hpp>

#include <cstdint>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {

// out = [-x2, x1] for x = [x1, x2] along the axis "d": a copy, and a change of sign for the first half.
// x and out: [..., d] of the same extents, d even, real numbers; `axes` names the axes of both in index order. out has no
// memory in common with x. float, double, half or bfloat16; where the types differ, each value is rounded to that of out.
// Infinities and NaN are copied like any number. Throws rope::error, before it writes, where that is not so.
// Allocates nothing.
template <class X, class Y>
void rotate_half(const X& x, Y&& out, const axis_names& axes) {
    const auto from = as_view(x);
    const auto to = as_view(out);
    using source = std::remove_const_t<std::remove_pointer_t<decltype(from.data)>>;
    using target = std::remove_pointer_t<decltype(to.data)>;
    detail::require(axes.why());
    const int d = axes.embedding();
    if (d < 0 || axes.count() != from.rank || from.complex_pairs || to.complex_pairs) {
        detail::fail(detail::sentence({"axes ", detail::quoted(axes.text()), ": expected the names of the ",
                                       from.rank, " axes of a real tensor, \"d\" among them"}),
                     errc::axes);
    }
    std::int64_t elements = 1;
    for (int k = 0; k < from.rank; ++k) {
        if (to.rank != from.rank || from.extent[k] < 0 || to.extent[k] != from.extent[k]) {
            detail::fail("rotate_half writes a tensor of the shape of its input, of extents from 0 up");
        }
        elements = detail::saturating_multiply(elements, from.extent[k]);
    }
    if (from.extent[d] % 2 != 0) {
        detail::fail("rotate_half: extent " + std::to_string(from.extent[d]) +
                     " along \"d\"; expected an even one");
    }
    if (elements == 0) {
        return;
    }
    if (from.data == nullptr || to.data == nullptr) {
        detail::fail("rotate_half: the memory of a tensor is null");
    }
    if (detail::share_memory(from, to) || !detail::elements_are_apart(to)) {
        detail::fail("rotate_half: the output has memory in common with the input, or with itself");
    }
    const auto converted = [](source value) {
        if constexpr (std::is_same_v<source, target>) {
            return value;
        } else {
            return detail::narrow<target>(detail::widen(value));
        }
    };
    const std::int64_t half_extent = from.extent[d] / 2;
    const std::int64_t from_step = half_extent * from.stride[d], to_step = half_extent * to.stride[d];
    std::int64_t index[max_rank] = {};
    const source* in = from.data;
    target* at = to.data;
    for (int k = 0; k >= 0;) {
        at[0] = detail::flipped(converted(in[from_step]));
        at[to_step] = converted(in[0]);
        for (k = from.rank - 1; k >= 0; --k) { // the next pair, in C order
            const std::int64_t extent = k == d ? half_extent : from.extent[k];
            if (++index[k] < extent) {
                in += from.stride[k];
                at += to.stride[k];
                break;
            }
            index[k] = 0;
            in -= (extent - 1) * from.stride[k];
            at -= (extent - 1) * to.stride[k];
        }
    }
}

} // namespace ROPE_ABI
} // namespace rope
