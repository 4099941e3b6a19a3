// What is checked before rows are made: the frequencies fit together, the positions exist, pointers are not null, the
// memory can be allocated.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/row_positions.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/model/words.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/support/error.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <string>
#include <vector>

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

// Whether 2 tables of rows x pairs elements can be asked for at all. Rows without pairs count as rows of one.
inline status check_table_size(std::int64_t rows, std::int64_t pairs, std::size_t element) {
    if (rows < 0) {
        return {"a table of " + std::to_string(rows) + " rows cannot be; expected 0 or more"};
    }
    const std::int64_t most =
        (std::int64_t{1} << 46) / static_cast<std::int64_t>(element); // elements, in 64 TiB
    const bool narrow = sizeof(std::size_t) < 8;                      // a 32-bit machine: 1 GiB
    const std::int64_t limit = narrow ? (std::int64_t{1} << 30) / static_cast<std::int64_t>(element) : most;
    const std::int64_t most_rows = limit / (pairs > 1 ? pairs : 1);
    if (rows > most_rows) {
        return {"a table of " + std::to_string(rows) + " rows of " + std::to_string(pairs) + " pairs of " +
                std::to_string(element) + " bytes each does not fit in memory; expected at most " +
                std::to_string(most_rows) + " rows"};
    }
    return {};
}

// Resizes a vector. Fails with `what` in the sentence where there is no memory for it.
template <class T>
void allocate(std::vector<T>& memory, std::size_t size, const char* what) {
#if defined(__cpp_exceptions)
    try {
        memory.resize(size);
    } catch (const std::bad_alloc&) {
        fail(std::string("no memory for ") + what + ": " + std::to_string(size) + " entries of " +
             std::to_string(sizeof(T)) + " bytes");
    }
#else
    static_cast<void>(what);
    memory.resize(size);
#endif
}

// Whether every position of `part` is one of `all`. True for an empty part that begins in `all`.
inline bool is_inside(const range& part, const range& all) noexcept {
    return part.count >= 0 && part.count <= all.count && part.first >= all.first &&
           static_cast<std::uint64_t>(part.first) - static_cast<std::uint64_t>(all.first) <=
               static_cast<std::uint64_t>(all.count - part.count);
}

// Where rows x pairs entries of cos and sin are written to or read from.
inline status check_pointers(const void* cos, const void* sin, std::int64_t rows, std::int64_t pairs) {
    if (rows > 0 && pairs > 0 && (cos == nullptr || sin == nullptr)) {
        return {std::string("the memory for ") + (cos == nullptr ? "cos" : "sin") + " of " +
                std::to_string(rows) + " rows of " + std::to_string(pairs) + " pairs is null"};
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

inline bool is_position(std::int64_t p) noexcept {
    return p != std::numeric_limits<std::int64_t>::min();
}
inline bool is_position(double p) noexcept {
    return is_finite(p) && p < 0x1p63 && p > -0x1p63;
}

inline std::string position_text(std::int64_t p) {
    return is_position(p) ? number(p) : "-2^63";
}
inline std::string position_text(double p) {
    const bool nan = !is_finite(p) && (bits_of(p) << 12) != 0;
    return is_finite(p) ? number(p) : nan ? "not a number" : "infinite";
}

// Lists of `count` positions for each of `axes` axes, one after the other.
template <class Position>
status check_list(const Position* positions, std::int64_t count, std::int64_t axes = 1) {
    if (count < 0) {
        return {"a table of " + std::to_string(count) + " rows cannot be; expected 0 or more"};
    }
    if (axes > 1 && count > std::numeric_limits<std::int64_t>::max() / axes) {
        return {"a list of " + std::to_string(count) + " positions for each of " + std::to_string(axes) +
                " axes does not fit in memory"};
    }
    if (count > 0 && positions == nullptr) {
        return {"the list of " + std::to_string(count) + " positions is null"};
    }
    for (std::int64_t k = 0; k < count * axes; ++k) {
        if (!is_position(positions[k])) {
            return {"position " + std::to_string(k) + " of the list is " + position_text(positions[k]) +
                    "; expected a finite one with |position| < 2^63"};
        }
    }
    return {};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
