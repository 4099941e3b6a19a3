// angles: tables whose angles are given (learned), one for each row and pair, instead of following from
// frequencies. A pair that reads a position axis of its own at one radian per unit has its angle as its
// position: so these are ordinary tables, as exact as the others, and the rotation, its kernels and its
// gradient need not know. SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequency_set.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// One radian per unit on an axis of its own for each of the rotary_dim / 2 pairs.
inline frequency_set angle_frequencies(std::int64_t head_dim, std::int64_t rotary_dim = 0,
                                       pairing pairs = pairing::half_split, std::int64_t rotary_offset = 0) {
    config c;
    c.head_dim = head_dim;
    c.rotary_dim = rotary_dim;
    c.rotary_offset = rotary_offset;
    c.pairing = pairs;
    const std::int64_t count = (rotary_dim == 0 ? head_dim : rotary_dim) / 2;
    c.scaling = custom_scaling{std::vector<double>(static_cast<std::size_t>(count > 0 ? count : 0), 1.0), {}};
    frequency_set f = frequencies(c);
    f.axes = count;
    for (std::int64_t i = 0; i < count; ++i) {
        f.axis_of_pair[static_cast<std::size_t>(i)] = i;
    }
    return f;
}

// cos and sin of angles[row][pair] in radians, |angle| < 2^63; rows are named by their number. f:
// angle_frequencies.
template <class T>
table<T> angle_table(const frequency_set& f, const std::vector<double>& angles) {
    const std::size_t pairs = f.step.size();
    if (pairs == 0 || angles.size() % pairs != 0) {
        detail::fail("an angle table has " + std::to_string(angles.size()) + " angles; expected rows of " +
                     std::to_string(pairs));
    }
    const std::size_t rows = angles.size() / pairs;
    std::vector<double> by_axis(angles.size());
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t i = 0; i < pairs; ++i) {
            by_axis[i * rows + r] = angles[r * pairs + i];
        }
    }
    return cos_sin_table<T>(f, by_axis.data(), static_cast<std::int64_t>(rows),
                            static_cast<std::int64_t>(pairs));
}

} // namespace ROPE_ABI
} // namespace rope
