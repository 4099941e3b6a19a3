// row_pass: rows through a buffer on the stack: read and widened to float, normalised, rotated, scaled, rounded and written.
// One token at a time, some heads at a time. For what the rotation's kernels do not do on their own: norms, scales, 8-bit
// formats. Fused norms (fused.hpp) and caches (cache/) are made of it. The engine knows neither tensors nor caches: a side,
// where rows are read from or written to, says where the rows of a token are.
//
// A side has
//   row_format format; std::int64_t one, head, scale_head, block;
//   bool place(std::int64_t token, row_place& at) const noexcept;   // false: the token is skipped
// head: bytes from a head's row to the next one's; one: elements from a value to the next one's. scale_head, block: of i8, floats
// from a head's scales to the next one's, and values for each scale.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/float_mode.hpp>
#include <rope/numbers/fma.hpp>
#include <rope/rotate/row_binding.hpp>
#include <rope/rotate/row_work.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Finds rows of cos and sin: in memory, or made in blocks by the binding's function. moved: how many positions later.
class row_cursor {
  public:
    row_cursor(const row_binding* b, std::int64_t moved) noexcept : b_(b), moved_(moved), block_() {
        if (b != nullptr) {
            by_function_ = b->origin == row_origin::computed || (moved != 0 && b->function != nullptr);
        }
    }

    // number: of the row among `count` of the plan.
    void find(std::int64_t number, std::int64_t count, const void*& cos, const void*& sin) noexcept {
        std::int64_t row = 0;
        const void *c = nullptr, *s = nullptr;
        std::int64_t stride = b_->row_stride;
        if (by_function_) {
            if (number < first_ || number >= end_) {
                block_ = b_->function(b_->state.get(), number + moved_, 1, count - number, buffer_);
                first_ = number;
                end_ = number + block_.tokens;
            }
            c = block_.cos;
            s = block_.sin;
            row = (number - first_) * block_.rows_step;
            stride = block_.row_stride;
        } else {
            c = b_->cos;
            s = b_->sin;
            row = b_->list != nullptr ? b_->list[number] : b_->first_row + moved_ + number;
        }
        cos = static_cast<const float*>(c) + row * stride;
        sin = static_cast<const float*>(s) + row * stride;
    }

  private:
    const row_binding* b_;
    std::int64_t moved_;
    bool by_function_ = false;
    std::int64_t first_ = 0, end_ = 0;
    row_block block_;
    alignas(64) float buffer_[2 * buffered_entries]; // not initialised
};

// 1 / sqrt(sum * inverse_count + epsilon): every step rounded once in double, then to float.
inline float inverse_root(double sum, double inverse_count, double epsilon) noexcept {
    const double mean = unfused(fma(sum, inverse_count, epsilon));
    return static_cast<float>(unfused(1 / unfused(std::sqrt(mean))));
}

// `heads` rows of a side into the buffer, [head][dim], and back.
template <class Side>
void read_rows(const convert_kernels& convert, const Side& side, const row_place& at, std::int64_t first,
               std::int64_t heads, std::int64_t dim, float* to) noexcept {
    const std::int64_t size = bytes_of(side.format);
    const char* from = at.row + first * side.head;
    if (side.one == 1 && side.format != row_format::i8 &&
        side.head * values_of(side.format) == dim * size) { // side by side
        convert.widen(side.format, from, nullptr, 1, to, heads * dim);
        return;
    }
    for (std::int64_t h = 0; h < heads; ++h, from += side.head, to += dim) {
        const float* const scales =
            side.format == row_format::i8 ? at.scales + (first + h) * side.scale_head : nullptr;
        if (side.one == 1) {
            convert.widen(side.format, from, scales, side.block, to, dim);
            continue;
        }
        char together[pass_values * static_cast<std::int64_t>(sizeof(float))];
        for (std::int64_t j = 0; j < dim; ++j) {
            std::memcpy(together + j * size, from + j * side.one * size, static_cast<std::size_t>(size));
        }
        convert.widen(side.format, together, scales, side.block, to, dim);
    }
}
template <class Side>
void write_rows(const convert_kernels& convert, const Side& side, const row_place& at, std::int64_t first,
                std::int64_t heads, std::int64_t dim, const float* from) noexcept {
    const std::int64_t size = bytes_of(side.format);
    char* to = at.row + first * side.head;
    if (side.one == 1 && side.format != row_format::i8 && side.head * values_of(side.format) == dim * size) {
        convert.narrow(side.format, from, to, nullptr, 1, heads * dim);
        return;
    }
    for (std::int64_t h = 0; h < heads; ++h, to += side.head, from += dim) {
        float* const scales =
            side.format == row_format::i8 ? at.scales + (first + h) * side.scale_head : nullptr;
        if (side.one == 1) {
            convert.narrow(side.format, from, to, scales, side.block, dim);
            continue;
        }
        char together[pass_values * static_cast<std::int64_t>(sizeof(float))];
        convert.narrow(side.format, from, together, scales, side.block, dim);
        for (std::int64_t j = 0; j < dim; ++j) {
            std::memcpy(to + j * side.one * size, together + j * size, static_cast<std::size_t>(size));
        }
    }
}

