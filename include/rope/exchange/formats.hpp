// formats: a table in the storage forms of the field, written and read. One map, from the place of an element to the
// cos or sin it holds, serves both directions.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/half.hpp>
#include <rope/numbers/storage_format.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/support/error.hpp>
#include <rope/table/check_table.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// h pairs; one array, or two, the first of cos and the second of sin. What a row holds:
enum class table_format : std::uint8_t {
    halves,                  // two arrays: h values (ONNX, ONNX Runtime, flash-attention)
    duplicated,              // two arrays: the h values twice (transformers)
    interleaved_duplicates,  // two arrays: each value twice (GPT-J style code)
    cos_then_sin,            // one array: h cos, h sin (vLLM, FlashInfer, XNNPACK)
    sin_then_cos,            // one array: h sin, h cos
    duplicated_cos_then_sin, // one array: cos, cos, sin, sin (NPU look-up tables)
    complex_pairs,           // one array: cos, sin of each pair (freqs_cis, torchtune)
    matrices,                // one array: cos, -sin, sin, cos of each pair (stable-diffusion.cpp)
    transposed               // two arrays: [pair][row] instead of [row][pair] (KataGo)
};

// A format, and rows of zeros before and after the table's own (none when transposed).
struct table_layout {
    table_format format = table_format::halves;
    std::int64_t padding_before = 0;
    std::int64_t padding_after = 0;
};

// The format as a program spells it: "halves", "cos_then_sin".
inline const char* name_of(table_format format) noexcept {
    constexpr const char* names[] = {"halves",        "duplicated",   "interleaved_duplicates",
                                     "cos_then_sin",  "sin_then_cos", "duplicated_cos_then_sin",
                                     "complex_pairs", "matrices",     "transposed"};
    return names[static_cast<std::size_t>(format)];
}

inline int array_count(table_format format) noexcept {
    return format == table_format::halves || format == table_format::duplicated ||
                   format == table_format::interleaved_duplicates || format == table_format::transposed
               ? 2
               : 1;
}

// Elements of a row of one array.
inline std::int64_t row_width(table_format format, std::int64_t pairs) noexcept {
    switch (format) {
    case table_format::halves:
    case table_format::transposed:
        return pairs;
    case table_format::duplicated_cos_then_sin:
    case table_format::matrices:
        return 4 * pairs;
    default:
        return 2 * pairs;
    }
}

