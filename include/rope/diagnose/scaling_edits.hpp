// scaling_edits: other recipes than the configuration's, and the same one with other numbers.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/recipe_edits.hpp>
#include <rope/support/linkage.hpp>

#include <cstdint>
#include <vector>

#if ROPE_DEFINITIONS
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

std::vector<recipe_edit> scaling_edits(const config& c, std::int64_t seq_len);

#if ROPE_DEFINITIONS

// Collects edits of the recipe.
class scaling_edit_list {
  public:
    scaling_edit_list(const config& c, std::int64_t seq_len) : c_(c), seq_len_(seq_len) {}
    std::vector<recipe_edit> edits = {};

    void add(const config& changed, const std::string& found, int prior,
             recipe_twist twist = recipe_twist::none) {
        add(changed, found, prior, twist, seq_len_);
    }
    void add(const config& changed, const std::string& found, int prior, recipe_twist twist,
             std::int64_t seq_len) {
        recipe_edit e;
        e.differences = {{aspect::recipe, expected(), found}};
        e.changed = changed;
        e.seq_len = seq_len;
        e.twist = twist;
        e.prior = prior;
        edits.push_back(std::move(e));
    }
    void add_scaling(const scaling& s, int prior, std::int64_t original = 0) {
        config changed = c_;
        changed.scaling = s;
        if (original != 0) {
            changed.original_max_position = original;
        }
        add(changed,
            recipe_text(changed) +
                (original != 0 ? sentence({", original_max_position ", original}) : std::string()),
            prior);
    }
    std::string expected() const { return recipe_text(c_); }

  private:
    const config& c_;
    std::int64_t seq_len_;
};

inline double factor_of(const config& c) {
    double found = 0;
    std::visit(
        [&found](const auto& s) {
            using type = std::decay_t<decltype(s)>;
            if constexpr (std::is_same_v<type, yarn_scaling> || std::is_same_v<type, longrope_scaling>) {
                found = s.factor.value_or(0);
            } else if constexpr (std::is_same_v<type, dynamic_alpha_scaling>) {
                found = s.alpha;
            } else if constexpr (std::is_same_v<type, linear_scaling> ||
                                 std::is_same_v<type, dynamic_scaling> || std::is_same_v<type, ntk_scaling> ||
                                 std::is_same_v<type, ntk_vllm_scaling> ||
                                 std::is_same_v<type, ntk_mixed_scaling> ||
                                 std::is_same_v<type, llama3_scaling> ||
                                 std::is_same_v<type, deepseek_yarn_scaling> ||
                                 std::is_same_v<type, grok_scaling> ||
                                 std::is_same_v<type, proportional_scaling>) {
                found = s.factor;
            }
        },
        c.scaling);
    if (found == 0 && c.original_max_position > 0 && c.max_position > 0) {
        found = static_cast<double>(c.max_position) / static_cast<double>(c.original_max_position);
    }
    return found;
}

// The numbers that stand in a recipe beside its factor.
inline void add_parameter_edits(scaling_edit_list& list, const config& c) {
    if (const auto* y = std::get_if<yarn_scaling>(&c.scaling)) {
        yarn_scaling s = *y;
        s.truncate = !s.truncate;
        list.add_scaling(s, 25);
        for (const auto& [fast, slow] : {std::pair{32.0, 1.0},
                                         {64.0, 1.0},
                                         {16.0, 1.0},
                                         {32.0, 2.0},
                                         {32.0, 4.0},
                                         {128.0, 1.0},
                                         {8.0, 1.0}}) {
            s = *y;
            s.beta_fast = fast;
            s.beta_slow = slow;
            list.add_scaling(s, 27);
        }
    } else if (const auto* d = std::get_if<deepseek_yarn_scaling>(&c.scaling)) {
        deepseek_yarn_scaling s = *d;
        s.truncate = !s.truncate;
        list.add_scaling(s, 25);
        for (const auto& [fast, slow] : {std::pair{32.0, 1.0}, {64.0, 1.0}, {16.0, 1.0}, {32.0, 2.0}}) {
            s = *d;
            s.beta_fast = fast;
            s.beta_slow = slow;
            list.add_scaling(s, 27);
        }
    } else if (const auto* l = std::get_if<llama3_scaling>(&c.scaling)) {
        for (const auto& [low, high] :
             {std::pair{1.0, 4.0}, {1.0, 1.0}, {1.0, 2.0}, {1.0, 8.0}, {2.0, 4.0}, {4.0, 4.0}, {1.0, 32.0}}) {
            llama3_scaling s = *l;
            s.low_freq_factor = low;
            s.high_freq_factor = high;
            list.add_scaling(s, 27);
        }
    } else if (const auto* p = std::get_if<proportional_scaling>(&c.scaling)) {
        for (const double part : {1.0, 0.25, 0.5, 0.75}) {
            proportional_scaling s = *p;
            s.partial_rotary_factor = part;
            list.add_scaling(s, 27);
        }
    } else if (const auto* r = std::get_if<longrope_scaling>(&c.scaling)) {
        longrope_scaling s = *r;
        std::swap(s.short_factor, s.long_factor);
        config changed = c;
        changed.scaling = s;
        list.add(changed, "the short list for the long one and the other way round", 23);
        list.add(changed, "the other of the two lists, the attention factor kept", 24,
                 recipe_twist::keep_factor);
    } else if (const auto* f = std::get_if<frequency_factors_scaling>(&c.scaling)) {
        frequency_factors_scaling s = *f;
        for (double& x : s.factors) {
            x = 1 / x;
        }
        list.add_scaling(s, 25);
    }
}

