// The example of <rope/train/named_layer.hpp>: pair 0 turns by the token's position.
// SPDX-License-Identifier: MIT
#include <rope/train/named_layer.hpp>

#include <cmath>
#include <vector>

int main() {
    const std::int64_t batch = 1, seq = 3, heads = 2, embedding = 8;
    std::vector<float> in(batch * seq * heads * embedding, 1.0f), out(in.size());
    const auto x = rope::view(in.data(), {batch, seq, heads, embedding}),
               y = rope::view(out.data(), {batch, seq, heads, embedding});
    const std::int32_t ids[] = {0, 7, 2};
#include "example.inc"
    return std::abs(out[heads * embedding] - (std::cos(7.0) - std::sin(7.0))) < 1e-6 ? 0 : 1;
}
