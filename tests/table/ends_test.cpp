// Every public function of tables at the ends of int64, with nothing, with null and with vectors of other sizes: an answer
// or one sentence, never a crash, a hang or a read outside. Meant for the sanitizers with every instruction set.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/entries/check_rows.hpp>
#include <rope/entries/entry_128.hpp>
#include <rope/entries/entry_256.hpp>
#include <rope/exchange/accuracy.hpp>
#include <rope/exchange/formats.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/table/growing_table.hpp>
#include <rope/table/two_level_table.hpp>
#include <rope/table/xpos.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t ends[] = {least, least + 1, -most / 2, -1, 0, 1, most / 2, most - 1, most};
constexpr auto all_numerics = {rope::numerics::exact, rope::numerics::hf_fp32, rope::numerics::ggml};

rope::config model(std::int64_t d) {
    rope::config c;
    c.head_dim = d;
    return c;
}

rope::frequency_set frequencies(std::int64_t d) {
    return rope::frequencies(model(d), 1);
}

rope::frequency_set no_pairs() {
    return {};
}

// first, first + 1, ..., first + count - 1 are positions.
bool exists(std::int64_t first, std::int64_t count) {
    return count >= 0 && (count == 0 || (first > least && (first <= 0 || count - 1 <= most - first)));
}

} // namespace

TEST_CASE("ends of int64: tables of runs", "[table]") {
    const auto f = frequencies(8);
    std::vector<float> cos(64), sin(64);
    for (const std::int64_t first : ends) {
        for (const std::int64_t count : ends) {
            CAPTURE(first, count);
            for (const rope::numerics way : all_numerics) {
                const bool fits = exists(first, count) && count <= 1;
                if (fits) {
                    CHECK(rope::cos_sin_table<float>(f, rope::range{first, count}, way).rows == count);
                    CHECK(rope::fill_cos_sin_table(f, {first, count}, cos.data(), sin.data(), way).rows ==
                          count);
                    CHECK(rope::growing_table<float>(f, rope::range{first, count}, way).rows() == count);
                } else {
                    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, rope::range{first, count}, way),
                                    rope::error);
                    CHECK_THROWS_AS(rope::fill_cos_sin_table(f, {first, count}, cos.data(), sin.data(), way),
                                    rope::error);
                    CHECK_THROWS_AS(rope::growing_table<float>(f, rope::range{first, count}, way),
                                    rope::error);
                }
            }
            if (exists(first, count) && count <= 1) {
                rope::make_rows(f, rope::range{first, count}, cos.data(), sin.data());
                const auto t = rope::cos_sin_table<float>(f, rope::range{first, count});
                CHECK((count == 0 || std::equal(t.cos.begin(), t.cos.end(), cos.begin())));
            } else {
                CHECK_THROWS_AS(rope::make_rows(f, rope::range{first, count}, cos.data(), sin.data()),
                                rope::error);
            }
        }
    }
    for (const std::int64_t rows : ends) {
        if (rows != 0 && rows != 1) {
            CHECK_THROWS_AS(rope::cos_sin_table<float>(f, rows), rope::error);
        }
        if (rows < 0 || rows > 1) {
            CHECK_THROWS_AS(rope::table_bytes<float>(f, rows), rope::error);
        } else {
            CHECK(rope::table_bytes<float>(f, rows) == static_cast<std::size_t>(rows) * 16);
        }
    }
}

