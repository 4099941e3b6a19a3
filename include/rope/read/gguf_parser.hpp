// gguf_parser: the bytes of a GGUF file's header -> its keys and values, and the names of the tensors that change frequencies.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/gguf_bytes.hpp>
#include <rope/read/gguf_header.hpp>
#include <rope/read/metadata_fields.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

namespace detail {

inline constexpr std::uint64_t greatest_gguf_header = std::uint64_t{1} << 30;
inline constexpr std::uint64_t greatest_gguf_keys = 65536;
inline constexpr std::uint64_t greatest_gguf_value = 65536;
inline constexpr std::uint64_t greatest_gguf_name = 65535;
inline constexpr int greatest_gguf_depth = 4;

// Reads a header into `out`; the first fault stops it.
class gguf_parser {
  public:
    gguf_parser(std::FILE* file, std::uint64_t size, gguf_header& out) : bytes_(file, size), out_(&out) {}

    std::string run() {
        std::uint64_t tensors = 0, keys = 0;
        if (read_start(tensors, keys)) {
            for (std::uint64_t k = 0; k < keys && read_key(k); ++k) {
            }
        }
        if (fault_.empty()) {
            find_frequency_tensors(tensors);
        }
        return std::move(fault_);
    }

  private:
    bool fail(std::string sentence) {
        if (fault_.empty()) {
            fault_ = std::move(sentence);
        }
        return false;
    }
    bool truncated(const std::string& what) {
        return fail("ends at byte " + std::to_string(bytes_.position() + bytes_.left()) + " inside " + what);
    }

    // An integer in the file's byte order.
    template <class T>
    bool take(T& x, const std::string& what) {
        unsigned char raw[sizeof(T)];
        if (bytes_.left() < sizeof(T) || !bytes_.take(raw, sizeof(T))) {
            return truncated(what);
        }
        std::uint64_t bits = 0;
        for (std::size_t k = 0; k < sizeof(T); ++k) {
            bits = bits << 8 | raw[out_->big_endian ? k : sizeof(T) - 1 - k];
        }
        x = static_cast<T>(bits);
        return true;
    }

    bool read_start(std::uint64_t& tensors, std::uint64_t& keys) {
        char magic[4] = {};
        if (bytes_.left() < 4 || !bytes_.take(magic, 4)) {
            return truncated("the first four bytes, expected GGUF");
        }
        const std::string_view found(magic, 4);
        if (found != "GGUF" && found != "FUGG") {
            return fail("is no GGUF file: its first four bytes are not GGUF");
        }
        std::uint32_t version = 0;
        if (!take(version, "the version")) {
            return false;
        }
        out_->big_endian = (version & 0xffff) == 0;
        if (out_->big_endian) {
            version = version >> 24 | (version >> 8 & 0xff00);
        }
        if (version != 2 && version != 3) {
            return fail("version = " + std::to_string(version) + ": expected 2 or 3");
        }
        out_->version = version;
        if (!take(tensors, "the number of tensors") || !take(keys, "the number of keys")) {
            return false;
        }
        if (keys > greatest_gguf_keys || keys > bytes_.left() / 13) { // a key has at least 13 bytes
            return fail("the number of keys = " + std::to_string(keys) + ": expected at most " +
                        std::to_string(std::min(greatest_gguf_keys, bytes_.left() / 13)) + ", in the " +
                        std::to_string(bytes_.left()) + " bytes that are left");
        }
        return true;
    }

    // Whether `count` things of at least `size` bytes each can follow.
    bool fits(std::uint64_t count, std::uint64_t size, const std::string& what) {
        if (count > bytes_.left() / size || count > greatest_gguf_header / size) {
            return fail(what + " has the length " + std::to_string(count) + ": expected at most " +
                        std::to_string(std::min(bytes_.left(), greatest_gguf_header) / size) +
                        ", what is left of the file");
        }
        if (bytes_.position() + count * size > greatest_gguf_header) {
            return fail("the header is longer than 1 GiB at " + what);
        }
        return true;
    }