inline void normalise_rows(const row_work& work, std::int64_t token, std::int64_t first, std::int64_t heads,
                           float across, float* rows) noexcept {
    const pass_norm& norm = work.norm;
    for (std::int64_t h = 0; h < heads; ++h, rows += work.dim) {
        const float factor = norm.across_heads ? across
                                               : inverse_root(work.convert.dot(rows, rows, work.dim),
                                                              norm.inverse_count, norm.epsilon);
        work.convert.multiply(rows, factor, norm.weight_at(token, first + h), work.dim);
    }
}

// Heads [h0, h1) of a token. cos, sin: its row. `across`: the factor of a norm across heads.
template <class From, class To>
void pass_rows(const row_work& work, const From& from, const row_place& in, const To& to,
               const row_place& out, const void* cos, const void* sin, std::int64_t token, std::int64_t h0,
               std::int64_t h1, float factor, float across, float* buffer) noexcept {
    const std::int64_t at_once = work.dim > 0 ? pass_values / work.dim : 1;
    for (std::int64_t h = h0; h < h1; h += at_once) {
        const std::int64_t heads = (std::min)(at_once, h1 - h);
        read_rows(work.convert, from, in, h, heads, work.dim, buffer);
        if (work.norm.before) {
            normalise_rows(work, token, h, heads, across, buffer);
        }
        if (work.rotate != nullptr) {
            kernels::rotate_job job = work.job;
            job.heads = heads;
            job.cos = cos;
            job.sin = sin;
            work.rotate(job, buffer, buffer);
        }
        if (work.norm.after) {
            normalise_rows(work, token, h, heads, across, buffer);
        }
        if (factor != 1) {
            work.convert.multiply(buffer, factor, nullptr, heads * work.dim);
        }
        write_rows(work.convert, to, out, h, heads, work.dim, buffer);
    }
}

// The factor of a norm across all heads of a token; rotation does not change the mean where its amplitude is 1.
template <class From>
float factor_across(const row_work& work, const From& from, const row_place& in, float* buffer) noexcept {
    double sum = 0;
    for (std::int64_t h = 0; h < work.heads; ++h) {
        read_rows(work.convert, from, in, h, 1, work.dim, buffer);
        sum = unfused(sum + work.convert.dot(buffer, buffer, work.dim));
    }
    return inverse_root(sum, work.norm.inverse_count, work.norm.epsilon);
}

// Rows [begin, end), counted token by token, head by head. factor_of(token): what results are multiplied by.
// Allocates nothing; 48 KiB of stack, 80 where values of a row are not side by side. `rows` is null where nothing rotates.
template <class From, class To, class FactorOf>
ROPE_NOINLINE void run_rows(const row_work& work, const token_grid& grid, const row_binding* rows,
                            std::int64_t row_count, std::int64_t moved, const From& from, const To& to,
                            std::int64_t begin, std::int64_t end, FactorOf&& factor_of) noexcept {
    const default_float_mode mode;
    alignas(64) float buffer[pass_values];
    row_cursor cursor(rows, moved);
    while (begin < end) {
        const std::int64_t token = begin / work.heads, h0 = begin % work.heads;
        const std::int64_t h1 = (std::min)(work.heads, h0 + (end - begin));
        begin += h1 - h0;
        row_place in, out;
        if (!from.place(token, in) || !to.place(token, out)) {
            continue;
        }
        const void *cos = nullptr, *sin = nullptr;
        if (work.rotate != nullptr) {
            cursor.find(grid.row(token), row_count, cos, sin);
        }
        const float across = work.norm.across_heads ? factor_across(work, from, in, buffer) : 1.0f;
        const float factor = factor_of(token);
        if (work.fused != nullptr && factor == 1) {
            norm_job job = work.fused_job;
            job.heads = h1 - h0;
            job.cos = static_cast<const float*>(cos);
            job.sin = static_cast<const float*>(sin);
            job.weight = work.norm.weight_at(token, h0);
            job.factor = across;
            work.fused(job, in.row + h0 * from.head, out.row + h0 * to.head);
            continue;
        }
        pass_rows(work, from, in, to, out, cos, sin, token, h0, h1, factor, across, buffer);
    }
}

// The rows of part `part` of `parts`: as equal as the grain allows.
struct row_range {
    std::int64_t begin, end;
};
inline row_range rows_of_part(std::int64_t rows, std::int64_t grain, std::int64_t part,
                              std::int64_t parts) noexcept {
    const std::int64_t units = grain > 0 ? rows / grain : 0;
    const auto boundary = [&](std::int64_t k) {
        return (units / parts * k + (std::min)(k, units % parts)) * grain;
    };
    return {boundary(part), boundary(part + 1)};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
