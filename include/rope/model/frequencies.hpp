// frequencies(config, seq_len): from a config to its frequencies. All checks of a configuration are made here.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>

#if ROPE_DEFINITIONS
#include <rope/model/axis_map.hpp>
#include <rope/model/evaluate.hpp>

#include <string>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {

// Whether frequencies(c) has a value: each key in its range, each formula defined, every result finite.
// The sentence names the key, the value that was found and the rule.
ROPE_COLD status validate(const config& c);

// The frequencies of a configuration: inv_freq[i] = base^(-2i / rotary_dim), changed by the recipe of c.scaling, and the factor
// on cos and sin; a pure function of (config, sequence length).
//   Shapes      one entry for each of the rotary_dim / 2 pairs
//   Units       radians and turns per token; seq_len: the positions that the sequence spans, 0 to 2^53, which dynamic NTK, Qwen's
//               NTK and LongRoPE depend on; 0 is a short sequence
//   Error       every number is the real number of its formula, evaluated to more than 200 bits; `step` and `amplitude` keep 192
//               fractional bits, `inv_freq` and the factors are the nearest doubles
//   Throws      rope::error with one sentence: the key, what was found, what was expected; so does try_frequencies return it
//   Allocations the lists of the result and of the calculation; some 50 microseconds for 64 pairs
//   Source      each recipe's is beside it in model/recipes_*.hpp
ROPE_COLD frequency_set frequencies(const config& c, std::int64_t seq_len = 0);
ROPE_COLD result<frequency_set> try_frequencies(const config& c, std::int64_t seq_len = 0);

#if ROPE_DEFINITIONS
ROPE_API status validate(const config& c) {
    std::string fault = detail::config_fault(c, 0);
    return fault.empty() ? status{} : status{std::move(fault)};
}

ROPE_NOINLINE ROPE_API result<frequency_set> try_frequencies(const config& c, std::int64_t seq_len) {
    detail::schedule<wide> s = detail::checked_schedule(c, seq_len);
    if (!s.fault.empty()) {
        return {{}, {std::move(s.fault)}};
    }
    result<frequency_set> made;
    frequency_set& out = made.value;
    out.head_dim = c.head_dim;
    out.rotary_dim = c.rotary_dim == 0 ? c.head_dim : c.rotary_dim;
    out.rotary_offset = c.rotary_offset;
    out.pairing = c.pairing;
    detail::axis_map map = detail::axis_map_of(c);
    out.axes = map.axes;
    out.axis_of_pair = std::move(map.axis_of_pair);
    if (!s.axis_of_pair.empty()) {
        out.axis_of_pair = std::move(s.axis_of_pair);
        out.axes = detail::axes_of(out.axis_of_pair);
    }
    const wide turns = wide(c.reversed ? -1 : 1) / (wide(2) * pi<wide>()); // in a radian
    const std::size_t pairs = s.freq.size();
    out.inv_freq.resize(pairs);
    out.step.resize(pairs);
    for (std::size_t i = 0; i < pairs; ++i) {
        out.inv_freq[i] = c.reversed ? -to_double(s.freq[i]) : to_double(s.freq[i]);
        out.step[i] = to_q64_192(s.freq[i] * turns);
    }
    out.attention_factor = to_double(s.amplitude);
    out.amplitude = to_q64_192(s.amplitude);
    out.softmax_scale_multiplier = to_double(s.softmax_scale);
    out.base = c.base;
    out.series_dim = s.series_dim;
    return made;
}

ROPE_API frequency_set frequencies(const config& c, std::int64_t seq_len) {
    return detail::value_or_throw(try_frequencies(c, seq_len));
}
#endif

} // namespace ROPE_ABI
} // namespace rope
