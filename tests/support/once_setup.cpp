// Compiled once for every test program: table rows. See once.hpp.
// SPDX-License-Identifier: MIT
#include "support/once.hpp"

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

ROPE_TEST_ROWS(, float)
ROPE_TEST_ROWS(, double)
ROPE_TEST_ROWS(, half)
ROPE_TEST_ROWS(, bfloat16)

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
