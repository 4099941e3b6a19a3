// plot: a model's rotary embedding as a picture.
// SPDX-License-Identifier: MIT
#include "../chart/drift.hpp"
#include "commands.hpp"
#include "error.hpp"
#include "model.hpp"
#include "output.hpp"
#include "printable.hpp"

#include <rope/model/frequencies.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>
#include <vector>

namespace cli {
namespace {

constexpr double two_pi = 6.283185307179586476925;
const char* const colours[] = {"#4a8abe", "#d1793b", "#4f9d69", "#9467a8"};
const char* const grey = "#8a8a8a";

// A configuration that was read, with the short name of its file.
struct plotted_model {
    std::string name;
    rope::config config;
    rope::frequency_set frequencies;
};

plotted_model read_plotted(request r, const std::string& path) {
    r.config = path;
    const rope::reading reading = read_model(r);
    if (!reading.rotates) {
        throw input_error(path +
                          ": there is nothing to draw, since there is no rotary embedding: " + reading.why);
    }
    std::string name = path == "-" ? "standard input" : path.substr(path.find_last_of('/') + 1);
    const std::size_t ending = name.rfind(".json");
    name = printable(ending != std::string::npos && ending > 0 ? name.substr(0, ending) : name, 60);
    return {name.empty() ? path : name, reading.config,
            rope::frequencies(reading.config, r.seq_len.value_or(1))};
}

// As much of a name as the legend has room for.
std::string in_legend(const std::string& name) {
    constexpr std::size_t most = 16;
    return name.size() <= most ? name : name.substr(0, most - 3) + "...";
}

// Ticks at whole steps that leave at most `most` of them, the last one at or above `end`.
std::vector<charts::tick> counting_ticks(double end, int most) {
    double step = std::fmod(end, 8) == 0 && end >= 8 ? end / 8 : 1;
    for (const double more : {2.0, 2.5, 2.0, 2.0, 2.5, 2.0, 2.0, 2.5, 2.0, 2.0, 2.5, 2.0, 2.0, 2.5, 2.0}) {
        step *= end / step > most ? more : 1;
    }
    step = std::ceil(step);
    std::vector<charts::tick> ticks;
    for (double at = 0; ticks.empty() || ticks.back().at < end; at += step) {
        ticks.push_back({at, std::to_string(static_cast<long long>(at))});
    }
    return ticks;
}

std::vector<charts::tick> powers_of_ten(int low, int high) {
    std::vector<charts::tick> ticks;
    const int step = high - low > 9 ? 2 : 1;
    for (int k = low; ticks.empty() || ticks.back().at < high; k += step) {
        ticks.push_back({static_cast<double>(k), k == 0 ? "1" : k == 1 ? "10" : "1e" + std::to_string(k)});
    }
    return ticks;
}

charts::series line_at(const std::string& name, double y, double x0, double x1) {
    return {name, grey, {x0, x1}, {y, y}, false, true};
}

// Wavelength in tokens by pair; pairs that do not rotate have none. by_axis: a line for each position axis.
void add_wavelengths(charts::chart& c, const plotted_model& m, const std::string& name, std::size_t colour,
                     bool by_axis) {
    const std::int64_t axes = by_axis ? m.frequencies.axes : 1;
    for (std::int64_t axis = 0; axis < axes; ++axis) {
        charts::series s = {axes > 1 ? "axis " + std::to_string(axis) : name,
                            colours[(colour + static_cast<std::size_t>(axis)) % 4],
                            {},
                            {},
                            axes > 1,
                            false};
        for (std::size_t i = 0; i < m.frequencies.inv_freq.size(); ++i) {
            const double w = std::fabs(m.frequencies.inv_freq[i]);
            if ((axes == 1 || m.frequencies.axis_of_pair[i] == axis) && w > 0) {
                s.x.push_back(static_cast<double>(i));
                s.y.push_back(std::log10(two_pi / w));
            }
        }
        c.lines.push_back(std::move(s));
    }
}

charts::chart wavelength_chart(const std::vector<plotted_model>& all) {
    charts::chart c = {"wavelength of each pair", "pair", "tokens until the angle comes round", {}, {}, {}};
    std::size_t pairs = 1;
    double low = 0, high = 1;
    for (std::size_t k = 0; k < all.size(); ++k) {
        const plotted_model& m = all[k];
        pairs = std::max(pairs, m.frequencies.inv_freq.size());
        add_wavelengths(c, m, all.size() > 1 ? in_legend(m.name) : "as it is", k, all.size() == 1);
    }
    c.x_ticks = counting_ticks(static_cast<double>(pairs), 8);
    if (all.size() == 1 && !std::holds_alternative<rope::no_scaling>(all[0].config.scaling)) {
        plotted_model bare = all[0];
        bare.config.scaling = rope::no_scaling{};
        bare.config.sections.clear();
        bare.config.axis_of_pair.clear();
        bare.frequencies = rope::frequencies(bare.config);
        add_wavelengths(c, bare, "without scaling", 1, false);
        c.lines.back().dashed = true;
    }
    for (const charts::series& s : c.lines) {
        for (const double y : s.y) {
            low = std::min(low, std::floor(y));
            high = std::max(high, std::ceil(y));
        }
    }
    const double end = c.x_ticks.back().at;
    for (std::size_t k = 0; k < all.size(); ++k) {
        const std::int64_t length = all[k].config.max_position;
        if (length > 0 && (k == 0 || length != all[0].config.max_position)) {
            c.lines.push_back(line_at("context " + std::to_string(length),
                                      std::log10(static_cast<double>(length)), 0, end));
            high = std::max(high, std::ceil(c.lines.back().y.front()));
        }
    }
    c.y_ticks = powers_of_ten(static_cast<int>(low), static_cast<int>(high));
    return c;
}

// q.k of ones, over that at distance 0: the mean of cos(w d) over the pairs, averaged over the distances of a step.
charts::series decay_of(const plotted_model& m, const std::string& name, std::size_t colour, int octaves) {
    charts::series s = {name, colours[colour % 4], {}, {}, false, false};
    constexpr int steps = 32; // in an octave
    for (int k = 0; k <= octaves * steps; ++k) {
        const double from = std::exp2(static_cast<double>(k) / steps),
                     to = std::exp2(static_cast<double>(k + 1) / steps);
        const double count = std::min(24.0, std::max(1.0, std::floor(to) - std::ceil(from)));
        if (count == 1 && k > 0 && std::floor(from) == std::floor(std::exp2(s.x.back()) + 0.5)) {
            continue; // the same distance again
        }
        double sum = 0;
        for (double j = 0; j < count; ++j) {
            const double distance = std::floor(from + (to - from) * j / count);
            for (const double w : m.frequencies.inv_freq) {
                sum += std::cos(w * distance);
            }
        }
        s.x.push_back(count == 1 ? std::log2(std::floor(from)) : static_cast<double>(k) / steps);
        s.y.push_back(sum / (count * static_cast<double>(m.frequencies.inv_freq.size())));
    }
    return s;
}

// Octaves of positions up to the models' lengths.
int octaves_of(const std::vector<plotted_model>& all) {
    std::int64_t most = 0;
    for (const plotted_model& m : all) {
        most = std::max(most, m.config.max_position);
    }
    int k = 1;
    while (k < 20 && (std::int64_t{1} << k) < (most > 0 ? most : 8192)) {
        ++k;
    }
    return std::max(k, 6);
}

std::vector<charts::tick> octave_ticks(int octaves) {
    std::vector<charts::tick> ticks;
    for (int k = 0; ticks.empty() || ticks.back().at<octaves; k += octaves> 10 ? 3 : 2) {
        ticks.push_back({static_cast<double>(k), charts::power_of_two(k)});
    }
    return ticks;
}

charts::chart decay_chart(const std::vector<plotted_model>& all) {
    charts::chart c = {
        "score of equal queries and keys", "distance in tokens", "q.k over that at distance 0", {}, {}, {}};
    const int octaves = octaves_of(all);
    c.x_ticks = octave_ticks(octaves);
    for (int k = -2; k <= 4; ++k) {
        c.y_ticks.push_back({k * 0.25, k == 0 ? "0" : std::to_string(k * 0.25).substr(0, k < 0 ? 5 : 4)});
    }
    for (std::size_t k = 0; k < all.size(); ++k) {
        c.lines.push_back(decay_of(all[k], all.size() > 1 ? in_legend(all[k].name) : "ones", k,
                                   static_cast<int>(c.x_ticks.back().at)));
    }
    c.lines.push_back(line_at("", 0, 0, c.x_ticks.back().at));
    return c;
}

charts::chart angle_chart(const plotted_model& m) {
    charts::chart c = {"cos of the angle of each pair", "position", "pair", {}, {}, {}};
    constexpr std::size_t positions = 200;
    const std::size_t pairs = m.frequencies.inv_freq.size();
    c.x_ticks = counting_ticks(static_cast<double>(positions), 5);
    c.y_ticks = {{0, "0"}};
    for (std::size_t k = 1; k <= 4; ++k) {
        const std::size_t at = k * pairs / 4;
        if (static_cast<double>(at) > c.y_ticks.back().at) {
            c.y_ticks.push_back({static_cast<double>(at), std::to_string(at)});
        }
    }
    c.map.rows = pairs;
    c.map.columns = positions;
    for (std::size_t i = 0; i < pairs; ++i) {
        for (std::size_t p = 0; p < positions; ++p) {
            c.map.values.push_back(std::cos(m.frequencies.inv_freq[i] * static_cast<double>(p)));
        }
    }
    for (const double value : {1.0, 0.5, 0.0, -0.5, -1.0}) {
        c.lines.push_back({"cos = " + std::to_string(value).substr(0, value < 0 ? 4 : 3),
                           charts::colour_of(value),
                           {},
                           {},
                           false,
                           false});
    }
    return c;
}

} // namespace

void plot(const request& r) {
    output_set out;
    out.check(r.out);
    const std::string kind = !r.kind.empty() ? r.kind : r.other.empty() ? "wavelengths" : "compare";
    std::vector<plotted_model> all = {read_plotted(r, r.config)};
    if (!r.other.empty()) {
        all.push_back(read_plotted(r, r.other));
    } else if (kind == "compare") {
        throw input_error("--kind compare needs two configurations; found one");
    }
    std::string title = all[0].name;
    if (all.size() > 1) {
        if (kind == "angles" || kind == "error") {
            throw input_error("--kind " + kind + " draws one configuration; found two");
        }
        title += " and " + all[1].name;
    }
    std::vector<charts::chart> charts;
    if (kind == "wavelengths" || kind == "compare") {
        charts.push_back(wavelength_chart(all));
    }
    if (kind == "decay" || kind == "compare") {
        charts.push_back(decay_chart(all));
    }
    if (kind == "angles") {
        charts.push_back(angle_chart(all[0]));
    }
    if (kind == "error") {
        require_rotation(r, all[0].config);
        const int octaves = std::max(9, (octaves_of(all) + 2) / 3 * 3);
        charts.push_back(
            charts::drift_chart("tables of float steps and exact ones",
                                charts::differences(all[0].frequencies, std::int64_t{1} << octaves)));
    }
    const std::string picture = charts::svg(title, charts);
    out.add_text(r.out, picture);
    out.commit();
}

} // namespace cli
