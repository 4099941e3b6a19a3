// Declarations alone: nothing of the kernels is seen here; tables and rotations of every type come from the library.
// SPDX-License-Identifier: MIT
#include <rope/core.hpp>
#include <rope/numbers/scalars.hpp>

#include <vector>

#if ROPE_DEFINITIONS || defined(_IMMINTRIN_H_INCLUDED) || defined(__IMMINTRIN_H)
#error "a header with definitions or intrinsics was included"
#endif

std::int64_t rows_of_other();

int main() {
    rope::config config;
    config.head_dim = 64;
    const rope::frequency_set frequencies = rope::frequencies(config);
    const auto single = rope::cos_sin_table<float>(frequencies, 100);
    const auto half = rope::cos_sin_table<rope::half>(frequencies, 100);
    std::vector<float> x(2 * 64, 1);
    std::vector<rope::half> y(x.size());
    rope::rotate(rope::view(x.data(), {2, 64}), rope::view(y.data(), {2, 64}), single, "s d");
    rope::rotate(rope::view(x.data(), {2, 64}), single, "s d");
    const bool rotated = x[0] == 1 && x[64] < 0 && (y[64].bits & 0x8000) != 0;
    const bool right = rotated && rope::to_half(1.0f).bits == 0x3c00 && rope::to_float(half.cos[0]) == 1 &&
                       single.cos[0] == 1 && half.cos[0].bits == 0x3c00 && rows_of_other() == 100;
    return right ? 0 : 1;
}
