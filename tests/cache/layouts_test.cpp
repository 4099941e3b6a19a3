// Cache writes of M-RoPE positions, MLA rows, batches and transposed caches, against rotate() into a tensor of the same layout.
#include "stored_rows.hpp"
#include "support/catch.hpp"

#include <rope/cache.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

constexpr std::int64_t heads = 2, dim = 64;

// Calls it with every instruction set.
template <class Work>
void on_every_isa(const Work& work) {
    for (const rope::isa which : rope::available_isas()) {
        CAPTURE(rope::isa_name(which));
        rope::force_isa(which);
        work();
    }
    rope::force_isa(std::nullopt);
}

} // namespace

TEST_CASE("M-RoPE keys of a batch are written at positions of three axes", "[write]") {
    constexpr std::int64_t batch = 2, tokens = 5, places = 16;
    rope::config config;
    config.head_dim = dim;
    config.sections = {16, 8, 8};
    const auto f = rope::frequencies(config);
    const std::vector<float> key = test::numbers(batch * tokens * heads * dim);
    std::vector<std::int32_t> where, slots; // [axis][batch][token], [batch][token]
    for (std::int32_t k = 0; k < 3 * batch * tokens; ++k) {
        where.push_back(k * 37 % 101);
    }
    for (std::int32_t k = 0; k < batch * tokens; ++k) {
        slots.push_back(k == 3 ? -1 : 15 - k);
    }
    const auto in = rope::view(key.data(), {batch, tokens, heads, dim});
    const auto ids = rope::ids(where.data(), {3, batch, tokens}, "axis b s");
    std::vector<float> rotated(key.size());
    rope::rotate(in, rope::view(rotated.data(), {batch, tokens, heads, dim}), f, "b s h d", ids);
    const auto check = [&](auto type) {
        using T = decltype(type);
        on_every_isa([&] {
            test::memory_cache<T> keys = {places, heads, dim, 32};
            const auto plan = rope::plan_cache_write(f, in, keys.view(), "b s h d", ids, rope::slots(slots));
            for (const int part : {1, 2, 0}) {
                rope::run(plan, part, 3);
            }
            for (std::int64_t t = 0; t < batch * tokens; ++t) {
                const std::int64_t s = slots[static_cast<std::size_t>(t)];
                for (std::int64_t h = 0; h < heads && s >= 0; ++h) {
                    REQUIRE(keys.row(s, h) ==
                            test::stored_row<T>(rotated.data() + (t * heads + h) * dim, dim, 32));
                }
            }
        });
    };
    check(rope::half{});
    check(std::int8_t{});
}

TEST_CASE("an MLA row is written with its slice rotated", "[write]") {
    constexpr std::int64_t tokens = 6, latent = 96, rope_part = 32, row = latent + rope_part, places = 8;
    rope::config config;
    config.head_dim = row;
    config.rotary_dim = rope_part;
    config.rotary_offset = latent;
    config.pairing = rope::pairing::interleaved;
    const auto f = rope::frequencies(config);
    const std::vector<float> key = test::numbers(tokens * row);
    std::vector<float> rotated = key;
    const auto in = rope::view(key.data(), {tokens, row}); // no axis of heads
    rope::rotate(rope::view(rotated.data(), {tokens, row}), f, "s d", rope::offset(70));
    const auto check = [&](auto type) {
        using T = decltype(type);
        on_every_isa([&] {
            test::memory_cache<T> keys = {places, 1, row, 32};
            rope::run(
                rope::plan_cache_write(f, in, keys.view(), "s d", rope::offset(70), rope::slots_from(2)));
            for (std::int64_t t = 0; t < tokens; ++t) {
                REQUIRE(keys.row(2 + t, 0) == test::stored_row<T>(rotated.data() + t * row, row, 32));
            }
        });
    };
    check(rope::half{});
    check(rope::bfloat16{});
    check(rope::q8_0_block{});
    check(rope::fp8_e4m3{});
}

TEST_CASE("transposed caches and tensors in another order are written", "[write]") {
    constexpr std::int64_t batch = 3, tokens = 4, places = 20;
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const std::vector<float> key = test::numbers(batch * heads * tokens * dim);
    std::vector<float> rotated = key;
    // [batch][head][token][dim], as attention kernels want it
    const auto in = rope::view(key.data(), {batch, heads, tokens, dim});
    const std::vector<std::int64_t> starts = {5, 900, 33};
    rope::rotate(rope::view(rotated.data(), {batch, heads, tokens, dim}), f, "b h s d",
                 rope::offsets(starts));
    const auto check = [&](auto type) {
        using T = decltype(type);
        on_every_isa([&] {
            std::vector<T> memory(static_cast<std::size_t>(heads * dim * places)); // [head][dim][place]
            const auto cache = rope::dense_cache(memory.data(), places, heads, dim, 1, dim * places, places);
            const auto plan =
                rope::plan_cache_write(f, in, cache, "b h s d", rope::offsets(starts), rope::slots_from(3));
            for (const int part : {2, 1, 0}) {
                rope::run(plan, part, 3);
            }
            for (std::int64_t t = 0; t < batch * tokens; ++t) { // tokens are counted over b and s
                for (std::int64_t h = 0; h < heads; ++h) {
                    std::vector<T> got;
                    for (std::int64_t j = 0; j < dim; ++j) {
                        got.push_back(memory[static_cast<std::size_t>((h * dim + j) * places + 3 + t)]);
                    }
                    const auto from = rotated.data() + ((t / tokens * heads + h) * tokens + t % tokens) * dim;
                    const auto expected = test::stored_row<T>(from, dim, 32);
                    REQUIRE(std::memcmp(got.data(), expected.data(), expected.size()) == 0);
                }
            }
        });
    };
    check(float{});
    check(rope::half{});
    check(rope::bfloat16{});
    check(rope::fp8_e5m2{});
    // Re-rotated there, too.
    std::vector<rope::half> memory(static_cast<std::size_t>(heads * dim * places));
    const auto cache = rope::dense_cache(memory.data(), places, heads, dim, 1, dim * places, places);
    rope::run(rope::plan_cache_write(f, in, cache, "b h s d", rope::offsets(starts), rope::slots_from(0)));
    test::memory_cache<rope::half> plain = {places, heads, dim, 32};
    rope::run(
        rope::plan_cache_write(f, in, plain.view(), "b h s d", rope::offsets(starts), rope::slots_from(0)));
    rope::rerotate(f, cache, rope::slots_from(0, 12), rope::at(-3));
    rope::rerotate(f, plain.view(), rope::slots_from(0, 12), rope::at(-3));
    bool same = true;
    for (std::int64_t p = 0; p < places; ++p) {
        for (std::int64_t k = 0; k < heads * dim; ++k) {
            same = same && memory[static_cast<std::size_t>(k * places + p)].bits ==
                               plain.data[static_cast<std::size_t>(p * heads * dim + k)].bits;
        }
    }
    CHECK(same);
}
