// Every check of a plan: one sentence that names what was found, and nothing written.
#include "support/catch.hpp"

#include <rope/core.hpp>

#include <complex>

#include <limits>
#include <string>

namespace {

const rope::table<float>& table() {
    static const auto t = [] {
        rope::config config;
        config.head_dim = 8;
        return rope::cos_sin_table<float>(rope::frequencies(config), 16);
    }();
    return t;
}

// The sentence of a rotation that must fail, having written nothing.
template <class In, int N, class Out, int M>
std::string refused(const rope::tensor_view<In, N>& in, const rope::tensor_view<Out, M>& out,
                    std::string_view axes, const rope::positions& where = {},
                    const rope::rotate_options& options = {}, const rope::table<float>& t = table()) {
    const rope::status s = rope::try_plan(t, in, out, axes, where, options).why;
    CHECK_FALSE(s.ok());
    CHECK(s.message.find('\n') == std::string::npos);
    return s.message;
}
template <class T, int N>
std::string refused(const rope::tensor_view<T, N>& x, std::string_view axes,
                    const rope::positions& where = {}) {
    return refused(x, x, axes, where);
}

} // namespace

TEST_CASE("shapes and axes that do not fit", "[errors]") {
    std::vector<float> data(4096, 1.0f);
    float* p = data.data();
    CHECK(refused(rope::view(p, {2, 4, 8}), "s d") ==
          "the tensor has the shape [2, 4, 8], but the axes \"s d\" name 2");
    CHECK(refused(rope::view(p, {2, 8}), "s e") == "axes \"s e\" have no embedding axis \"d\"");
    CHECK(refused(rope::view(p, {2, 6}), "s d") ==
          "the tensor has extent 6 along \"d\", expected head_dim = 8");
    CHECK(refused(rope::view(p, {-1, 8}), "s d") ==
          "the tensor has extent -1 along \"s\"; expected 0 or more");
    CHECK(refused(rope::view(p, {2, 2, 8}), "s s d") == "axes \"s s d\" name the axis \"s\" twice");
    CHECK(refused(rope::view(p, {4, 8}), rope::view(p + 64, {5, 8}), "s d") ==
          "the input has the shape [4, 8] and the output [5, 8]; they differ along \"s\"");
    CHECK(refused(rope::view(p, {std::int64_t{1} << 60, std::int64_t{1} << 60, 8}), "s h d").find("memory") !=
          std::string::npos);
    CHECK(refused(rope::view(static_cast<float*>(nullptr), {2, 8}), "s d") ==
          "the tensor has no memory: its data pointer is null");
}

TEST_CASE("memory that must not be written so", "[errors]") {
    std::vector<float> data(4096, 1.0f);
    float* p = data.data();
    CHECK(refused(rope::view(p, {4, 8}, {0, 1}), "s d").find("stride 0 along \"s\"") != std::string::npos);
    CHECK(refused(rope::view(p, {4, 8}, {4, 1}), "s d").find("share memory") != std::string::npos);
    CHECK(refused(rope::view(p, {4, 8}), rope::view(p + 8, {4, 8}), "s d") ==
          "input and output overlap without being the same; they must be one tensor or apart");
    CHECK(refused(rope::view(reinterpret_cast<rope::half*>(p), {4, 8}),
                  rope::view(reinterpret_cast<rope::bfloat16*>(p), {4, 8}), "s d")
              .find("different scalar types") != std::string::npos);
    // a broadcast input is fine, and so are slices of one lattice
    CHECK(rope::try_plan(table(), rope::view(p, {4, 8}, {0, 1}), rope::view(p + 512, {4, 8}), "s d").ok());
    CHECK(rope::try_plan(table(), rope::view(p, {4, 8}, {16, 1}), rope::view(p + 8, {4, 8}, {16, 1}), "s d")
              .ok());
}

