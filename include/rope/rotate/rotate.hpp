// rotate, adjoint, unrotate: plan and run in one call.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/plan.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class Rows>
using if_rows = std::enable_if_t<row_source_of<Rows>::exists>;

inline rotate_options with_direction(rotate_options options, direction d) {
    options.direction = d;
    return options;
}

} // namespace detail

// Rotates in place: y0 = m (x0 cos - x1 sin), y1 = m (x0 sin + x1 cos) for each pair, m the attention factor,
// angle inv_freq[pair] * position. Elements that are not in the rotated slice keep their value. Calculated in
// float (double for double) as y0 = fma(x0, c, -(x1 * s)), y1 = fma(x0, s, x1 * c), then rounded to nearest
// even: the same bits on every instruction set. See plan() for rows, shapes, axes, positions and what is thrown;
// nothing is written when it throws.
template <class X, class Rows, class = detail::if_rows<Rows>>
void rotate(X&& x, const Rows& rows, std::string_view axes, const positions& where = {},
            const rotate_options& options = {}) {
    run(plan(rows, x, axes, where, options), x);
}

// Out of place: y gets the rotated x, and its other elements. x and y are one tensor or apart.
template <class X, class Y, class Rows, class = detail::if_rows<Rows>>
void rotate(const X& x, Y&& y, const Rows& rows, std::string_view axes, const positions& where = {},
            const rotate_options& options = {}) {
    run(plan(rows, x, y, axes, where, options), x, y);
}

// The transpose: by the opposite angle, with the same attention factor. The gradient of rotate with respect
// to x.
template <class X, class Rows, class = detail::if_rows<Rows>>
void adjoint(X&& x, const Rows& rows, std::string_view axes, const positions& where = {},
             const rotate_options& options = {}) {
    rotate(x, rows, axes, where, detail::with_direction(options, direction::adjoint));
}
template <class X, class Y, class Rows, class = detail::if_rows<Rows>>
void adjoint(const X& x, Y&& y, const Rows& rows, std::string_view axes, const positions& where = {},
             const rotate_options& options = {}) {
    rotate(x, y, rows, axes, where, detail::with_direction(options, direction::adjoint));
}

// The inverse: by the opposite angle, with the reciprocal attention factor. Undoes rotate, up to rounding.
template <class X, class Rows, class = detail::if_rows<Rows>>
void unrotate(X&& x, const Rows& rows, std::string_view axes, const positions& where = {},
              const rotate_options& options = {}) {
    rotate(x, rows, axes, where, detail::with_direction(options, direction::inverse));
}
template <class X, class Y, class Rows, class = detail::if_rows<Rows>>
void unrotate(const X& x, Y&& y, const Rows& rows, std::string_view axes, const positions& where = {},
              const rotate_options& options = {}) {
    rotate(x, y, rows, axes, where, detail::with_direction(options, direction::inverse));
}

// Query and key of one attention layer, in place, with the same positions and axes; their head counts may
// differ. Both are checked before either is written; they must not share memory.
template <class Q, class K, class Rows, class = detail::if_rows<Rows>>
void rotate_query_key(Q&& query, K&& key, const Rows& rows, std::string_view axes,
                      const positions& where = {}, const rotate_options& options = {}) {
    const auto q = plan(rows, query, axes, where, options);
    const auto k = plan(rows, key, axes, where, options);
    if (detail::share_memory(as_view(query), as_view(key))) {
        detail::fail("query and key share memory; they would be rotated twice");
    }
    run(q, query);
    run(k, key);
}

} // namespace ROPE_ABI
} // namespace rope
