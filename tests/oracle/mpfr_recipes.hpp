// mpfr_recipes: each scaling recipe as it is published, from the parameters' JSON text to 400-bit numbers. Uses nothing of
// the library. Indices and names follow the sources: `dim` is rotary_dim, `inv_freq` the frequencies.
// SPDX-License-Identifier: MIT
#pragma once

#include "support/mpfr_real.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace oracle {

using big = test::real;

inline big ratio(double a, double b) {
    return big(a) / big(b);
}

struct facts {
    int head_dim = 0;
    int dim = 0;
    double base = 10000;
    double max_position_embeddings = 0;
    double original_max_position_embeddings = 0;
    double seq_len = 0; // 0: none given
    bool latent_attention = false;
};

struct answer {
    std::vector<big> inv_freq;
    big attention_factor = 1;
    big softmax_multiplier = 1;
};

using parameters = nlohmann::json;

inline double value(const parameters& p, const char* key, double otherwise) {
    return p.contains(key) && p[key].is_number() ? p[key].get<double>() : otherwise;
}

// 1 / base^(2i/dim)
inline std::vector<big> default_inv_freq(const big& base, int dim) {
    std::vector<big> out;
    for (int j = 0; j < dim; j += 2) {
        out.push_back(big(1) / pow(base, ratio(j, dim)));
    }
    return out;
}

inline answer linear(const parameters& p, const facts& f) {
    answer a;
    for (const big& w : default_inv_freq(f.base, f.dim)) {
        a.inv_freq.push_back(w / big(p.at("factor").get<double>()));
    }
    return a;
}

inline answer with_base(const big& base, const facts& f) {
    answer a;
    a.inv_freq = default_inv_freq(base, f.dim);
    return a;
}

// transformers, _compute_dynamic_ntk_parameters
inline answer dynamic(const parameters& p, const facts& f) {
    const double max_pos = f.max_position_embeddings;
    const big seq_len = std::max(f.seq_len, max_pos);
    const big factor = p.at("factor").get<double>();
    return with_base(
        big(f.base) * pow(factor * seq_len / big(max_pos) - (factor - big(1)), ratio(f.dim, f.dim - 2)), f);
}

inline answer ntk(double factor, const facts& f) {
    return with_base(big(f.base) * pow(factor, ratio(f.dim, f.dim - 2)), f);
}

// vLLM, NTKScalingRotaryEmbedding without mixed_b
inline answer ntk_vllm(const parameters& p, const facts& f) {
    const big factor = p.at("factor").get<double>();
    answer a = with_base(big(f.base) * factor, f);
    for (big& w : a.inv_freq) {
        w = w / pow(factor, ratio(2, f.dim));
    }
    return a;
}

// and with it
inline answer ntk_mixed(const parameters& p, const facts& f) {
    const big s = p.at("factor").get<double>(), b = p.at("mixed_b").get<double>();
    const big a_coefficient = log(s) / pow(ratio(f.dim, 2), b);
    answer a;
    int i = 1;
    for (const big& w : default_inv_freq(f.base, f.dim)) {
        a.inv_freq.push_back(w / exp(a_coefficient * pow(i++, b)));
    }
    return a;
}

inline answer qwen(const parameters& p, const facts& f) {
    const double trained = f.original_max_position_embeddings > 0 ? f.original_max_position_embeddings
                                                                  : f.max_position_embeddings;
    double alpha = 1;
    if (f.seq_len > trained) {
        int k = 0;
        while (trained * std::ldexp(1.0, k) < f.seq_len) {
            ++k; // ceil(log2(L / L_train))
        }
        alpha = std::max(std::ldexp(1.0, k + 1) - 1, 1.0);
    }
    answer a = ntk(alpha, f);
    if (p.contains("length_amplitude") && p["length_amplitude"].get<bool>() && f.seq_len > trained) {
        a.attention_factor = ratio(1, 10) * log(ratio(f.seq_len, trained)) + big(1);
    }
    return a;
}

struct correction_range {
    big low, high;
};

