// given_rows: rows of cos and sin that somebody else made, read where they are, without frequencies: rotate(x,
// rope::rows(cos, sin, tokens, dim / 2, pairing), "h s d").
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/storage_type.hpp>
#include <rope/table/row_source.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// Row r has the entries cos[r * row_stride + i * pair_stride] for the pairs i, and sin likewise; or, where cos_rows and
// sin_rows are set, cos_rows[r][i * pair_stride]. It stands for position first + r: with the positions 0, 1, 2, ... along `s`,
// which are the default, row r serves token r; with ids, the rows that they name; with offsets({0, n, 2 n}) rows of n tokens
// of each sequence. The pairs are those of the elements rotary_offset ... rotary_offset + 2 pairs - 1 of a head. Strides are in
// elements and may be negative; row_stride 0 is one row for all. A plain value that refers to the rows.
template <class T>
struct given_rows {
    const T* cos = nullptr;
    const T* sin = nullptr;
    std::int64_t rows = 0;
    std::int64_t pairs = 0;
    rope::pairing pairing = pairing::half_split;
    std::int64_t row_stride = 0;
    std::int64_t pair_stride = 1;
    std::int64_t first = 0;
    std::int64_t head_dim = 0; // 0: twice the pairs
    std::int64_t rotary_offset = 0;
    const void* cos_rows = nullptr; // arrays of pointers to T
    const void* sin_rows = nullptr;
};

// Rows that somebody hands in: what rotate, plan, rotate_query_key, norm_rotate and cache writes take in a table's place.
//   Computes    y0 = x0 cos - x1 sin, y1 = x0 sin + x1 cos with the entries as they are, any amplitude included
//   Shapes      cos, sin [row][pair] with these strides; 0 or more rows, head_dim 0 for twice the pairs. The fields of the result
//               that are not named here (first, head_dim, rotary_offset, pair_stride) may be set afterwards. Rows in one of the
//               field's forms: exchange/rows_in_format.hpp
//   Dtypes      float, double, half or bfloat16. Rows of the compute type (float; double for double data) whose pairs are side
//               by side are read where they are; others are converted, a few at a time, as the rotation runs
//   Lifetime    refers to the memory, which must outlive plans
//   Errors      none here. A plan refuses null pointers, sizes that do not fit, positions without a row (also fractional ones and
//               several axes: no row can be made), and an inverse of rows that are not of unit length
//   Allocates   nothing. A plan of rows that are converted allocates; rotate() of rows that are read does not
template <class T>
auto rows(const T* cos, const T* sin, std::int64_t count, std::int64_t pairs, pairing paired,
          std::int64_t row_stride, std::int64_t pair_stride = 1) noexcept {
    using stored = typename storage_type<T>::type;
    given_rows<stored> r;
    r.cos = reinterpret_cast<const stored*>(cos);
    r.sin = reinterpret_cast<const stored*>(sin);
    r.rows = count;
    r.pairs = pairs;
    r.pairing = paired;
    r.row_stride = row_stride;
    r.pair_stride = pair_stride;
    return r;
}
template <class T>
auto rows(const T* cos, const T* sin, std::int64_t count, std::int64_t pairs, pairing paired) noexcept {
    return rows(cos, sin, count, pairs, paired, pairs);
}

// The same with a pointer to each row; the lists must outlive plans too.
template <class T>
auto rows(const T* const* cos, const T* const* sin, std::int64_t count, std::int64_t pairs,
          pairing paired) noexcept {
    const T* const none = nullptr;
    auto r = rows(none, none, count, pairs, paired, 0);
    r.cos_rows = cos;
    r.sin_rows = sin;
    return r;
}
template <class T>
auto rows(T* const* cos, T* const* sin, std::int64_t count, std::int64_t pairs, pairing paired) noexcept {
    return rows(const_cast<const T* const*>(cos), const_cast<const T* const*>(sin), count, pairs, paired);
}

namespace detail {

template <class T>
struct stored_rows_of<given_rows<T>, T> {
    static constexpr bool exists = true;
    static stored_rows of(const given_rows<T>& t) noexcept { // read in place, or by the plan
        stored_rows s = {nullptr, t.cos, t.first, t.sin, t.rows, t.row_stride, -1};
        if (t.pair_stride == 1 && t.cos_rows == nullptr && t.sin_rows == nullptr) {
            s.slice = {t.head_dim, t.pairs, t.rotary_offset, t.pairing};
        }
        return s;
    }
};

} // namespace detail

template <class T>
struct row_source_of<given_rows<T>> {
    static constexpr bool exists = true;
    static row_source of(const given_rows<T>& t) noexcept {
        row_source s;
        s.cos = t.cos;
        s.first = t.first;
        s.sin = t.sin;
        s.rows = t.rows;
        s.row_stride = t.row_stride;
        s.slice = {t.head_dim, t.pairs, t.rotary_offset, t.pairing};
        s.kind = row_kind::stored;
        s.type = dtype_of<T>::value;
        s.external = true;
        s.given = true;
        s.pair_stride = t.pair_stride;
        s.cos_rows = t.cos_rows;
        s.sin_rows = t.sin_rows;
        return s;
    }
};

} // namespace ROPE_ABI
} // namespace rope
