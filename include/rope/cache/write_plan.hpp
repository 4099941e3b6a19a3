// cache_write_data: a cache write whose checks and choices are made, without its element types. write.hpp is the interface.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/cache_side.hpp>
#include <rope/cache/direct_plan.hpp>
#include <rope/model/query_scale.hpp>
#include <rope/rotate/pass_plan.hpp>
#include <rope/rotate/plan.hpp>

#include <cstdint>
#include <optional>
#include <vector>

#if ROPE_DEFINITIONS
#include <rope/kernels/convert_kernels.hpp>
#include <rope/rotate/row_pass.hpp>

#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {

// What is done beside rotating and storing.
struct cache_write_options {
    std::optional<rms_norm> query_norm = {}, key_norm = {};
    double query_factor = 1;     // on the rotated query: 1 / sqrt(head_dim), say
    query_scale query_rule = {}; // and this function of the position (of axis 0)
};

namespace detail {

// One of query, key and value.
struct write_pass {
    bool used = false;
    row_work work = {};
    direct_work direct = {};
    tensor_side from = {};
    cache_side to = {}; // of a query: not used
};

struct cache_write_data {
    rope::isa isa = rope::isa::scalar;
    token_grid grid = {};
    row_binding rows = {};
    std::int64_t row_count = 0;
    write_pass query = {}, key = {}, value = {};
    bool listed = false;
    std::int64_t first_slot = 0;
    std::vector<std::int64_t> slot_list = {};
    float query_factor = 1;
    double factor = 1;
    query_scale rule = {};
    std::vector<float> query_factors = {}; // by row, where positions are listed and there is a rule
};

// What a write is made of; null: not there.
struct write_request {
    const row_source& rows;
    const untyped_view *query, *key, *value;
    const untyped_cache *keys, *values;
    const axis_names& names;
    const positions& where;
    const cache_slots& slots;
    const cache_write_options& options;
    // Kernels that write the format themselves, or null.
    const rotation_functions *query_functions, *key_functions, *value_functions;
};
ROPE_API status make_cache_write(cache_write_data& plan, const write_request& r);

// Other memory than the plan's, of the same shapes and strides; null: the plan's.
struct write_pointers {
    void* query = nullptr;
    const void *key = nullptr, *value = nullptr;
    void *keys = nullptr, *values = nullptr;
    float *key_scales = nullptr, *value_scales = nullptr;
};

// Where a run differs from its plan.
struct write_move {
    std::int64_t moved = 0;
    const cache_slots* slots = nullptr; // null: the plan's
};
ROPE_API void run_cache_write(const cache_write_data& plan, const write_pointers& at, const write_move& move,
                              std::int64_t part, std::int64_t parts) noexcept;
ROPE_API bool check_write_move(const cache_write_data& plan, std::int64_t past, const cache_slots& slots,
                               status& why);

#if ROPE_DEFINITIONS

inline bool check_pass_cache(const untyped_cache& c, const pass_tensor& t, const axis_names& names,
                             const char* name, status& why) {
    if (!check_cache(c, name, true, why)) {
        return false;
    }
    const int h = names.find("h");
    const std::int64_t heads = h >= 0 ? t.view.extent[h] : 1, dim = t.view.extent[names.embedding()];
    if (c.layout.heads != heads || c.layout.dim != dim) {
        return refuse(why, errc::shape,
                      {name, " has ", c.layout.heads, " heads of ", c.layout.dim, " values; ", t.name,
                       " has ", heads, " of ", dim});
    }
    return true;
}

// Input and cache must be apart; what is written, from everything else.
inline bool check_apart(const write_request& r, status& why) {
    struct region {
        address_range range;
        const char* name;
        bool written;
        const untyped_view* tensor;
        const untyped_cache* cache;
    };
    region all[7];
    int n = 0;
    const auto add_tensor = [&](const untyped_view* v, const char* name, bool written) {
        if (v != nullptr) {
            const byte_range bytes = touched_bytes(*v);
            const auto base = reinterpret_cast<std::uintptr_t>(v->data);
            all[n++] = {
                {base + static_cast<std::uintptr_t>(bytes.lo), base + static_cast<std::uintptr_t>(bytes.hi)},
                name,
                written,
                v,
                nullptr};
        }
    };
    add_tensor(r.query, "the query", true);
    add_tensor(r.key, "the key", false);
    add_tensor(r.value, "the value", false);
    for (const untyped_cache* c : {r.keys, r.values}) {
        if (c != nullptr) {
            const bool key = c == r.keys;
            all[n++] = {range_of(*c), key ? "the key cache" : "the value cache", true, nullptr, c};
            if (c->layout.scales != nullptr) {
                all[n++] = {scales_of(*c),
                            key ? "the scales of the key cache" : "the scales of the value cache", true,
                            nullptr, nullptr};
            }
        }
    }
    for (int a = 0; a < n; ++a) {
        for (int b = a + 1; b < n; ++b) {
            if ((!all[a].written && !all[b].written) || !all[a].range.meets(all[b].range)) {
                continue;
            }
            const bool tensors = all[a].tensor != nullptr && all[b].tensor != nullptr; // slices of one buffer
            const bool caches = all[a].cache != nullptr && all[b].cache != nullptr;
            if ((tensors && !share_memory(*all[a].tensor, *all[b].tensor)) ||
                (caches && !caches_meet(*all[a].cache, *all[b].cache))) {
                continue;
            }
            return refuse(why, errc::overlap, {all[a].name, " and ", all[b].name, " share memory"});
        }
    }
    return true;
}

inline bool set_query_factors(cache_write_data& plan, const write_request& r, const untyped_view& v,
                              status& why) {
    plan.factor = r.options.query_factor;
    plan.rule = r.options.query_rule;
    if (!has_finite_bits(plan.factor)) {
        return refuse(why, errc::config, {"query_factor is ", plan.factor, "; expected a number"});
    }
    plan.query_factor = static_cast<float>(plan.factor);
    if (plan.rule.kind == query_scale::rule::none || r.where.type == position_type::none) {
        return true;
    }
    token_axes tokens;
    token_positions at;
    if (!match_positions(r.where, r.names, v.extent, slice_of(r.rows).axes, r.rows.listed_axes != 0, tokens,
                         why) ||
        !gather_positions(r.where, tokens, v.extent, v.rank, at, why)) {
        return false;
    }
    for (std::int64_t k = 0; k < tokens.count; ++k) {
        const double position = at.integers != nullptr ? static_cast<double>(at.integers[k]) : at.reals[k];
        plan.query_factors.push_back(static_cast<float>(plan.factor * query_scale_at(plan.rule, position)));
    }
    return true;
}

ROPE_API status make_cache_write(cache_write_data& plan, const write_request& r) {
    status why;
    token_positions buffer;
    pass_kernels chosen;
    cache_write_data made;
    if (!has_slice(r.rows)) {
        refuse(why, errc::no_memory, {"the table has no frequencies: its pointer to them is null"});
        return why;
    }
    const rotated_slice f = slice_of(r.rows);
    const pass_tensor key = {*r.key, "the key"};
    if (!check_pass_tensor(key, r.names, f.head_dim, why) ||
        !check_pass_cache(*r.keys, key, r.names, "the key cache", why) || !choose_pass_kernels(chosen, why) ||
        !bind_pass_rows(made.grid, made.rows, made.row_count, r.rows, key, r.names, r.where,
                        direction::forward, chosen.which, buffer, why)) {
        return why;
    }
    if (r.query != nullptr) {
        const pass_tensor query = {*r.query, "the query"};
        if (!check_pass_tensor(query, r.names, f.head_dim, why) ||
            !check_same_tokens(key, query, r.names, false, why) ||
            !check_memory(*r.query, *r.query, r.names, true, false, why)) {
            return why;
        }
    }
    if (r.value != nullptr) {
        const pass_tensor value = {*r.value, "the value"};
        if (!check_pass_tensor(value, r.names, -1, why) ||
            !check_same_tokens(key, value, r.names, false, why) ||
            !check_pass_cache(*r.values, value, r.names, "the value cache", why)) {
            return why;
        }
    }
    if (!check_apart(r, why)) {
        return why;
    }
    const std::int64_t tokens = made.grid.tokens;
    made.isa = chosen.which;
    const auto fill = [&](write_pass& pass, const untyped_view& v, const untyped_cache* c, const char* name) {
        pass.used = true;
        pass.work.convert = convert_kernels_for(chosen.which);
        pass.work.heads = side_of(pass.from, v, r.names);
        pass.work.dim = v.extent[r.names.embedding()];
        pass.from.data = static_cast<char*>(const_cast<void*>(v.data));
        if (c != nullptr) {
            pass.to = side_of(*c, r.slots);
            return check_slots(pass.to, tokens, name, true, why);
        }
        return true;
    };
    const bool in_order = r.slots.list == nullptr;
    if (!fill(made.key, *r.key, r.keys, "the key cache") ||
        (r.options.key_norm &&
         !set_norm(made.key.work, *r.options.key_norm, tokens, factor_of(r.rows), "the key", why)) ||
        (r.value != nullptr && !fill(made.value, *r.value, r.values, "the value cache"))) {
        return why;
    }
    rotate_in_buffer(made.key.work, f, chosen, false);
    set_fused(made.key.work, made.key.from, made.key.to);
    set_direct(made.key.direct, made.key.work, made.key.from, made.key.to, r.key_functions, &f, chosen,
               tokens, false, in_order);
    if (r.value != nullptr) {
        set_direct(made.value.direct, made.value.work, made.value.from, made.value.to, r.value_functions,
                   nullptr, chosen, tokens, false, in_order);
    }
    if (r.query != nullptr) {
        fill(made.query, *r.query, nullptr, "the query");
        if ((r.options.query_norm && !set_norm(made.query.work, *r.options.query_norm, tokens,
                                               factor_of(r.rows), "the query", why)) ||
            !set_query_factors(made, r, *r.query, why)) {
            return why;
        }
        rotate_in_buffer(made.query.work, f, chosen, false);
        set_fused(made.query.work, made.query.from, made.query.from);
        if (made.query_factor == 1 && made.rule.kind == query_scale::rule::none) {
            set_direct(made.query.direct, made.query.work, made.query.from, made.query.to, r.query_functions,
                       &f, chosen, tokens, true, true);
        }
    }
    made.listed = r.slots.list != nullptr;
    made.first_slot = r.slots.first;
    if (made.listed) {
        made.slot_list.reserve(static_cast<std::size_t>(tokens));
        for (std::int64_t t = 0; t < tokens; ++t) {
            made.slot_list.push_back(r.slots.at(t));
        }
    }
    plan = std::move(made);
    return why;
}

ROPE_API bool check_write_move(const cache_write_data& plan, std::int64_t past, const cache_slots& slots,
                               status& why) {
    if (!check_row_move(plan.rows, past, why)) {
        return false;
    }
    for (const write_pass* pass : {&plan.key, &plan.value}) {
        if (pass->used) {
            cache_side side = pass->to;
            side.slots = slots;
            if (!check_slots(side, plan.grid.tokens, pass == &plan.key ? "the key cache" : "the value cache",
                             true, why)) {
                return false;
            }
        }
    }
    return true;
}

inline void run_stored_pass(const cache_write_data& plan, const write_pass& pass, const void* from_data,
                            void* to_data, float* scales, const cache_slots& slots, bool rotates,
                            std::int64_t moved, std::int64_t part, std::int64_t parts) noexcept {
    tensor_side from = pass.from;
    cache_side to = pass.to;
    from.grid = &plan.grid;
    from.data = from_data != nullptr ? static_cast<char*>(const_cast<void*>(from_data)) : from.data;
    to.data = to_data != nullptr ? static_cast<char*>(to_data) : to.data;
    to.layout.scales = scales != nullptr ? scales : to.layout.scales;
    to.slots = slots;
    const row_binding* const rows = rotates ? &plan.rows : nullptr;
    const row_range range = rows_of_part(plan.grid.tokens * pass.work.heads, pass.work.grain(), part, parts);
    if (pass.direct.kernel != nullptr) {
        run_direct(pass.direct, pass.work.heads, plan.grid, rows, plan.row_count, moved, from, to,
                   range.begin, range.end);
    } else {
        run_rows(pass.work, plan.grid, rows, plan.row_count, moved, from, to, range.begin, range.end,
                 [](std::int64_t) { return 1.0f; });
    }
}

ROPE_API void run_cache_write(const cache_write_data& plan, const write_pointers& at, const write_move& move,
                              std::int64_t part, std::int64_t parts) noexcept {
    cache_slots slots;
    if (move.slots != nullptr) {
        slots = *move.slots;
    } else {
        slots.first = plan.first_slot;
        slots.list = plan.listed ? plan.slot_list.data() : nullptr;
        slots.wide = true;
        slots.count = plan.listed ? static_cast<std::int64_t>(plan.slot_list.size()) : 0;
    }
    if (plan.query.used) {
        tensor_side side = plan.query.from;
        side.grid = &plan.grid;
        side.data = at.query != nullptr ? static_cast<char*>(at.query) : side.data;
        const row_work& work = plan.query.work;
        const row_range range = rows_of_part(plan.grid.tokens * work.heads, work.grain(), part, parts);
        if (plan.query.direct.kernel != nullptr) {
            run_direct(plan.query.direct, work.heads, plan.grid, &plan.rows, plan.row_count, move.moved, side,
                       side, range.begin, range.end);
        } else {
            run_rows(work, plan.grid, &plan.rows, plan.row_count, move.moved, side, side, range.begin,
                     range.end, [&](std::int64_t token) {
                         if (plan.rule.kind == query_scale::rule::none) {
                             return plan.query_factor;
                         }
                         const std::int64_t row = plan.grid.row(token);
                         return plan.query_factors.empty()
                                    ? static_cast<float>(
                                          plan.factor *
                                          query_scale_at(plan.rule, static_cast<double>(plan.rows.offset +
                                                                                        move.moved + row)))
                                    : plan.query_factors[static_cast<std::size_t>(row)];
                     });
        }
    }
    if (plan.key.used) {
        run_stored_pass(plan, plan.key, at.key, at.keys, at.key_scales, slots, true, move.moved, part, parts);
    }
    if (plan.value.used) {
        run_stored_pass(plan, plan.value, at.value, at.values, at.value_scales, slots, false, move.moved,
                        part, parts);
    }
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
