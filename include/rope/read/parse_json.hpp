// parse_json: text -> json_value without exceptions, with a limit on nesting and a sentence for each failure. JSON, and what
// Python writes beside it: NaN, Infinity and -Infinity. Of a key that is there twice the last value counts, as in Python.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/json_value.hpp>
#include <rope/support/error.hpp>

#include <charconv>
#include <clocale>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The double nearest to a decimal; text is a number of JSON's grammar.
inline double double_of(std::string_view text) {
#if defined(__cpp_lib_to_chars)
    double x = 0;
    const std::from_chars_result end = std::from_chars(text.data(), text.data() + text.size(), x);
    if (end.ec == std::errc::result_out_of_range) { // too large, or too small to tell from 0
        const std::size_t e = text.find_first_of("eE");
        const bool small = e != std::string_view::npos && text.substr(e + 1, 1) == "-";
        return small ? 0.0 : std::numeric_limits<double>::infinity();
    }
    return x;
#else
    std::string local(text);
    const std::size_t point = local.find('.');
    if (point != std::string::npos) {
        local.replace(point, 1, std::localeconv()->decimal_point);
    }
    return std::strtod(local.c_str(), nullptr);
#endif
}

class json_parser {
  public:
    explicit json_parser(std::string_view text)
        : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {
        if (text.substr(0, 3) == "\xef\xbb\xbf") { // the byte order mark of some editors
            at_ += 3;
        }
    }
    std::string fault = {};
    std::vector<std::string> repeated = {}; // keys that an object has more than once

    json_value document() {
        json_value out = value(0);
        skip_space();
        if (fault.empty() && at_ != end_) {
            unexpected();
        }
        return out;
    }

  private:
    json_value value(int depth) {
        skip_space();
        if (at_ == end_) {
            unexpected();
            return {};
        }
        switch (*at_) {
        case '{':
            return open(depth) ? object(depth) : json_value();
        case '[':
            return open(depth) ? list(depth) : json_value();
        case '"': {
            json_parts parts;
            return string(parts.text) ? json_value(json_kind::string, std::move(parts)) : json_value();
        }
        case 't':
            return word("true") ? json_value(true) : json_value();
        case 'f':
            return word("false") ? json_value(false) : json_value();
        case 'n':
            word("null");
            return {};
        case 'N':
            return word("NaN") ? json_value(std::numeric_limits<double>::quiet_NaN(), false) : json_value();
        case 'I':
            return word("Infinity") ? json_value(std::numeric_limits<double>::infinity(), false)
                                    : json_value();
        default:
            return number();
        }
    }

    bool open(int depth) {
        ++at_;
        if (depth >= greatest_json_depth) {
            stop("nested deeper than " + std::to_string(greatest_json_depth) + " levels");
        }
        return fault.empty();
    }

    json_value list(int depth) {
        json_parts parts;
        if (!closes(']')) {
            do {
                parts.items.push_back(value(depth + 1));
            } while (fault.empty() && follows(','));
            if (fault.empty() && !closes(']')) {
                unexpected();
            }
        }
        return json_value(json_kind::list, std::move(parts));
    }

    json_value object(int depth) {
        json_parts parts;
        if (!closes('}')) {
            do {
                std::string key;
                skip_space();
                if (at_ == end_ || *at_ != '"') {
                    unexpected();
                } else if (string(key) && !follows(':')) {
                    unexpected();
                }
                if (fault.empty()) {
                    key_ = key;
                    parts.keys.push_back(std::move(key));
                    parts.items.push_back(value(depth + 1));
                }
            } while (fault.empty() && follows(','));
            if (fault.empty() && !closes('}')) {
                unexpected();
            }
        }
        return fault.empty() ? sorted(std::move(parts)) : json_value();
    }

