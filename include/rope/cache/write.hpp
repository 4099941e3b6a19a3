// plan_cache_write, run: keys rotated, converted and scattered into a cache; values converted and scattered; the query rotated in
// place, normalised and scaled: one call for each step of a layer.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/write_plan.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {

// A cache write of T data: TK, TV are the element types of the caches. A default-constructed plan does nothing.
template <class T, class TK, class TV>
struct cache_write_plan : detail::cache_write_data {};

// Memory of another layer, with the shapes and strides of the plan's; null: the plan's own.
template <class T, class TK, class TV>
struct cache_write_memory {
    T* query = nullptr;
    const T* key = nullptr;
    const T* value = nullptr;
    TK* keys = nullptr;
    TV* values = nullptr;
    float* key_scales = nullptr;
    float* value_scales = nullptr;
};

namespace detail {

struct no_tensor {};

template <class Rows, class Q, class K, class V, class TK, class TV>
auto try_plan_write(const Rows& rows, const Q& query, const K& key, const V& value,
                    const cache_view<TK>& keys, const cache_view<TV>& values, const axis_names& axes,
                    const positions& where, const cache_slots& slots, const cache_write_options& options) {
    using type = std::remove_const_t<element_of_view<K>>;
    constexpr bool has_query = !std::is_same_v<Q, no_tensor>, has_value = !std::is_same_v<V, no_tensor>;
    static_assert(check_rows_type<Rows>());
    static_assert(std::is_same_v<compute_type<type>, float>, "rope: a cache takes float, half or bfloat16");
    result<cache_write_plan<type, TK, TV>> made;
    untyped_view q, v;
    const untyped_view k = key;
    const rotation_functions *of_query = nullptr, *of_value = nullptr;
    if constexpr (has_query) {
        static_assert(std::is_same_v<element_of_view<Q>, type>,
                      "rope: the query is rotated in place: of the key's type, not const");
        q = query;
        of_query = &in_place_functions_of<type>();
    }
    if constexpr (has_value) {
        static_assert(std::is_same_v<std::remove_const_t<element_of_view<V>>, type>,
                      "rope: key and value have one type");
        v = value;
        of_value = direct_functions<type, TV>();
    }
    const untyped_cache to_keys = untyped(keys), to_values = untyped(values);
    made.why = make_cache_write(made.value,
                                {row_source_of<Rows>::of(rows), has_query ? &q : nullptr, &k,
                                 has_value ? &v : nullptr, &to_keys, has_value ? &to_values : nullptr, axes,
                                 where, slots, options, of_query, direct_functions<type, TK>(), of_value});
    return made;
}

template <class T, class TK, class TV>
write_pointers untyped(const cache_write_memory<T, TK, TV>& m) noexcept {
    return {m.query, m.key, m.value, m.keys, m.values, m.key_scales, m.value_scales};
}

} // namespace detail

