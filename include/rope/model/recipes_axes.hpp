// recipes_axes: frequencies that are given, or spaced otherwise than the text models': lists, tori, pixels, video, xPos.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/recipes_plain.hpp>
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
ROPE_COLD schedule<Real> apply(const frequency_factors_scaling& s, const facts<Real>& f) {
    const std::string fault = list_fault("factors", s.factors, f);
    if (!fault.empty()) {
        return no_schedule<Real>({fault});
    }
    schedule<Real> out = apply(no_scaling{}, f);
    for (std::size_t i = 0; i < out.freq.size(); ++i) {
        out.freq[i] = out.freq[i] / Real(s.factors[i]);
    }
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const custom_scaling& s, const facts<Real>& f) {
    const std::string fault = list_fault("inverse_frequencies", s.inverse_frequencies, f);
    if (!fault.empty()) {
        return no_schedule<Real>({fault});
    }
    schedule<Real> out = idle<Real>(f.pairs());
    for (std::size_t i = 0; i < out.freq.size(); ++i) {
        out.freq[i] = Real(s.inverse_frequencies[i]);
    }
    out.amplitude = Real(s.attention_factor.value_or(1));
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const log_spaced_scaling& s, const facts<Real>& f) {
    const std::int64_t steps = f.pairs() / s.axes;
    if (steps == 0) {
        return no_schedule<Real>(
            {"scaling type log_spaced has axes = ", s.axes, ": expected at most the ", f.pairs(), " pairs"});
    }
    const std::vector<Real> powers = geometric(Real(-log(f.base)), 2 * (steps - 1), steps);
    schedule<Real> out = idle<Real>(f.pairs());
    out.axis_of_pair.resize(out.freq.size(), 0);
    std::int64_t pair = f.pairs() - steps * s.axes; // those before do not rotate
    for (const Real& power : powers) {
        const Real w = power * pi<Real>() / Real(2);
        for (std::int64_t a = 0; a < s.axes; ++a, ++pair) {
            out.freq[static_cast<std::size_t>(pair)] = w;
            out.axis_of_pair[static_cast<std::size_t>(pair)] = a;
        }
    }
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const pixel_scaling& s, const facts<Real>& f) {
    const std::int64_t n = f.pairs();
    const Real end = Real(s.max_freq) / Real(2);
    schedule<Real> out = idle<Real>(n);
    for (std::int64_t i = 0; i < n; ++i) {
        const Real x = n == 1 ? Real(1) : Real(1) + (end - Real(1)) * Real(i) / Real(n - 1);
        out.freq[static_cast<std::size_t>(i)] = pi<Real>() * x;
    }
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> apply(const circular_scaling& s, const facts<Real>& f) {
    const auto listed = static_cast<std::int64_t>(s.period.size());
    if (listed != 1 && listed != f.axes) {
        return no_schedule<Real>({"period has ", listed, " entries: expected one, or one for each of the ",
                                  f.axes, " position axes"});
    }
    const Real turn = Real(2) * pi<Real>();
    schedule<Real> out = apply(no_scaling{}, f);
    for (std::size_t i = 0; i < out.freq.size(); ++i) {
        const Real n = Real(s.period[listed == 1 ? 0 : static_cast<std::size_t>(f.axis_of_pair[i])]);
        out.freq[i] = turn * floor(out.freq[i] * n / turn + Real(1) / Real(2)) / n;
    }
    return out;
}

// The plain frequencies; the decay is in the frequency set.
template <class Real>
ROPE_COLD schedule<Real> apply(const xpos_scaling&, const facts<Real>& f) {
    return apply(no_scaling{}, f);
}

template <class Real>
ROPE_COLD schedule<Real> apply(const axial_scaling& s, const facts<Real>& f) {
    std::int64_t sum = 0;
    for (const std::int64_t dim : s.dims) {
        if (dim < 0 || dim % 2 != 0 || dim > f.rotary_dim) {
            return no_schedule<Real>(
                {"dims has an entry ", dim, ": expected even numbers from 0 to rotary_dim = ", f.rotary_dim});
        }
        sum += dim;
    }
    const auto axes = static_cast<std::int64_t>(s.dims.size());
    if (sum != f.rotary_dim) {
        return no_schedule<Real>({"dims add up to ", sum, ": expected rotary_dim = ", f.rotary_dim});
    }
    if (!s.bases.empty() && s.bases.size() != s.dims.size()) {
        return no_schedule<Real>(
            {"bases has ", s.bases.size(), " entries: expected one for each of the ", axes, " axes"});
    }
    const Real unit = s.turns ? Real(2) * pi<Real>() : Real(1);
    schedule<Real> out = idle<Real>(f.pairs());
    out.axis_of_pair.resize(out.freq.size(), 0);
    std::size_t pair = 0;
    bool alike = !s.shared && s.bases.empty(); // one series for all axes, that restarts with each
    for (const std::int64_t dim : s.dims) {
        alike = alike && dim == s.dims.front();
    }
    out.series_dim = alike ? s.dims.front() : 0;
    for (std::int64_t a = 0; a < axes; ++a) {
        const auto at = static_cast<std::size_t>(a);
        const Real log_base = log(s.bases.empty() ? f.base : Real(s.bases[at]));
        const std::int64_t pairs = s.dims[at] / 2;
        // Exponents of the axis itself, or every axes-th of the whole slice from the a-th on.
        const std::vector<Real> powers = s.shared ? geometric(log_base, f.rotary_dim, axes * pairs + a)
                                                  : geometric(log_base, s.dims[at], pairs);
        for (std::int64_t k = 0; k < pairs; ++k, ++pair) {
            out.freq[pair] = unit * powers[static_cast<std::size_t>(s.shared ? axes * k + a : k)];
            out.axis_of_pair[pair] = a;
        }
    }
    return out;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