inline correction_range find_correction_range(double low_rot, double high_rot, const facts& f, double trained,
                                              bool truncate) {
    const auto find_correction_dim = [&](double num_rotations) {
        return big(f.dim) * log(big(trained) / (big(num_rotations) * big(2) * big::pi())) /
               (big(2) * log(big(f.base)));
    };
    big low = find_correction_dim(low_rot), high = find_correction_dim(high_rot);
    if (truncate) {
        low = floor(low);
        high = ceil(high);
    }
    return {low < big(0) ? big(0) : low, high > big(f.dim - 1) ? big(f.dim - 1) : high};
}

inline big linear_ramp_factor(const correction_range& r, int i) {
    const big max = r.low == r.high ? r.high + ratio(1, 1000) : r.high;
    const big t = (big(i) - r.low) / (max - r.low);
    return t < big(0) ? big(0) : t > big(1) ? big(1) : t;
}

inline big get_mscale(const big& scale, double mscale, const big& gain = ratio(1, 10)) {
    return scale > big(1) ? gain * big(mscale) * log(scale) + big(1) : big(1);
}

inline double trained_length(const facts& f) {
    return f.original_max_position_embeddings > 0 ? f.original_max_position_embeddings
                                                  : f.max_position_embeddings;
}

// transformers, _compute_yarn_parameters
inline answer yarn(const parameters& p, const facts& f) {
    const double trained = trained_length(f);
    const big factor = p.contains("factor") && p["factor"].is_number()
                           ? big(p["factor"].get<double>())
                           : ratio(f.max_position_embeddings, trained);
    const double mscale = value(p, "mscale", 0), mscale_all_dim = value(p, "mscale_all_dim", 0);
    const big gain = p.contains("gain") ? big(p["gain"].get<double>()) : ratio(1, 10);
    answer a;
    if (p.contains("attention_factor") && !p["attention_factor"].is_null()) {
        a.attention_factor = p["attention_factor"].get<double>();
    } else if (mscale != 0 && mscale_all_dim != 0) {
        a.attention_factor = get_mscale(factor, mscale, gain) / get_mscale(factor, mscale_all_dim, gain);
    } else {
        a.attention_factor = get_mscale(factor, 1, gain);
    }
    const double beta_fast = value(p, "beta_fast", 0) != 0 ? value(p, "beta_fast", 0) : 32;
    const double beta_slow = value(p, "beta_slow", 0) != 0 ? value(p, "beta_slow", 0) : 1;
    const bool truncate = !p.contains("truncate") || p["truncate"].get<bool>();
    const correction_range range = find_correction_range(beta_fast, beta_slow, f, trained, truncate);
    const std::vector<big> extrapolation = default_inv_freq(f.base, f.dim);
    for (int i = 0; i < f.dim / 2; ++i) {
        const big& w = extrapolation[static_cast<std::size_t>(i)];
        const big extrapolation_factor = big(1) - linear_ramp_factor(range, i);
        a.inv_freq.push_back(w / factor * (big(1) - extrapolation_factor) + w * extrapolation_factor);
    }
    if (f.latent_attention && mscale_all_dim != 0) {
        a.softmax_multiplier =
            get_mscale(factor, mscale_all_dim, gain) * get_mscale(factor, mscale_all_dim, gain);
    }
    return a;
}

// DeepSeek-V2, modeling_deepseek.py; vLLM, DeepseekScalingRotaryEmbedding
inline answer deepseek_yarn(const parameters& p, const facts& f) {
    const big factor = p.at("factor").get<double>();
    const correction_range range = find_correction_range(value(p, "beta_fast", 32), value(p, "beta_slow", 1),
                                                         f, trained_length(f), true);
    const std::vector<big> extra = default_inv_freq(f.base, f.dim);
    answer a;
    for (int i = 0; i < f.dim / 2; ++i) {
        const big& w = extra[static_cast<std::size_t>(i)];
        const big mask = (big(1) - linear_ramp_factor(range, i)) * big(value(p, "extrapolation_factor", 1));
        a.inv_freq.push_back(w / factor * (big(1) - mask) + w * mask);
    }
    const big all = get_mscale(factor, value(p, "mscale_all_dim", 0));
    a.attention_factor = get_mscale(factor, value(p, "mscale", 1)) / all * big(value(p, "attn_factor", 1));
    a.softmax_multiplier = all * all;
    return a;
}

