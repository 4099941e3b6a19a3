// threads/<executor>/f32/<size>/<threads>: rope::run_on against rope::run of the same plan, sample by sample in turn.
// `speedup` is the median over the pairs of (one thread / executor). `decode` is one token of 32 heads of 128, where
// the executor must not get in the way; the sizes are of [token, 32 heads, 128], in place.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "paired.hpp"
#include "values.hpp"

#include <rope/adapt/std_thread.hpp>
#include <rope/core.hpp>

#if ROPE_BENCH_EIGEN
#include <rope/adapt/eigen_thread_pool.hpp>

#include <unsupported/Eigen/CXX11/ThreadPool>
#endif

#include <string>
#include <thread>

namespace bench {
namespace {

constexpr std::int64_t heads = 32, dim = 128;

struct size {
    const char* name;
    std::int64_t tokens;
};
constexpr size sizes[] = {{"decode", 1}, {"512KiB", 32},  {"2MiB", 128},
                          {"8MiB", 512}, {"32MiB", 2048}, {"256MiB", 16384}};

buffer memory;

template <class Executor>
void measure_threads(benchmark::State& state, std::int64_t tokens, int threads) {
    rope::config config;
    config.head_dim = dim;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), tokens);
    const auto count = static_cast<std::size_t>(tokens * heads * dim);
    float* const data = reinterpret_cast<float*>(memory.reserve(count * sizeof(float)));
    fill(data, count);
    const auto plan = rope::plan(table, rope::view(data, {tokens, heads, dim}), "s h d");
    Executor executor(threads);
    const std::size_t bytes = count * sizeof(float);
    const paired_result r =
        measure([&] { rope::run(plan, data); }, [&] { rope::run_on(executor, plan, data); }, [] {},
                bytes > long_bytes ? pairs_long : pairs_short);
    state.counters["time_ns"] = r.limit_ns;
    state.counters["one_thread_ns"] = r.time_ns;
    state.counters["speedup"] = r.limit_ratio;
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
}

} // namespace bench
