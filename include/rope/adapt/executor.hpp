// run_on(executor, plan, data...): the parts of a plan on an executor's threads. Executors are in std_thread.hpp, openmp.hpp
// and eigen_thread_pool.hpp, each of which includes this header. An engine with its own thread pool calls
// run(plan, data, part, parts) from its threads instead.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/run.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {

// How an executor runs parts. An adaptor specialises it with exists = true and
//   static std::int64_t threads(E&): how many parts can run at once
//   template <class F> static void each(E&, std::int64_t parts, F& f): calls f(0) ... f(parts - 1), once each; all have
//   returned when it returns. f is noexcept.
template <class E, class = void>
struct executor_of {
    static constexpr bool exists = false;
};

namespace detail {

// A part writes at least this much: in the microseconds that it takes to wake a thread and wait for it, one thread rotates
// this much. Smaller work stays on the caller's thread.
constexpr std::int64_t least_part_bytes = std::int64_t{1} << 18;

inline std::int64_t most_parts(const plan_data& plan) noexcept {
    const std::int64_t rows = plan.outer_steps * plan.tokens.extent * plan.heads.extent;
    return rows * plan.job.pairs * 2 * plan.out_size / least_part_bytes;
}

} // namespace detail

// run(plan, data...) on the executor's threads and the caller's; returns when all parts are done.
// data, shapes and aliasing: as for run(plan, data...). Lifetime: plan and data are used until it returns, not later.
// May be called from several threads at once. The same bits for any number of threads.
// Throws what run(plan, data...) throws, before any thread is asked.
template <class E, class In, class Out, class... Data>
void run_on(E&& executor, const rotation_plan<In, Out>& plan, Data&&... data) {
    using known = executor_of<std::remove_cv_t<std::remove_reference_t<E>>>;
    static_assert(known::exists, "rope: no included header knows this executor; see rope/adapt/executor.hpp");
    std::int64_t parts = detail::most_parts(plan);
    if (parts > 1) { // the executor is not asked about one token of a decoder
        parts = (std::min)(parts, static_cast<std::int64_t>(known::threads(executor)));
    }
    if (parts <= 1) {
        run(plan, data...);
        return;
    }
    const detail::run_pointers at = detail::pointers_of(plan, data...);
    const auto one = [&](std::int64_t part) noexcept {
        detail::run_part(plan, at.in, at.out, part, parts, 0);
    };
    known::each(executor, parts, one);
}

} // namespace ROPE_ABI
} // namespace rope
