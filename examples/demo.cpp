// demo: the main job on a real model's configuration, told to a person. `sh cmake/demo.sh` builds and runs it.
//   demo CONFIG PICTURE.svg
// Reads the configuration, builds the tables, rotates the queries and keys of a prompt, and says what the recipe is,
// how exact the tables are and what a token costs; draws the wavelengths and the decay of q.k over distance.
// SPDX-License-Identifier: MIT
#include <rope/core.hpp>
#include <rope/json.hpp>

#include "limits.hpp"
#include "reference_loop.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace {

constexpr std::int64_t tokens = 2048, query_heads = 32, key_heads = 8;
constexpr long double pi = 3.14159265358979323846264338327950288L;

// cos and sin of a pair at a position, far more exact than float: the turns are an exact integer product, whose
// fraction is folded into an eighth of a turn before it becomes a long double.
void entry_256(const rope::numbers::q64_192& step, std::int64_t position, long double& cos,
               long double& sin) {
    std::uint64_t product[3]; // the fraction of position * step, modulo one turn
    std::uint64_t carry = 0;
    for (int k = 0; k < 3; ++k) {
        const std::uint64_t low = (step.limb[k] & 0xffffffffu) * static_cast<std::uint64_t>(position);
        const std::uint64_t high = (step.limb[k] >> 32) * static_cast<std::uint64_t>(position);
        const std::uint64_t sum = low + (high << 32);
        product[k] = sum + carry;
        carry = (high >> 32) + (sum < low ? 1 : 0) + (product[k] < carry ? 1 : 0);
    }
    const std::uint64_t eighth = product[2] >> 61;
    const std::uint64_t quarter = (eighth + 1) / 2; // the nearest multiple of a quarter turn
    const std::uint64_t rest = product[2] - (quarter << 62);
    const bool negative = (rest >> 63) != 0;
    const std::uint64_t high = negative ? ~rest : rest, low = negative ? ~product[1] : product[1];
    const long double turns =
        std::ldexp(static_cast<long double>(high), -64) + std::ldexp(static_cast<long double>(low), -128);
    const long double angle = (negative ? -2 : 2) * pi * turns;
    const long double c = std::cos(angle), s = std::sin(angle);
    cos = quarter % 4 == 0 ? c : quarter % 4 == 1 ? -s : quarter % 4 == 2 ? -c : s;
    sin = quarter % 4 == 0 ? s : quarter % 4 == 1 ? c : quarter % 4 == 2 ? -s : -c;
}

// How far a table entry is from the exact value, in units of its last place.
double ulps(float entry, long double exact) {
    int exponent;
    std::frexp(static_cast<float>(exact), &exponent);
    return static_cast<double>(std::fabs(static_cast<long double>(entry) - exact) /
                               std::ldexp(1.0L, exponent - 24));
}

struct table_errors {
    double worst_ulp = 0;      // of the library's table
    double worst_absolute = 0; // of its entries
    double float_angle =
        0; // the absolute error of the usual way: position * float frequency, rounded, then cosf
};

table_errors compare_with_exact(const rope::table<float>& table) {
    table_errors worst;
    const rope::frequency_set& f = table.frequencies;
    const std::size_t pairs = f.step.size();
    const auto m = static_cast<long double>(f.attention_factor);
    for (std::int64_t row = 0; row < table.rows; ++row) {
        for (std::size_t i = 0; i < pairs; ++i) {
            const std::size_t at = static_cast<std::size_t>(row) * pairs + i;
            long double c, s;
            entry_256(f.step[i], row, c, s);
            worst.worst_ulp =
                std::max({worst.worst_ulp, ulps(table.cos[at], m * c), ulps(table.sin[at], m * s)});
            worst.worst_absolute =
                std::max({worst.worst_absolute, std::fabs(static_cast<double>(table.cos[at] - m * c)),
                          std::fabs(static_cast<double>(table.sin[at] - m * s))});
            const float angle = static_cast<float>(row) * static_cast<float>(f.inv_freq[i]);
            worst.float_angle =
                std::max(worst.float_angle, std::fabs(static_cast<double>(std::cos(angle) - c)));
        }
    }
    return worst;
}

// The medians of some functions' times in ns, measured in turn so that a busy machine meets them all.
template <class... Function>
std::vector<double> times_in_turn(Function&&... functions) {
    using clock = std::chrono::steady_clock;
    std::vector<std::vector<double>> samples(sizeof...(functions));
    for (int round = 0; round < 15; ++round) {
        std::size_t which = 0;
        const auto take = [&](auto& f) {
            const auto start = clock::now();
            f();
            samples[which++].push_back(
                std::chrono::duration<double, std::nano>(clock::now() - start).count());
        };
        (take(functions), ...);
    }
    std::vector<double> medians;
    for (auto& list : samples) {
        std::sort(list.begin(), list.end());
        medians.push_back(list[list.size() / 2]);
    }
    return medians;
}

