// one_token: one token of a decoder, rotated in place by the rows of a table without a plan, as planning takes longer than
// rotating it. Knows one case, contiguous heads and a position given as a number, and says nothing of any other: what this
// leaves, the plan rotates or refuses. So every sentence comes from the plan's checks.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/plan.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct one_token {
    stored_rows rows; // of the compute type
    untyped_view x;
    const axis_names& axes;
    const positions& where;
    const rotate_options& options;
    const rotation_functions& functions; // for x in place
};

// Rotates. False, and nothing is written or said, where the plan would refuse, or x is not one token of contiguous heads, or
// its position is not one number, or an inverse or another pairing is wanted, or no instruction set was chosen yet.
ROPE_API_INLINED bool rotate_one_token(const one_token& call) noexcept;

// Two tensors that share no memory; false, and nothing is written, where not both can be rotated so.
ROPE_API bool rotate_two_tokens(const one_token& a, const one_token& b) noexcept;

#if ROPE_DEFINITIONS

// The position of one token: an offset, or the only entry of a list along "s".
inline bool one_position(const positions& p, std::int64_t& position) noexcept {
    if (ROPE_LIKELY(p.type == position_type::none)) {
        position = p.offset;
        return true;
    }
    if (p.counting || p.rank != 1 || p.text_size != 0 || p.extent[0] != 1 || p.ids == nullptr ||
        (p.type != position_type::i32 && p.type != position_type::i64)) {
        return false;
    }
    position = p.type == position_type::i32 ? *static_cast<const std::int32_t*>(p.ids)
                                            : *static_cast<const std::int64_t*>(p.ids);
    return position >= -most_int64;
}

// The rows of head_dim elements in a contiguous view whose sequence axis `s` has extent 1; 0: it is not, or is too large for
// this. The last axis is the embedding axis.
inline std::int64_t contiguous_heads(const untyped_view& x, std::int64_t head_dim, int s) noexcept {
    constexpr std::uint64_t most_extent = std::uint64_t{1} << 20, most_elements = std::uint64_t{1} << 40;
    int k = x.rank - 1;
    if (x.extent[k] != head_dim || x.stride[k] != 1 || static_cast<std::uint64_t>(head_dim) > most_extent) {
        return 0;
    }
    auto step = static_cast<std::uint64_t>(head_dim);
    std::int64_t heads = 1;
    while (k-- > 0) {
        const std::int64_t extent = x.extent[k];
        if (extent == 1) {
            continue;
        }
        if (k == s || x.stride[k] != static_cast<std::int64_t>(step) ||
            static_cast<std::uint64_t>(extent - 1) >= most_extent) {
            return 0;
        }
        heads *= extent;
        step *= static_cast<std::uint64_t>(extent);
        if (step > most_elements) {
            return 0;
        }
    }
    return heads;
}

// The job that the plan would make, and its kernel; null where there is none.
ROPE_ALWAYS_INLINE kernels::rotate_kernel one_token_job(kernels::rotate_job& job,
                                                        const one_token& call) noexcept {
    const stored_rows& rows = call.rows;
    const rotated_slice f = slice_of(rows);
    const untyped_view& x = call.x;
    const axis_names& names = call.axes;
    const positions& where = call.where;
    const rotate_options& options = call.options;
    const std::int64_t pairs = f.pairs;
    const bool along_s = where.counting || where.type != position_type::none;
    const int of_s = names.sequence();
    const int d = x.rank - 1, s = along_s && (of_s >= 0 || where.counting_asks) ? of_s : max_rank;
    std::int64_t position = 0;
    if (!names.ok() || x.rank != names.count() || d < 0 || d != names.embedding() || s < 0 ||
        x.data == nullptr || x.complex_pairs || !one_position(where, position) ||
        options.direction == direction::inverse || options.out_pairing.value_or(f.pairing) != f.pairing ||
        pairs == 0 || !f.fits || !rows_are_whole(rows, pairs)) {
        return nullptr;
    }
    const std::int64_t head_dim = f.head_dim, heads = contiguous_heads(x, head_dim, s);
    const auto row = static_cast<std::uint64_t>(position) - static_cast<std::uint64_t>(rows.first);
    isa chosen = isa::scalar;
    const tuning* const tuned = quick_tuning();
    if (heads == 0 || position < rows.first || row >= static_cast<std::uint64_t>(rows.rows) ||
        tuned == nullptr || !quick_isa(chosen)) {
        return nullptr;
    }
    kernels::row_layout at;
    place_row(at, 1, false, f, f.pairing);
    at.token = 0;
    at.head = head_dim;
    job.from = at;
    job.to = at;
    job.tokens = 1;
    job.heads = heads;
    job.pairs = pairs;
    job.cos = rows.cos;
    job.sin = rows.sin;
    job.row_stride = rows.row_stride;
    job.rows = nullptr;
    job.first_row = static_cast<std::int64_t>(row);
    job.rows_step = 0;
    job.conjugate = options.direction == direction::adjoint;
    job.in_place = true;
    const std::int64_t bytes = heads * head_dim * size_of(x.type);
    if (ROPE_LIKELY(bytes <= most_small_bytes)) {
        tune_small(job, *tuned);
    } else {
        tune(job, *tuned, bytes, x.type == dtype::bf16, false);
    }
    job.copied[0] = job.copied[1] = {0, 0};
    return call.functions.kernel_for(chosen);
}

ROPE_API_INLINED bool rotate_one_token(const one_token& call) noexcept {
    kernels::rotate_job job;
    const kernels::rotate_kernel kernel = one_token_job(job, call);
    if (kernel == nullptr) {
        return false;
    }
    kernel(job, call.x.data, const_cast<void*>(call.x.data));
    return true;
}

ROPE_API bool rotate_two_tokens(const one_token& a, const one_token& b) noexcept {
    const one_token* const calls[2] = {&a, &b};
    kernels::rotate_job jobs[2];
    kernels::rotate_kernel chosen[2];
    std::uintptr_t begin[2], end[2];
    for (int k = 0; k < 2; ++k) {
        chosen[k] = one_token_job(jobs[k], *calls[k]);
        if (chosen[k] == nullptr) {
            return false;
        }
        const std::int64_t bytes = jobs[k].heads * jobs[k].from.head * size_of(calls[k]->x.type);
        begin[k] = reinterpret_cast<std::uintptr_t>(calls[k]->x.data);
        end[k] = begin[k] + static_cast<std::uintptr_t>(bytes);
    }
    if (begin[0] < end[1] && begin[1] < end[0]) {
        return false;
    }
    for (int k = 0; k < 2; ++k) {
        chosen[k](jobs[k], calls[k]->x.data, const_cast<void*>(calls[k]->x.data));
    }
    return true;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
