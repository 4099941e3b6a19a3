// What the command prints of text that came from elsewhere.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "../../examples/rope/printable.hpp"

#include <string>

using cli::printable;

TEST_CASE("printable: ordinary text stays", "[command]") {
    CHECK(printable("") == "");
    CHECK(printable("rope_theta = 0: expected above 0") == "rope_theta = 0: expected above 0");
    CHECK(printable("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80") == "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST_CASE("printable: what changes the screen is escaped", "[command]") {
    CHECK(printable("a\nb\tc\x1b[31m\x7f") == "a\\x0ab\\x09c\\x1b[31m\\x7f");
    CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(printable("\xc2\x9b"
                    "31m") == "\\u{009b}31m"); // CSI as a C1 control
    CHECK(printable("a\xe2\x80\xae"
                    "b") == "a\\u{202e}b"); // right-to-left override
    CHECK(printable("\xe2\x81\xa6\xe2\x80\xa8\xef\xbb\xbf") == "\\u{2066}\\u{2028}\\u{feff}");
    CHECK(printable("\xf3\xa0\x80\x81") == "\\u{e0001}"); // a tag character
}

TEST_CASE("printable: bytes that are no UTF-8 are escaped", "[command]") {
    CHECK(printable("\xff\x80") == "\\xff\\x80");
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf"); // too long for '/'
    CHECK(printable("\xe0\x80\xaf") == "\\xe0\\x80\\xaf");
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");          // a surrogate
    CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80"); // above U+10FFFF
    CHECK(printable("a\xe2\x82") == "a\\xe2\\x82");                 // cut off
}

TEST_CASE("printable: long words and long texts are cut in the middle, between characters", "[command]") {
    const std::string word(100000, 'x');
    const std::string line = printable("key " + word + " = 3: expected 4");
    CHECK(line.size() < 400);
    CHECK(line.find("key xxx") == 0);
    CHECK(line.find("... = 3: expected 4") == std::string::npos);
    CHECK(line.substr(line.size() - 16) == " = 3: expected 4");
    CHECK(line.find("...") != std::string::npos);
    std::string many;
    for (int k = 0; k < 50000; ++k) {
        many += "a b ";
    }
    CHECK(printable("axes " + many + "end").size() < 1600);
    CHECK(printable("axes " + many + "end").substr(0, 9) == "axes a b ");
    std::string euros;
    for (int k = 0; k < 1000; ++k) {
        euros += "\xe2\x82\xac";
    }
    for (const char* before : {"", "a", "ab"}) {
        CHECK(printable(before + euros).find('\\') == std::string::npos);
    }
}
