// SPDX-License-Identifier: MIT
#include "chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace charts {
namespace {

std::string number(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", x);
    return text;
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
    }
    return out;
}

std::string text_at(double x, double y, int size, const char* anchor, const std::string& text,
                    const std::string& more = "") {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" font-size=\"" + std::to_string(size) +
           "\" text-anchor=\"" + anchor + "\"" + more + ">" + escaped(text) + "</text>\n";
}

std::string line(double x0, double y0, double x1, double y1, const std::string& stroke) {
    return "<line x1=\"" + number(x0) + "\" y1=\"" + number(y0) + "\" x2=\"" + number(x1) + "\" y2=\"" +
           number(y1) + "\" stroke=\"" + stroke + "\"/>\n";
}

constexpr double wide = 430, high = 300, left = 66, top = 84, legend = 150;

constexpr int shades = 16; // on each side of 0

int shade_of(double value) {
    return static_cast<int>(std::lround(std::clamp(value, -1.0, 1.0) * shades));
}

// A path for each colour: neighbours of one colour in a row are one rectangle.
std::string draw_grid(const grid& g, double x0) {
    const double w = wide / static_cast<double>(g.columns), h = high / static_cast<double>(g.rows);
    std::string paths[2 * shades + 1];
    for (std::size_t row = 0; row < g.rows; ++row) {
        for (std::size_t from = 0, to = 0; from < g.columns; from = to) {
            const int shade = shade_of(g.values[row * g.columns + from]);
            for (to = from; to < g.columns && shade_of(g.values[row * g.columns + to]) == shade;) {
                ++to;
            }
            const double y = top + high - h * static_cast<double>(row + 1);
            paths[shade + shades] += "M" + number(x0 + w * static_cast<double>(from)) + " " + number(y) +
                                     "h" + number(w * static_cast<double>(to - from)) + "v" + number(h) +
                                     "h-" + number(w * static_cast<double>(to - from)) + "z";
        }
    }
    std::string body;
    for (int k = 0; k <= 2 * shades; ++k) {
        if (!paths[k].empty()) {
            body += "<path shape-rendering=\"crispEdges\" fill=\"" +
                    colour_of(static_cast<double>(k - shades) / shades) + "\" d=\"" + paths[k] + "\"/>\n";
        }
    }
    return body;
}

std::string draw_chart(const chart& c, double at) {
    const double x0 = at + left, x_low = c.x_ticks.front().at, x_high = c.x_ticks.back().at;
    const double y_low = c.y_ticks.front().at, y_high = c.y_ticks.back().at;
    const auto x_of = [&](double x) { return x0 + wide * (x - x_low) / (x_high - x_low); };
    const auto y_of = [&](double y) { return top + high * (1 - (y - y_low) / (y_high - y_low)); };
    std::string body = text_at(x0, top - 20, 14, "start", c.title);
    for (const tick& t : c.y_ticks) {
        body += line(x0, y_of(t.at), x0 + wide, y_of(t.at), "#e4e4e4") +
                text_at(x0 - 8, y_of(t.at) + 4, 12, "end", t.text);
    }
    if (c.map.rows != 0) {
        body += draw_grid(c.map, x0);
    }
    for (const tick& t : c.x_ticks) {
        body += line(x_of(t.at), top + high, x_of(t.at), top + high + 5, "#222") +
                text_at(x_of(t.at), top + high + 20, 12, "middle", t.text);
    }
    body += line(x0, top + high, x0 + wide, top + high, "#222") + line(x0, top, x0, top + high, "#222");
    for (std::size_t s = 0; s < c.lines.size(); ++s) {
        const series& l = c.lines[s];
        std::string points, dots;
        for (std::size_t k = 0; k < l.x.size(); ++k) {
            const std::string x = number(x_of(l.x[k])), y = number(y_of(std::clamp(l.y[k], y_low, y_high)));
            points += x + "," + y + " ";
            if (l.marked) {
                dots += "<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"3.5\" fill=\"" + l.colour + "\"/>\n";
            }
        }
        const std::string dashes = l.dashed ? " stroke-dasharray=\"6 4\"" : "";
        body += "<polyline fill=\"none\" stroke-width=\"2\"" + dashes + " stroke=\"" + l.colour +
                "\" points=\"" + points + "\"/>\n" + dots;
        if (l.name.empty()) {
            continue; // nothing for the legend
        }
        const double y = top + 10 + 22 * static_cast<double>(s), x = x0 + wide + 16;
        body += "<line x1=\"" + number(x) + "\" y1=\"" + number(y - 6) + "\" x2=\"" + number(x + 22) +
                "\" y2=\"" + number(y - 6) + "\" stroke-width=\"" + (l.dashed ? "2" : "4") + "\"" + dashes +
                " stroke=\"" + l.colour + "\"/>\n" + text_at(x + 30, y, 13, "start", l.name);
    }
    const std::string mx = number(at + 18), my = number(top + high / 2);
    return body + text_at(x0 + wide / 2, top + high + 44, 13, "middle", c.x_name) +
           text_at(at + 18, top + high / 2, 13, "middle", c.y_name,
                   " transform=\"rotate(-90 " + mx + " " + my + ")\"");
}

} // namespace

std::string colour_of(double value) {
    constexpr int low[3] = {0x2b, 0x6c, 0xb0}, middle[3] = {0xf7, 0xf7, 0xf4}, end[3] = {0xc8, 0x5a, 0x17};
    const double part = std::fabs(std::clamp(value, -1.0, 1.0));
    char text[8];
    int mixed[3];
    for (int k = 0; k < 3; ++k) {
        const int far = value < 0 ? low[k] : end[k];
        mixed[k] = static_cast<int>(std::lround(middle[k] + part * (far - middle[k])));
    }
    std::snprintf(text, sizeof text, "#%02x%02x%02x", static_cast<unsigned>(mixed[0] & 255),
                  static_cast<unsigned>(mixed[1] & 255), static_cast<unsigned>(mixed[2] & 255));
    return text;
}

std::string svg(const std::string& title, const std::vector<chart>& charts) {
    const double panel = left + wide + legend;
    const std::string size = number(panel * static_cast<double>(charts.size()) + 20),
                      tall = number(top + high + 64);
    std::string body;
    for (std::size_t k = 0; k < charts.size(); ++k) {
        body += draw_chart(charts[k], panel * static_cast<double>(k));
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size + "\" height=\"" + tall +
           "\" viewBox=\"0 0 " + size + " " + tall +
           "\" font-family=\"Noto Sans, Helvetica, Arial, sans-serif\" fill=\"#222\">\n" + "<rect width=\"" +
           size + "\" height=\"" + tall + "\" fill=\"#fff\"/>\n" + text_at(20, 32, 18, "start", title) +
           body + "</svg>\n";
}

std::string save(const std::string& folder, const std::string& name, const std::string& title,
                 const std::vector<chart>& charts) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::ofstream file(path, std::ios::binary);
    file << svg(title, charts);
    file.close();
    if (!file) {
        throw std::runtime_error("cannot write " + path.string());
    }
    return path.string();
}

} // namespace charts
