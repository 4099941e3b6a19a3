// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#if defined(ROPE_EXAMPLE_ICU)
#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/ubrk.h>
#include <unicode/unistr.h>

#include <memory>
#endif

namespace heatmap {
namespace {

// The code point that starts at `at`, which moves behind it; -1 for what is not UTF-8.
std::int32_t next_code_point(const std::string& text, std::size_t& at) {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
    const unsigned first = byte(at);
    const int more = first < 0x80                    ? 0
                     : first >= 0xc2 && first < 0xe0 ? 1
                     : (first >> 4) == 0xe           ? 2
                     : first >= 0xf0 && first < 0xf5 ? 3
                                                     : -1;
    if (more < 0 || at + static_cast<std::size_t>(more) >= text.size()) {
        return -1;
    }
    std::int32_t point = static_cast<std::int32_t>(more == 0 ? first : first & (0x3fu >> more));
    for (int k = 1; k <= more; ++k) {
        const unsigned next = byte(at + static_cast<std::size_t>(k));
        if ((next >> 6) != 2) {
            return -1;
        }
        point = point << 6 | static_cast<std::int32_t>(next & 0x3f);
    }
    at += static_cast<std::size_t>(more) + 1;
    return point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? -1 : point;
}

void require_utf8(const std::string& text, const std::string& path) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t here = at;
        if (next_code_point(text, at) < 0) {
            throw std::runtime_error(path + " is not UTF-8: byte " + std::to_string(here) + " does not fit");
        }
    }
}

#if defined(ROPE_EXAMPLE_ICU)

std::vector<std::string> words_of(const std::string& line) {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> iterator(
        icu::BreakIterator::createWordInstance(icu::Locale::getChinese(), status));
    if (U_FAILURE(status)) {
        throw std::runtime_error(std::string("ICU has no word breaks: ") + u_errorName(status));
    }
    const icu::UnicodeString text = icu::UnicodeString::fromUTF8(line);
    iterator->setText(text);
    std::vector<std::string> words;
    for (std::int32_t begin = iterator->first(), end = iterator->next(); end != icu::BreakIterator::DONE;
         begin = end, end = iterator->next()) {
        if (iterator->getRuleStatus() >= UBRK_WORD_NONE_LIMIT) { // neither blanks nor punctuation
            std::string word;
            text.tempSubStringBetween(begin, end).toUTF8String(word);
            words.push_back(word);
        }
    }
    return words;
}
const char* const cut_by = "ICU's word breaks";

#else

// Scripts that are written without blanks between words.
bool stands_alone(std::int32_t c) {
    return (c >= 0x3040 && c < 0x3100) || (c >= 0x3400 && c < 0xa000) || (c >= 0xf900 && c < 0xfb00) ||
           (c >= 0x20000 && c < 0x40000);
}
bool is_mark(std::int32_t c) {
    return c < 0x30 || (c >= 0x3a && c < 0x41) || (c >= 0x5b && c < 0x61) || (c >= 0x7b && c < 0xc0) ||
           (c >= 0x2000 && c < 0x2c00) || (c >= 0x2e00 && c < 0x2e80) || (c >= 0x3000 && c < 0x3040) ||
           (c >= 0xfe10 && c < 0xfe70) || (c >= 0xff00 && c < 0xff10) || (c >= 0xff1a && c < 0xff21) ||
           c == 0xfeff || (c >= 0xff3b && c < 0xff41) || (c >= 0xff5b && c < 0xff66);
}

std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words;
    bool open = false; // the last word may grow
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t begin = at;
        const std::int32_t c = next_code_point(line, at);
        if (is_mark(c)) {
            open = false;
            continue;
        }
        const std::string letter = line.substr(begin, at - begin);
        if (open && !stands_alone(c)) {
            words.back() += letter;
        } else {
            words.push_back(letter);
        }
        open = !stands_alone(c);
    }
    return words;
}
const char* const cut_by = "characters";

#endif

} // namespace

corpus read_corpus(const std::string& path, std::size_t most) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    require_utf8(text, path);
    corpus result;
    result.cut_by = cut_by;
    std::map<std::string, int> number;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::size_t count = most; // words in the sentence so far
        for (const std::string& word : words_of(text.substr(begin, end - begin))) {
            if (count == most) {
                result.sentences.emplace_back();
                count = 0;
            }
            sentence& s = result.sentences.back();
            s.words.push_back(number.emplace(word, static_cast<int>(number.size())).first->second);
            s.texts.push_back(word);
            result.longest = std::max(result.longest, ++count);
        }
        begin = end + 1;
    }
    if (result.sentences.empty()) {
        throw std::runtime_error(path + " has no words");
    }
    result.vocabulary = static_cast<int>(number.size());
    return result;
}

} // namespace heatmap
