// The functions that provide rows while a plan runs: rows computed from frequencies or from the factors of a two-level
// table, rows of a growing table whose segments meet, half or bfloat16 rows converted to float, and rows that were handed in.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/row_positions.hpp>
#include <rope/numbers/scalars.hpp>
#include <rope/rotate/row_binding.hpp>
#include <rope/support/linkage.hpp>
#include <rope/table/row_source.hpp>

#include <cstdint>
#include <memory>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/entries/factored_rows.hpp>
#include <rope/entries/float_numerics.hpp>
#include <rope/numbers/half.hpp>

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Positions of the tokens by their number: a list, [axis][token], or `first` and what follows.
struct numbered_positions {
    std::int64_t first = 0;
    std::vector<std::int64_t> integers = {};
    std::vector<double> reals = {};
    std::int64_t axis_stride = 0; // 0: one position for all axes

    bool listed() const noexcept { return !integers.empty() || !reals.empty(); }

    // Of `count` tokens from `number` on, in steps. Without a list: in steps of one.
    row_positions of(std::int64_t number, std::int64_t step, std::int64_t count) const noexcept {
        row_positions p;
        p.run = {first + number, count};
        p.integers = integers.empty() ? nullptr : integers.data() + number;
        p.reals = reals.empty() ? nullptr : reals.data() + number;
        p.axis_stride = axis_stride;
        p.row_stride = step;
        return p;
    }
};

// What binding does with rows of one compute type, float or double.
struct row_functions {
    dtype compute;
    std::int64_t buffered; // entries of cos that the buffer takes, at most

    // The rows of `positions`, [row][pair] in the compute type, by the numerics and factors of the source.
    void (*fill)(const row_source& source, isa which, const row_positions& positions, void* cos, void* sin,
                 bool reciprocal);
    // State for `compute_rows`, for exact numerics.
    std::shared_ptr<const void> (*make_state)(const row_source& source, numbered_positions positions,
                                              isa which, bool reciprocal);
    row_function compute_rows;
    row_function find_rows;    // state: segment_rows
    row_function convert_rows; // state: narrow_rows
    // Listed rows of a table of any type in the compute type.
    void (*convert)(const row_source& source, const std::int64_t* rows, std::int64_t count, void* cos,
                    void* sin);
};

template <class Compute>
const row_functions& row_functions_of() noexcept;

// State: the rows of a growing table.
struct segment_rows {
    const row_segments* segments;
    std::int64_t pairs;
    std::int64_t first;               // without a list: the row of token 0
    std::vector<std::int64_t> listed; // or the row of each token
};

// State: rows of half or bfloat16.
struct narrow_rows {
    row_source source;
    std::int64_t first;
    std::vector<std::int64_t> listed;
};

// Rows begin at cache lines, as the buffer does.
constexpr std::int64_t buffered_stride(std::int64_t pairs, std::int64_t size) noexcept {
    const std::int64_t line = 64 / size;
    return (pairs + line - 1) / line * line;
}

#if ROPE_DEFINITIONS

// State: rows computed from frequencies. A block of tokens costs, for each run of successive positions, one row from the
// exact phase, and for each token a product; fractional positions and double data, each entry by itself.
template <class Compute>
struct computed_rows {
    const frequency_set* frequencies;
    numbered_positions positions;
    isa which;
    bool reciprocal;
    entry_amplitude<Compute> amplitude;
    row_factors factors = {};
    std::vector<factor_row> fine = {}; // of `factors`, where it is not a two-level table's

    static constexpr std::int64_t fine_rows = 32;

    computed_rows(const row_source& source, numbered_positions p, isa w, bool inverse)
        : frequencies(source.frequencies), positions(std::move(p)), which(w), reciprocal(inverse),
          amplitude(*source.frequencies, inverse) {
        if constexpr (std::is_same_v<Compute, float>) {
            if (!positions.reals.empty() || !amplitude.is_moderate) {
                return;
            }
            if (source.kind == row_kind::two_levels) {
                factors = source.factors;
                if (positions.axis_stride != 0 || inverse) {
                    factors.far = nullptr;
                }
                return;
            }
            const auto pairs = static_cast<std::int64_t>(frequencies->step.size());
            fine.resize(static_cast<std::size_t>(factor_blocks(pairs) * fine_rows));
            make_fine_rows(*frequencies, table_kernels_for<float>(which), fine_rows, fine.data());
            factors.fine = fine.data();
            factors.fine_rows = fine_rows;
        }
    }
    computed_rows(const computed_rows&) = delete; // `factors` refers to `fine`
    computed_rows& operator=(const computed_rows&) = delete;
};

