// Executors: the bits of one thread, every part once, small work on one thread, several callers at once. The
// thread sanitizer reads along in the preset tsan.
// SPDX-License-Identifier: MIT
#define EIGEN_USE_THREADS
#include "support/catch.hpp"

#include <rope/adapt/eigen_thread_pool.hpp>
#include <rope/adapt/std_thread.hpp>
#include <rope/rope.hpp>

#include <unsupported/Eigen/CXX11/Tensor>
#include <unsupported/Eigen/CXX11/ThreadPool>

#include <atomic>
#include <chrono>
#include <cstring>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace {

// Runs the parts one after the other and remembers how many there were.
struct counting {
    std::int64_t threads;
    std::int64_t parts = 0;
};

} // namespace

template <>
struct rope::executor_of<counting> {
    static constexpr bool exists = true;
    static std::int64_t threads(const counting& e) { return e.threads; }
    template <class F>
    static void each(counting& e, std::int64_t parts, const F& f) {
        e.parts += parts;
        for (std::int64_t part = parts; part-- > 0;) {
            f(part);
        }
    }
};

namespace {

constexpr std::int64_t D = 32;

const rope::table<float>& table() {
    static const auto made = [] {
        rope::config config;
        config.head_dim = D;
        return rope::cos_sin_table<float>(rope::frequencies(config), 4096);
    }();
    return made;
}

struct problem {
    std::int64_t batch, tokens, heads;
    bool columns; // tokens side by side

    rope::extent_list shape() const { return {batch, tokens, heads, D}; }
    rope::extent_list strides() const {
        return columns ? rope::extent_list{tokens * heads * D, 1, tokens * D, tokens}
                       : rope::extent_list{tokens * heads * D, heads * D, D, 1};
    }
    std::vector<float> data() const {
        std::vector<float> x(static_cast<std::size_t>(batch * tokens * heads * D));
        for (std::size_t k = 0; k < x.size(); ++k) {
            x[k] = static_cast<float>(k % 1000) / 8 - 60;
        }
        return x;
    }
    rope::rotation_plan<float, float> plan(std::vector<float>& x) const {
        return rope::plan(table(), rope::view(x.data(), shape(), strides()), "b s h d", rope::offset(3));
    }
    std::vector<float> rotated() const {
        std::vector<float> x = data();
        rope::run(plan(x), x.data());
        return x;
    }
};

const problem problems[] = {{1, 700, 32, false}, {2, 512, 9, true}, {1, 4000, 8, true}, {3, 2, 1000, false},
                            {1, 1, 8, false},    {1, 40, 1, true},  {0, 5, 5, false}};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

template <class E>
void check_executor(E& executor) {
    for (const problem& p : problems) {
        CAPTURE(p.batch, p.tokens, p.heads, p.columns);
        std::vector<float> x = p.data(), alone = p.data();
        rope::run(p.plan(alone), alone.data());
        rope::run_on(executor, p.plan(x), x.data());
        CHECK(same_bits(x, alone));
    }
}

// Two threads with plans and data of their own, on one executor.
template <class E>
void check_two_at_once(E& executor) {
    const auto work = [&](const problem& p) {
        const std::vector<float> expected = p.rotated();
        bool same = true;
        for (int round = 0; round < 20; ++round) {
            std::vector<float> x = p.data();
            rope::run_on(executor, p.plan(x), x.data());
            same = same && same_bits(x, expected);
        }
        return same;
    };
    auto other = std::async(std::launch::async, work, problems[0]);
    CHECK(work(problems[1]));
    CHECK(other.get());
}

} // namespace

TEST_CASE("any part of any number of parts, once each, equals the whole, in columns", "[executors]") {
    for (const problem& p : {problem{1, 300, 3, true}, problem{2, 5, 7, true}, problem{1, 129, 1, true}}) {
        const std::vector<float> expected = p.rotated();
        for (const std::int64_t parts : {1, 2, 3, 5, 40}) {
            CAPTURE(p.tokens, p.heads, parts);
            std::vector<float> x = p.data();
            const auto plan = p.plan(x);
            for (std::int64_t part = parts; part-- > 0;) {
                rope::run(plan, x.data(), part, parts);
            }
            CHECK(same_bits(x, expected));
        }
    }
}

TEST_CASE("parts are even", "[executors]") {
    for (const problem& p : {problem{1, 300, 3, false}, problem{1, 3, 32, false}, problem{1, 1, 31, false},
                             problem{1, 4000, 3, true}, problem{4, 512, 1, true}}) {
        for (const std::int64_t parts : {2, 3, 4}) {
            CAPTURE(p.batch, p.tokens, p.heads, parts);
            std::vector<float> x = p.data();
            const auto plan = p.plan(x);
            const std::vector<float> before = x;
            for (std::int64_t part = 0; part < parts; ++part) {
                x = before;
                rope::run(plan, x.data(), part, parts);
                std::size_t changed = 0;
                for (std::size_t k = 0; k < x.size(); ++k) {
                    changed += x[k] != before[k] ? 1 : 0;
                }
                const double share =
                    static_cast<double>(changed) * static_cast<double>(parts) / static_cast<double>(x.size());
                CHECK(share > 0.8);
                CHECK(share < 1.2);
            }
        }
    }
}

