// fill_rows: cos and sin for any positions into the caller's memory. Below it the arithmetic, above it the
// tables, the rows that a plan holds itself, and rows made on the fly.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequencies.hpp>
#include <rope/table/exact_entry.hpp>
#include <rope/table/row_positions.hpp>

#include <cstddef>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline wide position_of(const row_positions& p, std::int64_t row, std::int64_t axis) noexcept {
    if (p.integers != nullptr) {
        return wide(p.integers[axis * p.axis_stride + row]);
    }
    if (p.reals != nullptr) {
        return wide(p.reals[axis * p.axis_stride + row]);
    }
    return wide(p.run.first + row);
}

// cos[row * row_stride + i] = m cos(2 pi step[i] position), sin[...] alike, for every row of `positions` and
// every pair i, which reads the position axis axis_of_pair[i]; m is the amplitude of the frequencies, or its
// reciprocal. T: float, half, bfloat16, double; correctly rounded. Positions and frequencies are taken as
// checked; nothing is allocated and nothing fails.
template <class T>
void fill_rows(const frequency_set& frequencies, const row_positions& positions, T* cos, T* sin,
               std::int64_t row_stride, bool reciprocal_amplitude = false) noexcept {
    const wide given = from_q64_192(frequencies.amplitude);
    const wide amplitude = reciprocal_amplitude ? wide(1) / given : given;
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    for (std::int64_t i = 0; i < pairs; ++i) {
        const wide step = from_q64_192(frequencies.step[static_cast<std::size_t>(i)]);
        const std::int64_t axis = frequencies.axis_of_pair[static_cast<std::size_t>(i)];
        for (std::int64_t row = 0; row < positions.run.count; ++row) {
            const sine_cosine entry = exact_entry(position_of(positions, row, axis), step, amplitude);
            cos[row * row_stride + i] = rounded<T>(entry.cosine);
            sin[row * row_stride + i] = rounded<T>(entry.sine);
        }
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
