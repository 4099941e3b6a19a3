// Every recipe against its published formula in 400-bit arithmetic, from the JSON text of its parameters.
// SPDX-License-Identifier: MIT
#include "oracle/compare.hpp"
#include "oracle/mpfr_recipes.hpp"

#include <rope/json.hpp>

#include <set>
#include <string>

namespace {

struct row {
    int head_dim, rotary_dim;
    double base;
    long max_position, original;
    const char* scaling;
};

const row rows[] = {
    {128, 128, 10000, 0, 0, R"({"type": "none"})"},
    {128, 128, 10000, 0, 0, R"({"type": "default"})"},
    {2, 2, 10000, 0, 0, R"({"type": "none"})"},
    {80, 32, 10000, 2048, 0, R"({"type": "none"})"},
    {96, 6, 1e6, 0, 0, R"({"type": "none"})"},
    {100, 34, 5e5, 0, 0, R"({"type": "none"})"},
    {256, 10, 999999.4420358813, 0, 0, R"({"type": "none"})"},
    {128, 66, 8e6, 0, 0, R"({"type": "linear", "factor": 4.0})"},
    {128, 128, 1e5, 0, 0, R"({"type": "linear", "factor": 2.7})"},
    {128, 128, 10000, 2048, 0, R"({"type": "dynamic", "factor": 10})"},
    {128, 128, 1e6, 32768, 0, R"({"type": "dynamic", "factor": 2.0})"},
    {64, 4, 10000, 100, 0, R"({"type": "dynamic", "factor": 1.5})"},
    {128, 128, 10000, 0, 0, R"({"type": "dynamic_alpha", "alpha": 1000.0})"},
    {128, 128, 10000, 0, 0, R"({"type": "dynamic_alpha", "alpha": 50})"},
    {128, 128, 10000, 0, 0, R"({"type": "ntk", "factor": 8})"},
    {64, 32, 10000, 0, 0, R"({"type": "ntk", "factor": 1})"},
    {128, 128, 10000, 0, 0, R"({"type": "ntk_vllm", "factor": 8})"},
    {64, 2, 10000, 0, 0, R"({"type": "ntk_vllm", "factor": 3.5})"},
    {128, 128, 10000, 0, 0, R"({"type": "ntk_mixed", "factor": 8, "mixed_b": 0.625})"},
    {128, 128, 10000, 0, 0, R"({"type": "ntk_mixed", "factor": 8, "mixed_b": -0.5})"},
    {128, 128, 10000, 8192, 0, R"({"type": "qwen"})"},
    {128, 128, 10000, 32768, 2048, R"({"type": "qwen", "length_amplitude": true})"},
    {128, 128, 10000, 2048, 0, R"({"type": "yarn", "factor": 10})"},
    {128, 128, 1e6, 131072, 32768, R"({"type": "yarn", "factor": 4.0})"},
    {128, 128, 1e6, 131072, 32768, R"({"type": "yarn"})"},
    {64, 64, 150000, 131072, 4096,
     R"({"type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": false})"},
    {64, 64, 10000, 163840, 4096,
     R"({"type": "yarn", "factor": 40, "mscale": 0.707, "mscale_all_dim": 0.707})"},
    {64, 64, 10000, 163840, 4096, R"({"type": "yarn", "factor": 40, "mscale": 1.0, "mscale_all_dim": 0.5})"},
    {64, 64, 10000, 163840, 4096, R"({"type": "yarn", "factor": 40, "mscale": 0.707})"},
    {64, 64, 10000, 163840, 4096, R"({"type": "yarn", "factor": 40, "mscale": 0, "mscale_all_dim": 1})"},
    {64, 64, 10000, 163840, 4096,
     R"({"type": "yarn", "factor": 40, "mscale": 1, "mscale_all_dim": 1, "attention_factor": 1.0})"},
    {64, 64, 10000, 163840, 4096, R"({"type": "yarn", "factor": 40, "beta_fast": 0, "beta_slow": 0})"},
    {128, 96, 5e6, 0, 8192,
     R"({"type": "yarn", "factor": 16, "beta_fast": 64, "beta_slow": 2, "gain": 0.07})"},
    {32, 8, 10000, 0, 4, R"({"type": "yarn", "factor": 16})"},   // a range that lies before the first pair
    {32, 8, 2, 0, 1048576, R"({"type": "yarn", "factor": 16})"}, // and one behind the last
    {64, 64, 10000, 163840, 4096,
     R"({"type": "deepseek_yarn", "factor": 40, "mscale": 0.707, "mscale_all_dim": 0.707})"},
    {64, 64, 10000, 163840, 4096, R"({"type": "deepseek_yarn", "factor": 40})"},
    {64, 64, 10000, 163840, 4096,
     R"({"type": "deepseek_yarn", "factor": 40, "mscale_all_dim": 1, "attn_factor": 1.25, "extrapolation_factor": 0.75})"},
    {128, 128, 208533496, 131072, 8192,
     R"({"type": "grok", "factor": 16, "extra_method": "yarn_log", "beta_fast": 8, "beta_slow": 1})"},
    {128, 128, 208533496, 131072, 8192, R"({"type": "grok", "factor": 16})"},
    {128, 128, 208533496, 131072, 8192, R"({"type": "grok", "factor": 16, "extra_method": "yarn"})"},
    {128, 128, 208533496, 131072, 8192, R"({"type": "grok", "factor": 16, "extra_method": "original"})"},
    {128, 128, 208533496, 131072, 8192,
     R"({"type": "grok", "scaling_factor": 16, "extra_method": "yarn_linear"})"},
    {128, 128, 208533496, 131072, 8192, R"({"type": "grok", "factor": 16, "extra_method": "theta_scale"})"},
    {96, 8, 10000, 131072, 4096,
     R"({"type": "longrope", "short_factor": [1, 1.02, 1.05, 1.1], "long_factor": [1, 4.5, 16, 61.25]})"},
    {96, 8, 10000, 131072, 4096,
     R"({"type": "su", "short_factor": [1, 1, 1, 1], "long_factor": [1, 4, 16, 64]})"},
    {96, 8, 10000, 4096, 4096,
     R"({"type": "longrope", "short_factor": [1, 1, 1, 1], "long_factor": [1, 4, 16, 64]})"},
    {96, 8, 10000, 131072, 4096,
     R"({"type": "longrope", "factor": 16, "short_factor": [1, 1, 1, 1], "long_factor": [1, 4, 16, 64]})"},
    {96, 8, 10000, 131072, 4096,
     R"({"type": "longrope", "attention_factor": 1.19, "short_factor": [1, 1, 1, 1], "long_factor": [1, 4, 16, 64]})"},
    {96, 8, 10000, 131072, 4096,
     R"({"type": "longrope", "short_mscale": 1.1, "long_mscale": 1.3, "short_factor": [1, 1, 1, 1], "long_factor": [1, 4, 16, 64]})"},
    {128, 128, 5e5, 131072, 8192,
     R"({"type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4})"},
    {64, 64, 5e5, 131072, 8192,
     R"({"type": "llama3", "factor": 32, "low_freq_factor": 1, "high_freq_factor": 4})"},
    {128, 128, 5e5, 10485760, 8192,
     R"({"type": "llama3", "factor": 16, "low_freq_factor": 1, "high_freq_factor": 1})"},
    {128, 64, 5e5, 0, 0,
     R"({"type": "llama3", "factor": 8, "low_freq_factor": 0.5, "high_freq_factor": 9, "original_max_position_embeddings": 1000})"},
    {512, 512, 1e6, 0, 0, R"({"type": "proportional", "partial_rotary_factor": 0.25})"},
    {100, 100, 1e6, 0, 0, R"({"type": "proportional", "partial_rotary_factor": 0.33, "factor": 8})"},
    {64, 64, 1e4, 0, 0, R"({"type": "proportional"})"},
    {16, 8, 10000, 0, 0, R"({"type": "frequency_factors", "factors": [1, 1.5, 8, 32]})"},
    {48, 44, 10000, 0, 0, R"({"type": "log_spaced"})"},
    {128, 128, 10000, 0, 0, R"({"type": "log_spaced", "axes": 3})"},
    {64, 32, 10000, 0, 0, R"({"type": "pixel"})"},
    {64, 2, 10000, 0, 0, R"({"type": "pixel", "max_freq": 256})"},
    {64, 64, 10000, 0, 0, R"({"type": "circular", "period": 64})"},
    {64, 64, 10000, 0, 0, R"({"type": "circular", "period": [48.5]})"},
    {64, 64, 10000, 0, 0, R"({"type": "xpos"})"},
};

} // namespace

