// phase: position x step modulo one turn, in integers. The range reduction of the library: exact for every
// int64 position, short by less than 2^-192 turns for a fractional one, a single addition for the next of a
// run.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/fixed.hpp>
#include <rope/numbers/limbs.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// A fraction of a turn: (limb[2] 2^128 + limb[1] 2^64 + limb[0]) / 2^192, 0 <= fraction < 1.
struct phase {
    std::uint64_t limb[3];
};

namespace detail {

inline bool is_zero(const phase& p) noexcept {
    return (p.limb[0] | p.limb[1] | p.limb[2]) == 0;
}

inline phase negated(const phase& p) noexcept {
    phase result;
    std::uint64_t borrow = 0;
    for (int k = 0; k < 3; ++k) {
        result.limb[k] = subtract_borrow(0, p.limb[k], borrow);
    }
    return result;
}

inline void advance(phase& p, const phase& by) noexcept {
    std::uint64_t carry = 0;
    for (int k = 0; k < 3; ++k) {
        p.limb[k] = add_carry(p.limb[k], by.limb[k], carry);
    }
}

// p * n modulo one turn.
inline phase multiplied(const phase& p, std::uint64_t n) noexcept {
    const limb_pair low = multiply_limbs(p.limb[0], n), middle = multiply_limbs(p.limb[1], n);
    phase result;
    std::uint64_t carry = 0;
    result.limb[0] = low.low;
    result.limb[1] = add_carry(low.high, middle.low, carry);
    result.limb[2] = middle.high + carry + p.limb[2] * n;
    return result;
}

// The step of a pair modulo one turn: whole turns per token leave no trace at whole positions.
inline phase phase_of(const numbers::q64_192& step) noexcept {
    return {{step.limb[0], step.limb[1], step.limb[2]}};
}

// p * n modulo one turn for n of either sign: the two's complement n, less p * 2^64 where that counted 2^64 too many.
inline phase multiplied(const phase& p, std::int64_t n) noexcept {
    phase result = multiplied(p, static_cast<std::uint64_t>(n));
    const std::uint64_t negative = 0 - (static_cast<std::uint64_t>(n) >> 63);
    std::uint64_t borrow = 0;
    result.limb[1] = subtract_borrow(result.limb[1], p.limb[0] & negative, borrow);
    result.limb[2] = result.limb[2] - (p.limb[1] & negative) - borrow;
    return result;
}

// The phase of a whole position; |position| < 2^63.
inline phase phase_at(const numbers::q64_192& step, std::int64_t position) noexcept {
    return multiplied(phase_of(step), position);
}

// Whether a finite position below 2^63 is an integer; asked of its bits, since a processor that is told to take
// denormals for zeros takes them for integers too.
inline bool is_whole(double position) noexcept {
    const std::uint64_t raw = bits_of(position);
    const int exponent = static_cast<int>((raw >> 52) & 0x7ff) - 1023;
    if (exponent < 0) {
        return (raw << 1) == 0;
    }
    return exponent >= 52 || (raw << (12 + exponent)) == 0;
}

// The phase of any finite position below 2^63 in magnitude. What lies below 2^-192 turns is cut off, towards
// 0.
inline phase phase_at(const numbers::q64_192& step, double position) noexcept {
    const std::uint64_t raw = bits_of(position);
    const int field = static_cast<int>((raw >> 52) & 0x7ff);
    const std::uint64_t fraction = raw & ((std::uint64_t{1} << 52) - 1);
    const std::uint64_t significand = field == 0 ? fraction : fraction | (std::uint64_t{1} << 52);
    const int exponent = (field == 0 ? 1 : field) - 1075; // |position| = significand * 2^exponent
    if (exponent >= 0) {
        const phase ahead = multiplied(phase_of(step), significand << exponent); // exponent <= 10
        return (raw >> 63) != 0 ? negated(ahead) : ahead;
    }
    // |step| * significand has 5 limbs above the 192 bits' end; then to the right by -exponent.
    const bool step_negative = (step.limb[3] >> 63) != 0;
    std::uint64_t product[5], borrow = 0, carry = 0;
    for (int k = 0; k < 4; ++k) {
        const std::uint64_t limb = step_negative ? subtract_borrow(0, step.limb[k], borrow) : step.limb[k];
        const limb_pair part = multiply_limbs(limb, significand);
        std::uint64_t bit = 0;
        product[k] = add_carry(part.low, carry, bit);
        carry = part.high + bit;
    }
    product[4] = carry;
    if (-exponent >= 320) {
        return {{0, 0, 0}};
    }
    shift_right(product, -exponent);
    const phase ahead = {{product[0], product[1], product[2]}};
    return step_negative != ((raw >> 63) != 0) ? negated(ahead) : ahead;
}

// A phase as a quarter of a turn (0 .. 3), the nearest, and the rest, -1/8 .. 1/8 turns.
// `rest` is right to 2^-52 of itself where |rest| >= 2^-60, and 0 where it is smaller.
struct reduced_angle {
    double rest;
    std::uint32_t quarter;
};

inline reduced_angle reduced(const phase& p) noexcept {
    const std::uint64_t quarter =
        (p.limb[2] + (std::uint64_t{1} << 61)) >> 62; // 0 .. 3; what passes 2^64 is 0
    // The difference is an integer of 62 bits and a sign. Its limbs become doubles separately, each rounded
    // once.
    const auto high = static_cast<std::int64_t>(p.limb[2] - (quarter << 62));
    if (high + 8 < 16 && high + 8 >= 0) {
        return {0, static_cast<std::uint32_t>(quarter)};
    }
    const double rest = static_cast<double>(high) * 0x1p-64 +
                        static_cast<double>(static_cast<std::int64_t>(p.limb[1] >> 11)) * 0x1p-117;
    return {rest, static_cast<std::uint32_t>(quarter)};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
