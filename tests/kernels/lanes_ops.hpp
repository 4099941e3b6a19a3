// What each lane operation gives for known lanes, as plain arrays: filled by lanes_ops.inc on each instruction set.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/avx2.hpp>
#include <rope/kernels/lanes/avx512.hpp>
#include <rope/kernels/lanes/neon.hpp>
#include <rope/kernels/lanes/scalar.hpp>
#include <rope/kernels/rotate_kernels.hpp>
#include <rope/kernels/table_kernels.hpp>

#include <cstdint>

namespace lanes_ops {

constexpr int most = 16; // lanes of the widest vector

// Operations of lanes<double>, for tables.
struct table_results {
    int count = 0;
    double broadcast[most], load_operand[most], store[most], add[most], sub[most], mul[most], fma[most],
        fms[most], fnma[most], abs[most], select[most], flip_sign[most];
};

// Operations of lanes<T>, for rotations. `n`: the length of a part.
template <class T>
struct rotation_results {
    int count = 0, registers = 0;
    bool streams = false;
    T broadcast[most], load[most], store[most], mul[most], fma[most], fms[most], flip_sign[most],
        rotate_first[most], rotate_duplicated[most], swap_neighbours[most], even[most], odd[most],
        loaded_even[most], loaded_odd[most];
    T load_part[most], interleave[2 * most], deinterleave_a[most], deinterleave_b[most];
    T load_pairs_a[most], load_pairs_b[most], load_pairs_part_a[most], load_pairs_part_b[most];
    T store_part[most + 1], store_pairs[2 * most], store_pairs_part[2 * most + 1];
    alignas(64) T stream[most];
    alignas(64) T stream_16_bytes[most + 4];
};

// Operations of lanes<float> on a storage type of 16 bits.
template <class T>
struct narrow_results {
    int count = 0;
    float load[most], load_part[most], load_pairs_a[most], load_pairs_b[most], load_pairs_part_a[most],
        load_pairs_part_b[most], even[most], odd[most];
    T store[most], store_part[most + 1], store_pairs[2 * most], store_pairs_part[2 * most + 1];
    alignas(64) T stream[most];
    alignas(64) T stream_16_bytes[most + 8];
    alignas(64) T stream_pairs[2 * most];
};

// storage<T> of the table builder.
template <class T>
struct storage_results {
    int count = 0; // of lanes<double>; a packed vector has twice as many elements
    bool has_quick_test = false;
    T store[2 * most];
    alignas(64) T store_non_temporal[2 * most];
    std::uint32_t different = 0, same = 0;
    bool undecided_midpoint = false, undecided_small = false, undecided_plain = false;
};

} // namespace lanes_ops
