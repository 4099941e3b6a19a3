// ggml_rope: the arguments of ggml_rope_ext and ggml_rope_multi as frequencies, for programs that have those and no
// configuration.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequency_set.hpp>
#include <rope/support/checked.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>

#include <cstdint>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/model/evaluate.hpp>
#include <rope/model/schedule.hpp>
#include <rope/numbers/wide.hpp>

#include <cstddef>
#include <string>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {

// ggml's modes, with its numbers.
enum class ggml_mode : std::uint8_t { normal = 0, neox = 2, mrope = 8, vision = 24, imrope = 40 };

// The arguments by ggml's names. head_dim is ne[0] of the tensor; n_offs, of ggml_rope_set_offset, is the first of the n_dims
// elements that are rotated (0 in mode vision). sections: of mrope, imrope and vision, in pairs for each of four position axes;
// they need not add up to the pairs. freq_factors: none, or one for each pair.
struct ggml_rope {
    std::int64_t head_dim = 0;
    std::int64_t n_dims = 0;
    ggml_mode mode = ggml_mode::normal;
    std::int64_t n_ctx_orig = 0;
    double freq_base = 10000;
    double freq_scale = 1;
    double ext_factor = 0;
    double attn_factor = 1;
    double beta_fast = 32;
    double beta_slow = 1;
    std::int64_t sections[4] = {0, 0, 0, 0};
    std::vector<double> freq_factors = {};
    std::int64_t n_offs = 0;
};

// The frequencies that ggml rotates with, as real numbers; numerics::ggml makes its float rows of them.
//   Computes    theta = freq_base^(-2i / n_dims) / freq_factors[i]; w = theta freq_scale, or, where ext_factor is not 0, the mean
//               of it and theta by YaRN's ramp times ext_factor; amplitude attn_factor, then times 1 + ln(1 / freq_scale) / 10
//   Shapes      n_dims / 2 pairs, head_dim / 2 in mode vision (two or more axes that each restart at exponent 0; n_dims is
//               head_dim / 2 there), of the elements from n_offs on. normal is interleaved pairs, the others half_split.
//               Positions of mrope, imrope and vision are ids {4, tokens}, "axis s", as ggml's
//   Errors      rope::error with one sentence, where ggml asserts or computes no number; try_frequencies returns it
//   Source      ggml, ggml-cpu/ops.cpp: ggml_rope_cache_init, ggml_mrope_cache_init, rope_yarn, rotate_pairs
ROPE_COLD ROPE_API result<frequency_set> try_frequencies(const ggml_rope& arguments);
inline frequency_set frequencies(const ggml_rope& arguments) {
    return detail::value_or_throw(try_frequencies(arguments));
}

#if ROPE_DEFINITIONS
namespace detail {

// The position axis of a pair, and its index within its section.
struct ggml_pair {
    std::int64_t axis, index;
};
inline ggml_pair ggml_pair_of(const ggml_rope& a, std::int64_t pair) noexcept {
    const std::int64_t* const s = a.sections;
    if (a.mode == ggml_mode::normal || a.mode == ggml_mode::neox) {
        return {0, pair};
    }
    const std::int64_t sector = pair % (s[0] + s[1] + s[2] + s[3]);
    if (a.mode == ggml_mode::imrope) {
        const std::int64_t axis = sector % 3;
        return {sector < 3 * s[axis] ? axis : 3, pair};
    }
    std::int64_t axis = 0, begin = 0;
    while (axis < 3 && sector >= begin + s[axis]) {
        begin += s[axis++];
    }
    return {axis, a.mode == ggml_mode::vision ? sector - begin : pair};
}

ROPE_COLD inline std::string ggml_fault(const ggml_rope& a) {
    const bool vision = a.mode == ggml_mode::vision;
    const bool known = a.mode == ggml_mode::normal || a.mode == ggml_mode::neox ||
                       a.mode == ggml_mode::mrope || a.mode == ggml_mode::imrope || vision;
    if (!known) {
        return sentence({"mode is ", static_cast<int>(a.mode), "; expected 0, 2, 8, 24 or 40"});
    }
    if (a.head_dim < 2 || a.head_dim > greatest_head_dim || a.head_dim % 2 != 0) {
        return sentence(
            {"head_dim is ", a.head_dim, "; expected an even number from 2 to ", greatest_head_dim});
    }
    if (a.n_dims < 1 || a.n_dims > a.head_dim || (!vision && a.n_dims % 2 != 0) ||
        (vision && a.n_dims != a.head_dim / 2)) {
        return sentence({"n_dims is ", a.n_dims,
                         vision ? "; expected head_dim / 2 = " : "; expected an even number up to ",
                         vision ? a.head_dim / 2 : a.head_dim});
    }
    const std::int64_t last = vision ? 0 : a.head_dim - a.n_dims;
    if (a.n_offs < 0 || a.n_offs > last || a.n_offs % 2 != 0) {
        return vision ? sentence({"n_offs is ", a.n_offs, "; expected 0 in mode vision"})
                      : sentence({"n_offs is ", a.n_offs, "; expected an even number from 0 to ", last});
    }
    std::int64_t sum = 0;
    for (const std::int64_t s : a.sections) {
        if (s < 0 || s > greatest_head_dim) {
            return sentence({"sections has the entry ", s, "; expected 0 to ", greatest_head_dim});
        }
        sum += s;
    }
    if (a.mode != ggml_mode::normal && a.mode != ggml_mode::neox && sum == 0) {
        return "sections are all 0; expected pairs for at least one position axis";
    }
    const std::int64_t pairs = vision ? a.head_dim / 2 : a.n_dims / 2;
    if (!a.freq_factors.empty() && static_cast<std::int64_t>(a.freq_factors.size()) < pairs) {
        return sentence({"freq_factors has ", static_cast<std::int64_t>(a.freq_factors.size()),
                         " entries; expected one for each of the ", pairs, " pairs"});
    }
    const struct {
        const char* name;
        double value;
        bool positive;
    } numbers[] = {{"freq_base", a.freq_base, true},     {"freq_scale", a.freq_scale, true},
                   {"attn_factor", a.attn_factor, true}, {"ext_factor", a.ext_factor, false},
                   {"beta_fast", a.beta_fast, true},     {"beta_slow", a.beta_slow, true}};
    for (const auto& n : numbers) {
        const bool used = a.ext_factor != 0 || (n.value != a.beta_fast && n.value != a.beta_slow);
        if (used && (!has_finite_bits(n.value) || (n.positive && !(n.value > 0)))) {
            return sentence({n.name, " is ", n.value,
                             n.positive ? "; expected a number above 0" : "; expected a number"});
        }
    }
    for (const double factor : a.freq_factors) {
        if (!has_finite_bits(factor) || factor == 0) {
            return sentence({"freq_factors has the entry ", factor, "; expected a number other than 0"});
        }
    }
    if (a.ext_factor != 0 && a.freq_base == 1) {
        return "freq_base is 1, for which YaRN's ramp has no value";
    }
    return {};
}

// 1 where a pair turns often in n_ctx_orig tokens, 0 where seldom. Without a trained length every pair after the first is seldom.
struct ggml_ramp {
    wide low = wide(0), width = wide(1) / wide(1000);

