// numerics_drift: how far from the real cos and sin a table's entries are, over the positions of a long context: the
// library's exact tables, and the float steps of transformers and of ggml.
//   numerics_drift [--positions N] --out DIR
// SPDX-License-Identifier: MIT
#include "../chart/chart.hpp"

#include <rope/core.hpp>
#include <rope/entries/float_numerics.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

const char* const usage =
    "numerics_drift [--positions N] --out DIR\n"
    "\n"
    "Compares float tables made in three ways with the real cos and sin, entry by entry: a table on "
    "standard\n"
    "output and DIR/numerics.svg.\n"
    "\n"
    "  --positions N  up to where; a power of two from 4096 to 2^26, 2^21 unless given\n"
    "  --out DIR      made when it is not there\n";

struct options {
    std::string out;
    std::int64_t positions = std::int64_t{1} << 21;
    bool help = false;
};

options parse(int count, char** arguments) {
    options o;
    for (int k = 1; k < count; ++k) {
        const std::string name = arguments[k];
        if (name == "--help" || name == "-h") {
            o.help = true;
            return o;
        }
        if (name != "--positions" && name != "--out") {
            throw std::runtime_error("unknown option " + name + "; --help says which there are");
        }
        const std::string value = ++k < count ? arguments[k] : "";
        if (name == "--out") {
            o.out = value;
            continue;
        }
        const bool number =
            !value.empty() && value.size() < 10 && value.find_first_not_of("0123456789") == std::string::npos;
        o.positions = number ? std::stoll(value) : 0;
        if (o.positions < 4096 || o.positions > (1 << 26) || (o.positions & (o.positions - 1)) != 0) {
            throw std::runtime_error("--positions " + value + ": expected a power of two from 4096 to 2^26");
        }
    }
    if (o.out.empty()) {
        throw std::runtime_error("--out DIR is missing: where the picture goes");
    }
    return o;
}

struct way {
    rope::numerics numerics;
    const char *name, *colour;
};
constexpr way ways[] = {{rope::numerics::ggml, "ggml", "#d1793b"},
                        {rope::numerics::hf_fp32, "hf_fp32", "#4a8abe"},
                        {rope::numerics::exact, "exact", "#4f9d69"}};
constexpr std::size_t way_count = std::size(ways);

// All positions from 2^k to 2^(k + 1) - 1, or 4096 of them, one from each of 4096 equal parts.
std::vector<std::int64_t> octave(int k) {
    constexpr std::int64_t most = 4096;
    const std::int64_t first = std::int64_t{1} << k, count = std::min(first, most), part = first / count;
    std::vector<std::int64_t> positions;
    for (std::int64_t j = 0; j < count; ++j) {
        positions.push_back(first + j * part + (j * 40503 >> 3) % part);
    }
    return positions;
}

// Of each way the largest |entry - real value| in each octave of positions, of cos and sin of all pairs. The real values
// are those of exact tables of doubles.
std::vector<std::vector<double>> differences(const rope::frequency_set& frequencies, std::int64_t positions) {
    std::vector<std::vector<double>> worst(way_count);
    for (int k = 0; (std::int64_t{1} << k) < positions; ++k) {
        const std::vector<std::int64_t> list = octave(k);
        const auto count = static_cast<std::int64_t>(list.size());
        const auto real = rope::cos_sin_table<double>(frequencies, list.data(), count);
        for (std::size_t w = 0; w < way_count; ++w) {
            const auto table =
                rope::cos_sin_table<float>(frequencies, list.data(), count, 1, ways[w].numerics);
            double most = 0;
            for (std::size_t at = 0; at < real.cos.size(); ++at) {
                most = std::max({most, std::fabs(static_cast<double>(table.cos[at]) - real.cos[at]),
                                 std::fabs(static_cast<double>(table.sin[at]) - real.sin[at])});
            }
            worst[w].push_back(most);
        }
    }
    return worst;
}

struct model {
    std::string name;
    rope::config config;
};

