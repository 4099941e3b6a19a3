// conclude: the search over what was sampled, checked on the whole tensors, as a diagnosis.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/found_frequencies.hpp>
#include <rope/diagnose/search.hpp>
#include <rope/diagnose/tensor_samples.hpp>
#include <rope/support/linkage.hpp>

#if ROPE_DEFINITIONS
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// What rounding coarser than the arrays' own may leave of Y: half precision's in wide types, a few units in narrow ones.
inline double noise_gate(dtype type) {
    return type == dtype::bf16 ? 1e-2 : 2e-3;
}

// The likeliest coarse hypothesis where no one is confirmed by the elements: that which leaves least, each difference
// having to pay for itself.
inline const hypothesis* likeliest(const std::vector<hypothesis>& coarse, double gate, double numbers) {
    const hypothesis* best = nullptr;
    double least = 0;
    for (const hypothesis& h : coarse) {
        const double left = (std::max)(h.misfit, 1e-8);
        const double cost =
            numbers * std::log(left) + 24 * static_cast<double>(h.differences.size()) + 0.3 * h.prior;
        if (h.misfit <= gate && (best == nullptr || cost < least)) {
            best = &h;
            least = cost;
        }
    }
    return best;
}

using whole_check = std::function<prediction_error(const hypothesis&)>;

// Puts what the search found into `out`; true where it explains the samples.
inline bool conclude(rotation_search& search, const vector_samples& v, const prediction_error& own,
                     bool noise_is_match, const whole_check& whole, hypothesis& chosen, diagnosis& out) {
    const std::size_t given = search.as_configured().differences.size();
    const auto explained_by = [&](std::size_t most) {
        return !search.confirmed().empty() && search.confirmed().front().differences.size() <= most + given;
    };
    search.run_singles();
    bool hidden = false; // what is left may be the rounding of x
    if (!explained_by(1)) {
        const double left = own.misfit();
        hidden = noise_is_match && own.loose_ratio <= 1;
        if (hidden) {
            for (const hypothesis& h : search.coarse()) {
                hidden = hidden && !(h.differences.size() > given && h.misfit < 0.7 * left);
            }
        }
        if (!hidden) {
            search.run_fitted_singles();
            if (search.confirmed().empty()) {
                search.run_doubles();
            }
            if (search.confirmed().empty() && likeliest(search.coarse(), noise_gate(v.type), 1) == nullptr) {
                search.run_lists();
            }
        }
    }
    if (hidden && search.confirmed().empty()) {
        out.matches = true;
        chosen = search.as_configured();
        return true;
    }
    const auto whole_of = [&](const hypothesis& h) {
        return h.move.kind == move_kind::listed ? predict(v, h) : whole(h);
    };
    std::vector<std::string> seen;
    for (const hypothesis& h : search.confirmed()) {
        if (!seen.empty() && h.differences.size() > out.best.differences.size()) {
            break;
        }
        std::string text;
        for (const rotation_difference& d : h.differences) {
            text += std::string(name_of(d.what)) +
                    (d.what == aspect::position ? d.found.substr(0, d.found.find(" (")) : d.found) + ";";
        }
        if (std::find(seen.begin(), seen.end(), text) != seen.end() || seen.size() > 3) {
            continue;
        }
        const prediction_error e = whole_of(h);
        if (e.misfit() > 4 * h.misfit + 4 * unit_of(v.type)) {
            continue; // it explains the samples, not the rest
        }
        if (seen.empty()) {
            chosen = h;
            out.best = {h.differences, e.relative()};
        } else {
            out.others.push_back({h.differences, e.relative()});
        }
        seen.push_back(std::move(text));
    }
    if (!seen.empty()) {
        return true;
    }
    // What is left is rounding, which depends on the values: many of them say no more than so many independent ones.
    const double numbers = (std::min)(1500.0, static_cast<double>(v.tokens * v.heads * v.dim));
    if (const hypothesis* h = likeliest(search.coarse(), noise_gate(v.type), numbers)) {
        const prediction_error e = whole_of(*h);
        if (e.misfit() <= 4 * h->misfit + 4 * unit_of(v.type)) {
            chosen = *h;
            out.best = {h->differences, e.relative()};
            if (chosen.differences.empty()) {
                out.best.differences.push_back(
                    {aspect::arithmetic, std::string("rounding of ") + type_name(v.type),
                     "values rounded or disturbed by " + number(h->misfit, 2) + " of their size"});
            }
            return true;
        }
    }
    return false;
}

