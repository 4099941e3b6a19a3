// hypothesis: one rotation that may have been made, as data: pairs, frequencies, positions, signs, rounding; and the
// positions that it gives to tokens.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/diagnosis.hpp>
#include <rope/diagnose/samples.hpp>
#include <rope/entries/numerics.hpp>
#include <rope/model/frequency_set.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Which elements form pair i of a slice, before and after. A different pairing after is that of permuted weights.
struct pair_layout {
    pairing in = pairing::half_split, out = pairing::half_split;
    std::int64_t offset = 0, rotary_dim = 0;

    std::int64_t pairs() const { return rotary_dim / 2; }
    std::int64_t first(pairing p, std::int64_t i) const {
        return offset + (p == pairing::half_split ? i : 2 * i);
    }
    std::int64_t second(pairing p, std::int64_t i) const {
        return p == pairing::half_split ? offset + i + pairs() : offset + 2 * i + 1;
    }
};

// Other positions than the caller's, as a function of them.
enum class move_kind : std::uint8_t {
    none,
    shifted,      // p + value
    scaled,       // p value
    reversed,     // that of the token at the other end of the sequence
    clamped,      // min(p, value)
    wrapped,      // p mod value
    zero_past,    // 0 from value on
    from_start,   // p minus the position of the sequence's first token
    along_s,      // the index along "s"
    along_batch,  // the index along the other axes
    running,      // counted through all sequences
    constant,     // value for every token
    half_rounded, // rounded to half
    bfloat16_rounded,
    from_axis, // every axis takes that of position axis value
    permuted,  // axis a takes that of axis order[a]
    listed     // a list
};

struct position_move {
    move_kind kind = move_kind::none;
    double value = 0;
    std::int64_t axis = -1;               // shifted, scaled: one axis alone
    std::vector<std::int64_t> order = {}; // permuted
    std::vector<double> list = {};        // listed: [axis][token]
};

struct hypothesis {
    pair_layout layout = {};
    frequency_set frequencies = {};
    position_move move = {};
    int quarter = 0;       // the angle is quarter pi / 2 more,
    bool reversed = false; // after its sign was changed
    double amplitude = 1;
    double amplitude_doubt = 0; // relative, where it was fitted to rounded numbers
    rope::numerics numerics = rope::numerics::exact;
    bool loose_angles = false; // float angles by steps that are not known: a few units more or less
    std::optional<dtype> table_type = {}, input_type = {}, product_type = {}, result_type = {};

    std::vector<rotation_difference> differences = {};
    int prior = 0;     // among as many differences the least is the likeliest
    double misfit = 2; // root of the mean square that is left, over that of Y
};

inline double moved_position(const vector_samples& v, const position_move& m, std::int64_t axis,
                             std::int64_t t) {
    const double p = v.at(axis, t);
    if (m.axis >= 0 && m.axis != axis) {
        return p;
    }
    switch (m.kind) {
    case move_kind::none:
        return p;
    case move_kind::shifted:
        return p + m.value;
    case move_kind::scaled:
        return p * m.value;
    case move_kind::reversed:
        return v.mirrored[index_of(axis * v.tokens + t)];
    case move_kind::clamped:
        return p < m.value ? p : m.value;
    case move_kind::wrapped:
        return p - m.value * std::floor(p / m.value);
    case move_kind::zero_past:
        return p < m.value ? p : 0;
    case move_kind::from_start:
        return p - v.first_position[index_of(axis * v.tokens + t)];
    case move_kind::along_s:
        return static_cast<double>(v.sequence[index_of(t)]);
    case move_kind::along_batch:
        return static_cast<double>(v.batch[index_of(t)]);
    case move_kind::running:
        return static_cast<double>(v.batch[index_of(t)] * v.sequence_extent + v.sequence[index_of(t)]);
    case move_kind::constant:
        return m.value;
    case move_kind::half_rounded:
        return rounded_to(dtype::f16, p);
    case move_kind::bfloat16_rounded:
        return rounded_to(dtype::bf16, p);
    case move_kind::from_axis:
        return v.at(static_cast<std::int64_t>(m.value), t);
    case move_kind::permuted:
        return v.at(m.order[index_of(axis)], t);
    case move_kind::listed:
        return m.list[index_of(axis * v.tokens + t)];
    }
    return p;
}

// [axis][token]
inline std::vector<double> moved_positions(const vector_samples& v, const position_move& m) {
    std::vector<double> out(v.position.size());
    for (std::int64_t a = 0; a < v.axes; ++a) {
        for (std::int64_t t = 0; t < v.tokens; ++t) {
            out[index_of(a * v.tokens + t)] = moved_position(v, m, a, t);
        }
    }
    return out;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
