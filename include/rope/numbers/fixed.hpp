// q64_192: a real number as a 256-bit two's complement integer, 64 bits before the binary point and 192 behind.
// What the library keeps of a real number that a formula gives: turns per token, amplitudes.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace numbers {

// value = (limb[3] as a signed integer) + (limb[2] 2^128 + limb[1] 2^64 + limb[0]) / 2^192
struct q64_192 {
    std::uint64_t limb[4];
};

} // namespace numbers
} // namespace ROPE_ABI
} // namespace rope
