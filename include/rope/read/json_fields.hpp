// json_fields: typed access to the keys of one JSON object. A wrong type or value is a sentence that names the key; null is
// the same as absent. Marks what was read, so that the rest can be remarked on.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/parameters.hpp>
#include <rope/read/json_value.hpp>
#include <rope/read/reading.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

class json_fields {
  public:
    // `where` precedes the key in sentences: "", "rope_scaling.", ... `object` outlives this.
    json_fields(const json_value& object, std::string where, read_context& context)
        : object_(&object), where_(std::move(where)), context_(&context) {}

    read_context& context() { return *context_; }
    const json_value& object() const { return *object_; }
    const std::string& where() const { return where_; }
    std::string name(const char* key) const { return where_ + key; }

    // The value of a key; none where it is absent or null.
    const json_value* find(const char* key) const {
        const json_value* value = object_->find(spelling_of(key));
        if (value) {
            value->mark_read();
        }
        return value && !value->is_null() ? value : nullptr;
    }
    bool has(const char* key) const { return object_->find_set(spelling_of(key)) != nullptr; }

    std::optional<double> number(const char* key, const value_rule& rule = any_number) {
        const json_value* value = find(key);
        return value ? number_of(*value, name(key), rule) : std::nullopt;
    }
    std::optional<std::int64_t> integer(const char* key, std::int64_t least = 0,
                                        std::int64_t most = std::int64_t{1} << 53) {
        const json_value* value = find(key);
        return value ? integer_of(*value, name(key), least, most) : std::nullopt;
    }
    std::optional<bool> boolean(const char* key) {
        const json_value* value = find(key);
        if (!value) {
            return std::nullopt;
        }
        if (!value->is_boolean()) {
            wrong(*value, name(key), "true or false");
            return std::nullopt;
        }
        return value->boolean();
    }
    std::optional<std::string> string(const char* key) {
        const json_value* value = find(key);
        if (!value) {
            return std::nullopt;
        }
        if (!value->is_string()) {
            wrong(*value, name(key), "a string");
            return std::nullopt;
        }
        return value->text();
    }
    const json_value* object(const char* key) {
        const json_value* value = find(key);
        if (value && !value->is_object()) {
            wrong(*value, name(key), "an object");
            return nullptr;
        }
        return value;
    }
    std::optional<std::vector<std::int64_t>> integers(const char* key, std::int64_t least,
                                                      std::int64_t most) {
        return list<std::int64_t>(key, "a list of integers", [&](const json_value& x, const std::string& at) {
            return integer_of(x, at, least, most);
        });
    }
    std::optional<std::vector<double>> numbers(const char* key, const value_rule& rule) {
        return list<double>(key, "a list of numbers", [&](const json_value& x, const std::string& at) {
            return number_of(x, at, rule);
        });
    }
    std::optional<std::vector<std::string>> strings(const char* key) {
        return list<std::string>(
            key, "a list of strings",
            [&](const json_value& x, const std::string& at) -> std::optional<std::string> {
                if (!x.is_string()) {
                    wrong(x, at, "a string");
                    return std::nullopt;
                }
                return x.text();
            });
    }

    // As a visitor of `describe`.
    template <class T>
    void needs(const char* key, T& value, const value_rule& rule) {
        if (!has(key)) {
            context_->fail(name(key) + " is missing: expected " + rule.words);
        }
        may(key, value, rule);
    }
    void may(const char* key, double& value, const value_rule& rule) {
        value = number(key, rule).value_or(value);
    }
    void may(const char* key, std::optional<double>& value, const value_rule& rule) {
        if (const std::optional<double> x = number(key, rule)) {
            value = x;
        }
    }
    void may(const char* key, std::int64_t& value, const value_rule& rule) {
        value = integer(key, static_cast<std::int64_t>(rule.least), static_cast<std::int64_t>(rule.most))
                    .value_or(value);
    }
    void may(const char* key, std::vector<double>& value, const value_rule& rule) {
        const json_value* one = find(key);
        if (one && one->is_number()) { // a single number is a list of one
            value.assign(1, number(key, rule).value_or(1));
        } else if (const auto x = numbers(key, rule)) {
            value = *x;
        }
    }
    void may(const char* key, std::vector<std::int64_t>& value, const value_rule& rule) {
        if (const auto x =
                integers(key, static_cast<std::int64_t>(rule.least), static_cast<std::int64_t>(rule.most))) {
            value = *x;
        }
    }
    void may(const char* key, bool& value) { value = boolean(key).value_or(value); }
    template <class E, std::size_t n>
    void choice(const char* key, E& value, const char* const (&names)[n]) {
        const std::optional<std::string> text = string(key);
        for (std::size_t k = 0; text && k < n; ++k) {
            if (*text == names[k]) {
                value = static_cast<E>(k);
                return;
            }
        }
        if (text) {
            std::string list;
            for (const char* each : names) {
                list += (list.empty() ? "" : ", ") + std::string(each);
            }
            context_->fail(this->name(key) + " = \"" + text->substr(0, 40) + "\": expected one of " + list);
        }
    }