namespace detail {

// What element j of a row of array a holds.
struct format_element {
    bool sine;
    bool negative;
    std::int64_t pair;
};

inline format_element element_at(table_format format, int array, std::int64_t j,
                                 std::int64_t pairs) noexcept {
    switch (format) {
    case table_format::halves:
    case table_format::transposed:
        return {array == 1, false, j};
    case table_format::duplicated:
        return {array == 1, false, j % pairs};
    case table_format::interleaved_duplicates:
        return {array == 1, false, j / 2};
    case table_format::cos_then_sin:
        return {j >= pairs, false, j % pairs};
    case table_format::sin_then_cos:
        return {j < pairs, false, j % pairs};
    case table_format::duplicated_cos_then_sin:
        return {j >= 2 * pairs, false, j % pairs};
    case table_format::complex_pairs:
        return {j % 2 == 1, false, j / 2};
    case table_format::matrices:
        return {j % 4 == 1 || j % 4 == 2, j % 4 == 1, j / 4};
    }
    return {false, false, 0};
}

// x * 2^15 to the nearest integer, ties to even, within int16.
inline std::int16_t to_q15(double x) noexcept {
    const double scaled = x * 0x1p15;
    if (!(scaled < 32767.0)) {
        return 32767;
    }
    if (scaled <= -32768.0) {
        return -32768;
    }
    const auto whole = static_cast<std::int32_t>(scaled); // towards 0
    const double rest = scaled - whole;                   // exact, of the sign of x
    const double size = rest < 0 ? -rest : rest;
    const bool away = size > 0.5 || (size == 0.5 && (whole & 1) != 0);
    return static_cast<std::int16_t>(away ? whole + (x < 0 ? -1 : 1) : whole);
}

template <class U, class T>
U stored(T x) noexcept {
    if constexpr (std::is_same_v<U, T>) {
        return x;
    } else {
        static_assert(std::is_same_v<U, std::int16_t> && std::is_same_v<T, double>,
                      "rope: a table is written in its own type, or as int16 Q15 from doubles");
        return to_q15(x);
    }
}

// The layout of a table of rows x pairs, and that the bytes of an array in it can be counted.
inline status check_layout(const table_layout& layout, std::int64_t rows, std::int64_t pairs,
                           std::size_t element) {
    if (layout.format > table_format::transposed) {
        return {"table format number " + std::to_string(static_cast<int>(layout.format)) +
                ": expected one of the nine, 0 to 8"};
    }
    if (layout.padding_before < 0 || layout.padding_after < 0) {
        return {"a table's padding of " + std::to_string(layout.padding_before) + " and " +
                std::to_string(layout.padding_after) + " rows cannot be; expected 0 or more"};
    }
    if (layout.format == table_format::transposed && layout.padding_before + layout.padding_after != 0) {
        return {"a transposed table has no rows to pad; expected padding 0"};
    }
    const std::int64_t width = row_width(layout.format, pairs);
    for (const std::int64_t part : {layout.padding_before, rows, layout.padding_after}) {
        if (status s = check_table_size(part, width, element); !s.ok()) {
            return s;
        }
    }
    return check_table_size(layout.padding_before + rows + layout.padding_after, width, element);
}

inline status check_arrays(table_format format, const void* first, const void* second) {
    const int arrays = array_count(format);
    if (first == nullptr || (arrays == 2) != (second != nullptr)) {
        return {"this table format has " + std::to_string(arrays) + " array(s); expected as many pointers",
                errc::no_memory};
    }
    return {};
}

// Two places of a table that stand for one value and do not have the same bits.
struct format_conflict {
    bool found = false;
    bool sine = false;
    std::int64_t row = 0, element = 0, pair = 0;
};

// Reads rows in a form: cos and sin as words of the same bits, with `step` words from one row to the next. The layout and
// the arrays are checked before.
template <class Word>
format_conflict read_format(const table_layout& layout, std::int64_t rows, std::int64_t pairs,
                            const void* first, const void* second, void* cos, void* sin, std::int64_t step) {
    constexpr Word sign = static_cast<Word>(Word{1} << (8 * sizeof(Word) - 1));
    const int arrays = array_count(layout.format);
    const std::int64_t width = row_width(layout.format, pairs);
    std::vector<bool> seen(static_cast<std::size_t>(2 * pairs));
    for (std::int64_t row = 0; row < rows; ++row) {
        seen.assign(seen.size(), false);
        for (int a = 0; a < arrays; ++a) {
            const auto* in = static_cast<const unsigned char*>(a == 0 ? first : second);
            for (std::int64_t j = 0; j < width; ++j) {
                const format_element e = element_at(layout.format, a, j, pairs);
                const std::int64_t at = layout.format == table_format::transposed
                                            ? j * rows + row
                                            : (layout.padding_before + row) * width + j;
                Word x;
                std::memcpy(&x, in + static_cast<std::size_t>(at) * sizeof(Word), sizeof(Word));
                x = e.negative ? static_cast<Word>(x ^ sign) : x;
                unsigned char* place = static_cast<unsigned char*>(e.sine ? sin : cos) +
                                       static_cast<std::size_t>(row * step + e.pair) * sizeof(Word);
                const auto which = static_cast<std::size_t>(2 * e.pair + (e.sine ? 1 : 0));
                if (seen[which] && std::memcmp(place, &x, sizeof(Word)) != 0) {
                    return {true, e.sine, row, j, e.pair};
                }
                seen[which] = true;
                std::memcpy(place, &x, sizeof(Word));
            }
        }
    }
    return {};
}

} // namespace detail

// Elements that each array of an exported table takes: (padding_before + rows + padding_after) x the width of a row. Throws
// rope::error for a layout that cannot be, and for rows and pairs whose bytes do not fit in memory.
inline result<std::int64_t> try_exported_elements(const table_layout& layout, std::int64_t rows,
                                                  std::int64_t pairs) {
    result<std::int64_t> out;
    if (pairs < 0 || pairs > (std::int64_t{1} << 32)) {
        out.why = {"a table of " + std::to_string(pairs) + " pairs: expected 0 to 2^32"};
    } else {
        out.why = detail::check_layout(layout, rows, pairs, sizeof(double));
    }
    if (out.ok()) {
        out.value = (layout.padding_before + rows + layout.padding_after) * row_width(layout.format, pairs);
    }
    return out;
}

