// key_origins: for each slot of a cache of originals, the position that its key was rotated at and the position that it has now.
// Any number of shifts is then one rotation of the original.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/checked.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// Bookkeeping, without keys. The originals are the caller's: unrotated keys, or keys as they were first rotated, in any format.
//   origins.store(slot, position);                                     the original at `slot` was rotated at `position`
//   origins.shift(first, count, delta);                                as often as positions change
//   rerotate(f, originals, slots, keys, slots, ids(origins.deltas(slots)));    when keys are needed
// Several position axes (M-RoPE): a position or delta is a list of `axes`, deltas() are [axis][token], for
// ids(p, {axes, count}, "axis s").
// Error bound: a key is convert(R(total delta) original), one rotation of the original: relative to the length of a pair 2^-22 and
// one rounding of the cache's format, beside the one that the original has, whatever the number of shifts.
// Not for several threads at once. Slots and totals are checked: a refused call changes nothing.
class key_origins {
  public:
    key_origins() = default;
    // Throws rope::error for a number below 0 or axes below 1.
    explicit key_origins(std::int64_t slots, std::int64_t axes = 1) {
        if (slots < 0 || axes < 1 || slots > most_slots / axes) {
            detail::fail(detail::sentence({"origins of ", slots, " slots with ", axes,
                                           " axes; expected 0 or more, and 1 or more"}),
                         errc::shape);
        }
        axes_ = axes;
        original_.resize(static_cast<std::size_t>(slots * axes));
        present_.resize(original_.size());
    }

    std::int64_t axes() const noexcept { return axes_; }
    std::int64_t slots() const noexcept { return static_cast<std::int64_t>(present_.size()) / axes_; }

    // The key of `slot` was rotated at `position` and is there now. A list has one for each axis.
    status try_store(std::int64_t slot, std::int64_t position) {
        return try_store_axes(slot, &position, 1, true);
    }
    status try_store(std::int64_t slot, const std::vector<std::int64_t>& position) {
        return try_store_axes(slot, position.data(), static_cast<std::int64_t>(position.size()), true);
    }
    // The original of `slot` is not rotated; its key is at `position` now.
    status try_store_unrotated(std::int64_t slot, std::int64_t position) {
        return try_store_axes(slot, &position, 1, false);
    }
    status try_store_unrotated(std::int64_t slot, const std::vector<std::int64_t>& position) {
        return try_store_axes(slot, position.data(), static_cast<std::int64_t>(position.size()), false);
    }
    // Positions of the slots first, ..., first + count - 1 become later by `delta`, on every axis or on one.
    status try_shift(std::int64_t first, std::int64_t count, std::int64_t delta, std::int64_t axis = -1);
    // The original of `from` was moved to `to`.
    status try_move(std::int64_t from, std::int64_t to);

    template <class Position>
    void store(std::int64_t slot, const Position& position) {
        detail::require(try_store(slot, position));
    }
    template <class Position>
    void store_unrotated(std::int64_t slot, const Position& position) {
        detail::require(try_store_unrotated(slot, position));
    }
    void shift(std::int64_t first, std::int64_t count, std::int64_t delta, std::int64_t axis = -1) {
        detail::require(try_shift(first, count, delta, axis));
    }
    void move(std::int64_t from, std::int64_t to) { detail::require(try_move(from, to)); }

    // Where the key of a slot is now; slot and axis exist.
    std::int64_t position(std::int64_t slot, std::int64_t axis = 0) const noexcept {
        return present_[at(slot, axis)];
    }
    // What the original of a slot is to be rotated by.
    std::int64_t delta(std::int64_t slot, std::int64_t axis = 0) const noexcept {
        return present_[at(slot, axis)] - original_[at(slot, axis)];
    }

    // The deltas of these slots, [axis][token]; 0 for slot -1.
    result<std::vector<std::int64_t>> try_deltas(const std::vector<std::int64_t>& slots) const;
    result<std::vector<std::int64_t>> try_deltas(std::int64_t first, std::int64_t count) const;
    std::vector<std::int64_t> deltas(const std::vector<std::int64_t>& slots) const {
        return detail::value_or_throw(try_deltas(slots));
    }
    std::vector<std::int64_t> deltas(std::int64_t first, std::int64_t count) const {
        return detail::value_or_throw(try_deltas(first, count));
    }

  private:
    static constexpr std::int64_t most_slots = std::int64_t{1} << 40;
    static constexpr std::int64_t most_position = std::int64_t{1} << 62; // so that every delta is below 2^63

