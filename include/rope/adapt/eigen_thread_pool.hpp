// run_on(device, plan, data...): the threads of an Eigen::ThreadPoolDevice, or of an Eigen::ThreadPool itself.
// Known by their interface: include Eigen's header for the one you have. From a thread of the pool, the work stays
// on it: waiting there for others could wait for ever.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/adapt/executor.hpp>

#include <condition_variable>
#include <mutex>
#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

class countdown {
  public:
    explicit countdown(std::int64_t count) : left_(count) {}
    void arrive() {
        const std::lock_guard<std::mutex> guard(mutex_);
        if (--left_ == 0) {
            done_.notify_one(); // under the lock: whoever waits may end this object's life as soon as it can
        }
    }
    void wait() {
        std::unique_lock<std::mutex> lock(mutex_);
        done_.wait(lock, [this] { return left_ == 0; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable done_;
    std::int64_t left_;
};

template <class Pool, class F>
void each_part_in_pool(Pool& pool, std::int64_t parts, const F& f) {
    countdown others(parts - 1);
    struct task {
        const F* f;
        countdown* others;
    } shared = {&f, &others};
    for (std::int64_t part = 1; part < parts; ++part) {
        pool.Schedule([all = &shared, part] {
            (*all->f)(part);
            all->others->arrive();
        });
    }
    f(0);
    others.wait();
}

// Told apart by traits: void_t in two partial specialisations is one and the same to Clang 14.
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
