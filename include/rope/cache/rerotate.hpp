// plan_rerotation, run: cached keys rotated further, where they are or from originals: eviction, compaction, self-extend, another
// regime of positions. Any format; one pass.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/rerotation_plan.hpp>
#include <rope/cache/write.hpp>
#include <rope/model/frequency_change.hpp>

#include <cstdint>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {

// A re-rotation of keys of a cache of From into one of To. A default-constructed plan does nothing.
template <class From, class To>
struct rerotation_plan : detail::rerotation_data {};

// Memory of another layer, with the shapes and strides of the plan's; null: the plan's own. In place: `from` and `to` are the same.
template <class From, class To>
struct rerotation_memory {
    const From* from = nullptr;
    To* to = nullptr;
    const float* from_scales = nullptr;
    float* to_scales = nullptr;
};

// What running the plan changes: a dry run.
template <class From, class To>
rerotation_changes changes(const rerotation_plan<From, To>& plan) noexcept {
    return plan.changed;
}

// The plan of a re-rotation: for each token t and head h
//   keys[slots[t]][h] = convert(R(deltas[t]) originals[original_slots[t]][h])
// without originals in place: originals are the keys. R rotates by angle inv_freq[i] * delta of the axis of pair i.
//
// Shapes: `deltas` has the axes of positions, over tokens "s": ids(list), one for each token; at(delta), one for all;
// ids(p, {3, count}, "axis s") of M-RoPE; offset(past) for originals that are not rotated, at past, past + 1, ... slots:
// rope::slots(list), -1 skipped, or slots_from(first, count). dim of both caches: head_dim of the frequencies, at most 8192; a
// partial rotation or the slice of an MLA row is the frequencies'.
// Units: deltas in positions, int32, int64 or double, below 2^63 in magnitude.
// Types: every format of either cache. Arithmetic as rotate(), in float, then one rounding to the format. The attention factor is
// left out unless the options apply it: rotated keys have it.
// In place, what is outside the rotated slice is not touched (int8, q8_0: outside the blocks that the slice meets), nor a token
// with delta 0, so that sinks keep their bits. Into another cache whole rows are written.
// Moves: originals may be the cache of the keys with other slots (compaction), where no token is written to a slot that a later
// one is read from; where an earlier one is, one part does all the work.
// Aliasing: else originals and keys share no memory.
// Lifetime: the plan refers to the caches, their scales and page tables; frequencies, slots and deltas are copied. A page table
// that changes after the plan must keep the entries of its slots in range and different.
// Error bound, per pair, relative to the length of the original's pair: 2^-22 and the format's rounding, once. Keys that were
// stored in the format already carry its rounding: n re-rotations in place add up n of them. Re-rotate originals by total deltas
// instead (key_origins.hpp) and there are two, whatever n.
// Errors: throws rope::error before anything is written, for shapes, deltas, slots out of range or twice, pages that are not
// there, null pointers, shared memory. try_ returns the reason instead.
// Allocates slots, deltas and the rows of deltas that tokens share; 10 KiB of stack.
template <class From, class To>
result<rerotation_plan<From, To>>
try_plan_rerotation(const frequency_set& f, const cache_view<From>& originals,
                    const cache_slots& original_slots, const cache_view<To>& keys, const cache_slots& slots,
                    const positions& deltas, const rerotation_options& options = {}) {
    result<rerotation_plan<From, To>> made;
    const detail::untyped_cache from = detail::untyped(originals), to = detail::untyped(keys);
    made.why = detail::make_rerotation(made.value, {f, from, to, original_slots, slots, deltas, options,
                                                    detail::direct_functions<From, To>(),
                                                    detail::direct_functions_in_place<To>()});
    return made;
}
template <class T>
result<rerotation_plan<T, T>> try_plan_rerotation(const frequency_set& f, const cache_view<T>& keys,
                                                  const cache_slots& slots, const positions& deltas,
                                                  const rerotation_options& options = {}) {
    result<rerotation_plan<T, T>> made;
    const detail::untyped_cache cache = detail::untyped(keys);
    made.why = detail::make_rerotation(made.value, {f, cache, cache, slots, slots, deltas, options, nullptr,
                                                    detail::direct_functions_in_place<T>()});
    return made;
}
template <class... Arguments>
auto plan_rerotation(const frequency_set& f, const Arguments&... arguments) {
    return detail::value_or_throw(try_plan_rerotation(f, arguments...));
}

// The plan that turns keys rotated by `before` into keys rotated by `after`, in place, at the positions that they were rotated at:
// for LongRoPE's long factors, or dynamic NTK at a new length. Angles by the exact difference of the frequencies, the attention
// factor by the quotient: no prefill. Everything else as above; the same as plan_rerotation(frequency_change(before, after), keys,
// slots, positions, {true}).
template <class T>
result<rerotation_plan<T, T>> try_plan_regime_change(const frequency_set& before, const frequency_set& after,
                                                     const cache_view<T>& keys, const cache_slots& slots,
                                                     const positions& positions_of_keys) {
    result<frequency_set> change = try_frequency_change(before, after);
    if (!change.ok()) {
        return {{}, std::move(change.why)};
    }
    return try_plan_rerotation(change.value, keys, slots, positions_of_keys, rerotation_options{true});
}
template <class T>
rerotation_plan<T, T> plan_regime_change(const frequency_set& before, const frequency_set& after,
                                         const cache_view<T>& keys, const cache_slots& slots,
                                         const positions& positions_of_keys) {
    return detail::value_or_throw(try_plan_regime_change(before, after, keys, slots, positions_of_keys));
}

// Does what the plan says, or part `part` of `parts`: different parts write different places and may run at once, in any order.
// Cannot fail; allocates nothing; up to 80 KiB of stack.
template <class From, class To>
void run(const rerotation_plan<From, To>& plan, std::int64_t part = 0, std::int64_t parts = 1) noexcept {
    detail::run_rerotation(plan, {}, part, parts);
}
// The same with the memory of another layer.
template <class From, class To>
void run(const rerotation_plan<From, To>& plan, const rerotation_memory<From, To>& memory,
         std::int64_t part = 0, std::int64_t parts = 1) noexcept {
    detail::run_rerotation(plan, {memory.from, memory.to, memory.from_scales, memory.to_scales}, part, parts);
}

// Plan and run in one call, with the arguments of plan_rerotation().
template <class... Arguments>
status try_rerotate(const frequency_set& f, const Arguments&... arguments) {
    auto made = try_plan_rerotation(f, arguments...);
    if (made.ok()) {
        run(made.value);
    }
    return std::move(made.why);
}
template <class... Arguments>
void rerotate(const frequency_set& f, const Arguments&... arguments) {
    detail::require(try_rerotate(f, arguments...));
}

} // namespace ROPE_ABI
} // namespace rope
