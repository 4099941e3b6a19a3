// The example of <rope/train/layer.hpp>: the norm of a token stays, and turning back dy gives dx.
// SPDX-License-Identifier: MIT
#include <rope/train/layer.hpp>

#include <cmath>
#include <vector>

int main() {
    const std::int64_t batch = 2, seq = 5;
    std::vector<double> in(batch * seq * 32, 1.0), out(in.size()), way(in.size(), 1.0), back(in.size());
    const auto x = rope::view(in.data(), {batch, seq, 32}), y = rope::view(out.data(), {batch, seq, 32}),
               dy = rope::view(way.data(), {batch, seq, 32}), dx = rope::view(back.data(), {batch, seq, 32});
#include "example.inc"
    double norm = 0, product = 0, opposite = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        norm += out[i] * out[i];
    }
    for (std::size_t i = 0; i < in.size(); ++i) {
        product += in[i] * back[i];
        opposite += out[i] * way[i];
    }
    return std::abs(norm - 32) < 1e-9 && std::abs(product - opposite) < 1e-9 && g.weights.size() == 512 * 16
               ? 0
               : 1;
}
