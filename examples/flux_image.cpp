// An image model's rotation: FLUX has three position axes (text or reference, row, column), each with its own share of the head
// and exponents that restart. Text comes first at (0, 0, 0), then the image's patches, then those of a reference image of
// another size. The image is made to tile: its rows and columns are on a torus, the reference is not. Qwen-Image, Wan and
// Z-Image are the same with other configs.
// SPDX-License-Identifier: MIT
#include <rope/core.hpp>
#include <rope/model/laid_over.hpp>
#include <rope/model/vision.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

// The positions of a grid, [axis][token]: (index, row, column).
static std::vector<std::int64_t> grid(std::int64_t index, std::int64_t rows, std::int64_t columns) {
    std::vector<std::int64_t> ids(static_cast<std::size_t>(3 * rows * columns), index);
    for (std::int64_t t = 0; t < rows * columns; ++t) {
        ids[static_cast<std::size_t>(rows * columns + t)] = t / columns;
        ids[static_cast<std::size_t>(2 * rows * columns + t)] = t % columns;
    }
    return ids;
}

int main() {
    const std::int64_t text = 32, rows = 16, columns = 24, heads = 8;
    const rope::config config = rope::flux_config(); // dims 16, 56, 56 of a head of 128
    const rope::frequency_set plain = rope::frequencies(config);
    const rope::frequency_set torus =
        rope::on_torus(plain, {0, rows, columns}); // a period for each axis; 0: none

    // a table for each part of the tokens; rows of both in one, in the order of the tokens
    const auto of_text = rope::cos_sin_table<float>(plain, std::vector<std::int64_t>(3 * text, 0), 3);
    const auto of_image = rope::cos_sin_table<float>(torus, grid(0, rows, columns), 3);
    const auto of_reference = rope::cos_sin_table<float>(plain, grid(1, 8, 8), 3);
    std::vector<float> cos, sin;
    for (const auto* part : {&of_text, &of_image, &of_reference}) {
        cos.insert(cos.end(), part->cos.begin(), part->cos.end());
        sin.insert(sin.end(), part->sin.begin(), part->sin.end());
    }
    const std::int64_t tokens = text + rows * columns + 8 * 8;
    const auto table = rope::rows(cos.data(), sin.data(), tokens, config.head_dim / 2, config.pairing);

    std::vector<float> q(static_cast<std::size_t>(tokens * heads * config.head_dim), 1.0f);
    rope::rotate(rope::view(q, {tokens, heads, config.head_dim}), table, "s h d");

    // the patch left of the first column is that of the last: positions -1 and columns - 1 have the same rows
    const std::vector<std::int64_t> edge = {0, 0, 5, 5, -1, columns - 1};
    const auto wrapped = rope::cos_sin_table<float>(torus, edge, 3);
    float off = 0;
    for (std::size_t i = 0; i < wrapped.cos.size() / 2; ++i) {
        off = std::fmax(off, std::fabs(wrapped.cos[i] - wrapped.cos[wrapped.cos.size() / 2 + i]));
    }
    std::printf("%lld tokens of %lld heads rotated; across the seam of the torus: %.1e\n",
                static_cast<long long>(tokens), static_cast<long long>(heads), static_cast<double>(off));
    return off < 1e-6f && q[0] == 1.0f ? 0 : 1;
}
