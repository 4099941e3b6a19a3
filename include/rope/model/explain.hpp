// explain: what a configuration amounts to, in words and numbers, for a person who asks why a model rotates as it does.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequencies.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The visitor of `describe` that lists parameters: "factor = 8, low_freq_factor = 1".
struct parameter_words {
    std::string text = {};

    template <class T>
    void needs(const char* key, const T& value, const value_rule& rule) {
        may(key, value, rule);
    }
    void may(const char* key, const double& value, const value_rule&) { add(key, number(value)); }
    void may(const char* key, const std::int64_t& value, const value_rule&) { add(key, number(value)); }
    void may(const char* key, const std::optional<double>& value, const value_rule&) {
        if (value) {
            add(key, number(*value));
        }
    }
    template <class T>
    void may(const char* key, const std::vector<T>& list, const value_rule&) {
        if (!list.empty() && list.size() <= 4) {
            std::string all;
            for (const T& x : list) {
                all += (all.empty() ? "" : ", ") + number(x);
            }
            add(key, "[" + all + "]");
        } else if (!list.empty()) {
            add(key, std::to_string(list.size()) + " numbers from " + number(list.front()) + " to " +
                         number(list.back()));
        }
    }
    void may(const char* key, const bool& value) { add(key, value ? "true" : "false"); }
    template <class E, std::size_t n>
    void choice(const char* key, const E& value, const char* const (&names)[n]) {
        add(key, names[static_cast<std::size_t>(value)]);
    }

  private:
    void add(const char* key, const std::string& value) {
        text += (text.empty() ? "" : ", ") + std::string(key) + " = " + value;
    }
};

inline std::string pair_span(std::int64_t from, std::int64_t to) { // from <= i < to
    return to - from == 1 ? "pair " + number(from) : "pairs " + number(from) + " to " + number(to - 1);
}

// What a recipe does beyond what its parameters say, as a sentence; empty for most recipes.
template <class S>
std::string recipe_sentence(const S&, const facts<double>&) {
    return {};
}

inline std::string recipe_sentence(const dynamic_scaling& s, const facts<double>& f) {
    if (f.seq_len <= f.max_position) {
        return "The sequence is not longer than max_position_embeddings = " + number(f.max_position) +
               ": nothing changes.";
    }
    const double stretch =
        s.factor * static_cast<double>(f.seq_len) / static_cast<double>(f.max_position) - (s.factor - 1);
    return "A sequence of " + number(f.seq_len) +
           " tokens is beyond max_position_embeddings = " + number(f.max_position) + ": the base becomes " +
           number(exp(log_ntk_base(f.base, stretch, f.rotary_dim)), 9) + ".";
}

inline std::string recipe_sentence(const xpos_scaling&, const facts<double>&) {
    return "The decay is not in the frequencies: queries and keys have a table each (xpos_cos_sin_tables).";
}

inline std::string recipe_sentence(const qwen_scaling&, const facts<double>& f) {
    const std::int64_t trained = f.trained_length();
    return f.seq_len <= trained ? "The sequence is not longer than the trained " + number(trained) +
                                      " tokens: nothing changes."
                                : "Beyond the trained " + number(trained) + " tokens alpha is " +
                                      number(qwen_alpha(f.seq_len, trained)) + ".";
}

inline std::string ramp_sentence(const ramp_range<double>& range, double stretch, const facts<double>& f) {
    std::int64_t kept = 0, blended = 0;
    for (std::int64_t i = 0; i < f.pairs(); ++i) {
        const double ramp = ramp_at(i, range);
        kept += ramp <= 0;
        blended += ramp > 0 && ramp < 1;
    }
    std::string text =
        "The ramp runs from low = " + number(range.low, 6) + " to high = " + number(range.high, 6) + ": ";
    text += kept > 0 ? pair_span(0, kept) + " kept, " : std::string();
    text += blended > 0 ? pair_span(kept, kept + blended) + " blended, " : std::string("none blended, ");
    text += kept + blended < f.pairs()
                ? pair_span(kept + blended, f.pairs()) + " divided by " + number(stretch)
                : std::string("none divided");
    return text + " (trained length " + number(f.trained_length()) + ").";
}

inline std::string recipe_sentence(const yarn_scaling& s, const facts<double>& f) {
    const double stretch = stretch_of(s.factor, f), mscale = s.mscale.value_or(0),
                 all_dim = s.mscale_all_dim.value_or(0);
    std::string text = ramp_sentence(
        yarn_range(s.beta_fast == 0 ? 32 : s.beta_fast, s.beta_slow == 0 ? 1 : s.beta_slow, s.truncate, f),
        stretch, f);
    text += s.factor ? ""
                     : " The factor is max_position_embeddings / original_max_position_embeddings = " +
                           number(stretch) + ".";
    text += s.attention_factor ? " The amplitude is attention_factor as given."
            : mscale != 0 && all_dim != 0
                ? " The amplitude is g(mscale) / g(mscale_all_dim), g(k) = 0.1 k ln(factor) + 1."
                : " The amplitude is 0.1 ln(factor) + 1.";
    if (f.latent_attention && all_dim != 0) {
        text += " Latent attention: the softmax scale is multiplied by g(mscale_all_dim)^2.";
    }
    return text;
}

