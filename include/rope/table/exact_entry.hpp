// The long way to one table entry: cos and sin from the 192-bit step in 256-bit reals, rounded once. Slow,
// and right for every position; fast paths come here where they cannot decide the rounding.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/scalars.hpp>
#include <rope/numbers/wide.hpp>

#include <cstdint>
#include <cstring>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The formats that tables are stored in: bits of the fraction, largest exponent, and the type of the bits.
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

// amplitude * cos(2 pi position step), amplitude * sin(...). Relative error below 2^-126 for |position| <
// 2^63 where the angle is not nearer than 2^-66 turns to a zero; an integer position in 192-bit steps cannot
// come nearer by chance.
inline sine_cosine exact_entry(const wide& position, const wide& step, const wide& amplitude) noexcept {
    const wide turns = position * step;
    const wide quarters = floor(turns.scaled(2) + wide(0.5));
    const wide rest = turns - quarters.scaled(-2); // -1/8 .. 1/8
    const wide four = quarters - floor(quarters.scaled(-2)).scaled(2);
    const sine_cosine here = sine_and_cosine(rest * pi<wide>().scaled(1));
    const wide sine = amplitude * here.sine, cosine = amplitude * here.cosine;
    if (four == wide(1)) {
        return {cosine, -sine};
    }
    if (four == wide(2)) {
        return {-sine, -cosine};
    }
    if (four == wide(3)) {
        return {-cosine, sine};
    }
    return {sine, cosine};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
