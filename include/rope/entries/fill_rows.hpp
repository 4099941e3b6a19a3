// fill_rows: cos and sin for any positions into the caller's memory. Below it the arithmetic, above it the
// tables, the rows that a plan holds itself, and rows made on the fly.
//
// Three ways lead to the same bits, because every entry is the correctly rounded real number:
//   a run of positions    angle addition in double: far x mid x fine, products of exact rows 512, 32 and 1 apart
//   any positions         a polynomial per entry, from the exact phase
//   what neither decides  128-bit integers, and where those do not, 256-bit reals
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/row_entries.hpp>
#include <rope/kernels/isa.hpp>
#include <rope/kernels/table_kernels.hpp>
#include <rope/numbers/float_mode.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A block of up to 64 pairs of the rows that are filled.
template <class T>
struct pair_block {
    row_entries<T>& rows;
    std::int64_t first, count;
};

// What a kernel calls for the lanes that it left open.
template <class T>
ROPE_COLD void resolve_entries(void* context, std::int64_t row, std::int64_t first_pair,
                               std::uint32_t lanes) {
    auto& block = *static_cast<pair_block<T>*>(context);
    for (std::int64_t i = first_pair; lanes != 0; ++i, lanes >>= 1) {
        if ((lanes & 1) != 0) {
            block.rows.settle(row, block.first + i);
            ++block.rows.counts.redone;
        }
    }
}

inline void set_angle(angle_block& angles, std::int64_t i, const phase& at) noexcept {
    const reduced_angle angle = reduced(at);
    const std::uint64_t quarter = angle.quarter;
    angles.rest[i] = angle.rest;
    angles.swap[i] = 0 - (quarter & 1);
    angles.cosine_sign[i] = ((quarter + 1) & 2) << 62;
    angles.sine_sign[i] = (quarter & 2) << 62;
}

// Rows at any positions.
template <class T>
void fill_by_angles(pair_block<T>& block, const table_kernels<T>& kernels) noexcept {
    row_entries<T>& rows = block.rows;
    const row_positions& positions = rows.positions;
    phase one[table_pairs] = {};
    std::int64_t offset[table_pairs] = {}; // of the pair's axis in the list
    for (std::int64_t i = 0; i < block.count; ++i) {
        one[i] = phase_of(rows.step(block.first + i));
        offset[i] = rows.axis(block.first + i) * positions.axis_stride;
    }
    angle_block angles = {};
    angle_job job = {&angles, rows.amplitude.nearest, block.count, 0, nullptr,
                     nullptr, &resolve_entries<T>,    &block};
    for (std::int64_t row = 0; row < positions.run.count; ++row) {
        const std::int64_t place = row * positions.row_stride;
        if (positions.reals != nullptr) {
            for (std::int64_t i = 0; i < block.count; ++i) {
                const double p = positions.reals[offset[i] + place];
                set_angle(angles, i,
                          is_whole(p) ? multiplied(one[i], static_cast<std::int64_t>(p))
                                      : phase_at(rows.step(block.first + i), p));
            }
        } else if (positions.integers != nullptr) {
            for (std::int64_t i = 0; i < block.count; ++i) {
                set_angle(angles, i, multiplied(one[i], positions.integers[offset[i] + place]));
            }
        } else {
            for (std::int64_t i = 0; i < block.count; ++i) {
                set_angle(angles, i, multiplied(one[i], positions.run.first + row));
            }
        }
        job.row = row;
        job.cos = rows.cos + row * rows.row_stride + block.first;
        job.sin = rows.sin + row * rows.row_stride + block.first;
        kernels.angle_row(job);
    }
}

// `n` rows of factors, from the phases `at` on, in steps.
template <class T>
void make_factor_rows(const table_kernels<T>& kernels, phase* at, const phase* step, std::int64_t pairs,
                      double amplitude, factor_row* out, std::int64_t n) noexcept {
    angle_block angles = {};
    for (std::int64_t k = 0; k < n; ++k) {
        for (std::int64_t i = 0; i < pairs; ++i) {
            set_angle(angles, i, at[i]);
            advance(at[i], step[i]);
        }
        kernels.make_factors(angles, amplitude, pairs, out[k]);
    }
}

