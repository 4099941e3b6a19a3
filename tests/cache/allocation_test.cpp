// Running a plan of a cache allocates nothing: a program-wide operator new counts.
#include "stored_rows.hpp"
#include "support/catch.hpp"

#include <rope/cache.hpp>

#include <atomic>
#include <new>
#include <vector>

namespace test {
extern std::atomic<long> allocations; // allocations_part.cpp
} // namespace test

TEST_CASE("running cache plans makes no allocation", "[allocations]") {
    constexpr std::int64_t tokens = 40, heads = 2, dim = 64;
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const std::vector<float> x = test::numbers(tokens * heads * dim);
    std::vector<float> query = x;
    test::memory_cache<rope::half> keys = {tokens, heads, dim, 32}, moved = keys;
    test::memory_cache<rope::q8_0_block> values = {tokens, heads, dim, 32};
    test::memory_cache<std::int8_t> small = {tokens, heads, dim, 32};
    std::vector<std::int64_t> list, deltas;
    for (std::int64_t t = 0; t < tokens; ++t) {
        list.push_back(tokens - 1 - t);
        deltas.push_back(3 * t);
    }
    const auto in = rope::view(x.data(), {tokens, heads, dim});
    const auto all = rope::slots_from(0, tokens);
    const auto write =
        rope::plan_cache_write(f, rope::view(query.data(), {tokens, heads, dim}), in, in, keys.view(),
                               values.view(), "s h d", rope::offset(0), rope::slots(list));
    const auto quantise =
        rope::plan_cache_write(f, in, small.view(), "s h d", rope::offset(0), rope::slots(list));
    const auto shift = rope::plan_rerotation(f, keys.view(), all, rope::ids(deltas));
    const auto shift_small = rope::plan_rerotation(f, small.view(), all, rope::at(-5));
    const auto copy = rope::plan_rerotation(f, keys.view(), all, moved.view(), all, rope::offset(7));
    std::vector<float> scores(tokens * heads);
    const auto read = rope::plan_scores(f, rope::view(x.data(), {1, heads, dim}), values.view(), all,
                                        rope::view(scores.data(), {1, heads, tokens}));
    const long before = test::allocations;
    for (int part = 0; part < 3; ++part) {
        rope::run(write, part, 3);
        rope::run(quantise, part, 3);
        rope::run(shift, part, 3);
        rope::run(shift_small, part, 3);
        rope::run(copy, part, 3);
        rope::run(read, part, 3);
    }
    const long during = test::allocations - before;
    CHECK(during == 0);
    static_assert(noexcept(rope::run(shift))&& noexcept(rope::run(write)), "running cannot fail");
    const long counted = test::allocations;
    ::operator delete(::operator new(100)); // the counter counts
    CHECK(test::allocations > counted);
}
