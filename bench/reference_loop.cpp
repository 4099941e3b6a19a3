// See reference_loop.hpp.
// SPDX-License-Identifier: MIT
#include "reference_loop.hpp"

#include <rope/reference/plain_loop.hpp>

namespace bench {

void reference_loop(const float* in, float* out, const float* cos, const float* sin, std::int64_t tokens,
                    std::int64_t heads, std::int64_t head_dim, std::int64_t rotary_dim,
                    rope::pairing pairing) {
    rope::reference::plain_loop(in, out, cos, sin, tokens, heads, head_dim, rotary_dim, pairing);
}

} // namespace bench
