// Compiled with -O3 -ffast-math -march=native: GCC calls _ZGVeN16v_cosf and its like.
// SPDX-License-Identifier: MIT
#include "table_plain.inc"

bench::table_loops bench::libmvec_tables() {
    return {plain<float>, plain<double>};
}
