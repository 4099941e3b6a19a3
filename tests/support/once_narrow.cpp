// Compiled once for every test program: rotations of half and bfloat16. See once.hpp.
// SPDX-License-Identifier: MIT
#include "support/once.hpp"

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

ROPE_TEST_KERNELS_FROM(, half)
ROPE_TEST_KERNELS_FROM(, bfloat16)

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
