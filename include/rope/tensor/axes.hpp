// Named axes: "b s h d" names the axes of a tensor in index order. `d` is the embedding axis, `s` the sequence axis; the
// other names are free.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/error.hpp>
#include <rope/tensor/view.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rope {
inline namespace ROPE_ABI {

// The names of a tensor's axes. Made from text wherever one is expected: names of letters, digits and '_', separated by
// blanks, at most 16 names and 63 characters. Holds a copy of the text; 80 bytes. Parsed at compile time in
// `static constexpr rope::axis_names shd = "s h d";`, where text that is wrong does not compile if `axes(...)` makes it. A
// literal of up to 8 single letters with one blank between them, as "b s h d", costs a call nothing with optimisation.
class axis_names {
  public:
    constexpr axis_names() = default;
    template <class Text, class = std::enable_if_t<std::is_convertible_v<const Text&, std::string_view>>>
    ROPE_ALWAYS_INLINE constexpr axis_names(const Text& text) noexcept {
        if constexpr (std::is_array_v<Text> && std::extent_v<Text> % 2 == 0 && std::extent_v<Text> <= 16) {
            if (!take_letters(text, std::make_index_sequence<std::extent_v<Text> / 2>())) {
                parse(text);
            }
        } else {
            parse(text);
        }
    }

    constexpr int count() const noexcept { return count_; }
    constexpr std::string_view name(int k) const noexcept {
        std::size_t begin = 0;
        for (int before = -1; begin < length_; ++begin) {
            before += static_cast<int>(starts_ >> begin & 1);
            if (before == k) {
                break;
            }
        }
        std::size_t end = begin;
        while (end < length_ && !is_blank(text_[end])) {
            ++end;
        }
        return {text_ + begin, end - begin};
    }
    constexpr std::string_view text() const noexcept { return {text_, length_}; }

    // The index of an axis, or -1. `d` and `s` are known from parsing.
    constexpr int embedding() const noexcept { return d_; }
    constexpr int sequence() const noexcept { return s_; }
    constexpr int find(std::string_view wanted) const noexcept {
        for (int k = 0; k < count_; ++k) {
            if (name(k) == wanted) {
                return k;
            }
        }
        return -1;
    }

    // Whether the text was a list of axes.
    constexpr bool ok() const noexcept { return fault_ == fault::none; }
    ROPE_COLD status why() const;

  private:
    enum class fault : std::uint8_t { none, too_long, too_many, repeated, not_a_name };
    static constexpr std::size_t most_text = 63;

    static constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
    static constexpr bool is_letter(char c) noexcept {
        const int lower = c | 32;
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }

    // Text of single letters with one blank between them, K... their numbers. Straight through, so that a compiler that
    // knows the text knows the result. False, and nothing taken, where the text is another, or may name an axis twice.
    template <std::size_t... K>
    ROPE_ALWAYS_INLINE constexpr bool take_letters(const char* text, std::index_sequence<K...>) noexcept {
        constexpr std::size_t count = sizeof...(K);
        const bool letters =
            (is_letter(text[2 * K]) && ...) && ((text[2 * K + 1] == (K + 1 < count ? ' ' : '\0')) && ...);
        // a sum of different powers of two is their union
        const std::uint64_t sum = (letter_bit(text[2 * K]) + ...), all = (letter_bit(text[2 * K]) | ...);
        if (!letters || sum != all) {
            return false;
        }
        ((text_[2 * K] = text[2 * K], text_[2 * K + 1] = text[2 * K + 1]), ...);
        ((text[2 * K] == 'd' ? static_cast<void>(d_ = static_cast<std::int8_t>(K)) : void()), ...);
        ((text[2 * K] == 's' ? static_cast<void>(s_ = static_cast<std::int8_t>(K)) : void()), ...);
        starts_ = ((std::uint64_t{1} << (2 * K)) | ...);
        length_ = static_cast<std::uint8_t>(2 * count - 1);
        count_ = static_cast<std::int8_t>(count);
        return true;
    }
    static constexpr std::uint64_t letter_bit(char c) noexcept {
        return std::uint64_t{1} << (static_cast<unsigned>(c) & 63u);
    }

    ROPE_NOINLINE constexpr void parse(std::string_view text) noexcept {
        std::size_t length = text.size();
        if (length > most_text) {
            fault_ = fault::too_long;
            length = most_text;
        }
        length_ = static_cast<std::uint8_t>(length);
        int count = 0;
        for (std::size_t at = 0; at < length;) {
            if (is_blank(text[at])) {
                text_[at] = text[at];
                ++at;
                continue;
            }
            const std::size_t begin = at;
            for (; at < length && !is_blank(text[at]); ++at) {
                text_[at] = text[at];
                if (!is_letter(text[at])) {
                    fault_ = fault::not_a_name;
                }
            }
            if (count == max_rank) {
                fault_ = fault::too_many;
                break;
            }
            if (at - begin == 1 && (text[begin] == 'd' || text[begin] == 's')) {
                (text[begin] == 'd' ? d_ : s_) = static_cast<std::int8_t>(count);
            }
            for (int j = 0; j < count; ++j) {
                if (name(j) == text.substr(begin, at - begin)) {
                    fault_ = fault::repeated;
                    wrong_ = static_cast<std::uint8_t>(count);
                }
            }
            starts_ |= std::uint64_t{1} << begin;
            ++count;
        }
        count_ = static_cast<std::int8_t>(count);
    }

    char text_[most_text + 1] = {};
    std::uint64_t starts_ = 0; // bit k: a name begins at text_[k]
    std::uint8_t length_ = 0;
    std::int8_t count_ = 0;
    std::int8_t d_ = -1, s_ = -1;
    std::uint8_t wrong_ = 0;
    fault fault_ = fault::none;
};

namespace detail {

[[noreturn]] ROPE_COLD ROPE_API void axes_are_wrong(const axis_names& names);

} // namespace detail

// The axes that `text` names. In a constant expression text that is wrong does not compile; else it throws rope::error.
constexpr axis_names axes(std::string_view text) {
    const axis_names names(text);
    if (!names.ok()) {
        detail::axes_are_wrong(names);
    }
    return names;
}

#if ROPE_DEFINITIONS
// The sentence for what is wrong with the text.
ROPE_API status axis_names::why() const {
    using detail::quoted;
    using detail::sentence;
    const std::string_view all = text();
    switch (fault_) {
    case fault::none:
        return {};
    case fault::too_long:
        return {sentence({"axes ", quoted(all), " are longer than 63 characters"}), errc::axes};
    case fault::too_many:
        return {sentence({"axes ", quoted(all), " are more than the 16 that a view may have"}), errc::axes};
    case fault::repeated:
        return {sentence({"axes ", quoted(all), " name the axis ", quoted(name(wrong_)), " twice"}),
                errc::axes};
    case fault::not_a_name:
        break;
    }
    return {sentence({"axes ", quoted(all),
                      " are not names of letters, digits and '_'; separate them by blanks, as "
                      "\"b s h d\""}),
            errc::axes};
}

namespace detail {

[[noreturn]] ROPE_API void axes_are_wrong(const axis_names& names) {
    const status s = names.why();
    fail(s.message, s.code);
}

} // namespace detail
#endif

} // namespace ROPE_ABI
} // namespace rope
