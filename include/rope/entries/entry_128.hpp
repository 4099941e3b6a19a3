// The middle way to a table entry: cos and sin from the phase in 128-bit integers, some hundred nanoseconds,
// and able to say when it cannot decide the rounding. Double tables are made with it, and what a vector
// kernel could not decide.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/entry_256.hpp>
#include <rope/entries/phase.hpp>
#include <rope/numbers/limbs.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// floor(a b / 2^128), short by 0 to 2.
inline limb_pair multiply_high(limb_pair a, limb_pair b) noexcept {
    const limb_pair top = multiply_limbs(a.high, b.high);
    const limb_pair left = multiply_limbs(a.high, b.low), right = multiply_limbs(a.low, b.high);
    std::uint64_t carry = 0;
    add_carry(left.low, right.low, carry);
    limb_pair result;
    result.low = add_carry(top.low, left.high, carry);
    result.high = top.high + carry;
    carry = 0;
    result.low = add_carry(result.low, right.high, carry);
    result.high += carry;
    return result;
}

inline limb_pair difference(limb_pair a, limb_pair b) noexcept {
    std::uint64_t borrow = 0;
    const std::uint64_t low = subtract_borrow(a.low, b.low, borrow);
    return {low, a.high - b.high - borrow};
}

inline limb_pair total(limb_pair a, limb_pair b) noexcept {
    std::uint64_t carry = 0;
    const std::uint64_t low = add_carry(a.low, b.low, carry);
    return {low, a.high + b.high + carry};
}

inline limb_pair half_of(limb_pair a) noexcept {
    return {(a.low >> 1) | (a.high << 63), a.high >> 1};
}

// |sin| and |cos| times 2^127.
struct fixed_sine_cosine {
    limb_pair sine, cosine;
};

// sin x and cos x for x = 2 pi turns / 2^130, 0 <= turns <= 2^127 (an eighth of a turn), by their series:
//   cos x = 1 - z (1/2! - z (1/4! - ... z / 30!)),  sin x = x - x z (1/3! - z (1/5! - ... z / 31!)),  z = x^2
//   < 0.617
// Cut off: 0.617^16 / 32! < 2^-128. A multiply_high is short by less than 3 units of 2^-128 and a step passes
// on less than 0.62 of the error before it, so that each bracket is within 8 units, z within 5 (x within 3),
// and both results within 2^-123.
inline fixed_sine_cosine fixed_sine_and_cosine(limb_pair turns) noexcept {
    static constexpr limb_pair over_even[] = {
        // 2^128 / (2k)!
        {0x0000000000000000u, 0x8000000000000000u}, {0xaaaaaaaaaaaaaaaau, 0x0aaaaaaaaaaaaaaau},
        {0x05b05b05b05b05b0u, 0x005b05b05b05b05bu}, {0xa01a01a01a01a01au, 0x0001a01a01a01a01u},
        {0xd71cbbc05b4fa999u, 0x0000049f93edde27u}, {0x6c4bdaa26d4c3d67u, 0x00000008f76c77fcu},
        {0x603e4e905d6f8a2eu, 0x000000000c9cba54u}, {0xf399dc0f88ec32b5u, 0x00000000000d73f9u},
        {0x3c31dcbecbbdd802u, 0x0000000000000b41u}, {0x950ae900808941eau, 0x0000000000000007u},
        {0x04338e5b6dfe14a5u, 0x0000000000000000u}, {0x0001f2cf01972f57u, 0x0000000000000000u},
        {0x000000c4742fe352u, 0x0000000000000000u}, {0x0000000042862898u, 0x0000000000000000u},
        {0x000000000013932cu, 0x0000000000000000u}};
    static constexpr limb_pair over_odd[] = {
        // 2^128 / (2k + 1)!
        {0xaaaaaaaaaaaaaaaau, 0x2aaaaaaaaaaaaaaau}, {0x2222222222222222u, 0x0222222222222222u},
        {0x00d00d00d00d00d0u, 0x000d00d00d00d00du}, {0x671f5583911ca002u, 0x00002e3bc74aad8eu},
        {0x138e3f9d1f92e0dfu, 0x0000006b99159fd5u}, {0x43684be51c198e91u, 0x00000000b092309du},
        {0x399dc0f88ec32b58u, 0x0000000000d73f9fu}, {0x3b81856a53593028u, 0x000000000000ca96u},
        {0xa4da340a0ab92650u, 0x0000000000000097u}, {0x5c6e3bdb73d5c62fu, 0x0000000000000000u},
        {0x002ec368262c7033u, 0x0000000000000000u}, {0x000013f3ccdd165fu, 0x0000000000000000u},
        {0x0000000746ac70b7u, 0x0000000000000000u}, {0x00000000024b3f31u, 0x0000000000000000u},
        {0x000000000000a1a6u, 0x0000000000000000u}};
    constexpr limb_pair quarter_pi = {0xc4c6628b80dc1cd1u, 0xc90fdaa22168c234u}; // 2^128 pi / 4
    constexpr int terms = 15;

    const limb_pair half_x = multiply_high(quarter_pi, turns);
    const limb_pair x = total(half_x, half_x);
    const limb_pair z = multiply_high(x, x);
    limb_pair even = over_even[terms - 1], odd = over_odd[terms - 1];
    for (int k = terms - 2; k >= 0; --k) {
        even = difference(over_even[k], multiply_high(z, even));
        odd = difference(over_odd[k], multiply_high(z, odd));
    }
    fixed_sine_cosine result;
    result.sine = half_of(difference(x, multiply_high(multiply_high(x, z), odd)));
    result.cosine = difference({0, std::uint64_t{1} << 63}, half_of(multiply_high(z, even)));
    return result;
}