std::vector<model> models() {
    rope::config plain;
    plain.head_dim = 128;
    rope::config llama = plain; // Llama 3.1 8B
    llama.base = 5e5;
    llama.max_position = 131072;
    llama.original_max_position = 8192;
    llama.scaling = rope::llama3_scaling{8, 1, 4};
    return {{"base 10000", plain}, {"Llama 3.1", llama}};
}

struct line {
    double height;
    const char* name;
};
constexpr line roundings[] = {
    {0x1p-9, "ulp/2, bfloat16"}, {0x1p-12, "ulp/2, half"}, {0x1p-25, "ulp/2, float"}};

charts::chart chart_of(const model& m, const std::vector<std::vector<double>>& worst) {
    const auto octaves = static_cast<int>(worst.front().size());
    charts::chart c = {
        "heads of 128, " + m.name, "position", "largest difference from the real cos and sin", {}, {}, {}};
    for (int k = 0; k <= octaves; k += octaves % 3 == 0 ? 3 : 2) {
        c.x_ticks.push_back({static_cast<double>(k), k < 10   ? std::to_string(1 << k)
                                                     : k < 20 ? std::to_string(1 << (k - 10)) + "k"
                                                              : std::to_string(1 << (k - 20)) + "M"});
    }
    for (int power = -8; power <= 0; ++power) {
        c.y_ticks.push_back({static_cast<double>(power), power == 0 ? "1" : "1e" + std::to_string(power)});
    }
    for (std::size_t w = 0; w < worst.size(); ++w) {
        charts::series s = {ways[w].name, ways[w].colour, {}, {}, true, false};
        for (std::size_t k = 0; k < worst[w].size(); ++k) {
            s.x.push_back(static_cast<double>(k) + 0.5);
            s.y.push_back(std::log10(worst[w][k]));
        }
        c.lines.push_back(s);
    }
    for (const line& r : roundings) {
        const double y = std::log10(r.height);
        c.lines.push_back(
            {r.name, "#8a8a8a", {c.x_ticks.front().at, c.x_ticks.back().at}, {y, y}, false, true});
    }
    return c;
}

// Each row is the worst up to there.
void print(const std::vector<model>& all, const std::vector<std::vector<std::vector<double>>>& worst) {
    std::string head = "| positions below |", below = "\n| ---: |";
    for (const model& m : all) {
        for (const way& w : ways) {
            head += std::string(" ") + w.name + ", " + m.name + " |";
            below += " ---: |";
        }
    }
    std::printf("%s%s\n", head.c_str(), below.c_str());
    std::vector<double> most(all.size() * way_count);
    const std::size_t octaves = worst.front().front().size();
    for (std::size_t k = 0; k < octaves; ++k) {
        std::string cells;
        for (std::size_t at = 0; at < most.size(); ++at) {
            most[at] = std::max(most[at], worst[at / way_count][at % way_count][k]);
            char cell[32];
            std::snprintf(cell, sizeof cell, " %.1e |", most[at]);
            cells += cell;
        }
        const std::size_t power = k + 1;
        if (power == octaves || power == 6 || power == 10 || power == 12 || power == 15 || power == 17 ||
            power == 20) {
            std::printf("| %lld |%s\n", 1LL << power, cells.c_str());
        }
    }
}

int run(const options& o) {
    std::filesystem::create_directories(o.out);
    const std::vector<model> all = models();
    std::vector<charts::chart> panels;
    std::vector<std::vector<std::vector<double>>> worst; // [model][way][octave]
    for (const model& m : all) {
        worst.push_back(differences(rope::frequencies(m.config, o.positions), o.positions));
        panels.push_back(chart_of(m, worst.back()));
    }
    print(all, worst);
    const std::string path = charts::save(o.out, "numerics.svg",
                                          "How far from the real cos and sin a table's entries are", panels);
    std::printf("\nthe picture is %s\n", path.c_str());
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    try {
        const options o = parse(count, arguments);
        if (o.help) {
            std::fputs(usage, stdout);
            return 0;
        }
        return run(o);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "numerics_drift: %s\n", e.what());
        return 1;
    }
}
