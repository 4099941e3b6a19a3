// The table builder for any processor: one number at a time.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/scalar.hpp>
#include <rope/kernels/table/common.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace scalar {

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
    template <bool NonTemporal>
    ROPE_ALWAYS_INLINE static void store(T* p, const packed& x) noexcept {
        std::memcpy(p, x.value, sizeof x.value);
    }
};

#include <rope/kernels/table/body.inc>

} // namespace scalar
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
