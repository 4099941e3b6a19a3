// Overlap of strided views against the brute force answer: the sets of addresses.
#include "support/catch.hpp"
#include "support/seed.hpp"

#include <rope/tensor/overlap.hpp>

#include <limits>
#include <random>
#include <set>

namespace {

template <int N>
std::set<const float*> addresses(const rope::tensor_view<float, N>& v) {
    std::set<const float*> all;
    std::int64_t index[rope::max_rank] = {};
    for (int k = 0; k < v.rank; ++k) {
        if (v.extent[k] == 0) {
            return all;
        }
    }
    for (;;) {
        const float* at = v.data;
        for (int k = 0; k < v.rank; ++k) {
            at += index[k] * v.stride[k];
        }
        all.insert(at);
        int k = v.rank;
        while (k-- > 0 && ++index[k] == v.extent[k]) {
            index[k] = 0;
        }
        if (k < 0) {
            return all;
        }
    }
}

rope::tensor_view<float> random_view(std::mt19937& random, float* memory, std::int64_t middle) {
    const auto pick = [&](int lo, int hi) { return std::uniform_int_distribution<int>(lo, hi)(random); };
    rope::tensor_view<float> v;
    v.rank = pick(1, 4);
    v.data = memory + middle + pick(-12, 12);
    for (int k = 0; k < v.rank; ++k) {
        v.extent[k] = pick(0, 9) == 0 ? 0 : pick(1, 4);
        v.stride[k] = pick(-20, 20);
    }
    return v;
}

} // namespace

TEST_CASE("views share memory exactly when their elements do", "[overlap]") {
    const unsigned seed = test::seed();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::vector<float> memory(2000);
    int sharing = 0;
    for (int round = 0; round < 20000; ++round) {
        rope::tensor_view<float> a = random_view(random, memory.data(), 1000);
        rope::tensor_view<float> b = random_view(random, memory.data(), 1000);
        if (round % 2 == 0) { // one lattice, two windows
            b.rank = a.rank;
            std::copy(a.stride, a.stride + a.rank, b.stride);
        }
        const auto in_a = addresses(a), in_b = addresses(b);
        bool meet = false;
        for (const float* p : in_a) {
            meet = meet || in_b.count(p) != 0;
        }
        sharing += meet;
        CAPTURE(round, a.rank, b.rank);
        REQUIRE(rope::detail::share_memory(a, b) == meet);
    }
    CHECK(sharing > 1000);
    CHECK(sharing < 19000);
}

TEST_CASE("a view whose elements are apart never has two at one address", "[overlap]") {
    std::mt19937 random(7);
    std::vector<float> memory(2000);
    int apart = 0;
    for (int round = 0; round < 5000; ++round) {
        const rope::tensor_view<float> v = random_view(random, memory.data(), 1000);
        std::size_t count = 1;
        for (int k = 0; k < v.rank; ++k) {
            count *= static_cast<std::size_t>(v.extent[k]);
        }
        if (rope::detail::elements_are_apart(v)) {
            ++apart;
            REQUIRE(addresses(v).size() == count);
        }
    }
    CHECK(apart > 100);
}

TEST_CASE("elements are apart by a rule that is not all: strides step over what smaller ones reach",
          "[overlap]") {
    std::vector<float> memory(64);
    const auto two_and_three = rope::view(memory.data(), {3, 2}, {2, 3}); // 0 2 4 3 5 7, each once
    CHECK(addresses(two_and_three).size() == 6);
    CHECK_FALSE(rope::detail::elements_are_apart(two_and_three)); // such a layout is not accepted for output
    CHECK_FALSE(rope::detail::elements_are_apart(rope::view(memory.data(), {3, 2}, {1, 2})));
    CHECK(rope::detail::elements_are_apart(rope::view(memory.data(), {3, 2}, {1, 3})));
    CHECK(rope::detail::elements_are_apart(rope::view(memory.data() + 8, {3, 2}, {-2, 1})));
    CHECK(rope::detail::elements_are_apart(rope::view(memory.data(), {0, 2}, {0, 0}))); // there are none
    CHECK(rope::detail::elements_are_apart(rope::view(memory.data(), {1, 2}, {0, 1})));
    CHECK_FALSE(rope::detail::elements_are_apart(rope::view(memory.data(), {2, 2}, {0, 1})));
}

