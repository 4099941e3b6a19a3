// Declarations alone: nothing of the kernels is seen here, and tables of every type come from the library.
// SPDX-License-Identifier: MIT
#include <rope/model/frequencies.hpp>
#include <rope/table/cos_sin_table.hpp>

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
    const bool right = single.cos[0] == 1 && half.cos[0].bits == 0x3c00 && rows_of_other() == 100;
    return right ? 0 : 1;
}
