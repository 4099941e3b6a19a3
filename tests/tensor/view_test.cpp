// Views, axis names and positions as values.
#include "support/catch.hpp"

#include <rope/tensor/axes.hpp>
#include <rope/tensor/positions.hpp>

#include <type_traits>

TEST_CASE("a view without strides is in C order", "[view]") {
    float data[24] = {};
    const std::size_t two = 2;
    const auto v = rope::view(data, {two, 3, 4});
    REQUIRE(v.rank == 3);
    CHECK(v.stride[0] == 12);
    CHECK(v.stride[1] == 4);
    CHECK(v.stride[2] == 1);
    CHECK_FALSE(v.complex_pairs);
}

TEST_CASE("views take lists, vectors and complex numbers", "[view]") {
    std::complex<float> data[8] = {};
    const auto v = rope::view(data, std::vector<std::int64_t>{2, 4}, {4, 1});
    static_assert(std::is_same_v<decltype(v.data), float*>);
    CHECK(v.complex_pairs);
    const std::complex<double> fixed[2] = {};
    static_assert(std::is_same_v<decltype(rope::view(fixed, {2}).data), const double*>);
    static_assert(std::is_trivially_copyable_v<rope::tensor_view<float>>);
    static_assert(std::is_trivially_copyable_v<rope::positions>);
}

TEST_CASE("a view refuses lists of different or excessive length", "[view]") {
    float data[4] = {};
    CHECK_THROWS_AS(rope::view(data, {2, 2}, {1}), rope::error);
    CHECK_THROWS_AS(rope::view(data, std::vector<std::int64_t>(17, 1)), rope::error);
    CHECK_NOTHROW(rope::view(data, std::vector<std::int64_t>(16, 1)));
}

TEST_CASE("axis names are words between blanks", "[axes]") {
    rope::axis_names names;
    REQUIRE(rope::detail::parse_axes("  batch s\theads d ", names).ok());
    REQUIRE(names.count == 4);
    CHECK(names.name[0] == "batch");
    CHECK(names.name[3] == "d");
    CHECK(rope::detail::find_axis(names, "s") == 1);
    CHECK(rope::detail::find_axis(names, "h") == -1);
    CHECK(rope::detail::parse_axes("", names).ok());
    CHECK(names.count == 0);
    CHECK(rope::detail::parse_axes("s h s d", names).message == "axes \"s h s d\" name the axis \"s\" twice");
    CHECK_FALSE(rope::detail::parse_axes("a b c e f g h i j k l m n o p q d", names).ok());
}

TEST_CASE("positions know their type, shape and whether they count", "[positions]") {
    const std::vector<std::int32_t> a = {1, 2, 3};
    const rope::positions p = rope::ids(a);
    CHECK(p.type == rope::position_type::i32);
    CHECK(p.rank == 1);
    CHECK_FALSE(p.counting);
    const double b[6] = {};
    const rope::positions q = rope::ids(b, {3, 2}, {1, 3}, "axis s");
    CHECK(q.type == rope::position_type::f64);
    CHECK(q.stride[1] == 3);
    const std::vector<std::int64_t> c = {5, 9};
    const rope::positions r = rope::offsets(c);
    CHECK(r.type == rope::position_type::i64);
    CHECK(r.counting);
    CHECK(r.axes == "b");
    CHECK(rope::offset(7).counting);
    CHECK(rope::offset(7).offset == 7);
    CHECK_FALSE(rope::at(7).counting);
}
