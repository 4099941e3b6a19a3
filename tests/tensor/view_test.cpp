// Views, axis names and positions as values.
#include "support/catch.hpp"

#include <rope/tensor/axes.hpp>
#include <rope/tensor/positions.hpp>

#include <complex>
#include <string>
#include <string_view>
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
    static_assert(sizeof(rope::view(fixed, {1, 1, 1, 2})) <= 96);
    static_assert(sizeof(rope::positions) <= 136);
}

TEST_CASE("axis names are words between blanks", "[axes]") {
    static constexpr rope::axis_names names = "  batch s\theads d ";
    static_assert(names.ok() && names.count() == 4 && names.sequence() == 1 && names.embedding() == 3);
    static_assert(rope::axes("b s h d").embedding() == 3);
    CHECK(names.name(0) == "batch");
    CHECK(names.name(3) == "d");
    CHECK(names.find("s") == 1);
    CHECK(names.find("h") == -1);
    CHECK(rope::axis_names("").ok());
    CHECK(rope::axis_names("").count() == 0);
    CHECK(rope::axis_names(std::string("s d")).count() == 2);
    CHECK(rope::axis_names("s h s d").why().message == "axes \"s h s d\" name the axis \"s\" twice");
    CHECK(rope::axis_names("s h s d").why().code == rope::errc::axes);
    CHECK_FALSE(rope::axis_names("a b c e f g h i j k l m n o p q d").ok());
    CHECK_FALSE(rope::axis_names(std::string(64, 'd')).ok());
    for (const char* text : {"s, h, d", "s (h d)", "s-h d"}) {
        CHECK(rope::axis_names(text).why().message.find("separate them by blanks") != std::string::npos);
        CHECK_THROWS_AS(rope::axes(text), rope::error);
    }
}

// The names that a literal has, and those of the same text that is no literal.
template <std::size_t N>
void check_literal(const char (&text)[N]) {
    const rope::axis_names literal = text, parsed = std::string_view(text);
    INFO(text);
    REQUIRE(literal.count() == parsed.count());
    CHECK(literal.text() == parsed.text());
    CHECK(literal.why().message == parsed.why().message);
    CHECK(literal.embedding() == parsed.embedding());
    CHECK(literal.sequence() == parsed.sequence());
    for (int k = 0; k < parsed.count(); ++k) {
        CHECK(literal.name(k) == parsed.name(k));
        CHECK(literal.find(parsed.name(k)) == parsed.find(parsed.name(k)));
    }
}

TEST_CASE("axis names from literals of single letters", "[axes]") {
    static_assert(sizeof(rope::axis_names) <= 80);
    static constexpr rope::axis_names letters = "b s h d";
    static_assert(letters.ok() && letters.count() == 4 && letters.sequence() == 1 && letters.name(2) == "h");
    check_literal("d");
    check_literal("s d");
    check_literal("b s h d");
    check_literal("D S _ 1 p 0 d s");
    check_literal("a b c e f g h d s");
    check_literal("s d s");
    check_literal("p 0 p");
    check_literal("s\td");
    check_literal("s  d");
    check_literal("s- d");
    check_literal("sd ");
    check_literal("s d ");
    check_literal("   ");
    const char cut[6] = {'s', ' ', 'd', '\0', 'h', '\0'};
    check_literal(cut);
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
    CHECK(r.axes() == "b");
    CHECK(rope::positions(rope::offset(7)).counting);
    CHECK(rope::positions(rope::offset(7)).offset == 7);
    CHECK_FALSE(rope::at(7).counting);
}
