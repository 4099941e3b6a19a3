// The scaling recipes as data: one small struct each, named as in configurations, and the variant over them.
// Their formulas are in recipes.hpp. An empty optional means that the configuration does not say.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace rope {

// No scaling: inv_freq[i] = base^(-2i/d) (Su et al. 2021, "RoFormer", arXiv:2104.09864).
struct no_scaling {
    static constexpr const char* name = "none";
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

// YaRN, NTK by parts (Peng et al. 2023, arXiv:2309.00071; parameters as Hugging Face has them).
struct yarn_scaling {
    static constexpr const char* name = "yarn";
    std::optional<double> factor = {}; // none: max_position / original_max_position
    double beta_fast = 32;
    double beta_slow = 1;
    bool truncate = true;
    std::optional<double> attention_factor = {};
    std::optional<double> mscale = {};
    std::optional<double> mscale_all_dim = {};
};

// Llama 3.1: long wavelengths divided by factor, short ones kept, a linear blend between.
struct llama3_scaling {
    static constexpr const char* name = "llama3";
    double factor = 1;
    double low_freq_factor = 1;
    double high_freq_factor = 4;
};

using scaling = std::variant<no_scaling, linear_scaling, dynamic_scaling, yarn_scaling, llama3_scaling>;

} // namespace rope
