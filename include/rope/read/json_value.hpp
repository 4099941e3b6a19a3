// json_value: a JSON document as a tree, and whether each value was read. Small on purpose: readers need nothing more, and a
// tree whose destructor neither allocates nor throws.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/words.hpp>
#include <rope/support/abi.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr int greatest_json_depth = 64; // that readers take

enum class json_kind : std::uint8_t { null, boolean, number, string, list, object };

class json_value;

// What lists, objects and strings own.
struct json_parts {
    std::string text = {};
    std::vector<std::string> keys = {}; // of an object: sorted, none twice
    std::vector<json_value> items = {}; // of a list, or the values of the keys
};

// Copies share their parts. Numbers are doubles: integers are exact up to 2^53.
class json_value {
  public:
    json_value() = default;
    explicit json_value(bool x) : kind_(json_kind::boolean), flag_(x) {}
    json_value(double x, bool whole) : kind_(json_kind::number), flag_(whole), number_(x) {}
    json_value(json_kind kind, json_parts parts)
        : kind_(kind), parts_(std::make_shared<json_parts>(std::move(parts))) {}

    json_kind kind() const { return kind_; }
    bool is_null() const { return kind_ == json_kind::null; }
    bool is_boolean() const { return kind_ == json_kind::boolean; }
    bool is_number() const { return kind_ == json_kind::number; }
    bool is_string() const { return kind_ == json_kind::string; }
    bool is_list() const { return kind_ == json_kind::list; }
    bool is_object() const { return kind_ == json_kind::object; }

    bool boolean() const { return flag_; }
    double number() const { return number_; }
    bool whole() const { return flag_; } // of a number: written without a fraction or an exponent
    const std::string& text() const { return parts_->text; }
    const std::vector<json_value>& items() const { return parts_->items; }
    const std::vector<std::string>& keys() const { return parts_->keys; }
    std::size_t size() const { return parts_ ? parts_->items.size() : 0; }

    // The value of a key; none where it is absent or this is not an object.
    const json_value* find(std::string_view key) const {
        if (kind_ != json_kind::object) {
            return nullptr;
        }
        const auto at = std::lower_bound(parts_->keys.begin(), parts_->keys.end(), key);
        return at != parts_->keys.end() && *at == key
                   ? &parts_->items[static_cast<std::size_t>(at - parts_->keys.begin())]
                   : nullptr;
    }
    // The same; null counts as absent.
    const json_value* find_set(std::string_view key) const {
        const json_value* value = find(key);
        return value && !value->is_null() ? value : nullptr;
    }

    // Readers mark what they have read, so that the rest can be remarked on.
    void mark_read() const { read_ = true; }
    bool was_read() const { return read_; }

  private:
    json_kind kind_ = json_kind::null;
    bool flag_ = false;
    mutable bool read_ = false;
    double number_ = 0;
    std::shared_ptr<json_parts> parts_ = {};
};

// Equal in every number, string and key.
inline bool same_json(const json_value& a, const json_value& b) {
    if (a.kind() != b.kind() || a.size() != b.size()) {
        return false;
    }
    bool same = true;
    switch (a.kind()) {
    case json_kind::null:
        break;
    case json_kind::boolean:
        same = a.boolean() == b.boolean();
        break;
    case json_kind::number:
        same = a.number() == b.number();
        break;
    case json_kind::string:
        same = a.text() == b.text();
        break;
    case json_kind::object:
        same = a.keys() == b.keys();
        [[fallthrough]];
    case json_kind::list:
        for (std::size_t k = 0; same && k < a.size(); ++k) {
            same = same_json(a.items()[k], b.items()[k]);
        }
    }
    return same;
}

// At most `most` bytes of a text that comes from outside, printable.
inline std::string shortened(std::string_view text, std::size_t most = 40) {
    std::string out;
    for (const char c : text.substr(0, most)) {
        out += c >= ' ' && c <= '~' ? c : '?';
    }
    return text.size() > most ? out + "..." : out;
}

// A value in a sentence: scalars as they are, the rest by kind.
inline std::string found(const json_value& value) {
    switch (value.kind()) {
    case json_kind::null:
        return "null";
    case json_kind::boolean:
        return value.boolean() ? "true" : "false";
    case json_kind::number:
        return !finite_bits(value.number()) ? value.number() > 0   ? "Infinity"
                                              : value.number() < 0 ? "-Infinity"
                                                                   : "NaN"
                                            : number(value.number());
    case json_kind::string:
        return "\"" + shortened(value.text()) + "\"";
    case json_kind::list:
        return "a list of " + std::to_string(value.size());
    case json_kind::object:
        break;
    }
    return "an object";
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