template <class Compute>
row_block compute_rows(const void* state, std::int64_t first, std::int64_t step, std::int64_t most,
                       void* buffer) noexcept {
    const auto& s = *static_cast<const computed_rows<Compute>*>(state);
    const auto pairs = static_cast<std::int64_t>(s.frequencies->step.size());
    const std::int64_t stride = buffered_stride(pairs, sizeof(Compute));
    std::int64_t count = (std::min)(most, pairs > 0 ? buffered_entries / stride : most);
    if (step == 0 || (step != 1 && !s.positions.listed())) {
        count = 1;
    }
    const row_positions positions = s.positions.of(first, step, count);
    auto* const cos = static_cast<Compute*>(buffer);
    Compute* const sin = cos + buffered_entries;
    const row_block made = {cos, sin, stride, step == 0 ? 0 : 1, step == 0 ? most : count};
    if constexpr (std::is_same_v<Compute, float>) {
        if (s.factors.fine != nullptr) {
            row_entries<Compute> rows = {*s.frequencies, positions, cos, sin, stride, s.amplitude};
            fill_by_factors(rows, table_kernels_for<Compute>(s.which), s.factors);
            return made;
        }
    }
    fill_rows(s.which, *s.frequencies, positions, cos, sin, stride, s.reciprocal);
    return made;
}

// How many of the rows listed[0], listed[step], ... follow one another, at most `most`.
inline std::int64_t successive_rows(const std::int64_t* listed, std::int64_t step,
                                    std::int64_t most) noexcept {
    std::int64_t n = 1;
    while (n < most && listed[n * step] == listed[0] + n) {
        ++n;
    }
    return n;
}

template <class Compute>
row_block find_rows(const void* state, std::int64_t first, std::int64_t step, std::int64_t most,
                    void*) noexcept {
    const auto& s = *static_cast<const segment_rows*>(state);
    const std::int64_t* const listed = s.listed.empty() ? nullptr : s.listed.data() + first;
    const std::int64_t row = listed != nullptr ? *listed : s.first + first;
    const segment_place at = segment_of(*s.segments, row);
    const std::int64_t n = step == 0           ? most
                           : listed != nullptr ? successive_rows(listed, step, (std::min)(most, at.end - row))
                                               : (std::min)(most, (at.end - row + step - 1) / step);
    const row_segments::part& part = s.segments->parts[at.part];
    const std::int64_t offset = (row - at.begin) * s.pairs;
    return {static_cast<const Compute*>(part.cos) + offset, static_cast<const Compute*>(part.sin) + offset,
            s.pairs, listed != nullptr && step != 0 ? 1 : step, n};
}

template <class T, class Compute>
void convert_entries(const void* from, std::int64_t stride, std::int64_t pairs, Compute* to) noexcept {
    const T* const entries = static_cast<const T*>(from);
    for (std::int64_t i = 0; i < pairs; ++i) {
        to[i] = static_cast<Compute>(widen(entries[i * stride]));
    }
}

// The entry of an array of pointers to any type.
inline const void* listed_row(const void* pointers, std::int64_t row) noexcept {
    const void* p = nullptr;
    std::memcpy(&p, static_cast<const char*>(pointers) + row * static_cast<std::int64_t>(sizeof p), sizeof p);
    return p;
}

// Where a row of entries of type T begins: in one piece, in segments, or where a list of pointers says.
struct stored_row {
    const void* cos;
    const void* sin;
};
template <class T>
stored_row row_at(const row_source& s, std::int64_t row) noexcept {
    if (s.cos_rows != nullptr) {
        return {listed_row(s.cos_rows, row), listed_row(s.sin_rows, row)};
    }
    const void *cos = s.cos, *sin = s.sin;
    if (s.segments != nullptr) {
        const segment_place at = segment_of(*s.segments, row);
        cos = s.segments->parts[at.part].cos;
        sin = s.segments->parts[at.part].sin;
        row -= at.begin;
    }
    return {static_cast<const T*>(cos) + row * s.row_stride, static_cast<const T*>(sin) + row * s.row_stride};
}