inline std::string recipe_sentence(const deepseek_yarn_scaling& s, const facts<double>& f) {
    return ramp_sentence(yarn_range(s.beta_fast, s.beta_slow, s.truncate, f), s.factor, f);
}

inline std::string recipe_sentence(const longrope_scaling&, const facts<double>& f) {
    return f.seq_len > f.trained_length()
               ? "The sequence is longer than the trained " + number(f.trained_length()) +
                     " tokens: long_factor for all of it."
               : "The sequence is not longer than the trained " + number(f.trained_length()) +
                     " tokens: short_factor.";
}

inline std::string recipe_sentence(const llama3_scaling& s, const facts<double>& f) {
    const std::vector<double> plain = apply(no_scaling{}, f).freq;
    std::int64_t kept = 0, divided = 0;
    for (const double w : plain) {
        const double turns = static_cast<double>(f.original_max_position) * w / (2 * pi<double>());
        kept += turns > s.high_freq_factor;
        divided += turns < s.low_freq_factor;
    }
    const std::int64_t blended = f.pairs() - kept - divided;
    return "Within the trained " + number(f.original_max_position) + " tokens " +
           (kept > 0 ? pair_span(0, kept) + " turn more than " + number(s.high_freq_factor) +
                           " times and are kept, "
                     : std::string()) +
           (blended > 0 ? pair_span(kept, kept + blended) + " are blended, "
                        : std::string("none are blended, ")) +
           (divided > 0 ? pair_span(f.pairs() - divided, f.pairs()) + " turn less than " +
                              number(s.low_freq_factor) + " times and are divided by " + number(s.factor)
                        : std::string("none are divided")) +
           ".";
}

inline std::string axes_sentence(const frequency_set& f) {
    std::string text;
    for (std::int64_t a = 0; a < f.axes; ++a) {
        std::int64_t count = 0;
        for (const std::int64_t each : f.axis_of_pair) {
            count += each == a;
        }
        text += (a == 0 ? "" : ", ") + number(count) + " pairs read axis " + number(a);
    }
    return "Position axes: " + text + ".";
}

} // namespace detail

// What the library makes of a configuration, a sentence each: shape, plain frequencies, what the recipe does to which
// pairs, amplitude, softmax multiplier, position axes. Throws where validate(c) fails.
inline std::vector<std::string> explain(const config& c, std::int64_t seq_len = 0) {
    using detail::number;
    const frequency_set f = frequencies(c, seq_len);
    const detail::facts<double> facts = detail::facts_of<double>(c, seq_len);
    const std::int64_t pairs = static_cast<std::int64_t>(f.inv_freq.size());
    std::vector<std::string> out;
    if (std::holds_alternative<no_rotation>(c.scaling)) {
        out.push_back("Heads of " + number(f.head_dim) +
                      " elements. This layer has no rotary embedding: no pair turns.");
        return out;
    }
    const std::string part =
        f.rotary_dim == f.head_dim ? "all of them rotate"
        : f.rotary_offset == 0
            ? "the first " + number(f.rotary_dim) + " rotate, the others stay"
            : number(f.rotary_dim) + " rotate from element " + number(f.rotary_offset) + ", the others stay";
    out.push_back(
        "Heads of " + number(f.head_dim) + " elements, " + part + ": " + number(pairs) + " pairs, " +
        (f.pairing == pairing::interleaved ? "interleaved (elements 2i and 2i + 1)."
                                           : "half_split (elements i and i + " + number(pairs) + ")."));
    scaling copy = c.scaling;
    detail::parameter_words words;
    std::visit([&words](auto& s) { detail::describe(s, words); }, copy);
    const char* name = std::visit([](const auto& s) { return s.name; }, c.scaling);
    out.push_back("Base " + number(c.base) + ", scaling " + name +
                  (words.text.empty() ? "" : ": " + words.text) + ".");
    std::string sentence =
        std::visit([&facts](const auto& s) { return detail::recipe_sentence(s, facts); }, c.scaling);
    if (!sentence.empty()) {
        out.push_back(std::move(sentence));
    }
    double fastest = 0, slowest = 0;
    std::int64_t unrotated = 0;
    for (const double w : f.inv_freq) {
        const double size = w < 0 ? -w : w;
        unrotated += size == 0;
        fastest = size > fastest ? size : fastest;
        slowest = size > 0 && (slowest == 0 || size < slowest) ? size : slowest;
    }
    if (fastest > 0) {
        const double turn = 2 * pi<double>();
        out.push_back("Frequencies from " + number(fastest, 6) + " to " + number(slowest, 6) +
                      " radians per token: a turn takes " + number(turn / fastest, 6) + " to " +
                      number(turn / slowest, 6) + " tokens.");
    }
    if (unrotated > 0) {
        out.push_back(number(unrotated) + " pairs do not turn.");
    }
    out.push_back(f.attention_factor == 1
                      ? std::string("The amplitude of cos and sin is 1.")
                      : "cos and sin are multiplied by " + number(f.attention_factor) + ".");
    if (f.softmax_scale_multiplier != 1) {
        out.push_back("The softmax scale is multiplied by " + number(f.softmax_scale_multiplier) + ".");
    }
    if (f.axes > 1) {
        out.push_back(detail::axes_sentence(f));
    }
    return out;
}

} // namespace ROPE_ABI
} // namespace rope
