// recipe_edits: the frequencies that a changed configuration, or a known misreading of it, has instead.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/diagnosis.hpp>
#include <rope/diagnose/samples.hpp>
#include <rope/model/config.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/support/linkage.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/model/axis_map.hpp>
#include <rope/model/evaluate.hpp>
#include <rope/model/explain.hpp>
#include <rope/model/frequencies.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <variant>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// What is done to the frequencies beside the change of the configuration.
enum class recipe_twist : std::uint8_t {
    none,
    twice,       // the recipe's ratio to the plain frequencies once more
    twice_all,   // its amplitude as well
    keep_factor, // the amplitude of the configuration as it was
    denominator  // exponents over `denominator` instead of rotary_dim
};

struct recipe_edit {
    std::vector<rotation_difference> differences = {};
    config changed = {};
    std::int64_t seq_len = 0;
    recipe_twist twist = recipe_twist::none;
    std::int64_t denominator = 0;
    int prior = 0;
};

// Nothing where such a configuration has no frequencies. factor: that of the configuration as it was.
std::optional<frequency_set> frequencies_of(const recipe_edit& e, double factor);

// The frequencies of a configuration, or nothing.
std::optional<frequency_set> frequencies_if(const config& c, std::int64_t seq_len);

// The recipe in words: "yarn (factor = 4, beta_fast = 32)".
std::string recipe_text(const config& c);

std::vector<recipe_edit> base_edits(const config& c, std::int64_t seq_len);
recipe_edit base_edit(const config& c, std::int64_t seq_len, double base);
std::vector<recipe_edit> denominator_edits(const config& c, std::int64_t seq_len);
std::vector<recipe_edit> section_edits(const config& c, std::int64_t seq_len);

// The configuration with another factor of its recipe; nothing where it has none.
std::optional<config> with_factor(const config& c, double factor);

#if ROPE_DEFINITIONS

ROPE_API std::optional<frequency_set> frequencies_if(const config& c, std::int64_t seq_len) {
    if (!config_fault(c, seq_len).empty()) {
        return std::nullopt;
    }
    return frequencies(c, seq_len);
}

inline frequency_set with_inv_freq(frequency_set f, const std::vector<double>& inv_freq) {
    const wide turns = wide(1) / (wide(2) * pi<wide>());
    for (std::size_t i = 0; i < f.inv_freq.size(); ++i) {
        f.inv_freq[i] = inv_freq[i];
        f.step[i] = to_q64_192(wide(inv_freq[i]) * turns);
    }
    return f;
}

ROPE_API std::optional<frequency_set> frequencies_of(const recipe_edit& e, double factor) {
    config c = e.changed;
    std::optional<frequency_set> f;
    if (e.twist == recipe_twist::denominator) {
        const std::int64_t d = c.rotary_dim == 0 ? c.head_dim : c.rotary_dim;
        if (!std::holds_alternative<no_scaling>(c.scaling) &&
            e.denominator > d) { // the first pairs of a wider head
            config whole = c;
            whole.head_dim = whole.rotary_dim = e.denominator;
            whole.rotary_offset = 0;
            whole.sections.clear();
            whole.axis_of_pair.clear();
            const auto wide_set = frequencies_if(whole, e.seq_len);
            f = wide_set ? frequencies_if(c, e.seq_len) : std::nullopt;
            if (f) {
                std::vector<double> first = wide_set->inv_freq;
                first.resize(f->inv_freq.size());
                f = with_inv_freq(*f, first);
            }
            return f;
        }
        f = frequencies_if(c, e.seq_len);
        if (f && std::holds_alternative<no_scaling>(c.scaling)) {
            std::vector<double> list;
            for (std::size_t i = 0; i < f->inv_freq.size(); ++i) {
                list.push_back(
                    (c.reversed ? -1 : 1) *
                    std::pow(c.base, -2.0 * static_cast<double>(i) / static_cast<double>(e.denominator)));
            }
            return with_inv_freq(*f, list);
        }
        return std::nullopt;
    }
    f = frequencies_if(c, e.seq_len);
    if (!f) {
        return f;
    }
    if (e.twist == recipe_twist::twice || e.twist == recipe_twist::twice_all) {
        config plain = c;
        plain.scaling = no_scaling{};
        plain.sections.clear();
        plain.axis_of_pair = f->axis_of_pair;
        const auto unscaled = frequencies_if(plain, e.seq_len);
        if (!unscaled) {
            return std::nullopt;
        }
        std::vector<double> list;
        for (std::size_t i = 0; i < f->inv_freq.size(); ++i) {
            const double w = unscaled->inv_freq[i];
            list.push_back(w == 0 ? 0 : f->inv_freq[i] * (f->inv_freq[i] / w));
        }
        const double once = f->attention_factor;
        f = with_inv_freq(*f, list);
        f->attention_factor = e.twist == recipe_twist::twice_all ? once * once : once;
    } else if (e.twist == recipe_twist::keep_factor) {
        f->attention_factor = factor;
    }
    return f;
}

ROPE_API std::string recipe_text(const config& c) {
    parameter_words words;
    with_alternative(const_cast<scaling&>(c.scaling),
                     [&words](auto& alternative) { describe(alternative, words); });
    return std::string(name_of(c.scaling)) + (words.text.empty() ? "" : " (" + words.text + ")");
}