ROPE_API std::vector<recipe_edit> scaling_edits(const config& c, std::int64_t seq_len) {
    scaling_edit_list list(c, seq_len);
    const bool plain = std::holds_alternative<no_scaling>(c.scaling);
    const double own = factor_of(c);
    config none = c;
    none.scaling = no_scaling{};
    if (!plain) {
        list.add(none, "none", 20);
        list.add(none, "none, but its attention factor", 21, recipe_twist::keep_factor);
        list.add(c, "applied twice", 22, recipe_twist::twice);
        list.add(c, "applied twice, its attention factor too", 22, recipe_twist::twice_all);
    }
    add_parameter_edits(list, c);
    std::vector<double> factors;
    for (const double k : {2.0, 4.0,  8.0,  16.0, 32.0, 40.0, 64.0, 1.5,     2.5,     3.0,     5.0,
                           6.0, 10.0, 12.0, 20.0, 24.0, 48.0, 1.0,  own / 2, own * 2, own / 4, own * 4}) {
        if (k >= 1 && std::find(factors.begin(), factors.end(), k) == factors.end()) {
            factors.push_back(k);
        }
    }
    for (const double k : factors) {
        const auto changed = k == own ? std::nullopt : with_factor(c, k);
        if (changed) {
            list.add(*changed, recipe_text(*changed), 26);
            list.add(*changed, recipe_text(*changed) + ", the attention factor kept", 27,
                     recipe_twist::keep_factor);
        }
    }
    std::vector<std::int64_t> lengths;
    for (std::int64_t n :
         {c.max_position, c.original_max_position, std::int64_t{8192}, std::int64_t{4096}, std::int64_t{2048},
          std::int64_t{16384}, std::int64_t{32768}, std::int64_t{1024}, std::int64_t{65536},
          std::int64_t{131072}, std::int64_t{262144}, std::int64_t{512}, std::int64_t{1048576}}) {
        if (n > 0 && std::find(lengths.begin(), lengths.end(), n) == lengths.end()) {
            lengths.push_back(n);
        }
    }
    if (!plain) {
        for (const std::int64_t n : lengths) {
            config changed = c;
            changed.original_max_position = n;
            list.add(changed, sentence({"original_max_position_embeddings = ", n}), 26);
            list.add(changed,
                     sentence({"original_max_position_embeddings = ", n, ", the attention factor kept"}), 27,
                     recipe_twist::keep_factor);
            changed = c;
            changed.max_position = n;
            list.add(changed, sentence({"max_position_embeddings = ", n}), 28);
            list.add(c, sentence({"that of a sequence of ", n}), n == c.max_position ? 23 : 28,
                     recipe_twist::none, n);
            list.add(c, sentence({"that of a sequence of ", n + 1}), 29, recipe_twist::none, n + 1);
        }
        list.add(c, "that of a short sequence", 23, recipe_twist::none, 1);
    }
    const std::int64_t trained = c.original_max_position > 0 ? c.original_max_position
                                 : c.max_position > 0        ? c.max_position
                                                             : 4096;
    for (const double k : plain ? factors : std::vector<double>{own}) {
        if (!(k > 1)) {
            continue;
        }
        list.add_scaling(linear_scaling{k}, 59); // the same as positions divided by k
        list.add_scaling(ntk_scaling{k}, 32);
        dynamic_scaling dynamic;
        dynamic.factor = k;
        list.add_scaling(dynamic, 33);
        yarn_scaling yarn;
        yarn.factor = k;
        llama3_scaling llama3;
        llama3.factor = k;
        for (const std::int64_t n : {trained, std::int64_t{8192}, std::int64_t{4096}, std::int64_t{32768}}) {
            list.add_scaling(yarn, 34, n);
            list.add_scaling(llama3, 34, n);
        }
    }
    return std::move(list.edits);
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
