// recipes_yarn: NTK by parts and what was made of it: YaRN, DeepSeek's and Grok's forms.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/recipes_plain.hpp>
#include <rope/model/scaling.hpp>
#include <rope/model/schedule.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// g(x, k) of the YaRN family: 1 + gain k ln(x) beyond x = 1.
template <class Real>
ROPE_COLD Real yarn_gain(const Real& stretch, double k, const std::optional<double>& gain = {}) {
    const Real slope = gain ? Real(*gain) : Real(1) / Real(10);
    return stretch <= Real(1) ? Real(1) : slope * Real(k) * log(stretch) + Real(1);
}

// Where YaRN's ramp starts and ends, in pairs: below low a pair turns often enough within the trained length to be kept,
// above high it is interpolated.
template <class Real>
struct ramp_range {
    Real low, high;
};

template <class Real>
ROPE_COLD ramp_range<Real> yarn_range(double beta_fast, double beta_slow, bool truncate,
                                      const facts<Real>& f) {
    // The pair that makes `beta` turns in the trained length: d ln(L0 / (2 pi beta)) / (2 ln b).
    const Real around = Real(f.trained_length()) / (Real(2) * pi<Real>());
    const Real per_log = Real(f.rotary_dim) / (Real(2) * log(f.base));
    Real low = per_log * log(around / Real(beta_fast)), high = per_log * log(around / Real(beta_slow));
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
ROPE_COLD Real ramp_at(std::int64_t pair, const ramp_range<Real>& range) {
    const Real t = (Real(pair) - range.low) / (range.high - range.low);
    return t < Real(0) ? Real(0) : t > Real(1) ? Real(1) : t;
}

// The conditions that every recipe of the YaRN family has.
inline std::string yarn_fault(const char* recipe, const std::optional<double>& factor, double beta_fast,
                              double beta_slow, const model_facts& f, bool base_above_one) {
    if (f.trained_length() <= 0) {
        return sentence({"scaling type ", recipe,
                         " needs original_max_position_embeddings (original_max_position in "
                         "the native form) or max_position_embeddings, found neither"});
    }
    if (!factor && (f.max_position <= 0 || f.original_max_position <= 0)) {
        return sentence({"scaling type ", recipe,
                         " needs factor, or both max_position_embeddings and "
                         "original_max_position_embeddings to take their ratio; found neither"});
    }
    if (!base_above_one) {
        return sentence(
            {"scaling type ", recipe, " divides by the logarithm of the base: rope_theta must be above 1"});
    }
    if (beta_fast < beta_slow) {
        return sentence({"beta_fast = ", beta_fast, " is below beta_slow = ", beta_slow,
                         ": expected beta_fast >= beta_slow"});
    }
    return {};
}

template <class Real>
ROPE_COLD schedule<Real> apply(const yarn_scaling& s, const facts<Real>& f) {
    // 0 means the default, as in Hugging Face's `or`.
    const double beta_fast = s.beta_fast == 0 ? 32 : s.beta_fast,
                 beta_slow = s.beta_slow == 0 ? 1 : s.beta_slow;
    const std::string fault = yarn_fault(s.name, s.factor, beta_fast, beta_slow, f, f.base > Real(1));
    if (!fault.empty()) {
        return no_schedule<Real>({fault});
    }
    const Real stretch = stretch_of<Real>(s.factor, f);
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
        out.amplitude = yarn_gain(stretch, mscale, s.gain) / yarn_gain(stretch, mscale_all_dim, s.gain);
    } else {
        out.amplitude = yarn_gain(stretch, 1, s.gain);
    }
    if (f.latent_attention && mscale_all_dim != 0) {
        const Real gain = yarn_gain(stretch, mscale_all_dim, s.gain);
        out.softmax_scale = gain * gain;
    }
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const deepseek_yarn_scaling& s, const facts<Real>& f) {
    const std::string fault = yarn_fault(s.name, s.factor, s.beta_fast, s.beta_slow, f, f.base > Real(1));
    if (!fault.empty()) {
        return no_schedule<Real>({fault});
    }
    const Real stretch = Real(s.factor);
    const ramp_range<Real> range = yarn_range(s.beta_fast, s.beta_slow, s.truncate, f);
    schedule<Real> out = apply(no_scaling{}, f);
    for (std::size_t i = 0; i < out.freq.size(); ++i) {
        const Real keep =
            (Real(1) - ramp_at(static_cast<std::int64_t>(i), range)) * Real(s.extrapolation_factor);
        out.freq[i] = out.freq[i] / stretch * (Real(1) - keep) + out.freq[i] * keep;
    }
    const Real all_dim = yarn_gain(stretch, s.mscale_all_dim);
    out.amplitude = yarn_gain(stretch, s.mscale) / all_dim * Real(s.attn_factor);
    out.softmax_scale = all_dim * all_dim;
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const grok_scaling& s, const facts<Real>& f) {
    const std::string fault = yarn_fault(s.name, s.factor, s.beta_fast, s.beta_slow, f, f.base > Real(1));
    if (!fault.empty()) {
        return no_schedule<Real>({fault});
    }
    if (s.extra_method == grok_method::theta_scale && f.trained_length() <= 6) {
        return no_schedule<Real>(
            {"extra_method theta_scale divides by ln(L0 / 2 pi): original_max_position_embeddings "
             "is ",
             f.trained_length(), ", expected at least 7"});
    }
    const Real factor = Real(s.factor);
    schedule<Real> out = apply(no_scaling{}, f);
    if (s.extra_method == grok_method::original) {
        return out;
    }
    if (s.extra_method == grok_method::theta_scale) {
        const Real cycles = Real(f.trained_length()) / (Real(2) * pi<Real>());
        out.freq = geometric(Real(log(f.base) * log(cycles * factor) / log(cycles)), f.rotary_dim, f.pairs());
        return out;
    }
    const ramp_range<Real> range = yarn_range(s.beta_fast, s.beta_slow, true, f);
    const Real log_factor = log(factor);
    for (std::size_t i = 0; i < out.freq.size(); ++i) {
        const Real keep =
            (Real(1) - ramp_at(static_cast<std::int64_t>(i), range)) * Real(s.extrapolation_factor);
        Real& w = out.freq[i];
        if (s.extra_method != grok_method::yarn_log) {
            w = w / factor * (Real(1) - keep) + w * keep;
        } else { // exp of the mean of the logarithms of w and w / factor
            w = w * exp(-log_factor * (Real(1) - keep));
        }
    }
    return out;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
