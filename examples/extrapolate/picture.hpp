// Line charts beside each other, as SVG text.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace extrapolate {

struct series {
    std::string name;
    std::string colour;
    std::vector<double> x, y;
    bool marked = false; // a dot on each point
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

std::string draw(const std::string& title, const std::vector<chart>& charts);

} // namespace extrapolate
