// Lanes: one number at a time, for any processor. See README.md for what each operation does. The rotation takes
// pairs one at a time and needs fma_scalar alone.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/common.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace scalar {

constexpr isa this_isa = isa::scalar;

ROPE_ALWAYS_INLINE float fma_scalar(float a, float b, float c) noexcept {
    return fma(a, b, c);
}
ROPE_ALWAYS_INLINE double fma_scalar(double a, double b, double c) noexcept {
    return fma(a, b, c);
}

ROPE_ALWAYS_INLINE void store_fence() noexcept {}

template <class Compute>
struct lanes;

// A vector of one double, for tables. Its fma may round twice: the error bounds of table/body.inc allow for that.
template <>
struct lanes<double> {
    static constexpr int count = 1;
    using vec = double;
    using mask = bool;
    ROPE_ALWAYS_INLINE static vec broadcast(double x) noexcept { return x; }
    ROPE_ALWAYS_INLINE static vec load_operand(const double* p) noexcept { return *p; }
    ROPE_ALWAYS_INLINE static void store(double* p, vec x) noexcept { *p = x; }
    ROPE_ALWAYS_INLINE static vec add(vec a, vec b) noexcept { return a + b; }
    ROPE_ALWAYS_INLINE static vec sub(vec a, vec b) noexcept { return a - b; }
    ROPE_ALWAYS_INLINE static vec mul(vec a, vec b) noexcept { return a * b; }
    ROPE_ALWAYS_INLINE static vec fma(vec a, vec b, vec c) noexcept { return a * b + c; }
    ROPE_ALWAYS_INLINE static vec fms(vec a, vec b, vec c) noexcept { return a * b - c; }
    ROPE_ALWAYS_INLINE static vec fnma(vec a, vec b, vec c) noexcept { return c - a * b; }
    ROPE_ALWAYS_INLINE static vec abs(vec a) noexcept { return a < 0 ? -a : a; }
    ROPE_ALWAYS_INLINE static mask load_mask(const std::uint64_t* p) noexcept { return *p != 0; }
    // a where the mask is set, else b.
    ROPE_ALWAYS_INLINE static vec select(mask m, vec a, vec b) noexcept { return m ? a : b; }
    // By the bits: -ffast-math knows no signed zeros.
    ROPE_ALWAYS_INLINE static vec load_signs(const std::uint64_t* p) noexcept { return bits_as<double>(*p); }
    ROPE_ALWAYS_INLINE static vec flip_sign(vec a, vec sign) noexcept {
        return bits_as<double>(bits_as<std::uint64_t>(a) ^ bits_as<std::uint64_t>(sign));
    }
};

} // namespace scalar
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
