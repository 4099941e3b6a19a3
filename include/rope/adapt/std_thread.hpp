// rope::thread_team, a few std::threads that wait for work, and run_on(team, plan, data...). For programs without a thread
// pool. Link the platform's threads (Threads::Threads).
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/adapt/executor.hpp>
#include <rope/adapt/spin.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// Threads that rotate together with the calling thread. Each gets the same parts in every call, so that data that is
// rotated again can be found in its cache; parts that a thread has not begun when the caller is done are done by the
// caller. After a call the threads wait busily for a while, because waking one takes tens of microseconds; then they sleep.
// Thread-safe: a caller that finds the team busy does its work on its own thread.
class thread_team {
  public:
    // threads: how many in all, the caller's included; 0: as many as the machine runs at once. awake: how long they wait
    // busily for the next call; 0 where other programs need the processors. Throws what std::thread throws.
    explicit thread_team(int threads = 0, std::chrono::microseconds awake = std::chrono::microseconds(200))
        : awake_(awake) {
        const int all = threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency());
        for (int k = 1; k < all; ++k) {
            crew_.members.push_back(std::make_unique<member>());
            member& m = *crew_.members.back();
            m.thread = std::thread([this, &m] { serve(m); });
        }
    }
    thread_team(const thread_team&) = delete;
    thread_team& operator=(const thread_team&) = delete;

    int size() const noexcept { return static_cast<int>(crew_.members.size()) + 1; }

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
        ++call_;
        const std::int64_t shares = (std::min)(parts, std::int64_t{size()});
        for (std::int64_t k = 1; k < shares; ++k) {
            member_of_share(k).give(ticket_of(call_, parts * k / shares, parts * (k + 1) / shares));
        }
        std::int64_t own = 0;
        for (const std::int64_t first_share = shares > 1 ? parts / shares : parts; own < first_share; ++own) {
            f(own);
        }
        for (std::int64_t k = 1; k < shares; ++k) {
            member& late = member_of_share(k);
            for (ticket t = late.take(); is_part(t); t = late.take()) {
                f(part_of(t));
                ++own;
            }
        }
        const auto all_done = [&] { return done_.load(std::memory_order_acquire) == parts - own; };
        while (!detail::spin(awake_, all_done)) {
            std::this_thread::yield();
        }
    }

  private:
    // What a thread is to do next, in one word: the number of the call, the end of its parts, and the first of them that is
    // not taken. work_ and context_ are read only by a thread that took a part; they do not change until all parts are done.
    using ticket = std::uint64_t;
    static constexpr ticket one_call = ticket{1} << 32, one_end = ticket{1} << 16, over = ~ticket{0};

    static ticket ticket_of(ticket call, std::int64_t begin, std::int64_t end) noexcept {
        return call % (one_call - 1) * one_call + static_cast<ticket>(end) * one_end + // never `over`
               static_cast<ticket>(begin);
    }
    static std::int64_t part_of(ticket t) noexcept { return static_cast<std::int64_t>(t % one_end); }
    static bool is_part(ticket t) noexcept {
        return t != over && part_of(t) < static_cast<std::int64_t>(t % one_call / one_end);
    }

    struct alignas(64) member { // no cache line is shared
        std::atomic<ticket> next{0};
        std::atomic<bool> asleep{false};
        std::mutex mutex;
        std::condition_variable wake;
        std::thread thread;

        // `asleep` is set before the sleeper looks for work, and read here after the work was stored: at least one of the two
        // threads sees what the other did.
        void give(ticket t) {
            next.store(t);
            if (asleep.load()) {
                { const std::lock_guard<std::mutex> guard(mutex); }
                wake.notify_one();
            }
        }
        // The ticket of a part that the caller has taken, or one that is no part.
        ticket take() noexcept {
            ticket t = next.load(std::memory_order_acquire);
            while (is_part(t) && !next.compare_exchange_weak(t, t + 1, std::memory_order_acq_rel)) {
            }
            return t;
        }
        bool has_work() const noexcept {
            const ticket t = next.load();
            return t == over || is_part(t);
        }
        void sleep() {
            std::unique_lock<std::mutex> lock(mutex);
            asleep.store(true);
            wake.wait(lock, [this] { return has_work(); });
            asleep.store(false);
        }
    };

    // Stops and joins the threads, also where the team's constructor throws.
    struct crew {
        std::vector<std::unique_ptr<member>> members;

        ~crew() {
            for (const auto& m : members) {
                m->give(over);
            }
            for (const auto& m : members) {
                if (m->thread.joinable()) {
                    m->thread.join();
                }
            }
        }
    };

    member& member_of_share(std::int64_t k) noexcept {
        return *crew_.members[static_cast<std::size_t>(k - 1)];
    }

    void serve(member& self) {
        ticket seen = 0; // the number of the last call that this thread saw
        bool waited_awake = false;
        for (;;) {
            const ticket t = self.take();
            if (t == over) {
                return;
            }
            if (is_part(t)) {
                work_(context_, part_of(t));
                done_.fetch_add(1, std::memory_order_release);
                seen = t / one_call;
                continue;
            }
            // It was awake and late: it shares a processor with the caller. After sleep it may get another one.
            const bool late = t / one_call != seen;
            seen = t / one_call;
            const bool stay = !(late && waited_awake);
            waited_awake = stay && detail::spin(awake_, [&] { return self.next.load() != t; });
            if (!waited_awake) {
                self.sleep();
            }
        }
    }

    std::chrono::microseconds awake_;
    std::mutex calls_; // locked by the thread whose call the team works on
    void (*work_)(const void*, std::int64_t) noexcept = nullptr;
    const void* context_ = nullptr;
    ticket call_ = 0;
    std::atomic<std::int64_t> done_{0}; // parts done by the other threads
    crew crew_;                         // last, so that its threads end before other members do
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
