// rotate, adjoint, unrotate: plan and run in one call.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/one_token.hpp>
#include <rope/rotate/plan.hpp>

#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class X, class Rows>
status rotate_view(const X& x, const Rows& rows, const axis_names& axes, const positions& where,
                   const rotate_options& options) {
    using element = element_of_view<X>;
    static_assert(check_types<element, element>());
    static_assert(check_rows_type<Rows>());
    if constexpr (row_source_of<Rows>::exists && !std::is_const_v<element>) {
        const rotation_functions& functions = in_place_functions_of<element>();
        using stored = stored_rows_of<Rows, compute_type<element>>;
        if constexpr (stored::exists) {
            if (ROPE_LIKELY(rotate_one_token({stored::of(rows), x, axes, where, options, functions}))) {
                return {};
            }
        }
        return rotate_now({row_source_of<Rows>::of(rows), x, x, axes, where, options, functions});
    } else {
        return {}; // a sentence above says what is wrong
    }
}

template <class X, class Y, class Rows>
status rotate_views(const X& in, const Y& out, const Rows& rows, const axis_names& axes,
                    const positions& where, const rotate_options& options) {
    using from = std::remove_const_t<element_of_view<X>>;
    using to = element_of_view<Y>;
    static_assert(check_types<from, to>());
    static_assert(check_rows_type<Rows>());
    if constexpr (row_source_of<Rows>::exists && !std::is_const_v<to> &&
                  std::is_same_v<compute_type<from>, compute_type<std::remove_const_t<to>>>) {
        return rotate_now({row_source_of<Rows>::of(rows), in, out, axes, where, options,
                           rotation_functions_of<from, to>()});
    } else {
        return {}; // a sentence above says what is wrong
    }
}

// The options of a call whose name says the direction.
ROPE_API status with_direction(rotate_options& options, direction wanted);

#if ROPE_DEFINITIONS
ROPE_API status with_direction(rotate_options& options, direction wanted) {
    if (options.direction != direction::forward && options.direction != wanted) {
        return {
            sentence({"options.direction is ",
                      options.direction == direction::adjoint ? "adjoint" : "inverse", ", but the call is ",
                      wanted == direction::adjoint ? "adjoint" : "unrotate", "; leave it out"}),
            errc::pairing};
    }
    options.direction = wanted;
    return {};
}
#endif

} // namespace detail

// Rotates x in place, or into y: y0 = m (x0 cos - x1 sin), y1 = m (x0 sin + x1 cos) for each pair, m the attention factor,
// angle inv_freq[pair] * position. Elements outside the rotated slice keep their value (y gets x's).
//
// Shapes, axes, positions, rows, aliasing: as plan(). Computed in float (double for double) as y0 = fma(x0, c, -(x1 * s)),
// y1 = fma(x0, s, x1 * c), then one rounding to storage, to nearest even: the same bits on every instruction set.
// Errors: throws rope::error as plan() does; nothing is written then. try_rotate returns the reason instead.
// Allocates nothing where rows are in the table and at most 64 positions are listed. Up to 66 KiB of stack.
template <class X, class Rows>
status try_rotate(X&& x, const Rows& rows, const axis_names& axes, const positions& where = {},
                  const rotate_options& options = {}) {
    return detail::rotate_view(detail::borrow_view(x), rows, axes, where, options);
}
template <class X, class Y, class Rows>
status try_rotate(const X& x, Y&& y, const Rows& rows, const axis_names& axes, const positions& where = {},
                  const rotate_options& options = {}) {
    return detail::rotate_views(detail::borrow_view(x), detail::borrow_view(y), rows, axes, where, options);
}
template <class X, class Rows>
void rotate(X&& x, const Rows& rows, const axis_names& axes, const positions& where = {},
            const rotate_options& options = {}) {
    detail::require(try_rotate(x, rows, axes, where, options));
}
template <class X, class Y, class Rows>
void rotate(const X& x, Y&& y, const Rows& rows, const axis_names& axes, const positions& where = {},
            const rotate_options& options = {}) {
    detail::require(try_rotate(x, y, rows, axes, where, options));
}

// With options and the positions 0, 1, 2, ...
template <class X, class Rows, class Options,
          class = std::enable_if_t<std::is_same_v<Options, rotate_options>>>
void rotate(X&& x, const Rows& rows, const axis_names& axes, const Options& options) {
    rotate(x, rows, axes, positions(), options);
}
template <class X, class Y, class Rows, class Options,
          class = std::enable_if_t<std::is_same_v<Options, rotate_options>>>
void rotate(const X& x, Y&& y, const Rows& rows, const axis_names& axes, const Options& options) {
    rotate(x, y, rows, axes, positions(), options);
}

// A number with a fraction as position: which one is meant is not known.
template <class X, class Rows, class Number,
          class = std::enable_if_t<std::is_floating_point_v<Number> || std::is_same_v<Number, bool>>,
          class = void>
