// base_gradient: what a loss says about the base (rope_theta) of a configuration, whatever its recipe. The
// recipe itself is evaluated in duals, so each frequency's slope along the base is the derivative of the very
// formula that made it: for plain frequencies d inv_freq[i] / d base = inv_freq[i] (-2i/d) / base.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/evaluate.hpp>
#include <rope/numbers/dual.hpp>
#include <rope/rotate/gradient.hpp>
#include <rope/support/error.hpp>

#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// Derivatives with respect to the base, as the nearest doubles.
struct base_slopes {
    std::vector<double> inv_freq = {}; // [pair]
    double attention_factor = 0;
};

// Of frequencies(c, seq_len). Throws rope::error where validate(c) fails; try_slopes_along_base returns the reason instead.
ROPE_API result<base_slopes> try_slopes_along_base(const config& c, std::int64_t seq_len = 0);
inline base_slopes slopes_along_base(const config& c, std::int64_t seq_len = 0) {
    return detail::value_or_throw(try_slopes_along_base(c, seq_len));
}

#if ROPE_DEFINITIONS
ROPE_API result<base_slopes> try_slopes_along_base(const config& c, std::int64_t seq_len) {
    std::string fault = detail::config_fault(c, seq_len);
    if (!fault.empty()) {
        return {{}, {std::move(fault)}};
    }
    const auto s = detail::schedule_of(c, seq_len, dual(wide(c.base), wide(1)));
    result<base_slopes> made;
    for (const dual& w : s.freq) {
        made.value.inv_freq.push_back(to_double(w.slope));
    }
    made.value.attention_factor = to_double(s.amplitude.slope);
    return made;
}
#endif

// dL/dbase of a rotation by frequencies(c, seq_len) with the gradient g: sums in the order of the pairs. Throws rope::error
// where validate(c) fails, and for a gradient of another number of pairs; try_base_gradient returns the reason instead.
inline result<double> try_base_gradient(const rotation_gradient& g, const config& c,
                                        std::int64_t seq_len = 0) {
    result<base_slopes> slopes = try_slopes_along_base(c, seq_len);
    if (!slopes.ok()) {
        return {0, std::move(slopes.why)};
    }
    const std::vector<double>& along = slopes.value.inv_freq;
    if (along.size() != g.inv_freq.size()) {
        return {0,
                {detail::sentence({"the gradient has ", g.inv_freq.size(), " pairs; the configuration has ",
                                   along.size()}),
                 errc::shape}};
    }
    double sum = 0;
    for (std::size_t i = 0; i < g.inv_freq.size(); ++i) {
        sum += g.inv_freq[i] * along[i];
    }
    return {sum + g.attention_factor * slopes.value.attention_factor, {}};
}
inline double base_gradient(const rotation_gradient& g, const config& c, std::int64_t seq_len = 0) {
    return detail::value_or_throw(try_base_gradient(g, c, seq_len));
}

} // namespace ROPE_ABI
} // namespace rope
