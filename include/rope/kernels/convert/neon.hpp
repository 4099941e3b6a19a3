// Conversions of rows on AArch64: half and bfloat16 in vectors, 8-bit formats one value at a time.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/convert/common.hpp>
#include <rope/kernels/rotate/neon.hpp>

#if ROPE_WITH_NEON

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace neon {

template <class Vec>
ROPE_ALWAYS_INLINE Vec kept(Vec v) noexcept { // not to be combined with what comes after
#if defined(__GNUC__)
    __asm__("" : "+w"(v));
#endif
    return v;
}

template <class Format>
inline std::int64_t vector_widen_fp8(Format, const std::uint8_t*, float*, std::int64_t) noexcept {
    return 0;
}
template <class Format>
inline std::int64_t vector_narrow_fp8(Format, const float*, std::uint8_t*, std::int64_t) noexcept {
    return 0;
}
inline std::int64_t vector_widen_int8(const std::int8_t*, float, float*, std::int64_t) noexcept {
    return 0;
}
inline std::int64_t vector_fill_int8(const float*, float, std::int8_t*, std::int64_t) noexcept {
    return 0;
}
inline std::int64_t vector_largest(const float*, std::int64_t, std::uint32_t&) noexcept {
    return 0;
}

// total_of, in vectors.
ROPE_ALWAYS_INLINE double vector_total(const float32x4_t (&partial)[4]) noexcept {
    alignas(16) float sums[dot_sums];
    for (int k = 0; k < 4; ++k) {
        vst1q_f32(sums + 4 * k, partial[k]);
    }
    return total_of(sums);
}

#define ROPE_BODY_VECTORS 1
#include <rope/kernels/convert/body.inc>
#include <rope/kernels/convert/norm.inc>
#undef ROPE_BODY_VECTORS

} // namespace neon
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
