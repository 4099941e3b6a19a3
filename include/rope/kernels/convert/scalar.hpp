// Conversions of rows for any processor, one value at a time.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/convert/common.hpp>
#include <rope/kernels/rotate/scalar.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace scalar {

#define ROPE_BODY_VECTORS 0
#include <rope/kernels/convert/body.inc>
#undef ROPE_BODY_VECTORS

inline norm_kernel norm_kernel_for(row_format, row_format, const norm_job&) noexcept {
    return nullptr;
}

} // namespace scalar
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
