// accuracy_of: how far a table is from the correctly rounded one, entry by entry. What mistake an external table was
// made with is told by diagnose/verify.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/table/table.hpp>

#include <cstdint>

#if ROPE_DEFINITIONS
#include <rope/entries/fill_rows.hpp>
#include <rope/numbers/half.hpp>
#include <rope/table/check_table.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <vector>
#endif

namespace rope {
inline namespace ROPE_ABI {

// Over both tables. Differences are counted in units of the last place of T (steps from number to number).
struct table_accuracy {
    std::int64_t entries = 0;
    std::int64_t wrong = 0;      // entries whose bits are not the correctly rounded value's
    std::int64_t worst_ulps = 0; // largest difference; a NaN counts as the largest there is
    double worst_error = 0;      // largest |entry - real value|
    std::int64_t worst_row = 0;  // where the largest difference is
    std::int64_t worst_pair = 0;
};

// Compares every entry of a table with the real cos and sin of its frequencies. Throws rope::error for a table whose
// vectors have other sizes than its rows, pairs and listed positions.
template <class T>
table_accuracy accuracy_of(const table<T>& t);

// The same, with a status instead of an exception.
template <class T>
result<table_accuracy> try_accuracy_of(const table<T>& t);

#if ROPE_DEFINITIONS
namespace detail {

// The place of a number in the order of its format, both zeros at 0.
template <class T>
std::int64_t place_of(T x) noexcept {
    using format = storage_format<T>;
    typename format::word word;
    std::memcpy(&word, &x, sizeof word);
    const std::uint64_t sign = std::uint64_t{1} << format::sign;
    const auto magnitude = static_cast<std::int64_t>(word & (sign - 1));
    return (word & sign) != 0 ? -magnitude : magnitude;
}

template <class T>
void compare_entry(T entry, T right, double real, std::int64_t row, std::int64_t pair,
                   table_accuracy& report) noexcept {
    ++report.entries;
    if (std::memcmp(&entry, &right, sizeof entry) == 0) {
        return;
    }
    ++report.wrong;
    using format = storage_format<T>;
    const std::int64_t a = place_of(entry), b = place_of(right);
    const std::int64_t infinity = static_cast<std::int64_t>(2 * format::largest + 1) << format::fraction;
    const bool number = (a < 0 ? -a : a) < infinity;
    const std::uint64_t apart = a > b ? static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b)
                                      : static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a);
    const std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    const std::int64_t ulps =
        number && apart < static_cast<std::uint64_t>(most) ? static_cast<std::int64_t>(apart) : most;
    if (number) {
        const double error = static_cast<double>(widen(entry)) - real;
        report.worst_error = (std::max)(report.worst_error, error < 0 ? -error : error);
    }
    if (ulps > report.worst_ulps) {
        report.worst_ulps = ulps;
        report.worst_row = row;
        report.worst_pair = pair;
    }
}

} // namespace detail

template <class T>
result<table_accuracy> try_accuracy_of(const table<T>& t) {
    result<table_accuracy> out;
    isa which = isa::scalar;
    out.why = detail::check_table(t);
    if (out.ok()) {
        out.why = detail::choose_isa(which);
    }
    if (!out.ok()) {
        return out;
    }
    const auto pairs = static_cast<std::int64_t>(t.frequencies.step.size());
    constexpr std::int64_t rows_at_once = 256;
    const auto part = static_cast<std::size_t>(rows_at_once * pairs);
    std::vector<T> cos(part), sin(part);
    std::vector<double> real_cos(part), real_sin(part);
    table_accuracy& report = out.value;
    for (std::int64_t first = 0; first < t.rows; first += rows_at_once) {
        row_positions positions;
        positions.run = {t.listed_axes != 0 ? 0 : t.first + first, (std::min)(rows_at_once, t.rows - first)};
        if (t.listed_axes != 0) {
            positions.integers = t.integers.empty() ? nullptr : t.integers.data() + first;
            positions.reals = t.reals.empty() ? nullptr : t.reals.data() + first;
            positions.axis_stride = t.listed_axes == 1 ? 0 : t.rows;
        }
        detail::fill_rows(which, t.frequencies, positions, cos.data(), sin.data(), pairs);
        detail::fill_rows(which, t.frequencies, positions, real_cos.data(), real_sin.data(), pairs);
        for (std::int64_t k = 0; k < positions.run.count * pairs; ++k) {
            const auto here = static_cast<std::size_t>(k),
                       there = static_cast<std::size_t>(first * pairs + k);
            detail::compare_entry(t.cos[there], cos[here], real_cos[here], first + k / pairs, k % pairs,
                                  report);
            detail::compare_entry(t.sin[there], sin[here], real_sin[here], first + k / pairs, k % pairs,
                                  report);
        }
    }
    return out;
}

template <class T>
table_accuracy accuracy_of(const table<T>& t) {
    return detail::value_or_throw(try_accuracy_of(t));
}
#endif

} // namespace ROPE_ABI
} // namespace rope
