// frequencies(config, seq_len): from a config to its frequencies. All checks of a configuration are here, one sentence each.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/axis_map.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/model/parameters.hpp>
#include <rope/model/recipes.hpp>
#include <rope/support/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr std::int64_t greatest_head_dim = 65536;
inline constexpr std::int64_t greatest_length = std::int64_t{1} << 53; // up to it every length is a double

// The lengths and shape of a config, before any recipe.
inline std::string shape_fault(const config& c) {
    if (c.head_dim <= 0 || c.head_dim > greatest_head_dim) {
        return "head_dim = " + number(c.head_dim) + ": expected 1 to " + number(greatest_head_dim);
    }
    const std::int64_t d = c.rotary_dim == 0 ? c.head_dim : c.rotary_dim;
    const std::string name = d == c.head_dim ? "head_dim" : "rotary_dim";
    if (d < 0 || d > c.head_dim) {
        return name + " = " + number(d) + ": expected 0 < rotary_dim <= head_dim = " + number(c.head_dim);
    }
    if (d % 2 != 0) {
        return name + " = " + number(d) + ": expected an even number, since elements rotate in pairs";
    }
    if (c.rotary_offset < 0 || c.rotary_offset > c.head_dim - d) {
        return "rotary_offset = " + number(c.rotary_offset) +
               ": expected 0 <= rotary_offset <= head_dim - rotary_dim = " + number(c.head_dim - d);
    }
    if (c.pairing != pairing::half_split && c.pairing != pairing::interleaved) {
        return "pairing: expected half_split or interleaved";
    }
    if (!obeys(c.base, positive)) {
        return broken_rule("base (rope_theta)", c.base, positive);
    }
    for (const auto& [name_of, length] :
         {std::pair<const char*, std::int64_t>{"max_position", c.max_position},
          {"original_max_position", c.original_max_position}}) {
        if (length < 0 || length > greatest_length) {
            return std::string(name_of) + " = " + number(length) + ": expected 0 (not said) to 2^53";
        }
    }
    return {};
}

template <class Real>
facts<Real> facts_of(const config& c, std::int64_t seq_len) {
    facts<Real> f;
    f.head_dim = c.head_dim;
    f.rotary_dim = c.rotary_dim == 0 ? c.head_dim : c.rotary_dim;
    f.base = Real(c.base);
    f.seq_len = seq_len;
    f.max_position = c.max_position;
    f.original_max_position = c.original_max_position;
    f.latent_attention = c.latent_attention;
    axis_map map = axis_map_of(c);
    f.axes = map.axes;
    f.axis_of_pair = std::move(map.axis_of_pair);
    return f;
}

template <class Real>
schedule<Real> schedule_of(const config& c, std::int64_t seq_len) {
    const facts<Real> f = facts_of<Real>(c, seq_len);
    return std::visit([&f](const auto& s) { return apply(s, f); }, c.scaling);
}

// Turns per token must fit the fixed point, with room for sums over axes.
inline constexpr value_rule frequency_range = {-1e15, 1e15, "at most 1e15 radians per token"};

// What the numbers of a schedule must be, whatever the recipe.
inline std::string number_fault(std::size_t pair, double freq) {
    return "the frequency of pair " + number(static_cast<std::int64_t>(pair)) + " is " + number(freq) +
           ": expected " + frequency_range.words;
}

// Everything but the evaluation in wide arithmetic.
inline std::string config_fault(const config& c, std::int64_t seq_len) {
    std::string fault = shape_fault(c);
    if (!fault.empty()) {
        return fault;
    }
    if (seq_len < 0 || seq_len > greatest_length) {
        return "seq_len = " + number(seq_len) + ": expected 0 (short) to 2^53";
    }
    scaling copy = c.scaling;
    rule_check check;
    std::visit([&check](auto& s) { describe(s, check); }, copy);
    if (!check.fault.empty()) {
        return std::move(check.fault);
    }
    fault = axis_map_fault(c);
    if (!fault.empty()) {
        return fault;
    }
    schedule<double> s = schedule_of<double>(c, seq_len);
    if (!s.fault.empty()) {
        return std::move(s.fault);
    }
    for (std::size_t i = 0; i < s.freq.size(); ++i) {
        if (!obeys(s.freq[i], frequency_range)) {
            return number_fault(i, s.freq[i]);
        }
    }
    if (!obeys(s.amplitude, amplitude_range)) {
        return broken_rule("attention_factor", s.amplitude, amplitude_range);
    }
    if (!obeys(s.softmax_scale, positive)) {
        return broken_rule("the softmax scale multiplier (mscale_all_dim)", s.softmax_scale, positive);
    }
    if (!s.axis_of_pair.empty() && (!c.axis_of_pair.empty() || !c.sections.empty())) {
        return std::string("scaling type ") + std::visit([](const auto& x) { return x.name; }, c.scaling) +
               " deals out the position axes itself: expected neither axis_of_pair nor sections beside it";
    }
    return {};
}

} // namespace detail

// Whether frequencies(c) has a value: each key in its range, each formula defined, every result finite.
// The sentence names the key, the value that was found and the rule.
inline status validate(const config& c) {
    return {detail::config_fault(c, 0)};
}

// The frequencies of a configuration: a pure function of (config, sequence length). seq_len is the number of positions
// that the sequence spans (dynamic NTK and LongRoPE depend on it); 0 means a short sequence.
// Every number is the real number of its formula, evaluated to more than 200 bits. Throws where validate(c) fails.
inline frequency_set frequencies(const config& c, std::int64_t seq_len = 0) {
    std::string fault = detail::config_fault(c, seq_len);
    if (!fault.empty()) {
        detail::fail(std::move(fault));
    }
    const detail::schedule<wide> s = detail::schedule_of<wide>(c, seq_len);
    frequency_set out;
    out.head_dim = c.head_dim;
    out.rotary_dim = c.rotary_dim == 0 ? c.head_dim : c.rotary_dim;
    out.rotary_offset = c.rotary_offset;
    out.pairing = c.pairing;
    detail::axis_map map = detail::axis_map_of(c);
    out.axes = map.axes;
    out.axis_of_pair = std::move(map.axis_of_pair);
    if (!s.axis_of_pair.empty()) {
        out.axis_of_pair = s.axis_of_pair;
        out.axes = 1 + *std::max_element(s.axis_of_pair.begin(), s.axis_of_pair.end());
    }
    const wide turn = wide(2) * pi<wide>();
    for (const wide& w : s.freq) {
        out.inv_freq.push_back(to_double(w));
        out.step.push_back(to_q64_192(w / turn));
    }
    out.attention_factor = to_double(s.amplitude);
    out.amplitude = to_q64_192(s.amplitude);
    out.softmax_scale_multiplier = to_double(s.softmax_scale);
    out.base = c.base;
    return out;
}

} // namespace ROPE_ABI
} // namespace rope
