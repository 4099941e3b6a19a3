// printable: what may not reach a terminal is escaped, what is too long is cut.
// SPDX-License-Identifier: MIT
#include "printable.hpp"

#include <cstdint>

namespace cli {
namespace {

constexpr std::size_t longest_word = 300;

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The first and last parts of a text that is longer than `most`, cut between characters.
std::string cut(const std::string& text, std::size_t most, const char* between) {
    if (text.size() <= most) {
        return text;
    }
    std::size_t begin = most * 2 / 3, end = text.size() - most / 3;
    for (int k = 0; k < 3 && begin > 0 && continues(text[begin]); ++k) {
        --begin;
    }
    for (int k = 0; k < 3 && end < text.size() && continues(text[end]); ++k) {
        ++end;
    }
    return text.substr(0, begin) + between + text.substr(end);
}

std::string with_short_words(const std::string& text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t blank = text.find(' ', at);
        const std::size_t end = blank == std::string::npos ? text.size() : blank + 1;
        result += cut(text.substr(at, end - at), longest_word, "...");
        at = end;
    }
    return result;
}

// Length of the UTF-8 sequence at `at`, and its character; 0 where there is none.
std::size_t decode(const std::string& text, std::size_t at, std::uint32_t& character) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t size = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
    if (size == 0 || text.size() - at < size) {
        return 0;
    }
    character = size == 1 ? lead : lead & (0x7fu >> size);
    for (std::size_t k = 1; k < size; ++k) {
        if (!continues(text[at + k])) {
            return 0;
        }
        character = character << 6 | (static_cast<unsigned char>(text[at + k]) & 0x3f);
    }
    const bool too_long = (size == 3 && character < 0x800) || (size == 4 && character < 0x10000);
    const bool surrogate = character >= 0xd800 && character < 0xe000;
    return too_long || surrogate || character > 0x10ffff ? 0 : size;
}

bool is_hidden(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff0 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

std::string hexadecimal(std::uint32_t x, int digits) {
    std::string text;
    for (int k = digits; k-- > 0;) {
        text += "0123456789abcdef"[x >> 4 * k & 15];
    }
    return text;
}

} // namespace

std::string printable(const std::string& text, std::size_t most) {
    const std::string kept = cut(with_short_words(text), most, " ... ");
    std::string line;
    for (std::size_t at = 0; at < kept.size();) {
        std::uint32_t character = 0;
        const std::size_t size = decode(kept, at, character);
        if (size == 0) {
            line += "\\x" + hexadecimal(static_cast<unsigned char>(kept[at]), 2);
        } else if (!is_hidden(character)) {
            line += kept.substr(at, size);
        } else if (character < 0x80) {
            line += "\\x" + hexadecimal(character, 2);
        } else {
            line += "\\u{" + hexadecimal(character, character > 0xffff ? 5 : 4) + "}";
        }
        at += size == 0 ? 1 : size;
    }
    return line;
}

} // namespace cli
