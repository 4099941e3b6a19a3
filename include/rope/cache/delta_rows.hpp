// delta_rows: the rows of cos and sin of tokens of a cache: of deltas, of positions. A delta that many tokens share has its row
// once.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequency_set.hpp>
#include <rope/rotate/pass_plan.hpp>
#include <rope/table/table.hpp>

#include <cstdint>
#include <memory>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/rotate/shape.hpp>
#include <rope/table/cos_sin_table.hpp>
#include <rope/table/row_source.hpp>
#include <rope/tensor/token_positions.hpp>

#include <algorithm>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct delta_rows {
    std::shared_ptr<const frequency_set> frequencies = {};
    std::shared_ptr<const table<float>> shared = {}; // rows that tokens share; null: none
    token_grid grid = {};
    row_binding rows = {};
    std::int64_t row_count = 0;
    double largest = 0; // magnitude of a delta
};

// Tokens of a cache as a tensor with the axes "s h d", of which nothing is read: for the checks of tensors.
struct cache_tokens {
    std::int64_t extent[3], stride[3];
    untyped_view view;
    cache_tokens(std::int64_t tokens, std::int64_t heads, std::int64_t dim) noexcept
        : extent{tokens, heads, dim}, stride{saturating_multiply(heads, dim), dim, 1} {
        view.data = this;
        view.extent = extent;
        view.stride = stride;
        view.rank = 3;
    }
    cache_tokens(const cache_tokens&) = delete;
    cache_tokens& operator=(const cache_tokens&) = delete;
};

// Whether keys of this shape can be rotated by `f`.
ROPE_API bool check_cache_frequencies(const rotated_slice& f, std::int64_t tokens, std::int64_t heads,
                                      std::int64_t dim, const char* name, status& why);

// The rows of `tokens` tokens. f was checked. unmoved: for each token whether all its deltas are 0.
ROPE_API bool bind_deltas(delta_rows& d, frequency_set f, const positions& deltas, std::int64_t tokens,
                          std::int64_t heads, isa which, std::vector<char>& unmoved, status& why);

#if ROPE_DEFINITIONS

ROPE_API bool check_cache_frequencies(const rotated_slice& f, std::int64_t tokens, std::int64_t heads,
                                      std::int64_t dim, const char* name, status& why) {
    const cache_tokens t(tokens, heads, dim);
    const axis_names names("s h d");
    bool nested = false;
    return check_pass_tensor({t.view, name}, names, dim, why) &&
           check_shapes(f, names, t.view, {name, f.pairing}, nullptr, {name, f.pairing}, nested, why);
}

// Keeps a table that tokens share; false, with the reason, where there is none.
inline bool keep_shared(delta_rows& d, result<table<float>>&& made, status& why) {
    why = std::move(made.why);
    if (why.ok()) {
        d.shared = std::make_shared<const table<float>>(std::move(made.value));
    }
    return why.ok();
}

// Rows for all positions from the least to the largest delta, where those are not many more than there are tokens: as of
// self-extend, or of originals that were not rotated. A run of rows is made 10 times as fast as rows of a list.
// False where they are many more, or why says what is wrong.
inline bool make_run_of_rows(delta_rows& d, const std::int64_t* deltas, std::int64_t tokens, status& why) {
    std::int64_t least = deltas[0], most = deltas[0];
    for (std::int64_t t = 1; t < tokens; ++t) {
        least = (std::min)(least, deltas[t]);
        most = (std::max)(most, deltas[t]);
    }
    const std::uint64_t further = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
    if (further >= 2 * static_cast<std::uint64_t>(tokens)) {
        return false;
    }
    const auto rows = static_cast<std::int64_t>(further) + 1;
    return keep_shared(d, try_cos_sin_table<float>(*d.frequencies, range{least, rows}), why);
}

