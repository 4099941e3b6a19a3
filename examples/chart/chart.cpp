// SPDX-License-Identifier: MIT
#include "chart.hpp"

#include <algorithm>
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

std::string text_at(double x, double y, int size, const char* anchor, const std::string& text,
                    const std::string& more = "") {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" font-size=\"" + std::to_string(size) +
           "\" text-anchor=\"" + anchor + "\"" + more + ">" + text + "</text>\n";
}

std::string line(double x0, double y0, double x1, double y1, const std::string& stroke) {
    return "<line x1=\"" + number(x0) + "\" y1=\"" + number(y0) + "\" x2=\"" + number(x1) + "\" y2=\"" +
           number(y1) + "\" stroke=\"" + stroke + "\"/>\n";
}

constexpr double wide = 430, high = 300, left = 66, top = 84, legend = 150;

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

std::string draw(const std::string& title, const std::vector<chart>& charts) {
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

} // namespace

std::string save(const std::string& folder, const std::string& name, const std::string& title,
                 const std::vector<chart>& charts) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::ofstream file(path, std::ios::binary);
    file << draw(title, charts);
    file.close();
    if (!file) {
        throw std::runtime_error("cannot write " + path.string());
    }
    return path.string();
}

} // namespace charts