// vLLM and SGLang, the scaling class of Grok
inline answer grok(const parameters& p, const facts& f) {
    const std::string method = p.contains("extra_method") ? p["extra_method"].get<std::string>() : "yarn_log";
    const big factor =
        p.contains("factor") ? p["factor"].get<double>() : p.at("scaling_factor").get<double>();
    const double trained = trained_length(f);
    const correction_range range =
        find_correction_range(value(p, "beta_fast", 32), value(p, "beta_slow", 1), f, trained, true);
    const std::vector<big> extra = default_inv_freq(f.base, f.dim);
    answer a;
    for (int i = 0; i < f.dim / 2; ++i) {
        const big& w = extra[static_cast<std::size_t>(i)];
        const big mask = (big(1) - linear_ramp_factor(range, i)) * big(value(p, "extrapolation_factor", 1));
        if (method == "original") {
            a.inv_freq.push_back(w);
        } else if (method == "yarn" || method == "yarn_linear") {
            a.inv_freq.push_back(w / factor * (big(1) - mask) + w * mask);
        } else if (method == "yarn_log") {
            a.inv_freq.push_back(exp(log(w) * mask + log(w / factor) * (big(1) - mask)));
        } else {
            const big cycles = big(trained) / (big(2) * big::pi());
            const big scaled = pow(f.base, log(cycles * factor) / log(cycles));
            a.inv_freq.push_back(big(1) / pow(scaled, ratio(2 * i, f.dim)));
        }
    }
    return a;
}

// transformers, _compute_longrope_parameters
inline answer longrope(const parameters& p, const facts& f) {
    const double trained = trained_length(f);
    const std::vector<double> ext =
        (f.seq_len > trained ? p.at("long_factor") : p.at("short_factor")).get<std::vector<double>>();
    answer a;
    const std::vector<big> plain = default_inv_freq(f.base, f.dim);
    for (std::size_t i = 0; i < plain.size(); ++i) {
        a.inv_freq.push_back(plain[i] / big(ext.at(i)));
    }
    const big factor = p.contains("factor") && p["factor"].is_number()
                           ? big(p["factor"].get<double>())
                           : ratio(f.max_position_embeddings, trained);
    const char* own = f.seq_len > trained ? "long_mscale" : "short_mscale";
    if (p.contains(own)) {
        a.attention_factor = p[own].get<double>();
    } else if (p.contains("attention_factor") && !p["attention_factor"].is_null()) {
        a.attention_factor = p["attention_factor"].get<double>();
    } else if (factor > big(1)) {
        a.attention_factor = sqrt(big(1) + log(factor) / log(big(trained)));
    }
    return a;
}

// transformers, _compute_llama3_parameters
inline answer llama3(const parameters& p, const facts& f) {
    const big factor = p.at("factor").get<double>();
    const big low = p.at("low_freq_factor").get<double>(), high = p.at("high_freq_factor").get<double>();
    const big old_context_len = f.original_max_position_embeddings;
    const big low_freq_wavelen = old_context_len / low, high_freq_wavelen = old_context_len / high;
    answer a;
    for (const big& w : default_inv_freq(f.base, f.dim)) {
        const big wavelen = big(2) * big::pi() / w;
        if (wavelen > low_freq_wavelen) {
            a.inv_freq.push_back(w / factor);
        } else if (wavelen < high_freq_wavelen) {
            a.inv_freq.push_back(w);
        } else {
            const big smooth = (old_context_len / wavelen - low) / (high - low);
            a.inv_freq.push_back((big(1) - smooth) * w / factor + smooth * w);
        }
    }
    return a;
}