constexpr std::int64_t fine_rows = 32, mid_rows = 16; // a far row serves fine_rows * mid_rows of the table

// Rows of a run. The error of an entry, in units of u = 2^-53 times the amplitude: the factors are right to
// 9u (far) and 7u (mid and fine, table.inc); |c| + |s| <= sqrt 2, so the product of far and mid is within
// sqrt 2 (9 + 7) + 2 = 25u, that with fine within sqrt 2 (25 + 7) + 3 = 49u, bound and all: less than 2^-47.
template <class T>
void fill_by_products(pair_block<T>& block, const table_kernels<T>& kernels, bool non_temporal) noexcept {
    row_entries<T>& rows = block.rows;
    const range run = rows.positions.run;
    const std::int64_t n = block.count;
    const double amplitude = rows.amplitude.nearest;
    factor_row far, mid[mid_rows], fine[fine_rows];
    phase at[table_pairs] = {}, one[table_pairs] = {}, step[table_pairs] = {};
    alignas(64) double bound[table_pairs] = {};
    for (std::int64_t i = 0; i < n; ++i) {
        one[i] = phase_of(rows.step(block.first + i));
        bound[i] = is_zero(one[i]) ? 0 : amplitude * 0x1p-47;
    }
    make_factor_rows(kernels, at, one, n, 1.0, fine, fine_rows);
    for (std::int64_t i = 0; i < n; ++i) {
        at[i] = {{0, 0, 0}};
        step[i] = multiplied(one[i], std::uint64_t{fine_rows});
    }
    const std::int64_t mids = (run.count + fine_rows - 1) / fine_rows;
    make_factor_rows(kernels, at, step, n, 1.0, mid, mids < mid_rows ? mids : mid_rows);
    for (std::int64_t i = 0; i < n; ++i) {
        at[i] = phase_at(rows.step(block.first + i), run.first);
        step[i] = multiplied(one[i], std::uint64_t{fine_rows * mid_rows});
    }
    const double still = static_cast<double>(widen(rows.amplitude.zero_angle_cos));
    product_job job = {&far,
                       nullptr,
                       fine,
                       bound,
                       amplitude,
                       n,
                       0,
                       0,
                       nullptr,
                       nullptr,
                       rows.row_stride,
                       non_temporal,
                       &resolve_entries<T>,
                       &block};
    for (std::int64_t row = 0; row < run.count; row += job.rows) {
        const std::int64_t part = row / fine_rows % mid_rows;
        if (part == 0) {
            make_factor_rows(kernels, at, step, n, amplitude, &far, 1);
            for (std::int64_t i = 0; i < n; ++i) {
                if (is_zero(one[i])) { // a pair that stands still: the rounded amplitude, and no doubt
                    far.cosine[i] = still;
                    far.sine[i] = 0;
                }
            }
        }
        job.mid = &mid[part];
        job.rows = run.count - row < fine_rows ? run.count - row : fine_rows;
        job.first_row = row;
        job.cos = rows.cos + row * rows.row_stride + block.first;
        job.sin = rows.sin + row * rows.row_stride + block.first;
        kernels.product_rows(job);
    }
}

// Rows of a run in integers: points of the circle 64 rows apart, turned by 1 to 63 steps.
template <class T>
void fill_by_points(row_entries<T>& rows) noexcept {
    constexpr std::int64_t near_rows = 64;
    const range run = rows.positions.run;
    unit_complex near[near_rows];
    for (std::int64_t i = 0; i < rows.pairs(); ++i) {
        const phase one = phase_of(rows.step(i)), far_step = multiplied(one, std::uint64_t{near_rows});
        phase at = {{0, 0, 0}};
        for (unit_complex& point : near) {
            point = unit_complex_at(at);
            advance(at, one);
        }
        at = phase_at(rows.step(i), run.first);
        for (std::int64_t first = 0; first < run.count; first += near_rows, advance(at, far_step)) {
            const unit_complex far = unit_complex_at(at);
            const std::int64_t n = run.count - first < near_rows ? run.count - first : near_rows;
            for (std::int64_t k = 0; k < n; ++k) {
                const std::int64_t place = (first + k) * rows.row_stride + i;
                if (is_zero(one) ||
                    !entry_128(far * near[k], rows.amplitude.fixed, rows.cos[place], rows.sin[place])) {
                    rows.settle(first + k, i);
                }
            }
        }
    }
}

