// The scaling recipes as data: one small struct each, named as in configurations, and the variant over them.
// Their formulas are in recipes.hpp, their keys and ranges in parameters.hpp. An empty optional means that the
// configuration does not say. d is rotary_dim, i the pair, b the base, L0 the trained length, s the factor.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// No scaling: inv_freq[i] = base^(-2i/d) (Su et al. 2021, "RoFormer", arXiv:2104.09864).
struct no_scaling {
    static constexpr const char* name = "none";
};

// A layer without rotary embedding: every frequency is 0 (Llama 4, SmolLM3, Cohere 2).
struct no_rotation {
    static constexpr const char* name = "no_rotation";
};

// Position interpolation: inv_freq / factor (Chen et al. 2023, arXiv:2306.15595).
struct linear_scaling {
    static constexpr const char* name = "linear";
    double factor = 1;
};

// Dynamic NTK (Hugging Face `dynamic`): base * (factor L / L_max - (factor - 1))^(d / (d - 2)) with
// L = max(seq_len, L_max), L_max = config.max_position.
struct dynamic_scaling {
    static constexpr const char* name = "dynamic";
    double factor = 1;
};

// Dynamic NTK alpha (Hunyuan): base * alpha^(d / (d - 2)), whatever the length.
struct dynamic_alpha_scaling {
    static constexpr const char* name = "dynamic_alpha";
    double alpha = 1;
};

// NTK-aware change of base, fixed (bloc97 2023): base * factor^(d / (d - 2)).
struct ntk_scaling {
    static constexpr const char* name = "ntk";
    double factor = 1;
};

// Fixed NTK as vLLM has it: (base * factor)^(-2i/d) / factor^(2/d).
struct ntk_vllm_scaling {
    static constexpr const char* name = "ntk_vllm";
    double factor = 1;
};

// Mixed-base NTK (Su 2023, kexue.fm/archives/9706; vLLM `ntk` with `mixed_b`): base^(-2i/d) / exp(a (i+1)^mixed_b) with
// a = ln(factor) / (d/2)^mixed_b.
struct ntk_mixed_scaling {
    static constexpr const char* name = "ntk_mixed";
    double factor = 1;
    double mixed_b = 1;
};

// The step form of Qwen 1 and CodeFuse: base * alpha^(d / (d - 2)) with alpha = 2^ceil(log2(L / L0) + 1) - 1 beyond the
// trained length L0, else 1. CodeFuse multiplies cos and sin by 0.1 ln(L / L0) + 1 as well: length_amplitude.
struct qwen_scaling {
    static constexpr const char* name = "qwen";
    bool length_amplitude = false;
};

// YaRN, NTK by parts (Peng et al. 2023, arXiv:2309.00071; parameters as Hugging Face has them).
struct yarn_scaling {
    static constexpr const char* name = "yarn";
    std::optional<double> factor = {}; // none: max_position / original_max_position
    double beta_fast = 32;             // 0: 32
    double beta_slow = 1;              // 0: 1
    bool truncate = true;
    std::optional<double> attention_factor = {};
    std::optional<double> mscale = {};
    std::optional<double> mscale_all_dim = {};
    std::optional<double> gain = {}; // of the logarithm in the amplitude; none: one tenth (TeleChat 3: 0.07)
};

// YaRN as DeepSeek-V2 and -V3 published it: amplitude g(mscale) / g(mscale_all_dim) * attn_factor with
// g(k) = 0.1 k ln(factor) + 1, softmax multiplier g(mscale_all_dim)^2.
struct deepseek_yarn_scaling {
    static constexpr const char* name = "deepseek_yarn";
    double factor = 1;
    double beta_fast = 32;
    double beta_slow = 1;
    bool truncate = true;
    double mscale = 1;
    double mscale_all_dim = 0;
    double attn_factor = 1;
    double extrapolation_factor = 1;
};

// Grok's variants of YaRN's ramp; no amplitude (vLLM, SGLang). yarn_linear computes the same as yarn.
enum class grok_method : std::uint8_t { yarn_log, yarn, original, theta_scale, yarn_linear };
struct grok_scaling {
    static constexpr const char* name = "grok";
    double factor = 1;
    grok_method extra_method = grok_method::yarn_log;
    double beta_fast = 32;
    double beta_slow = 1;
    double extrapolation_factor = 1;
};

