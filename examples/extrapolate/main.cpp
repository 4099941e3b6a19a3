// extrapolate: what the scaling recipes are for. An attention head learns, on sequences of 64 tokens, to find the token
// five steps back; then it is asked on sequences up to sixteen times as long, with its frequencies as they were and
// scaled by each recipe, without further training.
//   extrapolate [--steps N] [--seed N] --out DIR
// SPDX-License-Identifier: MIT
#include "../chart/chart.hpp"
#include "task.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace extrapolate;

const char* const usage =
    "extrapolate [--steps N] [--seed N] --out DIR\n"
    "\n"
    "Trains an attention head to find the token 5 steps back on sequences of 64 tokens and tests it on "
    "longer\n"
    "ones under each scaling recipe: a table on standard output and DIR/extrapolate.svg.\n"
    "\n"
    "  --steps N  of training, 600 unless given\n"
    "  --seed N   of the first of three trainings, 1 unless given; the same seed gives the same bits\n"
    "  --out DIR  made when it is not there\n";

constexpr int lengths[] = {64, 128, 256, 512, 1024};
constexpr int stretched = 512; // what the recipes are set for
constexpr double factor = static_cast<double>(stretched) / trained_length;
constexpr int trainings = 3;

rope::config plain_config() {
    rope::config c;
    c.head_dim = width;
    c.max_position = trained_length;
    c.original_max_position = trained_length;
    return c;
}

rope::config with(rope::scaling s) {
    rope::config c = plain_config();
    c.scaling = std::move(s);
    return c;
}

rope::config longrope(const std::vector<double>& factors) {
    rope::longrope_scaling s;
    s.short_factor.assign(factors.size(), 1);
    s.long_factor = factors;
    s.factor = factor;
    return with(s);
}

// LongRoPE's factors are searched, not given. First how many pairs keep their frequency, then each factor by itself,
// growing from pair to pair; judged on sequences that are not tested on.
std::vector<double> search_factors(const pointer& model) {
    const auto loss = [&](const std::vector<double>& factors) {
        return model.test(rope::frequencies(longrope(factors), stretched), stretched, 1, 4242).loss;
    };
    constexpr std::size_t pairs = width / 2;
    std::vector<double> best(pairs, factor);
    double least = loss(best);
    const auto keep_better = [&](const std::vector<double>& trial) {
        if (const double l = loss(trial); l < least) {
            least = l;
            best = trial;
        }
    };
    for (std::size_t kept = 1; kept <= pairs; ++kept) {
        std::vector<double> trial(pairs, factor);
        std::fill(trial.begin(), trial.begin() + static_cast<std::ptrdiff_t>(kept), 1.0);
        keep_better(trial);
    }
    for (std::size_t k = 0; k < pairs; ++k) {
        for (const double change : {0.5, 2.0}) {
            std::vector<double> trial = best;
            trial[k] = std::min(std::max(trial[k] * change, k == 0 ? 1.0 : trial[k - 1]),
                                k + 1 == pairs ? factor : trial[k + 1]);
            keep_better(trial);
        }
    }
    return best;
}

struct recipe {
    std::string name, colour;
    rope::config config;
    std::vector<double> accuracy, loss; // one for each length, mean of the trainings
};

std::vector<recipe> recipes() {
    rope::yarn_scaling yarn;
    yarn.factor = factor;
    yarn.beta_fast = 4; // the published 32 turns do not fit into so short a training
    return {{"rope", "#222222", plain_config(), {}, {}},
            {"linear", "#b8a13a", with(rope::linear_scaling{factor}), {}, {}},
            {"NTK", "#d1793b", with(rope::ntk_scaling{factor}), {}, {}},
            {"dynamic NTK", "#a0569b", with(rope::dynamic_scaling{1}), {}, {}},
            {"YaRN", "#4a8abe", with(yarn), {}, {}},
            {"LongRoPE", "#4f9d69", plain_config(), {}, {}}};
}

struct options {
    std::string out;
    int steps = 600;
    std::uint64_t seed = 1;
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
        if (name != "--steps" && name != "--seed" && name != "--out") {
            throw std::runtime_error("unknown option " + name + "; --help says which there are");
        }
        const std::string value = ++k < count ? arguments[k] : "";
        if (name == "--out") {
            o.out = value;
        } else if (value.empty() || value.size() > 9 ||
                   value.find_first_not_of("0123456789") != std::string::npos) {
            throw std::runtime_error(name + " " + value + ": expected a whole number of at most nine digits");
        } else if (name == "--steps") {
            o.steps = std::stoi(value);
        } else {
            o.seed = std::stoull(value);
        }
    }
    if (o.out.empty()) {
        throw std::runtime_error("--out DIR is missing: where the picture goes");
    }
    return o;
}

