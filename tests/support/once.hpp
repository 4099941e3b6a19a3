// What every test would compile again, declared to be compiled once: table builders, rotation kernels, plans.
// The definitions are in once_*.cpp, which each test program links; the library itself asks nothing of the kind.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/core.hpp>

#define ROPE_TEST_ROWS(keyword, T)                                                                           \
    keyword template fill_counts fill_rows<T>(isa, const frequency_set&, const row_positions&, T*, T*,       \
                                              std::int64_t, bool) noexcept;

#define ROPE_TEST_ROW_FUNCTIONS(keyword, T)                                                                  \
    keyword template const row_functions& row_functions_of<T>() noexcept;

#define ROPE_TEST_KERNEL(keyword, In, Out) keyword template rotate_kernel rotate_kernel_for<In, Out>(isa);

#define ROPE_TEST_KERNELS_FROM(keyword, In)                                                                  \
    ROPE_TEST_KERNEL(keyword, In, float)                                                                     \
    ROPE_TEST_KERNEL(keyword, In, half)                                                                      \
    ROPE_TEST_KERNEL(keyword, In, bfloat16)

#if ROPE_DEFINITIONS // else the library is compiled once itself
namespace rope {
inline namespace ROPE_ABI {
namespace detail {

ROPE_TEST_ROWS(extern, float)
ROPE_TEST_ROWS(extern, double)
ROPE_TEST_ROWS(extern, half)
ROPE_TEST_ROWS(extern, bfloat16)
ROPE_TEST_KERNELS_FROM(extern, float)
ROPE_TEST_KERNELS_FROM(extern, half)
ROPE_TEST_KERNELS_FROM(extern, bfloat16)
ROPE_TEST_KERNEL(extern, double, double)
ROPE_TEST_ROW_FUNCTIONS(extern, float)
ROPE_TEST_ROW_FUNCTIONS(extern, double)

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
