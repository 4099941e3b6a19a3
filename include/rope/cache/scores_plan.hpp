// scores_data: scores of queries against unrotated cached keys whose checks and choices are made, without its element types.
// scores.hpp is the interface.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/cache_side.hpp>
#include <rope/cache/delta_rows.hpp>
#include <rope/rotate/pass_plan.hpp>
#include <rope/table/row_source.hpp>
#include <rope/tensor/positions.hpp>
#include <rope/tensor/untyped_view.hpp>

#include <cstdint>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/kernels/convert_kernels.hpp>
#include <rope/rotate/row_pass.hpp>

#include <algorithm>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct scores_data {
    rope::isa isa = rope::isa::scalar;
    token_grid grid = {};
    row_binding rows = {};
    std::int64_t row_count = 0;
    row_work work = {};
    cache_side keys = {};
    std::vector<std::int64_t> slot_list = {};
    const float* query = nullptr;
    float* scores = nullptr;
    std::int64_t queries = 0, group = 1; // query tokens; query heads for each head of the cache
    std::int64_t query_stride[2] = {}, score_stride[3] = {};
    double factor = 1;
};

struct scores_request {
    const row_source& rows;
    const untyped_view &query, &scores; // [s][h][d], [s][h][key]
    const untyped_cache& keys;
    const cache_slots& slots;
    const positions& where;
    double factor;
};
ROPE_API status make_scores(scores_data& plan, const scores_request& r);

// Other memory than the plan's; null: the plan's.
struct scores_pointers {
    const float* query = nullptr;
    const void* keys = nullptr;
    const float* scales = nullptr;
    float* scores = nullptr;
};
ROPE_API void run_scores(const scores_data& plan, const scores_pointers& at, std::int64_t part,
                         std::int64_t parts) noexcept;

#if ROPE_DEFINITIONS

inline bool check_scores_shapes(const scores_request& r, std::int64_t tokens, status& why) {
    const cache_layout& l = r.keys.layout;
    const untyped_view &q = r.query, &s = r.scores;
    for (const untyped_view* v : {&q, &s}) {
        const char* const name = v == &q ? "the query" : "the scores";
        if (v->rank != 3) {
            return refuse(why, errc::shape,
                          {name, " has ", v->rank, " axes; expected three, token, head and ",
                           v == &q ? "value" : "key"});
        }
        const axis_names names("s h d");
        const rotated_slice any(v->extent[2], 0, 0, pairing::half_split); // of which nothing rotates
        bool nested = false;
        if (v->extent[2] > 0 && !check_shapes(any, names, *v, {name, pairing::half_split}, nullptr,
                                              {name, pairing::half_split}, nested, why)) {
            return false;
        }
    }
    if (q.extent[2] != l.dim || q.extent[1] < 1 || l.heads < 1 || q.extent[1] % l.heads != 0) {
        return refuse(why, errc::shape,
                      {"the query has ", q.extent[1], " heads of ", q.extent[2],
                       " values; expected a multiple of ", l.heads, " of ", l.dim});
    }
    if (q.extent[2] > 1 && q.stride[2] != 1) {
        return refuse(why, errc::shape,
                      {"the query has the stride ", q.stride[2], " along its values; expected 1"});
    }
    if (s.extent[0] != q.extent[0] || s.extent[1] != q.extent[1] || s.extent[2] != tokens) {
        const std::int64_t expected[] = {q.extent[0], q.extent[1], tokens};
        return refuse(
            why, errc::shape,
            {"the scores have the shape ", shape_text(s.extent, 3), "; expected ", shape_text(expected, 3)});
    }
    return true;
}

inline bool check_scores_memory(const scores_request& r, status& why) {
    bool nested = false;
    if (!check_memory(r.scores, r.scores, axis_names("s h d"), true, nested, why)) {
        return false;
    }
    const auto range = [](const untyped_view& v) {
        const byte_range bytes = touched_bytes(v);
        const auto base = reinterpret_cast<std::uintptr_t>(v.data);
        return address_range{base + static_cast<std::uintptr_t>(bytes.lo),
                             base + static_cast<std::uintptr_t>(bytes.hi)};
    };
    const address_range written = range(r.scores);
    if (share_memory(r.scores, r.query) || written.meets(range_of(r.keys)) ||
        written.meets(scales_of(r.keys))) {
        return refuse(why, errc::overlap, {"the scores share memory with the query or the key cache"});
    }
    return true;
}

