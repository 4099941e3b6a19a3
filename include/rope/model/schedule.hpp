// schedule: what a recipe reads (facts) and what it answers (schedule), and the geometric series that most start from.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/words.hpp>
#include <rope/numbers/wide.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
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
    std::vector<std::int64_t> axis_of_pair = {}; // one per pair
    std::int64_t axes = 1;

    std::int64_t pairs() const { return rotary_dim / 2; }
    std::int64_t trained_length() const {
        return original_max_position > 0 ? original_max_position : max_position;
    }
};

// What it answers: radians per token for each pair, the factor on cos and sin, the factor on the softmax scale; or why
// the formula has no value here (then the rest is empty).
template <class Real>
struct schedule {
    std::vector<Real> freq = {};
    Real amplitude = Real(1);
    Real softmax_scale = Real(1);
    std::vector<std::int64_t> axis_of_pair = {}; // where the recipe itself deals out the axes; else empty
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

// Both lengths are needed, or an explicit factor.
template <class Real>
Real stretch_of(const std::optional<double>& factor, const facts<Real>& f) {
    return factor ? Real(*factor) : Real(f.max_position) / Real(f.trained_length());
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
