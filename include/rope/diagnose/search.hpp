// search: from samples and a configuration to the explanations of what was done.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/candidates.hpp>
#include <rope/diagnose/fit_base.hpp>
#include <rope/diagnose/layouts.hpp>
#include <rope/diagnose/recipe_edits.hpp>
#include <rope/diagnose/scaling_edits.hpp>
#include <rope/support/linkage.hpp>

#if ROPE_DEFINITIONS
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct search_options {
    std::int64_t seq_len = 0;
    std::vector<rotation_difference> given = {}; // what differs by the choice of the samples
};

class rotation_search {
  public:
    rotation_search(const vector_samples& v, const config& c, const frequency_set& f, const search_options& o)
        : v_(v), c_(c), own_(f), o_(o), list_(v, f.attention_factor) {
        given_ = static_cast<int>(o.given.size());
    }

    // The configuration's own rotation.
    hypothesis as_configured() const {
        hypothesis h;
        h.layout = layout_of(own_);
        h.frequencies = own_;
        h.amplitude = own_.attention_factor;
        h.differences = o_.given;
        return h;
    }

    // Whether the samples are a rotation by angles of their tokens at all, under some choice of pairs.
    bool is_rotation() {
        look();
        return std::any_of(views_.begin(), views_.end(), [](const layout_view& w) {
            return !w.angles.is_still() || std::fabs(w.angles.modulus - 1) < coarse_gate;
        });
    }

    const std::vector<hypothesis>& confirmed() const { return list_.confirmed; }
    const std::vector<hypothesis>& coarse() const { return list_.coarse; }

    // One thing that differs; then one that is a number to be found; then two. Stops where the elements confirm one.
    void run_singles() {
        look();
        if (own_.rotary_offset + own_.rotary_dim <= v_.dim) { // float angles may be far from its own
            list_.coarse.push_back(as_configured());
        }
        for (const layout_view& w : views_) {
            explore(w, 1 + given_);
        }
        list_.confirm(3 + given_);
    }

    void run_fitted_singles() {
        for (const layout_view& w : views_) {
            fit_bases(w, 1 + given_);
        }
        list_.confirm(1 + given_);
    }

    void run_doubles() {
        for (const layout_view& w : views_) {
            explore(w, 2 + given_);
            fit_bases(w, 2 + given_);
        }
        list_.confirm(3 + given_);
    }

    // Positions that follow no rule, where nothing else explains the samples.
    void run_lists() {
        lists_ = true;
        for (const layout_view& w : views_) {
            if (const auto f = frequencies_if(w.changed, o_.seq_len)) {
                try_set(w, *f, {}, 0, 2 + given_);
            }
        }
        list_.confirm(3 + given_);
    }

    // The angles under the best choice of pairs.
    const measured_angles* best_angles() const { return views_.empty() ? nullptr : &views_.front().angles; }
    measured_angles angles_of(const pair_layout& l) const { return measure(v_, l); }

  private:
    void look() {
        if (!looked_) {
            looked_ = true;
            views_ = layouts_of(v_, c_, own_, o_.given);
        }
    }

    hypothesis start(const layout_view& w, frequency_set f) const {
        hypothesis h;
        h.layout = w.angles.layout;
        f.axes = v_.axes;
        f.pairing = w.angles.layout.in;
        h.frequencies = std::move(f);
        h.differences = w.differences;
        h.prior = w.prior;
        return h;
    }

    bool fits(const layout_view& w, const frequency_set& f) const {
        if (static_cast<std::int64_t>(f.inv_freq.size()) != w.angles.pairs) {
            return false;
        }
        for (const std::int64_t axis : f.axis_of_pair) {
            if (axis < 0 || axis >= v_.axes) {
                return false;
            }
        }
        return true;
    }

    // One set of frequencies: with the caller's positions and with others.
    void try_set(const layout_view& w, const frequency_set& f,
                 const std::vector<rotation_difference>& differences, int prior, int budget) {
        if (!fits(w, f) || static_cast<int>(w.differences.size() + differences.size()) > budget) {
            return;
        }
        hypothesis h = start(w, f);
        h.differences.insert(h.differences.end(), differences.begin(), differences.end());
        h.prior += prior;
        list_.offer_phases(w.angles, h, sum_angles(w.angles, h.frequencies, v_.position), budget);
        if (static_cast<int>(h.differences.size()) < budget) {
            try_moves(w, h, budget);
        }
    }

