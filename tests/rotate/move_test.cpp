// One plan for every step of a decoder: run(plan, data, offset(past)) equals a plan made for that offset, for every kind of
// rows, and refuses an offset whose positions have no rows.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/table/growing_table.hpp>
#include <rope/table/two_level_table.hpp>

#include <cstdint>
#include <cstring>
#include <vector>

namespace {

rope::frequency_set frequencies() {
    rope::config config;
    config.head_dim = 32;
    return rope::frequencies(config);
}

template <class T>
std::vector<T> numbers() {
    std::vector<T> x(3 * 2 * 32);
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = static_cast<T>(static_cast<double>(k % 37) / 8 - 2);
    }
    return x;
}

template <class T, class Rows>
void check_moves(const Rows& rows, const std::vector<std::int64_t>& offsets,
                 rope::rotate_options options = {}) {
    std::vector<T> x = numbers<T>();
    const auto view = rope::view(x.data(), {3, 2, 32});
    const auto plan = rope::plan(rows, view, "s h d", rope::offset(offsets.front()), options);
    for (const std::int64_t past : offsets) {
        CAPTURE(past);
        std::vector<T> expected = numbers<T>(), whole = numbers<T>(), parts = numbers<T>();
        rope::rotate(rope::view(expected.data(), {3, 2, 32}), rows, "s h d", rope::offset(past), options);
        rope::run(plan, whole.data(), rope::offset(past));
        for (std::int64_t part = 0; part < 4; ++part) {
            rope::run(plan, parts.data(), rope::offset(past), part, 4);
        }
        const std::size_t bytes = expected.size() * sizeof(T);
        CHECK(std::memcmp(whole.data(), expected.data(), bytes) == 0);
        CHECK(std::memcmp(parts.data(), expected.data(), bytes) == 0);
    }
}

} // namespace

TEST_CASE("a plan moves to any offset of its table", "[move]") {
    const auto f = frequencies();
    const auto table = rope::cos_sin_table<float>(f, rope::range{-20, 1000});
    check_moves<float>(table, {0, -20, 977, 3});
    check_moves<double>(rope::cos_sin_table<double>(f, rope::range{-20, 100}), {0, -20, 77, 3});
    check_moves<float>(rope::cos_sin_table<rope::half>(f, rope::range{-20, 100}), {0, -20, 77, 3});
    check_moves<float>(rope::cos_sin_table<rope::bfloat16>(f, rope::range{-20, 100}), {5, -20, 77, 3});
    check_moves<double>(table, {0, -20, 977, 3}); // rows of another compute type
    check_moves<float>(f, {0, -7, std::int64_t{1} << 40, 3});
    check_moves<float>(rope::make_two_level_table(f, {-20, 1000}), {0, -20, 977, 3});
    const rope::growing_table<float> growing(f, rope::range{-20, 1000});
    check_moves<float>(growing, {0, -20, 977, 234, 235, 490, 3}); // across the ends of segments
    rope::rotate_options back;
    back.direction = rope::direction::adjoint;
    check_moves<float>(table, {0, 977}, back);
    rope::config yarn;
    yarn.head_dim = 32;
    yarn.scaling = rope::yarn_scaling{4};
    yarn.original_max_position = 64;
    back.direction = rope::direction::inverse;
    check_moves<float>(rope::cos_sin_table<float>(rope::frequencies(yarn), 100), {0, 97}, back);
}

TEST_CASE("a plan refuses offsets that it has no rows for, and writes nothing", "[move]") {
    const auto table = rope::cos_sin_table<float>(frequencies(), rope::range{10, 20});
    std::vector<float> x = numbers<float>();
    const std::vector<float> before = x;
    const auto view = rope::view(x.data(), {3, 2, 32});
    const auto plan = rope::plan(table, view, "s h d", rope::offset(10));
    for (const std::int64_t past : {std::int64_t{9}, std::int64_t{28}, INT64_MAX, INT64_MIN}) {
        const rope::status s = rope::try_run(plan, x.data(), rope::offset(past));
        CHECK(s.code == rope::errc::positions);
        CHECK(s.message.find("offsets 10 to 27") != std::string::npos);
    }
    CHECK_THROWS_AS(rope::run(plan, x.data(), rope::offset(28)), rope::error);
    const std::vector<std::int64_t> ids = {10, 12, 11};
    const auto listed = rope::plan(table, view, "s h d", rope::ids(ids));
    CHECK(rope::try_run(listed, x.data(), rope::offset(10)).message.find("listed") != std::string::npos);
    CHECK(x == before);
}

TEST_CASE("a plan checks the tensors that it is run on", "[move]") {
    const auto table = rope::cos_sin_table<float>(frequencies(), 8);
    std::vector<float> x = numbers<float>(), y = x;
    const std::vector<float> before = x;
    const auto view = rope::view(x.data(), {3, 2, 32});
    const auto in_place = rope::plan(table, view, "s h d");
    const auto apart = rope::plan(table, view, rope::view(y.data(), {3, 2, 32}), "s h d");
    CHECK(rope::try_run(in_place, rope::view(x.data(), {2, 2, 32})).code == rope::errc::shape);
    CHECK(rope::try_run(in_place, rope::view(x.data(), {3, 2, 32}, {32, 96, 1})).code == rope::errc::shape);
    CHECK(rope::try_run(apart, x.data()).code == rope::errc::overlap);
    CHECK(rope::try_run(apart, view, view).code == rope::errc::overlap);
    CHECK(rope::try_run(in_place, view, rope::view(y.data(), {3, 2, 32})).code == rope::errc::overlap);
    CHECK(x == before);
    CHECK(y == before);
    rope::run(rope::rotation_plan<float, float>(), x.data(),
              y.data()); // a plan that was not made does nothing
    CHECK(y == before);
    CHECK(rope::try_run(apart, view, rope::view(y.data(), {3, 2, 32})).ok());
    CHECK(y != before);
}
