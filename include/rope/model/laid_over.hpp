// laid_over: what is laid over the frequencies of any recipe: an amplitude, a stretch of the positions, a torus.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequency_set.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>

#include <cstdint>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/model/check_frequencies.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/support/checked.hpp>

#include <cstddef>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {

// f with its amplitude times `factor` (ggml's attn_factor, an attention temperature): cos and sin grow by it.
//   Error       the product of real numbers, kept to 192 fractional bits
//   Errors      rope::error for a factor that is not finite and above 0; try_with_amplitude returns it
//   Allocates   the lists of the result
ROPE_COLD ROPE_API result<frequency_set> try_with_amplitude(frequency_set f, double factor);
inline frequency_set with_amplitude(const frequency_set& f, double factor) {
    return detail::value_or_throw(try_with_amplitude(f, factor));
}

// f with every frequency divided by `factor`, as if positions were divided by it: linear interpolation over any recipe. A factor
// below 1 turns faster (ggml's freq_scale above 1). Everything else as with_amplitude.
ROPE_COLD ROPE_API result<frequency_set> try_stretched(frequency_set f, double factor);
inline frequency_set stretched(const frequency_set& f, double factor) {
    return detail::value_or_throw(try_stretched(f, factor));
}

// f on a torus: every frequency w to 2 pi round(w n / 2 pi) / n, so that position n is position 0; n is the period of the pair's
// position axis, one for each axis, or one for all; 0: this axis is no torus. A frequency may become 0. For parts of the tokens
// with other periods make a table of each.
//   Errors      rope::error for a list of another length, and for periods that are negative or not finite
//   Source      stable-diffusion.cpp, rope.hpp
ROPE_COLD ROPE_API result<frequency_set> try_on_torus(frequency_set f, const std::vector<double>& period);
inline frequency_set on_torus(const frequency_set& f, const std::vector<double>& period) {
    return detail::value_or_throw(try_on_torus(f, period));
}

#if ROPE_DEFINITIONS
namespace detail {

inline status check_factor(const char* name, double factor) {
    return has_finite_bits(factor) && factor > 0
               ? status{}
               : status{sentence({name, " is ", factor, "; expected a finite number above 0"})};
}

inline void set_step(frequency_set& f, std::size_t pair, const wide& step) {
    f.step[pair] = to_q64_192(step);
    f.inv_freq[pair] = to_double(step * wide(2) * pi<wide>());
}

} // namespace detail

ROPE_API result<frequency_set> try_with_amplitude(frequency_set f, double factor) {
    result<frequency_set> made;
    made.why = detail::check_factor("the amplitude", factor);
    if (made.ok()) {
        const wide product = from_q64_192(f.amplitude) * wide(factor);
        if (!fits_q64_192(product)) {
            made.why = {detail::sentence({"the amplitude ", f.attention_factor, " times ", factor,
                                          " is out of range; expected below 2^63"})};
            return made;
        }
        f.amplitude = to_q64_192(product);
        f.attention_factor = to_double(product);
        made.value = std::move(f);
    }
    return made;
}

ROPE_API result<frequency_set> try_stretched(frequency_set f, double factor) {
    result<frequency_set> made;
    made.why = detail::check_factor("the stretch", factor);
    if (made.ok()) {
        made.why = detail::check_pairs(f);
    }
    for (std::size_t i = 0; made.ok() && i < f.step.size(); ++i) {
        const wide step = from_q64_192(f.step[i]) / wide(factor);
        if (!fits_q64_192(step)) {
            made.why = {detail::sentence({"the frequency of pair ", static_cast<std::int64_t>(i), ", ",
                                          f.inv_freq[i], ", divided by ", factor, " is out of range"})};
        } else {
            detail::set_step(f, i, step);
        }
    }
    if (made.ok()) {
        made.value = std::move(f);
    }
    return made;
}

ROPE_API result<frequency_set> try_on_torus(frequency_set f, const std::vector<double>& period) {
    result<frequency_set> made;
    made.why = detail::check_pairs(f);
    const auto listed = static_cast<std::int64_t>(period.size());
    if (made.ok() && listed != 1 && listed != f.axes) {
        made.why = {
            detail::sentence({"period has ", listed, " entries; expected one, or one for each of the ",
                              f.axes, " position axes"})};
    }
    for (const double n : period) {
        if (made.ok() && !(detail::has_finite_bits(n) && n >= 0)) {
            made.why = {detail::sentence({"period has the entry ", n, "; expected 0 or more"})};
        }
    }
    for (std::size_t i = 0; made.ok() && i < f.step.size(); ++i) {
        const std::int64_t axis = f.axis_of_pair[i];
        const wide n = wide(period[listed == 1 ? 0 : static_cast<std::size_t>(axis)]);
        if (n > wide(0)) {
            detail::set_step(f, i, floor(from_q64_192(f.step[i]) * n + wide(1) / wide(2)) / n);
        }
    }
    if (made.ok()) {
        made.value = std::move(f);
    }
    return made;
}
#endif

} // namespace ROPE_ABI
} // namespace rope
