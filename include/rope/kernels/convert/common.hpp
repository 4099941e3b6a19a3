// What the conversions of every instruction set share; included before a region opens.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/convert_job.hpp>
#include <rope/kernels/rotate/common.hpp>
#include <rope/numbers/row_format.hpp>

#include <cmath>
#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Partial sums of a dot product: element j goes to sum j % 16 on every instruction set.
constexpr int dot_sums = 16;

// Their sum, in double and in this order, whatever the compiler may do with sums.
inline double total_of(const float (&sums)[dot_sums]) noexcept {
    double total[dot_sums];
    for (int k = 0; k < dot_sums; ++k) {
        total[k] = static_cast<double>(sums[k]);
    }
    for (int n = dot_sums / 2; n > 0; n /= 2) {
        for (int k = 0; k < n; ++k) {
            total[k] = unfused(total[k] + total[k + n]);
        }
    }
    return total[0];
}

// One value at a time: what vectors leave over, and all of it where there are none.
inline void widen_fp8(fp8_e4m3, const std::uint8_t* from, float* to, std::int64_t n) noexcept {
    for (std::int64_t j = 0; j < n; ++j) {
        to[j] = to_float(fp8_e4m3{from[j]});
    }
}
inline void widen_fp8(fp8_e5m2, const std::uint8_t* from, float* to, std::int64_t n) noexcept {
    for (std::int64_t j = 0; j < n; ++j) {
        to[j] = to_float(fp8_e5m2{from[j]});
    }
}
inline void narrow_fp8(fp8_e4m3, const float* from, std::uint8_t* to, std::int64_t n) noexcept {
    for (std::int64_t j = 0; j < n; ++j) {
        to[j] = to_fp8_e4m3(from[j]).bits;
    }
}
inline void narrow_fp8(fp8_e5m2, const float* from, std::uint8_t* to, std::int64_t n) noexcept {
    for (std::int64_t j = 0; j < n; ++j) {
        to[j] = to_fp8_e5m2(from[j]).bits;
    }
}

// to[j] = q[j] * scale.
inline void widen_int8(const std::int8_t* q, float scale, float* to, std::int64_t n) noexcept {
    for (std::int64_t j = 0; j < n; ++j) {
        to[j] = product(static_cast<float>(q[j]), scale);
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