TEST_CASE("every contiguous or sliced view in any order of axes has its elements apart", "[overlap]") {
    std::mt19937 random(11);
    std::vector<float> memory(1);
    for (int round = 0; round < 2000; ++round) {
        const auto pick = [&](int lo, int hi) { return std::uniform_int_distribution<int>(lo, hi)(random); };
        rope::tensor_view<float> v;
        v.rank = pick(1, 4);
        v.data = memory.data();
        std::int64_t step = pick(1, 3);
        std::vector<int> order;
        for (int k = 0; k < v.rank; ++k) {
            order.insert(order.begin() + pick(0, k), k);
        }
        for (const int k : order) {
            v.extent[k] = pick(1, 5);
            v.stride[k] = pick(0, 1) == 0 ? step : -step;
            step *= v.extent[k] + pick(0, 2); // all of a larger axis, or a part of it
        }
        REQUIRE(rope::detail::elements_are_apart(v));
    }
}

TEST_CASE("query and key slices of one packed buffer are apart", "[overlap]") {
    std::vector<float> packed(16 * 3 * 8 * 64);
    const auto slice = [&](int which) {
        return rope::view(packed.data() + which * 8 * 64, {16, 8, 64}, {3 * 8 * 64, 64, 1});
    };
    CHECK_FALSE(rope::detail::share_memory(slice(0), slice(1)));
    CHECK(rope::detail::share_memory(slice(1), slice(1)));
    CHECK(rope::detail::share_memory(
        slice(0), rope::view(packed.data() + 8 * 64 - 1, {16, 8, 64}, {3 * 8 * 64, 64, 1})));
}

TEST_CASE("different scalar types in one place count as sharing", "[overlap]") {
    std::vector<float> memory(64);
    const auto wide = rope::view(memory.data(), {32});
    const auto narrow = rope::view(reinterpret_cast<rope::half*>(memory.data() + 16), {32});
    CHECK(rope::detail::share_memory(wide, narrow));
    CHECK_FALSE(rope::detail::share_memory(
        wide, rope::view(reinterpret_cast<rope::half*>(memory.data() + 32), {32})));
}

TEST_CASE("absurd extents and strides do not overflow", "[overlap]") {
    float one = 0;
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    const auto v = rope::view(&one, {most, most, 2}, {most, -most, 1});
    const auto r = rope::detail::touched_bytes(v);
    CHECK(r.hi == most);
    CHECK(r.lo == -most);
    CHECK(rope::detail::saturating_multiply(most, -2) == -most);
    CHECK(rope::detail::saturating_multiply(-3, -4) == 12);
    CHECK(rope::detail::saturating_add(-most, -most) == -most);
}

TEST_CASE("views that reach further than memory are said to overlap, without overflow", "[overlap]") {
    constexpr std::int64_t least = (std::numeric_limits<std::int64_t>::min)();
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    float memory[8] = {};
    rope::tensor_view<float> small;
    small.rank = 1;
    small.data = memory;
    small.extent[0] = 4;
    small.stride[0] = 1;
    for (const std::int64_t stride :
         {least, least + 1, least / 2, -(most / 8), most / 8, most / 2, most - 1, most}) {
        for (const std::int64_t extent : {std::int64_t{2}, std::int64_t{3}, most / 4, most}) {
            rope::tensor_view<float> vast = small;
            vast.rank = 2;
            vast.extent[1] = extent;
            vast.stride[1] = stride;
            CAPTURE(stride, extent);
            CHECK(rope::detail::share_memory(vast, small)); // element 0 is in both
            CHECK(rope::detail::share_memory(small, vast));
            CHECK(rope::detail::share_memory(vast, vast));
            static_cast<void>(rope::detail::elements_are_apart(vast));
        }
    }
}
