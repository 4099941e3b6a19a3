// recipes: the published formulas, one pure function each, written once for any real type. From what a configuration
// says (facts) to a frequency per pair and an amplitude (schedule). The structs and their sources are in scaling.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/scaling.hpp>
#include <rope/model/words.hpp>
#include <rope/numbers/wide.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

using std::exp;
using std::floor;
using std::log;
using std::pow;
using std::sqrt;

// What a recipe may read. Lengths are in tokens; 0 where the configuration does not say.
template <class Real>
struct facts {
    std::int64_t head_dim = 0;
    std::int64_t rotary_dim = 0; // d, even; d / 2 pairs
    Real base = Real(10000);
    std::int64_t seq_len = 0; // 0: short
    std::int64_t max_position = 0;
    std::int64_t original_max_position = 0;
    bool latent_attention = false;

    std::int64_t pairs() const { return rotary_dim / 2; }
    std::int64_t trained_length() const { return original_max_position > 0 ? original_max_position : max_position; }
};

// What it answers: radians per token for each pair, the factor on cos and sin, the factor on the softmax scale; or why
// the formula has no value here (then the rest is empty).
template <class Real>
struct schedule {
    std::vector<Real> freq = {};
    Real amplitude = Real(1);
    Real softmax_scale = Real(1);
    std::string fault = {};
};

template <class Real>
schedule<Real> no_schedule(std::string fault) {
    schedule<Real> out;
    out.fault = std::move(fault);
    return out;
}

// base^(-2i/d) for i < count, from ln base.
template <class Real>
std::vector<Real> geometric(const Real& log_base, std::int64_t d, std::int64_t count) {
    std::vector<Real> freq;
    freq.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
        freq.push_back(exp(-log_base * Real(2 * i) / Real(d)));
    }
    return freq;
}

// ln(base stretch^(d/(d-2))): the NTK-aware change of base (bloc97 2023), under which the slowest pair turns stretch
// times slower and the fastest stays.
template <class Real>
Real log_ntk_base(const Real& base, const Real& stretch, std::int64_t d) {
    return log(base) + log(stretch) * Real(d) / Real(d - 2);
}

inline std::string ntk_needs_two_pairs(const char* recipe, std::int64_t d) {
    return std::string("scaling type ") + recipe + " raises to the power d/(d-2): rotary_dim is " + number(d) +
           ", expected at least 4";
}

// Both lengths are needed, or an explicit factor.
template <class Real>
Real stretch_of(const std::optional<double>& factor, const facts<Real>& f) {
    return factor ? Real(*factor) : Real(f.max_position) / Real(f.trained_length());
}

template <class Real>
schedule<Real> apply(const no_scaling&, const facts<Real>& f) {
    schedule<Real> out;
    out.freq = geometric(Real(log(f.base)), f.rotary_dim, f.pairs());
    return out;
}

template <class Real>
schedule<Real> apply(const linear_scaling& s, const facts<Real>& f) {
    schedule<Real> out = apply(no_scaling{}, f);
    for (Real& w : out.freq) {
        w = w / Real(s.factor);
    }
    return out;
}

template <class Real>
schedule<Real> apply(const dynamic_scaling& s, const facts<Real>& f) {
    if (f.max_position <= 0) {
        return no_schedule<Real>("scaling type dynamic needs max_position_embeddings (max_position in the native form), "
                                 "found none");
    }
    if (f.rotary_dim < 4) {
        return no_schedule<Real>(ntk_needs_two_pairs(s.name, f.rotary_dim));
    }
    const Real length = Real(std::max(f.seq_len, f.max_position));
    const Real factor = Real(s.factor);
    const Real stretch = factor * length / Real(f.max_position) - (factor - Real(1));
    schedule<Real> out;
    out.freq = geometric(log_ntk_base(f.base, stretch, f.rotary_dim), f.rotary_dim, f.pairs());
    return out;
}

// g(x, k) of the YaRN family: 1 + k ln(x) / 10 beyond x = 1.
template <class Real>
Real yarn_gain(const Real& stretch, const Real& k) {
    return stretch <= Real(1) ? Real(1) : k * log(stretch) / Real(10) + Real(1);
}

// Where YaRN's ramp starts and ends, in pairs: below low a pair turns often enough within the trained length to be kept,
// above high it is interpolated.
template <class Real>
struct ramp_range {
    Real low, high;
};

