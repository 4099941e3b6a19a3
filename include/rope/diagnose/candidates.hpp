// candidates: hypotheses that the measured angles allow, and those of them that the elements confirm.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/angles.hpp>
#include <rope/diagnose/position_moves.hpp>
#include <rope/diagnose/precision.hpp>
#include <rope/diagnose/predict.hpp>
#include <rope/support/linkage.hpp>

#if ROPE_DEFINITIONS
#include <rope/model/words.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Beyond this share of Y nothing is an explanation, whatever was rounded.
inline constexpr double coarse_gate = 0.03;

// The signs and the exchange of cos and sin, as differences. Nothing for the plain rotation.
inline std::vector<rotation_difference> phase_differences(int quarter, bool reversed, bool table) {
    const rotation_difference direction =
        table ? rotation_difference{aspect::sin_cos, "cos and sin", "sin negated (the opposite direction)"}
              : rotation_difference{aspect::turn, "forward", "reversed (as with sin negated)"};
    const auto sin_cos = [](const char* found) {
        return rotation_difference{aspect::sin_cos, "cos and sin", found};
    };
    switch (quarter) {
    case 0:
        return reversed ? std::vector<rotation_difference>{direction} : std::vector<rotation_difference>{};
    case 1:
        return reversed ? std::vector<rotation_difference>{sin_cos("swapped")}
                        : std::vector<rotation_difference>{sin_cos("swapped, then cos negated")};
    case 2:
        return {sin_cos(reversed ? "cos negated" : "both negated")};
    default:
        return reversed ? std::vector<rotation_difference>{sin_cos("swapped and both negated")}
                        : std::vector<rotation_difference>{sin_cos("swapped, then sin negated")};
    }
}

inline int phase_prior(int quarter, bool reversed) {
    return quarter == 0               ? (reversed ? 2 : 0)
           : quarter == 1 && reversed ? 4
           : quarter == 2 && reversed ? 5
                                      : 8;
}

// How many differences a phase counts for: two at once are two.
inline int phase_count(int quarter, bool reversed) {
    return quarter == 0 ? reversed : quarter == 1 || quarter == 3 ? (quarter == 1 && reversed ? 1 : 2) : 1;
}

class candidate_list {
  public:
    candidate_list(const vector_samples& v, double own_factor) : v_(v), own_factor_(own_factor) {}

    std::vector<hypothesis> coarse = {};    // by angles
    std::vector<hypothesis> confirmed = {}; // by elements

    // h without its amplitude and phase, with the agreement of its phase: kept where the angles allow it.
    void offer(const measured_angles& m, hypothesis h, double agreement, int budget) {
        if (static_cast<int>(h.differences.size()) > budget || !(agreement > 0)) {
            return;
        }
        const double natural = h.frequencies.attention_factor,
                     best = m.weights > 0 ? agreement / m.weights : 1;
        h.amplitude = natural;
        h.misfit = misfit_of(m, agreement, natural);
        const double least = misfit_of(m, agreement, best);
        if (least > coarse_gate) {
            return;
        }
        const bool other = least * least < 0.5 * h.misfit * h.misfit;
        if (h.misfit <= coarse_gate) {
            coarse.push_back(h);
        }
        if (!other || static_cast<int>(h.differences.size()) >= budget ||
            m.is_still()) { // a multiple is no rotation
            return;
        }
        std::vector<double> amplitudes;
        for (const double a : {1.0, natural * natural, own_factor_, own_factor_ * own_factor_, 1 / natural}) {
            if (std::fabs(a / best - 1) < 4e-3 && std::fabs(a / natural - 1) > 1e-6 &&
                std::find(amplitudes.begin(), amplitudes.end(), a) == amplitudes.end()) {
                amplitudes.push_back(a);
            }
        }
        for (const double a : plain_numbers_near(best, 2e-3)) {
            amplitudes.push_back(a);
        }
        int rank = 60;
        for (const double a : amplitudes) {
            hypothesis changed = h;
            changed.amplitude = a;
            changed.amplitude_doubt = unit_of(v_.type) / 4;
            changed.misfit = misfit_of(m, agreement, a);
            changed.prior += rank;
            rank += 1;
            const char* word = a == 1                                     ? " (missing)"
                               : std::fabs(a - natural * natural) < 1e-12 ? " (squared)"
                                                                          : "";
            changed.differences.push_back(
                {aspect::attention_factor, number(natural, 6), number(a, 6) + word});
            if (changed.misfit <= coarse_gate) {
                coarse.push_back(std::move(changed));
            }
        }
    }

