// The long way to one table entry: cos and sin from the 192-bit step in 256-bit reals, rounded once. Slow,
// and right for every position; fast paths come here where they cannot decide the rounding.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/storage_format.hpp>
#include <rope/numbers/wide.hpp>
#include <rope/support/platform.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// amplitude * cos(2 pi position step), amplitude * sin(...). Relative error below 2^-126 for |position| <
// 2^63 where the angle is not nearer than 2^-66 turns to a zero; an integer position in 192-bit steps cannot
// come nearer by chance.
ROPE_COLD inline sine_cosine entry_256(const wide& position, const wide& step,
                                       const wide& amplitude) noexcept {
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