TEST_CASE("complex numbers are interleaved pairs", "[errors]") {
    std::vector<std::complex<float>> data(64);
    CHECK(
        refused(rope::view(data.data(), {4, 4}), "s d").find("interleaved pairs; found pairing half_split") !=
        std::string::npos);
    CHECK(refused(rope::view(data.data(), {4, 8}), "s d").find("as complex numbers half of it") !=
          std::string::npos);
}

TEST_CASE("positions that do not fit", "[errors]") {
    std::vector<float> data(4096, 1.0f);
    const auto x = rope::view(data.data(), {2, 3, 4, 8});
    const std::vector<std::int32_t> ids = {0, 1, 2, 3, 4, 5};
    const std::vector<std::int64_t> bad = {3, -1, 16};
    const std::vector<double> real = {0.5, 2, 15.5};
    CHECK(refused(x, "b s h d", rope::offset(14)) ==
          "the position of token 2 is 16; the table has the positions 0 to 15");
    CHECK(refused(x, "b s h d", rope::offset(-1)) ==
          "the position of token 0 is -1; the table has the positions 0 to 15");
    CHECK(refused(x, "b s h d", rope::at(16)) ==
          "the position of token 0 is 16; the table has the positions 0 to 15");
    CHECK(refused(x, "b s h d", rope::ids(bad)) ==
          "the position of token 1 is -1; the table has the positions 0 to 15");
    CHECK(refused(x, "b s h d", rope::ids(real)).find("the position of token 2 is 15.5") !=
          std::string::npos);
    CHECK(refused(x, "b s h d", rope::ids(ids.data(), {6})) ==
          "positions have extent 6 along \"s\", where the tensor has 3");
    CHECK(refused(x, "b s h d", rope::ids(ids.data(), {3, 2})).find("extent 3 along \"b\"") !=
          std::string::npos);
    CHECK(refused(x, "b t h d", rope::ids(ids.data(), {2, 3})) ==
          "positions have the axis \"s\", which the tensor does not have");
    CHECK(refused(x, "b t h d").find("count along the axis \"s\"") != std::string::npos);
    CHECK(refused(x, "b s h d", rope::ids(ids.data(), {3, 2}, "s d")).find("embedding axis") !=
          std::string::npos);
    CHECK(
        refused(x, "b s h d", rope::ids(ids.data(), {2, 3}, "b")).find("one name is needed for each axis") !=
        std::string::npos);
    CHECK(refused(x, "b s h d", rope::ids(ids.data(), {2, 3}, "axis s")).find("2 entries along \"axis\"") !=
          std::string::npos);
    for (const double wild :
         {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(), 0x1p63}) {
        const std::vector<double> one = {wild, 1, 1};
        CHECK(refused(x, "b s h d", rope::ids(one)).find("finite and below 2^63") != std::string::npos);
    }
}

TEST_CASE("frequencies that were filled in wrongly", "[errors]") {
    std::vector<float> data(64, 1.0f);
    rope::table<float> broken = table();
    broken.frequencies.rotary_dim = 10;
    const auto x = rope::view(data.data(), {2, 8});
    CHECK(refused(x, x, "s d", {}, {}, broken).find("rotary_dim 10") != std::string::npos);
    broken = table();
    broken.frequencies.axis_of_pair[1] = 3;
    const std::vector<double> fractional = {0.5, 1.5};
    CHECK(refused(x, x, "s d", rope::ids(fractional), {}, broken) ==
          "axis_of_pair has the axis 3; there are 1");
}

TEST_CASE("what fails throws rope::error and leaves the data alone", "[errors]") {
    std::vector<float> data(32, 1.5f);
    CHECK_THROWS_AS(rope::rotate(rope::view(data.data(), {4, 8}), table(), "s d", rope::offset(15)),
                    rope::error);
    CHECK_THROWS_AS(rope::rotate(rope::view(data.data(), {4, 8}), table(), "s d", rope::offset(15)),
                    std::invalid_argument);
    CHECK(data == std::vector<float>(32, 1.5f));
}
