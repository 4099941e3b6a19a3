// The example of <rope/eigen.hpp>: the columns and the rows of matrices, a block, complex pairs.
// SPDX-License-Identifier: MIT
#include <rope/eigen.hpp>

#include <cmath>

int main() {
    const int head_dim = 8, seq = 12, past = 5;
    rope::config config;
    config.head_dim = head_dim;
    config.pairing = rope::pairing::interleaved;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 32);
#include "example.inc"
    const auto is = [](float x, double y) {
        return std::abs(x - y) < 1e-6;
    }; // of pair 0, whose angle is the position
    const bool query = is(q(0, 3), std::cos(3) - std::sin(3)) && is(q(0, 9), std::cos(18) - std::sin(18));
    const bool key = is(k(3, 1), std::sin(past + 3) + std::cos(past + 3));
    return query && key && is(z(0, 3).real(), std::cos(3)) && is(z(0, 3).imag(), std::sin(3)) ? 0 : 1;
}