TEST_CASE("every recipe is its published formula", "[recipes]") {
    std::set<std::string> types;
    for (const row& r : rows) {
        const nlohmann::json scaling = nlohmann::json::parse(r.scaling);
        nlohmann::json native = {
            {"head_dim", r.head_dim}, {"rotary_dim", r.rotary_dim}, {"base", r.base}, {"scaling", scaling}};
        if (r.max_position != 0) {
            native["max_position"] = r.max_position;
        }
        if (r.original != 0) {
            native["original_max_position"] = r.original;
        }
        INFO(native.dump());
        const rope::config c = rope::config_from_json(native);
        types.insert(rope::detail::name_of(c.scaling));
        for (const long seq_len : {0L, 1L, 2048L, 5000L, 40000L, 1000000L}) {
            INFO("seq_len " << seq_len);
            oracle::facts f;
            f.head_dim = r.head_dim;
            f.dim = r.rotary_dim;
            f.base = r.base;
            f.max_position_embeddings = static_cast<double>(r.max_position);
            f.original_max_position_embeddings =
                r.original != 0 ? static_cast<double>(r.original)
                                : oracle::value(scaling, "original_max_position_embeddings", 0);
            f.seq_len = static_cast<double>(seq_len);
            oracle::require_same(rope::frequencies(c, seq_len),
                                 oracle::by_type(scaling["type"].get<std::string>(), scaling, f));
        }
    }
    // Of the recipes only those that are tested elsewhere are missing: no rotation, custom and axial frequencies.
    CHECK(types.size() + 3 == std::variant_size_v<rope::scaling>);
}

TEST_CASE("custom frequencies are taken as they are", "[recipes]") {
    const rope::config c = rope::config_from_json(nlohmann::json::parse(
        R"({"head_dim": 8, "scaling": {"type": "custom", "inverse_frequencies": [1.5, 0.1, 0, 1e-9], "attention_factor": 1.25}})"));
    const rope::frequency_set f = rope::frequencies(c);
    CHECK(f.inv_freq == std::vector<double>{1.5, 0.1, 0, 1e-9});
    CHECK(f.attention_factor == 1.25);
    CHECK(oracle::distance(oracle::from_fixed(f.step[1]),
                           oracle::big(0.1) / (oracle::big(2) * oracle::big::pi())) < 1e-50);
}

TEST_CASE("a layer without rotation has frequencies 0", "[recipes]") {
    rope::config c;
    c.head_dim = 64;
    c.scaling = rope::no_rotation{};
    const rope::frequency_set f = rope::frequencies(c);
    CHECK(f.inv_freq == std::vector<double>(32, 0.0));
    CHECK(f.attention_factor == 1);
}