TEST_CASE("ends of int64: listed positions", "[table]") {
    const auto f = frequencies(8);
    std::vector<float> cos(64), sin(64);
    for (const std::int64_t p : ends) {
        CAPTURE(p);
        const double real = static_cast<double>(p);
        if (p == least) {
            CHECK_THROWS_AS(rope::cos_sin_table<float>(f, &p, 1), rope::error);
            CHECK_THROWS_AS(rope::make_rows(f, &p, 1, cos.data(), sin.data()), rope::error);
        } else {
            CHECK(rope::cos_sin_table<float>(f, &p, 1).cos ==
                  rope::cos_sin_table<float>(f, rope::range{p, 1}).cos);
            rope::make_rows(f, &p, 1, cos.data(), sin.data());
        }
        if (std::fabs(real) < 0x1p63) {
            rope::make_rows(f, &real, 1, cos.data(), sin.data());
        } else {
            CHECK_THROWS_AS(rope::make_rows(f, &real, 1, cos.data(), sin.data()), rope::error);
            CHECK_THROWS_AS(rope::cos_sin_table<double>(f, &real, 1), rope::error);
        }
    }
    const std::int64_t whole[] = {1, 2};
    for (const std::int64_t count : ends) {
        for (const std::int64_t axes : ends) {
            CAPTURE(count, axes);
            if (axes != 1 || count < 0 || count > 1) {
                CHECK_THROWS_AS(rope::cos_sin_table<float>(f, whole, count, axes), rope::error);
            }
        }
        if (count < 0 || count > 1) {
            CHECK_THROWS_AS(rope::make_rows(f, whole, count, cos.data(), sin.data()), rope::error);
        }
    }
}

TEST_CASE("null: memory and lists that are needed are refused", "[table]") {
    const auto f = frequencies(8);
    float memory[8] = {};
    float* const none = nullptr;
    const std::int64_t* const no_list = nullptr;
    const double* const no_reals = nullptr;
    const std::int64_t list[] = {1};
    const auto two = rope::make_two_level_table(f, {0, 10});
    CHECK_THROWS_AS(rope::fill_cos_sin_table(f, {0, 1}, none, memory), rope::error);
    CHECK_THROWS_AS(rope::fill_cos_sin_table(f, {0, 1}, memory, none), rope::error);
    CHECK_THROWS_AS(rope::make_rows(f, rope::range{0, 1}, none, memory), rope::error);
    CHECK_THROWS_AS(rope::make_rows(f, list, 1, memory, none), rope::error);
    CHECK_THROWS_AS(rope::make_rows(f, no_list, 1, memory, memory), rope::error);
    CHECK_THROWS_AS(rope::make_rows(f, no_reals, 1, memory, memory), rope::error);
    CHECK_THROWS_AS(rope::make_rows(two, {0, 1}, none, memory), rope::error);
    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, no_list, 1), rope::error);
    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, no_reals, 1), rope::error);
    CHECK_THROWS_WITH(rope::cos_sin_table<float>(f, no_list, 3), "the list of 3 positions is null");
    CHECK(rope::cos_sin_table<float>(f, no_list, 0).rows == 0);
    CHECK(rope::fill_cos_sin_table(f, {0, 0}, none, none).rows == 0);
    rope::make_rows(f, no_list, 0, none, none);
    rope::make_rows(two, {10, 0}, none, none);
}

TEST_CASE("no pairs: tables of nothing end at once", "[table]") {
    const auto f = no_pairs();
    const std::int64_t rows = std::int64_t{1} << 40; // too many to visit one by one
    CHECK(rope::cos_sin_table<float>(f, rows).rows == rows);
    CHECK(rope::cos_sin_table<double>(f, rows).rows == rows);
    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, most), rope::error);
    CHECK_THROWS_AS(rope::cos_sin_table<float>(f, rope::range{1, most - 1}), rope::error);
    CHECK(rope::growing_table<float>(f, 10).rows() == 10);
    CHECK(rope::make_two_level_table(f, {0, rows}).rows == rows);
    CHECK_THROWS_AS(rope::table_bytes<float>(f, most), rope::error);
    CHECK(rope::accuracy_of(rope::cos_sin_table<float>(f, 1000)).entries == 0);
}

TEST_CASE("two levels: any run has an answer", "[table]") {
    const auto wide_head = frequencies(65536); // its factors for 2^63 rows are more than memory can be
    for (const std::int64_t first : ends) {
        for (const std::int64_t count : ends) {
            CAPTURE(first, count);
            if (exists(first, count) && count <= 1) {
                CHECK(rope::make_two_level_table(wide_head, {first, count}).rows == count);
            } else {
                CHECK_THROWS_AS(rope::make_two_level_table(wide_head, {first, count}), rope::error);
            }
        }
    }
}

