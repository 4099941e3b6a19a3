// Busy waiting: what executors do before they put a thread to sleep.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <chrono>
#include <thread>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Calls ready() until it returns true or `limit` has passed; returns its last result. Yields about every microsecond,
// because a thread that was just woken may run on the same processor as the thread that it waits for.
template <class Ready>
bool spin(std::chrono::microseconds limit, const Ready& ready) {
    using clock = std::chrono::steady_clock;
    const auto end = clock::now() + limit;
    do {
        for (int k = 0; k < 16; ++k) {
            if (ready()) {
                return true;
            }
#if ROPE_ARCH_X86_64 && defined(__GNUC__)
            __builtin_ia32_pause();
#elif ROPE_ARCH_AARCH64 && defined(__GNUC__)
            __asm__ volatile("yield");
#endif
        }
        std::this_thread::yield();
    } while (clock::now() < end);
    return ready();
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
