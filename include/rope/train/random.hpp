// random_source: random numbers for initial weights. A seed gives the same bits with every compiler and standard library,
// which std::normal_distribution and the like do not promise.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// SplitMix64 (Steele, Lea and Flood 2014): a counter and a mixing function. Any state is a valid seed.
struct random_source {
    std::uint64_t state = 0;
};

// 64 random bits; advances the source.
inline std::uint64_t next_bits(random_source& r) noexcept {
    std::uint64_t z = (r.state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// Uniform in [0, 1), a multiple of 2^-53.
inline double next_unit(random_source& r) noexcept {
    return static_cast<double>(next_bits(r) >> 11) * 0x1p-53;
}

// Uniform in [-limit, limit).
inline double next_uniform(random_source& r, double limit) noexcept {
    return (2 * next_unit(r) - 1) * limit;
}

} // namespace ROPE_ABI
} // namespace rope