// The plan of a write: for each token t and head h
//   keys[slots[t]][h] = convert(rotate(norm(key[t][h]))),  values[slots[t]][h] = convert(value[t][h]),
//   query[t][h] = factor * rotate(norm(query[t][h])) in place
//
// Shapes: query, key, value with the axes `axes`, as "b s h d": "h" names the heads (their number may differ between query and
// key), "d" the values of a head (key and query: head_dim of the frequencies; value: its cache's; at most 8192), at most four
// others, over which tokens are counted in C order. A partial rotation or a slice at an offset (the rope part of an MLA row) is
// the frequencies'. slots: one for each token, or slots_from(first).
// Types: float, half, bfloat16; caches of any format. Arithmetic as rotate(), in float, then one rounding to the format: what is
// stored has its error bound (numbers/fp8.hpp, numbers/int8_blocks.hpp) around the rotated float. The same bits from dense and
// paged caches, every instruction set, any number of parts.
// Aliasing: query, key and value may be slices of one packed buffer; caches may be slices of one packed cache; else nothing that
// is written may share memory with anything.
// Lifetime: the plan refers to rows, memory, page tables and scales; slots, positions and weights are copied. A page table that
// changes after the plan must keep the written slots' entries in range and different.
// Errors: throws rope::error before anything is written, for shapes, axes, positions without rows, slots out of range or twice,
// pages that are not there, null pointers, shared memory. try_ returns the reason instead.
// Allocates what is listed (slots, positions, weights).
template <class Rows, class K, class TK>
auto try_plan_cache_write(const Rows& rows, const K& key, const cache_view<TK>& keys, const axis_names& axes,
                          const positions& where, const cache_slots& slots,
                          const cache_write_options& options = {}) {
    return detail::try_plan_write(rows, detail::no_tensor{}, as_view(key), detail::no_tensor{}, keys, keys,
                                  axes, where, slots, options);
}
template <class Rows, class K, class V, class TK, class TV>
auto try_plan_cache_write(const Rows& rows, const K& key, const V& value, const cache_view<TK>& keys,
                          const cache_view<TV>& values, const axis_names& axes, const positions& where,
                          const cache_slots& slots, const cache_write_options& options = {}) {
    return detail::try_plan_write(rows, detail::no_tensor{}, as_view(key), as_view(value), keys, values, axes,
                                  where, slots, options);
}
template <class Rows, class Q, class K, class V, class TK, class TV>
auto try_plan_cache_write(const Rows& rows, Q&& query, const K& key, const V& value,
                          const cache_view<TK>& keys, const cache_view<TV>& values, const axis_names& axes,
                          const positions& where, const cache_slots& slots,
                          const cache_write_options& options = {}) {
    return detail::try_plan_write(rows, as_view(query), as_view(key), as_view(value), keys, values, axes,
                                  where, slots, options);
}
template <class Rows, class... Rest>
auto plan_cache_write(const Rows& rows, Rest&&... rest) {
    return detail::value_or_throw(try_plan_cache_write(rows, std::forward<Rest>(rest)...));
}
template <class Rows, class... Rest> // a plan refers to its rows
auto plan_cache_write(const Rows&& rows, Rest&&... rest) = delete;

// Does what the plan says, or part `part` of `parts`: different parts write different places and may run at once, in any order.
// Cannot fail; allocates nothing; up to 80 KiB of stack.
template <class T, class TK, class TV>
void run(const cache_write_plan<T, TK, TV>& plan, std::int64_t part = 0, std::int64_t parts = 1) noexcept {
    detail::run_cache_write(plan, {}, {}, part, parts);
}
// The same with the memory of another layer.
template <class T, class TK, class TV>
void run(const cache_write_plan<T, TK, TV>& plan, const cache_write_memory<T, TK, TV>& memory,
         std::int64_t part = 0, std::int64_t parts = 1) noexcept {
    detail::run_cache_write(plan, detail::untyped(memory), {}, part, parts);
}

// The same at the positions past, past + 1, ... and in other slots: one plan for every step of a decoder. Refused, with nothing
// written, when a position has no row, positions are listed, or slots do not fit. Allocates nothing when it is not.
template <class T, class TK, class TV>
status try_run(const cache_write_plan<T, TK, TV>& plan, const cache_write_memory<T, TK, TV>& memory,
               token_offset where, const cache_slots& slots, std::int64_t part = 0, std::int64_t parts = 1) {
    status why;
    if (detail::check_write_move(plan, where.past, slots, why)) {
        const detail::write_move move = {where.past - plan.rows.offset, &slots};
        detail::run_cache_write(plan, detail::untyped(memory), move, part, parts);
    }
    return why;
}
template <class T, class TK, class TV>
void run(const cache_write_plan<T, TK, TV>& plan, const cache_write_memory<T, TK, TV>& memory,
         token_offset where, const cache_slots& slots, std::int64_t part = 0, std::int64_t parts = 1) {
    detail::require(try_run(plan, memory, where, slots, part, parts));
}

} // namespace ROPE_ABI
} // namespace rope
