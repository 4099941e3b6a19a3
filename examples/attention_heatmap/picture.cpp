// SPDX-License-Identifier: MIT
#include "picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace heatmap {
namespace {

const char* const fonts =
    "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, SimSun, "
    "WenQuanYi Micro Hei, sans-serif";

std::string number(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", x);
    return text;
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += c == '&'   ? "&amp;"
               : c == '<' ? "&lt;"
               : c == '>' ? "&gt;"
               : c == '"' ? "&quot;"
                          : std::string(1, c);
    }
    return out;
}

// Breadth in ems, on the wide side: ideographs are an em, other letters less.
double breadth(const std::string& text) {
    double ems = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        ems += byte < 0x80 ? 0.62 : byte >= 0xe0 ? 1.0 : byte >= 0xc0 ? 0.7 : 0;
    }
    return ems;
}

std::string text_at(double x, double y, double size, const std::string& anchor, const std::string& text,
                    const std::string& more = "") {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" font-size=\"" + number(size) +
           "\" text-anchor=\"" + anchor + "\"" + more + ">" + escaped(text) + "</text>\n";
}

std::string rectangle(double x, double y, double w, double h, const std::string& fill) {
    return "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(w) + "\" height=\"" +
           number(h) + "\" fill=\"" + fill + "\"/>\n";
}

std::string line(double x0, double y0, double x1, double y1, const std::string& more) {
    return "<line x1=\"" + number(x0) + "\" y1=\"" + number(y0) + "\" x2=\"" + number(x1) + "\" y2=\"" +
           number(y1) + "\" " + more + "/>\n";
}

std::string document(double width, double height, const std::string& body) {
    const std::string size = number(width) + "\" height=\"" + number(height);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size + "\" viewBox=\"0 0 " + number(width) +
           " " + number(height) + "\" font-family=\"" + fonts + "\" fill=\"#222\">\n" +
           rectangle(0, 0, width, height, "#ffffff") + body + "</svg>\n";
}

// From light to dark: equal steps look equal.
std::string colour(double share) {
    static constexpr std::array<std::array<int, 3>, 6> stops = {{{{250, 250, 250}},
                                                                 {{209, 225, 239}},
                                                                 {{150, 191, 220}},
                                                                 {{74, 138, 190}},
                                                                 {{22, 88, 155}},
                                                                 {{6, 36, 86}}}};
    const double at = std::clamp(share, 0.0, 1.0) * (stops.size() - 1);
    const std::size_t k = std::min(static_cast<std::size_t>(at), stops.size() - 2);
    char text[8];
    std::array<int, 3> c{};
    for (std::size_t j = 0; j < 3; ++j) {
        c[j] = static_cast<int>(
            std::lround(stops[k][j] + (at - static_cast<double>(k)) * (stops[k + 1][j] - stops[k][j])));
    }
    std::snprintf(text, sizeof text, "#%02x%02x%02x", static_cast<unsigned>(c[0] & 255),
                  static_cast<unsigned>(c[1] & 255), static_cast<unsigned>(c[2] & 255));
    return text;
}

// 1, 2 or 5 times a power of ten, about a fifth of the span.
double tick_step(double span) {
    const double power = std::pow(10.0, std::floor(std::log10(span / 5)));
    const double rest = span / 5 / power;
    return power * (rest < 1.5 ? 1 : rest < 3.5 ? 2 : rest < 7.5 ? 5 : 10);
}

std::string colour_scale(double x, double y, double height, double most) {
    std::string body;
    const int steps = 100;
    for (int k = 0; k < steps; ++k) { // a little overlap, against seams
        body += rectangle(x, y + height * (1 - (k + 1.0) / steps), 16, height / steps + 0.5,
                          colour((k + 0.5) / steps));
    }
    for (double v = 0; v <= most * 1.0001; v += tick_step(most)) {
        const double at = y + height * (1 - v / most);
        body +=
            line(x + 16, at, x + 20, at, "stroke=\"#222\"") + text_at(x + 24, at + 4, 12, "start", number(v));
    }
    return body + text_at(x, y - 10, 12, "start", "attention");
}

} // namespace

