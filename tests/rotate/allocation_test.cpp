// run allocates nothing, and plans without a table little: a program-wide operator new counts.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/table/growing_table.hpp>
#include <rope/table/two_level_table.hpp>

#include <atomic>
#include <new>

namespace test {
extern std::atomic<long> allocations; // allocations_part.cpp
extern std::atomic<std::size_t> allocated_bytes;
} // namespace test

TEST_CASE("run makes no allocation", "[allocations]") {
    rope::config config;
    config.head_dim = 64;
    config.rotary_dim = 48;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 64);
    std::vector<float> x(16 * 4 * 64, 1.0f), y(x.size());
    std::vector<rope::half> h(x.size());
    const std::vector<double> ids = {0, 1, 2, 3, 4.5, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const auto view = [](auto& v) { return rope::view(v.data(), {16, 4, 64}); };
    const auto in_place = rope::plan(table, view(x), "s h d", rope::offset(3));
    const auto apart = rope::plan(table, view(x), view(y), "s h d", rope::ids(ids));
    const auto narrow = rope::plan(table, view(x), view(h), "s h d");
    rope::rotate_options repaired;
    repaired.out_pairing = rope::pairing::interleaved;
    const auto repairing = rope::plan(table, view(y), "s h d", {}, repaired);
    const long before = test::allocations;
    for (int part = 0; part < 3; ++part) {
        rope::run(in_place, x.data(), part, 3);
        rope::run(apart, x.data(), y.data(), part, 3);
        rope::run(narrow, x.data(), h.data(), part, 3);
        rope::run(repairing, y.data(), part, 3);
    }
    const long during = test::allocations - before;
    CHECK(during == 0);
    // the counter counts
    const long counted = test::allocations;
    ::operator delete(::operator new(100)); // a vector that nobody reads may be compiled away
    CHECK(test::allocations > counted);
}

TEST_CASE("one call makes no allocation with a table and up to 64 listed tokens", "[allocations]") {
    rope::config config;
    config.head_dim = 64;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 128);
    const rope::growing_table<float> growing(table.frequencies, 1000);
    std::vector<float> x(64 * 2 * 64, 1.0f), key(64 * 64, 1.0f);
    std::vector<std::int32_t> ids(64, 5);
    const std::vector<double> whole(64, 7.0);
    const auto q = rope::view(x.data(), {64, 2, 64});
    const auto k = rope::view(key.data(), {64, 1, 64});
    const auto decoder = rope::plan(table, q, "s h d");
    const long before = test::allocations;
    rope::rotate(q, table, "s h d", rope::offset(3));
    rope::rotate(q, table, "s h d", rope::ids(ids));
    rope::rotate(q, rope::rows(table.cos.data(), table.sin.data(), 64, 32, rope::pairing::half_split),
                 "s h d");
    rope::rotate(q, table, "s h d", rope::ids(whole));
    rope::rotate(q, growing, "s h d", rope::offset(3));
    rope::rotate_query_key(q, k, table, "s h d", rope::ids(ids));
    rope::run(decoder, x.data(), rope::offset(64));
    const long during = test::allocations - before;
    CHECK(during == 0);
}

TEST_CASE("run makes no allocation where rows are made on the fly or lie in parts", "[allocations]") {
    rope::config config;
    config.head_dim = 64;
    const auto f = rope::frequencies(config);
    const auto levels = rope::make_two_level_table(f, {0, 1000});
    const rope::growing_table<float> growing(f, {0, 1000});
    std::vector<float> x(400 * 64, 1.0f);
    std::vector<double> z(100 * 64, 1.0), between(400);
    for (std::size_t t = 0; t < between.size(); ++t) {
        between[t] = 0.5 * static_cast<double>(t);
    }
    const auto view = rope::view(x.data(), {400, 64});
    const auto made = rope::plan(f, view, "s d", rope::offset(3));
    const auto listed = rope::plan(f, view, "s d", rope::ids(between));
    const auto by_levels = rope::plan(levels, view, "s d", rope::offset(3));
    const auto by_parts = rope::plan(growing, view, "s d", rope::offset(3));
    const auto wide = rope::plan(f, rope::view(z.data(), {100, 64}), "s d");
    REQUIRE(made.rows.origin == rope::detail::row_origin::computed);
    const long before = test::allocations;
    for (int part = 0; part < 3; ++part) {
        rope::run(made, x.data(), part, 3);
        rope::run(listed, x.data(), part, 3);
        rope::run(by_levels, x.data(), part, 3);
        rope::run(by_parts, x.data(), part, 3);
        rope::run(wide, z.data(), part, 3);
    }
    const long during = test::allocations - before;
    CHECK(during == 0);
}

TEST_CASE("two million positions without a table, in less than 8 MiB", "[allocations]") {
    rope::config config;
    config.head_dim = 128;
    const auto f = rope::frequencies(config);
    const std::int64_t positions = 2000000;
    std::vector<float> one(128);
    const auto all = rope::view(one.data(), {positions, 128}); // planned, not run
    const std::size_t before = test::allocated_bytes;
    const auto levels = rope::make_two_level_table(f, {0, positions});
    const std::size_t of_levels = test::allocated_bytes - before;
    const auto by_levels = rope::plan(levels, all, "s d");
    const auto on_the_fly = rope::plan(f, all, "s d");
    const std::size_t whole = test::allocated_bytes - before;
    CHECK(of_levels > rope::bytes_of(levels));
    CHECK(whole < (std::size_t{8} << 20));
    REQUIRE(by_levels.rows.origin == rope::detail::row_origin::computed);
    REQUIRE(on_the_fly.rows.origin == rope::detail::row_origin::computed);
}
