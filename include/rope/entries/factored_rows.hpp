// Rows from factors that are prepared: far x fine, products of a row at some position and of rows a few positions on.
// What a two-level table and rows on the fly have in common: only where the far row comes from differs.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/fill_rows.hpp>
#include <rope/entries/row_factors.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Blocks of pairs, each with rows of its own.
inline std::int64_t factor_blocks(std::int64_t pairs) noexcept {
    return (pairs + table_pairs - 1) / table_pairs;
}

// `fine` rows of each block: of the positions 0, 1, ..., without amplitude.
template <class T>
void make_fine_rows(const frequency_set& frequencies, const table_kernels<T>& kernels, std::int64_t fine,
                    factor_row* out) noexcept {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    for (std::int64_t begin = 0; begin < pairs; begin += table_pairs, out += fine) {
        phase at[table_pairs] = {}, one[table_pairs] = {};
        const std::int64_t n = pairs - begin < table_pairs ? pairs - begin : table_pairs;
        for (std::int64_t i = 0; i < n; ++i) {
            one[i] = phase_of(frequencies.step[static_cast<std::size_t>(begin + i)]);
        }
        make_factor_rows(kernels, at, one, n, 1.0, out, fine);
    }
}

// How many rows from `row` on (at most `most`) are one position apart on every axis.
inline std::int64_t rows_in_step(const row_positions& p, std::int64_t axes, std::int64_t row,
                                 std::int64_t most) noexcept {
    if (p.integers == nullptr) {
        return most;
    }
    const std::int64_t lists = p.axis_stride == 0 ? 1 : axes;
    for (std::int64_t a = 0; a < lists; ++a) {
        const std::int64_t* at = p.integers + a * p.axis_stride + row * p.row_stride;
        std::int64_t n = 1;
        while (n < most && at[n * p.row_stride] == at[0] + n) {
            ++n;
        }
        most = n;
    }
    return most;
}

// Whole positions, of one axis where far rows are stored; an amplitude that is_moderate. The error of an entry is that of
// fill_by_products, less the product with a middle row: below amplitude 2^-47 as well.
template <class T>
void fill_by_factors(row_entries<T>& rows, const table_kernels<T>& kernels,
                     const row_factors& factors) noexcept {
    const row_positions& positions = rows.positions;
    const double amplitude = rows.amplitude.nearest;
    const double still = static_cast<double>(widen(rows.amplitude.zero_angle_cos));
    const std::int64_t count = positions.run.count, pairs = rows.pairs(), axes = rows.frequencies.axes;
    angle_block angles = {};
    factor_row far;
    for (std::int64_t begin = 0, b = 0; begin < pairs; begin += table_pairs, ++b) {
        pair_block<T> block = {rows, begin, pairs - begin < table_pairs ? pairs - begin : table_pairs};
        phase one[table_pairs] = {};
        alignas(64) double bound[table_pairs] = {};
        for (std::int64_t i = 0; i < block.count; ++i) {
            one[i] = phase_of(rows.step(begin + i));
            bound[i] = is_zero(one[i]) ? 0 : amplitude * 0x1p-47;
        }
        const factor_row* const fine = factors.fine + b * factors.fine_rows;
        for (std::int64_t row = 0; row < count;) {
            std::int64_t k = 0;
            if (factors.far != nullptr) {
                const std::int64_t at =
                    (positions.integers != nullptr ? positions.integers[row * positions.row_stride]
                                                   : positions.run.first + row) -
                    factors.first;
                far = factors.far[b * factors.far_rows + at / factors.fine_rows];
                k = at % factors.fine_rows;
            } else {
                for (std::int64_t i = 0; i < block.count; ++i) {
                    const std::int64_t at = positions.integers != nullptr
                                                ? positions.integers[rows.place(row, begin + i)]
                                                : positions.run.first + row;
                    set_angle(angles, i, multiplied(one[i], at));
                }
                kernels.make_factors(angles, amplitude, block.count, far);
            }
            for (std::int64_t i = 0; i < block.count; ++i) {
                if (is_zero(one[i])) { // a pair that stands still: the rounded amplitude, and no doubt
                    far.cosine[i] = still;
                    far.sine[i] = 0;
                }
            }
            const std::int64_t left = count - row, room = factors.fine_rows - k;
            const std::int64_t n = rows_in_step(positions, axes, row, left < room ? left : room);
            T* const cos = rows.cos + row * rows.row_stride + begin;
            T* const sin = rows.sin + row * rows.row_stride + begin;
            const product_job job = {
                &far, fine, fine + k, bound,           amplitude, block.count,         n,
                row,  cos,  sin,      rows.row_stride, false,     &resolve_entries<T>, &block};
            kernels.product_rows(job); // fine[0] is the angle 0, a middle row that changes nothing
            row += n;
        }
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
