// layouts: which elements form pairs, so that the samples are a rotation.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/angles.hpp>
#include <rope/diagnose/candidates.hpp>
#include <rope/model/config.hpp>
#include <rope/support/linkage.hpp>

#if ROPE_DEFINITIONS
#include <rope/model/words.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A choice of pairs that makes a rotation of the samples, and the configuration for it.
struct layout_view {
    measured_angles angles;
    config changed;
    std::vector<rotation_difference> differences;
    int prior = 0;
};

inline pair_layout layout_of(const frequency_set& f) {
    return {f.pairing, f.pairing, f.rotary_offset, f.rotary_dim};
}

inline std::string pairing_text(pairing in, pairing out) {
    const auto word = [](pairing p) {
        return std::string(p == pairing::half_split ? "half_split" : "interleaved");
    };
    return in == out ? word(in) : word(in) + " in, " + word(out) + " out (permuted)";
}

// How a choice of pairs differs from the configuration's, without its angles.
inline layout_view view_of_layout(const config& c, const pair_layout& own, const pair_layout& l,
                                  const std::vector<rotation_difference>& given) {
    layout_view w;
    w.differences = given;
    if (l.in != own.in || l.out != own.out) {
        w.differences.push_back({aspect::pairs, pairing_text(own.in, own.out), pairing_text(l.in, l.out)});
        w.prior += l.in == l.out ? 1 : 3;
    }
    if (l.offset != own.offset) {
        w.differences.push_back({aspect::rotary_offset, number(own.offset), number(l.offset)});
        w.prior += 6;
    }
    if (l.rotary_dim != own.rotary_dim) {
        w.differences.push_back({aspect::rotary_dim, number(own.rotary_dim), number(l.rotary_dim)});
        w.prior += 8;
    }
    w.changed = c;
    w.changed.pairing = l.in;
    w.changed.rotary_dim = l.rotary_dim;
    w.changed.rotary_offset = l.offset;
    return w;
}

// The slices that are tried: the configuration's first.
inline std::vector<pair_layout> slices_of(const pair_layout& own, std::int64_t head) {
    std::vector<std::int64_t> widths = {own.rotary_dim};
    for (const std::int64_t d : {head, 2 * own.rotary_dim, own.rotary_dim / 2, head / 2, head / 4,
                                 3 * head / 4, own.rotary_dim - 2, own.rotary_dim + 2}) {
        if (d >= 2 && d <= head && d % 2 == 0 && std::find(widths.begin(), widths.end(), d) == widths.end()) {
            widths.push_back(d);
        }
    }
    std::vector<pair_layout> out;
    for (const std::int64_t width : widths) {
        std::vector<std::int64_t> offsets;
        for (const std::int64_t offset :
             {own.offset, std::int64_t{0}, head - width, own.rotary_dim, head / 2}) {
            if (offset + width <= head &&
                std::find(offsets.begin(), offsets.end(), offset) == offsets.end()) {
                offsets.push_back(offset);
                out.push_back({own.in, own.out, offset, width});
            }
        }
    }
    return out;
}

// The choices under which the samples are a rotation, those nearest to the configuration first. A table's pairs are known.
inline std::vector<layout_view> layouts_of(const vector_samples& v, const config& c, const frequency_set& f,
                                           const std::vector<rotation_difference>& given) {
    const pair_layout own = layout_of(f);
    std::vector<layout_view> views;
    for (pair_layout l :
         v.table ? std::vector<pair_layout>{{own.in, own.out, 0, v.dim}} : slices_of(own, v.dim)) {
        if (l.rotary_dim != own.rotary_dim && (!c.sections.empty() || !c.axis_of_pair.empty())) {
            continue; // the axes of the pairs are not known
        }
        for (const pairing in : {pairing::half_split, pairing::interleaved}) {
            for (const pairing out : {pairing::half_split, pairing::interleaved}) {
                if (v.table && (in != own.in || out != own.out)) {
                    continue;
                }
                l.in = in;
                l.out = out;
                layout_view w = view_of_layout(c, own, l, given);
                if (w.differences.size() > 2 + given.size()) {
                    continue;
                }
                w.angles = measure(v, l);
                if (w.angles.misfit <= coarse_gate) {
                    views.push_back(std::move(w));
                }
            }
        }
    }
    std::stable_sort(views.begin(), views.end(), [](const layout_view& a, const layout_view& b) {
        return std::pair(a.differences.size(), a.prior) < std::pair(b.differences.size(), b.prior);
    });
    return views;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
