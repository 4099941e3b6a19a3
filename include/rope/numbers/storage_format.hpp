// storage_format<T>: the bits of the formats that tables are stored in; rounded<T>(x): a wide real, rounded to one.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/scalars.hpp>
#include <rope/numbers/wide.hpp>

#include <cstdint>
#include <cstring>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Bits of the fraction, largest exponent, place of the sign bit, and the integer type of the same size.
template <class T>
struct storage_format;
template <>
struct storage_format<double> {
    static constexpr int fraction = 52, largest = 1023, sign = 63;
    using word = std::uint64_t;
};
template <>
struct storage_format<float> {
    static constexpr int fraction = 23, largest = 127, sign = 31;
    using word = std::uint32_t;
};
template <>
struct storage_format<half> {
    static constexpr int fraction = 10, largest = 15, sign = 15;
    using word = std::uint16_t;
};
template <>
struct storage_format<bfloat16> {
    static constexpr int fraction = 7, largest = 127, sign = 15;
    using word = std::uint16_t;
};

// x to the nearest T, ties to even; a value too small becomes 0 with its sign.
template <class T>
T rounded(const wide& x) noexcept {
    using format = storage_format<T>;
    const std::uint64_t magnitude = round_to_format(x, format::fraction, format::largest);
    const std::uint64_t sign = static_cast<std::uint64_t>(x.is_negative()) << format::sign;
    const auto word = static_cast<typename format::word>(magnitude | sign);
    static_assert(sizeof word == sizeof(T), "a storage type is its bits");
    T result;
    std::memcpy(&result, &word, sizeof result);
    return result;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
