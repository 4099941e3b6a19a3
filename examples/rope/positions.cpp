// positions: where tokens stand, from a --positions SPEC.
// SPDX-License-Identifier: MIT
#include "positions.hpp"

#include "error.hpp"

#include <rope/numbers/half.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <unistd.h>

namespace cli {
namespace {

constexpr double two_63 = 9223372036854775808.0;

std::string text_of(double x) {
    char text[32];
    return std::string(text, std::to_chars(text, text + sizeof text, x).ptr);
}

[[noreturn]] void fail(const std::string& spec, const std::string& what) {
    throw input_error("--positions " + spec + ": " + what);
}

bool parse_whole(const std::string& text, std::int64_t& value) {
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    return end.ec == std::errc() && end.ptr == text.data() + text.size() && !text.empty();
}

bool parse_real(const std::string& text, double& value) {
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    return end.ec == std::errc() && end.ptr == text.data() + text.size() && !text.empty();
}

bool is_finite(double x) { // by its bits: -Ofast compiles std::isfinite away
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    return (bits >> 52 & 0x7ff) != 0x7ff;
}

bool can_be_position(double x) {
    return is_finite(x) && x > -two_63 && x < two_63;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t end = text.find(separator); end != std::string::npos;
         end = text.find(separator, begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

double number_of(const std::string& spec, const std::string& text) {
    double value = 0;
    if (!parse_real(text, value)) {
        fail(spec, "'" + text + "' is not a number; expected " +
                       "N, A:B, A:B:STEP, a comma list, or the path of an .npy file");
    }
    if (!can_be_position(value)) {
        fail(spec, "'" + text + "' is no position; expected a finite number below 2^63");
    }
    return value;
}

// A, A + STEP, ...: entry k is A + k STEP, two roundings.
position_array stepped(const std::string& spec, double a, double b, double step, std::int64_t bytes_each) {
    if (step == 0) {
        fail(spec, "a step of 0 never arrives; expected another number");
    }
    const double count = std::ceil((b - a) / step);
    if (count < 0) {
        fail(spec,
             "the step " + text_of(step) + " leads away from the end: " + text_of(count) + " positions");
    }
    if (!is_finite(count) || count >= two_63) {
        fail(spec, "more positions than memory can hold");
    }
    const auto n = static_cast<std::int64_t>(count);
    require_memory(n, bytes_each + std::int64_t{sizeof(double)},
                   "--positions " + spec + ": " + std::to_string(n) + " positions");
    position_array result;
    result.shape = {n};
    result.real.resize(static_cast<std::size_t>(n));
    for (std::int64_t k = 0; k < n; ++k) {
        const double product = static_cast<double>(k) * step;
        result.real[static_cast<std::size_t>(k)] = a + product;
        if (!can_be_position(a + product)) {
            fail(spec,
                 "entry " + std::to_string(k) + " is " + text_of(a + product) + "; expected below 2^63");
        }
    }
    return result;
}

position_array whole_range(const std::string& spec, std::int64_t a, std::int64_t b, std::int64_t bytes_each) {
    if (b < a) {
        fail(spec, "the end stands before the begin; for positions that descend, write A:B:STEP");
    }
    const std::uint64_t count = static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a);
    if (count > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        fail(spec, "more positions than memory can hold");
    }
    const auto n = static_cast<std::int64_t>(count);
    require_memory(n, bytes_each + std::int64_t{sizeof(std::int64_t)},
                   "--positions " + spec + ": " + std::to_string(n) + " positions");
    position_array result;
    result.shape = {n};
    result.whole.resize(static_cast<std::size_t>(n));
    for (std::int64_t k = 0; k < n; ++k) {
        result.whole[static_cast<std::size_t>(k)] = a + k;
    }
    return result;
}

position_array range(const std::string& spec, std::int64_t bytes_each) {
    const std::vector<std::string> parts = split(spec, ':');
    if (parts.size() > 3) {
        fail(spec, "expected A:B or A:B:STEP");
    }
    std::int64_t a = 0, b = 0;
    if (parts.size() == 2 && parse_whole(parts[0], a) && parse_whole(parts[1], b)) {
        return whole_range(spec, a, b, bytes_each);
    }
    const double from = number_of(spec, parts[0]), to = number_of(spec, parts[1]);
    return stepped(spec, from, to, parts.size() == 3 ? number_of(spec, parts[2]) : 1, bytes_each);
}

position_array list(const std::string& spec) {
    std::vector<std::string> parts = split(spec, ',');
    if (parts.size() == 2 && parts.back().empty()) { // "7,": a list of one
        parts.pop_back();
    }
    position_array result;
    result.shape = {static_cast<std::int64_t>(parts.size())};
    for (const std::string& part : parts) {
        std::int64_t value = 0;
        if (!parse_whole(part, value)) {
            result.whole.clear();
            for (const std::string& each : parts) {
                result.real.push_back(number_of(spec, each));
            }
            return result;
        }
        result.whole.push_back(value);
    }
    return result;
}

template <class T>
void widen_whole(const array& a, std::vector<std::int64_t>& to) {
    const T* from = a.as<T>();
    for (std::int64_t k = 0; k < a.count(); ++k) {
        to.push_back(static_cast<std::int64_t>(from[k]));
    }
}

template <class T, class Widen>
void widen_real(const array& a, std::vector<double>& to, Widen widen) {
    const T* from = a.as<T>();
    for (std::int64_t k = 0; k < a.count(); ++k) {
        to.push_back(widen(from[k]));
    }
}

position_array from_file(const std::string& path) {
    const array a = read_npy(path);
    position_array result;
    result.from_file = true;
    result.shape = a.shape;
    require_memory(a.count(), sizeof(double), path + ": " + std::to_string(a.count()) + " positions");
    if (is_float(a.type)) {
        result.real.reserve(static_cast<std::size_t>(a.count()));
    } else {
        result.whole.reserve(static_cast<std::size_t>(a.count()));
    }
    switch (a.type) {
    case element::f2:
        widen_real<std::uint16_t>(a, result.real, [](std::uint16_t bits) {
            return static_cast<double>(rope::to_float(rope::half{bits}));
        });
        break;
    case element::f4:
        widen_real<float>(a, result.real, [](float x) { return static_cast<double>(x); });
        break;
    case element::f8:
        widen_real<double>(a, result.real, [](double x) { return x; });
        break;
    case element::i1:
        widen_whole<std::int8_t>(a, result.whole);
        break;
    case element::i2:
        widen_whole<std::int16_t>(a, result.whole);
        break;
    case element::i4:
        widen_whole<std::int32_t>(a, result.whole);
        break;
    case element::i8:
        widen_whole<std::int64_t>(a, result.whole);
        break;
    case element::u1:
        widen_whole<std::uint8_t>(a, result.whole);
        break;
    case element::u2:
        widen_whole<std::uint16_t>(a, result.whole);
        break;
    case element::u4:
        widen_whole<std::uint32_t>(a, result.whole);
        break;
    case element::u8:
        for (std::int64_t k = 0; k < a.count(); ++k) {
            if (a.as<std::uint64_t>()[k] >> 63 != 0) {
                throw input_error(path + ": position " + std::to_string(k) + " is " +
                                  std::to_string(a.as<std::uint64_t>()[k]) + "; expected below 2^63");
            }
        }
        widen_whole<std::uint64_t>(a, result.whole);
        break;
    }
    for (std::size_t k = 0; k < result.real.size(); ++k) {
        if (!can_be_position(result.real[k])) {
            throw input_error(path + ": position " + std::to_string(k) + " is " + text_of(result.real[k]) +
                              "; expected a finite number below 2^63");
        }
    }
    return result;
}

} // namespace

void require_memory(std::int64_t count, std::int64_t bytes, const std::string& what) {
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
    std::int64_t memory = std::numeric_limits<std::int64_t>::max();
    if (pages > 0 && page > 0 && pages <= memory / page) {
        memory = static_cast<std::int64_t>(pages) * page;
    }
    for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
        std::int64_t limit = 0; // of a container; the word "max" is none
        if (std::ifstream(path) >> limit && limit > 0) {
            memory = std::min(memory, limit);
        }
    }
    if (bytes > 0 && count > memory / bytes) {
        throw input_error(what + " of " + std::to_string(bytes) + " bytes each are more than the " +
                          std::to_string(memory / (1 << 20)) + " MiB of memory here");
    }
}

position_array counting_positions(std::int64_t count) {
    return whole_range(std::to_string(count), 0, count, 0);
}

position_array parse_positions(const std::string& spec, std::int64_t bytes_each) {
    if (spec.size() >= 4 && spec.compare(spec.size() - 4, 4, ".npy") == 0) {
        return from_file(spec);
    }
    std::int64_t count = 0;
    if (parse_whole(spec, count)) {
        if (count < 0) {
            fail(spec, "a count cannot be negative; for the one position " + spec + " write " + spec + ",");
        }
        return whole_range(spec, 0, count, bytes_each);
    }
    if (access(spec.c_str(), F_OK) == 0) { // a file by another name
        return from_file(spec);
    }
    if (spec.find(',') != std::string::npos) {
        return list(spec);
    }
    if (spec.find(':') != std::string::npos) {
        return range(spec, bytes_each);
    }
    double value = 0;
    if (parse_real(spec, value) && is_finite(value)) {
        fail(spec, "a count must be a whole number" + (can_be_position(value)
                                                           ? "; for one position write " + spec + ","
                                                           : std::string(" below 2^63")));
    }
    fail(
        spec,
        "neither positions nor a file; expected N, A:B, A:B:STEP, a comma list, or the path of an .npy file");
}

std::int64_t sequence_length(const position_array& positions) {
    constexpr std::int64_t most = std::int64_t{1} << 53; // as long as a sequence may be said to be
    std::int64_t largest = 0;
    for (const std::int64_t p : positions.whole) {
        largest = std::max(largest, std::min(p, most - 1));
    }
    for (const double p : positions.real) {
        const double bounded = std::min(std::max(p, 0.0), static_cast<double>(most - 1));
        largest = std::max(largest, static_cast<std::int64_t>(bounded));
    }
    return largest + 1;
}

} // namespace cli
