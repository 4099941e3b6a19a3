// recipes_plain: no scaling, no rotation, division of positions, Llama 3, LongRoPE, proportional.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/scaling.hpp>
#include <rope/model/schedule.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

template <class Real>
ROPE_COLD schedule<Real> apply(const no_scaling&, const facts<Real>& f) {
    schedule<Real> out;
    out.freq = geometric(Real(log(f.base)), f.rotary_dim, f.pairs());
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const no_rotation&, const facts<Real>& f) {
    return idle<Real>(f.pairs());
}

template <class Real>
ROPE_COLD schedule<Real> apply(const linear_scaling& s, const facts<Real>& f) {
    schedule<Real> out = apply(no_scaling{}, f);
    for (Real& w : out.freq) {
        w = w / Real(s.factor);
    }
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const llama3_scaling& s, const facts<Real>& f) {
    if (f.original_max_position <= 0) {
        return no_schedule<Real>({"scaling type llama3 needs original_max_position_embeddings "
                                  "(original_max_position in the native form), found none"});
    }
    if (s.high_freq_factor < s.low_freq_factor) {
        return no_schedule<Real>({"high_freq_factor = ", s.high_freq_factor, " is below low_freq_factor = ",
                                  s.low_freq_factor, ": expected high_freq_factor >= low_freq_factor"});
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

// The error for a list that does not have one entry per pair; empty where it does.
inline std::string list_fault(const char* key, const std::vector<double>& list, const model_facts& f) {
    if (static_cast<std::int64_t>(list.size()) == f.pairs()) {
        return {};
    }
    return sentence(
        {key, " has ", list.size(), " entries: expected one for each of the ", f.pairs(), " pairs"});
}

inline std::string longrope_fault(const longrope_scaling& s, const model_facts& f) {
    std::string fault = list_fault("short_factor", s.short_factor, f);
    if (fault.empty()) {
        fault = list_fault("long_factor", s.long_factor, f);
    }
    if (fault.empty() && f.trained_length() <= 1) {
        fault = sentence(
            {"scaling type longrope needs original_max_position_embeddings (original_max_position in the "
             "native form) above 1, found ",
             f.trained_length()});
    }
    const bool explicit_amplitude = s.attention_factor || (s.short_mscale && s.long_mscale);
    if (fault.empty() && !explicit_amplitude && !s.factor && f.max_position <= 0) {
        fault =
            "scaling type longrope needs factor, or max_position_embeddings to take its ratio to the trained "
            "length; found neither";
    }
    return fault;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const longrope_scaling& s, const facts<Real>& f) {
    const std::string fault = longrope_fault(s, f);
    if (!fault.empty()) {
        return no_schedule<Real>({fault});
    }
    const bool is_long = f.seq_len > f.trained_length();
    const std::vector<double>& divisors = is_long ? s.long_factor : s.short_factor;
    schedule<Real> out = apply(no_scaling{}, f);
    for (std::size_t i = 0; i < out.freq.size(); ++i) {
        out.freq[i] = out.freq[i] / Real(divisors[i]);
    }
    const std::optional<double>& own = is_long ? s.long_mscale : s.short_mscale;
    if (own) {
        out.amplitude = Real(*own);
    } else if (s.attention_factor) {
        out.amplitude = Real(*s.attention_factor);
    } else if (const Real stretch = stretch_of<Real>(s.factor, f); stretch > Real(1)) {
        out.amplitude = sqrt(Real(1) + log(stretch) / log(Real(f.trained_length())));
    }
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const proportional_scaling& s, const facts<Real>& f) {
    if (f.rotary_dim != f.head_dim) {
        return no_schedule<Real>({"scaling type proportional has pairs over the whole head: rotary_dim is ",
                                  f.rotary_dim, ", expected head_dim = ", f.head_dim});
    }
    const auto rotating =
        static_cast<std::int64_t>(s.partial_rotary_factor * static_cast<double>(f.head_dim) / 2);
    schedule<Real> out = apply(linear_scaling{s.factor}, f);
    for (std::int64_t i = rotating; i < f.pairs(); ++i) {
        out.freq[static_cast<std::size_t>(i)] = Real(0);
    }
    return out;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