void rotate(X&&, const Rows&, const axis_names&, Number) {
    static_assert(sizeof(Number) == 0, "rope: a position is an integer n, for n, n + 1, ... along \"s\", or "
                                       "rope::ids(&x, {1}) for one of another type");
}

// The transpose: by the opposite angle, with the same attention factor. The gradient of rotate with respect to x. Everything
// else as rotate().
template <class X, class Rows>
status try_adjoint(X&& x, const Rows& rows, const axis_names& axes, const positions& where = {},
                   rotate_options options = {}) {
    status s = detail::with_direction(options, direction::adjoint);
    return s.ok() ? try_rotate(x, rows, axes, where, options) : s;
}
template <class X, class Y, class Rows>
status try_adjoint(const X& x, Y&& y, const Rows& rows, const axis_names& axes, const positions& where = {},
                   rotate_options options = {}) {
    status s = detail::with_direction(options, direction::adjoint);
    return s.ok() ? try_rotate(x, y, rows, axes, where, options) : s;
}
template <class X, class Rows>
void adjoint(X&& x, const Rows& rows, const axis_names& axes, const positions& where = {},
             const rotate_options& options = {}) {
    detail::require(try_adjoint(x, rows, axes, where, options));
}
template <class X, class Y, class Rows>
void adjoint(const X& x, Y&& y, const Rows& rows, const axis_names& axes, const positions& where = {},
             const rotate_options& options = {}) {
    detail::require(try_adjoint(x, y, rows, axes, where, options));
}

// The inverse: by the opposite angle, with the reciprocal attention factor. Undoes rotate, up to rounding. Refused for external
// tables whose entries have an amplitude (xPos): there the inverse is the adjoint of the other table. Everything else as
// rotate().
template <class X, class Rows>
status try_unrotate(X&& x, const Rows& rows, const axis_names& axes, const positions& where = {},
                    rotate_options options = {}) {
    status s = detail::with_direction(options, direction::inverse);
    return s.ok() ? try_rotate(x, rows, axes, where, options) : s;
}
template <class X, class Y, class Rows>
status try_unrotate(const X& x, Y&& y, const Rows& rows, const axis_names& axes, const positions& where = {},
                    rotate_options options = {}) {
    status s = detail::with_direction(options, direction::inverse);
    return s.ok() ? try_rotate(x, y, rows, axes, where, options) : s;
}
template <class X, class Rows>
void unrotate(X&& x, const Rows& rows, const axis_names& axes, const positions& where = {},
              const rotate_options& options = {}) {
    detail::require(try_unrotate(x, rows, axes, where, options));
}
template <class X, class Y, class Rows>
void unrotate(const X& x, Y&& y, const Rows& rows, const axis_names& axes, const positions& where = {},
              const rotate_options& options = {}) {
    detail::require(try_unrotate(x, y, rows, axes, where, options));
}

// Query and key of one attention layer, in place, with the same positions and axes; their head counts may differ. Both are
// checked before either is written; they must not share memory. Everything else as rotate().
template <class Q, class K, class Rows>
status try_rotate_query_key(Q&& query, K&& key, const Rows& rows, const axis_names& axes,
                            const positions& where = {}, const rotate_options& options = {}) {
    const auto& q = detail::borrow_view(query);
    const auto& k = detail::borrow_view(key);
    using q_type = detail::element_of_view<decltype(q)>;
    using k_type = detail::element_of_view<decltype(k)>;
    static_assert(detail::check_types<q_type, q_type>() && detail::check_types<k_type, k_type>());
    static_assert(detail::check_rows_type<Rows>());
    const detail::rotation_functions& q_functions = detail::in_place_functions_of<q_type>();
    const detail::rotation_functions& k_functions = detail::in_place_functions_of<k_type>();
    using q_stored = detail::stored_rows_of<Rows, compute_type<q_type>>;
    using k_stored = detail::stored_rows_of<Rows, compute_type<k_type>>;
    if constexpr (q_stored::exists && k_stored::exists) {
        if (ROPE_LIKELY(
                detail::rotate_two_tokens({q_stored::of(rows), q, axes, where, options, q_functions},
                                          {k_stored::of(rows), k, axes, where, options, k_functions}))) {
            return {};
        }
    }
    const row_source source = row_source_of<Rows>::of(rows);
    return detail::rotate_two_now({source, q, q, axes, where, options, q_functions},
                                  {source, k, k, axes, where, options, k_functions});
}
template <class Q, class K, class Rows>
void rotate_query_key(Q&& query, K&& key, const Rows& rows, const axis_names& axes,
                      const positions& where = {}, const rotate_options& options = {}) {
    detail::require(try_rotate_query_key(query, key, rows, axes, where, options));
}

} // namespace ROPE_ABI
} // namespace rope
