// Named axes: "b s h d" names the axes of a tensor in index order. `d` is the embedding axis, `s` the
// sequence axis. SPDX-License-Identifier: MIT
#pragma once

#include <rope/tensor/view.hpp>

#include <string>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {

struct axis_names {
    int count = 0;
    std::string_view name[max_rank];
};

namespace detail {

inline std::string quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

// Splits at blanks. Refuses more than max_rank names and a name that stands twice.
inline status parse_axes(std::string_view text, axis_names& names) {
    names = axis_names{};
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t begin = text.find_first_not_of(" \t", at);
        if (begin == std::string_view::npos) {
            break;
        }
        std::size_t end = text.find_first_of(" \t", begin);
        end = end == std::string_view::npos ? text.size() : end;
        const std::string_view name = text.substr(begin, end - begin);
        for (int k = 0; k < names.count; ++k) {
            if (names.name[k] == name) {
                return {"axes " + quoted(text) + " name the axis " + quoted(name) + " twice"};
            }
        }
        if (names.count == max_rank) {
            return {"axes " + quoted(text) + " are more than the 16 that a view may have"};
        }
        names.name[names.count++] = name;
        at = end;
    }
    return {};
}

// The index of an axis, or -1.
inline int find_axis(const axis_names& names, std::string_view name) {
    for (int k = 0; k < names.count; ++k) {
        if (names.name[k] == name) {
            return k;
        }
    }
    return -1;
}

// "[2, 4096, 32, 128]", for messages.
inline std::string shape_text(const std::int64_t* extent, int rank) {
    std::string text = "[";
    for (int k = 0; k < rank; ++k) {
        text += (k ? ", " : "") + std::to_string(extent[k]);
    }
    return text + "]";
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
