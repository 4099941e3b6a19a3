// Pictures as SVG text: heat maps of attention weights with the words on both axes, and curves over the
// distance.
// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Core>

#include <string>
#include <vector>

namespace heatmap {

using weights = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A panel for each head, rows the querying word, columns the word that is attended to, on one scale of
// colours.
std::string draw_heads(const std::string& title, const std::vector<std::string>& words,
                       const std::vector<weights>& heads);

struct curve {
    std::string name;
    std::vector<double> values; // one for each distance from `first` on
};

// Mean attention by distance: curves from distance `first` on; the last two are their mean and what even
// attention would give.
std::string draw_curves(const std::string& title, int first, const std::vector<curve>& curves);

} // namespace heatmap
