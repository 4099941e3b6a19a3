// What a plan refuses: rows, ids and pointers that do not exist, inverses that are none, and views whose parts overlap.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/rotate/gradient.hpp>
#include <rope/rotate/grouped.hpp>
#include <rope/table/per_head_tables.hpp>
#include <rope/table/xpos.hpp>

#include <complex>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace {

rope::frequency_set frequencies(std::int64_t dim = 8) {
    rope::config config;
    config.head_dim = dim;
    return rope::frequencies(config);
}

rope::status refused(const rope::table<float>& t, const rope::positions& where = {}) {
    std::vector<float> x(32, 1.5f);
    const rope::status s = rope::try_rotate(rope::view(x.data(), {4, 8}), t, "s d", where);
    CHECK_FALSE(s.ok());
    CHECK(x == std::vector<float>(32, 1.5f));
    return s;
}

} // namespace

TEST_CASE("tables whose vectors are shorter than their rows are refused", "[refuse]") {
    auto t = rope::cos_sin_table<float>(frequencies(), 16);
    t.cos.resize(60);
    CHECK(refused(t).message.find("60 entries") != std::string::npos);
    t.cos.clear();
    t.sin.clear();
    CHECK(refused(t).message.find("0 entries") != std::string::npos);
    t = rope::cos_sin_table<float>(frequencies(), 16);
    t.rows = -1;
    CHECK(refused(t).code == rope::errc::table);
    t.rows = 16;
    t.first = INT64_MAX;
    CHECK(refused(t).code == rope::errc::table);
    const std::vector<std::int64_t> list = {3, 1, 4, 1};
    auto listed = rope::cos_sin_table<float>(frequencies(), list.data(), 4);
    listed.integers.pop_back();
    CHECK(refused(listed).message.find("3 listed positions") != std::string::npos);
}

TEST_CASE("views of tables that do not exist are refused", "[refuse]") {
    std::vector<float> x(32, 1.5f);
    const auto view = rope::view(x.data(), {4, 8});
    CHECK(rope::try_rotate(view, rope::table_view<float>(), "s d").code == rope::errc::no_memory);
    const auto f = frequencies();
    rope::table_view<float> t;
    t.frequencies = &f;
    t.rows = 4;
    t.row_stride = 4;
    CHECK(rope::try_rotate(view, t, "s d").message.find("null") != std::string::npos);
    CHECK(rope::try_rotate(view, t, "s d", rope::ids(static_cast<const std::int32_t*>(nullptr), {4})).code ==
          rope::errc::no_memory);
    CHECK(rope::try_rotate(view, f, "s d", rope::ids(static_cast<const double*>(nullptr), {4}))
              .message.find("null") != std::string::npos);
    CHECK(x == std::vector<float>(32, 1.5f));
}

TEST_CASE("ids of several position axes need names", "[refuse]") {
    rope::config config;
    config.head_dim = 12;
    config.sections = {2, 2, 2};
    const auto f = rope::frequencies(config);
    std::vector<float> x(3 * 4 * 12, 1.0f);
    const std::vector<std::int32_t> ids(12, 1);
    const auto view = rope::view(x.data(), {3, 4, 12});
    CHECK(rope::try_rotate(view, f, "b s d", rope::ids(ids.data(), {3, 4})).message.find("name them") !=
          std::string::npos);
    CHECK(rope::try_rotate(view, f, "b s d", rope::ids(ids.data(), {3, 4}, "b s")).ok());
    CHECK(rope::try_rotate(view, f, "b s d", rope::ids(ids.data(), {3, 4}, "axis s")).ok());
}

TEST_CASE("half and bfloat16 tables are read as they are", "[refuse]") {
    const auto f = frequencies(64);
    const auto narrow = rope::cos_sin_table<rope::bfloat16>(f, 100);
    rope::table<float> wide = rope::cos_sin_table<float>(f, 100);
    for (std::size_t k = 0; k < wide.cos.size(); ++k) {
        wide.cos[k] = rope::to_float(narrow.cos[k]);
        wide.sin[k] = rope::to_float(narrow.sin[k]);
    }
    const std::vector<std::int32_t> ids = {9, 99, 0, 9};
    for (const rope::positions& where : {rope::positions(rope::offset(7)), rope::ids(ids)}) {
        std::vector<float> x(4 * 3 * 64, 0.75f), y = x;
        rope::rotate(rope::view(x.data(), {4, 3, 64}), narrow, "s h d", where);
        rope::rotate(rope::view(y.data(), {4, 3, 64}), wide, "s h d", where);
        CHECK(std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0);
        CHECK(x[65] != 0.75f);
    }
}

TEST_CASE("an inverse that is none is refused", "[refuse]") {
    rope::config config;
    config.head_dim = 8;
    config.scaling = rope::xpos_scaling{};
    const auto tables = rope::xpos_cos_sin_tables<float>(config, {0, 16});
    std::vector<float> x(32, 1.5f);
    const auto view = rope::view(x.data(), {4, 8});
    CHECK(rope::try_unrotate(view, tables.query, "s d", rope::offset(5)).message.find("adjoint") !=
          std::string::npos);
    CHECK(x == std::vector<float>(32, 1.5f));
    rope::table<float> copied = rope::cos_sin_table<float>(frequencies(), 16);
    copied.external = true; // of unit length: the inverse is the transpose
    CHECK(rope::try_unrotate(view, copied, "s d").ok());
    rope::rotate_options inverse;
    inverse.direction = rope::direction::inverse;
    CHECK(rope::try_adjoint(view, copied, "s d", {}, inverse).code == rope::errc::pairing);
}

