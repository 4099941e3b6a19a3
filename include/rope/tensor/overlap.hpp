// Whether two strided views share memory: exact where the question is small, else by their address ranges. Used by plans:
// input and output must be the same elements or disjoint; a partial overlap is refused.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/checked.hpp>
#include <rope/support/linkage.hpp>
#include <rope/tensor/untyped_view.hpp>

#include <cstddef>
#include <cstdint>

#if ROPE_DEFINITIONS
#include <algorithm>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The addresses lo <= address < hi that a view touches, in bytes from its data pointer; clamped to int64.
struct byte_range {
    std::int64_t lo = 0, hi = 0;
};
ROPE_API byte_range touched_bytes(const untyped_view& v) noexcept;

// Whether some byte belongs to elements of both. After a bounded search that found nothing the answer is yes, and for views
// that reach further than any memory.
ROPE_API bool share_memory(const untyped_view& a, const untyped_view& b) noexcept;

// Whether every element of the view has an address of its own, by the sufficient rule that each stride steps over all
// that the smaller ones reach. Extents {3, 2} with strides {2, 3} are disjoint and do not satisfy it.
ROPE_API bool elements_are_apart(const untyped_view& v) noexcept;

// Whether axes in C order have strides that step over what the later axes reach, all positive: true for contiguous tensors
// and slices of packed ones. Then elements are apart, and reach is the distance of the last element, in elements.
inline bool is_nested(const untyped_view& v, std::int64_t& reach) noexcept {
    std::int64_t sum = 0;
    for (int k = v.rank; k-- > 0;) {
        const std::int64_t extent = v.extent[k], stride = v.stride[k];
        if (extent == 1) {
            continue;
        }
        if (extent < 1 || stride <= sum) {
            return false;
        }
        sum = saturating_add(sum, saturating_multiply(extent - 1, stride));
    }
    reach = sum;
    return true;
}

// Whether the two views are the same elements in the same order.
inline bool same_elements(const untyped_view& a, const untyped_view& b) noexcept {
    if (a.data != b.data || size_of(a.type) != size_of(b.type) || a.rank != b.rank ||
        a.complex_pairs != b.complex_pairs) {
        return false;
    }
    for (int k = 0; k < a.rank; ++k) {
        if (a.extent[k] != b.extent[k] || (a.extent[k] > 1 && a.stride[k] != b.stride[k])) {
            return false;
        }
    }
    return true;
}

#if ROPE_DEFINITIONS

ROPE_API byte_range touched_bytes(const untyped_view& v) noexcept {
    const std::int64_t element = v.element_size();
    byte_range r{0, element};
    for (int k = 0; k < v.rank; ++k) {
        if (v.extent[k] == 0) {
            return {0, 0};
        }
        const std::int64_t reach =
            saturating_multiply(saturating_multiply(v.extent[k] - 1, v.stride[k]), element);
        (reach < 0 ? r.lo : r.hi) = saturating_add(reach < 0 ? r.lo : r.hi, reach);
    }
    return r;
}

struct step_count { // an offset n * step with lo <= n <= hi
    std::int64_t step, lo, hi;
};

// Whether target = sum of n_k * step_k for some n. Steps are positive and descending. `budget` bounds the search; when it
// runs out the answer is yes.
inline bool reachable(const step_count* terms, int count, std::int64_t target, int& budget) noexcept {
    if (count == 0) {
        return target == 0;
    }
    if (--budget < 0) {
        return true;
    }
    std::int64_t rest_lo = 0, rest_hi = 0; // what the smaller steps can add
    for (int k = 1; k < count; ++k) {
        rest_lo += terms[k].lo * terms[k].step;
        rest_hi += terms[k].hi * terms[k].step;
    }
    const std::int64_t step = terms[0].step;
    const auto floor_divide = [](std::int64_t a, std::int64_t b) { return a / b - (a % b < 0); };
    const std::int64_t first = (std::max)(terms[0].lo, -floor_divide(-(target - rest_hi), step));
    const std::int64_t last = (std::min)(terms[0].hi, floor_divide(target - rest_lo, step));
    for (std::int64_t n = first; n <= last; ++n) {
        if (reachable(terms + 1, count - 1, target - n * step, budget) || budget < 0) {
            return true;
        }
    }
    return false;
}

// Adds the differences of two indices along one axis: n in [-(b - 1), a - 1].
inline void add_term(step_count* terms, int& count, std::int64_t stride, std::int64_t a,
                     std::int64_t b) noexcept {
    if (stride == 0 || (a <= 1 && b <= 1)) {
        return;
    }
    const std::int64_t lo = -(b - 1), hi = a - 1;
    terms[count++] = stride > 0 ? step_count{stride, lo, hi} : step_count{-stride, -hi, -lo};
}

ROPE_API bool share_memory(const untyped_view& a, const untyped_view& b) noexcept {
    const byte_range ra = touched_bytes(a), rb = touched_bytes(b);
    // Where b begins, in bytes after a.
    const std::int64_t distance = static_cast<std::intptr_t>(reinterpret_cast<std::uintptr_t>(b.data) -
                                                             reinterpret_cast<std::uintptr_t>(a.data));
    if (ra.lo == ra.hi || rb.lo == rb.hi || ra.hi <= saturating_add(distance, rb.lo) ||
        saturating_add(distance, rb.hi) <= ra.lo) {
        return false;
    }
    // No memory reaches so far; below it nothing here overflows.
    constexpr std::int64_t vast = std::int64_t{1} << 60;
    if (ra.lo < -vast || ra.hi > vast || rb.lo < -vast || rb.hi > vast || distance < -vast ||
        distance > vast) {
        return true;
    }
    const std::int64_t unit = a.element_size();
    if (unit != b.element_size() || distance % unit != 0) {
        return true;
    }
    step_count terms[2 * max_rank];
    int count = 0;
    const bool same_strides = a.rank == b.rank && std::equal(a.stride, a.stride + a.rank, b.stride);
    for (int k = 0; k < a.rank; ++k) {
        add_term(terms, count, a.stride[k], a.extent[k], same_strides ? b.extent[k] : 1);
    }
    for (int k = 0; k < b.rank && !same_strides; ++k) {
        add_term(terms, count, b.stride[k], 1, b.extent[k]);
    }
    std::sort(terms, terms + count, [](const step_count& x, const step_count& y) { return x.step > y.step; });
    int budget = 10000;
    return reachable(terms, count, distance / unit, budget);
}

ROPE_API bool elements_are_apart(const untyped_view& v) noexcept {
    step_count terms[max_rank];
    int count = 0;
    for (int k = 0; k < v.rank; ++k) {
        if (v.extent[k] == 0) {
            return true;
        }
        if (v.extent[k] > 1) {
            terms[count++] = {magnitude((std::max)(v.stride[k], -most_int64)), 0, v.extent[k] - 1};
        }
    }
    std::sort(terms, terms + count, [](const step_count& x, const step_count& y) { return x.step < y.step; });
    std::int64_t reach = 0;
    for (int k = 0; k < count; ++k) {
        if (terms[k].step <= reach) {
            return false;
        }
        reach = saturating_add(reach, saturating_multiply(terms[k].hi, terms[k].step));
    }
    return true;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
