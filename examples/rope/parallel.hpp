// parallel: parts of a job on several threads.
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace cli {

// Calls job(part) for every part in [0, parts), each on a thread of its own; the first exception is thrown
// again. Where the system gives no more threads, the caller does the work.
template <class Job>
void run_parts(int parts, Job&& job) {
    std::vector<std::exception_ptr> problems(static_cast<std::size_t>(parts));
    const auto guarded = [&](int part) {
        try {
            job(part);
        } catch (...) {
            problems[static_cast<std::size_t>(part)] = std::current_exception();
        }
    };
    std::vector<std::thread> threads;
    threads.reserve(static_cast<std::size_t>(parts));
    for (int part = 1; part < parts; ++part) {
        try {
            threads.emplace_back(guarded, part);
        } catch (const std::system_error&) {
            guarded(part);
        }
    }
    guarded(0);
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const std::exception_ptr& problem : problems) {
        if (problem) {
            std::rethrow_exception(problem);
        }
    }
}

} // namespace cli
