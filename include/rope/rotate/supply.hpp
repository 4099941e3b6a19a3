// The suppliers of rows: what run asks where a plan's rows are in no one piece of memory. Rows on the fly, from
// frequencies or from the factors of a two-level table, and the rows of a growing table where its parts meet.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/factored_rows.hpp>
#include <rope/table/row_source.hpp>
#include <rope/rotate/plan_data.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Positions of the tokens, by their number: a list, [axis][token], or `first` and what follows.
struct supply_positions {
    std::int64_t first = 0;
    std::vector<std::int64_t> whole = {};
    std::vector<double> real = {};
    std::int64_t axis_stride = 0; // 0: one position for all axes

    // Of `count` tokens from `number` on, in steps. Without a list: in steps of one.
    row_positions of(std::int64_t number, std::int64_t step, std::int64_t count) const noexcept {
        row_positions p;
        p.run = {first + number, count};
        p.integers = whole.empty() ? nullptr : whole.data() + number;
        p.reals = real.empty() ? nullptr : real.data() + number;
        p.axis_stride = axis_stride;
        p.row_stride = step;
        return p;
    }
};

// Rows on the fly. What a block of tokens costs: for each stretch of successive positions one row from the exact phase,
// and for each token a product; fractional positions and double data, each entry by itself.
template <class Compute>
struct made_rows {
    const frequency_set* frequencies;
    supply_positions positions;
    isa which;
    bool reciprocal;
    entry_amplitude<Compute> amplitude;
    row_factors factors = {};
    std::vector<factor_row> fine = {}; // of `factors`, where it is not a two-level table's

    static constexpr std::int64_t fine_rows = 32;

    made_rows(const row_source& source, supply_positions p, isa w, bool inverse)
        : frequencies(source.frequencies), positions(std::move(p)), which(w), reciprocal(inverse),
          amplitude(*source.frequencies, inverse) {
        if constexpr (std::is_same_v<Compute, float>) {
            if (!positions.real.empty() || !amplitude.is_moderate) {
                return;
            }
            if (source.kind == row_kind::two_levels) {
                factors = source.factors;
                if (positions.axis_stride == 0 && !inverse) {
                    return;
                }
                factors.far = nullptr;
                return;
            }
            const auto pairs = static_cast<std::int64_t>(frequencies->step.size());
            fine.resize(static_cast<std::size_t>(factor_blocks(pairs) * fine_rows));
            make_fine_rows(*frequencies, table_kernels_for<float>(which), fine_rows, fine.data());
            factors.fine = fine.data();
            factors.fine_rows = fine_rows;
        }
    }
    made_rows(const made_rows&) = delete; // `factors` refers to `fine`
    made_rows& operator=(const made_rows&) = delete;
};

// Rows begin at cache lines, as the buffer does.
template <class Compute>
constexpr std::int64_t buffered_stride(std::int64_t pairs) {
    constexpr std::int64_t line = 64 / static_cast<std::int64_t>(sizeof(Compute));
    return (pairs + line - 1) / line * line;
}

template <class Compute>
row_block<Compute> make_rows_of(const void* supply, std::int64_t first, std::int64_t step, std::int64_t most,
                                Compute* buffer) noexcept {
    const auto& s = *static_cast<const made_rows<Compute>*>(supply);
    const auto pairs = static_cast<std::int64_t>(s.frequencies->step.size());
    const std::int64_t stride = buffered_stride<Compute>(pairs);
    std::int64_t count = (std::min)(most, pairs > 0 ? buffered_entries / stride : most);
    const bool listed = !s.positions.whole.empty() || !s.positions.real.empty();
    if (step == 0 || (step != 1 && !listed)) {
        count = 1;
    }
    const row_positions positions = s.positions.of(first, step, count);
    Compute* const cos = buffer;
    Compute* const sin = buffer + buffered_entries;
    if constexpr (std::is_same_v<Compute, float>) {
        if (s.factors.fine != nullptr) {
            row_entries<Compute> rows = {*s.frequencies, positions, cos, sin, stride, s.amplitude};
            fill_by_factors(rows, table_kernels_for<Compute>(s.which), s.factors);
            return {cos, sin, stride, step == 0 ? 0 : 1, step == 0 ? most : count};
        }
    }
    fill_rows(s.which, *s.frequencies, positions, cos, sin, stride, s.reciprocal);
    return {cos, sin, stride, step == 0 ? 0 : 1, step == 0 ? most : count};
}

// The rows of a growing table, as long as they lie side by side.
struct segment_rows {
    const row_segments* segments;
    std::int64_t pairs;
    std::int64_t first;               // without a list: the row of token 0
    std::vector<std::int64_t> listed; // or the row of each token
};

template <class Compute>
row_block<Compute> find_rows_of(const void* supply, std::int64_t first, std::int64_t step, std::int64_t most,
                                Compute*) noexcept {
    const auto& s = *static_cast<const segment_rows*>(supply);
    const std::int64_t* const listed = s.listed.empty() ? nullptr : s.listed.data() + first;
    const std::int64_t row = listed != nullptr ? *listed : s.first + first;
    const segment_place at = segment_of(*s.segments, row);
    std::int64_t n = 1;
    if (step == 0) {
        n = most;
    } else if (listed != nullptr) {
        const std::int64_t room = (std::min)(most, at.end - row);
        while (n < room && listed[n * step] == row + n) {
            ++n;
        }
    } else {
        n = (std::min)(most, (at.end - row + step - 1) / step);
    }
    const row_segments::part& part = s.segments->parts[at.part];
    const std::int64_t offset = (row - at.begin) * s.pairs;
    return {static_cast<const Compute*>(part.cos) + offset, static_cast<const Compute*>(part.sin) + offset,
            s.pairs, listed != nullptr && step != 0 ? 1 : step, n};
}

template <class In, class Out>
void supply_made(rotation_plan<In, Out>& plan, const row_source& source, supply_positions positions,
                 isa which, bool reciprocal) {
    using compute = compute_type<Out>;
    plan.supply = std::make_shared<const made_rows<compute>>(source, std::move(positions), which, reciprocal);
    plan.supplier = &make_rows_of<compute>;
}

template <class In, class Out>
void supply_segments(rotation_plan<In, Out>& plan, const row_source& source, std::int64_t first,
                     std::vector<std::int64_t> listed) {
    plan.supply = std::make_shared<const segment_rows>(
        segment_rows{source.segments, source.row_stride, first, std::move(listed)});
    plan.supplier = &find_rows_of<compute_type<Out>>;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
