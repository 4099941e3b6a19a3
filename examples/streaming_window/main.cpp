// streaming_window: an attention runs far past its window, with sinks. Cached keys are shifted step by step, as engines do; rotated
// from where they were first stored, as rope::key_origins does; and prefilled again.
//   streaming_window [--window SLOTS] [--steps N] --out DIR
// SPDX-License-Identifier: MIT
#include "../chart/chart.hpp"
#include "window.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace {

const char* const usage =
    "streaming_window [--window SLOTS] [--steps N] --out DIR\n"
    "\n"
    "A window of the newest tokens behind four sinks slides over a stream: with each step past the window\n"
    "every key moves down by one position. Prints, for the keys kept in three ways and five formats,\n"
    "  METHOD DTYPE STEPS RELATIVE_ERROR\n"
    "of the attention's output after the last step, and writes DIR/streaming.svg, the error over steps.\n"
    "  origin    rotated from where they were first stored, once for all steps\n"
    "  stepwise  rotated by -1 in the cache with each step\n"
    "  prefill   rotated and stored anew\n"
    "\n"
    "  --window SLOTS  64 to 65536; 4100 unless given\n"
    "  --steps N       past the window, 64 to 1000000; 8192 unless given\n"
    "  --out DIR       made when it is not there\n";

struct options {
    std::string out;
    std::int64_t window = 4100, steps = 8192;
    bool help = false;
};

std::int64_t number(const std::string& name, const std::string& value, std::int64_t most) {
    const bool digits =
        !value.empty() && value.size() < 10 && value.find_first_not_of("0123456789") == std::string::npos;
    const std::int64_t n = digits ? std::stoll(value) : 0;
    if (n < 64 || n > most) {
        throw std::runtime_error(name + " " + value + ": expected a number from 64 to " +
                                 std::to_string(most));
    }
    return n;
}

options parse(int count, char** arguments) {
    options o;
    for (int k = 1; k < count; ++k) {
        const std::string name = arguments[k];
        if (name == "--help" || name == "-h") {
            o.help = true;
            return o;
        }
        if (name != "--window" && name != "--steps" && name != "--out") {
            throw std::runtime_error("unknown option " + name + "; --help says which there are");
        }
        const std::string value = ++k < count ? arguments[k] : "";
        if (name == "--out") {
            o.out = value;
        } else if (name == "--window") {
            o.window = number(name, value, 65536);
        } else {
            o.steps = number(name, value, 1000000);
        }
    }
    if (o.out.empty()) {
        throw std::runtime_error("--out DIR is missing: where the picture goes");
    }
    return o;
}

// One format's errors over the steps.
struct curve {
    const char *name, *colour;
    std::vector<double> steps, origin, stepwise, prefill;
};

template <class T>
curve run(const options& o, const char* name, const char* colour) {
    curve c = {name, colour, {}, {}, {}, {}};
    streaming::window w(o.window);
    streaming::kept_keys<T> keys(w);
    while (w.arrived() < o.window) {
        keys.store(w, w.step(), false);
    }
    constexpr std::int64_t points = 32;
    std::int64_t measured = 0;
    for (std::int64_t k = 1; k <= o.steps; ++k) {
        keys.store(w, w.step(), true);
        if (k * points / o.steps > measured || k == 1) {
            measured = k * points / o.steps;
            const auto e = keys.measure(w);
            c.steps.push_back(static_cast<double>(k));
            c.origin.push_back(e.origin);
            c.stepwise.push_back(e.stepwise);
            c.prefill.push_back(e.prefill);
        }
    }
    return c;
}

charts::chart empty_chart(const std::string& title, const options& o) {
    charts::chart c = {title, "steps past the window", "relative error of the attention's output", {}, {},
                       {}};
    for (int k = 0; k <= 4; ++k) {
        const std::int64_t at = o.steps * k / 4;
        c.x_ticks.push_back({static_cast<double>(at), std::to_string(at)});
    }
    for (int power = -8; power <= 1; ++power) {
        c.y_ticks.push_back({static_cast<double>(power),
                             power >= 0 ? (power == 0 ? "1" : "10") : "1e" + std::to_string(power)});
    }
    return c;
}

charts::series line(const curve& c, const std::vector<double>& errors, const std::string& name, bool dashed) {
    charts::series s = {name, c.colour, c.steps, {}, false, dashed};
    for (const double e : errors) {
        s.y.push_back(std::log10(e));
    }
    return s;
}

int run(const options& o) {
    std::filesystem::create_directories(o.out);
    const std::vector<curve> all = {run<float>(o, "float", "#4a8abe"), run<rope::half>(o, "half", "#4f9d69"),
                                    run<rope::bfloat16>(o, "bfloat16", "#d1793b"),
                                    run<std::int8_t>(o, "int8", "#8d6cab"),
                                    run<rope::fp8_e4m3>(o, "fp8", "#b8485e")};
    const auto print = [&](const char* method, const std::vector<double> curve::*errors) {
        for (const curve& c : all) {
            std::printf("%s %s %lld %.2e\n", method, c.name, static_cast<long long>(o.steps),
                        (c.*errors).back());
        }
    };
    print("origin", &curve::origin);
    print("stepwise", &curve::stepwise);
    print("prefill", &curve::prefill);
    charts::chart stepwise = empty_chart("shifted one by one, in the cache", o),
                  origin = empty_chart("from the origin; dashed: prefilled again", o);
    for (const curve& c : all) {
        stepwise.lines.push_back(line(c, c.stepwise, c.name, false));
        origin.lines.push_back(line(c, c.origin, c.name, false));
    }
    for (const curve& c : all) {
        origin.lines.push_back(line(c, c.prefill, c.name, true));
    }
    charts::save(o.out, "streaming.svg",
                 "Keys of a window of " + std::to_string(o.window) + " tokens that slides by one each step",
                 {stepwise, origin});
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
        std::fprintf(stderr, "streaming_window: %s\n", e.what());
        return 1;
    }
}