std::string draw_heads(const std::string& title, const std::vector<std::string>& words,
                       const std::vector<weights>& heads) {
    const auto n = static_cast<double>(words.size());
    const double cell = std::clamp(420 / n, 15.0, 34.0), size = std::min(15.0, cell * 0.8), side = cell * n;
    double label = 0;
    float most = 1e-6f;
    for (const std::string& word : words) {
        label = std::max(label, breadth(word) * size);
    }
    for (const weights& head : heads) {
        most = std::max(most, head.maxCoeff());
    }
    // Column labels slant: down by 0.87 of their breadth, to the left by half of it.
    const double left = label + 34, below = 0.87 * label + size + 36, above = 64;
    const double panel = left + side + 24, storey = side + below + 30;
    const auto columns = std::min<std::size_t>(2, heads.size()),
               rows = (heads.size() + columns - 1) / columns;
    const double width = std::max(static_cast<double>(columns) * panel + 90, 18 * breadth(title) + 40);
    const double height = above + static_cast<double>(rows) * storey;
    std::string body = text_at(20, 30, 18, "start", title);
    for (std::size_t h = 0; h < heads.size(); ++h) {
        const double x = static_cast<double>(h % columns) * panel + left;
        const double y = above + static_cast<double>(h / columns) * storey + 10;
        body += text_at(x + side / 2, y - 8, 14, "middle", "head " + std::to_string(h + 1));
        for (std::size_t q = 0; q < words.size(); ++q) {
            const double at = y + cell * static_cast<double>(q);
            body += text_at(x - 6, at + cell / 2 + size * 0.36, size, "end", words[q]);
            for (std::size_t k = 0; k < words.size(); ++k) {
                const double share = heads[h](static_cast<Eigen::Index>(q), static_cast<Eigen::Index>(k));
                body += rectangle(x + cell * static_cast<double>(k), at, cell, cell,
                                  colour(share / static_cast<double>(most)));
            }
        }
        for (std::size_t k = 0; k < words.size(); ++k) {
            const double tx = x + cell * (static_cast<double>(k) + 0.5) + size * 0.3,
                         ty = y + side + size * 0.9;
            body += text_at(tx, ty, size, "end", words[k],
                            " transform=\"rotate(-60 " + number(tx) + " " + number(ty) + ")\"");
        }
        body += "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(side) +
                "\" height=\"" + number(side) + "\" fill=\"none\" stroke=\"#888\"/>\n";
        const double my = y + side / 2, mx = x - label - 18;
        body += text_at(mx, my, 12, "middle", "query",
                        " transform=\"rotate(-90 " + number(mx) + " " + number(my) + ")\"");
        body += text_at(x + side / 2, y + side + below - 12, 12, "middle", "key");
    }
    body += colour_scale(static_cast<double>(columns) * panel + 16, above + 10,
                         std::clamp(side, 150.0, 300.0), static_cast<double>(most));
    return document(width, height, body);
}

std::string draw_curves(const std::string& title, int first, const std::vector<curve>& curves) {
    static const char* const colours[] = {"#4a8abe", "#d1793b", "#4f9d69", "#a0569b", "#111111", "#999999"};
    const double left = 70, top = 56, wide = 640, high = 320;
    double most = 1e-6;
    for (const curve& c : curves) {
        most = std::max(most, *std::max_element(c.values.begin(), c.values.end()));
    }
    most *= 1.05;
    const auto count = static_cast<double>(curves.front().values.size());
    const auto x_of = [&](double k) { return left + wide * (k + 0.5) / count; };
    const auto y_of = [&](double v) { return top + high * (1 - v / most); };
    std::string body = text_at(20, 30, 18, "start", title);
    for (double v = 0; v <= most; v += tick_step(most)) {
        body += line(left, y_of(v), left + wide, y_of(v), "stroke=\"#e4e4e4\"") +
                text_at(left - 8, y_of(v) + 4, 12, "end", number(v));
    }
    const int step = std::max(1, static_cast<int>(std::lround(tick_step(count * 0.6))));
    for (int k = 0; k < static_cast<int>(count); ++k) {
        if ((first + k) % step == 0) {
            body += line(x_of(k), top + high, x_of(k), top + high + 5, "stroke=\"#222\"") +
                    text_at(x_of(k), top + high + 20, 12, "middle", std::to_string(first + k));
        }
    }
    body += line(x_of(-first), top, x_of(-first), top + high, "stroke=\"#bbb\" stroke-dasharray=\"3 3\"");
    for (std::size_t c = 0; c < curves.size(); ++c) {
        const bool mean = c + 2 == curves.size(), even = c + 1 == curves.size();
        const char* stroke = even ? colours[5] : mean ? colours[4] : colours[c % 4];
        body += std::string("<polyline fill=\"none\" stroke=\"") + stroke + "\" stroke-width=\"" +
                (mean ? "3" : "1.6") + "\"" + (even ? " stroke-dasharray=\"6 4\"" : "") + " points=\"";
        for (std::size_t k = 0; k < curves[c].values.size(); ++k) {
            body += number(x_of(static_cast<double>(k))) + "," + number(y_of(curves[c].values[k])) + " ";
        }
        const double y = top + 12 + 22 * static_cast<double>(c), x = left + wide + 20;
        body += "\"/>\n" +
                line(x, y - 4, x + 26, y - 4,
                     std::string("stroke=\"") + stroke + "\" stroke-width=\"" + (mean ? "3" : "1.6") + "\"" +
                         (even ? " stroke-dasharray=\"6 4\"" : "")) +
                text_at(x + 34, y, 13, "start", curves[c].name);
    }
    body += line(left, top + high, left + wide, top + high, "stroke=\"#222\"") +
            line(left, top, left, top + high, "stroke=\"#222\"") +
            text_at(left + wide / 2, top + high + 44, 13, "middle", "distance in words (key - query)");
    const double mx = 22, my = top + high / 2;
    body += text_at(mx, my, 13, "middle", "mean attention",
                    " transform=\"rotate(-90 " + number(mx) + " " + number(my) + ")\"");
    return document(std::max(left + wide + 200, 18 * breadth(title) + 40), top + high + 60, body);
}

} // namespace heatmap
