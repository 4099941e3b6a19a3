// The parser of configurations: JSON, and what Python writes beside it.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/read/parse_json.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace {

using rope::detail::json_value;

json_value parsed(const std::string& text) {
    json_value out;
    std::vector<std::string> repeated;
    const rope::status s = rope::detail::parse_json(text, out, repeated);
    INFO(text);
    INFO(s.message);
    REQUIRE(s.ok());
    return out;
}

std::string refusal(const std::string& text) {
    json_value out;
    std::vector<std::string> repeated;
    return rope::detail::parse_json(text, out, repeated).message;
}

} // namespace

TEST_CASE("numbers are the nearest doubles", "[read]") {
    CHECK(parsed("0").number() == 0);
    CHECK(std::signbit(parsed("-0.0").number()));
    CHECK(parsed("1e-999").number() == 0);
    CHECK(parsed("0.1").number() == 0.1);
    CHECK(parsed("999999.4420358813").number() == 999999.4420358813);
    CHECK(parsed("9007199254740993").number() == 9007199254740992.0);
    CHECK(parsed("100000000000000000000000").number() == 1e23);
    CHECK(parsed("2.5E+3").number() == 2500);
    CHECK(parsed("17").whole());
    CHECK_FALSE(parsed("17.0").whole());
    CHECK(std::isnan(parsed("NaN").number()));
    CHECK(std::isinf(parsed("Infinity").number()));
    CHECK(parsed("-Infinity").number() < 0);
    CHECK(refusal("1e999") == "1e999 is beyond the range of a double");
    CHECK(refusal("{\"a\": -1e400}") == "a = -1e400 is beyond the range of a double");
}

TEST_CASE("strings are UTF-8, escapes decoded", "[read]") {
    CHECK(parsed(R"("a\"\\\/\b\f\n\r\tz")").text() == "a\"\\/\b\f\n\r\tz");
    CHECK(parsed(R"("\u0041\u00e9\u20ac\ud83d\ude00")").text() == "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    CHECK(parsed("\"\xf4\x8f\xbf\xbf\"").text() == "\xf4\x8f\xbf\xbf");
    for (const char* wrong : {"\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"",
                              "\"\x80\"", R"("\ud800")", R"("\ud800\u0041")", R"("\udc00")", R"("\u12")",
                              R"("\x41")", "\"a\nb\"", "\"open", "\"open\\"}) {
        INFO(wrong);
        CHECK(refusal(wrong).rfind("not valid JSON near byte", 0) == 0);
    }
}

TEST_CASE("objects keep the last of equal keys, and say so", "[read]") {
    json_value out;
    std::vector<std::string> repeated;
    REQUIRE(rope::detail::parse_json(R"({"b": 1, "a": 2, "b": {"c": 3}, "b": 4})", out, repeated).ok());
    CHECK(out.size() == 2);
    CHECK(out.find("b")->number() == 4);
    CHECK(repeated == std::vector<std::string>{"b", "b"});
    CHECK(out.find("c") == nullptr);
}

TEST_CASE("what is not JSON is refused", "[read]") {
    for (const std::string& wrong :
         {std::string(), std::string("{"), std::string("[1, ]"), std::string("{\"a\" 1}"),
          std::string("{a: 1}"), std::string("01"), std::string("1."), std::string("-"), std::string("+1"),
          std::string(".5"), std::string("nul"), std::string("nan"), std::string("// x\n1"),
          std::string("1 2"), std::string("{} \0", 4), std::string("{\"a\": 1}\0rubbish", 16)}) {
        INFO(wrong);
        CHECK(refusal(wrong).rfind("not valid JSON near byte", 0) == 0);
    }
    CHECK(parsed("\xef\xbb\xbf{}").is_object());
    CHECK(parsed(std::string(64, '[') + std::string(64, ']')).is_list());
    CHECK(refusal(std::string(65, '[') + std::string(65, ']')) == "nested deeper than 64 levels");
}
