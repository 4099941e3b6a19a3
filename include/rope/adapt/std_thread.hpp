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

// Threads that rotate together with the one that calls. They are awake for some microseconds after each call,
// then sleep; parts that they are too late for are done by the caller. Calls from several threads are safe: who
// finds the team at work does his own alone.
class thread_team {
  public:
    // threads: with the caller's; 0: as many as the machine runs at once.
    explicit thread_team(int threads = 0) {
        const int all = threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency());
        for (int k = 1; k < all; ++k) {
            crew_.threads.emplace_back([this] { serve(); });
        }
    }
    thread_team(const thread_team&) = delete;
    thread_team& operator=(const thread_team&) = delete;

    int size() const noexcept { return static_cast<int>(crew_.threads.size()) + 1; }

    // f(0) ... f(parts - 1), once each, all done on return. parts < 65536; f must not throw.
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
        done_.store(0, std::memory_order_relaxed);
        const ticket last = crew_.next.load(std::memory_order_relaxed);
        {
            const std::lock_guard<std::mutex> guard(crew_.mutex);
            crew_.next.store(ticket_of(last / one_call + 1, parts), std::memory_order_release);
        }
        crew_.wake.notify_all();
        std::int64_t own = 0;
        for (ticket t = take(); is_part(t); t = take()) {
            f(part_of(t));
            ++own;
        }
        for (int spins = 0; done_.load(std::memory_order_acquire) != parts - own; ++spins) {
            pause(spins);
        }
    }

  private:
    // What is to be done next, in one word: the number of the call, its parts, the first part that nobody has taken.
    // Only who took a part reads the work's own fields, which stand until all parts are done.
    using ticket = std::uint64_t;
    static constexpr ticket one_call = ticket{1} << 32, one_parts = ticket{1} << 16, over = ~ticket{0};
    static constexpr int awake = 1000; // pauses: 15 to 50 microseconds

    static ticket ticket_of(ticket call, std::int64_t parts) noexcept {
        return (call % (one_call - 1)) * one_call + static_cast<ticket>(parts) * one_parts; // never `over`
    }
    static std::int64_t part_of(ticket t) noexcept { return static_cast<std::int64_t>(t % one_parts); }
    static bool is_part(ticket t) noexcept {
        return t != over && part_of(t) < static_cast<std::int64_t>(t % one_call / one_parts);
    }

    // Stops and joins, also when the team's constructor fails half-way.
    struct crew {
        std::mutex mutex;
        std::condition_variable wake;
        std::atomic<ticket> next{0};
        std::vector<std::thread> threads;

        ~crew() {
            {
                const std::lock_guard<std::mutex> guard(mutex);
                next.store(over);
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

    // The ticket of a part that is now this thread's, or one that is none.
    ticket take() noexcept {
        ticket t = crew_.next.load(std::memory_order_acquire);
        while (is_part(t) && !crew_.next.compare_exchange_weak(t, t + 1, std::memory_order_acq_rel)) {
        }
        return t;
    }

    void serve() {
        for (;;) {
            ticket t = take();
            for (int spins = 0; !is_part(t) && t != over && spins < awake; ++spins) {
                pause(spins);
                t = take();
            }
            if (is_part(t)) {
                work_(context_, part_of(t));
                done_.fetch_add(1, std::memory_order_release);
                continue;
            }
            if (t == over) {
                return;
            }
            std::unique_lock<std::mutex> lock(crew_.mutex);
            crew_.wake.wait(lock, [&] {
                const ticket now = crew_.next.load(std::memory_order_acquire);
                return is_part(now) || now == over;
            });
        }
    }

    std::mutex calls_; // held by the thread whose work is done
    void (*work_)(const void*, std::int64_t) noexcept = nullptr;
    const void* context_ = nullptr;
    std::atomic<std::int64_t> done_{0}; // parts that others than the caller did
    crew crew_;                         // last, so that its threads end before anything else does
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
