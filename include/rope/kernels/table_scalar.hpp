// The table builder for any processor: one number at a time.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/table_common.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace scalar {

// A "vector" of one double. Its fma may round twice: the error bounds of table.inc hold with room for that.
struct reals {
    static constexpr int count = 1;
    using vec = double;
    using mask = bool;
    ROPE_ALWAYS_INLINE static vec set(double x) noexcept { return x; }
    ROPE_ALWAYS_INLINE static vec load(const double* p) noexcept { return *p; }
    ROPE_ALWAYS_INLINE static void store(double* p, vec x) noexcept { *p = x; }
    ROPE_ALWAYS_INLINE static vec add(vec a, vec b) noexcept { return a + b; }
    ROPE_ALWAYS_INLINE static vec sub(vec a, vec b) noexcept { return a - b; }
    ROPE_ALWAYS_INLINE static vec mul(vec a, vec b) noexcept { return a * b; }
    ROPE_ALWAYS_INLINE static vec fma(vec a, vec b, vec c) noexcept { return a * b + c; }
    ROPE_ALWAYS_INLINE static vec fms(vec a, vec b, vec c) noexcept { return a * b - c; }
    ROPE_ALWAYS_INLINE static vec fnma(vec a, vec b, vec c) noexcept { return c - a * b; }
    ROPE_ALWAYS_INLINE static vec magnitude(vec a) noexcept { return a < 0 ? -a : a; }
    ROPE_ALWAYS_INLINE static mask load_mask(const std::uint64_t* p) noexcept { return *p != 0; }
    // b where the mask is set, else a.
    ROPE_ALWAYS_INLINE static vec select(mask m, vec a, vec b) noexcept { return m ? b : a; }
    ROPE_ALWAYS_INLINE static vec flip(vec a, const std::uint64_t* signs) noexcept {
        return *signs != 0 ? -a : a;
    }
};

// Two doubles rounded to T as bits.
template <class T>
struct storage {
    static constexpr bool has_quick_test = false;
    struct packed {
        T value[2];
    };
    ROPE_ALWAYS_INLINE static T one(double x) noexcept {
        if constexpr (std::is_same_v<T, half>) {
            return to_half(x);
        } else if constexpr (std::is_same_v<T, bfloat16>) {
            return to_bfloat16(x);
        } else {
            return static_cast<T>(x);
        }
    }
    ROPE_ALWAYS_INLINE static packed narrow(double a, double b) noexcept { return {{one(a), one(b)}}; }
    ROPE_ALWAYS_INLINE static std::uint32_t different(const packed& a, const packed& b) noexcept {
        std::uint32_t lanes = 0;
        for (int k = 0; k < 2; ++k) {
            lanes |= static_cast<std::uint32_t>(std::memcmp(&a.value[k], &b.value[k], sizeof(T)) != 0) << k;
        }
        return lanes;
    }
    template <bool Past>
    ROPE_ALWAYS_INLINE static void put(T* p, const packed& x) noexcept {
        std::memcpy(p, x.value, sizeof x.value);
    }
};

#include <rope/kernels/body/table.inc>

} // namespace scalar
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
