// The example of <rope/eigen_tensor.hpp>: both tensors rotate as the same numbers in plain memory do.
// SPDX-License-Identifier: MIT
#include <unsupported/Eigen/CXX11/Tensor>

#include <rope/eigen_tensor.hpp>

#include <vector>

int main() {
    const int batch = 1, seq = 3, heads = 2, dim = 8;
    rope::config config;
    config.head_dim = dim;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), seq);
    std::vector<float> expected(batch * seq * heads * dim), memory;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        expected[i] = static_cast<float>(i) - 20;
    }
    memory = expected;
    float* const pointer = memory.data();
#include "example.inc"
    (void)q;
    rope::rotate(rope::view(expected.data(), {seq, heads, dim}), table, "s h d");
    return memory == expected ? 0 : 1; // column-major (dim, heads, seq) is the same memory
}
