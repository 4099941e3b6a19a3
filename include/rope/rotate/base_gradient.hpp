// base_gradient: what a loss says about the base (rope_theta) of a configuration, whatever its recipe. The
// recipe itself is evaluated in duals, so each frequency's slope along the base is the derivative of the very
// formula that made it: for plain frequencies d inv_freq[i] / d base = inv_freq[i] (-2i/d) / base.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/evaluate.hpp>
#include <rope/numbers/dual.hpp>
#include <rope/rotate/gradient.hpp>

#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// Derivatives with respect to the base, as the nearest doubles.
struct base_slopes {
    std::vector<double> inv_freq = {}; // [pair]
    double attention_factor = 0;
};

// Of frequencies(c, seq_len). Throws rope::error where validate(c) fails.
ROPE_API base_slopes slopes_along_base(const config& c, std::int64_t seq_len = 0);

#if ROPE_DEFINITIONS
ROPE_API base_slopes slopes_along_base(const config& c, std::int64_t seq_len) {
    const std::string fault = detail::config_fault(c, seq_len);
    if (!fault.empty()) {
        detail::fail(fault);
    }
    const auto s = detail::schedule_of(c, seq_len, dual(wide(c.base), wide(1)));
    base_slopes slopes;
    for (const dual& w : s.freq) {
        slopes.inv_freq.push_back(to_double(w.slope));
    }
    slopes.attention_factor = to_double(s.amplitude.slope);
    return slopes;
}
#endif

// dL/dbase of a rotation by frequencies(c, seq_len) with the gradient g: sums in the order of the pairs.
inline double base_gradient(const rotation_gradient& g, const config& c, std::int64_t seq_len = 0) {
    const base_slopes slopes = slopes_along_base(c, seq_len);
    if (slopes.inv_freq.size() != g.inv_freq.size()) {
        detail::fail("the gradient has " + std::to_string(g.inv_freq.size()) +
                     " pairs; the configuration has " + std::to_string(slopes.inv_freq.size()));
    }
    double sum = 0;
    for (std::size_t i = 0; i < g.inv_freq.size(); ++i) {
        sum += g.inv_freq[i] * slopes.inv_freq[i];
    }
    return sum + g.attention_factor * slopes.attention_factor;
}

} // namespace ROPE_ABI
} // namespace rope
