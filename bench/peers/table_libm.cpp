// SPDX-License-Identifier: MIT
#include "table_plain.inc"

bench::table_loops bench::libm_tables() {
    return {plain<float>, plain<double>};
}
