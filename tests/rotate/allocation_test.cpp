// run allocates nothing: a program-wide operator new counts.
#include "support/catch.hpp"

#include <rope/core.hpp>

#include <atomic>
#include <new>

namespace test {
extern std::atomic<long> allocations; // allocations_part.cpp
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