    std::size_t at(std::int64_t slot, std::int64_t axis) const noexcept {
        return static_cast<std::size_t>(slot * axes_ + axis);
    }
    bool has(std::int64_t slot, status& why) const;
    status try_store_axes(std::int64_t slot, const std::int64_t* position, std::int64_t count, bool rotated);

    std::int64_t axes_ = 1;
    std::vector<std::int64_t> original_ = {}, present_ = {}; // [slot][axis]
};

#if ROPE_DEFINITIONS

ROPE_API bool key_origins::has(std::int64_t slot, status& why) const {
    return (slot >= 0 && slot < slots()) ||
           detail::refuse(why, errc::shape, {"slot ", slot, " is asked for; there are ", slots()});
}

ROPE_API status key_origins::try_store_axes(std::int64_t slot, const std::int64_t* position,
                                            std::int64_t count, bool rotated) {
    status why;
    if (!has(slot, why)) {
        return why;
    }
    if (count != axes_) {
        detail::refuse(why, errc::positions,
                       {"the position of slot ", slot, " has ", count, " axes; expected ", axes_});
        return why;
    }
    for (std::int64_t a = 0; a < axes_; ++a) {
        if (position[a] >= most_position || position[a] <= -most_position) {
            detail::refuse(why, errc::positions,
                           {"the position of slot ", slot, " is ", position[a],
                            "; expected one below 2^62 in magnitude"});
            return why;
        }
    }
    for (std::int64_t a = 0; a < axes_; ++a) {
        present_[at(slot, a)] = position[a];
        original_[at(slot, a)] = rotated ? position[a] : 0;
    }
    return why;
}

ROPE_API status key_origins::try_shift(std::int64_t first, std::int64_t count, std::int64_t delta,
                                       std::int64_t axis) {
    status why;
    if (first < 0 || count < 0 || count > slots() || first > slots() - count) {
        detail::refuse(why, errc::shape,
                       {count, " slots from ", first, " on are asked for; there are ", slots()});
        return why;
    }
    if (axis < -1 || axis >= axes_) {
        detail::refuse(why, errc::positions, {"axis ", axis, " is asked for; there are ", axes_});
        return why;
    }
    for (const bool writes : {false, true}) {
        for (std::int64_t s = first; s < first + count; ++s) {
            for (std::int64_t a = axis < 0 ? 0 : axis; a < (axis < 0 ? axes_ : axis + 1); ++a) {
                const std::int64_t sum = detail::saturating_add(present_[at(s, a)], delta);
                if (sum >= most_position || sum <= -most_position) {
                    detail::refuse(why, errc::positions,
                                   {"slot ", s, " at position ", present_[at(s, a)], " is shifted by ", delta,
                                    "; expected a position below 2^62 in magnitude"});
                    return why;
                }
                if (writes) {
                    present_[at(s, a)] = sum;
                }
            }
        }
    }
    return why;
}

ROPE_API status key_origins::try_move(std::int64_t from, std::int64_t to) {
    status why;
    if (has(from, why) && has(to, why)) {
        for (std::int64_t a = 0; a < axes_; ++a) {
            present_[at(to, a)] = present_[at(from, a)];
            original_[at(to, a)] = original_[at(from, a)];
        }
    }
    return why;
}

ROPE_API result<std::vector<std::int64_t>>
key_origins::try_deltas(const std::vector<std::int64_t>& list) const {
    result<std::vector<std::int64_t>> made;
    for (const std::int64_t slot : list) {
        if (slot != -1 && !has(slot, made.why)) {
            return made;
        }
    }
    made.value.reserve(list.size() * static_cast<std::size_t>(axes_));
    for (std::int64_t a = 0; a < axes_; ++a) {
        for (const std::int64_t slot : list) {
            made.value.push_back(slot == -1 ? 0 : delta(slot, a));
        }
    }
    return made;
}

ROPE_API result<std::vector<std::int64_t>> key_origins::try_deltas(std::int64_t first,
                                                                   std::int64_t count) const {
    result<std::vector<std::int64_t>> made;
    if (first < 0 || count < 0 || count > slots() || first > slots() - count) {
        detail::refuse(made.why, errc::shape,
                       {count, " slots from ", first, " on are asked for; there are ", slots()});
        return made;
    }
    made.value.reserve(static_cast<std::size_t>(count * axes_));
    for (std::int64_t a = 0; a < axes_; ++a) {
        for (std::int64_t slot = first; slot < first + count; ++slot) {
            made.value.push_back(delta(slot, a));
        }
    }
    return made;
}

#endif

} // namespace ROPE_ABI
} // namespace rope