std::string bar(double share) {
    return std::string(static_cast<std::size_t>(std::lround(40 * std::min(1.0, std::max(0.0, share)))), '=');
}

void print_frequencies(const rope::frequency_set& f) {
    std::printf("\nFrequencies at a glance (tokens until a pair comes round; the bar is logarithmic)\n");
    const std::size_t pairs = f.inv_freq.size();
    for (std::size_t k = 0; k < 9; ++k) {
        const std::size_t i = k * (pairs - 1) / 8;
        if (f.inv_freq[i] == 0) {
            std::printf("  pair %3zu           does not rotate\n", i);
            continue;
        }
        const double wavelength = static_cast<double>(2 * pi) / f.inv_freq[i];
        std::printf("  pair %3zu  %-13.6g %14.1f tokens  %s\n", i, f.inv_freq[i], wavelength,
                    bar(std::log10(wavelength) / 8).c_str());
    }
}

// One panel of the picture: x and y from 0 to 1, drawn into a frame.
struct panel {
    double left, top, width, height;
    std::string polyline(const std::vector<double>& y, const char* colour) const {
        std::string points;
        for (std::size_t k = 0; k < y.size(); ++k) {
            char point[64];
            std::snprintf(point, sizeof point, "%.1f,%.1f ",
                          left + width * static_cast<double>(k) /
                                     static_cast<double>(std::max<std::size_t>(1, y.size() - 1)),
                          top + height * (1 - std::min(1.0, std::max(0.0, y[k]))));
            points += point;
        }
        return "<polyline fill='none' stroke-width='2' stroke='" + std::string(colour) + "' points='" +
               points + "'/>\n";
    }
    std::string level(double y, const std::string& label) const {
        const std::string at = std::to_string(top + height * (1 - y));
        return "<line class='level' x1='" + std::to_string(left) + "' x2='" + std::to_string(left + width) +
               "' y1='" + at + "' y2='" + at + "'/>\n<text class='small' x='" + std::to_string(left - 6) +
               "' y='" + at + "' dy='4' text-anchor='end'>" + label + "</text>\n";
    }
    std::string frame(const std::string& title, const std::string& below) const {
        return "<rect class='frame' x='" + std::to_string(left) + "' y='" + std::to_string(top) +
               "' width='" + std::to_string(width) + "' height='" + std::to_string(height) +
               "'/>\n<text x='" + std::to_string(left) + "' y='" + std::to_string(top - 12) + "'>" + title +
               "</text>\n<text class='small' x='" + std::to_string(left + width / 2) + "' y='" +
               std::to_string(top + height + 20) + "' text-anchor='middle'>" + below + "</text>\n";
    }
};

bool draw(const std::string& path, const rope::config& config, const rope::frequency_set& f) {
    rope::config plain = config;
    plain.scaling = rope::no_scaling{};
    const rope::frequency_set unscaled = rope::frequencies(plain);
    const panel waves = {70, 60, 400, 300}, decay = {550, 60, 400, 300};
    constexpr double decades = 8;
    const auto heights = [](const rope::frequency_set& set) {
        std::vector<double> y;
        for (const double w : set.inv_freq) {
            y.push_back(w == 0 ? 1 : std::log10(static_cast<double>(2 * pi) / w) / decades);
        }
        return y;
    };
    std::vector<double> mean;
    constexpr int distances = 400;
    for (int k = 0; k <= distances; ++k) {
        const double distance = std::pow(131072.0, static_cast<double>(k) / distances);
        double sum = 0;
        for (const double w : f.inv_freq) {
            sum += std::cos(w * distance);
        }
        mean.push_back((sum / static_cast<double>(f.inv_freq.size()) + 0.5) / 1.5);
    }
    std::string svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1000 420' "
                      "font-family='sans-serif' font-size='15'>\n"
                      "<style>.small{font-size:12px;fill:#555}.frame{fill:none;stroke:#999}"
                      ".level{stroke:#ddd}</style>\n<rect width='1000' height='420' fill='white'/>\n";
    for (int k = 0; k <= 8; k += 2) {
        svg += waves.level(k / decades, "10^" + std::to_string(k));
    }
    svg += waves.polyline(heights(unscaled), "#bbbbbb") + waves.polyline(heights(f), "#1f77b4");
    svg += waves.frame("Wavelength of each pair, in tokens", "pair (grey: without the scaling)");
    for (const double level : {-0.5, 0.0, 0.5, 1.0}) {
        char label[16];
        std::snprintf(label, sizeof label, "%.1f", level);
        svg += decay.level((level + 0.5) / 1.5, label);
    }
    svg += decay.polyline(mean, "#d62728");
    svg += decay.frame("q.k of equal vectors over their distance",
                       "distance in tokens, 1 to 131072, logarithmic");
    std::ofstream file(path);
    file << svg << "</svg>\n";
    return static_cast<bool>(file.flush());
}

