// axis_map: which position axis each pair reads, from sections or an explicit list. Each function gives one axis number
// per pair, and throws rope::error for sections that its order cannot have.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/model/words.hpp>
#include <rope/support/error.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

namespace detail {

inline constexpr std::int64_t greatest_axes = 8;
inline constexpr std::int64_t greatest_pairs = 32768;

// "[16, 24, 24]"; the first dozen of a longer list.
ROPE_COLD inline std::string joined(const std::vector<std::int64_t>& list) {
    const bool cut = list.size() > 12;
    std::string text = sentence({piece(list.data(), cut ? 12 : static_cast<int>(list.size()))});
    if (cut) {
        text.replace(text.size() - 1, 1, ", ...]");
    }
    return text;
}

// As many sections as an order has, none of them negative, and no more pairs in all than a head has.
inline void require_sections(const std::vector<std::int64_t>& sections, std::int64_t least,
                             std::int64_t most) {
    const auto count = static_cast<std::int64_t>(sections.size());
    if (count < least || count > most) {
        fail(least == most ? sentence({"sections = ", joined(sections), ": expected ", least, " entries"})
                           : sentence({"sections = ", joined(sections), ": expected ", least, " to ", most,
                                       " entries"}));
    }
    std::int64_t pairs = 0;
    for (const std::int64_t section : sections) {
        if (section < 0 || section > greatest_pairs - pairs) {
            fail(sentence({"sections = ", joined(sections), ": expected entries from 0 up, at most ",
                           greatest_pairs, " in all"}));
        }
        pairs += section;
    }
}

inline void require_pairs(std::int64_t pairs) {
    if (pairs < 0 || pairs > greatest_pairs) {
        fail(sentence({"axes for ", pairs, " pairs: expected 0 to ", greatest_pairs}));
    }
}

} // namespace detail

// Sections one after the other: the first sections[0] pairs read axis 0, and so on (Qwen2-VL).
ROPE_COLD inline std::vector<std::int64_t> contiguous_axes(const std::vector<std::int64_t>& sections) {
    detail::require_sections(sections, 0, detail::greatest_axes);
    std::vector<std::int64_t> axis;
    for (std::size_t a = 0; a < sections.size(); ++a) {
        axis.resize(axis.size() + static_cast<std::size_t>(sections[a]), static_cast<std::int64_t>(a));
    }
    return axis;
}

// Sections in turns (Qwen3-VL, as Hugging Face has it): with n axes, pair i reads axis a = i mod n while i < n sections[a];
// what is left over reads axis 0.
ROPE_COLD inline std::vector<std::int64_t> interleaved_axes(const std::vector<std::int64_t>& sections,
                                                            std::int64_t pairs) {
    detail::require_sections(sections, 1, detail::greatest_axes);
    detail::require_pairs(pairs);
    const std::int64_t n = static_cast<std::int64_t>(sections.size());
    std::vector<std::int64_t> axis(static_cast<std::size_t>(pairs), 0);
    for (std::int64_t i = 0; i < pairs; ++i) {
        const std::int64_t a = i % n;
        if (i < n * sections[static_cast<std::size_t>(a)]) {
            axis[static_cast<std::size_t>(i)] = a;
        }
    }
    return axis;
}

// ggml's rule for the same order (IMROPE; sections t, h, w, e): what is left over reads the last axis, not axis 0.
ROPE_COLD inline std::vector<std::int64_t> interleaved_axes_ggml(const std::vector<std::int64_t>& sections,
                                                                 std::int64_t pairs) {
    detail::require_sections(sections, 1, detail::greatest_axes);
    detail::require_pairs(pairs);
    const std::int64_t n = static_cast<std::int64_t>(sections.size()) - 1;
    std::vector<std::int64_t> axis(static_cast<std::size_t>(pairs), n);
    for (std::int64_t i = 0; i < pairs && n > 0; ++i) {
        if (i < n * sections[static_cast<std::size_t>(i % n)]) {
            axis[static_cast<std::size_t>(i)] = i % n;
        }
    }
    return axis;
}

// ERNIE 4.5 VL and Bailing: sections h, w, t with h = w; the first h + w pairs alternate between the axes 1 (height) and
// 2 (width), the last t read axis 0 (time).
ROPE_COLD inline std::vector<std::int64_t> ernie_axes(const std::vector<std::int64_t>& sections) {
    detail::require_sections(sections, 3, 3);
    if (sections[0] != sections[1]) {
        detail::fail(
            detail::sentence({"sections = ", detail::joined(sections), ": expected h, w and t, with h = w"}));
    }
    std::vector<std::int64_t> axis;
    for (std::int64_t i = 0; i < sections[0] + sections[1]; ++i) {
        axis.push_back(1 + i % 2);
    }
    axis.resize(axis.size() + static_cast<std::size_t>(sections[2]), 0);
    return axis;
}

