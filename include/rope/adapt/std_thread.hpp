// rope::thread_team, a few std::threads that wait for work, and run_on(team, plan, data...). For programs without a
// thread pool of their own; link the platform's threads (Threads::Threads).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/adapt/executor.hpp>
#include <rope/support/platform.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// Threads that rotate together with the one that calls. They are awake for some microseconds after each call, then
// sleep. Calls from several threads are safe: who finds the team at work does his own alone.
class thread_team {
  public:
    // threads: with the caller's; 0: as many as the machine runs at once.
    explicit thread_team(int threads = 0) {
        const int all = threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency());
        for (int k = 1; k < all; ++k) {
            crew_.threads.emplace_back([this, k] { serve(k); });
        }
    }
    thread_team(const thread_team&) = delete;
    thread_team& operator=(const thread_team&) = delete;

    int size() const noexcept { return static_cast<int>(crew_.threads.size()) + 1; }

    // f(0) ... f(parts - 1), parts <= size(), all done on return. f must not throw.
    template <class F>
    void each(std::int64_t parts, const F& f) {
        std::unique_lock<std::mutex> mine(calls_, std::try_to_lock);
        if (!mine.owns_lock()) {
            for (std::int64_t part = 0; part < parts; ++part) {
                f(part);
            }
            return;
        }
        work_ = [](const void* context, std::int64_t part) noexcept {
            (*static_cast<const F*>(context))(part);
        };
        context_ = &f;
        parts_ = parts;
        at_work_.store(size() - 1, std::memory_order_relaxed);
        {
            const std::lock_guard<std::mutex> guard(crew_.mutex);
            crew_.call.fetch_add(1, std::memory_order_release);
        }
        crew_.wake.notify_all();
        f(0);
        for (int spins = 0; at_work_.load(std::memory_order_acquire) != 0; ++spins) {
            pause(spins);
        }
    }

  private:
    static constexpr int awake = 1000; // pauses: 15 to 50 microseconds
    using call_count = std::uint64_t;
    static constexpr call_count over = std::uint64_t{1} << 63; // added to `call` at the end

    // Stops and joins, also when the team's constructor fails half-way.
    struct crew {
        std::mutex mutex;
        std::condition_variable wake;
        std::atomic<call_count> call{0};
        std::vector<std::thread> threads;

        ~crew() {
            {
                const std::lock_guard<std::mutex> guard(mutex);
                call.fetch_or(over);
            }
            wake.notify_all();
            for (std::thread& t : threads) {
                t.join();
            }
        }
    };

    static void pause(int spins) noexcept {
        if (spins > awake) {
            std::this_thread::yield();
            return;
        }
#if ROPE_ARCH_X86_64 && defined(__GNUC__)
        __builtin_ia32_pause();
#elif ROPE_ARCH_AARCH64 && defined(__GNUC__)
        __asm__ volatile("yield");
#else
        std::this_thread::yield();
#endif
    }

    void serve(int number) {
        for (call_count seen = 0;;) {
            call_count now = crew_.call.load(std::memory_order_acquire);
            for (int spins = 0; now == seen && spins < awake; ++spins) {
                pause(spins);
                now = crew_.call.load(std::memory_order_acquire);
            }
            if (now == seen) {
                std::unique_lock<std::mutex> lock(crew_.mutex);
                crew_.wake.wait(lock, [&] { return crew_.call.load(std::memory_order_acquire) != seen; });
                now = crew_.call.load(std::memory_order_acquire);
            }
            if ((now & over) != 0) {
                return;
            }
            seen = now;
            if (number < parts_) {
                work_(context_, number);
            }
            at_work_.fetch_sub(1, std::memory_order_release); // each one answers each call
        }
    }

    std::mutex calls_; // held by the thread whose work is done
    void (*work_)(const void*, std::int64_t) noexcept = nullptr;
    const void* context_ = nullptr;
    std::int64_t parts_ = 0;
    std::atomic<int> at_work_{0};
    crew crew_; // last, so that its threads end before anything else does
};

template <>
struct executor_of<thread_team> {
    static constexpr bool exists = true;

    static std::int64_t threads(const thread_team& team) { return team.size(); }
    template <class F>
    static void each(thread_team& team, std::int64_t parts, const F& f) {
        team.each(parts, f);
    }
};

} // namespace ROPE_ABI
} // namespace rope
