// npy_header: the Python literal at the head of an .npy file, parsed strictly.
// SPDX-License-Identifier: MIT
#include "npy_header.hpp"

#include "error.hpp"

#include <cstring>
#include <limits>

namespace cli {
namespace {

constexpr std::size_t max_rank = 64; // NumPy's own limit

struct type_code {
    const char* code;
    element type;
    bool complex = false;
};
constexpr type_code type_codes[] = {{"f2", element::f2},       {"f4", element::f4}, {"f8", element::f8},
                                    {"i1", element::i1},       {"i2", element::i2}, {"i4", element::i4},
                                    {"i8", element::i8},       {"u1", element::u1}, {"u2", element::u2},
                                    {"u4", element::u4},       {"u8", element::u8}, {"c8", element::f4, true},
                                    {"c16", element::f8, true}};

class header_parser {
  public:
    header_parser(const std::string& text, const std::string& path) : text_(text), path_(path) {}

    npy_description parse() {
        npy_description result;
        bool has_descr = false, has_order = false, has_shape = false;
        expect('{');
        while (!accept('}')) {
            const std::string key = string();
            expect(':');
            if (key == "descr") {
                once(has_descr, key);
                descr(result);
            } else if (key == "fortran_order") {
                once(has_order, key);
                result.fortran = boolean();
            } else if (key == "shape") {
                once(has_shape, key);
                result.shape = shape();
            } else {
                fail("unknown key '" + key + "'");
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip_space();
        if (at_ != text_.size()) {
            fail("something follows the closing brace");
        }
        if (!has_descr || !has_order || !has_shape) {
            fail(std::string("no key '") +
                 (!has_descr   ? "descr"
                  : !has_order ? "fortran_order"
                               : "shape") +
                 "'");
        }
        return result;
    }

  private:
    const std::string& text_;
    const std::string& path_;
    std::size_t at_ = 0;

    [[noreturn]] void fail(const std::string& what) const {
        throw input_error(path_ + ": bad .npy header: " + what);
    }

    void once(bool& seen, const std::string& key) const {
        if (seen) {
            fail("key '" + key + "' stands twice");
        }
        seen = true;
    }

    void skip_space() {
        while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]) != nullptr && text_[at_] != '\0') {
            ++at_;
        }
    }

    char next() {
        skip_space();
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    bool accept(char c) {
        if (next() != c || at_ >= text_.size()) {
            return false;
        }
        ++at_;
        return true;
    }

    void expect(char c) {
        if (!accept(c)) {
            fail(std::string("expected '") + c + "' at byte " + std::to_string(at_));
        }
    }

    std::string string() {
        const char quote = next();
        if (quote != '\'' && quote != '"') {
            fail("expected a quoted string at byte " + std::to_string(at_));
        }
        const std::size_t begin = ++at_;
        const std::size_t end = text_.find(quote, begin);
        if (end == std::string::npos) {
            fail("a string does not end");
        }
        at_ = end + 1;
        return text_.substr(begin, end - begin);
    }

    bool boolean() {
        skip_space();
        for (const bool value : {false, true}) {
            const char* word = value ? "True" : "False";
            if (text_.compare(at_, std::strlen(word), word) == 0) {
                at_ += std::strlen(word);
                return value;
            }
        }
        fail("fortran_order is neither True nor False");
    }

    void descr(npy_description& result) {
        if (next() == '[') {
            fail("a structured dtype; expected a plain one such as '<f4'");
        }
        const std::string found = string();
        const std::string code = found.empty() ? found : found.substr(1);
        const char order = found.empty() ? '\0' : found[0];
        if (order == '<' || order == '>' || order == '=' || order == '|') {
            for (const type_code& known : type_codes) {
                if (code == known.code) {
                    result.type = known.type;
                    result.complex = known.complex;
                    result.swapped =
                        size_of(known.type) > 1 && ((order == '<' && !machine_is_little_endian()) ||
                                                    (order == '>' && machine_is_little_endian()));
                    return;
                }
            }
        }
        fail("dtype '" + found + "' is not supported; expected a float of 2, 4 or 8 bytes, or an integer");
    }

    std::int64_t extent() {
        const char first = next();
        if (first == '-') {
            fail("a negative extent in shape");
        }
        if (first < '0' || first > '9') {
            fail("expected an extent in shape at byte " + std::to_string(at_));
        }
        std::int64_t value = 0;
        for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
            const int digit = text_[at_] - '0';
            if (value > (std::numeric_limits<std::int64_t>::max() - digit) / 10) {
                fail("an extent in shape does not fit 63 bits");
            }
            value = value * 10 + digit;
        }
        if (at_ < text_.size() && text_[at_] == 'L') { // written by Python 2
            ++at_;
        }
        return value;
    }

    shape_type shape() {
        shape_type result;
        expect('(');
        while (!accept(')')) {
            if (result.size() == max_rank) {
                fail("more than " + std::to_string(max_rank) + " axes");
            }
            result.push_back(extent());
            if (!accept(',')) {
                expect(')');
                if (result.size() == 1) {
                    fail("shape is not a tuple");
                }
                break;
            }
        }
        return result;
    }
};

} // namespace

bool machine_is_little_endian() {
    const std::uint16_t one = 1;
    unsigned char first = 0;
    std::memcpy(&first, &one, 1);
    return first == 1;
}

npy_description parse_npy_header(const std::string& text, const std::string& path) {
    return header_parser(text, path).parse();
}

std::string npy_header(element type, const shape_type& shape) {
    const char* code = "";
    for (const type_code& known : type_codes) {
        code = known.type == type && !known.complex ? known.code : code;
    }
    const char order = size_of(type) == 1 ? '|' : machine_is_little_endian() ? '<' : '>';
    std::string text = std::string("{'descr': '") + order + code +
                       "', 'fortran_order': False, 'shape': " + to_text(shape) + ", }";
    const std::size_t prefix = 10; // magic, version, length
    text.append((64 - (prefix + text.size() + 1) % 64) % 64, ' ');
    text += '\n';
    std::string result("\x93NUMPY\x01\x00", 8);
    result += static_cast<char>(text.size() & 0xff);
    result += static_cast<char>(text.size() >> 8);
    return result + text;
}

} // namespace cli
