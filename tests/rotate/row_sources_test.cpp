// Whatever the rows come from (a table, the caller's memory, a growing table, two levels, nothing but the frequencies),
// a rotation has the same bits; and says so where a source has no row for a position.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/numbers/half.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/rotate/grouped.hpp>
#include <rope/table/growing_table.hpp>
#include <rope/table/two_level_table.hpp>
#include <rope/table/xpos.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace {

constexpr std::int64_t tokens = 150, heads = 3;
constexpr rope::range covered = {-700, 1500};

rope::frequency_set frequencies(std::int64_t dim, double factor = 1) {
    rope::config c;
    c.head_dim = dim;
    auto f = rope::frequencies(c);
    f.attention_factor = factor;
    f.amplitude = rope::to_q64_192(rope::wide(factor));
    return f;
}

template <class T>
std::vector<T> data(std::size_t count) {
    std::vector<T> x(count);
    for (std::size_t i = 0; i < count; ++i) {
        x[i] = static_cast<T>(static_cast<int>(i * 7919 % 1001) - 500) / T(64);
    }
    return x;
}

// All sources of one set of frequencies.
template <class T>
struct sources {
    rope::frequency_set f;
    rope::table<T> table;
    rope::two_level_table levels;
    rope::growing_table<T> growing;
    std::vector<T> cos, sin;
    rope::table_view<T> view;

    explicit sources(rope::frequency_set from)
        : f(std::move(from)), table(rope::cos_sin_table<T>(f, covered)),
          levels(rope::make_two_level_table(f, covered)), growing(f, {covered.first, 30}),
          cos(table.cos.size()), sin(table.sin.size()),
          view(rope::fill_cos_sin_table(f, covered, cos.data(), sin.data())) {
        for (const std::int64_t rows : {31, 300, 900, 1500}) { // parts end at 256, 512, 1024
            growing.reserve(rows);
        }
    }

    template <class F>
    void each_but_table(F&& f_of) const {
        f_of("frequencies", f);
        f_of("two levels", levels);
        f_of("growing", growing);
        f_of("view", view);
    }
};

// One rotation by every source, whole and in parts, against the table's.
template <class T, class Make>
void compare(const sources<T>& s, const rope::positions& where, Make&& view_of_data, const char* axes,
             const rope::rotate_options& options = {}) {
    const auto original = data<T>(static_cast<std::size_t>(tokens * heads * s.f.head_dim));
    auto expected = original;
    rope::rotate(view_of_data(expected.data()), s.table, axes, where, options);
    REQUIRE(expected != original);
    s.each_but_table([&](const char* name, const auto& rows) {
        for (const int parts : {1, 2, 7}) {
            CAPTURE(name, parts, axes);
            auto x = original;
            const auto plan = rope::plan(rows, view_of_data(x.data()), axes, where, options);
            for (int part = parts; part-- > 0;) {
                rope::run(plan, x.data(), part, parts);
            }
            CHECK(std::memcmp(x.data(), expected.data(), x.size() * sizeof(T)) == 0);
        }
    });
}

template <class T>
void compare_everywhere(std::int64_t dim, double factor) {
    const sources<T> s(frequencies(dim, factor));
    const auto by_token = [&](T* x) { return rope::view(x, {tokens, heads, dim}); };
    const auto by_head = [&](T* x) { return rope::view(x, {heads, tokens, dim}); };
    const auto by_column = [&](T* x) { return rope::view(x, {dim, heads, tokens}); };
    std::vector<std::int64_t> ids;
    std::vector<double> reals;
    for (std::int64_t t = 0; t < tokens;
         ++t) { // runs, jumps, and runs across the ends of a growing table's parts
        ids.push_back(t < 60 ? t - 250 : t < 100 ? (t * 977) % 800 : t - 500);
        reals.push_back(0.25 * static_cast<double>(t) - 20);
    }
    for (const rope::positions& where :
         {rope::positions(rope::offset(-600)), rope::positions(rope::offset(-500)),
          rope::positions(rope::offset(650)), rope::ids(ids), rope::ids(reals)}) {
        compare(s, where, by_token, "s h d");
        compare(s, where, by_head, "h s d");
        compare(s, where, by_column, "d h s");
    }
    rope::rotate_options inverse;
    inverse.direction = rope::direction::inverse;
    compare(s, rope::offset(100), by_token, "s h d", inverse);
    compare(s, rope::ids(ids), by_token, "s h d", inverse);
}

} // namespace

