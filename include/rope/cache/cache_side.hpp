// cache_side: where the rows of a token are in a cache; and the checks of a cache and its slots.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/cache_view.hpp>
#include <rope/rotate/row_work.hpp>
#include <rope/support/checked.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>

#include <cstdint>
#include <vector>

#if ROPE_DEFINITIONS
#include <algorithm>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A side of a row pass.
struct cache_side {
    row_format format = row_format::f32;
    std::int64_t one = 1, head = 0, scale_head = 0, block = 1; // as rotate/row_pass.hpp says
    cache_layout layout = {};
    std::int64_t size = 0; // bytes of an element
    char* data = nullptr;
    cache_slots slots = {};

    // Where a slot is: the place that counts for scales and duplicates, and the element that its first head begins with.
    bool find(std::int64_t slot, std::int64_t& at, std::int64_t& element) const noexcept {
        if (layout.pages == nullptr) {
            at = slot;
            element = slot * layout.slot_stride;
            return true;
        }
        const std::int64_t page = layout.pages[slot / layout.page_size], rest = slot % layout.page_size;
        at = page * layout.page_size + rest;
        element = page * layout.page_stride + rest * layout.slot_stride;
        return page >= 0;
    }
    bool place(std::int64_t token, row_place& at) const noexcept {
        const std::int64_t slot = slots.at(token);
        std::int64_t number = 0, element = 0;
        if (slot < 0 || !find(slot, number, element)) {
            return false;
        }
        at = {data + element * size,
              layout.scales != nullptr ? layout.scales + number * layout.scale_slot_stride : nullptr};
        return true;
    }
};

// A cache of one format, without its type.
struct untyped_cache {
    cache_layout layout;
    const void* data;
};
template <class T>
untyped_cache untyped(const cache_view<T>& c) noexcept {
    return {c, c.data};
}

// Whether a cache can be: extents, strides, memory, page table, scales. name: "the key cache". written: its rows must be apart.
ROPE_API bool check_cache(const untyped_cache& c, const char* name, bool written, status& why);

ROPE_API cache_side side_of(const untyped_cache& c, const cache_slots& slots) noexcept;

// Whether the slots of `tokens` tokens exist: in range, with a page. written: also that no place is written twice. Allocates
// nothing; 8 KiB of stack.
ROPE_API bool check_slots(const cache_side& side, std::int64_t tokens, const char* name, bool written,
                          status& why);

// The addresses that a cache may touch, and whether two ranges meet.
struct address_range {
    std::uintptr_t begin, end;
    bool meets(const address_range& o) const noexcept { return begin < o.end && o.begin < end; }
};
ROPE_API address_range range_of(const untyped_cache& c) noexcept;
ROPE_API address_range scales_of(const untyped_cache& c) noexcept;

// Whether some byte is of both caches: exact where they are slices of one packed cache (same strides of slots or pages), else by
// their addresses.
ROPE_API bool caches_meet(const untyped_cache& a, const untyped_cache& b) noexcept;

#if ROPE_DEFINITIONS

ROPE_API cache_side side_of(const untyped_cache& c, const cache_slots& slots) noexcept {
    cache_side side;
    side.format = c.layout.format;
    side.layout = c.layout;
    side.size = bytes_of(c.layout.format);
    side.one = c.layout.value_stride;
    side.head = c.layout.head_stride * side.size;
    side.scale_head = c.layout.scale_head_stride;
    side.block = c.layout.scale_block > 0 ? c.layout.scale_block : 1;
    side.data = static_cast<char*>(const_cast<void*>(c.data));
    side.slots = slots;
    return side;
}

// The furthest and nearest element of a cache or a page.
inline void reach_of(const cache_layout& l, std::int64_t slots, std::int64_t& lo, std::int64_t& hi) noexcept {
    const std::int64_t extent[] = {slots, l.heads, l.dim / values_of(l.format),
                                   l.pages != nullptr ? l.pool_pages : 1};
    const std::int64_t stride[] = {l.slot_stride, l.head_stride, l.value_stride, l.page_stride};
    lo = hi = 0;
    for (int k = 0; k < 4; ++k) {
        const std::int64_t reach = saturating_multiply(extent[k] - 1, stride[k]);
        (reach < 0 ? lo : hi) = saturating_add(reach < 0 ? lo : hi, reach);
    }
}

inline std::int64_t slots_of_page(const cache_layout& l) noexcept {
    return l.pages != nullptr ? l.page_size : l.slots;
}

inline bool is_empty(const cache_layout& l) noexcept {
    return slots_of_page(l) <= 0 || l.heads <= 0 || l.dim <= 0 || (l.pages != nullptr && l.pool_pages <= 0);
}

