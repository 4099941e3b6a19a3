// run_on(rope::openmp{}, plan, data...): the parts of a plan on OpenMP's threads. Needs the compiler's OpenMP option
// (-fopenmp).
// SPDX-License-Identifier: MIT
#pragma once

#if !defined(_OPENMP)
#error "rope/adapt/openmp.hpp needs the compiler's OpenMP option, such as -fopenmp"
#endif

#include <rope/adapt/executor.hpp>

#include <omp.h>

namespace rope {
inline namespace ROPE_ABI {

struct openmp {
    int threads = 0; // 0: omp_get_max_threads()
};

template <>
struct executor_of<openmp> {
    static constexpr bool exists = true;

    // 1 inside a parallel region: there each thread does its own call alone.
    static std::int64_t threads(const openmp& e) {
        return omp_in_parallel() != 0 ? 1 : e.threads > 0 ? e.threads : omp_get_max_threads();
    }
    template <class F>
    static void each(const openmp&, std::int64_t parts, const F& f) {
        const int count = static_cast<int>(parts);
#pragma omp parallel num_threads(count)
        for (std::int64_t part = omp_get_thread_num(); part < parts; part += omp_get_num_threads()) {
            f(part); // every part is done, also where OpenMP grants fewer threads
        }
    }
};

} // namespace ROPE_ABI
} // namespace rope