    bool take_length(std::uint64_t& length, const std::string& what) {
        return take(length, what) && fits(length, 1, what);
    }
    bool take_text(std::string& text, std::uint64_t length, const std::string& what) {
        text.resize(static_cast<std::size_t>(length));
        return bytes_.take(text.data(), length) || truncated(what);
    }
    bool skip(std::uint64_t length, const std::string& what) {
        return bytes_.skip(length) || truncated(what);
    }

    // In sentences: what can be printed, not too long.
    static std::string shown(std::string_view key) {
        std::string text;
        for (const char c : key.substr(0, 60)) {
            text += c >= ' ' && c <= '~' ? c : '?';
        }
        return text;
    }

    bool read_name(std::uint64_t index, std::string& key) {
        const std::string where = "key " + std::to_string(index);
        std::uint64_t length = 0;
        if (!take_length(length, where)) {
            return false;
        }
        if (length == 0 || length > greatest_gguf_name) {
            return fail(where + " has a name of " + std::to_string(length) + " bytes: expected 1 to 65535");
        }
        return take_text(key, length, where) &&
               (seen_.insert(key).second || fail("the key " + shown(key) + " appears twice"));
    }

    bool read_key(std::uint64_t index) {
        std::string key;
        if (!read_name(index, key)) {
            return false;
        }
        const std::string what = "the value of " + shown(key);
        std::uint32_t type = 0;
        if (!take(type, what)) {
            return false;
        }
        if (static_cast<gguf_type>(type) == gguf_type::array) {
            return read_array(&key, what, 1);
        }
        if (static_cast<gguf_type>(type) == gguf_type::string) {
            return read_string(key, what);
        }
        metadata_value value;
        if (!take_number(static_cast<gguf_type>(type), value, what)) {
            return false;
        }
        out_->values[key] = std::move(value);
        return true;
    }

    bool read_string(const std::string& key, const std::string& what) {
        std::uint64_t length = 0;
        if (!take_length(length, what)) {
            return false;
        }
        if (length > greatest_gguf_value) {
            return skip(length, what);
        }
        std::string text;
        if (!take_text(text, length, what)) {
            return false;
        }
        out_->values[key] = std::move(text);
        return true;
    }

    template <class T>
    bool take_integer(metadata_value& value, const std::string& what) {
        T x = 0;
        if (!take(x, what)) {
            return false;
        }
        value = static_cast<std::int64_t>(x);
        return true;
    }

    bool take_number(gguf_type type, metadata_value& value, const std::string& what) {
        switch (type) {
        case gguf_type::u8:
            return take_integer<std::uint8_t>(value, what);
        case gguf_type::i8:
            return take_integer<std::int8_t>(value, what);
        case gguf_type::u16:
            return take_integer<std::uint16_t>(value, what);
        case gguf_type::i16:
            return take_integer<std::int16_t>(value, what);
        case gguf_type::u32:
            return take_integer<std::uint32_t>(value, what);
        case gguf_type::i32:
            return take_integer<std::int32_t>(value, what);
        case gguf_type::i64:
            return take_integer<std::int64_t>(value, what);
        case gguf_type::u64: {
            std::uint64_t x = 0;
            if (!take(x, what)) {
                return false;
            }
            value = static_cast<std::int64_t>(x);
            if (x > static_cast<std::uint64_t>(INT64_MAX)) {
                value = static_cast<double>(x);
            }
            return true;
        }
        case gguf_type::f32: {
            std::uint32_t bits = 0;
            float x = 0;
            if (!take(bits, what)) {
                return false;
            }
            std::memcpy(&x, &bits, sizeof x);
            value = static_cast<double>(x);
            return true;
        }
        case gguf_type::f64: {
            std::uint64_t bits = 0;
            double x = 0;
            if (!take(bits, what)) {
                return false;
            }
            std::memcpy(&x, &bits, sizeof x);
            value = x;
            return true;
        }
        case gguf_type::boolean: {
            std::uint8_t x = 0;
            if (!take(x, what)) {
                return false;
            }
            value = x == 1;
            return x <= 1 || fail(what + " is a truth value of " + std::to_string(x) + ": expected 0 or 1");
        }
        case gguf_type::string:
        case gguf_type::array:
            break;
        }
        return fail(what + " is of type " + std::to_string(static_cast<std::uint32_t>(type)) +
                    ": expected a type from 0 to 12");
    }