charts::chart accuracy_chart(const std::vector<recipe>& all) {
    charts::chart c = {"right answers, by length (trained on 64, recipes set for 512)",
                       "length of the sequence",
                       "right, %",
                       {},
                       {},
                       {}};
    for (const int length : lengths) {
        c.x_ticks.push_back({std::log2(length), std::to_string(length)});
    }
    for (int percent = 0; percent <= 100; percent += 20) {
        c.y_ticks.push_back({percent / 100.0, std::to_string(percent)});
    }
    for (const recipe& r : all) {
        charts::series s = {r.name, r.colour, {}, r.accuracy, true, false};
        for (const int length : lengths) {
            s.x.push_back(std::log2(length));
        }
        c.lines.push_back(std::move(s));
    }
    return c;
}

// Where the head looks: a peak five steps back. Linear interpolation, which needs training of its own, moves it to
// forty; YaRN keeps it and makes it stand out.
charts::chart score_chart(const std::vector<recipe>& all, const pointer& model) {
    charts::chart c = {"mean score of a key, by its distance (recipes set for 512)",
                       "steps back",
                       "score before softmax",
                       {},
                       {},
                       {}};
    constexpr std::size_t shown = 60;
    double low = 0, high = 0;
    for (const recipe& r : all) {
        if (r.name != "rope" && r.name != "linear" && r.name != "YaRN") {
            continue;
        }
        charts::series s = {r.name, r.colour, {}, {}, false, false};
        s.y = model.score_by_distance(rope::frequencies(r.config, stretched), stretched, 77);
        s.y.resize(shown);
        for (std::size_t d = 0; d < shown; ++d) {
            s.x.push_back(static_cast<double>(d));
            low = std::min(low, s.y[d]);
            high = std::max(high, s.y[d]);
        }
        c.lines.push_back(std::move(s));
    }
    for (std::size_t d = 0; d <= shown; d += 5) {
        c.x_ticks.push_back({static_cast<double>(d), std::to_string(d)});
    }
    const double step = std::max(5.0, 5 * std::ceil((high - low) / 40));
    for (double y = step * std::floor(low / step); y < high + step; y += step) {
        c.y_ticks.push_back({y, std::to_string(static_cast<int>(y))});
    }
    return c;
}

int run(const options& o) {
    std::filesystem::create_directories(o.out);
    std::vector<recipe> all = recipes();
    for (recipe& r : all) {
        r.accuracy.resize(std::size(lengths));
        r.loss.resize(std::size(lengths));
    }
    std::vector<pointer> models;
    for (int m = 0; m < trainings; ++m) {
        models.emplace_back(o.seed + static_cast<std::uint64_t>(m));
        pointer& model = models.back();
        const rope::frequency_set trained = rope::frequencies(plain_config());
        double loss = 0;
        for (int step = 0; step < o.steps; ++step) {
            loss = model.train(trained);
        }
        std::printf("training %d: loss %.4f after %d steps on sequences of %d\n", m + 1, loss, o.steps,
                    trained_length);
        std::fflush(stdout);
        all.back().config = longrope(search_factors(model));
        for (recipe& r : all) {
            for (std::size_t k = 0; k < std::size(lengths); ++k) {
                // The frequencies are those of the length: dynamic NTK and LongRoPE look at it.
                const score s = model.test(rope::frequencies(r.config, lengths[k]), lengths[k], 2, 99);
                r.accuracy[k] += s.accuracy / trainings;
                r.loss[k] += s.loss / trainings;
            }
        }
    }
    std::printf("\nright answers, %% (loss), means of %d trainings\n%-12s", trainings, "length");
    for (const int length : lengths) {
        std::printf("%18d", length);
    }
    for (const recipe& r : all) {
        std::printf("\n%-12s", r.name.c_str());
        for (std::size_t k = 0; k < std::size(lengths); ++k) {
            std::printf("%10.1f (%5.2f)", 100 * r.accuracy[k], r.loss[k]);
        }
    }
    const std::string path = charts::save(o.out, "extrapolate.svg", "Find the token five steps back",
                                          {accuracy_chart(all), score_chart(all, models.front())});
    std::printf("\n\nthe picture is %s\n", path.c_str());
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
        std::fprintf(stderr, "extrapolate: %s\n", e.what());
        return 1;
    }
}