ROPE_API std::optional<config> with_factor(const config& c, double factor) {
    config out = c;
    bool has = true;
    if (auto* l = std::get_if<linear_scaling>(&out.scaling)) {
        l->factor = factor;
    } else if (auto* d = std::get_if<dynamic_scaling>(&out.scaling)) {
        d->factor = factor;
    } else if (auto* n = std::get_if<ntk_scaling>(&out.scaling)) {
        n->factor = factor;
    } else if (auto* v = std::get_if<ntk_vllm_scaling>(&out.scaling)) {
        v->factor = factor;
    } else if (auto* x = std::get_if<ntk_mixed_scaling>(&out.scaling)) {
        x->factor = factor;
    } else if (auto* a = std::get_if<dynamic_alpha_scaling>(&out.scaling)) {
        a->alpha = factor;
    } else if (auto* y = std::get_if<yarn_scaling>(&out.scaling)) {
        y->factor = factor;
    } else if (auto* s = std::get_if<deepseek_yarn_scaling>(&out.scaling)) {
        s->factor = factor;
    } else if (auto* g = std::get_if<grok_scaling>(&out.scaling)) {
        g->factor = factor;
    } else if (auto* r = std::get_if<longrope_scaling>(&out.scaling)) {
        r->factor = factor;
    } else if (auto* m = std::get_if<llama3_scaling>(&out.scaling)) {
        m->factor = factor;
    } else if (auto* p = std::get_if<proportional_scaling>(&out.scaling)) {
        p->factor = factor;
    } else {
        has = false;
    }
    return has ? std::optional<config>(out) : std::nullopt;
}

ROPE_API recipe_edit base_edit(const config& c, std::int64_t seq_len, double base) {
    recipe_edit e;
    e.differences = {{aspect::base, number(c.base), number(base)}};
    e.changed = c;
    e.changed.base = base;
    e.seq_len = seq_len;
    e.prior = 10;
    return e;
}

ROPE_API std::vector<recipe_edit> base_edits(const config& c, std::int64_t seq_len) {
    std::vector<recipe_edit> out;
    for (const double base :
         {1e4,      5e5, 1e6, 1e5,        5e6, 1e7,    150000.0, 1e3,     2e4,     5e4, 2e5, 250000.0,
          3e5,      8e6, 2e6, 11158840.0, 1e2, 2500.0, 5e3,      25000.0, 26000.0, 4e4, 8e4, 130000.0,
          160000.0, 4e5, 6e5, 640000.0,   8e5, 1.5e6,  3e6,      4e6,     5e7,     1e8, 1e9, 32000.0}) {
        if (base != c.base) {
            out.push_back(base_edit(c, seq_len, base));
        }
    }
    return out;
}

ROPE_API std::vector<recipe_edit> denominator_edits(const config& c, std::int64_t seq_len) {
    std::vector<recipe_edit> out;
    const std::int64_t d = c.rotary_dim == 0 ? c.head_dim : c.rotary_dim;
    std::vector<std::int64_t> seen = {d};
    for (const std::int64_t other : {c.head_dim, 2 * d, d / 2, c.head_dim / 2, 4 * d, d / 4, d - 2, d + 2}) {
        if (other >= 2 && std::find(seen.begin(), seen.end(), other) == seen.end()) {
            seen.push_back(other);
            recipe_edit e;
            e.differences = {
                {aspect::rotary_dim, sentence({"exponents over ", d}), sentence({"exponents over ", other})}};
            e.changed = c;
            e.seq_len = seq_len;
            e.twist = recipe_twist::denominator;
            e.denominator = other;
            e.prior = other == c.head_dim ? 9 : 42; // before a base that would do the same
            out.push_back(std::move(e));
        }
    }
    return out;
}

inline const char* order_name(section_order order) {
    constexpr const char* names[] = {"contiguous", "interleaved", "interleaved_ggml", "ernie", "pangu"};
    return names[static_cast<std::size_t>(order)];
}

ROPE_API std::vector<recipe_edit> section_edits(const config& c, std::int64_t seq_len) {
    std::vector<recipe_edit> out;
    if (c.sections.size() < 2 || c.sections.size() > 4) {
        return out;
    }
    const std::string expected = joined(c.sections) + " " + order_name(c.section_order);
    std::vector<std::size_t> order(c.sections.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
        order[k] = k;
    }
    do {
        for (const section_order way :
             {section_order::contiguous, section_order::interleaved, section_order::interleaved_ggml,
              section_order::ernie, section_order::pangu}) {
            recipe_edit e;
            e.changed = c;
            e.changed.section_order = way;
            for (std::size_t k = 0; k < order.size(); ++k) {
                e.changed.sections[k] = c.sections[order[k]];
            }
            if (e.changed.sections == c.sections && way == c.section_order) {
                continue;
            }
            e.seq_len = seq_len;
            e.differences = {
                {aspect::sections, expected, joined(e.changed.sections) + " " + order_name(way)}};
            e.prior = e.changed.sections == c.sections ? 40 : 44;
            out.push_back(std::move(e));
        }
        recipe_edit blocks; // whole sections, each with its axis, in another order
        blocks.changed = c;
        blocks.changed.sections.clear();
        std::string found;
        for (const std::size_t k : order) {
            blocks.changed.axis_of_pair.insert(blocks.changed.axis_of_pair.end(), index_of(c.sections[k]),
                                               static_cast<std::int64_t>(k));
            found += sentence({found.empty() ? "" : ", ", c.sections[k], " of axis ", k});
        }
        if (blocks.changed.axis_of_pair != axis_map_of(c).axis_of_pair) {
            blocks.seq_len = seq_len;
            blocks.differences = {{aspect::sections, expected, found}};
            blocks.prior = 42;
            out.push_back(std::move(blocks));
        }
    } while (std::next_permutation(order.begin(), order.end()));
    return out;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
