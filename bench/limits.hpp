// The physical limits that everything is measured against: in place, the cost of multiplying the same bytes
// by -1; out of place, the faster of memcpy and a copy that writes past the caches; for tables, memset. Each
// is a plain pass from the first byte to the last with the widest vectors that this machine has.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace bench {

// Which vectors the two functions below use: "avx512", "avx2", "neon" or "sse2".
const char* limit_isa();

// x[i] *= -1. Any alignment of a float. The signs come back with every second call.
void negate(float* x, std::size_t count);
void negate(double* x, std::size_t count);

// The same for `rows` rows of `count` elements, `stride` elements apart.
void negate_rows(float* x, std::size_t rows, std::size_t stride, std::size_t count);
void negate_rows(double* x, std::size_t rows, std::size_t stride, std::size_t count);

// Copies with stores that do not go through the caches.
void copy_streaming(void* to, const void* from, std::size_t bytes);

} // namespace bench
