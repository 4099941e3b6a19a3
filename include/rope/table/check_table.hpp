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

// The rows of a table, for whose entries there is memory. Not ok, before anything is allocated, where there cannot be.
template <class T>
status try_allocate_table(table<T>& t, std::int64_t rows, std::int64_t pairs) {
    status why = check_table_size(rows, pairs, sizeof(T));
    if (!why.ok()) {
        return why;
    }
    const auto entries = static_cast<std::size_t>(rows * pairs);
    if (why = try_allocate(t.cos, entries, "the cosines of a table"); !why.ok()) {
        return why;
    }
    why = try_allocate(t.sin, entries, "the sines of a table");
    t.rows = why.ok() ? rows : 0;
    return why;
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
                          " cos and ", t.sin.size(), " sin entries"}),
                errc::table};
    }
    if (t.listed_axes == 0) {
        return check_run({t.first, t.rows});
    }
    if (t.listed_axes != 1 && t.listed_axes != t.frequencies.axes) {
        return {sentence({"the table lists positions for ", t.listed_axes, " axes; the frequencies have ",
                          t.frequencies.axes, ", and 1 would serve every axis"}),
                errc::table};
    }
    const std::size_t listed = t.integers.empty() ? t.reals.size() : t.integers.size();
    if (listed % static_cast<std::size_t>(t.listed_axes) != 0 ||
        listed / static_cast<std::size_t>(t.listed_axes) != static_cast<std::size_t>(t.rows)) {
        return {sentence({"the table says ", t.rows, " rows of listed positions for ", t.listed_axes,
                          " axes and has ", listed, " positions"}),
                errc::table};
    }
    return t.integers.empty() ? check_list(t.reals.data(), t.rows, t.listed_axes)
                              : check_list(t.integers.data(), t.rows, t.listed_axes);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
