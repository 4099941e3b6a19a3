// Line charts beside each other, as an SVG file. On white, so that a dark page shows them as well.
// SPDX-License-Identifier: MIT
#pragma once

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

struct chart {
    std::string title, x_name, y_name;
    std::vector<tick> x_ticks, y_ticks; // the first and the last are the ends of the axis
    std::vector<series> lines;
};

// Writes the picture folder/name; returns its path. Throws where it cannot.
std::string save(const std::string& folder, const std::string& name, const std::string& title,
                 const std::vector<chart>& charts);

} // namespace charts
