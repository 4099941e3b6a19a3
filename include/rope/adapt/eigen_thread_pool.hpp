// run_on(device, plan, data...): the threads of an Eigen::ThreadPoolDevice, or of an Eigen::ThreadPool itself. Both are
// recognised by their interface: include Eigen's header for the one you have. When called from a pool thread, everything
// runs on that thread, because blocking there could deadlock.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/adapt/executor.hpp>
#include <rope/adapt/spin.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// One call of each(). Shared with the tasks, some of which may start after the call has returned.
struct pool_call {
    void (*work)(const void* f, std::int64_t part);
    const void* f;
    std::vector<std::atomic<bool>> taken;
    std::atomic<std::int64_t> left;
    std::mutex mutex;
    std::condition_variable done;

    explicit pool_call(std::int64_t parts) : taken(static_cast<std::size_t>(parts)), left(parts) {}
    void take(std::int64_t part) {
        if (taken[static_cast<std::size_t>(part)].exchange(true)) {
            return;
        }
        work(f, part);
        if (left.fetch_sub(1) == 1) {
            const std::lock_guard<std::mutex> guard(mutex);
            done.notify_one();
        }
    }
    void wait() {
        const auto all = [this] { return left.load() == 0; };
        if (!spin(std::chrono::microseconds(200), all)) {
            std::unique_lock<std::mutex> lock(mutex);
            done.wait(lock, all);
        }
    }
};

template <class Pool, class = void>
struct takes_hints : std::false_type {};
template <class Pool>
struct takes_hints<Pool, std::void_t<decltype(std::declval<Pool&>().ScheduleWithHint(nullptr, 0, 1))>>
    : std::true_type {};

// After its own part the caller does every part that no pool thread has begun: waking a thread may take longer.
template <class Pool, class F>
void each_part_in_pool(Pool& pool, std::int64_t parts, const F& f) {
    const auto call = std::make_shared<pool_call>(parts);
    call->f = &f;
    call->work = [](const void* g, std::int64_t part) { (*static_cast<const F*>(g))(part); };
    for (std::int64_t part = 1; part < parts; ++part) {
        if constexpr (takes_hints<Pool>::value) { // the same thread each time: the data may be in its cache
            const int thread = static_cast<int>((part - 1) % pool.NumThreads());
            pool.ScheduleWithHint([call, part] { call->take(part); }, thread, thread + 1);
        } else {
            pool.Schedule([call, part] { call->take(part); });
        }
    }
    for (std::int64_t part = 0; part < parts; ++part) {
        call->take(part);
    }
    call->wait();
}

// Two traits, because Clang 14 takes void_t in two partial specialisations for the same type.
template <class Pool, class = void>
struct is_thread_pool : std::false_type {};
template <class Pool>
struct is_thread_pool<Pool, std::void_t<decltype(std::declval<Pool&>().Schedule(nullptr)),
                                        decltype(std::declval<const Pool&>().NumThreads()),
                                        decltype(std::declval<const Pool&>().CurrentThreadId())>>
    : std::true_type {};

template <class Device, class = void>
struct is_pool_device : std::false_type {};
template <class Device>
struct is_pool_device<Device,
                      std::void_t<decltype(std::declval<const Device&>().getPool()->Schedule(nullptr)),
                                  decltype(std::declval<const Device&>().numThreads())>> : std::true_type {};

} // namespace detail

template <class Pool>
struct executor_of<Pool, std::enable_if_t<detail::is_thread_pool<Pool>::value>> {
    static constexpr bool exists = true;

    static std::int64_t threads(const Pool& pool) {
        return pool.CurrentThreadId() >= 0 ? 1 : pool.NumThreads();
    }
    template <class F>
    static void each(Pool& pool, std::int64_t parts, const F& f) {
        detail::each_part_in_pool(pool, parts, f);
    }
};

template <class Device>
struct executor_of<Device, std::enable_if_t<detail::is_pool_device<Device>::value>> {
    static constexpr bool exists = true;

    static std::int64_t threads(const Device& device) {
        return device.getPool()->CurrentThreadId() >= 0 ? 1 : device.numThreads();
    }
    template <class F>
    static void each(const Device& device, std::int64_t parts, const F& f) {
        detail::each_part_in_pool(*device.getPool(), parts, f);
    }
};

} // namespace ROPE_ABI
} // namespace rope