// Whether whole rows can be stored past the caches: all of them at multiples of 64 bytes.
template <class T>
bool rows_are_lines(const T* p, std::int64_t row_stride, std::int64_t pairs) noexcept {
    constexpr std::int64_t line = 64 / static_cast<std::int64_t>(sizeof(T));
    return reinterpret_cast<std::uintptr_t>(p) % 64 == 0 && row_stride % line == 0 && pairs % line == 0;
}

constexpr std::int64_t streamed_table_bytes = std::int64_t{1} << 24;

// cos[row * row_stride + i] = m cos(2 pi step[i] position), sin[...] alike, for every row of `positions` and
// every pair i, which reads the position axis axis_of_pair[i]; m is the amplitude of the frequencies, or its
// reciprocal. T: float, half, bfloat16, double; correctly rounded. Positions and frequencies are taken as
// checked; nothing is allocated and nothing fails. The answer says how many pairs of entries took the longer
// ways.
// Stores past the caches are fenced before it returns.
template <class T>
fill_counts fill_rows(const table_kernels<T>& kernels, const frequency_set& frequencies,
                      const row_positions& positions, T* cos, T* sin, std::int64_t row_stride,
                      bool reciprocal_amplitude = false) noexcept {
    const default_float_mode mode;
    const entry_amplitude<T> amplitude(frequencies, reciprocal_amplitude);
    row_entries<T> rows = {frequencies, positions, cos, sin, row_stride, amplitude};
    const std::int64_t count = rows.pairs() == 0 ? 0 : positions.run.count;
    if constexpr (!std::is_same_v<T, double>) {
        if (amplitude.is_moderate) {
            const bool run =
                positions.integers == nullptr && positions.reals == nullptr && count > 2 * fine_rows;
            const bool lines = rows_are_lines(cos, row_stride, rows.pairs()) &&
                               rows_are_lines(sin, row_stride, rows.pairs());
            const bool past =
                lines && count * rows.pairs() > streamed_table_bytes / static_cast<std::int64_t>(sizeof(T));
            for (std::int64_t first = 0; first < rows.pairs(); first += table_pairs) {
                const std::int64_t left = rows.pairs() - first;
                pair_block<T> block = {rows, first, left < table_pairs ? left : table_pairs};
                if (run) {
                    fill_by_products(block, kernels, past);
                } else {
                    fill_by_angles(block, kernels);
                }
            }
            if (run && past) {
                kernels.store_fence(); // a release store does not order them
            }
            return rows.counts;
        }
    }
    if constexpr (std::is_same_v<T, double>) {
        const bool listed = positions.integers != nullptr || positions.reals != nullptr;
        if (!listed && count > 128 && !amplitude.exact.is_zero()) {
            fill_by_points(rows);
            return rows.counts;
        }
    }
    for (std::int64_t row = 0; row < count; ++row) {
        for (std::int64_t i = 0; i < rows.pairs(); ++i) {
            rows.settle(row, i);
        }
    }
    return rows.counts;
}

// With the kernels of one instruction set.
template <class T>
fill_counts fill_rows(isa which, const frequency_set& frequencies, const row_positions& positions, T* cos,
                      T* sin, std::int64_t row_stride, bool reciprocal_amplitude = false) noexcept {
    return fill_rows(table_kernels_for<T>(which), frequencies, positions, cos, sin, row_stride,
                     reciprocal_amplitude);
}

// With the active instruction set; where none is chosen, as scalar.
template <class T>
fill_counts fill_rows(const frequency_set& frequencies, const row_positions& positions, T* cos, T* sin,
                      std::int64_t row_stride, bool reciprocal_amplitude = false) noexcept {
    isa which = isa::scalar;
    if (!choose_isa(which).ok()) {
        which = isa::scalar;
    }
    return fill_rows(which, frequencies, positions, cos, sin, row_stride, reciprocal_amplitude);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
