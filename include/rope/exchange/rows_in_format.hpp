// rows_in_format: rows that somebody hands in, in one of the field's storage forms, read where they are.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/exchange/formats.hpp>
#include <rope/table/given_rows.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// Rows in one of the field's forms (formats.hpp), as rows() of table/given_rows.hpp makes them of two arrays: nothing is copied.
//   Shapes      `count` rows of `pairs` pairs, without the layout's padding, which is skipped. `second` where the form has two
//               arrays. Rows of any of the forms without padding may be further apart: set row_stride of the result
//   Dtypes      float, double, half or bfloat16. halves, duplicated, cos_then_sin, sin_then_cos and duplicated_cos_then_sin have
//               pairs side by side: fastest
//   Lifetime    refers to the memory
//   Errors      of elements that stand for the same value the first is read; import_table compares them. try_rows returns why a
//               layout or its pointers cannot be, rows throws it as rope::error
template <class T>
result<given_rows<T>> try_rows(const table_layout& layout, const T* first, const T* second,
                               std::int64_t count, std::int64_t pairs, pairing paired) {
    result<given_rows<T>> made;
    if (pairs < 0 || pairs > (std::int64_t{1} << 32)) {
        made.why = {detail::sentence({"rows of ", pairs, " pairs: expected 0 to 2^32"}), errc::table};
        return made;
    }
    made.why = detail::check_layout(layout, count, pairs, sizeof(T));
    if (!made.ok()) {
        made.why.code = errc::table;
        return made;
    }
    made.why = detail::check_arrays(layout.format, first, second);
    if (!made.ok()) {
        return made;
    }
    const bool transposed = layout.format == table_format::transposed;
    const std::int64_t width = row_width(layout.format, pairs), skipped = layout.padding_before * width;
    const T* const cos = first + skipped;
    const T* const sin = second != nullptr ? second + skipped : cos;
    given_rows<T>& r = made.value;
    r = rows(cos, sin, count, pairs, paired, transposed ? 1 : width, transposed ? count : 1);
    switch (layout.format) {
    case table_format::halves:
    case table_format::duplicated:
    case table_format::transposed:
        break;
    case table_format::interleaved_duplicates:
        r.pair_stride = 2;
        break;
    case table_format::cos_then_sin:
        r.sin += pairs;
        break;
    case table_format::sin_then_cos:
        r.cos += pairs;
        break;
    case table_format::duplicated_cos_then_sin:
        r.sin += 2 * pairs;
        break;
    case table_format::complex_pairs:
        r.sin += 1;
        r.pair_stride = 2;
        break;
    case table_format::matrices:
        r.sin += 2;
        r.pair_stride = 4;
        break;
    }
    return made;
}
template <class T>
given_rows<T> rows(const table_layout& layout, const T* first, const T* second, std::int64_t count,
                   std::int64_t pairs, pairing paired) {
    return detail::value_or_throw(try_rows(layout, first, second, count, pairs, paired));
}

} // namespace ROPE_ABI
} // namespace rope
