// float_numerics: how a table's angles are calculated: exactly, or in the float steps of a published system, for parity.
//
// exact    cos and sin of the real angle, rounded once.
// hf_fp32  transformers: inv_freq = 1 / base^(2i/d), angle = position * inv_freq, cos(angle) * attention factor, each
//          step rounded to float32 (https://github.com/huggingface/transformers, modeling_rope_utils.py).
// ggml     angle = position at the first pair, then angle *= base^(-2/d) from pair to pair, in float32 as well
//          (https://github.com/ggml-org/ggml, ggml_rope_cache_init).
// In both the steps are correctly rounded, where those systems' own pow and cos may be an ulp off; a recipe that scales
// the frequencies enters as one factor per pair, rounded once. Wrong by 1e-2 and more at a million tokens; exact
// is what a model should use, these are for comparing with what it was trained or run with.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/fill_rows.hpp>
#include <rope/entries/numerics.hpp>
#include <rope/numbers/float_mode.hpp>
#include <rope/numbers/fma.hpp>
#include <rope/numbers/half.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The float frequencies of those systems: per pair a factor on the position or, for ggml, on the running angle.
struct float_schedule {
    std::vector<float> factor = {};
    float ratio = 1; // from pair to pair; 1 in hf_fp32
};

inline float_schedule float_schedule_of(numerics way, const frequency_set& f) {
    float_schedule result;
    const wide turn = wide(2) * pi<wide>(), base = wide(f.base), d = wide(f.rotary_dim);
    const std::size_t pairs = f.step.size();
    for (std::size_t i = 0; i < pairs; ++i) {
        const wide exact = from_q64_192(f.step[i]) * turn;
        if (!(base > wide(0))) { // made by hand, of no base: the nearest floats
            result.factor.push_back(rounded<float>(exact));
            continue;
        }
        const wide twice = wide(static_cast<std::int64_t>(2 * i));
        const wide scaled = exact * pow(base, twice / d); // what the recipe did to the pair
        if (way == numerics::ggml) {
            result.factor.push_back(rounded<float>(scaled));
        } else {
            const wide power = wide(rounded<float>(pow(base, wide(rounded<float>(twice / d)))));
            result.factor.push_back(rounded<float>(wide(rounded<float>(wide(1) / power)) * scaled));
        }
    }
    if (way == numerics::ggml && base > wide(0)) {
        result.ratio = rounded<float>(pow(base, wide(rounded<float>(wide(-2) / d))));
    }
    return result;
}

// The same rows as fill_rows, in float steps. Allocates a little. The angles, which are floats, become cos and sin
// as positions of an exact table with one radian per token.
template <class T>
void fill_rows_in_float(numerics way, isa which, const frequency_set& frequencies,
                        const row_positions& positions, T* cos, T* sin, std::int64_t row_stride,
                        bool reciprocal_amplitude = false) {
    const default_float_mode mode;
    const float_schedule schedule = float_schedule_of(way, frequencies);
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    constexpr std::int64_t rows_at_once = 64;
    const auto entries = static_cast<std::size_t>(pairs * rows_at_once);
    std::vector<double> angles(entries); // [pair][row]
    std::vector<float> cosines(entries), sines(entries), running(static_cast<std::size_t>(frequencies.axes));
    frequency_set radians;
    radians.axes = pairs;
    for (std::int64_t i = 0; i < pairs; ++i) {
        radians.axis_of_pair.push_back(i);
        radians.step.push_back(to_q64_192(wide(1) / (wide(2) * pi<wide>())));
    }
    const wide factor = from_q64_192(frequencies.amplitude);
    const float amplitude = rounded<float>(reciprocal_amplitude ? wide(1) / factor : factor);
    for (std::int64_t first = 0; first < positions.run.count; first += rows_at_once) {
        const std::int64_t rows = std::min(rows_at_once, positions.run.count - first);
        for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t axis = 0; axis < frequencies.axes; ++axis) {
                const std::int64_t at = axis * positions.axis_stride + (first + row) * positions.row_stride;
                running[static_cast<std::size_t>(axis)] =
                    positions.reals != nullptr      ? static_cast<float>(positions.reals[at])
                    : positions.integers != nullptr ? static_cast<float>(positions.integers[at])
                                                    : static_cast<float>(positions.run.first + first + row);
            }
            for (std::int64_t i = 0; i < pairs; ++i) {
                const auto pair = static_cast<std::size_t>(i);
                const auto axis = static_cast<std::size_t>(frequencies.axis_of_pair[pair]);
                angles[static_cast<std::size_t>(i * rows + row)] =
                    static_cast<double>(product(running[axis], schedule.factor[pair]));
                for (float& angle : running) {
                    angle = product(angle, schedule.ratio);
                }
            }
        }
        row_positions by_angle;
        by_angle.run = {0, rows};
        by_angle.reals = angles.data();
        by_angle.axis_stride = rows;
        fill_rows(which, radians, by_angle, cosines.data(), sines.data(), pairs);
        for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t i = 0; i < pairs; ++i) {
                const auto at = static_cast<std::size_t>(row * pairs + i);
                cos[(first + row) * row_stride + i] = narrow<T>(product(cosines[at], amplitude));
                sin[(first + row) * row_stride + i] = narrow<T>(product(sines[at], amplitude));
            }
        }
    }
}

// Rows by any numerics.
template <class T>
void fill_rows_by(numerics way, isa which, const frequency_set& frequencies, const row_positions& positions,
                  T* cos, T* sin, std::int64_t row_stride, bool reciprocal_amplitude = false) {
    if (way == numerics::exact) {
        fill_rows(which, frequencies, positions, cos, sin, row_stride, reciprocal_amplitude);
    } else {
        fill_rows_in_float(way, which, frequencies, positions, cos, sin, row_stride, reciprocal_amplitude);
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
