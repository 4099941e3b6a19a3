// run_on(executor, plan, data...): a plan's parts on an executor's threads. Which executors there are is said by
// std_thread.hpp, openmp.hpp and eigen_thread_pool.hpp, each of which includes this; other engines call
// run(plan, data, part, parts) from their own.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/run.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {

// What runs parts. An adaptor specialises it with
//   static std::int64_t threads(E&): how many parts may run at once
//   template <class F> static void each(E&, std::int64_t parts, F& f): f(0) ... f(parts - 1), once each, all done
//   when it returns. f is noexcept.
template <class E, class = void>
struct executor_of {
    static constexpr bool exists = false;
};

namespace detail {

// A part has at least this much to write: waking and awaiting a thread costs some microseconds, in which one
// thread rotates this much. Smaller work stays on the caller's thread.
constexpr std::int64_t least_part_bytes = std::int64_t{1} << 18;

template <class In, class Out>
std::int64_t most_parts(const rotation_plan<In, Out>& plan) noexcept {
    const std::int64_t rows = plan.outer_steps * plan.tokens.extent * plan.heads.extent;
    return rows * plan.job.pairs * 2 * static_cast<std::int64_t>(sizeof(Out)) / least_part_bytes;
}

} // namespace detail

// run(plan, data...) on the threads of an executor and the caller's own; returns when all is done. data: as for
// run. May be called from several threads at once. Returns the instruction set of the plan's kernel.
template <class E, class In, class Out, class... Data>
isa run_on(E&& executor, const rotation_plan<In, Out>& plan, Data&&... data) {
    using known = executor_of<std::remove_cv_t<std::remove_reference_t<E>>>;
    static_assert(known::exists, "rope: no included header knows this executor; see rope/adapt/executor.hpp");
    std::int64_t parts = detail::most_parts(plan);
    if (parts > 1) { // the executor is not asked about one token of a decoder
        parts = (std::min)(parts, static_cast<std::int64_t>(known::threads(executor)));
    }
    if (parts <= 1) {
        return run(plan, data...);
    }
    isa ran = isa::scalar;
    const auto one = [&](std::int64_t part) noexcept {
        const isa mine = run(plan, data..., part, parts);
        if (part == 0) {
            ran = mine;
        }
    };
    known::each(executor, parts, one);
    return ran;
}

} // namespace ROPE_ABI
} // namespace rope
