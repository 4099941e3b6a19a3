// growing_table: a table of a run of positions that grows while it is read. Rows never move: memory comes in parts, each
// as large as all before it together, and what is filled is not written again.
//
// Safe at once: `reserve` in one thread, and in any number of others everything else: asking for rows(), making plans,
// running them (also plans that were made before). Two threads must not reserve at once. A plan reads the rows that were
// there when it was made.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/row_positions.hpp>
#include <rope/support/linkage.hpp>
#include <rope/table/row_source.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#if ROPE_DEFINITIONS
#include <rope/entries/check_rows.hpp>
#include <rope/entries/float_numerics.hpp>

#include <algorithm>
#endif

namespace rope {
inline namespace ROPE_ABI {

template <class T>
class growing_table {
  public:
    // Rows for the positions first, first + 1, ...; run.count of them now. The same entries as cos_sin_table's.
    // Throws rope::error for frequencies or a run that cannot be.
    growing_table(frequency_set frequencies, range run, numerics way = numerics::exact);
    explicit growing_table(frequency_set frequencies, std::int64_t rows = 0, numerics way = numerics::exact)
        : growing_table(std::move(frequencies), range{0, rows}, way) {}
    growing_table(const growing_table&) = delete; // plans refer to it
    growing_table& operator=(const growing_table&) = delete;

    const frequency_set& frequencies() const noexcept { return frequencies_; }
    std::int64_t first() const noexcept { return first_; }
    std::int64_t rows() const noexcept { return rows_.load(std::memory_order_acquire); }

    // The entries of row `row`, 0 <= row < rows(), which stay where they are.
    const T* cos(std::int64_t row) const noexcept {
        const detail::segment_place at = detail::segment_of(memory_.segments, row);
        return static_cast<const T*>(memory_.segments.parts[at.part].cos) + (row - at.begin) * pairs();
    }
    const T* sin(std::int64_t row) const noexcept {
        const detail::segment_place at = detail::segment_of(memory_.segments, row);
        return static_cast<const T*>(memory_.segments.parts[at.part].sin) + (row - at.begin) * pairs();
    }

    // Appends rows until there are `rows`; nothing when there are. Throws, and leaves the rows as they are, where there
    // cannot be so many or there is no memory for them: all new rows become readable together, at the end. Memory
    // that has no rows yet is not touched.
    void reserve(std::int64_t rows) { detail::require(try_reserve(rows)); }
    status try_reserve(std::int64_t rows);

    // Whether the constructor would take these. Without exceptions: ask this, make it without rows, then try_reserve.
    static status check(const frequency_set& frequencies, range run);

  private:
    friend struct row_source_of<growing_table<T>>;

    static constexpr std::int64_t least_rows = 256;

    std::int64_t pairs() const noexcept { return static_cast<std::int64_t>(frequencies_.step.size()); }

    struct memory {
        row_segments segments = {};
        void* writable[sizeof(row_segments::parts) / sizeof(row_segments::part)] = {};

        memory() = default;
        memory(const memory&) = delete;
        memory& operator=(const memory&) = delete;
        ~memory() {
            for (void* part : writable) {
                ::operator delete(part, line);
            }
        }

        // cos and sin of a part, `bytes` each, one after the other.
        status add(int k, std::size_t bytes);
        static constexpr std::align_val_t line = std::align_val_t(64);
    };

    frequency_set frequencies_;
    std::int64_t first_;
    numerics way_;
    memory memory_;
    std::atomic<std::int64_t> rows_{0};
};

template <class T>
struct row_source_of<growing_table<T>> {
    static constexpr bool exists = true;
    static row_source of(const growing_table<T>& t) noexcept {
        const std::int64_t rows = t.rows(); // before the parts are read
        row_source s = row_source_of<table_view<T>>::of(
            {&t.frequencies_, t.first_, rows, nullptr, nullptr, t.pairs(), t.way_, false});
        s.segments = &t.memory_.segments;
        return s;
    }
};

#if ROPE_DEFINITIONS
template <class T>
growing_table<T>::growing_table(frequency_set frequencies, range run, numerics way)
    : frequencies_(std::move(frequencies)), first_(run.first), way_(way) {
    detail::require(check(frequencies_, run));
    memory_.segments.first_rows = least_rows;
    while (memory_.segments.first_rows < run.count) {
        memory_.segments.first_rows *= 2;
    }
    reserve(run.count);
}

template <class T>
status growing_table<T>::check(const frequency_set& frequencies, range run) {
    return detail::check_new_rows<T>(frequencies, run);
}

template <class T>
status growing_table<T>::try_reserve(std::int64_t rows) {
    std::int64_t done = rows_.load(std::memory_order_relaxed);
    if (rows <= done) {
        return {};
    }
    isa which = isa::scalar;
    status why = check(frequencies_, {first_, rows});
    if (why.ok()) {
        why = detail::choose_isa(which);
    }
    if (!why.ok()) {
        return why;
    }
    row_segments& s = memory_.segments;
    for (int k = 0; done < rows; ++k) {
        const std::int64_t begin = k == 0 ? 0 : s.first_rows << (k - 1), end = s.first_rows << k;
        if (done >= end) {
            continue;
        }
        if (s.parts[k].cos == nullptr) {
            why = memory_.add(k, static_cast<std::size_t>((end - begin) * pairs()) * sizeof(T));
            if (!why.ok()) {
                return why;
            }
        }
        const std::int64_t n = (std::min)(rows, end) - done, at = (done - begin) * pairs();
        row_positions positions;
        positions.run = {first_ + done, n};
        detail::fill_rows_by(way_, which, frequencies_, positions, static_cast<T*>(memory_.writable[k]) + at,
                             static_cast<T*>(memory_.writable[k]) + (end - begin) * pairs() + at, pairs());
        done += n;
    }
    rows_.store(done, std::memory_order_release);
    return {};
}

template <class T>
status growing_table<T>::memory::add(int k, std::size_t bytes) {
    writable[k] = ::operator new(2 * bytes, line, std::nothrow);
    if (writable[k] == nullptr) {
        return {detail::sentence({"no memory for ", 2 * bytes, " bytes that a table grows by"}),
                errc::no_memory};
    }
    segments.parts[k] = {writable[k], static_cast<const char*>(writable[k]) + bytes};
    return {};
}
#endif

} // namespace ROPE_ABI
} // namespace rope
