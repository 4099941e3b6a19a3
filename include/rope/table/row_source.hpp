// row_source: where the rows of a rotation come from. One description of every kind of table and of rows that are in no
// table; rotate/plan takes whatever has one. An adaptor specialises row_source_of, as the tables do.
//
// Which to take; all give the same bits. The figures are bench's rows/: the time of a rotation of 2048 tokens, 32 heads of
// 128 floats, in units of the same with a table (AVX-512, AVX2).
//
//   table            the fastest; 0.5 KiB a position for 64 pairs of float. When positions have an end      1      1
//   table_view       the same in memory of your own, filled by fill_cos_sin_table                           1      1
//   growing_table    a table when nobody knows the end, or others read it while it grows                   1.00   1.00
//   given_rows       rows that somebody else made, wherever they lie: table/given_rows.hpp                 1      1
//   frequencies      on the fly: no memory, any position, also fractional ones and several axes            1.06   1.13
//   two_level_table  millions of positions in a few MiB, as ready-made factors                             1.14   1.17
//
// With one head instead of 32, where rows are most of the work, on the fly takes 2.8 and 3.5 tables' time, two levels 2.0
// and 2.3. A plan for few tokens (32 of 64 pairs) makes the rows itself, once for all layers: that of one token takes 0.8
// microseconds longer than with a table, from two levels 0.6. Double rows are calculated in integers, 13 microseconds for
// 64 pairs: take a table.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/row_factors.hpp>
#include <rope/model/rotated_slice.hpp>
#include <rope/table/table.hpp>

#include <cstddef>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// The memory of a growing table: part 0 has the rows [0, first_rows), part k the rows [first_rows 2^(k-1),
// first_rows 2^k), [row][pair] each. A part never moves; those that there are rows in are never written again.
struct row_segments {
    struct part {
        const void* cos;
        const void* sin;
    };
    std::int64_t first_rows = 0;
    part parts[64] = {};
};

// stored     in memory: row_stride elements apart at cos and sin, or in `segments` where that is set
// two_levels products of `factors`
// frequencies nothing but what rows are calculated from: every position has one
enum class row_kind : std::uint8_t { stored, two_levels, frequencies };

// A run of rows in memory. Refers to everything that it names. cos and sin are apart, so that compilers do not load both with
// one instruction soon after they were stored with two, which stalls the processor.
struct stored_rows {
    const frequency_set* frequencies = nullptr;
    const void* cos = nullptr;
    std::int64_t first = 0; // positions that there are rows for
    const void* sin = nullptr;
    std::int64_t rows = 0;
    std::int64_t row_stride = 0;      // in elements
    std::int64_t entries = -1;        // elements at cos and at sin; -1: not known
    detail::rotated_slice slice = {}; // where there are no frequencies
};

// Where rows come from. Kind frequencies: `first` and `rows` say nothing, every position has a row.
struct row_source : stored_rows {
    row_kind kind = row_kind::frequencies;
    dtype type = dtype::f32; // of stored rows
    rope::numerics numerics = rope::numerics::exact;
    bool external = false;
    bool given = false;             // without frequencies, by given_rows.hpp; external too
    std::int64_t pair_stride = 1;   // in elements, of given rows
    const void* cos_rows = nullptr; // of given rows: an array of pointers to the rows, instead of cos and sin
    const void* sin_rows = nullptr;
    const row_segments* segments = nullptr;
    row_factors factors = {};
    std::int64_t listed_axes = 0; // of a table of listed positions, [listed_axes][rows]
    std::int64_t listed = 0;      // positions in the list
    const std::int64_t* integers = nullptr;
    const double* reals = nullptr;
};

namespace detail {

// What the rows rotate.
inline rotated_slice slice_of(const stored_rows& s) noexcept {
    return s.frequencies != nullptr ? rotated_slice(*s.frequencies) : s.slice;
}

// Whether rows have what a plan reads: frequencies, or a slice in their place.
inline bool has_slice(const row_source& s) noexcept {
    return s.frequencies != nullptr || s.given;
}

// What multiplies cos and sin, where a field says it.
inline double factor_of(const row_source& s) noexcept {
    return s.frequencies != nullptr ? s.frequencies->attention_factor : 1;
}

// Whether the rows are in memory with their pairs side by side, so that kernels can read them.
inline bool has_dense_rows(const row_source& s) noexcept {
    return s.pair_stride == 1 && s.cos_rows == nullptr && s.sin_rows == nullptr;
}

// Which part a row is in, and where that part begins and ends.
struct segment_place {
    int part;
    std::int64_t begin, end;
};
inline segment_place segment_of(const row_segments& s, std::int64_t row) noexcept {
    segment_place at = {0, 0, s.first_rows};
    while (row >= at.end) {
        ++at.part;
        at.begin = at.end;
        at.end *= 2;
    }
    return at;
}

} // namespace detail

// What can be asked for rows. An adaptor specialises it with exists = true and static row_source of(const Rows&).
template <class Rows>
struct row_source_of {
    static constexpr bool exists = false;
};

namespace detail {

// The rows of a table whose entries are of type T, where they are all that it has to say: what one call with one token
// reads (rotate/one_token.hpp). exists is false for rows of other kinds.
template <class Rows, class T>
struct stored_rows_of {
    static constexpr bool exists = false;
};
template <class T>
struct stored_rows_of<table_view<T>, T> {
    static constexpr bool exists = true;
    static stored_rows of(const table_view<T>& t) noexcept {
        return {t.frequencies, t.cos, t.first, t.sin, t.rows, t.row_stride, -1};
    }
};
template <class T>
struct stored_rows_of<table<T>, T> {
    static constexpr bool exists = true;
    static stored_rows of(const table<T>& t) noexcept { // of listed positions: without frequencies
        const std::size_t entries = t.cos.size() < t.sin.size() ? t.cos.size() : t.sin.size();
        return {t.listed_axes == 0 ? &t.frequencies : nullptr,
                t.cos.data(),
                t.first,
                t.sin.data(),
                t.rows,
                static_cast<std::int64_t>(t.frequencies.step.size()),
                static_cast<std::int64_t>(entries)};
    }
};

} // namespace detail

template <class T>
struct row_source_of<table_view<T>> {
    static constexpr bool exists = true;
    static row_source of(const table_view<T>& t) noexcept {
        row_source s;
        static_cast<stored_rows&>(s) = detail::stored_rows_of<table_view<T>, T>::of(t);
        s.kind = row_kind::stored;
        s.type = dtype_of<T>::value;
        s.numerics = t.numerics;
        s.external = t.external;
        return s;
    }
};

template <class T>
struct row_source_of<table<T>> {
    static constexpr bool exists = true;
    static row_source of(const table<T>& t) noexcept {
        row_source s;
        static_cast<stored_rows&>(s) = detail::stored_rows_of<table<T>, T>::of(t);
        s.frequencies = &t.frequencies;
        s.kind = row_kind::stored;
        s.type = dtype_of<T>::value;
        s.numerics = t.numerics;
        s.external = t.external;
        s.listed_axes = t.listed_axes;
        s.listed = static_cast<std::int64_t>(t.integers.empty() ? t.reals.size() : t.integers.size());
        s.integers = t.integers.empty() ? nullptr : t.integers.data();
        s.reals = t.reals.empty() ? nullptr : t.reals.data();
        return s;
    }
};

// Rows on the fly: of any position, in no table.
template <>
struct row_source_of<frequency_set> {
    static constexpr bool exists = true;
    static row_source of(const frequency_set& f) noexcept {
        row_source s;
        s.frequencies = &f;
        return s;
    }
};

} // namespace ROPE_ABI
} // namespace rope