#if !defined(__SANITIZE_ADDRESS__) // whose operator new ends the program instead
TEST_CASE("two levels: memory that there is not is an error of the library", "[table]") {
    CHECK_THROWS_AS(rope::make_two_level_table(frequencies(8), {0, most}), rope::error); // 9 TiB
}
#endif

TEST_CASE("two levels: rows outside are refused, wherever they are", "[table]") {
    const auto f = frequencies(8);
    std::vector<float> cos(64), sin(64);
    for (const rope::range run : {rope::range{-10, 5}, {0, 5}, {-most, 5}, {most - 4, 5}}) {
        const auto t = rope::make_two_level_table(f, run);
        for (const std::int64_t first : ends) {
            for (const std::int64_t count : ends) {
                CAPTURE(run.first, first, count);
                bool inside = false;
                for (std::int64_t k = 0; k <= run.count && k <= most - (std::max)(run.first, std::int64_t{0});
                     ++k) {
                    inside = inside || (first == run.first + k && count >= 0 && count <= run.count - k);
                }
                if (inside) {
                    rope::make_rows(t, {first, count}, cos.data(), sin.data());
                } else {
                    CHECK_THROWS_AS(rope::make_rows(t, {first, count}, cos.data(), sin.data()), rope::error);
                }
            }
        }
        rope::make_rows(t, {run.first, 5}, cos.data(), sin.data());
        const auto whole = rope::cos_sin_table<float>(f, run);
        CHECK(std::equal(whole.cos.begin(), whole.cos.end(), cos.begin()));
        CHECK_THROWS_AS(rope::make_rows(t, {run.first, 6}, cos.data(), sin.data()), rope::error);
    }
    auto cut = rope::make_two_level_table(f, {0, 1000});
    cut.far.pop_back();
    CHECK_THROWS_AS(rope::make_rows(cut, {0, 1}, cos.data(), sin.data()), rope::error);
    cut = rope::make_two_level_table(f, {0, 1000});
    cut.rows = most;
    CHECK_THROWS_AS(rope::make_rows(cut, {most - 1, 1}, cos.data(), sin.data()), rope::error);
}

TEST_CASE("growing: a table of any size has an answer", "[table]") {
    rope::growing_table<float> t(frequencies(8), rope::range{most - 300, 10});
    for (const std::int64_t rows : ends) {
        if (rows > 10) {
            CHECK_THROWS_AS(t.reserve(rows), rope::error);
        } else {
            t.reserve(rows);
        }
        CHECK(t.rows() == 10);
    }
    t.reserve(301); // up to the last position
    CHECK(t.rows() == 301);
    CHECK_THROWS_AS(t.reserve(302), rope::error);
}

TEST_CASE("formats: sizes at the ends of int64", "[table]") {
    const auto f = frequencies(8);
    const auto t = rope::cos_sin_table<float>(f, 2);
    float memory[64] = {};
    const auto format = rope::table_format::cos_then_sin;
    for (const std::int64_t a : ends) {
        for (const std::int64_t b : ends) {
            CAPTURE(a, b);
            if (a < 0 || a > 1 || b < 0 || b > 1) {
                CHECK_THROWS_AS(rope::export_table(t, {format, a, b}, memory), rope::error);
                CHECK_THROWS_AS(rope::exported_elements({format, a, b}, 1, 4), rope::error);
                CHECK_THROWS_AS(rope::exported_elements({format, a, 0}, b, 4), rope::error);
                CHECK_THROWS_AS(rope::exported_elements({format, 0, 0}, a, b), rope::error);
                CHECK_THROWS_AS(rope::import_table<float>(f, {format, a, b}, 0, 2, memory), rope::error);
            }
            if (!exists(a, b) || b > 1) {
                CHECK_THROWS_AS(rope::import_table<float>(f, {format}, a, b, memory), rope::error);
            }
        }
    }
    CHECK(rope::exported_elements({format, 0, 0}, 0, 0) == 0);
    const auto tenth = static_cast<rope::table_format>(9);
    CHECK_THROWS_AS(rope::export_table(t, {tenth}, memory), rope::error);
    CHECK_THROWS_AS(rope::import_table<float>(f, {tenth}, 0, 2, memory), rope::error);
}