// What is left of the whole tensors under a hypothesis.
inline prediction_error whole_error(const tensor_samples& all, const hypothesis& h) {
    prediction_error e;
    for_each_part(all, [&](const vector_samples& part) {
        e.add(predict(part, h));
        return true;
    });
    return e;
}

// Puts the frequencies that were measured into `out`, with what is known of the pairs.
inline void measure_frequencies(const rotation_search& search, const vector_samples& v,
                                const hypothesis& chosen, std::size_t pairs, diagnosis& out) {
    out.inverse_frequencies.assign(pairs, std::nullopt);
    const measured_angles* best = search.best_angles();
    if (out.unexplained && best == nullptr) {
        return;
    }
    const measured_angles angles = out.unexplained ? *best : search.angles_of(chosen.layout);
    if (angles.misfit > coarse_gate) {
        return;
    }
    std::vector<std::int64_t> axis_of_pair = chosen.frequencies.axis_of_pair;
    axis_of_pair.resize(index_of(angles.pairs), 0);
    out.inverse_frequencies = found_frequencies(angles, moved_positions(v, chosen.move), axis_of_pair,
                                                chosen.quarter, chosen.reversed, 2 * unit_of(v.type));
}

// Returns what is left under the configuration's own rotation; everything there is where a table has another width.
inline prediction_error diagnose_samples(const tensor_samples& all, const axis_names& names, const config& c,
                                         const frequency_set& f, const search_options& options,
                                         diagnosis& out) {
    constexpr std::int64_t most_tokens = 64, most_heads = 8;
    const auto whole_of = [](const tensor_samples& tensors) {
        return [&tensors](const hypothesis& h) { return whole_error(tensors, h); };
    };
    const vector_samples v = all.read(tensor_samples::chosen(all.tokens(), most_tokens, true),
                                      tensor_samples::chosen(all.heads(), most_heads, false));
    rotation_search search(v, c, f, options);
    hypothesis chosen = search.as_configured();
    prediction_error own;
    own.greatest = own.greatest_y = own.squares = own.total = own.ratio = own.loose_ratio = 2;
    if (!all.table || v.dim == f.rotary_dim) {
        own = whole_of(all)(chosen);
    }
    out.error_as_configured = own.relative();
    bool explained = own.ratio <= 1;
    out.matches = explained && options.given.empty();
    if (explained) {
        out.best = {options.given, out.matches ? 0 : own.relative()};
    } else {
        const bool narrow = v.type == dtype::f16 || v.type == dtype::bf16;
        explained = conclude(search, v, own, narrow && !v.table, whole_of(all), chosen, out);
        out.rotation = explained || search.is_rotation();
    }
    for (const int axis : explained ? std::vector<int>() : all.head_axes()) {
        const tensor_samples other = all.along(axis);
        if (other.tokens() < 2) {
            continue;
        }
        const vector_samples w = other.read(tensor_samples::chosen(other.tokens(), most_tokens, true),
                                            tensor_samples::chosen(other.heads(), most_heads, false));
        search_options by_axis = options;
        by_axis.given = {{aspect::position, "along s", sentence({"the index along ", names.name(axis)})}};
        rotation_search second(w, c, f, by_axis);
        hypothesis found = second.as_configured();
        diagnosis attempt;
        if (conclude(second, w, predict(w, found), false, whole_of(other), found, attempt)) {
            out.best = attempt.best;
            out.others = attempt.others;
            out.rotation = explained = true;
            out.inverse_frequencies.assign(f.inv_freq.size(), std::nullopt);
            return own;
        }
        out.rotation = out.rotation || second.is_rotation();
    }
    out.unexplained = !explained;
    measure_frequencies(search, v, chosen, f.inv_freq.size(), out);
    return own;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
