// angle_table: a table whose angles are given (learned), one for each row and pair, instead of computed from frequencies.
// Each pair reads its own position axis at one radian per unit, so the angle of a pair is its position. Such tables are
// ordinary tables: rotation, kernels and gradient treat them alike.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/axis_map.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// The frequencies of angle tables: pair i reads position axis i, at one radian per unit.
// Result: rotary_dim / 2 pairs and as many axes; rotary_dim 0 means head_dim.
// Throws rope::error for dimensions that frequencies() refuses. Allocates the result.
inline frequency_set angle_frequencies(std::int64_t head_dim, std::int64_t rotary_dim = 0,
                                       pairing pairs = pairing::half_split, std::int64_t rotary_offset = 0) {
    config c;
    c.head_dim = head_dim;
    c.rotary_dim = rotary_dim;
    c.rotary_offset = rotary_offset;
    c.pairing = pairs;
    const std::int64_t count = (rotary_dim == 0 ? head_dim : rotary_dim) / 2;
    const bool is_possible = count > 0 && count <= detail::greatest_pairs; // else frequencies() refuses it
    c.scaling =
        custom_scaling{std::vector<double>(static_cast<std::size_t>(is_possible ? count : 0), 1.0), {}};
    frequency_set f = frequencies(c);
    f.axes = count;
    for (std::int64_t i = 0; i < count; ++i) {
        f.axis_of_pair[static_cast<std::size_t>(i)] = i;
    }
    return f;
}

// cos and sin of angles[row][pair].
// Shapes: angles [row][pair] in C order; f from angle_frequencies. A rotation names rows by their number: ids(row numbers).
// Units: radians, |angle| < 2^63. T: float, half, bfloat16 or double.
// Error bound: as cos_sin_table: correctly rounded; double within 1 ulp.
// Throws rope::error for angles that are not whole rows, not finite or too large. Allocates the table and one copy of the
// angles.
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