inline std::int64_t exported_elements(const table_layout& layout, std::int64_t rows, std::int64_t pairs) {
    return detail::value_or_throw(try_exported_elements(layout, rows, pairs));
}

// Writes a table in another form; `second` where the format has two arrays. U is T, or std::int16_t (Q15: times 2^15,
// saturated) for a table of doubles. Refuses, before it writes, a layout or pointers that cannot be, and a table whose
// vectors have other sizes than its rows and pairs. The first returns why, the second throws rope::error.
template <class T, class U>
status try_export_table(const table<T>& t, const table_layout& layout, U* first, U* second = nullptr) {
    const auto pairs = static_cast<std::int64_t>(t.frequencies.step.size());
    if (status s = detail::check_table(t); !s.ok()) {
        return s;
    }
    if (status s = detail::check_layout(layout, t.rows, pairs, sizeof(U)); !s.ok()) {
        return s;
    }
    if (status s = detail::check_arrays(layout.format, first, second); !s.ok()) {
        return s;
    }
    const int arrays = array_count(layout.format);
    const std::int64_t width = row_width(layout.format, pairs);
    for (int a = 0; a < arrays; ++a) {
        U* out = a == 0 ? first : second;
        const auto bytes = static_cast<std::size_t>(width) * sizeof(U);
        std::memset(static_cast<void*>(out), 0, static_cast<std::size_t>(layout.padding_before) * bytes);
        out += layout.padding_before * width;
        for (std::int64_t row = 0; row < t.rows; ++row) {
            for (std::int64_t j = 0; j < width; ++j) {
                const detail::format_element e = detail::element_at(layout.format, a, j, pairs);
                const T x = (e.sine ? t.sin : t.cos)[static_cast<std::size_t>(row * pairs + e.pair)];
                const std::int64_t at =
                    layout.format == table_format::transposed ? j * t.rows + row : row * width + j;
                out[at] = detail::stored<U>(e.negative ? detail::flipped(x) : x);
            }
        }
        std::memset(static_cast<void*>(out + t.rows * width), 0,
                    static_cast<std::size_t>(layout.padding_after) * bytes);
    }
    return {};
}

template <class T, class U>
void export_table(const table<T>& t, const table_layout& layout, U* first, U* second = nullptr) {
    detail::require(try_export_table(t, layout, first, second));
}

// Reads `rows` rows of an external table, from position `first_position` on, that claims to be of these frequencies
// (accuracy_of and verify say whether it is). Padding is skipped. Elements that stand for the same value must have the same
// bits: a full-width table whose halves differ is no rotation. The result owns its memory. The first returns why there is
// none, the second throws rope::error.
template <class T>
result<table<T>> try_import_table(const frequency_set& frequencies, const table_layout& layout,
                                  std::int64_t first_position, std::int64_t rows, const T* first,
                                  const T* second = nullptr) {
    using word = typename detail::storage_format<T>::word;
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    result<table<T>> out;
    out.why = detail::check_pairs(frequencies);
    if (out.ok()) {
        out.why = detail::check_run({first_position, rows});
    }
    if (out.ok()) {
        out.why = detail::check_layout(layout, rows, pairs, sizeof(T));
    }
    if (out.ok()) {
        out.why = detail::check_arrays(layout.format, first, second);
    }
    table<T>& t = out.value;
    if (out.ok()) {
        out.why = detail::try_allocate_table(t, rows, pairs);
    }
    if (!out.ok()) {
        return out;
    }
    t.frequencies = frequencies;
    t.first = first_position;
    t.external = true;
    const detail::format_conflict conflict =
        detail::read_format<word>(layout, rows, pairs, first, second, t.cos.data(), t.sin.data(), pairs);
    if (conflict.found) {
        out.why = {"row " + std::to_string(conflict.row) + ", element " + std::to_string(conflict.element) +
                   " of the imported table differs from the other " + (conflict.sine ? "sin" : "cos") +
                   " of pair " + std::to_string(conflict.pair) + "; expected the same bits"};
        t = {};
        return out;
    }
    return out;
}

template <class T>
table<T> import_table(const frequency_set& frequencies, const table_layout& layout,
                      std::int64_t first_position, std::int64_t rows, const T* first,
                      const T* second = nullptr) {
    return detail::value_or_throw(try_import_table(frequencies, layout, first_position, rows, first, second));
}

} // namespace ROPE_ABI
} // namespace rope
