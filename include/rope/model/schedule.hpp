// schedule: what a recipe reads (facts) and what it answers (schedule), and the geometric series that most start from.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/words.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/support/platform.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

using std::exp;
using std::floor;
using std::log;
using std::pow;
using std::sqrt;

// What a recipe may read, beside the base. Lengths are in tokens; 0 where the configuration does not say.
struct model_facts {
    std::int64_t head_dim = 0;
    std::int64_t rotary_dim = 0; // d, even; d / 2 pairs
    std::int64_t seq_len = 0;    // 0: short
    std::int64_t max_position = 0;
    std::int64_t original_max_position = 0;
    bool latent_attention = false;
    std::vector<std::int64_t> axis_of_pair = {}; // one per pair
    std::int64_t axes = 1;

    std::int64_t pairs() const { return rotary_dim / 2; }
    std::int64_t trained_length() const {
        return original_max_position > 0 ? original_max_position : max_position;
    }
};

template <class Real>
struct facts : model_facts {
    Real base = Real(10000);
};

// What it answers: radians per token for each pair, the factor on cos and sin, the factor on the softmax scale; or why
// the formula has no value here (then the rest is empty).
template <class Real>
struct schedule {
    std::vector<Real> freq = {};
    Real amplitude = Real(1);
    Real softmax_scale = Real(1);
    std::vector<std::int64_t> axis_of_pair = {}; // where the recipe itself deals out the axes; else empty
    std::int64_t series_dim = 0;                 // as in frequency_set
    std::string fault = {};
};

// A schedule of `pairs` pairs that do not rotate, to be filled in.
template <class Real>
ROPE_COLD schedule<Real> idle(std::int64_t pairs) {
    schedule<Real> out;
    out.freq = std::vector<Real>(static_cast<std::size_t>(pairs), Real(0));
    return out;
}

template <class Real>
ROPE_COLD schedule<Real> no_schedule(std::initializer_list<piece> pieces) {
    schedule<Real> out;
    out.fault = sentence(pieces);
    return out;
}

// base^(-2i/d) for i < count, from ln base. Powers of the second by multiplication: each adds a rounding of the last of
// 256 bits, so that the longest head loses 16 of them.
template <class Real>
ROPE_COLD std::vector<Real> geometric(const Real& log_base, std::int64_t d, std::int64_t count) {
    std::vector<Real> freq(static_cast<std::size_t>(count), Real(1));
    if (count > 1) {
        const Real ratio = exp(-log_base * Real(2) / Real(d));
        for (std::size_t i = 1; i < freq.size(); ++i) {
            freq[i] = freq[i - 1] * ratio;
        }
    }
    return freq;
}

// Both lengths are needed, or an explicit factor.
template <class Real>
ROPE_COLD Real stretch_of(const std::optional<double>& factor, const model_facts& f) {
    return factor ? Real(*factor) : Real(f.max_position) / Real(f.trained_length());
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
