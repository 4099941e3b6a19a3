// json_fields: typed access to the keys of one JSON object. A wrong type or value is a sentence that names the key; null is
// the same as absent. Remembers which keys were read, so that the others can be remarked on.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/parameters.hpp>
#include <rope/read/reading.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
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

// A value in a sentence: scalars as they are, the rest by kind.
inline std::string found(const nlohmann::json& value) {
    if (value.is_object()) {
        return "an object";
    }
    if (value.is_array()) {
        return "a list of " + std::to_string(value.size());
    }
    std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return text.size() > 60 ? text.substr(0, 57) + "..." : text;
}

class json_fields {
  public:
    // `where` stands before the key in sentences: "", "rope_scaling.", ...
    json_fields(const nlohmann::json& object, std::string where, read_context& context)
        : object_(&object), where_(std::move(where)), context_(&context) {}

    read_context& context() { return *context_; }
    std::string name(const char* key) const { return where_ + key; }

    // The value of a key; none where it is absent or null.
    const nlohmann::json* find(const char* key) {
        if (!object_->is_object()) {
            return nullptr;
        }
        const char* spelling = spelling_of(key);
        used_.emplace_back(spelling);
        const auto at = object_->find(spelling);
        return at == object_->end() || at->is_null() ? nullptr : &*at;
    }
    bool has(const char* key) const {
        const auto at = object_->is_object() ? object_->find(spelling_of(key)) : object_->end();
        return at != object_->end() && !at->is_null();
    }

    std::optional<double> number(const char* key, const value_rule& rule = any_number) {
        const nlohmann::json* value = find(key);
        return value ? number_of(*value, name(key), rule) : std::nullopt;
    }
    std::optional<std::int64_t> integer(const char* key, std::int64_t least = 0,
                                        std::int64_t most = std::int64_t{1} << 53) {
        const nlohmann::json* value = find(key);
        return value ? integer_of(*value, name(key), least, most) : std::nullopt;
    }
    std::optional<bool> boolean(const char* key) {
        const nlohmann::json* value = find(key);
        if (!value) {
            return std::nullopt;
        }
        if (!value->is_boolean()) {
            wrong(*value, name(key), "true or false");
            return std::nullopt;
        }
        return value->get<bool>();
    }
    std::optional<std::string> string(const char* key) {
        const nlohmann::json* value = find(key);
        if (!value) {
            return std::nullopt;
        }
        if (!value->is_string()) {
            wrong(*value, name(key), "a string");
            return std::nullopt;
        }
        return value->get<std::string>();
    }
    const nlohmann::json* object(const char* key) {
        const nlohmann::json* value = find(key);
        if (value && !value->is_object()) {
            wrong(*value, name(key), "an object");
            return nullptr;
        }
        return value;
    }
    std::optional<std::vector<std::int64_t>> integers(const char* key, std::int64_t least,
                                                      std::int64_t most) {
        return list<std::int64_t>(
            key, "a list of integers",
            [&](const nlohmann::json& x, const std::string& at) { return integer_of(x, at, least, most); });
    }
    std::optional<std::vector<double>> numbers(const char* key, const value_rule& rule) {
        return list<double>(key, "a list of numbers", [&](const nlohmann::json& x, const std::string& at) {
            return number_of(x, at, rule);
        });
    }
    std::optional<std::vector<std::string>> strings(const char* key) {
        return list<std::string>(
            key, "a list of strings",
            [&](const nlohmann::json& x, const std::string& at) -> std::optional<std::string> {
                if (!x.is_string()) {
                    wrong(x, at, "a string");
                    return std::nullopt;
                }
                return x.get<std::string>();
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
        const nlohmann::json* one = find(key);
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

    void use(const char* key) { used_.emplace_back(key); }

    std::vector<std::string> unused() const {
        std::vector<std::string> keys;
        if (object_->is_object()) {
            for (auto at = object_->begin(); at != object_->end(); ++at) {
                if (std::find(used_.begin(), used_.end(), at.key()) == used_.end()) {
                    keys.push_back(at.key());
                }
            }
        }
        return keys;
    }

  private:
    void wrong(const nlohmann::json& value, const std::string& at, const std::string& expected) {
        context_->fail(at + " = " + found(value) + ": expected " + expected);
    }
    std::optional<double> number_of(const nlohmann::json& value, const std::string& at,
                                    const value_rule& rule) {
        if (!value.is_number()) {
            wrong(value, at, rule.words);
            return std::nullopt;
        }
        const double x = value.get<double>();
        if (!obeys(x, rule)) {
            wrong(value, at, rule.words);
            return std::nullopt;
        }
        return x;
    }
    std::optional<std::int64_t> integer_of(const nlohmann::json& value, const std::string& at,
                                           std::int64_t least, std::int64_t most) {
        const double limit = 9007199254740992.0;
        const double x = value.is_number() ? value.get<double>() : 0.5;
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
        const nlohmann::json* value = find(key);
        if (!value) {
            return std::nullopt;
        }
        if (!value->is_array()) {
            wrong(*value, name(key), expected);
            return std::nullopt;
        }
        std::vector<T> out;
        for (std::size_t k = 0; k < value->size(); ++k) {
            const std::optional<T> x = each((*value)[k], name(key) + "[" + std::to_string(k) + "]");
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
        if (!object_->contains(key)) {
            for (const auto& pair : same) {
                if (std::string_view(pair[0]) == key && object_->contains(pair[1])) {
                    return pair[1];
                }
            }
        }
        return key;
    }

    const nlohmann::json* object_;
    std::string where_;
    read_context* context_;
    std::vector<std::string> used_ = {};
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