ROPE_API address_range range_of(const untyped_cache& c) noexcept {
    const auto base = reinterpret_cast<std::uintptr_t>(c.data);
    if (is_empty(c.layout)) {
        return {base, base};
    }
    std::int64_t lo = 0, hi = 0;
    reach_of(c.layout, slots_of_page(c.layout), lo, hi);
    const std::int64_t size = bytes_of(c.layout.format);
    return {base + static_cast<std::uintptr_t>(lo * size),
            base + static_cast<std::uintptr_t>((hi + 1) * size)};
}

ROPE_API address_range scales_of(const untyped_cache& c) noexcept {
    const cache_layout& l = c.layout;
    const auto base = reinterpret_cast<std::uintptr_t>(l.scales);
    if (is_empty(l) || l.scales == nullptr) {
        return {base, base};
    }
    const std::int64_t places = l.pages != nullptr ? l.pool_pages * l.page_size : l.slots;
    const std::int64_t blocks = (l.dim + l.scale_block - 1) / l.scale_block;
    const std::int64_t last =
        (places - 1) * l.scale_slot_stride + (l.heads - 1) * l.scale_head_stride + blocks;
    return {base, base + static_cast<std::uintptr_t>(last) * sizeof(float)};
}

ROPE_API bool caches_meet(const untyped_cache& a, const untyped_cache& b) noexcept {
    if (!range_of(a).meets(range_of(b))) {
        return false;
    }
    if (a.layout.format != b.layout.format) {
        return true;
    }
    // Both within a period of one stride: apart where their parts of it are.
    const std::int64_t size = bytes_of(a.layout.format);
    const auto distance = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(b.data) -
                                                    reinterpret_cast<std::uintptr_t>(a.data));
    if (distance % size != 0) {
        return true;
    }
    const bool paged = a.layout.pages != nullptr && b.layout.pages != nullptr;
    for (int k = 0; k < (paged ? 2 : 1); ++k) {
        const std::int64_t period = k == 0 ? a.layout.slot_stride : a.layout.page_stride;
        const std::int64_t other = k == 0 ? b.layout.slot_stride : b.layout.page_stride;
        if (period != other || period <= 0 ||
            (k == 0 && paged && (a.layout.page_stride % period != 0 || b.layout.page_stride % period != 0))) {
            continue;
        }
        std::int64_t a_lo, a_hi, b_lo, b_hi;
        cache_layout page_a = a.layout, page_b = b.layout;
        page_a.pool_pages = page_b.pool_pages = 1;
        reach_of(page_a, k == 0 ? 1 : page_a.page_size, a_lo, a_hi);
        reach_of(page_b, k == 0 ? 1 : page_b.page_size, b_lo, b_hi);
        const std::int64_t begin = ((distance / size + b_lo - a_lo) % period + period) % period;
        if (begin > a_hi - a_lo && begin + (b_hi - b_lo) < period) {
            return false;
        }
    }
    return true;
}

ROPE_API bool check_cache(const untyped_cache& c, const char* name, bool written, status& why) {
    const cache_layout& l = c.layout;
    const std::int64_t values = values_of(l.format);
    constexpr std::int64_t most = most_int64 / 64;
    if (l.slots < 0 || l.heads < 1 || l.dim < 1 ||
        (l.pages != nullptr && (l.page_size < 1 || l.pool_pages < 0))) {
        const std::int64_t extent[] = {l.slots, l.heads, l.dim};
        return refuse(why, errc::shape,
                      {name, " has the slots, heads and values ", shape_text(extent, 3),
                       l.pages != nullptr ? ", or a page size or pool below 1" : "",
                       "; expected heads and values"});
    }
    if (l.dim % values != 0 || (values > 1 && l.value_stride != 1)) {
        return refuse(why, errc::shape,
                      {name, " of q8_0 has ", l.dim, " values with the stride ", l.value_stride,
                       "; expected a multiple of 32 with blocks side by side"});
    }
    const std::int64_t first_of[] = {-most_int64 - 1};
    for (const std::int64_t stride : {l.slot_stride, l.head_stride, l.value_stride, l.page_stride,
                                      l.scale_slot_stride, l.scale_head_stride, l.scale_block}) {
        if (stride == first_of[0]) {
            return refuse(why, errc::shape,
                          {name, " has the stride ", stride, ", more than memory can hold"});
        }
    }
    std::int64_t lo = 0, hi = 0;
    reach_of(l, slots_of_page(l), lo, hi);
    const std::int64_t pool = l.pages != nullptr ? saturating_multiply(l.pool_pages, l.page_size) : l.slots;
    if (hi > most || lo < -most || pool > most || saturating_multiply(pool, l.scale_slot_stride) > most ||
        l.scale_slot_stride < 0 || l.scale_head_stride < 0) {
        return refuse(why, errc::shape, {name, " has strides that reach further than memory can hold"});
    }
    if (c.data == nullptr && !is_empty(l)) {
        return refuse(why, errc::no_memory, {name, " has no memory: its data pointer is null"});
    }
    if (l.format == row_format::i8) {
        if (l.scales == nullptr || l.scale_block < 1) {
            return refuse(why, errc::no_memory,
                          {name, " of int8 has no scales; expected rope::with_scales(cache, scales)"});
        }
    } else if (l.scales != nullptr) {
        return refuse(why, errc::table,
                      {name, " has scales, which its format ", row_format_name(l.format), " does not use"});
    }
    if (!written || is_empty(l)) {
        return true;
    }
    // Each stride steps over all that the smaller ones reach.
    struct loop {
        std::int64_t extent, stride;
    };
    loop loops[] = {{slots_of_page(l), magnitude(l.slot_stride)},
                    {l.heads, magnitude(l.head_stride)},
                    {l.dim / values, magnitude(l.value_stride)},
                    {l.pages != nullptr ? l.pool_pages : 1, magnitude(l.page_stride)}};
    std::sort(loops, loops + 4, [](const loop& a, const loop& b) { return a.stride < b.stride; });
    std::int64_t reach = 0;
    for (const loop& each : loops) {
        if (each.extent > 1 && each.stride <= reach) {
            return refuse(
                why, errc::overlap,
                {name, " has strides that do not step over one another, so that values could share memory"});
        }
        reach =
            saturating_add(reach, each.extent > 1 ? saturating_multiply(each.extent - 1, each.stride) : 0);
    }
    const std::int64_t blocks = l.scales != nullptr ? (l.dim + l.scale_block - 1) / l.scale_block : 0;
    const std::int64_t a = (std::min)(l.scale_slot_stride, l.scale_head_stride);
    if (l.scales != nullptr &&
        ((l.heads > 1 && l.scale_head_stride < blocks) || (pool > 1 && l.scale_slot_stride < blocks) ||
         (l.heads > 1 && pool > 1 &&
          saturating_multiply(a, (a == l.scale_head_stride ? l.heads : pool) - 1) + blocks >
              (std::max)(l.scale_slot_stride, l.scale_head_stride)))) {
        return refuse(why, errc::overlap, {name, " has strides of scales that do not step over one another"});
    }
    return true;
}

