// A growing table: its rows are the table's and stay where they are, also while other threads plan and rotate with them.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/table/growing_table.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

namespace test {
extern std::atomic<long> aligned_blocks_left; // allocations_part.cpp
}

namespace {

rope::frequency_set frequencies(std::int64_t dim) {
    rope::config c;
    c.head_dim = dim;
    return rope::frequencies(c);
}

template <class T>
void grow(rope::numerics way) {
    const auto f = frequencies(48);
    rope::growing_table<T> t(f, {-300, 0}, way);
    CHECK(t.rows() == 0);
    const auto whole = rope::cos_sin_table<T>(f, rope::range{-300, 3000}, way);
    std::vector<const T*> places;
    for (const std::int64_t rows : {1, 2, 255, 256, 257, 256, 2049, 3000}) {
        t.reserve(rows);
        for (auto row = static_cast<std::int64_t>(places.size()); row < t.rows(); ++row) {
            places.push_back(t.cos(row));
        }
    }
    REQUIRE(t.rows() == 3000);
    CHECK(t.first() == -300);
    long wrong = 0;
    for (std::int64_t row = 0; row < 3000; ++row) {
        wrong += places[static_cast<std::size_t>(row)] == t.cos(row) ? 0 : 1;
        wrong += std::memcmp(t.cos(row), whole.cos.data() + row * 24, 24 * sizeof(T)) == 0 ? 0 : 1;
        wrong += std::memcmp(t.sin(row), whole.sin.data() + row * 24, 24 * sizeof(T)) == 0 ? 0 : 1;
    }
    CHECK(wrong == 0);
}

} // namespace

TEST_CASE("growing table: the rows of the table, in places that stay", "[rotate]") {
    for (const rope::numerics way : {rope::numerics::exact, rope::numerics::hf_fp32, rope::numerics::ggml}) {
        grow<float>(way);
        grow<double>(way);
        grow<rope::half>(way);
        grow<rope::bfloat16>(way);
    }
}

TEST_CASE("growing table: what cannot be is refused, and changes nothing", "[rotate]") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const auto f = frequencies(16);
    rope::growing_table<float> t(f, {most - 99, 50});
    t.reserve(100);
    CHECK_THROWS_AS(t.reserve(101), rope::error);
    CHECK(t.rows() == 100);
    CHECK_THROWS_AS(rope::growing_table<float>(f, {0, -1}), rope::error);
    CHECK_THROWS_AS(rope::growing_table<float>(f, std::int64_t{1} << 60), rope::error);
    rope::frequency_set none = f; // no pairs: rows, but nothing in them
    none.step.clear();
    none.inv_freq.clear();
    none.axis_of_pair.clear();
    rope::growing_table<float> empty(none, 1000);
    CHECK(empty.rows() == 1000);
}

TEST_CASE("growing table: others plan and rotate while it grows", "[rotate]") {
    const auto f = frequencies(32);
    const std::int64_t last = 6000, tokens = 40;
    const auto whole = rope::cos_sin_table<float>(f, last);
    rope::growing_table<float> t(f, tokens);
    std::vector<float> shared(static_cast<std::size_t>(tokens * 32), 1.0f);
    const auto early = rope::plan(t, rope::view(shared.data(), {tokens, 32}), "s d"); // made before it grows
    std::atomic<long> wrong{0}, rounds{0};
    const auto read = [&](std::int64_t lag) {
        std::vector<float> x(shared.size()), y(shared.size());
        const auto check = [&](const auto& plan, std::int64_t first) {
            std::fill(x.begin(), x.end(), 1.0f);
            std::fill(y.begin(), y.end(), 1.0f);
            rope::run(plan, x.data());
            rope::rotate(rope::view(y.data(), {tokens, 32}), whole, "s d", rope::offset(first));
            wrong += x == y ? 0 : 1;
        };
        for (std::int64_t rows = 0; rows < last;) {
            rows = t.rows();
            const std::int64_t first = rows - tokens > lag ? rows - tokens - lag : 0;
            check(rope::plan(t, rope::view(x.data(), {tokens, 32}), "s d", rope::offset(first)), first);
            check(early, 0);
            ++rounds;
        }
    };
    std::thread near([&] { read(0); }), far([&] { read(231); });
    for (std::int64_t rows = tokens; rows <= last; rows += 149) {
        t.reserve(rows);
    }
    t.reserve(last);
    near.join();
    far.join();
    CHECK(wrong == 0);
    CHECK(rounds >= 2);
}

TEST_CASE("growing: without memory the rows stay as they are, and later there are more", "[growing]") {
    const auto f = frequencies(48);
    rope::growing_table<float> t(f, 10);
    for (const long blocks : {0, 1, 1}) { // the parts that are missing have 256, 512 and 1024 rows
        test::aligned_blocks_left = blocks;
        CHECK_THROWS_AS(t.reserve(2000), rope::error);
        test::aligned_blocks_left = -1;
        CHECK(t.rows() == 10);
    }
    t.reserve(2000);
    CHECK(t.rows() == 2000);
    const auto whole = rope::cos_sin_table<float>(f, 2000);
    long wrong = 0;
    for (std::int64_t row = 0; row < 2000; ++row) {
        wrong += std::memcmp(t.cos(row), whole.cos.data() + row * 24, 24 * sizeof(float)) != 0;
        wrong += std::memcmp(t.sin(row), whole.sin.data() + row * 24, 24 * sizeof(float)) != 0;
    }
    CHECK(wrong == 0);
}
