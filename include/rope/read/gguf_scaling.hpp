// gguf_scaling: the recipe that the scaling keys of a GGUF file describe, as llama.cpp computes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/gguf_architectures.hpp>
#include <rope/model/recipes.hpp>
#include <rope/read/metadata_fields.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// yarn_log_multiplier as YaRN's mscale_all_dim; 0 where the architecture does not read it. The tenth is taken in float, as
// llama.cpp takes it: 0.1 gives 1.
inline double gguf_mscale_all_dim(metadata_fields& keys, const gguf_architecture& row) {
    if (!row.has(gguf_does::log_tenth | gguf_does::log_whole)) {
        return 0;
    }
    const double value = keys.number("rope.scaling.yarn_log_multiplier", not_negative).value_or(0);
    return row.has(gguf_does::log_tenth) ? static_cast<double>(static_cast<float>(value) / 0.1F) : value;
}

// Amplitude and softmax multiplier with g(k) = 0.1 k ln(factor) + 1 and m = mscale_all_dim:
//   architectures without m                g(1)         1
//   mistral3                               g(1) / g(m)  1
//   latent attention, the amplitude a      a            (a g(m))^2, where a = g(1) / g(m), g(1) without m, 1 for deepseek2
// rope.scaling.attn_factor multiplies a.
inline void read_gguf_yarn(metadata_fields& keys, const gguf_architecture& row, double factor,
                           double attention, read_context& context) {
    config& c = context.out.config;
    const double all_dim = gguf_mscale_all_dim(keys, row);
    const auto g = [factor](double k) { return yarn_gain(factor, k); };
    yarn_scaling s;
    s.factor = factor;
    double amplitude = g(1);
    if (row.layers == gguf_layers::compressed) {
        s.attention_factor = amplitude = 1;
    } else if (all_dim != 0 && (row.has(gguf_does::log_both) || all_dim == 1)) {
        s.mscale = s.mscale_all_dim = all_dim;
        amplitude = 1;
    } else if (all_dim != 0) {
        s.mscale = 1;
        s.mscale_all_dim = all_dim;
        amplitude = g(1) / g(all_dim);
        if (row.has(gguf_does::pre_scaled)) {
            s.attention_factor = amplitude;
            s.mscale_all_dim = 1;
        }
    } else if (row.has(gguf_does::pre_scaled)) {
        s.mscale_all_dim = 1;
    }
    c.latent_attention = row.has(gguf_does::pre_scaled);
    if (attention != 1) {
        s.attention_factor = attention * amplitude;
        if (row.has(gguf_does::pre_scaled)) {
            context.note(keys.name("rope.scaling.attn_factor") + " = " + number(attention) +
                         " multiplies the softmax as well, which softmax_scale_multiplier leaves out");
        }
    }
    if (row.has(gguf_does::betas)) {
        const double fast = row.has(gguf_does::grok) ? 8 : 32;
        s.beta_fast = keys.number("rope.scaling.yarn_beta_fast", positive).value_or(fast);
        s.beta_slow = keys.number("rope.scaling.yarn_beta_slow", positive).value_or(1);
    }
    const double share_kept =
        row.has(gguf_does::grok) ? keys.number("rope.scaling.yarn_ext_factor", share).value_or(1) : 1;
    if (share_kept == 1) {
        c.scaling = s;
        return;
    }
    deepseek_yarn_scaling partial;
    partial.factor = factor;
    partial.beta_fast = s.beta_fast;
    partial.beta_slow = s.beta_slow;
    partial.attn_factor = attention;
    partial.extrapolation_factor = share_kept;
    c.scaling = partial;
}

// Divisors of the frequencies beside a constant one.
inline std::vector<double> gguf_divisors(std::vector<double> list, double factor) {
    for (double& each : list) {
        each *= factor;
    }
    return list;
}

inline void read_gguf_scaling(metadata_fields& keys, metadata_fields& tensors, const gguf_architecture& row,
                              read_context& context) {
    config& c = context.out.config;
    const auto factors = tensors.list<double>("rope_freqs.weight");
    const auto long_list = tensors.list<double>("rope_factors_long.weight");
    const auto short_list = tensors.list<double>("rope_factors_short.weight");
    const std::string type = keys.string("rope.scaling.type").value_or("linear");
    const char* factor_key = keys.find("rope.scaling.factor") ? "rope.scaling.factor" : "rope.scale_linear";
    double factor = keys.number(factor_key, not_negative).value_or(0);
    if (factor != 0 && factor < 1) {
        context.fail(broken_rule(keys.name(factor_key), factor, at_least_one));
    }
    const double attention = keys.number("rope.scaling.attn_factor", amplitude_range).value_or(1);
    const double alpha =
        row.has(gguf_does::alpha) ? keys.number("rope.scaling.alpha", not_negative).value_or(0) : 0;
    if (type != "none" && type != "linear" && type != "yarn" && type != "longrope") {
        context.fail(keys.name("rope.scaling.type") + " = \"" + type.substr(0, 40) +
                     "\" is not known: expected none, linear, yarn or longrope");
    }
    if (!context.ok() || row.has(gguf_does::plain)) {
        return;
    }
    factor = type == "none" || factor == 0 ? 1 : factor; // 0 is no factor
    if (type == "yarn") {
        read_gguf_yarn(keys, row, factor, attention, context);
        if (factors || long_list || short_list) {
            context.note("divisors of the frequencies (rope_freqs.weight, rope_factors_long.weight, "
                         "rope_factors_short.weight) are not used beside scaling type yarn");
        }
    } else if (factors || long_list || short_list || attention != 1) {
        // rope_freqs.weight goes first. An amplitude of its own: LongRoPE with equal lists.
        if (factors && attention == 1) {
            c.scaling = frequency_factors_scaling{gguf_divisors(*factors, factor)};
            return;
        }
        const std::vector<double> ones(
            static_cast<std::size_t>(keys.integer("rope.dimension_count", 0).value_or(0) / 2), 1.0);
        longrope_scaling s;
        s.short_factor = gguf_divisors(factors ? *factors : short_list.value_or(ones), factor);
        s.long_factor = gguf_divisors(factors ? *factors : long_list.value_or(ones), factor);
        s.attention_factor = attention;
        c.scaling = std::move(s);
    } else if (alpha > 0) {
        c.scaling = dynamic_alpha_scaling{alpha};
    } else if (factor != 1) {
        c.scaling = linear_scaling{factor};
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