// openPangu: the next pair reads the axis other than the last one with the smallest share placed so far, the lower axis on
// a tie; with three sections the last pair is kept for axis 0.
ROPE_COLD inline std::vector<std::int64_t> pangu_axes(const std::vector<std::int64_t>& sections) {
    detail::require_sections(sections, 1, detail::greatest_axes);
    std::vector<std::int64_t> count = sections, placed(sections.size(), 0), axis;
    const bool keep_last = sections.size() == 3 && sections[0] > 0;
    count[0] -= keep_last;
    std::int64_t total = 0;
    for (const std::int64_t c : count) {
        total += c;
    }
    std::size_t last = sections.size();
    while (static_cast<std::int64_t>(axis.size()) < total) {
        std::size_t best = sections.size();
        for (const bool repeat : {false, true}) { // the last axis again only where no other has pairs left
            for (std::size_t a = 0; a < count.size(); ++a) {
                const bool open = placed[a] < count[a] && (repeat || a != last);
                if (open && (best == sections.size() || placed[a] * count[best] < placed[best] * count[a])) {
                    best = a;
                }
            }
            if (best != sections.size()) {
                break;
            }
        }
        ++placed[best];
        axis.push_back(static_cast<std::int64_t>(best));
        last = best;
    }
    if (keep_last) {
        axis.push_back(0);
    }
    return axis;
}

namespace detail {

inline constexpr const char* section_order_names[] = {"contiguous", "interleaved", "interleaved_ggml",
                                                      "ernie", "pangu"};

ROPE_COLD inline std::vector<std::int64_t> axes_of_sections(const std::vector<std::int64_t>& sections,
                                                            section_order order, std::int64_t pairs) {
    switch (order) {
    case section_order::interleaved:
        return interleaved_axes(sections, pairs);
    case section_order::interleaved_ggml:
        return interleaved_axes_ggml(sections, pairs);
    case section_order::ernie:
        return ernie_axes(sections);
    case section_order::pangu:
        return pangu_axes(sections);
    case section_order::contiguous:
        break;
    }
    return contiguous_axes(sections);
}

inline std::int64_t pairs_of(const config& c) {
    return (c.rotary_dim == 0 ? c.head_dim : c.rotary_dim) / 2;
}

ROPE_COLD inline std::string section_fault(const config& c) {
    const std::int64_t pairs = pairs_of(c);
    if (c.sections.size() > greatest_axes) {
        return sentence({"sections has ", c.sections.size(), " entries: expected at most ", greatest_axes});
    }
    if (static_cast<std::size_t>(c.section_order) >= 5) {
        return "section_order: expected one of the five";
    }
    if (c.section_order == section_order::ernie &&
        (c.sections.size() != 3 || c.sections[0] != c.sections[1])) {
        return sentence(
            {"sections = ", joined(c.sections), ": the order ernie expects three, h, w and t, with h = w"});
    }
    std::int64_t sum = 0;
    for (const std::int64_t s : c.sections) {
        if (s < 0 || s > pairs) {
            return sentence({"sections (mrope_section) = ", joined(c.sections),
                             ": expected entries from 0 to the ", pairs, " pairs"});
        }
        sum += s;
    }
    return sum == pairs ? std::string()
                        : sentence({"sections (mrope_section) = ", joined(c.sections), " add up to ", sum,
                                    ": expected ", pairs, ", the pairs of rotary_dim"});
}

ROPE_COLD inline std::string axis_map_fault(const config& c) {
    const std::int64_t pairs = pairs_of(c);
    if (!c.axis_of_pair.empty() && !c.sections.empty()) {
        return "axis_of_pair and sections are both given: expected one of them";
    }
    if (!c.sections.empty()) {
        return section_fault(c);
    }
    const std::size_t given = c.axis_of_pair.size();
    if (given != 0 && given != static_cast<std::size_t>(pairs)) {
        return sentence(
            {"axis_of_pair has ", given, " entries: expected one for each of the ", pairs, " pairs"});
    }
    for (const std::int64_t a : c.axis_of_pair) {
        if (a < 0 || a >= greatest_axes) {
            return sentence({"axis_of_pair has an entry ", a, ": expected 0 to ", greatest_axes - 1});
        }
    }
    return {};
}

// One more than the greatest of them.
inline std::int64_t axes_of(const std::vector<std::int64_t>& axis_of_pair) noexcept {
    std::int64_t axes = 1;
    for (const std::int64_t axis : axis_of_pair) {
        axes = axis < axes ? axes : axis + 1;
    }
    return axes;
}

struct axis_map {
    std::int64_t axes = 1;
    std::vector<std::int64_t> axis_of_pair = {};
};

// For a config without faults.
ROPE_COLD inline axis_map axis_map_of(const config& c) {
    const std::int64_t pairs = pairs_of(c);
    if (!c.sections.empty()) {
        return {static_cast<std::int64_t>(c.sections.size()),
                axes_of_sections(c.sections, c.section_order, pairs)};
    }
    axis_map map = {1, c.axis_of_pair};
    map.axis_of_pair.resize(static_cast<std::size_t>(pairs), 0);
    map.axes = axes_of(map.axis_of_pair);
    return map;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
