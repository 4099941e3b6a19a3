// two_level_table: any row of a long run of positions from about the square root of its length in memory: far rows
// and fine ones, multiplied when a row is asked for. And rows without any table. The same bits as cos_sin_table.
// When to take it: row_source.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/row_positions.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>
#include <rope/table/row_source.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/entries/check_rows.hpp>
#include <rope/entries/factored_rows.hpp>

#include <type_traits>
#endif

namespace rope {
inline namespace ROPE_ABI {

// cos and sin of the positions first + k * fine_rows (far) and k (fine), as doubles with proved bounds, in blocks of
// 64 pairs: far[block * far_rows + k]. A plain value; made by make_two_level_table.
struct two_level_table {
    frequency_set frequencies;
    std::int64_t first = 0;
    std::int64_t rows = 0;
    std::int64_t far_rows = 0;
    std::int64_t fine_rows = 0;
    std::vector<kernels::factor_row> far = {};
    std::vector<kernels::factor_row> fine = {};
};

// Covers the positions of `run`. Throws rope::error for a run or frequencies that cannot be, for an attention factor
// outside 2^-14 .. 2^14, and where there is no memory for the factors.
// The try_ twins here return what their namesakes throw.
ROPE_COLD result<two_level_table> try_make_two_level_table(const frequency_set& frequencies, range run);
inline two_level_table make_two_level_table(const frequency_set& frequencies, range run) {
    return detail::value_or_throw(try_make_two_level_table(frequencies, run));
}

// Bytes that it keeps, beside the frequencies.
inline std::size_t bytes_of(const two_level_table& t) noexcept {
    return (t.far.size() + t.fine.size()) * sizeof(kernels::factor_row);
}

template <>
struct row_source_of<two_level_table> {
    static constexpr bool exists = true;
    static row_source of(const two_level_table& t) noexcept {
        row_source s;
        s.frequencies = &t.frequencies;
        s.kind = row_kind::two_levels;
        s.first = t.first;
        s.rows = t.rows;
        s.factors = {t.fine.data(), t.fine_rows, t.far.data(), t.far_rows, t.first};
        return s;
    }
};

// The rows of the positions in `part`, [row][pair] each, rounded to T (float, half or bfloat16). Allocates nothing;
// throws rope::error for positions that the table does not cover and for null pointers.
template <class T>
status try_make_rows(const two_level_table& t, range part, T* cos, T* sin);
template <class T>
void make_rows(const two_level_table& t, range part, T* cos, T* sin) {
    detail::require(try_make_rows(t, part, cos, sin));
}

// Rows without any table: of a run, or of `count` listed positions that serve every axis. Allocates nothing; throws
// rope::error for positions that cannot be and for null pointers.
template <class T>
status try_make_rows(const frequency_set& frequencies, range part, T* cos, T* sin);
template <class T>
void make_rows(const frequency_set& frequencies, range part, T* cos, T* sin) {
    detail::require(try_make_rows(frequencies, part, cos, sin));
}
template <class T, class Position>
status try_make_rows(const frequency_set& frequencies, const Position* list, std::int64_t count, T* cos,
                     T* sin);
template <class T, class Position>
void make_rows(const frequency_set& frequencies, const Position* list, std::int64_t count, T* cos, T* sin) {
    detail::require(try_make_rows(frequencies, list, count, cos, sin));
}

#if ROPE_DEFINITIONS
ROPE_NOINLINE ROPE_API result<two_level_table> try_make_two_level_table(const frequency_set& frequencies,
                                                                        range run) {
    result<two_level_table> made;
    two_level_table& t = made.value;
    status& why = made.why;
    if (why = detail::check_pairs(frequencies); !why.ok()) {
        return made;
    }
    if (why = detail::check_run(run); !why.ok()) {
        return made;
    }
    const detail::entry_amplitude<float> amplitude(frequencies, false);
    if (!amplitude.is_moderate) {
        why = {detail::sentence({"the attention factor is ", frequencies.attention_factor,
                                 "; a two-level table takes 2^-14 to 2^14"}),
               errc::table};
        return made;
    }
    t.frequencies = frequencies;
    t.first = run.first;
    t.rows = run.count;
    t.fine_rows = 1;
    while (t.fine_rows <= (run.count - 1) / t.fine_rows) { // until its square is at least run.count
        t.fine_rows *= 2;
    }
    t.far_rows = run.count / t.fine_rows + (run.count % t.fine_rows != 0 ? 1 : 0);
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    const std::int64_t blocks = detail::factor_blocks(pairs);
    why = detail::check_table_size(t.far_rows + t.fine_rows, blocks, sizeof(kernels::factor_row));
    isa which = isa::scalar;
    if (why.ok()) {
        why = detail::choose_isa(which);
    }
    if (why.ok()) {
        why = detail::try_allocate(t.far, static_cast<std::size_t>(blocks * t.far_rows),
                                   "the far rows of a two-level table");
    }
    if (why.ok()) {
        why = detail::try_allocate(t.fine, static_cast<std::size_t>(blocks * t.fine_rows),
                                   "the fine rows of a two-level table");
    }
    if (!why.ok()) {
        return made;
    }
    const auto kernels_now = detail::table_kernels_for<float>(which);
    detail::make_fine_rows(frequencies, kernels_now, t.fine_rows, t.fine.data());
    for (std::int64_t block = 0; block < blocks; ++block) {
        phase at[kernels::table_pairs] = {}, step[kernels::table_pairs] = {};
        const std::int64_t begin = block * kernels::table_pairs;
        const std::int64_t n = pairs - begin < kernels::table_pairs ? pairs - begin : kernels::table_pairs;
        for (std::int64_t i = 0; i < n; ++i) {
            const numbers::q64_192& turns = frequencies.step[static_cast<std::size_t>(begin + i)];
            at[i] = detail::phase_at(turns, run.first);
            step[i] = detail::multiplied(detail::phase_of(turns), static_cast<std::uint64_t>(t.fine_rows));
        }
        detail::make_factor_rows(kernels_now, at, step, n, amplitude.nearest,
                                 t.far.data() + block * t.far_rows, t.far_rows);
    }
    return made;
}

namespace detail {

// Whether the vectors of a two-level table have the sizes that its rows and pairs need.
ROPE_COLD inline status check_factors(const two_level_table& t) {
    if (status s = check_pairs(t.frequencies); !s.ok()) {
        return s;
    }
    const auto blocks =
        static_cast<std::uint64_t>(factor_blocks(static_cast<std::int64_t>(t.frequencies.step.size())));
    const auto fine = static_cast<std::uint64_t>(t.fine_rows), far = static_cast<std::uint64_t>(t.far_rows);
    const bool enough =
        t.rows == 0 || (t.rows > 0 && t.fine_rows > 0 && (t.rows - 1) / t.fine_rows < t.far_rows);
    if (!enough || (blocks != 0 && (t.fine.size() % blocks != 0 || t.fine.size() / blocks != fine ||
                                    t.far.size() % blocks != 0 || t.far.size() / blocks != far))) {
        return {sentence({"the two-level table says ", t.rows, " rows from ", t.far_rows, " far and ",
                          t.fine_rows, " fine rows of ", blocks, " blocks of pairs, and has ", t.far.size(),
                          " far and ", t.fine.size(), " fine ones"}),
                errc::table};
    }
    return check_run({t.first, t.rows});
}

} // namespace detail

template <class T>
status try_make_rows(const two_level_table& t, range part, T* cos, T* sin) {
    const auto pairs = static_cast<std::int64_t>(t.frequencies.step.size());
    if (!detail::is_inside(part, {t.first, t.rows})) {
        return {detail::sentence({part.count, " rows from position ", part.first, "; the table has ", t.rows,
                                  " from ", t.first}),
                errc::positions};
    }
    isa which = isa::scalar;
    status why = detail::check_factors(t);
    if (why.ok()) {
        why = detail::check_pointers(cos, sin, part.count, pairs);
    }
    if (why.ok()) {
        why = detail::choose_isa(which);
    }
    if (why.ok()) {
        row_positions positions;
        positions.run = part;
        const detail::entry_amplitude<T> amplitude(t.frequencies, false);
        detail::row_entries<T> rows = {t.frequencies, positions, cos, sin, pairs, amplitude};
        detail::fill_by_factors(rows, detail::table_kernels_for<T>(which),
                                row_source_of<two_level_table>::of(t).factors);
    }
    return why;
}

template <class T>
status try_make_rows(const frequency_set& frequencies, range part, T* cos, T* sin) {
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    isa which = isa::scalar;
    status why = detail::check_rows_into(frequencies, part, cos, sin, which);
    if (why.ok()) {
        row_positions positions;
        positions.run = part;
        detail::fill_rows(which, frequencies, positions, cos, sin, pairs);
    }
    return why;
}

template <class T, class Position>
status try_make_rows(const frequency_set& frequencies, const Position* list, std::int64_t count, T* cos,
                     T* sin) {
    constexpr bool integers = std::is_same_v<Position, std::int64_t>;
    static_assert(integers || std::is_same_v<Position, double>, "rope: positions are std::int64_t or double");
    const auto pairs = static_cast<std::int64_t>(frequencies.step.size());
    isa which = isa::scalar;
    status why = detail::check_rows_into(frequencies, {0, count}, cos, sin, which);
    if (why.ok()) {
        why = detail::check_list(list, count);
    }
    if (why.ok()) {
        row_positions positions;
        positions.run = {0, count};
        if constexpr (integers) {
            positions.integers = list;
        } else {
            positions.reals = list;
        }
        detail::fill_rows(which, frequencies, positions, cos, sin, pairs);
    }
    return why;
}
#endif

} // namespace ROPE_ABI
} // namespace rope
