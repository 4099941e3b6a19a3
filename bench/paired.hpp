// The measurement: samples of the work and of its limit in turn, on the same buffers, in one process, so that
// a busy neighbour or a changing clock meets both. What is reported is the median of the quotients of the
// pairs.
// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct paired_result {
    double time_ns;     // median over the samples, one run of the work
    double limit_ns;    // the same of the limit; 0 where there is none
    double limit_ratio; // median over the pairs of work / limit
};

// A sample is long enough for the clock to be exact, and there are fewer of them where one run takes long.
constexpr double sample_ns = 20e3;
constexpr std::size_t long_bytes = std::size_t{64} << 20;
constexpr int pairs_short = 25;
constexpr int pairs_long = 9;
constexpr int pairs_least = 5;
// What takes less finds its data in some cache, as it left them itself: two runs before each sample are not counted. After
// a limit that writes past the caches, 2 MiB out of place took 311 us at first, 255 the second time, 180 from then on.
constexpr double in_caches_ns = 1e7;
constexpr int uncounted_runs = 2;
constexpr double budget_ns = 2e9; // slow work (scalar code on a large tensor) gets fewer samples

inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Nanoseconds that one of `runs` calls takes.
template <class Function>
double sample(Function& f, std::int64_t runs) {
    using clock = std::chrono::steady_clock;
    const auto start = clock::now();
    for (std::int64_t k = 0; k < runs; ++k) {
        f();
        benchmark::ClobberMemory();
    }
    const std::chrono::duration<double, std::nano> taken = clock::now() - start;
    return taken.count() / static_cast<double>(runs);
}

// How many calls fill a sample.
template <class Function>
std::int64_t runs_for(Function& f) {
    std::int64_t runs = 1;
    for (;;) {
        const double taken = sample(f, runs) * static_cast<double>(runs);
        if (taken >= sample_ns) {
            return runs;
        }
        const double factor = taken > 0 ? 1.2 * sample_ns / taken : 10.0;
        runs =
            std::max(runs + 1, static_cast<std::int64_t>(static_cast<double>(runs) * std::min(factor, 10.0)));
    }
}

// `between` runs before every sample, untimed: it brings the buffers into the state that both start from.
template <class Work, class Limit, class Between>
paired_result measure(Work&& work, Limit&& limit, Between&& between, int pairs) {
    between();
    const std::int64_t work_runs = runs_for(work);
    between();
    const std::int64_t limit_runs = runs_for(limit);
    between();
    const double one_pair = sample(work, 1) * static_cast<double>(work_runs) + sample_ns;
    pairs = std::max(pairs_least, std::min(pairs, static_cast<int>(budget_ns / one_pair)));
    const int uncounted = one_pair < in_caches_ns ? uncounted_runs : 0;
    std::vector<double> times, limits, quotients;
    for (int k = 0; k < pairs; ++k) {
        between();
        for (int run = 0; run < uncounted; ++run) {
            work();
        }
        times.push_back(sample(work, work_runs));
        between();
        for (int run = 0; run < uncounted; ++run) {
            limit();
        }
        limits.push_back(sample(limit, limit_runs));
        quotients.push_back(times.back() / limits.back());
    }
    return {median(times), median(limits), median(quotients)};
}

// True when the first of two limits is the faster one, from five samples of each in turn.
template <class First, class Second>
bool first_is_faster(First&& first, Second&& second) {
    const std::int64_t first_runs = runs_for(first), second_runs = runs_for(second);
    std::vector<double> a, b;
    for (int k = 0; k < 5; ++k) {
        a.push_back(sample(first, first_runs));
        b.push_back(sample(second, second_runs));
    }
    return median(a) <= median(b);
}

// Tells a result: `bytes` is what the limit reads and writes.
inline void report(benchmark::State& state, const paired_result& r, std::size_t bytes) {
    state.counters["time_ns"] = r.time_ns;
    state.counters["limit_ns"] = r.limit_ns;
    state.counters["limit_ratio"] = r.limit_ratio;
    state.counters["bytes_per_second"] = static_cast<double>(bytes) / (r.time_ns * 1e-9);
}

// Registers `body(state)`, which measures by itself and reports; reporters.hpp shows what it told.
template <class Body>
void add(const std::string& name, Body body) {
    benchmark::RegisterBenchmark(name.c_str(), [body](benchmark::State& state) {
        for (auto _ : state) {
            body(state);
        }
    });
}

} // namespace bench