    // `key` is null inside of another array.
    bool read_array(const std::string* key, const std::string& what, int depth) {
        std::uint32_t type = 0;
        std::uint64_t count = 0;
        if (!take(type, what) || !take(count, what)) {
            return false;
        }
        const auto element = static_cast<gguf_type>(type);
        if (element == gguf_type::array) {
            if (depth >= greatest_gguf_depth) {
                return fail(what + " is a list nested deeper than " + std::to_string(greatest_gguf_depth) +
                            " levels");
            }
            bool good = fits(count, 12, what);
            for (std::uint64_t k = 0; k < count && good; ++k) {
                good = read_array(nullptr, what, depth + 1);
            }
            return good;
        }
        if (element == gguf_type::string) {
            bool good = fits(count, 8, what);
            std::uint64_t length = 0;
            for (std::uint64_t k = 0; k < count && good; ++k) {
                good = take_length(length, what) && skip(length, what);
            }
            return good;
        }
        const std::uint64_t size = gguf_size(element);
        if (size == 0) {
            return fail(what + " is a list of type " + std::to_string(type) +
                        ": expected a type from 0 to 12");
        }
        if (!fits(count, size, what)) {
            return false;
        }
        if (!key || count > greatest_gguf_value) {
            return skip(count * size, what);
        }
        return read_numbers(*key, element, count, what);
    }

    // A list of truth values is one of 0 and 1.
    bool read_numbers(const std::string& key, gguf_type element, std::uint64_t count,
                      const std::string& what) {
        bool floating = element == gguf_type::f32 || element == gguf_type::f64;
        std::vector<std::int64_t> whole;
        std::vector<double> real;
        for (std::uint64_t k = 0; k < count; ++k) {
            metadata_value value;
            if (!take_number(element, value, what)) {
                return false;
            }
            if (const auto* truth = std::get_if<bool>(&value)) {
                value = static_cast<std::int64_t>(*truth);
            }
            const auto* integer = std::get_if<std::int64_t>(&value);
            floating = floating || !integer;
            whole.push_back(integer ? *integer : 0);
            real.push_back(integer ? static_cast<double>(*integer) : std::get<double>(value));
        }
        if (floating) {
            out_->values[key] = std::move(real);
        } else {
            out_->values[key] = std::move(whole);
        }
        return true;
    }

    // The list of tensors is of interest for their names only; what is wrong with it is left to those who load it.
    void find_frequency_tensors(std::uint64_t tensors) {
        for (std::uint64_t k = 0; k < tensors && k < greatest_gguf_keys; ++k) {
            std::uint64_t length = 0;
            std::uint32_t dimensions = 0;
            std::string name;
            if (!take_length(length, "a tensor") || length > greatest_gguf_name ||
                !take_text(name, length, "a tensor") || !take(dimensions, "a tensor") || dimensions > 8 ||
                bytes_.left() < 8 * dimensions + 12 || !skip(8 * dimensions + 12, "a tensor")) {
                break;
            }
            for (const char* each :
                 {"rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"}) {
                if (name == each) {
                    out_->frequency_tensors.push_back(name);
                }
            }
        }
        fault_.clear();
    }

    gguf_bytes bytes_;
    gguf_header* out_;
    std::set<std::string> seen_ = {};
    std::string fault_ = {};
};

} // namespace detail

} // namespace ROPE_ABI
} // namespace rope