// LongRoPE (Ding et al. 2024, arXiv:2402.13753; Phi-3): 1 / (ext[i] b^(2i/d)), ext the long list for sequences longer than
// L0, else the short one: for a whole sequence, never per row. Amplitude sqrt(1 + ln s / ln L0).
struct longrope_scaling {
    static constexpr const char* name = "longrope";
    std::vector<double> short_factor = {};
    std::vector<double> long_factor = {};
    std::optional<double> factor = {}; // none: max_position / original_max_position
    std::optional<double> attention_factor = {};
    std::optional<double> short_mscale =
        {}; // the amplitude of short and of long sequences, where they differ
    std::optional<double> long_mscale = {};
};

// Llama 3.1: long wavelengths divided by factor, short ones kept, a linear blend between.
struct llama3_scaling {
    static constexpr const char* name = "llama3";
    double factor = 1;
    double low_freq_factor = 1;
    double high_freq_factor = 4;
};

// p-RoPE (Barbero et al. 2024, arXiv:2410.06205; Gemma 4): b^(-2i/D) / factor over the whole head D for the first
// floor(partial_rotary_factor D / 2) pairs, the others do not rotate.
struct proportional_scaling {
    static constexpr const char* name = "proportional";
    double factor = 1;
    double partial_rotary_factor = 1;
};

// Explicit divisors, one per pair (ggml's rope_freqs tensor): base^(-2i/d) / factors[i].
struct frequency_factors_scaling {
    static constexpr const char* name = "frequency_factors";
    std::vector<double> factors = {};
};

// The frequencies themselves, one per pair, in radians per token.
struct custom_scaling {
    static constexpr const char* name = "custom";
    std::vector<double> inverse_frequencies = {};
    std::optional<double> attention_factor = {};
};

// Log-spaced (LTX video): b^(k / (n-1)) pi / 2 for k < n, with `axes` pairs in a row for each k, one per position axis.
// Pairs that are left over come first and do not rotate. Positions are 2g - 1 for a fractional coordinate g.
struct log_spaced_scaling {
    static constexpr const char* name = "log_spaced";
    std::int64_t axes = 1;
};

// For pixels at positions in [-1, 1] (lucidrains): pi linspace(1, max_freq / 2, d / 2).
struct pixel_scaling {
    static constexpr const char* name = "pixel";
    double max_freq = 10;
};

// A torus (stable-diffusion.cpp): 2 pi round(w n / 2 pi) / n, so that position n is position 0. One period n for each
// position axis, or one for all.
struct circular_scaling {
    static constexpr const char* name = "circular";
    std::vector<double> period = {};
};

// xPos (Sun et al. 2022, arXiv:2212.10554): the plain frequencies, and pair i of a query at position p is multiplied by
// ((2i + 0.4 d) / (1.4 d))^((p - center) / scale_base), that of a key divided by it.
struct xpos_scaling {
    static constexpr const char* name = "xpos";
    double scale_base = 512;
    double center = 0;
};

// Several position axes, each with its own share of the slice and its own exponents (vision, video and image models):
// pair k of axis a turns b^(-2k / dims[a]) radians per unit of position a, dims[a] elements, pairs in axis order.
// With `shared` the exponents run over the whole slice instead and are dealt out in turn: axis a of n takes
// b^(-2(n k + a) / d) (Pixtral). With `turns` they are turns, not radians: times 2 pi (DINOv3). Axes with a base of their
// own list it in `bases`. model/vision.hpp has the published families by name.
struct axial_scaling {
    static constexpr const char* name = "axial";
    std::vector<std::int64_t> dims = {};
    std::vector<double> bases = {};
    bool shared = false;
    bool turns = false;
};

using scaling =
    std::variant<no_scaling, no_rotation, linear_scaling, dynamic_scaling, dynamic_alpha_scaling, ntk_scaling,
                 ntk_vllm_scaling, ntk_mixed_scaling, qwen_scaling, yarn_scaling, deepseek_yarn_scaling,
                 grok_scaling, longrope_scaling, llama3_scaling, proportional_scaling,
                 frequency_factors_scaling, custom_scaling, log_spaced_scaling, pixel_scaling,
                 circular_scaling, xpos_scaling, axial_scaling>;

} // namespace ROPE_ABI
} // namespace rope