    // Every phase that the budget allows, from the sums of one set of angles.
    void offer_phases(const measured_angles& m, const hypothesis& h, const angle_sums& sums, int budget) {
        for (int quarter = 0; quarter < 4; ++quarter) {
            for (const bool reversed : {false, true}) {
                const int count = phase_count(quarter, reversed);
                if (static_cast<int>(h.differences.size()) + count > budget) {
                    continue;
                }
                hypothesis changed = h;
                changed.quarter = quarter;
                changed.reversed = reversed;
                changed.prior += phase_prior(quarter, reversed);
                for (rotation_difference& d : phase_differences(quarter, reversed, v_.table)) {
                    changed.differences.push_back(std::move(d));
                }
                offer(m, std::move(changed), sums.agreement(quarter, reversed), budget);
            }
        }
    }

    // Confirms coarse candidates of at most `most` differences, with the ways of rounding; the coarse ones stay.
    void confirm(int most) {
        std::stable_sort(coarse.begin() + static_cast<std::ptrdiff_t>(checked_), coarse.end(),
                         [](const hypothesis& a, const hypothesis& b) {
                             return std::pair(a.differences.size(), a.prior) <
                                    std::pair(b.differences.size(), b.prior);
                         });
        std::vector<std::size_t> order;
        for (std::size_t k = checked_; k < coarse.size(); ++k) {
            order.push_back(k);
        }
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return coarse[a].misfit < coarse[b].misfit; });
        constexpr std::size_t enough = 48;
        order.resize((std::min)(order.size(), enough));
        checked_ = coarse.size();
        for (const std::size_t k : order) {
            const hypothesis h = coarse[k];
            for (hypothesis& variant : precision_variants(h, v_.type, v_.table)) {
                const auto count = static_cast<int>(variant.differences.size());
                const bool taken =
                    count > least_confirmed() || (variant.loose_angles && count >= least_confirmed());
                if (count > most || taken || !worth(h, variant)) {
                    continue;
                }
                const prediction_error e = predict(v_, variant);
                const bool fits =
                    is_narrow(variant) ? e.off * 100 <= e.elements && e.narrow_ratio <= 1 : e.ratio <= 1;
                if (fits) {
                    variant.misfit = e.misfit();
                    confirmed.push_back(std::move(variant));
                }
            }
        }
        std::stable_sort(confirmed.begin(), confirmed.end(), [](const hypothesis& a, const hypothesis& b) {
            return std::pair(a.differences.size(), a.prior) < std::pair(b.differences.size(), b.prior);
        });
    }

    int least_confirmed() const {
        std::size_t least = 99;
        for (const hypothesis& h : confirmed) {
            least = (std::min)(least, h.differences.size());
        }
        return static_cast<int>(least);
    }

  private:
    // Whether rounding of this kind could leave what is left.
    bool worth(const hypothesis& h, const hypothesis& variant) const {
        double room = 4 * unit_of(v_.type) + 1e-7;
        for (const auto& t :
             {variant.table_type, variant.input_type, variant.product_type, variant.result_type}) {
            room += t ? 3 * unit_of(*t) : 0;
        }
        return variant.numerics != numerics::exact || h.misfit <= room;
    }

    const vector_samples& v_;
    double own_factor_;
    std::size_t checked_ = 0;
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