    void try_moves(const layout_view& w, const hypothesis& h, int budget) {
        const auto offer = [&](const position_move& m, int prior) {
            hypothesis moved = h;
            moved.move = m;
            moved.prior += prior;
            const std::vector<double> positions = moved_positions(v_, m);
            if (positions == v_.position) {
                return;
            }
            const angle_sums sums = sum_angles(w.angles, h.frequencies, positions);
            if (misfit_of(w.angles, most_agreement(sums), most_agreement(sums) / w.angles.weights) >
                coarse_gate) {
                return;
            }
            moved.differences.push_back(move_difference(v_, m));
            list_.offer_phases(w.angles, moved, sums, budget);
        };
        int prior = 50;
        for (const position_move& m : known_moves(v_)) {
            offer(m, prior);
            prior += prior < 57;
        }
        const int phases = static_cast<int>(h.differences.size()) + 1 < budget ? 4 : 1;
        for (int quarter = 0; quarter < phases; ++quarter) {
            for (const bool reversed : {false, true}) {
                const std::vector<double> estimate =
                    estimate_positions(w.angles, h.frequencies, quarter, reversed, v_.position);
                const angle_sums sums = sum_angles(w.angles, h.frequencies, estimate);
                const double most = most_agreement(sums);
                if (misfit_of(w.angles, most, most / w.angles.weights) > 2 * coarse_gate) {
                    continue;
                }
                prior = 50;
                for (const position_move& m : moves_towards(v_, estimate)) {
                    if (m.kind != move_kind::listed || lists_) {
                        offer(m, prior);
                    }
                    prior += prior < 57;
                }
            }
        }
    }

    static double most_agreement(const angle_sums& sums) {
        double most = 0;
        for (int quarter = 0; quarter < 4; ++quarter) {
            most = (std::max)({most, sums.agreement(quarter, false), sums.agreement(quarter, true)});
        }
        return most;
    }

    void try_edit(const layout_view& w, const recipe_edit& e, int budget) {
        if (static_cast<int>(w.differences.size() + e.differences.size()) > budget) {
            return;
        }
        const auto f = frequencies_of(e, own_.attention_factor);
        // A recipe that differs in its amplitude alone is an amplitude that differs.
        if (f && !(f->inv_freq == own_.inv_freq && f->axis_of_pair == own_.axis_of_pair)) {
            try_set(w, *f, e.differences, e.prior, budget);
        }
    }

    void explore(const layout_view& w, int budget) {
        if (static_cast<int>(w.differences.size()) > budget) {
            return;
        }
        const std::int64_t n = o_.seq_len;
        if (const auto f = frequencies_if(w.changed, n)) {
            try_set(w, *f, {}, 0, budget);
        }
        if (static_cast<int>(w.differences.size()) == budget) {
            return;
        }
        std::vector<recipe_edit> bases = base_edits(w.changed, n), scalings = scaling_edits(w.changed, n);
        for (const recipe_edit& e : bases) {
            try_edit(w, e, budget);
        }
        for (const recipe_edit& e : scalings) {
            try_edit(w, e, budget);
        }
        const std::vector<recipe_edit> shares = denominator_edits(w.changed, n);
        for (const recipe_edit& e : shares) {
            try_edit(w, e, budget);
        }
        const std::vector<recipe_edit> sections = section_edits(w.changed, n);
        for (const recipe_edit& e : sections) {
            try_edit(w, e, budget);
        }
        if (static_cast<int>(w.differences.size()) + 2 > budget) {
            return;
        }
        combine(w, bases, scalings, budget);
        combine(w, bases, shares, budget);
        combine(w, bases, sections, budget);
        for (const recipe_edit& over : shares) { // the recipe ignored, and the wrong denominator
            recipe_edit e = over;
            e.changed.scaling = no_scaling{};
            e.differences.insert(e.differences.begin(), {aspect::recipe, recipe_text(c_), "none"});
            try_edit(w, e, budget);
        }
        for (const recipe_edit& section : sections) {
            for (const recipe_edit& scaling : scalings) {
                if (scaling.twist == recipe_twist::none && scaling.prior <= 20) {
                    recipe_edit e = section;
                    e.changed.scaling = scaling.changed.scaling;
                    e.differences.insert(e.differences.begin(), scaling.differences.front());
                    try_edit(w, e, budget);
                }
            }
        }
    }

