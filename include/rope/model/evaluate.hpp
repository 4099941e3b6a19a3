// evaluate: a configuration checked, and its recipe evaluated. What frequencies() and its derivatives share.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/model/schedule.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>
#include <string>

#if ROPE_DEFINITIONS
#include <rope/model/axis_map.hpp>
#include <rope/model/parameters.hpp>
#include <rope/model/recipes.hpp>

#include <cstddef>
#include <optional>
#include <utility>
#include <variant>
#include <vector>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr std::int64_t greatest_head_dim = 65536;
inline constexpr std::int64_t greatest_length = std::int64_t{1} << 53; // up to it every length is a double

// What the recipe of `c` makes of it at a sequence length, to more than 200 bits; or, in `fault`, which key, formula or
// number of the configuration is refused.
ROPE_COLD schedule<wide> checked_schedule(const config& c, std::int64_t seq_len);

// What is wrong with the lengths and shape of a config, before any recipe; empty where nothing is.
ROPE_COLD std::string shape_fault(const config& c);

// What is refused alone; empty where nothing is.
ROPE_COLD std::string config_fault(const config& c, std::int64_t seq_len);

#if ROPE_DEFINITIONS
inline std::string length_fault(const char* key, std::int64_t length) {
    return length < 0 || length > greatest_length
               ? sentence({key, " = ", length, ": expected 0 (not said) to 2^53"})
               : std::string();
}

ROPE_COLD ROPE_API std::string shape_fault(const config& c) {
    if (c.head_dim <= 0 || c.head_dim > greatest_head_dim) {
        return sentence({"head_dim = ", c.head_dim, ": expected 1 to ", greatest_head_dim});
    }
    const std::int64_t d = c.rotary_dim == 0 ? c.head_dim : c.rotary_dim;
    const char* const name = d == c.head_dim ? "head_dim" : "rotary_dim";
    if (d < 0 || d > c.head_dim) {
        return sentence({name, " = ", d, ": expected 0 < rotary_dim <= head_dim = ", c.head_dim});
    }
    if (d % 2 != 0) {
        return sentence({name, " = ", d, ": expected an even number, since elements rotate in pairs"});
    }
    if (c.rotary_offset < 0 || c.rotary_offset > c.head_dim - d) {
        return sentence({"rotary_offset = ", c.rotary_offset,
                         ": expected 0 <= rotary_offset <= head_dim - rotary_dim = ", c.head_dim - d});
    }
    if (c.pairing != pairing::half_split && c.pairing != pairing::interleaved) {
        return "pairing: expected half_split or interleaved";
    }
    if (!obeys(c.base, positive)) {
        return broken_rule("base (rope_theta)", c.base, positive);
    }
    std::string fault = length_fault("max_position", c.max_position);
    return fault.empty() ? length_fault("original_max_position", c.original_max_position) : fault;
}

// The visitor of `describe` that checks: the first broken rule.
class rule_check {
  public:
    std::string fault = {};

    template <class T>
    void needs(const char* key, const T& value, const value_rule& rule) {
        may(key, value, rule);
    }
    ROPE_COLD void may(const char* key, const double& value, const value_rule& rule) {
        if (fault.empty() && !obeys(value, rule)) {
            fault = broken_rule(key, value, rule);
        }
    }
    ROPE_COLD void may(const char* key, const std::int64_t& value, const value_rule& rule) {
        may(key, static_cast<double>(value), rule);
    }
    ROPE_COLD void may(const char* key, const std::optional<double>& value, const value_rule& rule) {
        if (value) {
            may(key, *value, rule);
        }
    }
    template <class T>
    ROPE_COLD void may(const char* key, const std::vector<T>& list, const value_rule& rule) {
        for (std::size_t k = 0; k < list.size() && fault.empty(); ++k) {
            const auto value = static_cast<double>(list[k]);
            if (!obeys(value, rule)) {
                fault = broken_rule(sentence({key, "[", k, "]"}), value, rule);
            }
        }
    }
    void may(const char*, const bool&) {}
    template <class E, std::size_t n>
    void choice(const char* key, const E& value, const char* const (&names)[n]) {
        if (fault.empty() && static_cast<std::size_t>(value) >= n) {
            fault = sentence({key, ": not one of the ", n, " values, the first being ", names[0]});
        }
    }
};