// An amplitude for the fixed-point way: |m| = mantissa * 2^(exponent - 128), 2^127 <= mantissa < 2^128.
struct fixed_amplitude {
    limb_pair mantissa;
    std::int64_t exponent;
    bool negative;
};

inline fixed_amplitude fixed_amplitude_of(const wide& m) noexcept {
    return {{m.mantissa()[2], m.mantissa()[3]}, m.exponent(), m.is_negative()};
}

// value * m * 2^-127 to the nearest T, where `value` is within `error` - 3 units of the real one; false where that
// leaves the rounding open.
template <class T>
ROPE_NOINLINE bool rounded_fixed(limb_pair value, bool negative, const fixed_amplitude& m,
                                 std::uint64_t error, T& result) noexcept {
    using format = storage_format<T>;
    const limb_pair product = multiply_high(value, m.mantissa); // |m y| = product * 2^(m.exponent - 127)
    if (product.high <= 1) { // so near to 0 that the lower end may have no leading bit
        return false;
    }
    std::uint64_t bits[2];
    const limb_pair ends[2] = {difference(product, {error, 0}), total(product, {error, 0})};
    for (int k = 0; k < 2; ++k) {
        const int zeros = leading_zeros(ends[k].high);
        const std::uint64_t top =
            zeros == 0 ? ends[k].high : (ends[k].high << zeros) | (ends[k].low >> (64 - zeros));
        const bool rest = (ends[k].low << zeros) != 0;
        bits[k] = round_to_format(top, rest, m.exponent - zeros + 1, format::fraction, format::largest);
    }
    const std::uint64_t sign = static_cast<std::uint64_t>(negative != m.negative) << format::sign;
    const auto word = static_cast<typename format::word>(bits[0] | sign);
    std::memcpy(&result, &word, sizeof result);
    return bits[0] == bits[1];
}

// A number of at most 1 in magnitude: magnitude * 2^-127.
struct fixed_value {
    limb_pair magnitude;
    bool negative;
};

// A point of the circle, within 16 units of the real one.
struct unit_complex {
    fixed_value cosine, sine;
};

ROPE_NOINLINE inline unit_complex unit_complex_at(const phase& p) noexcept {
    const std::uint64_t quarter = (p.limb[2] + (std::uint64_t{1} << 61)) >> 62;
    phase rest = p;
    rest.limb[2] -= quarter << 62;
    const bool behind = (rest.limb[2] >> 63) != 0;
    if (behind) {
        rest = negated(rest);
    }
    // The rest in units of 2^-130 turns.
    const limb_pair turns = {(rest.limb[1] << 2) | (rest.limb[0] >> 62),
                             (rest.limb[2] << 2) | (rest.limb[1] >> 62)};
    const fixed_sine_cosine at = fixed_sine_and_cosine(turns);
    // quarter 0: (c, s), 1: (-s, c), 2: (-c, -s), 3: (s, -c)
    if ((quarter & 1) != 0) {
        return {{at.sine, behind == (quarter == 3)}, {at.cosine, quarter == 3}};
    }
    return {{at.cosine, quarter == 2}, {at.sine, behind != (quarter == 2)}};
}

// a b + c d, each product short by less than 3 units of 2^-126.
inline fixed_value sum_of_products(const fixed_value& a, const fixed_value& b, const fixed_value& c,
                                   const fixed_value& d, bool subtract) noexcept {
    const limb_pair first = multiply_high(a.magnitude, b.magnitude);
    const limb_pair second = multiply_high(c.magnitude, d.magnitude);
    const bool first_negative = a.negative != b.negative;
    const bool second_negative = (c.negative != d.negative) != subtract;
    fixed_value result;
    if (first_negative == second_negative) {
        result = {total(first, second), first_negative};
    } else if (first.high > second.high || (first.high == second.high && first.low >= second.low)) {
        result = {difference(first, second), first_negative};
    } else {
        result = {difference(second, first), second_negative};
    }
    result.magnitude = total(result.magnitude, result.magnitude);
    return result;
}

// The sum of two angles. Two points within 16 units give one within sqrt 2 (16 + 16) + 12 < 64 units.
inline unit_complex operator*(const unit_complex& a, const unit_complex& b) noexcept {
    return {sum_of_products(a.cosine, b.cosine, a.sine, b.sine, true),
            sum_of_products(a.sine, b.cosine, a.cosine, b.sine, false)};
}

// The entry of a point. False, and nothing written, where 128 bits do not decide.
template <class T>
bool entry_128(const unit_complex& at, const fixed_amplitude& m, T& cosine, T& sine) noexcept {
    constexpr std::uint64_t error = 128;
    return rounded_fixed(at.cosine.magnitude, at.cosine.negative, m, error, cosine) &&
           rounded_fixed(at.sine.magnitude, at.sine.negative, m, error, sine);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
