// What tables are measured on: 131072 positions of 64 pairs, base 10000, both tables in memory that stays between
// benchmarks, against memset of both.
// SPDX-License-Identifier: MIT
#pragma once

#include "buffers.hpp"
#include "paired.hpp"

#include <rope/core.hpp>

#include <cstdint>
#include <cstring>

namespace bench {

constexpr std::int64_t table_rows = 131072, table_pairs = 64;

inline rope::frequency_set table_frequencies() {
    rope::config c;
    c.head_dim = 2 * table_pairs;
    return rope::frequencies(c);
}

template <class T>
struct table_memory {
    T *cos, *sin;
    std::size_t bytes; // of each
};

inline buffer cos_memory, sin_memory;

template <class T>
table_memory<T> reserve_tables() {
    const std::size_t bytes = static_cast<std::size_t>(table_rows * table_pairs) * sizeof(T);
    return {reinterpret_cast<T*>(cos_memory.reserve(bytes)), reinterpret_cast<T*>(sin_memory.reserve(bytes)),
            bytes};
}

// fill(cos, sin), against the limit.
template <class T, class Fill>
void measure_table(benchmark::State& state, Fill&& fill) {
    const table_memory<T> memory = reserve_tables<T>();
    auto limit = [&] {
        std::memset(static_cast<void*>(memory.cos), 0, memory.bytes);
        benchmark::ClobberMemory();
        std::memset(static_cast<void*>(memory.sin), 0, memory.bytes);
    };
    const paired_result r = measure([&] { fill(memory.cos, memory.sin); }, limit, [] {}, pairs_short);
    report(state, r, 2 * memory.bytes);
    state.counters["ns_per_pair"] = r.time_ns / static_cast<double>(table_rows * table_pairs);
}

} // namespace bench
