// The try_ twins of everything that makes rows: what the namesake throws comes back as a sentence and a code, and what it
// makes has the same bits.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/once.hpp"

#include <rope/table/cos_sin_table.hpp>
#include <rope/table/growing_table.hpp>
#include <rope/table/per_head_tables.hpp>
#include <rope/table/two_level_table.hpp>
#include <rope/table/xpos.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

namespace {

constexpr std::int64_t least = (std::numeric_limits<std::int64_t>::min)();
constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();

rope::config small() {
    rope::config c;
    c.head_dim = 16;
    return c;
}

const rope::status& status_of(const rope::status& s) {
    return s;
}
template <class T>
const rope::status& status_of(const rope::result<T>& r) {
    return r.why;
}

// `quiet` is refused with `code`; `loud`, its namesake, throws the same.
template <class Quiet, class Loud>
void refuses(rope::errc code, Quiet quiet, Loud loud) {
    const auto made = quiet();
    const rope::status& why = status_of(made);
    INFO(why.message);
    REQUIRE(!why.ok());
    CHECK(why.code == code);
    CHECK(!why.message.empty());
#if defined(__cpp_exceptions)
    std::string thrown;
    try {
        loud();
    } catch (const rope::error& e) {
        thrown = e.what();
        CHECK(e.code() == code);
    }
    CHECK(thrown == why.message);
#else
    static_cast<void>(loud);
#endif
}

} // namespace

TEST_CASE("a table of a run or of a list, or the reason why there is none") {
    const auto f = rope::try_frequencies(small()).value;
    const std::int64_t list[] = {3, 1, -7};
    const double reals[] = {0.5, 2, 1e9};
    static_assert(std::is_same_v<decltype(rope::cos_sin_table(f, 4)), rope::table<float>>,
                  "float is the default");

    const auto run = rope::try_cos_sin_table(f, {5, 9});
    REQUIRE(run.ok());
    CHECK(run.value.cos == rope::cos_sin_table(f, {5, 9}).cos);
    const auto integers = rope::try_cos_sin_table<rope::half>(f, list, 3);
    REQUIRE(integers.ok());
    CHECK(integers.value.integers == std::vector<std::int64_t>{3, 1, -7});
    CHECK(integers.value.listed_axes == 1);
    CHECK(rope::try_cos_sin_table<double>(f, reals, 3).value.sin ==
          rope::cos_sin_table<double>(f, reals, 3).sin);

    for (const std::int64_t rows : {std::int64_t{-1}, least, most}) {
        refuses(
            rope::errc::table, [&] { return rope::try_cos_sin_table(f, rows); },
            [&] { rope::cos_sin_table(f, rows); });
        refuses(
            rope::errc::table, [&] { return rope::try_cos_sin_table(f, list, rows); },
            [&] { rope::cos_sin_table(f, list, rows); });
        refuses(
            rope::errc::table, [&] { return rope::try_table_bytes(f, rows); },
            [&] { rope::table_bytes(f, rows); });
    }
    for (const rope::range run_of : {rope::range{most, 2}, rope::range{least, 1}}) {
        refuses(
            rope::errc::positions, [&] { return rope::try_cos_sin_table(f, run_of); },
            [&] { rope::cos_sin_table(f, run_of); });
    }
    for (const std::int64_t axes : {std::int64_t{2}, std::int64_t{0}, least, most}) {
        refuses(
            rope::errc::positions, [&] { return rope::try_cos_sin_table(f, list, 1, axes); },
            [&] { rope::cos_sin_table(f, list, 1, axes); });
    }
    const double nowhere[] = {1, std::numeric_limits<double>::infinity()};
    refuses(
        rope::errc::positions, [&] { return rope::try_cos_sin_table(f, nowhere, 2); },
        [&] { rope::cos_sin_table(f, nowhere, 2); });
    const double* null = nullptr;
    refuses(
        rope::errc::no_memory, [&] { return rope::try_cos_sin_table(f, null, 2); },
        [&] { rope::cos_sin_table(f, null, 2); });

    rope::frequency_set broken = f;
    broken.inv_freq.pop_back();
    refuses(
        rope::errc::table, [&] { return rope::try_cos_sin_table(broken, 2); },
        [&] { rope::cos_sin_table(broken, 2); });
    CHECK(rope::try_table_bytes<rope::half>(f, 10).value == 10 * 8 * 2);
}