    // The keys that nobody has read, in alphabetical order.
    std::vector<std::string> unused() const {
        std::vector<std::string> keys;
        for (std::size_t k = 0; object_->is_object() && k < object_->size(); ++k) {
            if (!object_->items()[k].was_read()) {
                keys.push_back(object_->keys()[k]);
            }
        }
        return keys;
    }

  private:
    void wrong(const json_value& value, const std::string& at, const std::string& expected) {
        context_->fail(at + " = " + found(value) + ": expected " + expected);
    }
    std::optional<double> number_of(const json_value& value, const std::string& at, const value_rule& rule) {
        if (!value.is_number()) {
            wrong(value, at, rule.words);
            return std::nullopt;
        }
        const double x = value.number();
        if (!obeys(x, rule)) {
            wrong(value, at, rule.words);
            return std::nullopt;
        }
        return x;
    }
    std::optional<std::int64_t> integer_of(const json_value& value, const std::string& at, std::int64_t least,
                                           std::int64_t most) {
        const double limit = 9007199254740992.0;
        const double x = value.is_number() ? value.number() : 0.5;
        const bool whole = finite_bits(x) && x >= -limit && x <= limit &&
                           static_cast<double>(static_cast<std::int64_t>(x)) == x;
        const std::int64_t n = whole ? static_cast<std::int64_t>(x) : 0;
        if (!whole || n < least || n > most) {
            wrong(value, at,
                  "an integer from " + detail::number(least) +
                      (most >= std::int64_t{1} << 53 ? std::string(" up") : " to " + detail::number(most)));
            return std::nullopt;
        }
        return n;
    }
    template <class T, class Each>
    std::optional<std::vector<T>> list(const char* key, const char* expected, Each each) {
        const json_value* value = find(key);
        if (!value) {
            return std::nullopt;
        }
        if (!value->is_list()) {
            wrong(*value, name(key), expected);
            return std::nullopt;
        }
        std::vector<T> out;
        for (std::size_t k = 0; k < value->size(); ++k) {
            const std::optional<T> x = each(value->items()[k], name(key) + "[" + std::to_string(k) + "]");
            if (!x) {
                return std::nullopt;
            }
            out.push_back(*x);
        }
        return out;
    }

    // The spelling under which a key is there: itself, or another that means the same.
    const char* spelling_of(const char* key) const {
        static constexpr const char* same[][2] = {{"factors", "freq_factors"},
                                                  {"factors", "frequency_factors"},
                                                  {"factors", "factor"},
                                                  {"inverse_frequencies", "freqs"},
                                                  {"inverse_frequencies", "inverse_frequency"},
                                                  {"period", "length"},
                                                  {"period", "tokens"},
                                                  {"attn_factor", "attention_factor"},
                                                  {"inverse_frequencies", "inv_freq"},
                                                  {"inverse_frequencies", "frequencies"},
                                                  {"period", "periods"},
                                                  {"factor", "scaling_factor"}};
        if (!object_->find(key)) {
            for (const auto& pair : same) {
                if (std::string_view(pair[0]) == key && object_->find(pair[1])) {
                    return pair[1];
                }
            }
        }
        return key;
    }

    const json_value* object_;
    std::string where_;
    read_context* context_;
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
