// The same table by other mathematical functions: what a user of each would write. Each pair of loops stands in a
// translation unit with the flags that its user would give.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace bench {

// cos[row][pair], sin[row][pair] of the angle row * inv_freq[pair].
using float_angle_loop = void (*)(const float* inv_freq, std::int64_t rows, std::int64_t pairs, float* cos,
                                  float* sin);
using double_angle_loop = void (*)(const double* inv_freq, std::int64_t rows, std::int64_t pairs, float* cos,
                                   float* sin);

struct table_loops {
    float_angle_loop float_angle;
    double_angle_loop double_angle;
};

table_loops libm_tables();    // std::cos and std::sin, entry by entry, as the rest of the program is compiled
table_loops libmvec_tables(); // the same loop, which GCC makes glibc's vector functions of under -ffast-math
table_loops sleef_tables_u10();    // sincos of the widest vectors, 1.0 ulp
table_loops sleef_tables_u35();    // 3.5 ulp
table_loops eigen_tables();        // array expressions, as the rest of the program is compiled
table_loops eigen_tables_native(); // with -march=native

} // namespace bench