// Rows for the deltas that differ, where there are few; `number`: of each token's. False where there are many, or why says what is
// wrong.
template <class T>
bool share_rows(delta_rows& d, const T* deltas, std::int64_t tokens, std::int64_t axes,
                std::vector<std::int64_t>& number, status& why) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(tokens));
    for (std::int64_t t = 0; t < tokens; ++t) {
        order[static_cast<std::size_t>(t)] = t;
    }
    const auto compare = [&](std::int64_t a, std::int64_t b) {
        for (std::int64_t k = 0; k < axes; ++k) {
            const T x = deltas[k * tokens + a], y = deltas[k * tokens + b];
            if (x < y || y < x) {
                return x < y ? -1 : 1;
            }
        }
        return 0;
    };
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return compare(a, b) < 0; });
    number.resize(order.size());
    std::vector<std::int64_t> first; // a token of each row
    for (const std::int64_t t : order) {
        if (first.empty() || compare(first.back(), t) != 0) {
            first.push_back(t);
        }
        number[static_cast<std::size_t>(t)] = static_cast<std::int64_t>(first.size()) - 1;
    }
    if (static_cast<std::int64_t>(first.size()) > tokens / 4) {
        return false;
    }
    std::vector<T> list;
    for (std::int64_t k = 0; k < axes; ++k) {
        for (const std::int64_t t : first) {
            list.push_back(deltas[k * tokens + t]);
        }
    }
    return keep_shared(
        d,
        try_cos_sin_table<float>(*d.frequencies, list.data(), static_cast<std::int64_t>(first.size()), axes),
        why);
}

ROPE_API bool bind_deltas(delta_rows& d, frequency_set f, const positions& deltas, std::int64_t tokens,
                          std::int64_t heads, isa which, std::vector<char>& unmoved, status& why) {
    const cache_tokens t(tokens, heads, f.head_dim);
    const axis_names names("s h d");
    token_axes axes;
    token_positions at, buffer;
    if (!match_positions(deltas, names, t.extent, f.axes, false, axes, why) ||
        !gather_positions(deltas, axes, t.extent, 3, at, why)) {
        return false;
    }
    if (axes.depends[1] && heads > 1) {
        return refuse(why, errc::positions, {"deltas depend on the axis \"h\"; expected one for all heads"});
    }
    unmoved.assign(static_cast<std::size_t>(tokens), 1);
    for (std::int64_t k = 0; k < at.count; ++k) {
        const double x = at.integers != nullptr ? static_cast<double>(at.integers[k]) : at.reals[k];
        d.largest = (std::max)(d.largest, x < 0 ? -x : x);
        if (x < 0 || x > 0) {
            const std::int64_t token = k % axes.count;
            for (std::int64_t s = axes.count == 1 ? 0 : token; s < (axes.count == 1 ? tokens : token + 1);
                 ++s) {
                unmoved[static_cast<std::size_t>(s)] = 0;
            }
        }
    }
    d.frequencies = std::make_shared<const frequency_set>(std::move(f));
    const pass_tensor tensor = {t.view, "the key cache"};
    row_source source = row_source_of<frequency_set>::of(*d.frequencies);
    std::vector<std::int64_t> number;
    constexpr std::int64_t shared_rows = 16;
    if (at.integers != nullptr && axes.position_axes == 1 && axes.count >= shared_rows &&
        deltas.type != position_type::none && make_run_of_rows(d, at.integers, tokens, why)) {
        source = row_source_of<table<float>>::of(*d.shared);
    } else if (why.ok() && deltas.type != position_type::none && axes.count >= shared_rows && at.count > 0 &&
               (at.integers != nullptr ? share_rows(d, at.integers, tokens, axes.position_axes, number, why)
                                       : share_rows(d, at.reals, tokens, axes.position_axes, number, why))) {
        source = row_source_of<table<float>>::of(*d.shared);
        return bind_pass_rows(d.grid, d.rows, d.row_count, source, tensor, names, ids(number),
                              direction::forward, which, buffer, why);
    }
    return why.ok() && bind_pass_rows(d.grid, d.rows, d.row_count, source, tensor, names, deltas,
                                      direction::forward, which, buffer, why);
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
