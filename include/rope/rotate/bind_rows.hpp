// bind_rows: from positions to rows. Rows of a table where it has them; rows that the plan owns, or a function that provides
// rows, where it has not (fractional positions, several position axes, another compute type, a reciprocal amplitude) or
// where there is no table.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/rotate_job.hpp>
#include <rope/rotate/check_source.hpp>
#include <rope/rotate/computed_rows.hpp>
#include <rope/rotate/options.hpp>
#include <rope/rotate/row_binding.hpp>
#include <rope/rotate/shape.hpp>
#include <rope/support/error.hpp>
#include <rope/table/row_source.hpp>
#include <rope/tensor/token_positions.hpp>

#include <cstdint>

#if ROPE_DEFINITIONS
#include <algorithm>
#include <string>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// What bind_rows reads beside the source. `reusable`: the plan will be kept, so that it owns what it refers to and can be
// moved to other offsets; else its list may be in `buffer`, which then must outlive the plan.
struct row_request {
    const positions& where;
    const token_axes& tokens;
    const std::int64_t* extent;
    int rank;
    rope::direction direction;
    isa which;
    bool reusable;
};

// For a table of listed positions: the positions of these rows, [listed axis][row].
ROPE_API numbered_positions listed_positions(const row_source& source, const std::int64_t* rows,
                                             std::int64_t count);

ROPE_API bool bind_rows(row_binding& binding, const row_source& source, const row_request& request,
                        const row_functions& functions, token_positions& buffer, status& why);

#if ROPE_DEFINITIONS

ROPE_API numbered_positions listed_positions(const row_source& s, const std::int64_t* rows,
                                             std::int64_t count) {
    numbered_positions all;
    for (std::int64_t a = 0; a < s.listed_axes; ++a) {
        for (std::int64_t k = 0; k < count; ++k) {
            if (s.integers == nullptr) {
                all.reals.push_back(s.reals[a * s.rows + rows[k]]);
            } else {
                all.integers.push_back(s.integers[a * s.rows + rows[k]]);
            }
        }
    }
    all.axis_stride = s.listed_axes == 1 ? 0 : count;
    return all;
}

struct owned_list {
    std::vector<std::int64_t> rows;
};
struct owned_rows {
    std::vector<char> memory;
};

// Points the binding to rows in memory: from row `first` on, or listed. least, most: of the rows that are read.
inline void bind_memory(row_binding& b, const row_source& s, std::int64_t first, std::int64_t least,
                        std::int64_t most, std::int64_t* list, std::int64_t count,
                        const row_functions& functions, bool reusable) {
    const std::int64_t pairs = slice_of(s).pairs;
    b.origin = row_origin::memory;
    b.cos = s.cos;
    b.sin = s.sin;
    b.row_stride = s.row_stride;
    b.first_row = first;
    b.list = list;
    if (s.segments != nullptr) {
        const segment_place at = segment_of(*s.segments, least);
        const bool one_segment = most < at.end;
        if (one_segment) {
            b.cos = s.segments->parts[at.part].cos;
            b.sin = s.segments->parts[at.part].sin;
            b.first_row -= at.begin;
        }
        if (!one_segment || (reusable && list == nullptr)) {
            b.origin = one_segment ? row_origin::memory : row_origin::computed;
            b.function = functions.find_rows;
            b.state = std::make_shared<const segment_rows>(
                segment_rows{s.segments, pairs, first,
                             one_segment || list == nullptr ? std::vector<std::int64_t>()
                                                            : std::vector<std::int64_t>(list, list + count)});
        }
        if (one_segment && list != nullptr) {
            for (std::int64_t k = 0; k < count; ++k) {
                list[k] -= at.begin;
            }
        }
    }
    if (reusable && list != nullptr && b.origin == row_origin::memory) {
        auto own = std::make_shared<owned_list>(owned_list{std::vector<std::int64_t>(list, list + count)});
        b.list = own->rows.data();
        b.owned = std::move(own);
    }
}

// Rows of the plan's own, filled by `fill(cos, sin)`.
template <class F>
void bind_owned(row_binding& b, const row_source& s, std::int64_t count, const row_functions& functions,
                F&& fill) {
    const std::int64_t pairs = slice_of(s).pairs;
    constexpr std::size_t line = 64;
    const auto bytes = static_cast<std::size_t>(count * pairs * size_of(functions.compute));
    const std::size_t each = (bytes + line - 1) / line * line;
    auto own = std::make_shared<owned_rows>(owned_rows{std::vector<char>(2 * each + line)});
    char* const begin =
        own->memory.data() + (line - reinterpret_cast<std::uintptr_t>(own->memory.data()) % line) % line;
    b.origin = row_origin::owned;
    b.cos = begin;
    b.sin = begin + each;
    b.row_stride = pairs;
    b.first_row = 0;
    b.list = nullptr;
    fill(static_cast<void*>(begin), static_cast<void*>(begin + each));
    b.owned = std::move(own);
}

