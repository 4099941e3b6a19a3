// Waiting awake: what the executors do before they let a thread sleep.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <chrono>
#include <thread>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Asks `ready` again and again for so long; what it said last. Yields, because a thread that was just woken may have
// been put on the processor of the very thread it waits for.
template <class Ready>
bool spin(std::chrono::microseconds so_long, const Ready& ready) {
    using clock = std::chrono::steady_clock;
    const auto end = clock::now() + so_long;
    do {
        for (int k = 0; k < 16; ++k) { // about a microsecond, and as much for the rest
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