// transformers, _compute_proportional_rope_parameters
inline answer proportional(const parameters& p, const facts& f) {
    const double share = value(p, "partial_rotary_factor", 1);
    const int rope_angles = static_cast<int>(std::floor(share * f.head_dim / 2));
    answer a;
    for (int i = 0; i < f.head_dim / 2; ++i) {
        a.inv_freq.push_back(i < rope_angles
                                 ? big(1) / pow(f.base, ratio(2 * i, f.head_dim)) / big(value(p, "factor", 1))
                                 : big(0));
    }
    return a;
}

inline answer frequency_factors(const parameters& p, const facts& f) {
    const std::vector<double> factors = p.at("factors").get<std::vector<double>>();
    answer a;
    const std::vector<big> plain = default_inv_freq(f.base, f.dim);
    for (std::size_t i = 0; i < plain.size(); ++i) {
        a.inv_freq.push_back(plain[i] / big(factors.at(i)));
    }
    return a;
}

// diffusers, LTXVideoRotaryPosEmbed: theta^linspace(0, 1, n) pi / 2, n = dim / (2 axes); frequency-major, axis-minor
inline answer log_spaced(const parameters& p, const facts& f) {
    const int axes = static_cast<int>(value(p, "axes", 1));
    const int n = f.dim / 2 / axes;
    answer a;
    a.inv_freq.assign(static_cast<std::size_t>(f.dim / 2 - n * axes), big(0));
    for (int k = 0; k < n; ++k) {
        const big w = pow(f.base, n == 1 ? big(0) : ratio(k, n - 1)) * big::pi() / big(2);
        a.inv_freq.insert(a.inv_freq.end(), static_cast<std::size_t>(axes), w);
    }
    return a;
}

// rotary-embedding-torch: linspace(1, max_freq / 2, dim / 2) pi
inline answer pixel(const parameters& p, const facts& f) {
    const int n = f.dim / 2;
    answer a;
    for (int i = 0; i < n; ++i) {
        const big end = big(value(p, "max_freq", 10)) / big(2);
        a.inv_freq.push_back((n == 1 ? big(1) : big(1) + (end - big(1)) * ratio(i, n - 1)) * big::pi());
    }
    return a;
}

// stable-diffusion.cpp: 2 pi round(w n / 2 pi) / n
inline answer circular(const parameters& p, const facts& f) {
    const big n = p.at("period").is_array() ? p["period"][0].get<double>() : p["period"].get<double>();
    answer a;
    for (const big& w : default_inv_freq(f.base, f.dim)) {
        const big turns = floor(w * n / (big(2) * big::pi()) + ratio(1, 2));
        a.inv_freq.push_back(big(2) * big::pi() * turns / n);
    }
    return a;
}

inline answer by_type(const std::string& type, const parameters& p, const facts& f) {
    if (type == "none" || type == "default" || type == "mrope" || type == "xpos") {
        return with_base(f.base, f);
    }
    if (type == "linear")
        return linear(p, f);
    if (type == "dynamic")
        return dynamic(p, f);
    if (type == "dynamic_alpha")
        return ntk(p.at("alpha").get<double>(), f);
    if (type == "ntk")
        return ntk(p.at("factor").get<double>(), f);
    if (type == "ntk_vllm")
        return ntk_vllm(p, f);
    if (type == "ntk_mixed")
        return ntk_mixed(p, f);
    if (type == "qwen")
        return qwen(p, f);
    if (type == "yarn")
        return yarn(p, f);
    if (type == "deepseek_yarn")
        return deepseek_yarn(p, f);
    if (type == "grok")
        return grok(p, f);
    if (type == "longrope" || type == "su")
        return longrope(p, f);
    if (type == "llama3")
        return llama3(p, f);
    if (type == "proportional")
        return proportional(p, f);
    if (type == "frequency_factors")
        return frequency_factors(p, f);
    if (type == "log_spaced")
        return log_spaced(p, f);
    if (type == "pixel")
        return pixel(p, f);
    if (type == "circular")
        return circular(p, f);
    return {}; // no frequencies: every comparison with it fails
}

} // namespace oracle
