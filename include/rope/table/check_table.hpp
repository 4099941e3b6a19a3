// The memory of a table, and whether a table that somebody made by hand fits together.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/check_rows.hpp>
#include <rope/support/platform.hpp>
#include <rope/table/table.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The rows of a table, for whose entries there is memory. Fails before anything is allocated where there cannot be.
template <class T>
void allocate_table(table<T>& t, std::int64_t rows, std::int64_t pairs) {
    require(check_table_size(rows, pairs, sizeof(T)));
    const auto entries = static_cast<std::size_t>(rows * pairs);
    allocate(t.cos, entries, "the cosines of a table");
    allocate(t.sin, entries, "the sines of a table");
    t.rows = rows;
}

// Whether the vectors of a table have the sizes that its rows, pairs and listed positions need.
template <class T>
ROPE_COLD status check_table(const table<T>& t) {
    const auto pairs = static_cast<std::int64_t>(t.frequencies.step.size());
    if (status s = check_pairs(t.frequencies); !s.ok()) {
        return s;
    }
    if (status s = check_table_size(t.rows, pairs, sizeof(T)); !s.ok()) {
        return s;
    }
    const auto entries = static_cast<std::size_t>(t.rows * pairs);
    if (t.cos.size() != entries || t.sin.size() != entries) {
        return {sentence({"the table says ", t.rows, " rows of ", pairs, " pairs and has ", t.cos.size(),
                          " cos and ", t.sin.size(), " sin entries"})};
    }
    if (t.listed_axes == 0) {
        return check_run({t.first, t.rows});
    }
    if (t.listed_axes != 1 && t.listed_axes != t.frequencies.axes) {
        return {sentence({"the table lists positions for ", t.listed_axes, " axes; the frequencies have ",
                          t.frequencies.axes, ", and 1 would serve every axis"})};
    }
    const std::size_t listed = t.integers.empty() ? t.reals.size() : t.integers.size();
    if (listed % static_cast<std::size_t>(t.listed_axes) != 0 ||
        listed / static_cast<std::size_t>(t.listed_axes) != static_cast<std::size_t>(t.rows)) {
        return {sentence({"the table says ", t.rows, " rows of listed positions for ", t.listed_axes,
                          " axes and has ", listed, " positions"})};
    }
    return t.integers.empty() ? check_list(t.reals.data(), t.rows, t.listed_axes)
                              : check_list(t.integers.data(), t.rows, t.listed_axes);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
