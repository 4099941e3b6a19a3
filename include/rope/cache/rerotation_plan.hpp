// rerotation_data: a re-rotation of cached keys whose checks and choices are made, without its element types. rerotate.hpp is the
// interface.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/cache_side.hpp>
#include <rope/cache/delta_rows.hpp>
#include <rope/cache/direct_plan.hpp>
#include <rope/model/frequency_set.hpp>
#include <rope/rotate/pass_plan.hpp>

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

struct rerotation_options {
    // Whether keys are multiplied by the attention factor of the frequencies. Rotated keys have it already; unrotated ones, and a
    // change from one configuration to another, need it.
    bool apply_attention_factor = false;
};

// What running a plan changes. A token that stays where it is, with delta 0, is not written.
struct rerotation_changes {
    std::int64_t tokens = 0, rows = 0; // written; a row is a token's head
    std::int64_t bytes = 0;            // written, scales included
    double largest_delta = 0;          // magnitude, on any axis
};

namespace detail {

struct rerotation_data {
    rope::isa isa = rope::isa::scalar;
    delta_rows rows = {};
    row_work work = {};
    direct_work direct = {};
    cache_side from = {}, to = {};
    std::vector<std::int64_t> from_slots = {}, to_slots = {};
    // Bytes and scales from the beginning of a row to what is read and written of it.
    std::int64_t skipped_bytes = 0, skipped_scales = 0;
    bool in_order =
        false; // a token is written to where a later one was not yet read from: one part does everything
    rerotation_changes changed = {};
};

struct rerotation_request {
    const frequency_set& frequencies;
    const untyped_cache &from, &to;
    const cache_slots &from_slots, &to_slots;
    const positions& deltas;
    const rerotation_options& options;
    const rotation_functions *functions, *functions_in_place; // or null
};
ROPE_API status make_rerotation(rerotation_data& plan, const rerotation_request& r);

// Other memory than the plan's; null: the plan's.
struct rerotation_pointers {
    const void* from = nullptr;
    void* to = nullptr;
    const float* from_scales = nullptr;
    float* to_scales = nullptr;
};
ROPE_API void run_rerotation(const rerotation_data& plan, const rerotation_pointers& at, std::int64_t part,
                             std::int64_t parts) noexcept;

#if ROPE_DEFINITIONS

inline bool same_cache(const untyped_cache& a, const untyped_cache& b) noexcept {
    const cache_layout &x = a.layout, &y = b.layout;
    return a.data == b.data && x.format == y.format && x.slots == y.slots && x.heads == y.heads &&
           x.dim == y.dim && x.slot_stride == y.slot_stride && x.head_stride == y.head_stride &&
           x.value_stride == y.value_stride && x.pages == y.pages && x.page_size == y.page_size &&
           x.page_stride == y.page_stride && x.pool_pages == y.pool_pages && x.scales == y.scales &&
           x.scale_slot_stride == y.scale_slot_stride && x.scale_head_stride == y.scale_head_stride &&
           x.scale_block == y.scale_block;
}

inline bool check_two_caches(const rerotation_request& r, bool same, status& why) {
    const cache_layout &a = r.from.layout, &b = r.to.layout;
    if (a.heads != b.heads || a.dim != b.dim) {
        return refuse(why, errc::shape,
                      {"the originals have ", a.heads, " heads of ", a.dim, " values and the keys ", b.heads,
                       " of ", b.dim, "; expected the same"});
    }
    const address_range data[] = {range_of(r.from), range_of(r.to)},
                        scales[] = {scales_of(r.from), scales_of(r.to)};
    if ((!same && (caches_meet(r.from, r.to) || scales[0].meets(scales[1]))) || data[0].meets(scales[1]) ||
        data[1].meets(scales[0]) || data[1].meets(scales[1])) {
        return refuse(why, errc::overlap,
                      {"the originals, the keys and their scales share memory; expected memory of their own, "
                       "or one and the same cache"});
    }
    return true;
}

// Whether tokens of one cache that go to other places of it can: each is read before its place is written. in_order: only when
// they are taken in their order.
inline bool check_moves(const rerotation_data& plan, bool& in_order, status& why) {
    struct reader {
        std::int64_t place, token;
    };
    std::vector<reader> readers;
    const auto tokens = static_cast<std::int64_t>(plan.to_slots.size());
    std::int64_t place = 0, element = 0;
    for (std::int64_t t = 0; t < tokens; ++t) {
        if (plan.to.slots.at(t) >= 0 && plan.from.slots.at(t) >= 0 &&
            plan.from.find(plan.from.slots.at(t), place, element)) {
            readers.push_back({place, t});
        }
    }
    std::sort(readers.begin(), readers.end(), [](const reader& a, const reader& b) {
        return a.place != b.place ? a.place < b.place : a.token < b.token;
    });
    for (const reader& each : readers) {
        plan.to.find(plan.to.slots.at(each.token), place, element);
        auto other = std::lower_bound(readers.begin(), readers.end(), place,
                                      [](const reader& a, std::int64_t b) { return a.place < b; });
        for (; other != readers.end() && other->place == place; ++other) {
            if (other->token > each.token) {
                return refuse(why, errc::overlap,
                              {"token ", each.token, " would be written to slot ",
                               plan.to.slots.at(each.token), ", from which token ", other->token,
                               " is read after it; expected another order, or another cache"});
            }
            in_order = in_order || other->token != each.token || each.place != place;
        }
    }
    return true;
}

// What is read and written of a row in place: the blocks of the slice that rotates.
struct row_window {
    std::int64_t begin, end;
};
inline row_window window_of(const cache_layout& l, const frequency_set& f) noexcept {
    const std::int64_t block = l.format == row_format::i8     ? l.scale_block
                               : l.format == row_format::q8_0 ? q8_0_block::size
                                                              : 1;
    const std::int64_t end = f.rotary_offset + f.rotary_dim;
    return {f.rotary_offset / block * block, (std::min)(l.dim, end + (block - end % block) % block)};
}

inline void keep_slots(std::vector<std::int64_t>& list, cache_side& side, const cache_slots& s,
                       std::int64_t tokens) {
    list.reserve(static_cast<std::size_t>(tokens));
    for (std::int64_t t = 0; t < tokens; ++t) {
        list.push_back(s.at(t));
    }
    side.slots = slots(list);
}

ROPE_API status make_rerotation(rerotation_data& plan, const rerotation_request& r) {
    status why;
    rerotation_data made;
    pass_kernels chosen;
    const bool same = same_cache(r.from, r.to);
    const std::int64_t tokens = r.to_slots.count;
    if (tokens < 0 || (r.from_slots.list == nullptr && r.from_slots.count < 0)) {
        refuse(why, errc::shape,
               {"the slots have no count; expected rope::slots(list) or rope::slots_from(first, count)"});
        return why;
    }
    const char* const from_name = same ? "the key cache" : "the cache of the originals";
    made.from = side_of(r.from, r.from_slots);
    made.to = side_of(r.to, r.to_slots);
    frequency_set f = r.frequencies;
    if (!r.options.apply_attention_factor) {
        f.attention_factor = 1;
        f.amplitude = {{0, 0, 0, 1}};
    }
    const cache_layout& l = r.to.layout;
    if (!check_cache(r.from, from_name, false, why) || !check_cache(r.to, "the key cache", true, why) ||
        !check_two_caches(r, same, why) || !check_slots(made.to, tokens, "the key cache", true, why) ||
        !check_slots(made.from, tokens, from_name, false, why) || !choose_pass_kernels(chosen, why) ||
        !check_cache_frequencies(f, tokens, l.heads, l.dim, "the key cache", why) ||
        !check_axis_of_pair(f, why)) {
        return why;
    }
    keep_slots(made.from_slots, made.from, r.from_slots, tokens);
    keep_slots(made.to_slots, made.to, r.to_slots, tokens);
    std::int64_t moves = 0;
    for (std::int64_t t = 0; t < tokens; ++t) {
        moves += made.from.slots.at(t) != made.to.slots.at(t);
    }
    const bool in_place = same && moves == 0;
    const bool nothing = f.step.empty() && in_place; // no pair rotates
    if (same && !in_place && !check_moves(made, made.in_order, why)) {
        return why;
    }
    row_window window = {0, l.dim};
    if (in_place) {
        window = window_of(l, f);
        f.head_dim = (std::max)(window.end - window.begin, std::int64_t{1});
        f.rotary_offset -= window.begin;
        made.skipped_bytes = window.begin / values_of(l.format) * l.value_stride * bytes_of(l.format);
        made.skipped_scales = l.scales != nullptr ? window.begin / l.scale_block : 0;
    }
    std::vector<char> unmoved;
    if (!bind_deltas(made.rows, f, r.deltas, tokens, l.heads, chosen.which, unmoved, why)) {
        return why;
    }
    const bool writes_all = !same || r.options.apply_attention_factor;
    for (std::size_t t = 0; t < made.to_slots.size(); ++t) {
        if (nothing || made.from_slots[t] < 0 ||
            (unmoved[t] != 0 && !writes_all && made.from_slots[t] == made.to_slots[t])) {
            made.to_slots[t] = -1;
        }
        made.changed.tokens += made.to_slots[t] >= 0;
    }
    made.changed.rows = made.changed.tokens * l.heads;
    const std::int64_t values = window.end - window.begin;
    const std::int64_t scales = l.scales != nullptr ? (values + l.scale_block - 1) / l.scale_block : 0;
    made.changed.bytes = made.changed.rows * (values / values_of(l.format) * bytes_of(l.format) +
                                              scales * static_cast<std::int64_t>(sizeof(float)));
    made.changed.largest_delta = tokens > 0 ? made.rows.largest : 0;
    made.isa = chosen.which;
    made.work.convert = convert_kernels_for(chosen.which);
    made.work.heads = l.heads;
    made.work.dim = f.head_dim;
    const rotated_slice kept = *made.rows.frequencies;
    rotate_in_buffer(made.work, kept, chosen, false);
    if (!made.in_order) {
        set_direct(made.direct, made.work, made.from, made.to, in_place ? r.functions_in_place : r.functions,
                   &kept, chosen, tokens, in_place, r.to_slots.list == nullptr);
    }
    plan = std::move(made);
    return why;
}

ROPE_API void run_rerotation(const rerotation_data& plan, const rerotation_pointers& at, std::int64_t part,
                             std::int64_t parts) noexcept {
    cache_side from = plan.from, to = plan.to;
    from.data = (at.from != nullptr ? static_cast<char*>(const_cast<void*>(at.from)) : from.data);
    to.data = (at.to != nullptr ? static_cast<char*>(at.to) : to.data);
    from.layout.scales = at.from_scales != nullptr ? const_cast<float*>(at.from_scales) : from.layout.scales;
    to.layout.scales = at.to_scales != nullptr ? at.to_scales : to.layout.scales;
    from.slots = slots(plan.from_slots);
    to.slots = slots(plan.to_slots);
    for (cache_side* side : {&from, &to}) {
        if (side->data != nullptr) {
            side->data += plan.skipped_bytes;
        }
        if (side->layout.scales != nullptr) {
            side->layout.scales += plan.skipped_scales;
        }
    }
    if (plan.in_order && part != 0) {
        return;
    }
    const row_range range =
        rows_of_part(plan.rows.grid.tokens * plan.work.heads, 1, part, plan.in_order ? 1 : parts);
    if (plan.changed.tokens == 0) {
        return;
    }
    if (plan.direct.kernel != nullptr) {
        run_direct(plan.direct, plan.work.heads, plan.rows.grid, &plan.rows.rows, plan.rows.row_count, 0,
                   from, to, range.begin, range.end);
    } else {
        run_rows(plan.work, plan.rows.grid, &plan.rows.rows, plan.rows.row_count, 0, from, to, range.begin,
                 range.end, [](std::int64_t) { return 1.0f; });
    }
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
