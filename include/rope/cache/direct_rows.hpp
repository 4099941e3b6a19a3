// direct_rows: rows straight from a tensor to a tensor or cache by the rotation's own kernel, one call for each stretch of
// tokens that are evenly spaced in both. For formats that the kernel writes itself: float, half, bfloat16.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/cache_side.hpp>
#include <rope/kernels/rotate_job.hpp>
#include <rope/model/rotated_slice.hpp>
#include <rope/rotate/row_binding.hpp>
#include <rope/rotate/row_work.hpp>

#include <algorithm>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The kernel of a direct pass and its job, of which tokens, heads, rows and their strides are set for each stretch.
struct direct_work {
    kernels::rotate_kernel kernel = nullptr; // null: rows go through the buffer
    kernels::rotate_job job = {};
    std::int64_t in_size = 1, out_size = 1; // bytes of an element
};

// Sets the places of the elements of a row. f: null where nothing rotates.
inline void place_direct(kernels::row_layout& at, const rotated_slice* f, std::int64_t stride,
                         std::int64_t head) noexcept {
    at = {};
    at.head = head;
    at.one = stride;
    at.two = 2 * stride;
    at.pair = stride;
    at.partner = stride;
    if (f != nullptr) {
        const bool split = f->pairing == pairing::half_split;
        at.slice = f->rotary_offset * stride;
        at.pair = split ? stride : 2 * stride;
        at.partner = split ? stride * (f->rotary_dim / 2) : stride;
    }
}

// How many of the tokens from `token` on, at most `most`, are evenly spaced, and the bytes between them.
struct stretch {
    std::int64_t tokens, step;
};
inline stretch stretch_of(const tensor_side& side, std::int64_t token, std::int64_t most) noexcept {
    const int inner = side.grid->count - 1;
    if (inner < 0) {
        return {1, 0};
    }
    const std::int64_t extent = side.grid->extent[inner];
    return {(std::min)(most, extent - token % extent), side.token[inner]};
}
inline stretch stretch_of(const cache_side& side, std::int64_t token, std::int64_t most) noexcept {
    const std::int64_t slot = side.slots.at(token);
    if (side.layout.pages != nullptr) {
        most = (std::min)(most, side.layout.page_size - slot % side.layout.page_size);
    }
    std::int64_t n = most;
    if (side.slots.list != nullptr) {
        for (n = 1; n < most && side.slots.at(token + n) == slot + n; ++n) {
        }
    }
    return {n, side.layout.slot_stride * side.size};
}

// Rows [begin, end), counted token by token, head by head, of `heads` heads. rows: null where nothing rotates. Allocates nothing;
// 16 KiB of stack beside the kernel's.
template <class From, class To>
ROPE_NOINLINE void run_direct(const direct_work& work, std::int64_t heads, const token_grid& grid,
                              const row_binding* rows, std::int64_t row_count, std::int64_t moved,
                              const From& from, const To& to, std::int64_t begin, std::int64_t end) noexcept {
    alignas(64) float buffer[2 * buffered_entries];
    kernels::rotate_job job = work.job;
    const bool by_function = rows != nullptr && (rows->origin == row_origin::computed ||
                                                 (moved != 0 && rows->function != nullptr));
    const std::int64_t row_step = grid.count > 0 ? grid.row_step[grid.count - 1] : 0;
    while (begin < end) {
        const std::int64_t token = begin / heads, h0 = begin % heads;
        row_place in, out;
        if (!from.place(token, in) || !to.place(token, out)) {
            begin += (std::min)(heads - h0, end - begin);
            continue;
        }
        const std::int64_t whole = h0 == 0 && end - begin >= heads ? (end - begin) / heads : 1;
        const stretch a = stretch_of(from, token, whole);
        const stretch b = stretch_of(to, token, a.tokens);
        job.tokens = b.tokens;
        job.heads = (std::min)(heads - h0, end - begin);
        job.from.token = a.step / work.in_size;
        job.to.token = b.step / work.out_size;
        if (rows != nullptr) {
            // A grid's inner axis is that of the stretch: rows are row_step apart.
            const std::int64_t row = grid.row(token);
            if (by_function) {
                const std::int64_t most =
                    row_step > 0 ? (std::min)(job.tokens, (row_count - row + row_step - 1) / row_step)
                                 : job.tokens;
                const row_block block =
                    rows->function(rows->state.get(), row + moved, row_step, most, buffer);
                job.cos = block.cos;
                job.sin = block.sin;
                job.row_stride = block.row_stride;
                job.rows = nullptr;
                job.first_row = 0;
                job.rows_step = block.rows_step;
                job.tokens = (std::min)(job.tokens, block.tokens);
            } else {
                job.cos = rows->cos;
                job.sin = rows->sin;
                job.row_stride = rows->row_stride;
                job.rows = rows->list != nullptr ? rows->list + row : nullptr;
                job.first_row = rows->first_row + moved + row;
                job.rows_step = row_step;
            }
        }
        work.kernel(job, in.row + h0 * from.head, out.row + h0 * to.head);
        begin += job.tokens > 1 || job.heads == heads ? job.tokens * heads : job.heads;
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
