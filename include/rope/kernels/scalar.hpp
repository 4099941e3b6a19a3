// The rotation for any processor: one pair at a time, fma by instruction where the translation unit may use
// it. SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/common.hpp>

#define ROPE_BODY_VECTORS 0

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace scalar {

constexpr isa this_isa = isa::scalar;

ROPE_ALWAYS_INLINE float fma1(float a, float b, float c) noexcept {
    return fma(a, b, c);
}
ROPE_ALWAYS_INLINE double fma1(double a, double b, double c) noexcept {
    return fma(a, b, c);
}

#include <rope/kernels/body/rotate.inc>

} // namespace scalar
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope

#undef ROPE_BODY_VECTORS