template <class Real>
ramp_range<Real> yarn_range(double beta_fast, double beta_slow, bool truncate, const facts<Real>& f) {
    // The pair that makes `turns` turns in the trained length.
    const auto pair_of = [&f](double turns) {
        const Real within = Real(f.trained_length()) / (Real(turns) * Real(2) * pi<Real>());
        return Real(f.rotary_dim) * log(within) / (Real(2) * log(f.base));
    };
    Real low = pair_of(beta_fast), high = pair_of(beta_slow);
    if (truncate) {
        low = floor(low);
        high = -floor(-high);
    }
    if (low < Real(0)) {
        low = Real(0);
    }
    if (high > Real(f.rotary_dim - 1)) {
        high = Real(f.rotary_dim - 1);
    }
    if (low == high) {
        high = high + Real(1) / Real(1000); // the published guard against a division by zero
    }
    return {low, high};
}

// 0: kept, 1: interpolated.
template <class Real>
Real ramp_at(std::int64_t pair, const ramp_range<Real>& range) {
    const Real t = (Real(pair) - range.low) / (range.high - range.low);
    return t < Real(0) ? Real(0) : t > Real(1) ? Real(1) : t;
}

// The conditions that every recipe of the YaRN family has.
template <class Real>
std::string yarn_fault(const char* recipe, const std::optional<double>& factor, double beta_fast, double beta_slow,
                       const facts<Real>& f) {
    const std::string name = std::string("scaling type ") + recipe;
    if (f.trained_length() <= 0) {
        return name + " needs original_max_position_embeddings (original_max_position in the native form) or "
                      "max_position_embeddings, found neither";
    }
    if (!factor && (f.max_position <= 0 || f.original_max_position <= 0)) {
        return name + " needs factor, or both max_position_embeddings and original_max_position_embeddings to take "
                      "their ratio; found neither";
    }
    if (!(f.base > Real(1))) {
        return name + " divides by the logarithm of the base: rope_theta must be above 1";
    }
    if (beta_fast < beta_slow) {
        return "beta_fast = " + number(beta_fast) + " is below beta_slow = " + number(beta_slow) +
               ": expected beta_fast >= beta_slow";
    }
    return {};
}

template <class Real>
schedule<Real> apply(const yarn_scaling& s, const facts<Real>& f) {
    // 0 stands for the default, as in Hugging Face's `or`.
    const double beta_fast = s.beta_fast == 0 ? 32 : s.beta_fast, beta_slow = s.beta_slow == 0 ? 1 : s.beta_slow;
    std::string fault = yarn_fault(s.name, s.factor, beta_fast, beta_slow, f);
    if (!fault.empty()) {
        return no_schedule<Real>(std::move(fault));
    }
    const Real stretch = stretch_of(s.factor, f);
    const ramp_range<Real> range = yarn_range(beta_fast, beta_slow, s.truncate, f);
    schedule<Real> out = apply(no_scaling{}, f);
    for (std::size_t i = 0; i < out.freq.size(); ++i) {
        const Real ramp = ramp_at(static_cast<std::int64_t>(i), range);
        out.freq[i] = out.freq[i] / stretch * ramp + out.freq[i] * (Real(1) - ramp);
    }
    const double mscale = s.mscale.value_or(0), mscale_all_dim = s.mscale_all_dim.value_or(0);
    if (s.attention_factor) {
        out.amplitude = Real(*s.attention_factor);
    } else if (mscale != 0 && mscale_all_dim != 0) {
        out.amplitude = yarn_gain(stretch, Real(mscale)) / yarn_gain(stretch, Real(mscale_all_dim));
    } else {
        out.amplitude = yarn_gain(stretch, Real(1));
    }
    if (f.latent_attention && mscale_all_dim != 0) {
        const Real gain = yarn_gain(stretch, Real(mscale_all_dim));
        out.softmax_scale = gain * gain;
    }
    return out;
}

template <class Real>
schedule<Real> apply(const llama3_scaling& s, const facts<Real>& f) {
    if (f.original_max_position <= 0) {
        return no_schedule<Real>("scaling type llama3 needs original_max_position_embeddings (original_max_position in "
                                 "the native form), found none");
    }
    if (s.high_freq_factor < s.low_freq_factor) {
        return no_schedule<Real>("high_freq_factor = " + number(s.high_freq_factor) + " is below low_freq_factor = " +
                                 number(s.low_freq_factor) + ": expected high_freq_factor >= low_freq_factor");
    }
    const Real trained = Real(f.original_max_position), factor = Real(s.factor);
    const Real low = Real(s.low_freq_factor), high = Real(s.high_freq_factor);
    schedule<Real> out = apply(no_scaling{}, f);
    for (Real& w : out.freq) {
        const Real turns = trained * w / (Real(2) * pi<Real>()); // within the trained length
        if (turns < low) {
            w = w / factor;
        } else if (turns <= high && low < high) { // an empty band where they are equal: never divide
            const Real keep = (turns - low) / (high - low);
            w = (Real(1) - keep) * w / factor + keep * w;
        }
    }
    return out;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