int tell(const char* config_path, const char* picture_path) {
    const rope::reading reading = rope::read_config_with_notes(config_path);
    std::printf("The model's configuration: %s\n", config_path);
    for (const std::string& sentence : rope::explain(reading)) {
        std::printf("  %s\n", sentence.c_str());
    }
    const rope::frequency_set f = rope::frequencies(reading.config);
    print_frequencies(f);

    using clock = std::chrono::steady_clock;
    const auto start = clock::now();
    const auto table = rope::cos_sin_table<float>(f, 8192);
    const double table_ns = std::chrono::duration<double, std::nano>(clock::now() - start).count();
    const table_errors errors = compare_with_exact(table);
    std::printf("\nTables of 8192 positions x %zu pairs, in %.1f ms\n", f.step.size(), table_ns / 1e6);
    std::printf("  worst error against the exact value: %.4f ulp, %.1e (all %zu entries compared)\n",
                errors.worst_ulp, errors.worst_absolute, 2 * table.cos.size());
    std::printf("  the usual way, angles in float:      %.1e\n", errors.float_angle);

    const std::int64_t dim = f.head_dim;
    std::vector<float> query(static_cast<std::size_t>(tokens * query_heads * dim));
    std::vector<float> key(static_cast<std::size_t>(tokens * key_heads * dim));
    for (std::size_t i = 0; i < query.size(); ++i) {
        query[i] = 0.25f + static_cast<float>(i % 61) / 64;
        key[i % key.size()] = query[i];
    }
    const auto q = rope::view(query.data(), {tokens, query_heads, dim});
    const auto k = rope::view(key.data(), {tokens, key_heads, dim});
    const auto plan_q = rope::plan(table, q, "s h d");
    const auto plan_k = rope::plan(table, k, "s h d");
    rope::run(plan_q, query.data());
    const rope::isa ran = plan_q.isa;
    const std::vector<double> ns = times_in_turn(
        [&] {
            rope::run(plan_q, query.data());
            rope::run(plan_k, key.data());
        },
        [&] {
            for (auto* x : {&query, &key}) { // the bytes that rotate
                if (f.rotary_dim == dim) {
                    bench::negate(x->data(), x->size());
                } else {
                    const auto row = static_cast<std::size_t>(dim);
                    bench::negate_rows(x->data(), x->size() / row, row,
                                       static_cast<std::size_t>(f.rotary_dim));
                }
            }
        },
        [&] {
            for (auto* x : {&query, &key}) {
                const std::int64_t heads = static_cast<std::int64_t>(x->size()) / (tokens * dim);
                bench::reference_loop(x->data(), x->data(), table.cos.data(), table.sin.data(), tokens, heads,
                                      dim, f.rotary_dim, f.pairing);
            }
        });
    const double n = static_cast<double>(tokens);
    std::printf(
        "\nRotating a prompt of %d tokens in place, float, %d query and %d key heads of %d, one thread\n",
        static_cast<int>(tokens), static_cast<int>(query_heads), static_cast<int>(key_heads),
        static_cast<int>(dim));
    std::printf("  kernel %-8s            %8.0f ns per token\n", rope::isa_name(ran), ns[0] / n);
    std::printf("  limit (multiply by -1)     %8.0f ns per token\n", ns[1] / n);
    std::printf("  the plain scalar loop      %8.0f ns per token\n", ns[2] / n);
    std::printf("  %.2f times the limit, %.1f times as fast as the plain loop\n", ns[0] / ns[1],
                ns[2] / ns[0]);

    if (!draw(picture_path, reading.config, f)) {
        std::fprintf(stderr, "demo: %s cannot be written\n", picture_path);
        return 1;
    }
    std::printf("\nA picture of its wavelengths and of the decay: %s\n", picture_path);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: demo CONFIG PICTURE.svg\n");
        return 2;
    }
    try {
        return tell(argv[1], argv[2]);
    } catch (const rope::error& e) {
        std::fprintf(stderr, "demo: %s\n", e.what());
        return 1;
    }
}
