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

// The frequencies of a configuration: a pure function of (config, sequence length). seq_len is the number of positions
// that the sequence spans (dynamic NTK and LongRoPE depend on it); 0 means a short sequence.
// Every number is the real number of its formula, evaluated to more than 200 bits. Throws where validate(c) fails.
// Takes some 50 microseconds for 64 pairs.
ROPE_COLD frequency_set frequencies(const config& c, std::int64_t seq_len = 0);

#if ROPE_DEFINITIONS
ROPE_API status validate(const config& c) {
    std::string fault = detail::config_fault(c, 0);
    return fault.empty() ? status{} : status{std::move(fault)};
}

ROPE_NOINLINE ROPE_API frequency_set frequencies(const config& c, std::int64_t seq_len) {
    detail::schedule<wide> s = detail::checked_schedule(c, seq_len);
    if (!s.fault.empty()) {
        detail::fail(s.fault);
    }
    frequency_set out;
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
    return out;
}
#endif

} // namespace ROPE_ABI
} // namespace rope
