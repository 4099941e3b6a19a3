// Line charts beside each other, as an SVG file. On white, so that a dark page shows them as well.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace charts {

struct series {
    std::string name;
    std::string colour;
    std::vector<double> x, y;
    bool marked = false; // a dot on each point
    bool dashed = false;
};

struct tick {
    double at;
    std::string text;
};

// A map of colours under the lines: values from -1 (blue) to 1 (orange), [row][column] from the lower left.
struct grid {
    std::size_t rows = 0, columns = 0;
    std::vector<double> values;
};
std::string colour_of(double value);

struct chart {
    std::string title, x_name, y_name;
    std::vector<tick> x_ticks, y_ticks; // the first and the last are the ends of the axis
    std::vector<series> lines;
    grid map = {};
};

// The picture as the text of an SVG file.
std::string svg(const std::string& title, const std::vector<chart>& charts);

// Writes the picture folder/name; returns its path. Throws where it cannot.
std::string save(const std::string& folder, const std::string& name, const std::string& title,
                 const std::vector<chart>& charts);

} // namespace charts
