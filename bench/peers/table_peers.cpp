// peer/<name>/table/<float_angle|double_angle>/f32/131072x64: the table of table/exact/f32/131072x64 by the loops of
// table_loops.hpp, against memset of both and, with times_rope, against the library with this machine's best kernel.
// worst_error is the largest difference from the correctly rounded table: an angle that is a float is far off here.
// SPDX-License-Identifier: MIT
#include "table_peers.hpp"
#include "../table_memory.hpp"
#include "table_loops.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace bench {
namespace {

template <class Loop>
double worst_error(const rope::frequency_set& f, Loop&& loop, float* cos, float* sin) {
    loop(cos, sin);
    const auto exact = rope::cos_sin_table<float>(f, table_rows);
    double worst = 0;
    for (std::size_t k = 0; k < exact.cos.size(); ++k) {
        const double c = std::abs(static_cast<double>(cos[k]) - static_cast<double>(exact.cos[k]));
        const double s = std::abs(static_cast<double>(sin[k]) - static_cast<double>(exact.sin[k]));
        worst = std::max({worst, std::isnan(c) ? 2 : c, std::isnan(s) ? 2 : s});
    }
    return worst;
}

template <class Loop>
void judge(benchmark::State& state, const rope::frequency_set& f, Loop&& loop, double tolerance) {
    const table_memory<float> memory = reserve_tables<float>();
    const double worst = worst_error(f, loop, memory.cos, memory.sin);
    if (!(worst <= tolerance)) {
        return state.SkipWithError(("an entry is off by " + std::to_string(worst)).c_str());
    }
    measure_table<float>(state, loop);
    const auto library = [&] { rope::fill_cos_sin_table(f, {0, table_rows}, memory.cos, memory.sin); };
    const paired_result both = measure([&] { loop(memory.cos, memory.sin); }, library, [] {}, pairs_short);
    state.counters["rope_ns"] = both.limit_ns;
    state.counters["times_rope"] = both.limit_ratio;
    state.counters["worst_error"] = worst;
}

void add_peer(const std::string& name, table_loops loops) {
    add("peer/" + name + "/table/float_angle/f32/131072x64", [=](benchmark::State& state) {
        const rope::frequency_set f = table_frequencies();
        const std::vector<float> w(f.inv_freq.begin(), f.inv_freq.end());
        const auto loop = [&](float* cos, float* sin) {
            loops.float_angle(w.data(), table_rows, table_pairs, cos, sin);
        };
        judge(state, f, loop, 2e-2);
    });
    add("peer/" + name + "/table/double_angle/f32/131072x64", [=](benchmark::State& state) {
        const rope::frequency_set f = table_frequencies();
        const auto loop = [&](float* cos, float* sin) {
            loops.double_angle(f.inv_freq.data(), table_rows, table_pairs, cos, sin);
        };
        judge(state, f, loop, 1e-6);
    });
}

} // namespace

void add_table_peers() {
    add_peer("libm", libm_tables());
#if ROPE_BENCH_LIBMVEC
    add_peer("libmvec", libmvec_tables());
#endif
#if ROPE_BENCH_SLEEF
    add_peer("sleef_u10", sleef_tables_u10());
    add_peer("sleef_u35", sleef_tables_u35());
#endif
#if ROPE_BENCH_EIGEN
    add_peer("eigen", eigen_tables());
    add_peer("eigen_native", eigen_tables_native());
#endif
}

} // namespace bench