TEST_CASE("heads of complex numbers rotate as those of real ones", "[refuse]") {
    rope::head_frequencies f;
    f.head_dim = 4;
    f.heads = 2;
    f.pairing = rope::pairing::interleaved;
    f.freq = {0.5, 0.25, 1, 2};
    const std::vector<double> at = {1, 2};
    const auto tables = rope::per_head_tables<float>(f, at.data(), 2);
    std::vector<float> real(2 * 2 * 4);
    for (std::size_t k = 0; k < real.size(); ++k) {
        real[k] = static_cast<float>(k) + 1;
    }
    std::vector<std::complex<float>> complex(8);
    std::memcpy(static_cast<void*>(complex.data()), real.data(), sizeof(float) * real.size());
    rope::rotate_per_head(rope::view(real.data(), {2, 2, 4}), tables, "s h d");
    rope::rotate_per_head(rope::view(complex.data(), {2, 2, 2}), tables, "s h d");
    CHECK(std::memcmp(static_cast<void*>(complex.data()), real.data(), sizeof(float) * real.size()) == 0);
    std::vector<float> out(16), again = out;
    const std::vector<float> x(16, 1.0f);
    rope::rotate_per_head(rope::view(x.data(), {2, 2, 4}), rope::view(out.data(), {2, 2, 4}), tables,
                          "s h d");
    again = x;
    rope::rotate_per_head(rope::view(again.data(), {2, 2, 4}), tables, "s h d");
    CHECK(out == again);
}

TEST_CASE("heads and sequences that share memory are refused", "[refuse]") {
    const std::vector<rope::table<float>> tables(2, rope::cos_sin_table<float>(frequencies(2), 4));
    std::vector<float> x = {1, 0, 1, 0};
    const std::vector<float> before = x;
    const auto overlapping = rope::view(x.data(), {1, 2, 2}, {2, 0, 1});
    CHECK(rope::try_rotate_per_head(overlapping, tables, "s h d").code == rope::errc::overlap);
    CHECK(rope::try_rotate_sequences(rope::view(x.data(), {2, 1, 2}, {0, 2, 1}), tables, {0, 1}, "b s d")
              .code == rope::errc::overlap);
    CHECK(rope::try_rotate_sequences(rope::view(x.data(), {2, 1, 2}), tables, {0, 2}, "b s d").code ==
          rope::errc::table);
    CHECK(x == before);
}

TEST_CASE("positions at the ends of int64 are refused or right in every entry point", "[refuse]") {
    const auto f = frequencies();
    const auto table = rope::cos_sin_table<float>(f, 16);
    std::vector<float> x(16, 1.0f), y(16, 1.0f);
    const auto vx = rope::view(x.data(), {2, 8});
    const auto vy = rope::view(y.data(), {2, 8});
    for (const std::int64_t past : {INT64_MAX, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1}) {
        CAPTURE(past);
        const std::vector<std::int64_t> one = {past, past}, starts = {past};
        for (const rope::positions& where :
             {rope::positions(rope::offset(past)), rope::at(past), rope::ids(one)}) {
            CHECK_FALSE(rope::try_rotate(vx, table, "s d", where).ok());
            CHECK_FALSE(rope::try_plan_gradient(table, vx, vy, "s d", where).ok());
            static_cast<void>(
                rope::try_rotate(vy, f, "s d", where)); // right or refused; the sanitizer looks on
        }
        CHECK_FALSE(
            rope::try_rotate(rope::view(x.data(), {1, 2, 8}), table, "b s d", rope::offsets(starts)).ok());
    }
    CHECK(x == std::vector<float>(16, 1.0f));
    CHECK(rope::try_rotate(vx, f, "s d", rope::offset(INT64_MAX)).code == rope::errc::positions);
    CHECK(rope::try_rotate(vx, f, "s d", rope::offset(INT64_MIN)).code == rope::errc::positions);
}

TEST_CASE("a view of more axes than there is room for is refused", "[refuse]") {
    const auto table = rope::cos_sin_table<float>(frequencies(), 4);
    std::vector<float> x(32, 1.0f);
    const std::vector<std::int64_t> many(17, 1), three = {1, 1, 8}, two = {8, 1};
    CHECK(rope::try_rotate(rope::view(x.data(), many), table, "s d").message.find("more than 16 axes") !=
          std::string::npos);
    CHECK(
        rope::try_rotate(rope::view(x.data(), three, two), table, "b s d").message.find("as many strides") !=
        std::string::npos);
    CHECK(rope::try_rotate(rope::view(x.data(), {4, 8}), table, "sd")
              .message.find("separate the names by blanks") != std::string::npos);
}
