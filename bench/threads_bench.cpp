// threads/<executor>/f32/<size>/<threads>: rope::run_on against rope::run of the same plan, in turn. A sample is many
// calls in a row, after one that is not counted: an engine rotates once per layer, so that threads are awake and each
// core's cache has what it had before. `speedup` is the median over the pairs of (one thread / executor);
// `speedup_cold` is that of single calls after 2 ms of rest, when threads may be asleep. `limit_speedup` is what
// multiplying the same bytes by -1 gains from a team of as many threads. `decode` is one token of 32 heads of 128,
// where the executor must not get in the way; the sizes are of [token, 32 heads, 128], in place.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "limits.hpp"
#include "paired.hpp"
#include "values.hpp"

#include <rope/adapt/std_thread.hpp>
#include <rope/core.hpp>

#if ROPE_BENCH_EIGEN
#include <rope/adapt/eigen_thread_pool.hpp>

#include <unsupported/Eigen/CXX11/ThreadPool>
#endif
#if defined(_OPENMP)
#include <rope/adapt/openmp.hpp>
#endif

#include <string>
#include <thread>

namespace bench {
namespace {

constexpr std::int64_t heads = 32, dim = 128;
constexpr int cold_pairs = 9;
constexpr double row_ns = 2e6; // how long a row of calls takes, or one call

struct size {
    const char* name;
    std::int64_t tokens;
};
constexpr size sizes[] = {{"decode", 1}, {"512KiB", 32},  {"2MiB", 128},
                          {"8MiB", 512}, {"32MiB", 2048}, {"256MiB", 16384}};

buffer memory;

// Rows of calls of the one and of the other, in turn.
template <class One, class Other>
paired_result measure_rows(One&& one, Other&& other, int pairs) {
    const auto calls = [](auto& f) {
        f();
        return std::max(std::int64_t{1}, static_cast<std::int64_t>(row_ns / sample(f, 1)));
    };
    const std::int64_t one_calls = calls(one), other_calls = calls(other);
    std::vector<double> times, others, quotients;
    for (int k = 0; k < pairs; ++k) {
        one();
        times.push_back(sample(one, one_calls));
        other();
        others.push_back(sample(other, other_calls));
        quotients.push_back(times.back() / others.back());
    }
    return {median(times), median(others), median(quotients)};
}

template <class Executor>
void measure_threads(benchmark::State& state, std::int64_t tokens, int threads) {
    rope::config config;
    config.head_dim = dim;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), tokens);
    const auto count = static_cast<std::size_t>(tokens * heads * dim);
    float* const data = reinterpret_cast<float*>(memory.reserve(count * sizeof(float)));
    fill(data, count);
    const auto plan = rope::plan(table, rope::view(data, {tokens, heads, dim}), "s h d");
    const auto one = [&] { rope::run(plan, data); };
    const std::size_t bytes = count * sizeof(float);
    const int pairs = bytes > long_bytes ? pairs_long : pairs_short;
    if (tokens > 1) {
        rope::thread_team team(threads);
        const auto share = [&](std::int64_t part) noexcept {
            const auto t0 = static_cast<std::size_t>(tokens * part / threads),
                       t1 = static_cast<std::size_t>(tokens * (part + 1) / threads);
            negate(data + t0 * heads * dim, (t1 - t0) * heads * dim);
        };
        const paired_result limit =
            measure_rows([&] { negate(data, count); }, [&] { team.each(threads, share); }, pairs);
        state.counters["limit_ns"] = limit.limit_ns;
        state.counters["limit_speedup"] = limit.limit_ratio;
        fill(data, count);
    }
    Executor executor{threads};
    const auto all = [&] { rope::run_on(executor, plan, data); };
    const paired_result r = measure_rows(one, all, pairs);
    const auto rest = [] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
    std::vector<double> quotients;
    for (int k = 0; k < cold_pairs; ++k) {
        rest();
        const double alone = sample(one, 1);
        rest();
        quotients.push_back(alone / sample(all, 1));
    }
    state.counters["time_ns"] = r.limit_ns;
    state.counters["one_thread_ns"] = r.time_ns;
    state.counters["speedup"] = r.limit_ratio;
    state.counters["speedup_cold"] = median(quotients);
    state.counters["bytes_per_second"] = 2 * static_cast<double>(bytes) / (r.limit_ns * 1e-9);
    state.counters["ns_per_token"] = r.limit_ns / static_cast<double>(tokens);
}

template <class Executor>
void add_executor(const std::string& name) {
    const int most = static_cast<int>(std::max(2u, std::thread::hardware_concurrency()));
    for (const size& s : sizes) {
        for (int threads = 2; threads <= most; threads *= 2) {
            add("threads/" + name + "/f32/" + s.name + "/" + std::to_string(threads),
                [=](benchmark::State& state) { measure_threads<Executor>(state, s.tokens, threads); });
        }
    }
}

} // namespace

void add_threads() {
    add_executor<rope::thread_team>("std_thread");
#if ROPE_BENCH_EIGEN
    add_executor<Eigen::ThreadPool>("eigen_pool");
#endif
#if defined(_OPENMP)
    add_executor<rope::openmp>("openmp");
#endif
}

} // namespace bench
