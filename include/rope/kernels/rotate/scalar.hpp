// The rotation for any processor: one pair at a time, fma by instruction where the translation unit may use
// it. SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/lanes/scalar.hpp>
#include <rope/kernels/rotate/common.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace scalar {

#define ROPE_BODY_VECTORS 0
#include <rope/kernels/rotate/body.inc>
#undef ROPE_BODY_VECTORS

} // namespace scalar
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