TEST_CASE("row sources: the same bits", "[rotate]") {
    for (const rope::isa which : rope::available_isas()) {
        CAPTURE(rope::isa_name(which));
        rope::force_isa(which);
        for (const std::int64_t dim : {128, 40, 200}) {
            compare_everywhere<float>(dim, 1);
            compare_everywhere<float>(dim, 1.25);
        }
        rope::force_isa(std::nullopt);
    }
    compare_everywhere<double>(24, 1.25);
}

TEST_CASE("row sources: an amplitude that the vector kernels do not take", "[rotate]") {
    const auto f = frequencies(32, 0x1p-20);
    std::vector<float> x = data<float>(100 * 32), y = x;
    rope::rotate(rope::view(x.data(), {100, 32}), f, "s d");
    rope::rotate(rope::view(y.data(), {100, 32}), rope::cos_sin_table<float>(f, 100), "s d");
    CHECK(x == y);
    CHECK_THROWS_AS(rope::make_two_level_table(f, covered), rope::error);
}

TEST_CASE("row sources: half and bfloat16 data, into another tensor", "[rotate]") {
    const sources<float> s(frequencies(64));
    std::vector<rope::half> x(static_cast<std::size_t>(tokens * heads * 64));
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = rope::to_half(static_cast<double>(i % 37) - 18);
    }
    std::vector<rope::bfloat16> expected(x.size());
    const auto in = rope::view(x.data(), {tokens, heads, 64});
    rope::rotate(in, rope::view(expected.data(), {tokens, heads, 64}), s.table, "s h d", rope::offset(-300));
    s.each_but_table([&](const char* name, const auto& rows) {
        CAPTURE(name);
        std::vector<rope::bfloat16> y(x.size());
        rope::rotate(in, rope::view(y.data(), {tokens, heads, 64}), rows, "s h d", rope::offset(-300));
        CHECK(std::memcmp(y.data(), expected.data(), y.size() * 2) == 0);
    });
}

TEST_CASE("row sources: several position axes", "[rotate]") {
    auto f = frequencies(48);
    f.axes = 3;
    for (std::size_t i = 0; i < f.axis_of_pair.size(); ++i) {
        f.axis_of_pair[i] = static_cast<std::int64_t>(i % 3);
    }
    const sources<float> s(f);
    std::vector<std::int64_t> ids; // [axis][token]: text, where all axes step together, then an image's grid
    for (std::int64_t a = 0; a < 3; ++a) {
        for (std::int64_t t = 0; t < tokens; ++t) {
            const std::int64_t k = t - 70;
            ids.push_back(k < 0 ? t + a : a == 0 ? 70 : a == 1 ? 70 + k / 8 : 70 + k % 8);
        }
    }
    compare(
        s, rope::ids(ids.data(), {3, tokens}, "axis s"),
        [&](float* x) {
            return rope::view(x, {tokens, heads, 48});
        },
        "s h d");
}

TEST_CASE("row sources: a batch whose positions differ, or not", "[rotate]") {
    const sources<float> s(frequencies(32));
    const auto batched = [](float* x) { return rope::view(x, {5, tokens / 5, heads, 32}); };
    std::vector<std::int32_t> starts = {0, 250, -700, 100, 3};
    compare(s, rope::offsets(starts), batched, "b s h d");
    compare(s, rope::offset(-5), batched, "b s h d");
    compare(s, rope::at(300), batched, "b s h d");
    std::vector<std::int32_t> one_each = {255, 256, -445, 100, 3}; // the longest loop reads one row
    compare(s, rope::ids(one_each.data(), {5}, "b"), batched, "b s h d");
}

