// float_numerics: how a table's angles are calculated: exactly, or in the float steps of a published system, for parity.
//
// exact    cos and sin of the real angle, rounded once.
// hf_fp32  transformers: inv_freq = 1 / base^(2i/d), angle = position * inv_freq, cos(angle) * attention factor, each
//          step rounded to float32 (https://github.com/huggingface/transformers, modeling_rope_utils.py).
// ggml     angle = position at the first pair, then angle *= base^(-2/d) from pair to pair, in float32 as well
//          (https://github.com/ggml-org/ggml, ggml_rope_cache_init).
// Where the exponents restart with each position axis (vision towers), so do these.
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
#include <rope/support/platform.hpp>

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
    bool restarts = false;
};

ROPE_COLD inline float_schedule float_schedule_of(numerics way, const frequency_set& f) {
    float_schedule result;
    const wide turn = wide(2) * pi<wide>(), base = wide(f.base);
    const wide d = wide(f.series_dim > 0 ? f.series_dim : f.rotary_dim);
    result.restarts = f.series_dim > 0;
    result.factor.resize(f.step.size());
    std::size_t begin = 0; // of the pair's series
    for (std::size_t i = 0; i < result.factor.size(); ++i) {
        if (result.restarts && i > 0 && f.axis_of_pair[i - 1] != f.axis_of_pair[i]) {
            begin = i;
        }
        const wide exact = from_q64_192(f.step[i]) * turn;
        float& factor = result.factor[i];
        if (!(base > wide(0))) { // made by hand, of no base: the nearest floats
            factor = rounded<float>(exact);
            continue;
        }
        const wide twice = wide(static_cast<std::int64_t>(2 * (i - begin)));
        const wide scaled = exact * pow(base, twice / d); // what the recipe did to the pair
        if (way == numerics::ggml) {
            factor = rounded<float>(scaled);
        } else {
            const wide power = wide(rounded<float>(pow(base, wide(rounded<float>(twice / d)))));
            factor = rounded<float>(wide(rounded<float>(wide(1) / power)) * scaled);
        }
    }
    if (way == numerics::ggml && base > wide(0)) {
        result.ratio = rounded<float>(pow(base, wide(rounded<float>(wide(-2) / d))));
    }
    return result;
}

// Rows in float steps, up to 64 at a time, [row][pair]. The angles, which are floats, become cos and sin as positions of an
// exact table with one radian per token.
class float_rows {
  public:
    static constexpr std::int64_t at_once = 64;

    ROPE_COLD float_rows(numerics way, isa which, const frequency_set& f, const row_positions& p,
                         bool reciprocal)
        : which_(which), frequencies_(f), positions_(p), schedule_(float_schedule_of(way, f)),
          running_(size(f.axes)), angles_(f.step.size() * size(at_once)), cos(angles_.size()),
          sin(angles_.size()) {
        radians_.axes = pairs();
        radians_.axis_of_pair.resize(f.step.size());
        radians_.step.resize(f.step.size());
        const numbers::q64_192 radian = to_q64_192(wide(1) / (wide(2) * pi<wide>()));
        for (std::size_t i = 0; i < f.step.size(); ++i) {
            radians_.axis_of_pair[i] = static_cast<std::int64_t>(i);
            radians_.step[i] = radian;
        }
        const wide factor = from_q64_192(f.amplitude);
        amplitude_ = rounded<float>(reciprocal ? wide(1) / factor : factor);
    }

    std::int64_t pairs() const noexcept { return static_cast<std::int64_t>(frequencies_.step.size()); }

    // The rows first .. first + rows - 1, into `cos` and `sin`.
    ROPE_COLD void make(std::int64_t first, std::int64_t rows) {
        for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t axis = 0; axis < frequencies_.axes; ++axis) {
                running_[size(axis)] = position(first + row, axis);
            }
            for (std::int64_t i = 0; i < pairs(); ++i) {
                const std::size_t axis = size(frequencies_.axis_of_pair[size(i)]);
                if (schedule_.restarts && i > 0 &&
                    frequencies_.axis_of_pair[size(i - 1)] != frequencies_.axis_of_pair[size(i)]) {
                    running_[axis] = position(first + row, frequencies_.axis_of_pair[size(i)]);
                }
                angles_[size(i * rows + row)] =
                    static_cast<double>(product(running_[axis], schedule_.factor[size(i)]));
                for (float& angle : running_) {
                    angle = product(angle, schedule_.ratio);
                }
            }
        }
        row_positions by_angle;
        by_angle.run = {0, rows};
        by_angle.reals = angles_.data(); // [pair][row]
        by_angle.axis_stride = rows;
        fill_rows(which_, radians_, by_angle, cos.data(), sin.data(), pairs());
        for (std::size_t k = 0; k < size(rows * pairs()); ++k) {
            cos[k] = product(cos[k], amplitude_);
            sin[k] = product(sin[k], amplitude_);
        }
    }

  private:
    static std::size_t size(std::int64_t n) noexcept { return static_cast<std::size_t>(n); }

    float position(std::int64_t row, std::int64_t axis) const noexcept {
        const std::int64_t at = axis * positions_.axis_stride + row * positions_.row_stride;
        return positions_.reals != nullptr      ? static_cast<float>(positions_.reals[at])
               : positions_.integers != nullptr ? static_cast<float>(positions_.integers[at])
                                                : static_cast<float>(positions_.run.first + row);
    }

    isa which_;
    const frequency_set& frequencies_;
    const row_positions& positions_;
    float_schedule schedule_;
    std::vector<float> running_;
    std::vector<double> angles_;
    frequency_set radians_ = {};
    float amplitude_ = 1;

  public:
    std::vector<float> cos, sin;
};

// The same rows as fill_rows, in float steps. Allocates a little.
template <class T>
ROPE_COLD void fill_rows_in_float(numerics way, isa which, const frequency_set& frequencies,
                                  const row_positions& positions, T* cos, T* sin, std::int64_t row_stride,
                                  bool reciprocal_amplitude = false) {
    const default_float_mode mode;
    float_rows made(way, which, frequencies, positions, reciprocal_amplitude);
    const std::int64_t pairs = made.pairs();
    for (std::int64_t first = 0; first < positions.run.count; first += float_rows::at_once) {
        const std::int64_t left = positions.run.count - first;
        const std::int64_t rows = left < float_rows::at_once ? left : float_rows::at_once;
        made.make(first, rows);
        for (std::int64_t k = 0; k < rows * pairs; ++k) {
            const std::int64_t to = (first + k / pairs) * row_stride + k % pairs;
            cos[to] = narrow<T>(made.cos[static_cast<std::size_t>(k)]);
            sin[to] = narrow<T>(made.sin[static_cast<std::size_t>(k)]);
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
