// metadata_fields: typed access to metadata.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/evaluate.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/model/parameters.hpp>
#include <rope/model/words.hpp>
#include <rope/read/metadata.hpp>
#include <rope/read/reading.hpp>
#include <rope/support/error.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Typed access to the keys that begin with a prefix. Remembers which keys were read, so that the others can be remarked on.
class metadata_fields {
  public:
    metadata_fields(const metadata& values, std::string prefix, read_context& context)
        : values_(&values), prefix_(std::move(prefix)), context_(&context) {}

    std::string name(const std::string& key) const { return prefix_ + key; }
    const metadata_value* find(const std::string& key) {
        used_.insert(prefix_ + key);
        const auto at = values_->find(prefix_ + key);
        return at == values_->end() ? nullptr : &at->second;
    }
    std::optional<std::int64_t> integer(const std::string& key, std::int64_t least) {
        const metadata_value* value = find(key);
        if (!value) {
            return std::nullopt;
        }
        const std::int64_t* x = std::get_if<std::int64_t>(value);
        if (!x || *x < least || *x > greatest_length) {
            wrong(key, *value, "an integer from " + detail::number(least) + " up");
            return std::nullopt;
        }
        return *x;
    }
    std::optional<double> number(const std::string& key, const value_rule& rule) {
        const metadata_value* value = find(key);
        if (!value) {
            return std::nullopt;
        }
        const double* real = std::get_if<double>(value);
        const std::int64_t* whole = std::get_if<std::int64_t>(value);
        const double x = real ? *real : whole ? static_cast<double>(*whole) : 0;
        if ((!real && !whole) || !obeys(x, rule)) {
            wrong(key, *value, rule.words);
            return std::nullopt;
        }
        return x;
    }
    std::optional<bool> boolean(const std::string& key) {
        const metadata_value* value = find(key);
        const bool* x = value ? std::get_if<bool>(value) : nullptr;
        if (value && !x) {
            wrong(key, *value, "true or false");
        }
        return x ? std::optional<bool>(*x) : std::nullopt;
    }
    std::optional<std::string> string(const std::string& key) {
        const metadata_value* value = find(key);
        const std::string* text = value ? std::get_if<std::string>(value) : nullptr;
        if (value && !text) {
            wrong(key, *value, "a string");
        }
        return text ? std::optional<std::string>(*text) : std::nullopt;
    }
    template <class T>
    std::optional<std::vector<T>> list(const std::string& key) {
        const metadata_value* value = find(key);
        const std::vector<T>* found_list = value ? std::get_if<std::vector<T>>(value) : nullptr;
        if (value && !found_list) {
            wrong(key, *value, "a list");
        }
        return found_list ? std::optional<std::vector<T>>(*found_list) : std::nullopt;
    }
    // A list of integers from `least` up, or one integer, which is that of all layers: a list of one.
    std::optional<std::vector<std::int64_t>> integers(const std::string& key, std::int64_t least) {
        const metadata_value* value = find(key);
        const auto* several = value ? std::get_if<std::vector<std::int64_t>>(value) : nullptr;
        if (!several) {
            const auto one = integer(key, least);
            return one ? std::optional(std::vector<std::int64_t>(1, *one)) : std::nullopt;
        }
        for (std::size_t k = 0; k < several->size(); ++k) {
            if ((*several)[k] < least || (*several)[k] > greatest_length) {
                wrong(key + "[" + std::to_string(k) + "]", (*several)[k],
                      "an integer from " + detail::number(least) + " up");
                return std::nullopt;
            }
        }
        return *several;
    }

    bool used(const std::string& full_name) const { return used_.count(full_name) != 0; }

  private:
    void wrong(const std::string& key, const metadata_value& value, const std::string& expected) {
        const double* real = std::get_if<double>(&value);
        const std::int64_t* whole = std::get_if<std::int64_t>(&value);
        context_->fail(prefix_ + key +
                       (real    ? " = " + detail::number(*real)
                        : whole ? " = " + detail::number(*whole)
                                : std::string(" is of another type")) +
                       ": expected " + expected);
    }

    const metadata* values_;
    std::string prefix_;
    read_context* context_;
    std::set<std::string> used_ = {};
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