TEST_CASE("row sources: frequencies have every position, tables those that they hold", "[rotate]") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const auto f = frequencies(64);
    std::vector<float> x = data<float>(100 * 64), y = x;
    const auto v = rope::view(x.data(), {100, 64}), w = rope::view(y.data(), {100, 64});
    for (const std::int64_t first : {most - 99, -most, std::int64_t{1} << 40, std::int64_t{-50}}) {
        CAPTURE(first);
        rope::rotate(v, f, "s d", rope::offset(first));
        rope::rotate(w, rope::cos_sin_table<float>(f, rope::range{first, 100}), "s d", rope::offset(first));
        CHECK(x == y);
    }
    CHECK_THROWS_AS(rope::rotate(v, f, "s d", rope::offset(most - 98)), rope::error);
    CHECK_THROWS_AS(rope::rotate(v, f, "s d", rope::offset(-most - 1)), rope::error);
    const std::vector<std::int64_t> past = {most - 98};
    CHECK_THROWS_AS(rope::rotate(rope::view(x.data(), {1, 100, 64}), f, "b s d", rope::offsets(past)),
                    rope::error);
    const auto last = rope::cos_sin_table<float>(f, rope::range{most - 49, 50});
    CHECK_THROWS_AS(rope::rotate(v, last, "s d", rope::offset(most - 49)), rope::error);
    const rope::growing_table<float> few(f, {-5, 60});
    const auto levels = rope::make_two_level_table(f, {-5, 60});
    CHECK_THROWS_AS(rope::rotate(v, few, "s d"), rope::error);
    CHECK_THROWS_AS(rope::rotate(v, levels, "s d"), rope::error);
    CHECK_THROWS_AS(rope::rotate(v, levels, "s d", rope::offset(-6)), rope::error);
    CHECK(x == y); // nothing was written
}

TEST_CASE("row sources: sequences by frequencies of their own", "[rotate]") {
    const std::vector<rope::frequency_set> by = {frequencies(32), frequencies(32, 1.5)};
    const std::vector<rope::table<float>> tables = {rope::cos_sin_table<float>(by[0], 100),
                                                    rope::cos_sin_table<float>(by[1], 100)};
    std::vector<float> x = data<float>(2 * 100 * 32), y = x;
    rope::rotate_sequences(rope::view(x.data(), {2, 100, 32}), by, {1, 0}, "b s d");
    rope::rotate_sequences(rope::view(y.data(), {2, 100, 32}), tables, {1, 0}, "b s d");
    CHECK(x == y);
}

TEST_CASE("row sources: what a table lacks is made by the table's own numerics", "[rotate]") {
    const auto f = frequencies(64, 1.25);
    const std::vector<double> reals = {100000.5, 3.25, 65535};
    for (const rope::numerics way : {rope::numerics::exact, rope::numerics::hf_fp32, rope::numerics::ggml}) {
        const auto t = rope::cos_sin_table<float>(f, rope::range{0, 200000}, way);
        const auto listed = rope::cos_sin_table<float>(f, reals.data(), 3, 1, way);
        std::vector<float> x = data<float>(3 * 64), y = x;
        const auto original = x;
        rope::rotate(rope::view(x.data(), {3, 64}), t, "s d", rope::ids(reals));
        rope::rotate(rope::view(y.data(), {3, 64}), listed, "s d");
        CHECK(x == y);
        rope::unrotate(rope::view(x.data(), {3, 64}), t, "s d", rope::ids(reals));
        double worst = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            worst = std::fmax(worst, std::fabs(static_cast<double>(x[i]) - static_cast<double>(original[i])));
        }
        CHECK(worst < 1e-5);
    }
}

TEST_CASE("row sources: a external table serves its own entries and no others", "[rotate]") {
    rope::config c;
    c.head_dim = 16;
    c.scaling = rope::xpos_scaling{};
    const auto tables = rope::xpos_cos_sin_tables<rope::half>(c, {0, 8});
    REQUIRE(tables.query.external);
    std::vector<float> x(8 * 16, 0.0f);
    for (std::size_t t = 0; t < 8; ++t) {
        std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(t * 16), 8, 1.0f);
    }
    rope::rotate(rope::view(x.data(), {8, 16}), tables.query,
                 "s d"); // half rows, float data: y0 = cos, y1 = sin
    for (std::size_t k = 0; k < x.size(); ++k) {
        const std::size_t entry = k / 16 * 8 + k % 8;
        CHECK(x[k] == rope::detail::widen((k % 16 < 8 ? tables.query.cos : tables.query.sin)[entry]));
    }
    const std::vector<double> between = {0.5};
    const auto one = rope::view(x.data(), {1, 16});
    CHECK_THROWS_AS(rope::rotate(one, tables.query, "s d", rope::ids(between)), rope::error);
}
