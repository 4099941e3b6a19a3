// layout: which axes a tensor has, and which of them its positions have.
// SPDX-License-Identifier: MIT
#pragma once

#include "positions.hpp"
#include "rows.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cli {

// How the rows of a table serve a tensor: entry k of an array of this shape and these axes is row k. Without
// axes, row 0 serves the whole tensor.
struct row_layout {
    row_list rows;
    std::string axes = {};
    shape_type shape = {};
};

std::vector<std::string> split_axes(const std::string& text);

// The extent of the axis `name`, or nothing.
std::optional<std::int64_t> extent_of(const std::string& name, const std::vector<std::string>& axes,
                                      const shape_type& shape);

// Matches a position array with a tensor. `named` is --position-axes; `position_axes` how many the
// frequencies have.
row_layout match_positions(const position_array& positions, const std::optional<std::string>& named,
                           std::int64_t position_axes, const std::vector<std::string>& axes,
                           const shape_type& shape);

} // namespace cli