ROPE_API bool check_slots(const cache_side& side, std::int64_t tokens, const char* name, bool written,
                          status& why) {
    const cache_layout& l = side.layout;
    const cache_slots& s = side.slots;
    if ((s.list != nullptr || s.count != -1) && s.count != tokens) {
        return refuse(why, errc::shape, {"there are ", s.count, " slots for ", tokens, " tokens of ", name});
    }
    if (s.list == nullptr && tokens > 0 && (s.first < 0 || tokens > l.slots || s.first > l.slots - tokens)) {
        return refuse(why, errc::shape,
                      {"slots ", s.first, " to ", saturating_add(s.first, tokens - 1), " are asked for; ",
                       name, " has ", l.slots});
    }
    if (l.pages == nullptr && s.list == nullptr) {
        return true;
    }
    std::int64_t least = most_int64, largest = -1;
    for (std::int64_t t = 0; t < tokens; ++t) {
        const std::int64_t slot = s.at(t);
        if (slot == -1) {
            continue;
        }
        if (slot < 0 || slot >= l.slots) {
            return refuse(
                why, errc::shape,
                {"the slot of token ", t, " is ", slot, "; ", name, " has ", l.slots, ", and -1 is no slot"});
        }
        if (l.pages != nullptr) {
            const std::int64_t page = l.pages[slot / l.page_size];
            if (page < 0 || page >= l.pool_pages) {
                return refuse(why, errc::shape,
                              {"the slot of token ", t, " is ", slot, ", in entry ", slot / l.page_size,
                               " of the page table of ", name, ", which is ", page, "; expected 0 to ",
                               l.pool_pages - 1});
            }
        }
        std::int64_t place = 0, element = 0;
        side.find(slot, place, element);
        least = (std::min)(least, place);
        largest = (std::max)(largest, place);
    }
    if (!written) {
        return true;
    }
    constexpr std::int64_t window = 65536; // places that are looked at together
    std::uint64_t seen[window / 64];
    for (std::int64_t from = least; from <= largest;) {
        std::fill(seen, seen + window / 64, std::uint64_t{0});
        std::int64_t next = most_int64;
        for (std::int64_t t = 0; t < tokens; ++t) {
            const std::int64_t slot = s.at(t);
            std::int64_t place = 0, element = 0;
            if (slot == -1 || !side.find(slot, place, element) || place < from) {
                continue;
            }
            if (place - from >= window) {
                next = (std::min)(next, place);
                continue;
            }
            const std::uint64_t bit = std::uint64_t{1} << ((place - from) % 64);
            std::uint64_t& word = seen[(place - from) / 64];
            if ((word & bit) != 0) {
                return refuse(
                    why, errc::overlap,
                    {"token ", t, " has the slot ", slot, " of ", name, ", where another token is written"});
            }
            word |= bit;
        }
        from = next;
        if (next == most_int64) {
            break;
        }
    }
    return true;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