template <class T, class Compute>
void convert_row_from(const row_source& s, std::int64_t row, std::int64_t pairs, Compute* cos,
                      Compute* sin) noexcept {
    const stored_row from = row_at<T>(s, row);
    convert_entries<T>(from.cos, s.pair_stride, pairs, cos);
    convert_entries<T>(from.sin, s.pair_stride, pairs, sin);
}

// One row of any type.
template <class Compute>
void convert_row_of(const row_source& s, std::int64_t row, std::int64_t pairs, Compute* cos,
                    Compute* sin) noexcept {
    switch (s.type) {
    case dtype::f32:
        return convert_row_from<float>(s, row, pairs, cos, sin);
    case dtype::f64:
        return convert_row_from<double>(s, row, pairs, cos, sin);
    case dtype::f16:
        return convert_row_from<half>(s, row, pairs, cos, sin);
    case dtype::bf16:
        return convert_row_from<bfloat16>(s, row, pairs, cos, sin);
    }
}

template <class Compute>
row_block convert_rows(const void* state, std::int64_t first, std::int64_t step, std::int64_t most,
                       void* buffer) noexcept {
    const auto& s = *static_cast<const narrow_rows*>(state);
    const std::int64_t pairs = slice_of(s.source).pairs;
    const std::int64_t stride = buffered_stride(pairs, sizeof(Compute));
    const std::int64_t count = step == 0 ? 1 : (std::min)(most, pairs > 0 ? buffered_entries / stride : most);
    auto* const cos = static_cast<Compute*>(buffer);
    Compute* const sin = cos + buffered_entries;
    for (std::int64_t k = 0; k < count; ++k) {
        const std::int64_t number = first + k * step;
        const std::int64_t row =
            s.listed.empty() ? s.first + number : s.listed[static_cast<std::size_t>(number)];
        convert_row_of(s.source, row, pairs, cos + k * stride, sin + k * stride);
    }
    return {cos, sin, stride, step == 0 ? 0 : 1, step == 0 ? most : count};
}

template <class Compute>
void convert_listed(const row_source& source, const std::int64_t* rows, std::int64_t count, void* cos,
                    void* sin) {
    const std::int64_t pairs = slice_of(source).pairs;
    for (std::int64_t k = 0; k < count; ++k) {
        convert_row_of(source, rows[k], pairs, static_cast<Compute*>(cos) + k * pairs,
                       static_cast<Compute*>(sin) + k * pairs);
    }
}

template <class Compute>
void fill_from(const row_source& source, isa which, const row_positions& positions, void* cos, void* sin,
               bool reciprocal) {
    const frequency_set& f = *source.frequencies;
    const auto pairs = static_cast<std::int64_t>(f.step.size());
    auto* const c = static_cast<Compute*>(cos);
    auto* const s = static_cast<Compute*>(sin);
    if constexpr (std::is_same_v<Compute, float>) {
        if (source.kind == row_kind::two_levels && !reciprocal && positions.axis_stride == 0 &&
            positions.reals == nullptr) {
            const entry_amplitude<float> amplitude(f, false);
            row_entries<float> rows = {f, positions, c, s, pairs, amplitude};
            fill_by_factors(rows, table_kernels_for<float>(which), source.factors);
            return;
        }
    }
    fill_rows_by(source.numerics, which, f, positions, c, s, pairs, reciprocal);
}

template <class Compute>
std::shared_ptr<const void> make_computed_rows(const row_source& source, numbered_positions positions,
                                               isa which, bool reciprocal) {
    return std::make_shared<const computed_rows<Compute>>(source, std::move(positions), which, reciprocal);
}

template <class Compute>
const row_functions& row_functions_of() noexcept {
    static constexpr row_functions functions = {
        dtype_of<Compute>::value, buffered_entries,    &fill_from<Compute>,    &make_computed_rows<Compute>,
        &compute_rows<Compute>,   &find_rows<Compute>, &convert_rows<Compute>, &convert_listed<Compute>};
    return functions;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
