// What is checked before a table is made: the frequencies fit together, the positions exist, the memory can
// be asked for.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/row_positions.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/support/error.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline status check_pairs(const frequency_set& f) {
    const auto text = [](std::size_t n) { return std::to_string(n); };
    const std::size_t pairs = f.step.size();
    if (f.axis_of_pair.size() != pairs || f.inv_freq.size() != pairs) {
        return {"the frequencies have " + text(pairs) + " steps, " + text(f.inv_freq.size()) +
                " inverse frequencies and " + text(f.axis_of_pair.size()) +
                " axes of pairs; expected as many of each as there are pairs"};
    }
    for (std::size_t i = 0; i < pairs; ++i) {
        if (f.axis_of_pair[i] < 0 || f.axis_of_pair[i] >= f.axes) {
            return {"pair " + text(i) + " reads position axis " + std::to_string(f.axis_of_pair[i]) +
                    "; the frequencies have " + std::to_string(f.axes)};
        }
    }
    return {};
}

// Whether 2 tables of rows x pairs elements can be asked for at all.
inline status check_table_size(std::int64_t rows, std::int64_t pairs, std::size_t element) {
    if (rows < 0) {
        return {"a table of " + std::to_string(rows) + " rows cannot be; expected 0 or more"};
    }
    const std::int64_t most =
        (std::int64_t{1} << 46) / static_cast<std::int64_t>(element); // elements, in 64 TiB
    const bool narrow = sizeof(std::size_t) < 8;                      // a 32-bit machine: 1 GiB
    const std::int64_t limit = narrow ? (std::int64_t{1} << 30) / static_cast<std::int64_t>(element) : most;
    if (pairs > 0 && rows > limit / pairs) {
        return {"a table of " + std::to_string(rows) + " rows of " + std::to_string(pairs) + " pairs of " +
                std::to_string(element) + " bytes each does not fit in memory; expected at most " +
                std::to_string(limit / pairs) + " rows"};
    }
    return {};
}

inline status check_run(const range& run) {
    if (run.count < 0) {
        return {"a table of " + std::to_string(run.count) + " rows cannot be; expected 0 or more"};
    }
    if (run.count > 0 && run.first > 0 &&
        run.count - 1 > std::numeric_limits<std::int64_t>::max() - run.first) {
        return {"positions from " + std::to_string(run.first) + ", " + std::to_string(run.count) +
                " of them, pass 2^63; expected |position| < 2^63"};
    }
    if (run.count > 0 && run.first == std::numeric_limits<std::int64_t>::min()) {
        return {"position -2^63: expected |position| < 2^63"};
    }
    return {};
}

inline status check_list(const std::int64_t* positions, std::int64_t entries) {
    for (std::int64_t k = 0; k < entries; ++k) {
        if (positions[k] == std::numeric_limits<std::int64_t>::min()) {
            return {"position " + std::to_string(k) + " of the list is -2^63; expected |position| < 2^63"};
        }
    }
    return {};
}

inline status check_list(const double* positions, std::int64_t entries) {
    for (std::int64_t k = 0; k < entries; ++k) {
        const double p = positions[k];
        if (!is_finite(p) || !(p < 0x1p63 && p > -0x1p63)) {
            const std::uint64_t bits = bits_of(p);
            const bool nan = !is_finite(p) && (bits << 12) != 0;
            return {"position " + std::to_string(k) + " of the list is " +
                    (is_finite(p) ? std::to_string(p)
                     : nan        ? "not a number"
                                  : "infinite") +
                    "; expected a finite one with |position| < 2^63"};
        }
    }
    return {};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