TEST_CASE("formats and accuracy: a table that does not fit its vectors is refused", "[table]") {
    const auto f = frequencies(8);
    std::vector<float> memory(64);
    const auto refused = [&](const rope::table<float>& t) {
        CHECK_THROWS_AS(rope::export_table(t, {rope::table_format::cos_then_sin}, memory.data()),
                        rope::error);
        CHECK_THROWS_AS(rope::accuracy_of(t), rope::error);
    };
    const auto good = rope::cos_sin_table<float>(f, 2);
    auto bad = good;
    bad.cos.pop_back();
    refused(bad);
    bad = good;
    bad.sin.push_back(0);
    refused(bad);
    for (const std::int64_t rows : ends) {
        bad = good;
        bad.rows = rows;
        refused(bad);
    }
    bad = good;
    bad.first = most;
    refused(bad);
    bad = good;
    bad.frequencies.inv_freq.pop_back();
    refused(bad);
    const std::int64_t list[] = {5, 7};
    const auto listed = rope::cos_sin_table<float>(f, list, 2);
    CHECK(rope::accuracy_of(listed).wrong == 0);
    bad = listed;
    bad.integers.pop_back();
    refused(bad);
    bad = listed;
    bad.integers.clear();
    refused(bad);
    bad = listed;
    bad.listed_axes = 2;
    refused(bad);
}

TEST_CASE("formats: Q15 is the nearest, ties to even", "[table]") {
    using rope::detail::to_q15;
    CHECK(to_q15(0x1p-16 + 0x1p-55) == 1); // beyond the tie by less than 2^-30 units
    CHECK(to_q15(-0x1p-16 - 0x1p-55) == -1);
    CHECK(to_q15(0x1p-16) == 0);
    CHECK(to_q15(-0x1p-16) == 0);
    CHECK(to_q15(0x1.8p-15 - 0x1p-60) == 1);
    CHECK(to_q15(std::numeric_limits<double>::denorm_min()) == 0);
    CHECK(to_q15(0.0) == 0);
    for (int k = -32768; k < 32767; ++k) { // every tie, and the numbers next to it
        const double tie = (k + 0.5) / 32768;
        const int even = k % 2 == 0 ? k : k + 1;
        REQUIRE(to_q15(std::nextafter(tie, -2)) == k);
        REQUIRE(to_q15(tie) == (even > 32767 ? 32767 : even));
        REQUIRE(to_q15(std::nextafter(tie, 2)) == k + 1);
        REQUIRE(to_q15(k / 32768.0) == k);
    }
    for (const double x : {1.0, 1e300, std::numeric_limits<double>::infinity()}) {
        CHECK(to_q15(x) == 32767);
        CHECK(to_q15(-x) == -32768);
    }
}

TEST_CASE("xpos: any run has an answer", "[table]") {
    rope::config c = model(8);
    c.scaling = rope::xpos_scaling{};
    for (const std::int64_t first : ends) {
        for (const std::int64_t count : ends) {
            CAPTURE(first, count);
            if (exists(first, count) && (count == 0 || (count == 1 && first >= -1 && first <= 1))) {
                CHECK(rope::xpos_cos_sin_tables<float>(c, {first, count}).query.rows == count);
            } else {
                CHECK_THROWS_AS(rope::xpos_cos_sin_tables<float>(c, {first, count}), rope::error);
            }
        }
    }
}

TEST_CASE("128 bits leave an entry next to 0 open instead of shifting by 64", "[table]") {
    const rope::detail::limb_pair value = {
        0, 2}; // times 2^127: a product of 2^64, less than the error above a whole limb
    const rope::detail::fixed_amplitude m = {{0, std::uint64_t{1} << 63}, 0, false};
    float out = 0;
    CHECK_FALSE(rope::detail::rounded_fixed(value, false, m, 128, out));
}
