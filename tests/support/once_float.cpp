// Compiled once for every test program: rotations of float and double, and their plans. See once.hpp.
// SPDX-License-Identifier: MIT
#include "support/once.hpp"

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

ROPE_TEST_KERNELS_FROM(, float)
ROPE_TEST_KERNEL(, double, double)
ROPE_TEST_ROW_FUNCTIONS(, float)
ROPE_TEST_ROW_FUNCTIONS(, double)

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
