// table_forms: the storage forms that a table of unknown form may be of, and its rows read in one of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/exchange/formats.hpp>
#include <rope/model/pairing.hpp>
#include <rope/numbers/scalars.hpp>
#include <rope/support/linkage.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// One array or two of rows x columns elements, as they lie in memory.
struct foreign_arrays {
    const void* first = nullptr;
    const void* second = nullptr;
    dtype type = dtype::f32;
    std::int64_t rows = 0, columns = 0;
};

// The arrays as a table of `rows` positions. own: its number of pairs is the configuration's.
struct table_reading {
    table_format format = table_format::halves;
    std::int64_t rows = 0, pairs = 0;
    bool own = false;
};

// The readings that the sizes allow, those with the configuration's number of pairs and pairing first.
std::vector<table_reading> readings_of(const foreign_arrays& t, std::int64_t pairs, pairing order,
                                       const std::optional<table_format>& named);

// cos and sin beside each other, [row][cos of the pairs, sin of the pairs], of the arrays' type.
format_conflict read_rows(const foreign_arrays& t, const table_reading& as, std::vector<unsigned char>& out);

#if ROPE_DEFINITIONS
ROPE_API std::vector<table_reading> readings_of(const foreign_arrays& t, std::int64_t pairs, pairing order,
                                                const std::optional<table_format>& named) {
    std::vector<table_format> formats;
    if (named) {
        formats = {*named};
    } else if (t.second == nullptr) {
        formats = {table_format::cos_then_sin, table_format::complex_pairs, table_format::sin_then_cos,
                   table_format::duplicated_cos_then_sin, table_format::matrices};
    } else if (order == pairing::half_split) {
        formats = {table_format::halves, table_format::duplicated, table_format::interleaved_duplicates,
                   table_format::transposed};
    } else {
        formats = {table_format::halves, table_format::interleaved_duplicates, table_format::duplicated,
                   table_format::transposed};
    }
    std::vector<table_reading> out;
    for (const bool own : {true, false}) {
        for (const table_format format : formats) {
            table_reading r{format, t.rows, t.columns / row_width(format, 1), own};
            if (format == table_format::transposed) {
                r.rows = t.columns;
                r.pairs = t.rows;
            }
            const bool whole = format == table_format::transposed || t.columns % row_width(format, 1) == 0;
            if (whole && r.pairs > 0 && (r.pairs == pairs) == own) {
                out.push_back(r);
            }
        }
    }
    return out;
}

ROPE_API format_conflict read_rows(const foreign_arrays& t, const table_reading& as,
                                   std::vector<unsigned char>& out) {
    const std::size_t size = t.type == dtype::f64 ? 8 : t.type == dtype::f32 ? 4 : 2;
    out.resize(static_cast<std::size_t>(2 * as.rows * as.pairs) * size);
    unsigned char* sin = out.data() + static_cast<std::size_t>(as.pairs) * size;
    const auto read = [&](auto word) {
        return read_format<decltype(word)>({as.format}, as.rows, as.pairs, t.first, t.second, out.data(), sin,
                                           2 * as.pairs);
    };
    return size == 8 ? read(std::uint64_t{}) : size == 4 ? read(std::uint32_t{}) : read(std::uint16_t{});
}
#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
