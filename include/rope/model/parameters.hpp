// parameters: for each scaling struct, the keys that it is read from and written to, and what their values may be.
// One list serves the readers, the writer, the checks and explain. A new recipe adds one `describe` here.
//
// A visitor has needs(key, value, rule) and may(key, value, rule) for double, std::optional<double>, std::int64_t and lists
// of either; may(key, bool&); choice(key, enum&, names).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/scaling.hpp>
#include <rope/model/words.hpp>
#include <rope/support/platform.hpp>

#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Both ends included; finite always.
struct value_rule {
    double least, most;
    const char* words;
};

inline constexpr value_rule any_number = {-DBL_MAX, DBL_MAX, "a finite number"};
inline constexpr value_rule not_negative = {0, DBL_MAX, "a finite number of at least 0"};
inline constexpr value_rule positive = {DBL_MIN, DBL_MAX, "a finite number above 0"};
inline constexpr value_rule at_least_one = {1, DBL_MAX, "a finite number of at least 1"};
inline constexpr value_rule share = {DBL_MIN, 1, "a number above 0, at most 1"};
inline constexpr value_rule exponent_range = {-64, 64, "a number from -64 to 64"};
inline constexpr value_rule whole_number = {0, 65536, "an integer from 0 to 65536"};
inline constexpr value_rule few = {1, 8, "an integer from 1 to 8"};
// Beyond these an amplitude is a mistake, and float tables would overflow.
inline constexpr value_rule amplitude_range = {1e-9, 1e9, "a finite number above 0, between 1e-9 and 1e9"};

// Turns per token must fit the fixed point, with room for sums over axes.
inline constexpr value_rule frequency_range = {-1e15, 1e15, "at most 1e15 radians per token"};

inline bool obeys(double x, const value_rule& rule) {
    return finite_bits(x) && x >= rule.least && x <= rule.most;
}

ROPE_COLD std::string broken_rule(std::string_view key, double found, const value_rule& rule);

// Calls f with the alternative that s holds: one chain of comparisons, where std::visit makes a table of functions.
template <class Scaling, class F, std::size_t... k>
void with_alternative(Scaling& s, F& f, std::index_sequence<k...>) {
    static_cast<void>(((s.index() == k ? (f(*std::get_if<k>(&s)), true) : false) || ...));
}
template <class Scaling, class F>
void with_alternative(Scaling& s, F f) {
    with_alternative(s, f, std::make_index_sequence<std::variant_size_v<scaling>>());
}

// The `name` of the alternative that s holds.
const char* name_of(const scaling& s) noexcept;

template <class V>
ROPE_COLD void describe(no_scaling&, V&) {}

template <class V>
ROPE_COLD void describe(no_rotation&, V&) {}

template <class V>
ROPE_COLD void describe(linear_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
}

template <class V>
ROPE_COLD void describe(dynamic_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
}

template <class V>
ROPE_COLD void describe(dynamic_alpha_scaling& s, V& v) {
    v.needs("alpha", s.alpha, positive);
}

template <class V>
ROPE_COLD void describe(ntk_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
}

template <class V>
ROPE_COLD void describe(ntk_vllm_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
}

template <class V>
ROPE_COLD void describe(ntk_mixed_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
    v.needs("mixed_b", s.mixed_b, exponent_range);
}

template <class V>
ROPE_COLD void describe(qwen_scaling& s, V& v) {
    v.may("length_amplitude", s.length_amplitude);
}

template <class V>
ROPE_COLD void describe(yarn_scaling& s, V& v) {
    v.may("factor", s.factor, at_least_one);
    v.may("beta_fast", s.beta_fast, not_negative);
    v.may("beta_slow", s.beta_slow, not_negative);
    v.may("truncate", s.truncate);
    v.may("attention_factor", s.attention_factor, amplitude_range);
    v.may("mscale", s.mscale, not_negative);
    v.may("mscale_all_dim", s.mscale_all_dim, not_negative);
    v.may("gain", s.gain, not_negative);
}

template <class V>
ROPE_COLD void describe(deepseek_yarn_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
    v.may("beta_fast", s.beta_fast, positive);
    v.may("beta_slow", s.beta_slow, positive);
    v.may("truncate", s.truncate);
    v.may("mscale", s.mscale, not_negative);
    v.may("mscale_all_dim", s.mscale_all_dim, not_negative);
    v.may("attn_factor", s.attn_factor, amplitude_range);
    v.may("extrapolation_factor", s.extrapolation_factor, share);
}

template <class V>
ROPE_COLD void describe(grok_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
    v.choice("extra_method", s.extra_method, {"yarn_log", "yarn", "original", "theta_scale", "yarn_linear"});
    v.may("beta_fast", s.beta_fast, positive);
    v.may("beta_slow", s.beta_slow, positive);
    v.may("extrapolation_factor", s.extrapolation_factor, share);
}

template <class V>
ROPE_COLD void describe(longrope_scaling& s, V& v) {
    v.needs("short_factor", s.short_factor, positive);
    v.needs("long_factor", s.long_factor, positive);
    v.may("factor", s.factor, at_least_one);
    v.may("attention_factor", s.attention_factor, amplitude_range);
    v.may("short_mscale", s.short_mscale, amplitude_range);
    v.may("long_mscale", s.long_mscale, amplitude_range);
}

template <class V>
ROPE_COLD void describe(llama3_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
    v.needs("low_freq_factor", s.low_freq_factor, positive);
    v.needs("high_freq_factor", s.high_freq_factor, positive);
}

template <class V>
ROPE_COLD void describe(proportional_scaling& s, V& v) {
    v.may("factor", s.factor, at_least_one);
    v.may("partial_rotary_factor", s.partial_rotary_factor, share);
}

template <class V>
ROPE_COLD void describe(frequency_factors_scaling& s, V& v) {
    v.needs("factors", s.factors, positive);
}

template <class V>
ROPE_COLD void describe(custom_scaling& s, V& v) {
    v.needs("inverse_frequencies", s.inverse_frequencies, any_number);
    v.may("attention_factor", s.attention_factor, amplitude_range);
}

template <class V>
ROPE_COLD void describe(log_spaced_scaling& s, V& v) {
    v.may("axes", s.axes, few);
}

template <class V>
ROPE_COLD void describe(pixel_scaling& s, V& v) {
    v.may("max_freq", s.max_freq, at_least_one);
}

template <class V>
ROPE_COLD void describe(circular_scaling& s, V& v) {
    v.needs("period", s.period, positive);
}

template <class V>
ROPE_COLD void describe(xpos_scaling& s, V& v) {
    v.may("scale_base", s.scale_base, positive);
    v.may("center", s.center, any_number);
}

template <class V>
ROPE_COLD void describe(axial_scaling& s, V& v) {
    v.needs("dims", s.dims, whole_number);
    v.may("bases", s.bases, positive);
    v.may("shared", s.shared);
    v.may("turns", s.turns);
}

#if ROPE_DEFINITIONS
ROPE_NOINLINE ROPE_API std::string broken_rule(std::string_view key, double found, const value_rule& rule) {
    return sentence({key, " = ", found, ": expected ", rule.words});
}

ROPE_NOINLINE ROPE_API const char* name_of(const scaling& s) noexcept {
    const char* name = "";
    with_alternative(s, [&name](const auto& alternative) { name = alternative.name; });
    return name;
}
#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