    explicit ggml_ramp(const ggml_rope& a) {
        if (a.n_ctx_orig <= 0) {
            return;
        }
        const auto dim = [&](double turns) {
            return wide(a.n_dims) * log(wide(a.n_ctx_orig) / (wide(turns) * wide(2) * pi<wide>())) /
                   (wide(2) * log(wide(a.freq_base)));
        };
        const wide first = floor(dim(a.beta_fast)), last = -floor(-dim(a.beta_slow));
        const wide high = last < wide(a.n_dims - 1) ? last : wide(a.n_dims - 1);
        low = first > wide(0) ? first : wide(0);
        if (high - low > width) {
            width = high - low;
        }
    }
    wide at(std::int64_t pair) const {
        const wide y = (wide(pair) - low) / width;
        return y < wide(0) ? wide(1) : y > wide(1) ? wide(0) : wide(1) - y;
    }
};

} // namespace detail

ROPE_API result<frequency_set> try_frequencies(const ggml_rope& a) {
    result<frequency_set> made;
    if (std::string fault = detail::ggml_fault(a); !fault.empty()) {
        made.why = {std::move(fault)};
        return made;
    }
    const bool vision = a.mode == ggml_mode::vision;
    const bool axes = vision || a.mode == ggml_mode::mrope || a.mode == ggml_mode::imrope;
    const std::int64_t pairs = vision ? a.head_dim / 2 : a.n_dims / 2;
    frequency_set& f = made.value;
    f.head_dim = a.head_dim;
    f.rotary_dim = 2 * pairs;
    f.rotary_offset = a.n_offs;
    f.pairing = a.mode == ggml_mode::normal ? pairing::interleaved : pairing::half_split;
    f.axes = axes ? 4 : 1;
    f.base = a.freq_base;
    f.series_dim = vision ? a.n_dims : 0;
    const std::vector<wide> theta = detail::geometric(log(wide(a.freq_base)), a.n_dims, pairs);
    const detail::ggml_ramp ramp(a);
    detail::schedule<wide> s = detail::idle<wide>(pairs);
    for (std::int64_t i = 0; i < pairs; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const detail::ggml_pair pair = detail::ggml_pair_of(a, i);
        wide w = theta[static_cast<std::size_t>(pair.index)];
        if (!a.freq_factors.empty()) {
            w = w / wide(a.freq_factors[at]);
        }
        const wide mix = a.ext_factor != 0 ? ramp.at(i) * wide(a.ext_factor) : wide(0);
        s.freq[at] = w * wide(a.freq_scale) * (wide(1) - mix) + w * mix;
        f.axis_of_pair.push_back(pair.axis);
    }
    s.amplitude = wide(a.attn_factor);
    if (a.ext_factor != 0) {
        s.amplitude = s.amplitude * (wide(1) - log(wide(a.freq_scale)) / wide(10));
    }
    if (std::string fault = detail::number_fault(s); !fault.empty()) {
        made = {};
        made.why = {std::move(fault)};
        return made;
    }
    for (const wide& w : s.freq) {
        f.inv_freq.push_back(to_double(w));
        f.step.push_back(to_q64_192(w / (wide(2) * pi<wide>())));
    }
    f.amplitude = to_q64_192(s.amplitude);
    f.attention_factor = to_double(s.amplitude);
    return made;
}
#endif

} // namespace ROPE_ABI
} // namespace rope
