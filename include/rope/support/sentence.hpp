// sentence: the text of a refusal, from pieces. A call site passes an array of plain structs; the text is made out of line.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#if ROPE_DEFINITIONS
#include <charconv>
#include <cstring>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A part of a sentence: text, text between quotes, a number, or a list of integers as "[2, 4, 8]".
struct piece {
    enum class kind : std::uint8_t { text, quoted, integer, real, list };
    struct range_of_text {
        const char* begin;
        std::size_t size;
    };
    struct range_of_integers {
        const std::int64_t* begin;
        int count;
    };
    kind is;
    union {
        range_of_text text;
        std::int64_t integer;
        double real;
        range_of_integers list;
    };

    piece(const char* t) noexcept : is(kind::text), text{t, std::char_traits<char>::length(t)} {}
    piece(std::string_view t) noexcept : is(kind::text), text{t.data(), t.size()} {}
    piece(const std::string& t) noexcept : is(kind::text), text{t.data(), t.size()} {}
    piece(double x) noexcept : is(kind::real), real(x) {}
    template <class Integer, class = std::enable_if_t<std::is_integral_v<Integer>>>
    piece(Integer n) noexcept : is(kind::integer), integer(static_cast<std::int64_t>(n)) {}
    piece(const std::int64_t* values, int count) noexcept : is(kind::list), list{values, count} {}
};

inline piece quoted(std::string_view text) noexcept {
    piece p(text);
    p.is = piece::kind::quoted;
    return p;
}
inline piece shape_text(const std::int64_t* extent, int rank) noexcept {
    return piece(extent, rank);
}

// The pieces one after the other. A real number is the shortest decimal that reads back as it, a whole one without an
// exponent (500000, not 5e+05); a quoted text longer than 80 bytes is cut and ends in "...". Allocates the text.
ROPE_COLD ROPE_API std::string sentence(std::initializer_list<piece> pieces);

#if ROPE_DEFINITIONS
// Finite by its bits, since -ffast-math compiles comparisons with NaN away.
inline bool is_whole_number(double x) noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    return ((bits >> 52) & 0x7ff) != 0x7ff && x > -1e15 && x < 1e15 &&
           x == static_cast<double>(static_cast<std::int64_t>(x));
}

ROPE_API std::string sentence(std::initializer_list<piece> pieces) {
    constexpr std::size_t longest_quote = 80;
    std::string text;
    char digits[40];
    const auto append = [&](auto number) {
        text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    };
    for (const piece& p : pieces) {
        switch (p.is) {
        case piece::kind::text:
            text.append(p.text.begin, p.text.size);
            break;
        case piece::kind::quoted:
            text += '"';
            text.append(p.text.begin, p.text.size < longest_quote ? p.text.size : longest_quote);
            text += p.text.size < longest_quote ? "\"" : "...\"";
            break;
        case piece::kind::integer:
            append(p.integer);
            break;
        case piece::kind::real:
            if (is_whole_number(p.real)) {
                append(static_cast<std::int64_t>(p.real));
            } else {
                append(p.real);
            }
            break;
        case piece::kind::list:
            text += '[';
            for (int k = 0; k < p.list.count; ++k) {
                text += k == 0 ? "" : ", ";
                append(p.list.begin[k]);
            }
            text += ']';
            break;
        }
    }
    return text;
}
#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
