// recipes_ntk: the NTK-aware changes of base, fixed and by length.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/scaling.hpp>
#include <rope/model/schedule.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// ln(base stretch^(d/(d-2))): the NTK-aware change of base (bloc97 2023), under which the slowest pair turns stretch
// times slower and the fastest stays.
template <class Real>
Real log_ntk_base(const Real& base, const Real& stretch, std::int64_t d) {
    return log(base) + log(stretch) * Real(d) / Real(d - 2);
}

// The plain frequencies of that base.
template <class Real>
ROPE_COLD schedule<Real> with_ntk_base(const char* recipe, const Real& stretch, const facts<Real>& f) {
    if (f.rotary_dim < 4) {
        return no_schedule<Real>({"scaling type ", recipe, " raises to the power d/(d-2): rotary_dim is ",
                                  f.rotary_dim, ", expected at least 4"});
    }
    schedule<Real> out;
    out.freq = geometric(log_ntk_base(f.base, stretch, f.rotary_dim), f.rotary_dim, f.pairs());
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const dynamic_scaling& s, const facts<Real>& f) {
    if (f.max_position <= 0) {
        return no_schedule<Real>(
            {"scaling type dynamic needs max_position_embeddings (max_position in the native "
             "form), found none"});
    }
    const Real length = Real(f.seq_len > f.max_position ? f.seq_len : f.max_position);
    const Real factor = Real(s.factor);
    return with_ntk_base(s.name, Real(factor * length / Real(f.max_position) - (factor - Real(1))), f);
}

template <class Real>
ROPE_COLD schedule<Real> apply(const dynamic_alpha_scaling& s, const facts<Real>& f) {
    return with_ntk_base(s.name, Real(s.alpha), f);
}

template <class Real>
ROPE_COLD schedule<Real> apply(const ntk_scaling& s, const facts<Real>& f) {
    return with_ntk_base(s.name, Real(s.factor), f);
}

template <class Real>
ROPE_COLD schedule<Real> apply(const ntk_vllm_scaling& s, const facts<Real>& f) {
    const Real log_factor = log(Real(s.factor));
    schedule<Real> out;
    out.freq = geometric(Real(log(f.base) + log_factor), f.rotary_dim, f.pairs());
    const Real all = exp(log_factor * Real(2) / Real(f.rotary_dim));
    for (Real& w : out.freq) {
        w = w / all;
    }
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const ntk_mixed_scaling& s, const facts<Real>& f) {
    const Real power = Real(s.mixed_b);
    const Real a = log(Real(s.factor)) / Real(pow(Real(f.pairs()), power));
    const Real log_base = log(f.base);
    schedule<Real> out = idle<Real>(f.pairs());
    for (std::int64_t i = 0; i < f.pairs(); ++i) {
        const Real stretch = a * Real(pow(Real(i + 1), power));
        out.freq[static_cast<std::size_t>(i)] = exp(-(log_base * Real(2 * i) / Real(f.rotary_dim) + stretch));
    }
    return out;
}

// 2^ceil(log2(L / L0) + 1) - 1 beyond L0, else 1; with integers, so that exact powers of two are exact.
inline std::int64_t qwen_alpha(std::int64_t length, std::int64_t trained) {
    int doublings = 0;
    while ((trained << doublings) < length) {
        ++doublings;
    }
    return (std::int64_t{2} << doublings) - 1;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const qwen_scaling& s, const facts<Real>& f) {
    const std::int64_t trained = f.trained_length();
    if (trained <= 0) {
        return no_schedule<Real>(
            {"scaling type qwen needs the trained length (seq_length; max_position in the native "
             "form), found none"});
    }
    schedule<Real> out =
        with_ntk_base(s.name, Real(f.seq_len > trained ? qwen_alpha(f.seq_len, trained) : 1), f);
    if (s.length_amplitude && f.seq_len > trained) {
        out.amplitude = log(Real(f.seq_len) / Real(trained)) / Real(10) + Real(1);
    }
    return out;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