    json_value sorted(json_parts parts) {
        std::vector<std::size_t> order(parts.keys.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            const int way = parts.keys[a].compare(parts.keys[b]);
            return way < 0 || (way == 0 && a < b);
        });
        json_parts out;
        out.keys.reserve(order.size());
        out.items.reserve(order.size());
        for (const std::size_t k : order) {
            if (!out.keys.empty() && out.keys.back() == parts.keys[k]) {
                repeated.push_back(out.keys.back());
                out.items.back() = std::move(parts.items[k]);
                continue;
            }
            out.keys.push_back(std::move(parts.keys[k]));
            out.items.push_back(std::move(parts.items[k]));
        }
        return json_value(json_kind::object, std::move(out));
    }

    json_value number() {
        const char* start = at_;
        bool whole = true;
        if (at_ != end_ && *at_ == '-') {
            ++at_;
            if (at_ != end_ && *at_ == 'I') {
                return word("Infinity") ? json_value(-std::numeric_limits<double>::infinity(), false)
                                        : json_value();
            }
        }
        const char* first = at_;
        bool right = digits() && (*first != '0' || at_ == first + 1);
        if (right && at_ != end_ && *at_ == '.') {
            ++at_;
            whole = false;
            right = digits();
        }
        if (right && at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
            ++at_;
            whole = false;
            if (at_ != end_ && (*at_ == '+' || *at_ == '-')) {
                ++at_;
            }
            right = digits();
        }
        if (!right) {
            unexpected();
            return {};
        }
        const std::string_view text(start, static_cast<std::size_t>(at_ - start));
        const double x = double_of(text);
        if (!finite_bits(x)) {
            stop((key_.empty() ? "" : shortened(key_) + " = ") + shortened(text) +
                 " is beyond the range of a double");
        }
        return json_value(x, whole);
    }
    bool digits() {
        const char* start = at_;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9') {
            ++at_;
        }
        return at_ != start;
    }

    // From the opening to the closing quotation mark.
    bool string(std::string& out) {
        ++at_;
        while (at_ != end_ && *at_ != '"') {
            const auto byte = static_cast<unsigned char>(*at_);
            if (byte == '\\') {
                if (!escape(out)) {
                    return unexpected();
                }
            } else if (byte >= ' ' && byte < 0x80) {
                out += *at_++;
            } else if (!multibyte(out)) {
                return unexpected();
            }
        }
        if (at_ == end_) {
            return unexpected();
        }
        ++at_;
        return true;
    }
    bool escape(std::string& out) {
        static constexpr char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
        if (++at_ == end_) {
            return false;
        }
        for (int k = 0; k < 8; ++k) {
            if (*at_ == names[k]) {
                out += meanings[k];
                ++at_;
                return true;
            }
        }
        std::uint32_t code = 0, low = 0;
        if (!hexadecimal(code)) {
            return false;
        }
        if (code >= 0xd800 && code < 0xdc00) { // the first half of a surrogate pair
            if (end_ - at_ < 6 || *at_ != '\\') {
                return false;
            }
            ++at_;
            if (!hexadecimal(low) || low < 0xdc00 || low > 0xdfff) {
                return false;
            }
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        } else if (code >= 0xdc00 && code < 0xe000) {
            return false;
        }
        const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
        if (code < 0x80) {
            out += static_cast<char>(code);
        } else if (code < 0x800) {
            out += static_cast<char>(0xc0 | (code >> 6));
            tail(0);
        } else if (code < 0x10000) {
            out += static_cast<char>(0xe0 | (code >> 12));
            tail(6);
            tail(0);
        } else {
            out += static_cast<char>(0xf0 | (code >> 18));
            tail(12);
            tail(6);
            tail(0);
        }
        return true;
    }
    bool hexadecimal(std::uint32_t& code) { // u and four digits
        if (end_ - at_ < 5 || *at_ != 'u') {
            return false;
        }
        const std::from_chars_result end = std::from_chars(at_ + 1, at_ + 5, code, 16);
        if (end.ptr != at_ + 5) {
            return false;
        }
        at_ += 5;
        return true;
    }
    // One character of UTF-8 beyond ASCII: no overlong form, no surrogate, nothing above U+10FFFF.
    bool multibyte(std::string& out) {
        const auto lead = static_cast<unsigned char>(*at_);
        const int more = lead >= 0xc2 && lead < 0xe0   ? 1
                         : lead >= 0xe0 && lead < 0xf0 ? 2
                         : lead >= 0xf0 && lead < 0xf5 ? 3
                                                       : 0;
        if (more == 0 || end_ - at_ <= more) {
            return false;
        }
        for (int k = 1; k <= more; ++k) {
            const auto byte = static_cast<unsigned char>(at_[k]);
            const unsigned least = k > 1 ? 0x80u : lead == 0xe0 ? 0xa0u : lead == 0xf0 ? 0x90u : 0x80u;
            const unsigned most = k > 1 ? 0xbfu : lead == 0xed ? 0x9fu : lead == 0xf4 ? 0x8fu : 0xbfu;
            if (byte < least || byte > most) {
                return false;
            }
        }
        out.append(at_, static_cast<std::size_t>(more) + 1);
        at_ += more + 1;
        return true;
    }

    void skip_space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
            ++at_;
        }
    }
    bool follows(char c) {
        skip_space();
        if (at_ == end_ || *at_ != c) {
            return false;
        }
        ++at_;
        return true;
    }
    bool closes(char c) { return follows(c); }
    bool word(std::string_view text) {
        if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, text.size()) != text) {
            return unexpected();
        }
        at_ += text.size();
        return true;
    }
    bool unexpected() {
        return stop("not valid JSON near byte " + std::to_string(at_ - begin_ + 1) +
                    (at_ == end_
                         ? ": it ends too early"
                         : ", at '" + shortened({at_, static_cast<std::size_t>(end_ - at_)}, 24) + "'"));
    }
    bool stop(std::string sentence) {
        if (fault.empty()) {
            fault = std::move(sentence);
        }
        return false;
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    std::string key_ = {}; // the last one
};

// `repeated` gets the keys that an object has more than once.
inline status parse_json(std::string_view text, json_value& out, std::vector<std::string>& repeated) {
    json_parser parser(text);
    json_value document = parser.document();
    if (!parser.fault.empty()) {
        return {std::move(parser.fault)};
    }
    out = std::move(document);
    repeated = std::move(parser.repeated);
    return {};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
