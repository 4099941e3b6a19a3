// cache_view: the keys or values of a cache, in the caller's memory: dense or in pages, in any format. And cache_slots: which
// places of it tokens go to.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/row_format.hpp>
#include <rope/tensor/view.hpp>

#include <cstdint>
#include <type_traits>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// Slot s, head h, value j is at (strides in T; of q8_0, j counts blocks of 32 values)
//   place(s) * slot_stride + h * head_stride + j * value_stride                                  dense
//   pages[s / page_size] * page_stride + (s % page_size) * slot_stride + h * head_stride + ...   in pages
// T: float, half, bfloat16, fp8_e4m3, fp8_e5m2, std::int8_t (with scales), q8_0_block. int8: values [k * scale_block,
// (k + 1) * scale_block) of a head's row have the scale
//   scales[place * scale_slot_stride + h * scale_head_stride + k]
// where place is s, in pages the page's number times page_size plus s % page_size. Refers to the memory, the page table and the
// scales; a plan reads the page table when it is run, so that pages may be added in between.
struct cache_layout {
    row_format format = row_format::f32;
    std::int64_t slots = 0, heads = 0, dim = 0; // dim: values, also of q8_0
    std::int64_t slot_stride = 0, head_stride = 0, value_stride = 1;
    const std::int32_t* pages = nullptr; // null: dense
    std::int64_t page_count = 0;         // entries of the page table; slots = page_count * page_size
    std::int64_t page_size = 0, page_stride = 0;
    std::int64_t pool_pages = 0; // pages that there is memory for: entries are below it, or -1
    float* scales = nullptr;
    std::int64_t scale_slot_stride = 0, scale_head_stride = 0, scale_block = 0;
};
template <class T>
struct cache_view : cache_layout {
    T* data = nullptr;
};

// The order of a page: slots outside, [page_size][heads][dim], or heads outside, [heads][page_size][dim].
enum class page_order : std::uint8_t { nhd, hnd };

// [slots][heads][dim]. T's own type where it is not a number: 32 values a block.
template <class T>
cache_view<T> dense_cache(T* data, std::int64_t slots, std::int64_t heads, std::int64_t dim) noexcept {
    static_assert(row_format_of<T>::exists,
                  "rope: a cache holds float, half, bfloat16, fp8_e4m3, fp8_e5m2, int8_t or q8_0_block");
    cache_view<T> c;
    c.data = data;
    c.format = row_format_of<T>::value;
    c.slots = slots;
    c.heads = heads;
    c.dim = dim;
    c.head_stride = dim / detail::values_of(c.format);
    c.slot_stride = detail::saturating_multiply(c.head_stride, heads);
    return c;
}

// The same with strides, in T: [heads][slots][dim], a transposed [heads][dim][slots], a slice of a packed cache.
template <class T>
cache_view<T> dense_cache(T* data, std::int64_t slots, std::int64_t heads, std::int64_t dim,
                          std::int64_t slot_stride, std::int64_t head_stride,
                          std::int64_t value_stride = 1) noexcept {
    cache_view<T> c = dense_cache(data, slots, heads, dim);
    c.slot_stride = slot_stride;
    c.head_stride = head_stride;
    c.value_stride = value_stride;
    return c;
}

// A pool of pages, contiguous; slot s is in page pages[s / page_size]. -1 in the table: no page yet.
template <class T>
cache_view<T> paged_cache(T* pool, std::int64_t pool_pages, std::int64_t page_size, std::int64_t heads,
                          std::int64_t dim, const std::int32_t* pages, std::int64_t page_count,
                          page_order order = page_order::nhd) noexcept {
    cache_view<T> c = dense_cache(pool, detail::saturating_multiply(page_count, page_size), heads, dim);
    c.pages = pages;
    c.page_count = page_count;
    c.page_size = page_size;
    c.pool_pages = pool_pages;
    c.page_stride = detail::saturating_multiply(c.slot_stride, page_size);
    if (order == page_order::hnd) {
        c.slot_stride = c.head_stride;
        c.head_stride = detail::saturating_multiply(c.slot_stride, page_size);
    }
    return c;
}

// With scales [place][head][dim / block], contiguous; block 0: one scale for a head's row.
inline cache_view<std::int8_t> with_scales(cache_view<std::int8_t> c, float* scales,
                                           std::int64_t block = 0) noexcept {
    c.scales = scales;
    c.scale_block = block > 0 ? block : c.dim;
    c.scale_head_stride = c.scale_block > 0 ? (c.dim + c.scale_block - 1) / c.scale_block : 0;
    c.scale_slot_stride = detail::saturating_multiply(c.scale_head_stride, c.heads);
    return c;
}

// The slot of each token, in C order of the token axes (all but "h" and "d"); -1: the token is not written. Refers to the
// list; a plan copies it.
struct cache_slots {
    const void* list = nullptr; // null: first, first + 1, ...
    bool wide = false;          // int64, else int32
    std::int64_t count = -1;    // how many; -1: as many as there are tokens
    std::int64_t first = 0;

    std::int64_t at(std::int64_t token) const noexcept {
        return list == nullptr ? first + token
               : wide          ? static_cast<const std::int64_t*>(list)[token]
                               : static_cast<const std::int32_t*>(list)[token];
    }
};

// first, first + 1, ...: a sequence that is written in order.
inline cache_slots slots_from(std::int64_t first) noexcept {
    cache_slots s;
    s.first = first;
    return s;
}
// first, first + 1, ..., first + count - 1.
inline cache_slots slots_from(std::int64_t first, std::int64_t count) noexcept {
    cache_slots s;
    s.first = first;
    s.count = count;
    return s;
}
template <class I>
cache_slots slots(const I* list, std::int64_t count) noexcept {
    static_assert(std::is_integral_v<I> && std::is_signed_v<I> && (sizeof(I) == 4 || sizeof(I) == 8),
                  "rope: slots are int32 or int64");
    static constexpr I none = -1; // a list of none may have a null pointer
    cache_slots s;
    s.list = list == nullptr && count == 0 ? &none : list;
    s.wide = sizeof(I) == 8;
    s.count = count;
    return s;
}
template <class I>
cache_slots slots(const std::vector<I>& list) noexcept {
    return slots(list.data(), static_cast<std::int64_t>(list.size()));
}
template <class I>
cache_slots slots(const std::vector<I>&&) = delete; // the slots would refer to it

} // namespace ROPE_ABI
} // namespace rope
