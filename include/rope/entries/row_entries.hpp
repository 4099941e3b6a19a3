// row_entries: the rows that are being filled, and a single entry of them by the surest way. What fast paths
// share, and what they fall back to.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/entry_128.hpp>
#include <rope/entries/row_positions.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// How entries were computed.
struct fill_counts {
    std::int64_t redone = 0;  // pairs that a vector kernel left open
    std::int64_t longest = 0; // pairs that needed 256-bit reals
};

// What entries need of the amplitude, which rows that are made again and again have ready.
struct amplitude_parts {
    wide exact;
    double nearest;
    fixed_amplitude fixed;
    bool is_moderate; // what the vector kernels take: 2^-14 to 2^14

    ROPE_NOINLINE amplitude_parts(const frequency_set& f, bool reciprocal) noexcept
        : exact(from_q64_192(f.amplitude)) {
        if (reciprocal) {
            exact = wide(1) / exact;
        }
        nearest = to_double(exact);
        fixed = fixed_amplitude_of(exact);
        is_moderate = exact > wide(0x1p-14) && exact < wide(0x1p14);
    }
};

template <class T>
struct entry_amplitude : amplitude_parts {
    T zero_angle_cos, still_sin; // the entry of angle 0

    entry_amplitude(const frequency_set& f, bool reciprocal) noexcept : amplitude_parts(f, reciprocal) {
        zero_angle_cos = rounded<T>(exact);
        still_sin = rounded<T>(wide());
    }
};

template <class T>
struct row_entries {
    const frequency_set& frequencies;
    const row_positions& positions;
    T* cos;
    T* sin;
    std::int64_t row_stride;
    const entry_amplitude<T>& amplitude;
    fill_counts counts = {};

    std::int64_t pairs() const noexcept { return static_cast<std::int64_t>(frequencies.step.size()); }
    const numbers::q64_192& step(std::int64_t pair) const noexcept {
        return frequencies.step[static_cast<std::size_t>(pair)];
    }
    std::int64_t axis(std::int64_t pair) const noexcept {
        return frequencies.axis_of_pair[static_cast<std::size_t>(pair)];
    }

    std::int64_t place(std::int64_t row, std::int64_t pair) const noexcept { // in the list of positions
        return axis(pair) * positions.axis_stride + row * positions.row_stride;
    }

    // The phase of an entry. `exact` is false where a fractional position left something below 2^-192 turns.
    phase phase_of_entry(std::int64_t row, std::int64_t pair, bool& exact) const noexcept {
        exact = true;
        if (positions.reals != nullptr) {
            const double p = positions.reals[place(row, pair)];
            exact = is_whole(p);
            return exact ? phase_at(step(pair), static_cast<std::int64_t>(p)) : phase_at(step(pair), p);
        }
        if (positions.integers != nullptr) {
            return phase_at(step(pair), positions.integers[place(row, pair)]);
        }
        return phase_at(step(pair), positions.run.first + row);
    }

    ROPE_COLD wide position(std::int64_t row, std::int64_t pair) const noexcept {
        if (positions.reals != nullptr) {
            return wide(positions.reals[place(row, pair)]);
        }
        if (positions.integers != nullptr) {
            return wide(positions.integers[place(row, pair)]);
        }
        return wide(positions.run.first + row);
    }

    ROPE_NOINLINE void settle(std::int64_t row, std::int64_t pair) noexcept {
        T& c = cos[row * row_stride + pair];
        T& s = sin[row * row_stride + pair];
        bool exact = true;
        const phase at = phase_of_entry(row, pair, exact);
        if (exact && is_zero(at)) {
            c = amplitude.zero_angle_cos;
            s = amplitude.still_sin;
        } else if (amplitude.exact.is_zero() || !entry_128(unit_complex_at(at), amplitude.fixed, c, s)) {
            const sine_cosine entry =
                entry_256(position(row, pair), from_q64_192(step(pair)), amplitude.exact);
            c = rounded<T>(entry.cosine);
            s = rounded<T>(entry.sine);
            ++counts.longest;
        }
    }
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
