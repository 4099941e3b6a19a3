// Do two strided views share memory? Decided exactly where the question is small, else by their ranges.
// Used by plan(): a result may stand where its input stands, or apart from it, and nothing in between.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/tensor/view.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The addresses lo <= address < hi that a view touches, as byte distances from its data pointer.
struct byte_range {
    std::int64_t lo = 0, hi = 0;
};

template <class T>
byte_range touched_bytes(const tensor_view<T>& v) {
    constexpr std::int64_t size = sizeof(T);
    const std::int64_t element = v.complex_pairs ? 2 * size : size;
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

// Is target = sum of n_k * step_k for some n? Steps are positive and descending. `budget` bounds the search;
// when it runs out the answer is yes, the careful one.
inline bool reachable(const step_count* terms, int count, std::int64_t target, int& budget) {
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
        if (reachable(terms + 1, count - 1, target - n * step, budget)) {
            return true;
        }
        if (budget < 0) {
            return true;
        }
    }
    return false;
}

// Adds the differences of two indices along one axis: n in [-(b - 1), a - 1].
inline void add_term(step_count* terms, int& count, std::int64_t stride, std::int64_t a, std::int64_t b) {
    if (stride == 0 || (a <= 1 && b <= 1)) {
        return;
    }
    const std::int64_t lo = -(b - 1), hi = a - 1;
    terms[count++] = stride > 0 ? step_count{stride, lo, hi} : step_count{-stride, -hi, -lo};
}

template <class A, class B>
bool share_memory(const tensor_view<A>& a, const tensor_view<B>& b) {
    const byte_range ra = touched_bytes(a), rb = touched_bytes(b);
    const auto at = [](const void* p, std::int64_t d) {
        return reinterpret_cast<std::uintptr_t>(p) + static_cast<std::uintptr_t>(d);
    };
    if (ra.lo == ra.hi || rb.lo == rb.hi || at(a.data, ra.hi) <= at(b.data, rb.lo) ||
        at(b.data, rb.hi) <= at(a.data, ra.lo)) {
        return false;
    }
    const auto distance = static_cast<std::int64_t>(at(b.data, 0) - at(a.data, 0));
    const std::int64_t unit = static_cast<std::int64_t>(sizeof(A)) * (a.complex_pairs ? 2 : 1);
    if (sizeof(A) != sizeof(B) || a.complex_pairs != b.complex_pairs || distance % unit != 0) {
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

// Every element of the view has an address of its own: each stride steps over all that the smaller ones
// reach.
template <class T>
bool elements_are_apart(const tensor_view<T>& v) {
    step_count terms[max_rank];
    int count = 0;
    for (int k = 0; k < v.rank; ++k) {
        if (v.extent[k] == 0) {
            return true;
        }
        if (v.extent[k] > 1) {
            terms[count++] = {v.stride[k] < 0 ? -v.stride[k] : v.stride[k], 0, v.extent[k] - 1};
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

// The two views are the same elements in the same order.
template <class A, class B>
bool same_lattice(const tensor_view<A>& a, const tensor_view<B>& b) {
    if (static_cast<const void*>(a.data) != static_cast<const void*>(b.data) || sizeof(A) != sizeof(B) ||
        a.rank != b.rank || a.complex_pairs != b.complex_pairs) {
        return false;
    }
    for (int k = 0; k < a.rank; ++k) {
        if (a.extent[k] != b.extent[k] || (a.extent[k] > 1 && a.stride[k] != b.stride[k])) {
            return false;
        }
    }
    return true;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