    // Another base beside another edit, with the caller's positions alone.
    void combine(const layout_view& w, const std::vector<recipe_edit>& bases,
                 const std::vector<recipe_edit>& others, int budget) {
        constexpr std::size_t common = 24;
        for (std::size_t k = 0; k < bases.size() && k < common; ++k) {
            for (const recipe_edit& other : others) {
                recipe_edit e = other;
                e.changed.base = bases[k].changed.base;
                e.differences.insert(e.differences.begin(), bases[k].differences.front());
                e.prior += bases[k].prior;
                try_edit(w, e, budget);
            }
        }
    }

    // Numbers that are in no list: the base, the recipe's factor.
    void fit_bases(const layout_view& w, int budget) {
        const int used = static_cast<int>(w.differences.size());
        if (used + 1 > budget) {
            return;
        }
        const std::int64_t n = o_.seq_len;
        struct base_family {
            config c;
            std::vector<rotation_difference> differences;
            bool factor;
        };
        std::vector<base_family> families = {{w.changed, {}, false}};
        if (with_factor(w.changed, 2)) {
            families.push_back({w.changed, {}, true});
        }
        if (used + 2 <= budget && !std::holds_alternative<no_scaling>(w.changed.scaling)) {
            config none = w.changed;
            none.scaling = no_scaling{};
            families.push_back({none, {{aspect::recipe, recipe_text(c_), "none"}}, false});
        }
        for (const base_family& g : families) {
            const set_of_number make = [&](double x) { return numbered_set(w, g.c, g.factor, x, false); };
            for (int phase = 0; phase < (used + 2 <= budget ? 4 : 1); ++phase) {
                const int quarter = phase < 2 ? 0 : phase - 1;
                const double low = g.factor ? 0 : std::log(8.0),
                             high = g.factor ? std::log(256.0) : std::log(2e9);
                const double x =
                    fit_number(w.angles, v_.position, v_.axes, make, quarter, phase > 0, low, high);
                offer_number(w, g.c, g.factor, g.differences, x, budget);
            }
            if (used + 2 <= budget && w.angles.tokens > 1 && !g.factor &&
                g.differences.empty()) { // beside a shift
                const angle_steps s = steps_of(w.angles, v_.position, v_.axes);
                for (const bool reversed : {false, true}) {
                    const double x = fit_number(s.angles, s.steps, v_.axes, make, 0, reversed, std::log(8.0),
                                                std::log(2e9));
                    offer_number(w, g.c, g.factor, g.differences, x, budget);
                }
            }
        }
        static_cast<void>(n);
    }

    // Frequencies of the configuration with this base or factor; `exact` as the library makes them.
    std::optional<frequency_set> numbered_set(const layout_view& w, const config& c, bool factor, double x,
                                              bool exact) const {
        if (!exact && !factor && std::holds_alternative<no_scaling>(c.scaling) && fits(w, own_)) {
            frequency_set f = own_;
            for (std::size_t i = 0; i < f.inv_freq.size(); ++i) {
                f.inv_freq[i] =
                    (c.reversed ? -1 : 1) * std::pow(x, -2.0 * static_cast<double>(i) /
                                                            static_cast<double>(w.angles.layout.rotary_dim));
            }
            return f;
        }
        config changed = c;
        if (factor) {
            const auto with = with_factor(c, x);
            if (!with) {
                return std::nullopt;
            }
            changed = *with;
        } else {
            changed.base = x;
        }
        auto f = frequencies_if(changed, o_.seq_len);
        return f && fits(w, *f) ? f : std::nullopt;
    }

    void offer_number(const layout_view& w, const config& c, bool factor,
                      const std::vector<rotation_difference>& before, double x, int budget) {
        if (factor && x < 1.0000001) {
            return;
        }
        int prior = 46;
        for (const double near : plain_numbers_near(x, 0.02)) {
            if (const auto f = numbered_set(w, c, factor, near, true)) {
                std::vector<rotation_difference> differences = before;
                if (factor) {
                    const auto changed = with_factor(c, near);
                    differences.push_back(
                        {aspect::recipe, recipe_text(c_), changed ? recipe_text(*changed) : ""});
                } else {
                    differences.push_back({aspect::base, number(c_.base), number(near)});
                }
                try_set(w, *f, differences, factor ? prior + 15 : prior, budget);
            }
            prior += 1;
        }
    }

    const vector_samples& v_;
    const config& c_;
    const frequency_set& own_;
    const search_options& o_;
    candidate_list list_;
    std::vector<layout_view> views_ = {};
    bool looked_ = false, lists_ = false;
    int given_ = 0;
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
