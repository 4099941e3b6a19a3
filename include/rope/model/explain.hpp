// explain: what a configuration amounts to, in words and numbers, for a person who asks why a model rotates as it does.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>
#include <string>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/model/evaluate.hpp>
#include <rope/model/frequencies.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#endif

namespace rope {
inline namespace ROPE_ABI {

// What the library makes of a configuration, a sentence each: shape, plain frequencies, what the recipe does to which
// pairs, amplitude, softmax multiplier, position axes. Throws where validate(c) fails.
std::vector<std::string> explain(const config& c, std::int64_t seq_len = 0);

#if ROPE_DEFINITIONS
namespace detail {

// The visitor of `describe` that lists parameters: "factor = 8, low_freq_factor = 1".
class parameter_words {
  public:
    std::string text = {};

    template <class T>
    void needs(const char* key, const T& value, const value_rule& rule) {
        may(key, value, rule);
    }
    void may(const char* key, const double& value, const value_rule&) { add(key, value); }
    void may(const char* key, const std::int64_t& value, const value_rule&) { add(key, value); }
    void may(const char* key, const std::optional<double>& value, const value_rule&) {
        if (value) {
            add(key, *value);
        }
    }
    template <class T>
    void may(const char* key, const std::vector<T>& list, const value_rule&) {
        if (!list.empty() && list.size() <= 4) {
            std::string all;
            for (const T& x : list) {
                all = sentence({all, all.empty() ? "" : ", ", x});
            }
            add(key, sentence({"[", all, "]"}));
        } else if (!list.empty()) {
            add(key, sentence({list.size(), " numbers from ", list.front(), " to ", list.back()}));
        }
    }
    void may(const char* key, const bool& value) { add(key, value ? "true" : "false"); }
    template <class E, std::size_t n>
    void choice(const char* key, const E& value, const char* const (&names)[n]) {
        add(key, names[static_cast<std::size_t>(value)]);
    }

  private:
    void add(const char* key, piece value) {
        text += sentence({text.empty() ? "" : ", ", key, " = ", value});
    }
};

ROPE_NOINLINE ROPE_API std::string pair_span(std::int64_t from, std::int64_t to) { // from <= i < to
    return to - from == 1 ? sentence({"pair ", from}) : sentence({"pairs ", from, " to ", to - 1});
}

// A sentence for the recipes that have more to say than their parameters.
inline std::string recipe_words(const dynamic_scaling& s, const facts<wide>& f) {
    if (f.seq_len <= f.max_position) {
        return sentence({"The sequence is not longer than max_position_embeddings = ", f.max_position,
                         ": nothing changes."});
    }
    const wide stretch = wide(s.factor) * wide(f.seq_len) / wide(f.max_position) - (wide(s.factor) - wide(1));
    return sentence({"A sequence of ", f.seq_len,
                     " tokens is beyond max_position_embeddings = ", f.max_position, ": the base becomes ",
                     number(to_double(exp(log_ntk_base(f.base, stretch, f.rotary_dim))), 9), "."});
}

inline std::string recipe_words(const qwen_scaling&, const facts<wide>& f) {
    const std::int64_t trained = f.trained_length();
    return f.seq_len <= trained ? sentence({"The sequence is not longer than the trained ", trained,
                                            " tokens: nothing changes."})
                                : sentence({"Beyond the trained ", trained, " tokens alpha is ",
                                            qwen_alpha(f.seq_len, trained), "."});
}

// "pairs 0 to 3 kept, pairs 4 to 9 blended, ...": what a ramp does to which pairs.
ROPE_NOINLINE ROPE_API std::string ramp_words(const ramp_range<wide>& range, const wide& stretch,
                                              const facts<wide>& f) {
    std::int64_t kept = 0, blended = 0;
    for (std::int64_t i = 0; i < f.pairs(); ++i) {
        const wide ramp = ramp_at(i, range);
        kept += ramp <= wide(0);
        blended += ramp > wide(0) && ramp < wide(1);
    }
    const std::int64_t end = kept + blended;
    return sentence({"The ramp runs from low = ", number(to_double(range.low), 6),
                     " to high = ", number(to_double(range.high), 6), ": ",
                     kept > 0 ? pair_span(0, kept) + " kept, " : std::string(),
                     blended > 0 ? pair_span(kept, end) : std::string("none"), " blended, ",
                     end < f.pairs() ? pair_span(end, f.pairs()) + " divided by " + number(to_double(stretch))
                                     : std::string("none divided"),
                     " (trained length ", f.trained_length(), ")."});
}

inline std::string recipe_words(const yarn_scaling& s, const facts<wide>& f) {
    const wide stretch = stretch_of<wide>(s.factor, f);
    const double mscale = s.mscale.value_or(0), all_dim = s.mscale_all_dim.value_or(0);
    std::string text = ramp_words(
        yarn_range(s.beta_fast == 0 ? 32 : s.beta_fast, s.beta_slow == 0 ? 1 : s.beta_slow, s.truncate, f),
        stretch, f);
    if (!s.factor) {
        text += sentence({" The factor is max_position_embeddings / original_max_position_embeddings = ",
                          to_double(stretch), "."});
    }
    text += s.attention_factor ? " The amplitude is attention_factor as given."
            : mscale != 0 && all_dim != 0
                ? " The amplitude is g(mscale) / g(mscale_all_dim), g(k) = 0.1 k ln(factor) + 1."
                : " The amplitude is 0.1 ln(factor) + 1.";
    if (f.latent_attention && all_dim != 0) {
        text += " Latent attention: the softmax scale is multiplied by g(mscale_all_dim)^2.";
    }
    return text;
}

inline std::string recipe_words(const deepseek_yarn_scaling& s, const facts<wide>& f) {
    return ramp_words(yarn_range(s.beta_fast, s.beta_slow, s.truncate, f), wide(s.factor), f);
}

inline std::string recipe_words(const longrope_scaling&, const facts<wide>& f) {
    const bool is_long = f.seq_len > f.trained_length();
    return sentence({"The sequence is ", is_long ? "" : "not ", "longer than the trained ",
                     f.trained_length(),
                     is_long ? " tokens: long_factor for all of it." : " tokens: short_factor."});
}

inline std::string recipe_words(const llama3_scaling& s, const facts<wide>& f) {
    std::int64_t kept = 0, divided = 0;
    for (const wide& w : apply(no_scaling{}, f).freq) {
        const wide turns = wide(f.original_max_position) * w / (wide(2) * pi<wide>());
        kept += turns > wide(s.high_freq_factor);
        divided += turns < wide(s.low_freq_factor);
    }
    const std::int64_t end = f.pairs() - divided;
    std::string text = sentence({"Within the trained ", f.original_max_position, " tokens "});
    if (kept > 0) {
        text +=
            sentence({pair_span(0, kept), " turn more than ", s.high_freq_factor, " times and are kept, "});
    }
    text += kept < end ? pair_span(kept, end) + " are blended, " : "none are blended, ";
    return text + (divided > 0 ? sentence({pair_span(end, f.pairs()), " turn less than ", s.low_freq_factor,
                                           " times and are divided by ", s.factor, "."})
                               : "none are divided.");
}

inline std::string recipe_words(const xpos_scaling&, const facts<wide>&) {
    return "The decay is not in the frequencies: queries and keys have a table each (xpos_cos_sin_tables).";
}

template <class Other>
std::string recipe_words(const Other&, const facts<wide>&) {
    return {};
}

ROPE_NOINLINE ROPE_API std::string axes_words(const frequency_set& f) {
    std::string text = "Position axes: ";
    for (std::int64_t a = 0; a < f.axes; ++a) {
        std::int64_t count = 0;
        for (const std::int64_t each : f.axis_of_pair) {
            count += each == a;
        }
        text += sentence({a == 0 ? "" : ", ", count, " pairs read axis ", a});
    }
    return text + ".";
}

ROPE_NOINLINE ROPE_API std::string frequency_words(const frequency_set& f) {
    double fastest = 0, slowest = 0;
    for (const double w : f.inv_freq) {
        const double size = w < 0 ? -w : w;
        fastest = size > fastest ? size : fastest;
        slowest = size > 0 && (slowest == 0 || size < slowest) ? size : slowest;
    }
    if (fastest == 0) {
        return {};
    }
    const double turn = 2 * pi<double>();
    return sentence({"Frequencies from ", number(fastest, 6), " to ", number(slowest, 6),
                     " radians per token: a turn takes ", number(turn / fastest, 6), " to ",
                     number(turn / slowest, 6), " tokens."});
}

ROPE_NOINLINE ROPE_API std::string idle_words(const frequency_set& f) {
    std::int64_t idle = 0;
    for (const double w : f.inv_freq) {
        idle += w == 0;
    }
    return idle == 0 ? std::string() : sentence({idle, " pairs do not turn."});
}

ROPE_NOINLINE ROPE_API std::string shape_words(const frequency_set& f) {
    const auto pairs = static_cast<std::int64_t>(f.inv_freq.size());
    std::string text = sentence({"Heads of ", f.head_dim, " elements, "});
    if (f.rotary_dim == f.head_dim) {
        text += "all of them rotate: ";
    } else if (f.rotary_offset == 0) {
        text += sentence({"the first ", f.rotary_dim, " rotate, the others stay: "});
    } else {
        text += sentence({f.rotary_dim, " rotate from element ", f.rotary_offset, ", the others stay: "});
    }
    text += sentence({pairs, " pairs, "});
    return text + (f.pairing == pairing::interleaved
                       ? "interleaved (elements 2i and 2i + 1)."
                       : sentence({"half_split (elements i and i + ", pairs, ")."}));
}

} // namespace detail

ROPE_NOINLINE ROPE_API std::vector<std::string> explain(const config& c, std::int64_t seq_len) {
    using detail::sentence;
    const frequency_set f = frequencies(c, seq_len);
    std::vector<std::string> out;
    if (std::holds_alternative<no_rotation>(c.scaling)) {
        out.push_back(sentence(
            {"Heads of ", f.head_dim, " elements. This layer has no rotary embedding: no pair turns."}));
        return out;
    }
    out.push_back(detail::shape_words(f));
    if (c.reversed) {
        out.push_back("Reversed: the model rotates by the opposite angle.");
    }
    detail::parameter_words parameters;
    scaling copy = c.scaling;
    detail::with_alternative(copy, [&](auto& s) { detail::describe(s, parameters); });
    out.push_back(sentence({"Base ", c.base, ", scaling ", detail::name_of(c.scaling),
                            parameters.text.empty() ? "" : ": ", parameters.text, "."}));
    const detail::facts<wide> facts = {detail::facts_of(c, seq_len), wide(c.base)};
    std::string recipe;
    detail::with_alternative(c.scaling, [&](const auto& s) { recipe = detail::recipe_words(s, facts); });
    for (const std::string& text : {recipe, detail::frequency_words(f), detail::idle_words(f)}) {
        if (!text.empty()) {
            out.push_back(text);
        }
    }
    out.push_back(f.attention_factor == 1
                      ? "The amplitude of cos and sin is 1."
                      : sentence({"cos and sin are multiplied by ", f.attention_factor, "."}));
    if (f.softmax_scale_multiplier != 1) {
        out.push_back(sentence({"The softmax scale is multiplied by ", f.softmax_scale_multiplier, "."}));
    }
    if (f.axes > 1) {
        out.push_back(detail::axes_words(f));
    }
    return out;
}
#endif

} // namespace ROPE_ABI
} // namespace rope
