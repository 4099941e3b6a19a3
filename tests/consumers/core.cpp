// Who uses rope::core: raw pointers, no dependency. Rotates one pair by hand and by the library.
// SPDX-License-Identifier: MIT
#include <rope/core.hpp>

#include <cmath>
#include <vector>

int main() {
    rope::config config;
    config.head_dim = 2;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 4);
    std::vector<float> x = {1, 0, 1, 0, 1, 0, 1, 0}; // four tokens, one head of two
    rope::rotate(rope::view(x.data(), {4, 1, 2}), table, "s h d");
    for (int t = 0; t < 4; ++t) {
        if (std::abs(x[2 * t] - std::cos(float(t))) > 1e-6f ||
            std::abs(x[2 * t + 1] - std::sin(float(t))) > 1e-6f) {
            return 1;
        }
    }
    return 0;
}
