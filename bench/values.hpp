// What is rotated: names of scalar types, and numbers that no operation slows down.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/scalars.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <type_traits>

namespace bench {

template <class T>
const char* dtype_name() {
    return std::is_same_v<T, float>        ? "f32"
           : std::is_same_v<T, double>     ? "f64"
           : std::is_same_v<T, rope::half> ? "f16"
                                           : "bf16";
}

// Magnitudes from 1/4 to 2, both signs: no denormal, and none arises, however the bytes are read.
template <class T>
void fill(T* x, std::size_t count) {
    std::mt19937 random(1);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t r = static_cast<std::uint32_t>(random());
        const std::uint32_t sign = r >> 31, exponent = r % 3, fraction = (r >> 8) & 0x3ff;
        if constexpr (std::is_same_v<T, rope::half>) {
            x[i].bits = static_cast<std::uint16_t>(sign << 15 | (13 + exponent) << 10 | fraction);
        } else if constexpr (std::is_same_v<T, rope::bfloat16>) {
            x[i].bits = static_cast<std::uint16_t>(sign << 15 | (125 + exponent) << 7 | fraction >> 3);
        } else {
            const T magnitude = static_cast<T>(1u << exponent) / 4 * (1 + static_cast<T>(fraction) / 1024);
            x[i] = sign != 0 ? -magnitude : magnitude;
        }
    }
}

} // namespace bench
