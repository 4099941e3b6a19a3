// The OpenMP executor: the bits of one thread, also from inside a parallel region. A program of its own, as it
// is compiled with the OpenMP option.
// SPDX-License-Identifier: MIT
#include <rope/adapt/openmp.hpp>
#include <rope/core.hpp>

#include <cstdio>
#include <cstring>
#include <vector>

int main() {
    rope::config config;
    config.head_dim = 64;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 1024);
    std::vector<float> x(1024 * 16 * 64, 0.5f), expected = x;
    const auto plan = rope::plan(table, rope::view(x.data(), {1024, 16, 64}), "s h d");
    rope::run(plan, expected.data());
    const auto same = [&](const std::vector<float>& y) {
        return std::memcmp(y.data(), expected.data(), expected.size() * sizeof(float)) == 0;
    };
    int failures = 0;
    for (const int threads : {0, 1, 2, 7}) {
        std::vector<float> y = x;
        rope::run_on(rope::openmp{threads}, plan, y.data());
        if (!same(y)) {
            std::printf("openmp with %d threads: other bits than one thread\n", threads);
            ++failures;
        }
    }
#pragma omp parallel num_threads(2) reduction(+ : failures)
    {
        std::vector<float> y = x;
        rope::run_on(rope::openmp{2}, plan, y.data());
        failures += same(y) ? 0 : 1;
    }
    if (failures != 0) {
        std::printf("%d failures\n", failures);
    }
    return failures != 0 ? 1 : 0;
}