ROPE_API status make_scores(scores_data& plan, const scores_request& r) {
    status why;
    scores_data made;
    pass_kernels chosen;
    token_positions buffer;
    const std::int64_t tokens = r.slots.count;
    if (!has_slice(r.rows)) {
        refuse(why, errc::no_memory, {"the table has no frequencies: its pointer to them is null"});
        return why;
    }
    if (tokens < 0) {
        refuse(why, errc::shape,
               {"the slots have no count; expected rope::slots(list) or rope::slots_from(first, count)"});
        return why;
    }
    if (!has_finite_bits(r.factor)) {
        refuse(why, errc::config, {"the factor of the scores is ", r.factor, "; expected a number"});
        return why;
    }
    const rotated_slice f = slice_of(r.rows);
    const cache_layout& l = r.keys.layout;
    made.keys = side_of(r.keys, r.slots);
    const char* const name = "the key cache";
    if (!check_cache(r.keys, name, false, why) || !check_slots(made.keys, tokens, name, false, why) ||
        !check_scores_shapes(r, tokens, why) || !check_scores_memory(r, why) ||
        !choose_pass_kernels(chosen, why) || !check_cache_frequencies(f, tokens, l.heads, l.dim, name, why)) {
        return why;
    }
    const cache_tokens tensor(tokens, l.heads, l.dim);
    if (!bind_pass_rows(made.grid, made.rows, made.row_count, r.rows, {tensor.view, name},
                        axis_names("s h d"), r.where, direction::forward, chosen.which, buffer, why)) {
        return why;
    }
    made.slot_list.reserve(static_cast<std::size_t>(tokens));
    for (std::int64_t t = 0; t < tokens; ++t) {
        made.slot_list.push_back(r.slots.at(t));
    }
    made.isa = chosen.which;
    made.work.convert = convert_kernels_for(chosen.which);
    made.work.heads = l.heads;
    made.work.dim = l.dim;
    rotate_in_buffer(made.work, f, chosen, false);
    made.query = static_cast<const float*>(r.query.data);
    made.scores = static_cast<float*>(const_cast<void*>(r.scores.data));
    made.queries = r.query.extent[0];
    made.group = r.query.extent[1] / l.heads;
    for (int k = 0; k < 3; ++k) {
        made.score_stride[k] = r.scores.stride[k];
        if (k < 2) {
            made.query_stride[k] = r.query.stride[k];
        }
    }
    made.factor = r.factor;
    plan = std::move(made);
    return why;
}

// The scores of one key, of heads [first, first + heads) in `rows`.
inline void score_rows(const scores_data& plan, const float* query, float* scores, const float* rows,
                       std::int64_t token, std::int64_t first, std::int64_t heads) noexcept {
    const std::int64_t dim = plan.work.dim;
    for (std::int64_t h = 0; h < heads; ++h, rows += dim) {
        for (std::int64_t t = 0; t < plan.queries; ++t) {
            for (std::int64_t g = 0; g < plan.group; ++g) {
                const std::int64_t head = (first + h) * plan.group + g;
                const double dot = plan.work.convert.dot(
                    query + t * plan.query_stride[0] + head * plan.query_stride[1], rows, dim);
                scores[t * plan.score_stride[0] + head * plan.score_stride[1] +
                       token * plan.score_stride[2]] = static_cast<float>(unfused(dot * plan.factor));
            }
        }
    }
}

ROPE_API void run_scores(const scores_data& plan, const scores_pointers& at, std::int64_t part,
                         std::int64_t parts) noexcept {
    const default_float_mode mode;
    alignas(64) float buffer[pass_values];
    cache_side keys = plan.keys;
    keys.slots = slots(plan.slot_list);
    keys.data = at.keys != nullptr ? static_cast<char*>(const_cast<void*>(at.keys)) : keys.data;
    keys.layout.scales = at.scales != nullptr ? const_cast<float*>(at.scales) : keys.layout.scales;
    const float* const query = at.query != nullptr ? at.query : plan.query;
    float* const scores = at.scores != nullptr ? at.scores : plan.scores;
    const row_work& work = plan.work;
    const std::int64_t at_once = work.dim > 0 ? pass_values / work.dim : 1;
    row_cursor cursor(&plan.rows, 0);
    row_range range = rows_of_part(plan.grid.tokens * work.heads, 1, part, parts);
    while (range.begin < range.end) {
        const std::int64_t token = range.begin / work.heads, first = range.begin % work.heads;
        const std::int64_t heads =
            (std::min)((std::min)(work.heads - first, range.end - range.begin), at_once);
        range.begin += heads;
        row_place in;
        if (!keys.place(token, in)) {
            continue;
        }
        read_rows(work.convert, keys, in, first, heads, work.dim, buffer);
        if (work.rotate != nullptr) {
            kernels::rotate_job job = work.job;
            job.heads = heads;
            cursor.find(plan.grid.row(token), plan.row_count, job.cos, job.sin);
            work.rotate(job, buffer, buffer);
        }
        score_rows(plan, query, scores, buffer, token, first, heads);
    }
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
