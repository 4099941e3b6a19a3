// plan_scores, run: dot products of rotated queries with unrotated cached keys. Keys are rotated as they are read and not stored
// rotated, so that positions may change as they like: nothing is re-rotated.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/scores_plan.hpp>
#include <rope/rotate/plan.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {

// Scores against a cache of T. A default-constructed plan does nothing.
template <class T>
struct scores_plan : detail::scores_data {};

// Memory of another layer, with the shapes and strides of the plan's; null: the plan's own.
template <class T>
struct scores_memory {
    const float* query = nullptr;
    const T* keys = nullptr;
    const float* scales = nullptr;
    float* scores = nullptr;
};

// The plan of
//   scores[t][h][k] = factor * sum over j of query[t][h][j] * (R(positions[k]) keys[slots[k]][h / group])[j]
// where group = query heads / heads of the cache, and R the rotation of `rows`, attention factor included. The query is rotated.
//
// Shapes: query [tokens][heads][dim], scores [tokens][heads][keys], of float, any strides but 1 along dim. slots:
// rope::slots(list), of which -1 leaves its score as it is, or slots_from(first, count); where: a position for each key, along "s",
// as positions of plan(). dim: head_dim of the frequencies, at most 8192.
// Types: every format of a cache. A key is widened to float and rotated in float as rotate() does; products are added in float by
// fma, 16 sums, then in double; one rounding to float. The same bits on every instruction set, from any number of parts.
// Aliasing: scores share no memory with query and cache.
// Lifetime: the plan refers to rows, query, cache, scales, page table and scores; slots and positions are copied.
// Error bound, of the score of the numbers that the cache holds: (dim / 16 + 8) 2^-24 * |factor| * sum over j of |query[j]| times
// the length of the key's pair at j.
// Errors: throws rope::error for shapes, positions without rows, slots out of range, pages that are not there, null pointers, shared
// memory. try_ returns the reason instead.
// Allocates slots and listed positions.
template <class Rows, class Q, class T, class S>
result<scores_plan<T>> try_plan_scores(const Rows& rows, const Q& query, const cache_view<T>& keys,
                                       const cache_slots& slots, S&& scores, const positions& where = {},
                                       double factor = 1) {
    const auto q = as_view(query);
    const auto s = as_view(scores);
    static_assert(detail::check_rows_type<Rows>());
    static_assert(std::is_same_v<std::remove_const_t<detail::element_of_view<decltype(q)>>, float> &&
                      std::is_same_v<detail::element_of_view<decltype(s)>, float>,
                  "rope: query and scores are float; rotate() converts as it rotates");
    result<scores_plan<T>> made;
    const detail::untyped_cache cache = detail::untyped(keys);
    made.why =
        detail::make_scores(made.value, {row_source_of<Rows>::of(rows), q, s, cache, slots, where, factor});
    return made;
}
template <class Rows, class Q, class T, class S>
scores_plan<T> plan_scores(const Rows& rows, const Q& query, const cache_view<T>& keys,
                           const cache_slots& slots, S&& scores, const positions& where = {},
                           double factor = 1) {
    return detail::value_or_throw(try_plan_scores(rows, query, keys, slots, scores, where, factor));
}
template <class Rows, class... Rest> // a plan refers to its rows
auto plan_scores(const Rows&& rows, Rest&&... rest) = delete;

// Does what the plan says, or part `part` of `parts`: different parts write different scores and may run at once, in any order.
// Cannot fail; allocates nothing; up to 80 KiB of stack.
template <class T>
void run(const scores_plan<T>& plan, std::int64_t part = 0, std::int64_t parts = 1) noexcept {
    detail::run_scores(plan, {}, part, parts);
}
template <class T>
void run(const scores_plan<T>& plan, const scores_memory<T>& memory, std::int64_t part = 0,
         std::int64_t parts = 1) noexcept {
    detail::run_scores(plan, {memory.query, memory.keys, memory.scales, memory.scores}, part, parts);
}

} // namespace ROPE_ABI
} // namespace rope