TEST_CASE("small work stays on the caller's thread", "[executors]") {
    counting executor{4};
    const auto parts_of = [&](std::int64_t tokens) {
        const problem p{1, tokens, 32, false};
        std::vector<float> x = p.data();
        executor.parts = 0;
        rope::run_on(executor, p.plan(x), x.data());
        return executor.parts;
    };
    CHECK(parts_of(1) == 0); // a decoder's token: the executor is not asked
    CHECK(parts_of(64) == 0);
    CHECK(parts_of(128) == 2);
    CHECK(parts_of(4000) == 4);
    check_executor(executor);
}

TEST_CASE("a team of threads", "[executors]") {
    for (const int threads : {1, 2, 3, 5}) {
        for (const int awake : {0, 200}) {
            rope::thread_team team(threads, std::chrono::microseconds(awake));
            CHECK(team.size() == threads);
            check_executor(team);
            check_two_at_once(team);
        }
    }
}

TEST_CASE("a team does every part once, fewer or more than it has threads", "[executors]") {
    rope::thread_team team(3);
    for (const std::int64_t parts : {0, 1, 2, 3, 4, 5, 1000, 65535}) {
        CAPTURE(parts);
        std::vector<std::atomic<int>> times(static_cast<std::size_t>(parts));
        team.each(parts, [&](std::int64_t part) noexcept { ++times[static_cast<std::size_t>(part)]; });
        std::int64_t once = 0;
        for (const std::atomic<int>& n : times) {
            once += n == 1 ? 1 : 0;
        }
        CHECK(once == parts);
    }
}

TEST_CASE("a team works on several threads and wakes from its sleep", "[executors]") {
    rope::thread_team team(3);
    for (int round = 0; round < 4; ++round) {
        std::mutex mutex;
        std::set<std::thread::id> ids;
        std::multiset<std::int64_t> parts;
        std::atomic<int> arrived{0};
        team.each(3, [&](std::int64_t part) noexcept {
            {
                const std::lock_guard<std::mutex> guard(mutex);
                ids.insert(std::this_thread::get_id());
                parts.insert(part);
            }
            for (++arrived; arrived.load() < 3;) { // nobody can do two of them
                std::this_thread::yield();
            }
        });
        CHECK(ids.size() == 3);
        CHECK(parts == std::multiset<std::int64_t>{0, 1, 2});
        std::this_thread::sleep_for(std::chrono::milliseconds(round * 3));
    }
}

TEST_CASE("Eigen's thread pool and its device", "[executors]") {
    Eigen::ThreadPool pool(3);
    check_executor(pool);
    check_two_at_once(pool);
    const Eigen::ThreadPoolDevice device(&pool, 2);
    check_executor(device);
    check_two_at_once(device);
}

TEST_CASE("a pool that is busy holds nobody up", "[executors]") {
    Eigen::ThreadPool pool(2);
    const Eigen::ThreadPoolDevice wide(&pool, 5); // more parts than threads
    std::promise<void> end;
    const std::shared_future<void> ended = end.get_future().share();
    for (int k = 0; k < 2; ++k) {
        pool.Schedule([ended] { ended.wait(); });
    }
    check_executor(pool);
    check_executor(wide);
    end.set_value(); // the tasks that nobody waited for find nothing left to do
    check_executor(wide);
}

TEST_CASE("inside the pool a rotation keeps to its thread", "[executors]") {
    Eigen::ThreadPool pool(2); // both threads at it: each would wait for the other
    const auto work = [&] {
        std::vector<float> x = problems[0].data();
        rope::run_on(pool, problems[0].plan(x), x.data());
        return rope::executor_of<Eigen::ThreadPool>::threads(pool) == 1 &&
               same_bits(x, problems[0].rotated());
    };
    std::promise<bool> first, second;
    pool.Schedule([&] { first.set_value(work()); });
    pool.Schedule([&] { second.set_value(work()); });
    CHECK(first.get_future().get());
    CHECK(second.get_future().get());
}

TEST_CASE("one plan and one table, used by two threads at once", "[executors]") {
    const problem p = problems[1];
    std::vector<float> a = p.data(), b = p.data();
    const auto plan = p.plan(a);
    std::thread other([&] { rope::run(plan, b.data()); });
    rope::run(plan, a.data());
    other.join();
    CHECK(same_bits(a, p.rotated()));
    CHECK(same_bits(b, p.rotated()));
}
