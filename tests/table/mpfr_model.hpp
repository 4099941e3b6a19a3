// What a table must hold, by MPFR alone: the steps of a configuration's text, and the exact cos and sin of a
// position. Nothing of the library's arithmetic is used. The formulas are those of the papers (see the field
// guide in README).
// SPDX-License-Identifier: MIT
#pragma once

#include "support/mpfr_real.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace test {

// Turns per token of each pair, and the amplitude.
struct exact_model {
    std::vector<real> step;
    real amplitude = real(1);
};

// The frequencies of a Hugging Face config.json without scaling, or with linear, llama3 or yarn (theta and
// lengths from the top level). False for a text that says more than this oracle knows.
inline bool read_exact_model(const std::string& path, exact_model& model) {
    std::ifstream file(path);
    const nlohmann::json c = nlohmann::json::parse(file);
    for (const char* unknown : {"text_config", "rope_parameters", "qk_rope_head_dim", "rotary_dim",
                                "kv_channels", "n_embd", "rotary_emb_base", "global_rope_theta",
                                "global_head_dim", "rotary_pct", "rope_ratio", "rope_local_base_freq"}) {
        if (c.contains(unknown)) {
            return false;
        }
    }
    std::int64_t d = 0;
    if (c.contains("head_dim") && !c["head_dim"].is_null()) {
        d = c["head_dim"].get<std::int64_t>();
    } else if (c.contains("hidden_size") && c.contains("num_attention_heads")) {
        d = c["hidden_size"].get<std::int64_t>() / c["num_attention_heads"].get<std::int64_t>();
    } else {
        return false;
    }
    if (c.contains("partial_rotary_factor")) {
        d = static_cast<std::int64_t>(static_cast<double>(d) * c["partial_rotary_factor"].get<double>());
    }
    const real base(c.value("rope_theta", 10000.0)), one(1);
    std::vector<real> w;
    for (std::int64_t i = 0; i < d / 2; ++i) {
        w.push_back(pow(base, real(-2.0 * static_cast<double>(i)) / real(static_cast<double>(d))));
    }
    const real turn = real(2) * real::pi();
    if (c.contains("rope_scaling") && !c["rope_scaling"].is_null()) {
        const nlohmann::json& s = c["rope_scaling"];
        const std::string type = s.contains("rope_type") ? s["rope_type"] : s["type"];
        const real factor(s.value("factor", 1.0));
        const real length(s.value("original_max_position_embeddings", 0.0));
        if (type == "linear") {
            for (real& x : w) {
                x = x / factor;
            }
        } else if (type == "llama3") {
            const real low(s["low_freq_factor"].get<double>()), high(s["high_freq_factor"].get<double>());
            for (real& x : w) {
                const real wavelength = turn / x;
                if (length / low < wavelength) {
                    x = x / factor;
                } else if (!(wavelength < length / high)) {
                    const real smooth = (length / wavelength - low) / (high - low);
                    x = (one - smooth) * x / factor + smooth * x;
                }
            }
        } else if (type == "yarn" && s.size() == 3 && s.contains("original_max_position_embeddings")) {
            // floor and ceil of d ln(L / (2 pi beta)) / (2 ln base), beta 32 and 1; a ramp between them.
            const auto correction = [&](double beta) {
                return real(static_cast<double>(d)) * log(length / (turn * real(beta))) /
                       (real(2) * log(base));
            };
            double low = floor(correction(32)).to_double(),
                   high = -floor(real(0) - correction(1)).to_double();
            low = low < 0 ? 0 : low;
            high = high > static_cast<double>(d - 1) ? static_cast<double>(d - 1) : high;
            for (std::size_t i = 0; i < w.size(); ++i) {
                real ramp = (real(static_cast<double>(i)) - real(low)) / (real(high) - real(low));
                ramp = ramp < real(0) ? real(0) : one < ramp ? one : ramp;
                w[i] = w[i] / factor * ramp + w[i] * (one - ramp);
            }
            model.amplitude = real(1) / real(10) * log(factor) + one; // 0.1 as a real number
        } else {
            return false;
        }
    }
    model.step.clear();
    for (const real& x : w) {
        model.step.push_back(x / turn);
    }
    return true;
}

// amplitude cos and amplitude sin of 2 pi step position, to 150 bits relative, after a reduction in 400.
class entry_256 {
  public:
    entry_256()
        : turns_(0, 400), quarters_(0, 400), angle_(0, 160), cosine(0, 160), sine(0, 160), pi_(real::pi()),
          four_(4) {}

    void operator()(const real& step, const real& position, const real& amplitude) {
        mpfr_mul(turns_.get(), step.get(), position.get(), MPFR_RNDN);
        mpfr_mul_2ui(turns_.get(), turns_.get(), 2, MPFR_RNDN);
        mpfr_rint(quarters_.get(), turns_.get(), MPFR_RNDN);
        mpfr_sub(turns_.get(), turns_.get(), quarters_.get(), MPFR_RNDN);
        mpfr_mul(angle_.get(), turns_.get(), pi_.get(), MPFR_RNDN);
        mpfr_div_2ui(angle_.get(), angle_.get(), 1, MPFR_RNDN);
        mpfr_sin_cos(sine.get(), cosine.get(), angle_.get(), MPFR_RNDN);
        mpfr_fmod(quarters_.get(), quarters_.get(), four_.get(), MPFR_RNDN);
        const long quarter = (mpfr_get_si(quarters_.get(), MPFR_RNDN) + 4) % 4;
        if (quarter % 2 != 0) {
            mpfr_swap(sine.get(), cosine.get());
        }
        if (quarter == 1 || quarter == 2) {
            mpfr_neg(cosine.get(), cosine.get(), MPFR_RNDN);
        }
        if (quarter == 2 || quarter == 3) {
            mpfr_neg(sine.get(), sine.get(), MPFR_RNDN);
        }
        mpfr_mul(cosine.get(), cosine.get(), amplitude.get(), MPFR_RNDN);
        mpfr_mul(sine.get(), sine.get(), amplitude.get(), MPFR_RNDN);
        if (mpfr_zero_p(sine.get())) { // angle 0
            mpfr_set_zero(sine.get(), 1);
        }
    }

  private:
    real turns_, quarters_, angle_;

  public:
    real cosine, sine;

  private:
    real pi_, four_;
};

// Denominators below `limit` of the convergents of x > 0: the positions at which x position comes nearest to
// an integer.
inline std::vector<std::int64_t> convergents(real x, double limit) {
    std::vector<std::int64_t> result;
    std::int64_t before = 0, last = 1;
    x = x - floor(x);
    while (!mpfr_zero_p(x.get())) {
        x = real(1) / x;
        const real whole = floor(x);
        const double next = whole.to_double() * static_cast<double>(last) + static_cast<double>(before);
        if (!(next < limit * 0.999)) {
            break;
        }
        const std::int64_t denominator = std::int64_t{mpfr_get_si(whole.get(), MPFR_RNDN)} * last + before;
        before = last;
        last = denominator;
        result.push_back(last);
        x = x - whole;
    }
    return result;
}

} // namespace test
