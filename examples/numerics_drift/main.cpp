// numerics_drift: how far from the real cos and sin a table's entries are, over the positions of a long context: the
// library's exact tables, and the float steps of transformers and of ggml.
//   numerics_drift [--positions N] --out DIR
// SPDX-License-Identifier: MIT
#include "../chart/drift.hpp"

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

using charts::ways;

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

// Each row is the worst up to there.
void print(const std::vector<model>& all, const std::vector<std::vector<std::vector<double>>>& worst) {
    std::string head = "| positions below |", below = "\n| ---: |";
    for (const model& m : all) {
        for (const charts::way& w : ways) {
            head += std::string(" ") + w.name + ", " + m.name + " |";
            below += " ---: |";
        }
    }
    std::printf("%s%s\n", head.c_str(), below.c_str());
    std::vector<double> most(all.size() * ways.size());
    const std::size_t octaves = worst.front().front().size();
    for (std::size_t k = 0; k < octaves; ++k) {
        std::string cells;
        for (std::size_t at = 0; at < most.size(); ++at) {
            most[at] = std::max(most[at], worst[at / ways.size()][at % ways.size()][k]);
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
        worst.push_back(charts::differences(rope::frequencies(m.config, o.positions), o.positions));
        panels.push_back(charts::drift_chart("heads of 128, " + m.name, worst.back()));
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
