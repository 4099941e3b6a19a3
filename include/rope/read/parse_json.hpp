// parse_json: text -> nlohmann::json without exceptions, with a limit on nesting and a sentence for each failure.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/words.hpp>
#include <rope/support/error.hpp>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr std::size_t greatest_json_depth = 64;
inline constexpr std::size_t greatest_config_bytes = std::size_t{64} << 20;

// Builds the document event by event. Returning false stops the parser.
class json_builder {
  public:
    nlohmann::json root = {};
    std::string fault = {};

    bool null() { return place(nullptr); }
    bool boolean(bool x) { return place(x); }
    bool number_integer(std::int64_t x) { return place(x); }
    bool number_unsigned(std::uint64_t x) { return place(x); }
    bool number_float(double x, const std::string& text) {
        // The library's own test for overflow is compiled away by -ffast-math.
        return finite_bits(x) ? place(x) : stop(where() + text + " is beyond the range of a double");
    }
    bool string(std::string& x) { return place(std::move(x)); }
    bool binary(nlohmann::json::binary_t&) { return stop("binary values are not expected"); }
    bool start_object(std::size_t) { return open(nlohmann::json::object()); }
    bool start_array(std::size_t) { return open(nlohmann::json::array()); }
    bool key(std::string& name) {
        key_ = name;
        if (open_.back()->find(name) != open_.back()->end()) {
            return stop("the key " + name + " appears twice");
        }
        return true;
    }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    template <class Exception>
    bool parse_error(std::size_t position, const std::string& last, const Exception& what) {
        // 406: the number is syntactically right but too large.
        if (what.id == 406) {
            return stop(where() + last + " is beyond the range of a double");
        }
        return stop("not valid JSON near byte " + std::to_string(position) +
                    (last.empty() ? ": it ends too early" : ", at '" + shortened(last) + "'"));
    }

  private:
    static std::string shortened(const std::string& text) {
        std::string out;
        for (const char c : text.substr(text.size() > 24 ? text.size() - 24 : 0)) {
            out += c >= ' ' && c <= '~' ? c : '?';
        }
        return out;
    }
    std::string where() const { return key_.empty() ? std::string() : key_ + " = "; }
    bool stop(std::string sentence) {
        fault = std::move(sentence);
        return false;
    }
    template <class T>
    nlohmann::json* add(T&& value) {
        if (open_.empty()) {
            root = std::forward<T>(value);
            return &root;
        }
        if (open_.back()->is_array()) {
            open_.back()->push_back(std::forward<T>(value));
            return &open_.back()->back();
        }
        return &((*open_.back())[key_] = std::forward<T>(value));
    }
    template <class T>
    bool place(T&& value) {
        add(std::forward<T>(value));
        return true;
    }
    bool open(nlohmann::json&& value) {
        if (open_.size() >= greatest_json_depth) {
            return stop("nested deeper than " + std::to_string(greatest_json_depth) + " levels");
        }
        open_.push_back(add(std::move(value)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    std::vector<nlohmann::json*> open_ = {};
    std::string key_ = {};
};

inline status parse_json(std::string_view text, nlohmann::json& out) {
    json_builder builder;
    const bool whole = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
    if (!whole || !builder.fault.empty()) {
        return {builder.fault.empty() ? "not valid JSON" : builder.fault};
    }
    out = std::move(builder.root);
    return {};
}

// The bytes of a file; "-" is standard input.
inline status read_file(const std::string& path, std::string& out) {
    std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        return {"cannot open: " + std::string(std::strerror(errno))};
    }
    out.clear();
    char part[1 << 14];
    std::size_t count = 0;
    while (out.size() <= greatest_config_bytes && (count = std::fread(part, 1, sizeof part, file)) > 0) {
        out.append(part, count);
    }
    const bool broken = std::ferror(file) != 0;
    const int reason = errno;
    if (file != stdin) {
        std::fclose(file);
    }
    if (broken) {
        return {"cannot read: " + std::string(std::strerror(reason))};
    }
    if (out.size() > greatest_config_bytes) {
        return {"larger than 64 MiB, expected a model's configuration"};
    }
    return {};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