// Everything but rows that are read where they are.
ROPE_NOINLINE inline bool bind_other_rows(row_binding& b, const row_source& s, const row_request& r,
                                          const row_functions& functions, token_positions& at,
                                          bool reciprocal, status& why) {
    const std::int64_t pairs = slice_of(s).pairs;
    const std::int64_t count = r.tokens.count;
    const bool run = r.where.type == position_type::none;
    const bool stored = s.kind == row_kind::stored;
    if (!run || stored) {
        if (!gather_positions(r.where, r.tokens, r.extent, r.rank, at, why) ||
            !check_inside(s, at, count, why)) {
            return false;
        }
    }
    const bool one_axis = r.tokens.position_axes == 1;
    if (stored && at.integers != nullptr && one_axis &&
        !reciprocal) {      // rows that the table has, of another type
        const bool narrow = // converted as they are read
            s.given || (functions.compute == dtype::f32 && (s.type == dtype::f16 || s.type == dtype::bf16));
        if (narrow || s.external) {
            for (std::int64_t k = 0; k < count; ++k) {
                at.integers[k] -= s.first;
            }
            if (narrow && pairs <= buffered_entries) {
                b.origin = row_origin::computed;
                b.function = functions.convert_rows;
                b.state = std::make_shared<const narrow_rows>(
                    narrow_rows{s, run ? r.where.offset - s.first : 0,
                                run ? std::vector<std::int64_t>()
                                    : std::vector<std::int64_t>(at.integers, at.integers + count)});
            } else {
                bind_owned(b, s, count, functions,
                           [&](void* cos, void* sin) { functions.convert(s, at.integers, count, cos, sin); });
            }
            return true;
        }
    }
    if (s.external) {
        return refuse_external(s, reciprocal, why);
    }
    if (!check_axis_of_pair(*s.frequencies, why)) {
        return false;
    }
    numbered_positions needed;
    needed.first = r.where.offset;
    if (s.listed_axes != 0) {
        if (at.integers == nullptr || !one_axis) {
            return refuse(
                why, errc::positions,
                {"the table's rows are of listed positions; name them by whole row numbers, one for each "
                 "token"});
        }
        needed = listed_positions(s, at.integers, count);
    } else if (!run) {
        needed.axis_stride = one_axis ? 0 : count;
        if (at.integers != nullptr) {
            needed.integers.assign(at.integers, at.integers + at.count);
        } else {
            needed.reals.assign(at.reals, at.reals + at.count);
        }
    }
    const std::int64_t stride = buffered_stride(pairs, size_of(functions.compute));
    const std::int64_t buffered = pairs > 0 ? buffered_entries / stride : 0;
    const bool computed = !stored && buffered > 0 && count > buffered;
    const bool movable =
        r.reusable && run && s.listed_axes == 0 && s.numerics == numerics::exact && buffered > 0;
    if (!computed) {
        const row_positions rows = needed.of(0, 1, count);
        bind_owned(b, s, count, functions,
                   [&](void* cos, void* sin) { functions.fill(s, r.which, rows, cos, sin, reciprocal); });
    } else {
        b.origin = row_origin::computed;
    }
    if (computed || movable) {
        b.function = functions.compute_rows;
        b.state = functions.make_state(s, std::move(needed), r.which, reciprocal);
    }
    return true;
}

ROPE_API bool bind_rows(row_binding& b, const row_source& s, const row_request& r,
                        const row_functions& functions, token_positions& buffer, status& why) {
    const std::int64_t count = r.tokens.count;
    if (!check_rows_exist(s, why)) {
        return false;
    }
    if (count == 0) {
        return true;
    }
    const bool inverse = r.direction == direction::inverse;
    const bool reciprocal = inverse && factor_of(s) != 1;
    const bool readable =
        s.kind == row_kind::stored && !reciprocal && s.type == functions.compute && has_dense_rows(s);
    if (inverse && s.external && !reciprocal && s.segments == nullptr && !check_external_inverse(s, why)) {
        return false;
    }
    const bool run = r.where.type == position_type::none;
    if (run && !run_is_inside(s, r.where.offset, count)) {
        return refuse_run(s, r.where.offset, why);
    }
    b.offset = r.where.offset;
    if (readable && run) {
        const std::int64_t first = r.where.offset - s.first;
        bind_memory(b, s, first, first, first + count - 1, nullptr, count, functions, r.reusable);
    } else if (readable && r.tokens.position_axes == 1) {
        if (!gather_positions(r.where, r.tokens, r.extent, r.rank, buffer, why) ||
            !check_inside(s, buffer, count, why)) {
            return false;
        }
        if (buffer.integers == nullptr) {
            return bind_other_rows(b, s, r, functions, buffer, reciprocal, why);
        }
        std::int64_t least = most_int64, most = 0;
        for (std::int64_t k = 0; k < count; ++k) {
            buffer.integers[k] -= s.first;
            least = (std::min)(least, buffer.integers[k]);
            most = (std::max)(most, buffer.integers[k]);
        }
        bind_memory(b, s, 0, least, most, buffer.integers, count, functions, r.reusable);
    } else if (!bind_other_rows(b, s, r, functions, buffer, reciprocal, why)) {
        return false;
    }
    if (run && r.reusable && (b.function != nullptr || b.origin == row_origin::memory)) {
        b.least_offset = first_offset(s);
        b.most_offset = last_offset(s, count);
    }
    return true;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
