// What is checked before rows are made: the frequencies fit together, the positions exist, pointers are not null, the
// memory can be allocated.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/row_positions.hpp>
#include <rope/kernels/isa.hpp>
#include <rope/model/check_frequencies.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/model/words.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/support/error.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

ROPE_COLD inline status no_such_table(std::int64_t rows) {
    return {sentence({"a table of ", rows, " rows cannot be; expected 0 or more"}), errc::table};
}

// Whether 2 tables of rows x pairs elements can be asked for at all. Rows without pairs count as rows of one.
ROPE_COLD inline status check_table_size(std::int64_t rows, std::int64_t pairs, std::size_t element) {
    if (rows < 0) {
        return no_such_table(rows);
    }
    const int bits = sizeof(std::size_t) < 8 ? 30 : 46; // 1 GiB on a machine of 32 bits, else 64 TiB
    const std::int64_t limit = (std::int64_t{1} << bits) / static_cast<std::int64_t>(element);
    const std::int64_t most_rows = limit / (pairs > 1 ? pairs : 1);
    if (rows > most_rows) {
        return {sentence({"a table of ", rows, " rows of ", pairs, " pairs of ", element,
                          " bytes each does not fit in memory; expected at most ", most_rows, " rows"}),
                errc::table};
    }
    return {};
}

// Resizes a vector. Not ok, with `what` in the sentence, where there is no memory for it; without exceptions the program ends.
template <class T>
status try_allocate(std::vector<T>& memory, std::size_t size, const char* what) {
#if defined(__cpp_exceptions)
    try {
        memory.resize(size);
    } catch (const std::bad_alloc&) {
        return {sentence({"no memory for ", what, ": ", size, " entries of ", sizeof(T), " bytes"}),
                errc::no_memory};
    }
#else
    static_cast<void>(what);
    memory.resize(size);
#endif
    return {};
}
template <class T>
void allocate(std::vector<T>& memory, std::size_t size, const char* what) {
    require(try_allocate(memory, size, what));
}

// Whether every position of `part` is one of `all`. True for an empty part that begins in `all`.
inline bool is_inside(const range& part, const range& all) noexcept {
    return part.count >= 0 && part.count <= all.count && part.first >= all.first &&
           static_cast<std::uint64_t>(part.first) - static_cast<std::uint64_t>(all.first) <=
               static_cast<std::uint64_t>(all.count - part.count);
}

// Where rows x pairs entries of cos and sin are written to or read from.
ROPE_COLD inline status check_pointers(const void* cos, const void* sin, std::int64_t rows,
                                       std::int64_t pairs) {
    if (rows > 0 && pairs > 0 && (cos == nullptr || sin == nullptr)) {
        return {sentence({"the memory for ", cos == nullptr ? "cos" : "sin", " of ", rows, " rows of ", pairs,
                          " pairs is null"}),
                errc::no_memory};
    }
    return {};
}

ROPE_COLD inline status check_run(const range& run) {
    if (run.count < 0) {
        return no_such_table(run.count);
    }
    if (run.count > 0 && run.first > 0 &&
        run.count - 1 > (std::numeric_limits<std::int64_t>::max)() - run.first) {
        return {sentence({"positions from ", run.first, ", ", run.count,
                          " of them, pass 2^63; expected |position| < 2^63"}),
                errc::positions};
    }
    if (run.count > 0 && run.first == (std::numeric_limits<std::int64_t>::min)()) {
        return {"position -2^63: expected |position| < 2^63", errc::positions};
    }
    return {};
}

inline bool is_position(std::int64_t p) noexcept {
    return p != std::numeric_limits<std::int64_t>::min();
}
inline bool is_position(double p) noexcept {
    return is_finite(p) && p < 0x1p63 && p > -0x1p63;
}

ROPE_COLD inline std::string position_text(std::int64_t p) {
    return is_position(p) ? number(p) : "-2^63";
}
ROPE_COLD inline std::string position_text(double p) {
    const bool nan = !is_finite(p) && (bits_of(p) << 12) != 0;
    return is_finite(p) ? number(p) : nan ? "not a number" : "infinite";
}

// Lists of `count` positions for each of `axes` axes, one after the other.
template <class Position>
ROPE_COLD status check_list(const Position* positions, std::int64_t count, std::int64_t axes = 1) {
    if (count < 0) {
        return no_such_table(count);
    }
    if (axes > 1 && count > (std::numeric_limits<std::int64_t>::max)() / axes) {
        return {
            sentence({"a list of ", count, " positions for each of ", axes, " axes does not fit in memory"}),
            errc::positions};
    }
    if (count > 0 && positions == nullptr) {
        return {sentence({"the list of ", count, " positions is null"}), errc::no_memory};
    }
    for (std::int64_t k = 0; k < count * axes; ++k) {
        if (!is_position(positions[k])) {
            return {sentence({"position ", k, " of the list is ", position_text(positions[k]),
                              "; expected a finite one with |position| < 2^63"}),
                    errc::positions};
        }
    }
    return {};
}

// Whether rows of T can be made of these frequencies for a run, or for a list of run.count positions.
template <class T>
ROPE_COLD status check_new_rows(const frequency_set& frequencies, range run) {
    status why = check_pairs(frequencies);
    if (why.ok()) {
        why = check_run(run);
    }
    if (why.ok()) {
        why = check_table_size(run.count, static_cast<std::int64_t>(frequencies.step.size()), sizeof(T));
    }
    return why;
}

// Whether such rows can be made into this memory, and by which instruction set.
template <class T>
ROPE_COLD status check_rows_into(const frequency_set& frequencies, range run, const T* cos, const T* sin,
                                 isa& which) {
    status why = check_new_rows<T>(frequencies, run);
    if (why.ok()) {
        why = check_pointers(cos, sin, run.count, static_cast<std::int64_t>(frequencies.step.size()));
    }
    if (why.ok()) {
        why = choose_isa(which);
    }
    return why;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