TEST_CASE("rows into memory of the caller's, or the reason why there are none") {
    const auto f = rope::try_frequencies(small()).value;
    std::vector<float> cos(3 * 8, 7.0f), sin(3 * 8, 7.0f);
    REQUIRE(rope::try_fill_cos_sin_table(f, {2, 3}, cos.data(), sin.data()).ok());
    const auto table = rope::try_cos_sin_table(f, {2, 3}).value;
    CHECK(cos == table.cos);
    CHECK(sin == table.sin);

    const std::vector<float> before = cos;
    float* null = nullptr;
    refuses(
        rope::errc::no_memory,
        [&] {
            return rope::try_fill_cos_sin_table(f, {0, 3}, cos.data(), null);
        },
        [&] {
            rope::fill_cos_sin_table(f, {0, 3}, cos.data(), null);
        });
    refuses(
        rope::errc::table,
        [&] {
            return rope::try_fill_cos_sin_table(f, {0, -3}, cos.data(), sin.data());
        },
        [&] {
            rope::fill_cos_sin_table(f, {0, -3}, cos.data(), sin.data());
        });
    refuses(
        rope::errc::no_memory,
        [&] {
            return rope::try_make_rows(f, {0, 3}, null, sin.data());
        },
        [&] {
            rope::make_rows(f, {0, 3}, null, sin.data());
        });
    const double nowhere[] = {std::numeric_limits<double>::quiet_NaN()};
    refuses(
        rope::errc::positions, [&] { return rope::try_make_rows(f, nowhere, 1, cos.data(), sin.data()); },
        [&] { rope::make_rows(f, nowhere, 1, cos.data(), sin.data()); });
    CHECK(cos == before);
}

TEST_CASE("tables of other kinds, or the reason why there are none") {
    const auto f = rope::try_frequencies(small()).value;

    auto two = rope::try_make_two_level_table(f, {0, 100});
    REQUIRE(two.ok());
    std::vector<float> cos(3 * 8), sin(3 * 8);
    REQUIRE(rope::try_make_rows(two.value, {50, 3}, cos.data(), sin.data()).ok());
    CHECK(cos == rope::try_cos_sin_table(f, {50, 3}).value.cos);
    refuses(
        rope::errc::positions,
        [&] {
            return rope::try_make_rows(two.value, {99, 2}, cos.data(), sin.data());
        },
        [&] {
            rope::make_rows(two.value, {99, 2}, cos.data(), sin.data());
        });
    refuses(
        rope::errc::positions,
        [&] {
            return rope::try_make_two_level_table(f, {most, 2});
        },
        [&] {
            rope::make_two_level_table(f, {most, 2});
        });
    two.value.far.pop_back();
    refuses(
        rope::errc::table,
        [&] {
            return rope::try_make_rows(two.value, {0, 1}, cos.data(), sin.data());
        },
        [&] {
            rope::make_rows(two.value, {0, 1}, cos.data(), sin.data());
        });

    rope::config decaying = small();
    refuses(
        rope::errc::config,
        [&] {
            return rope::try_xpos_cos_sin_tables(decaying, {0, 4});
        },
        [&] {
            rope::xpos_cos_sin_tables(decaying, {0, 4});
        });
    decaying.scaling = rope::xpos_scaling{};
    const auto both = rope::try_xpos_cos_sin_tables(decaying, {0, 4});
    REQUIRE(both.ok());
    CHECK(both.value.query.rows == 4);
    refuses(
        rope::errc::positions,
        [&] {
            return rope::try_xpos_cos_sin_tables(decaying, {1 << 30, 1});
        },
        [&] {
            rope::xpos_cos_sin_tables(decaying, {1 << 30, 1});
        });
    refuses(
        rope::errc::table,
        [&] {
            return rope::try_xpos_cos_sin_tables(decaying, {0, -1});
        },
        [&] {
            rope::xpos_cos_sin_tables(decaying, {0, -1});
        });

    rope::head_frequencies heads;
    heads.head_dim = 4;
    heads.heads = 2;
    heads.freq = {1, 0.5, 0.25, 0.125};
    const double positions[] = {0, 1, 2};
    const auto each = rope::try_per_head_tables<float>(heads, positions, 3);
    REQUIRE(each.ok());
    CHECK(each.value.size() == 2);
    const double* null = nullptr;
    refuses(
        rope::errc::no_memory, [&] { return rope::try_per_head_tables<float>(heads, null, 3); },
        [&] { rope::per_head_tables<float>(heads, null, 3); });
    for (const std::int64_t count : {std::int64_t{-1}, least, most}) {
        refuses(
            rope::errc::table, [&] { return rope::try_per_head_tables<float>(heads, positions, count); },
            [&] { rope::per_head_tables<float>(heads, positions, count); });
    }
    heads.freq.pop_back();
    refuses(
        rope::errc::config, [&] { return rope::try_per_head_tables<float>(heads, positions, 3); },
        [&] { rope::per_head_tables<float>(heads, positions, 3); });

    CHECK(rope::growing_table<float>::check(f, {0, 10}).ok());
    CHECK(rope::growing_table<float>::check(f, {0, -1}).code == rope::errc::table);
    rope::growing_table<float> growing(f);
    REQUIRE(growing.try_reserve(5).ok());
    refuses(
        rope::errc::table, [&] { return growing.try_reserve(most); }, [&] { growing.reserve(most); });
    CHECK(growing.rows() == 5);
}
