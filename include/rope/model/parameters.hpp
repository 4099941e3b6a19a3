// parameters: for each scaling struct, the keys that it is read from and written to, and what their values may be.
// One list serves the readers, the writer, the checks and explain. A new recipe adds one `describe` here.
//
// A visitor has: needs(key, double&, rule), may(key, double& | optional<double>&, rule), may(key, bool&).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/scaling.hpp>
#include <rope/model/words.hpp>

#include <cfloat>
#include <string>

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
// Beyond these an amplitude is a mistake, and float tables would overflow.
inline constexpr value_rule amplitude_range = {1e-9, 1e9, "a finite number above 0, between 1e-9 and 1e9"};

inline bool obeys(double x, const value_rule& rule) { return finite_bits(x) && x >= rule.least && x <= rule.most; }

inline std::string broken_rule(const std::string& key, double found, const value_rule& rule) {
    return key + " = " + number(found) + ": expected " + rule.words;
}

template <class V>
void describe(no_scaling&, V&) {}

template <class V>
void describe(linear_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
}

template <class V>
void describe(dynamic_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
}

template <class V>
void describe(yarn_scaling& s, V& v) {
    v.may("factor", s.factor, at_least_one);
    v.may("beta_fast", s.beta_fast, not_negative);
    v.may("beta_slow", s.beta_slow, not_negative);
    v.may("truncate", s.truncate);
    v.may("attention_factor", s.attention_factor, amplitude_range);
    v.may("mscale", s.mscale, not_negative);
    v.may("mscale_all_dim", s.mscale_all_dim, not_negative);
}

template <class V>
void describe(llama3_scaling& s, V& v) {
    v.needs("factor", s.factor, at_least_one);
    v.needs("low_freq_factor", s.low_freq_factor, positive);
    v.needs("high_freq_factor", s.high_freq_factor, positive);
}

// The visitor that checks: the first broken rule.
struct rule_check {
    std::string fault = {};
    void needs(const char* key, const double& value, const value_rule& rule) { may(key, value, rule); }
    void may(const char* key, const double& value, const value_rule& rule) {
        if (fault.empty() && !obeys(value, rule)) {
            fault = broken_rule(key, value, rule);
        }
    }
    void may(const char* key, const std::optional<double>& value, const value_rule& rule) {
        if (value) {
            may(key, *value, rule);
        }
    }
    void may(const char*, const bool&) {}
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
