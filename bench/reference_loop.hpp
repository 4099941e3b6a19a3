// The plain loop of the reference headers, in a translation unit of its own: compiled at -O2 without
// vectorisation, it is what `reference` names. See bench/CMakeLists.txt for the flags.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>

#include <cstdint>

namespace bench {

void reference_loop(const float* in, float* out, const float* cos, const float* sin, std::int64_t tokens,
                    std::int64_t heads, std::int64_t head_dim, std::int64_t rotary_dim,
                    rope::pairing pairing);

} // namespace bench