ROPE_COLD ROPE_API std::string parameter_fault(const scaling& s) {
    rule_check check;
    // `describe` serves readers as well, which write the parameters; this visitor does not.
    with_alternative(const_cast<scaling&>(s), [&check](auto& alternative) { describe(alternative, check); });
    return std::move(check.fault);
}

ROPE_COLD inline model_facts facts_of(const config& c, std::int64_t seq_len) {
    model_facts f;
    f.head_dim = c.head_dim;
    f.rotary_dim = c.rotary_dim == 0 ? c.head_dim : c.rotary_dim;
    f.seq_len = seq_len;
    f.max_position = c.max_position;
    f.original_max_position = c.original_max_position;
    f.latent_attention = c.latent_attention;
    axis_map map = axis_map_of(c);
    f.axes = map.axes;
    f.axis_of_pair = std::move(map.axis_of_pair);
    return f;
}

template <class Real, std::size_t k>
schedule<Real> apply_alternative(const scaling& s, const facts<Real>& f) {
    return apply(*std::get_if<k>(&s), f);
}
template <class Real, std::size_t... k>
schedule<Real> apply_scaling(const scaling& s, const facts<Real>& f, std::index_sequence<k...>) {
    static constexpr schedule<Real> (*recipes[])(const scaling&,
                                                 const facts<Real>&) = {&apply_alternative<Real, k>...};
    return recipes[s.index()](s, f);
}

// The recipe of a config without faults, of its base as a Real.
template <class Real>
schedule<Real> schedule_of(const config& c, std::int64_t seq_len, const Real& base) {
    return apply_scaling<Real>(c.scaling, {facts_of(c, seq_len), base},
                               std::make_index_sequence<std::variant_size_v<scaling>>());
}

// What the numbers of a schedule must be, whatever the recipe.
ROPE_COLD ROPE_API std::string number_fault(const schedule<wide>& s) {
    for (std::size_t i = 0; i < s.freq.size(); ++i) {
        const double freq = to_double(s.freq[i]);
        if (!obeys(freq, frequency_range)) {
            return sentence(
                {"the frequency of pair ", i, " is ", freq, ": expected ", frequency_range.words});
        }
    }
    const double amplitude = to_double(s.amplitude), softmax_scale = to_double(s.softmax_scale);
    if (!obeys(amplitude, amplitude_range)) {
        return broken_rule("attention_factor", amplitude, amplitude_range);
    }
    if (!obeys(softmax_scale, positive)) {
        return broken_rule("the softmax scale multiplier (mscale_all_dim)", softmax_scale, positive);
    }
    return {};
}

ROPE_NOINLINE ROPE_API schedule<wide> checked_schedule(const config& c, std::int64_t seq_len) {
    schedule<wide> s;
    s.fault = shape_fault(c);
    if (s.fault.empty() && (seq_len < 0 || seq_len > greatest_length)) {
        s.fault = sentence({"seq_len = ", seq_len, ": expected 0 (short) to 2^53"});
    }
    if (s.fault.empty()) {
        s.fault = parameter_fault(c.scaling);
    }
    if (s.fault.empty()) {
        s.fault = axis_map_fault(c);
    }
    if (!s.fault.empty()) {
        return s;
    }
    s = schedule_of(c, seq_len, wide(c.base));
    if (s.fault.empty()) {
        s.fault = number_fault(s);
    }
    if (s.fault.empty() && !s.axis_of_pair.empty() && (!c.axis_of_pair.empty() || !c.sections.empty())) {
        s.fault = sentence(
            {"scaling type ", name_of(c.scaling),
             " deals out the position axes itself: expected neither axis_of_pair nor sections beside it"});
    }
    return s;
}

ROPE_API std::string config_fault(const config& c, std::int64_t seq_len) {
    return checked_schedule(c, seq_len).fault;
}
#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
