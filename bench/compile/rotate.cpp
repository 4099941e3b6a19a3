// Makes a table of float and rotates float in place.
// SPDX-License-Identifier: MIT
#include <rope/core.hpp>

#include <vector>

int main() {
    const std::int64_t tokens = 16, heads = 8, dim = 64;

    rope::config config;
    config.head_dim = dim;
    config.base = 500000;
    config.scaling = rope::llama3_scaling{8, 1, 4};
    config.original_max_position = 8192;

    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 4096);

    std::vector<float> q(static_cast<std::size_t>(tokens * heads * dim), 1.0f);
    rope::rotate(rope::view(q.data(), {tokens, heads, dim}), table, "s h d");
    return q[64] < 2 ? 0 : 1;
}
