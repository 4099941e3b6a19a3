// Two levels and rows on the fly give the bits of the table, in little memory.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/kernels/isa.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/table/cos_sin_table.hpp>
#include <rope/table/two_level_table.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

rope::frequency_set frequencies(std::int64_t pairs) {
    rope::config c;
    c.head_dim = 2 * pairs;
    auto f = rope::frequencies(c, 1);
    f.amplitude = rope::to_q64_192(rope::wide(1.25992));
    f.step[static_cast<std::size_t>(pairs / 2)] = {{0, 0, 0, 0}};
    return f;
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

template <class T>
void compare(std::int64_t pairs) {
    const auto f = frequencies(pairs);
    const auto t = rope::make_two_level_table(f, {-70000, 200000});
    for (const rope::range part : {rope::range{-70000, 300}, {-10, 700}, {129990, 10}, {0, 1}, {5000, 0}}) {
        const auto whole = rope::cos_sin_table<T>(f, part);
        std::vector<T> cos(whole.cos.size()), sin(whole.sin.size());
        rope::make_rows(t, part, cos.data(), sin.data());
        CHECK(same(cos, whole.cos));
        CHECK(same(sin, whole.sin));
        std::vector<T> fly_cos(whole.cos.size()), fly_sin(whole.sin.size());
        for (std::int64_t row = 0; row < part.count; ++row) {
            rope::make_rows(f, rope::range{part.first + row, 1}, fly_cos.data() + row * pairs,
                            fly_sin.data() + row * pairs);
        }
        CHECK(same(fly_cos, whole.cos));
        CHECK(same(fly_sin, whole.sin));
    }
    CHECK_THROWS_AS(
        rope::make_rows(t, rope::range{-70001, 2}, static_cast<T*>(nullptr), static_cast<T*>(nullptr)),
        rope::error);
    CHECK_THROWS_AS(
        rope::make_rows(t, rope::range{129999, 2}, static_cast<T*>(nullptr), static_cast<T*>(nullptr)),
        rope::error);
}

} // namespace

TEST_CASE("two levels: the bits of the table", "[table]") {
    for (const rope::isa which : rope::available_isas()) {
        CAPTURE(rope::isa_name(which));
        rope::force_isa(which);
        for (const std::int64_t pairs : {1, 20, 64, 100}) {
            compare<float>(pairs);
            compare<rope::half>(pairs);
            compare<rope::bfloat16>(pairs);
        }
        rope::force_isa(std::nullopt);
    }
}

TEST_CASE("two levels: two million positions of 64 pairs in less than 8 MiB", "[table]") {
    rope::config c;
    c.head_dim = 128;
    const auto t = rope::make_two_level_table(rope::frequencies(c, 1), {0, 2000000});
    CHECK(rope::bytes_of(t) < (std::size_t{8} << 20));
    std::vector<float> cos(64), sin(64);
    rope::make_rows(t, rope::range{1999999, 1}, cos.data(), sin.data());
    CHECK(same(cos, rope::cos_sin_table<float>(t.frequencies, rope::range{1999999, 1}).cos));
}

TEST_CASE("rows on the fly: listed positions", "[table]") {
    const auto f = frequencies(64);
    const double list[] = {0.25, -1e6, 3};
    std::vector<float> cos(192), sin(192);
    rope::make_rows(f, list, 3, cos.data(), sin.data());
    const auto t = rope::cos_sin_table<float>(f, list, 3);
    CHECK(same(cos, t.cos));
    CHECK(same(sin, t.sin));
}
