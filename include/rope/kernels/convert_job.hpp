// convert_kernels: what row passes ask of an instruction set beside the rotation. Made by convert_kernels.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/row_format.hpp>
#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// As convert/body.inc says. The same bits from every instruction set, but for sign and payload of NaN. In the default
// floating-point mode alone (numbers/float_mode.hpp).
struct convert_kernels {
    void (*widen)(row_format format, const void* from, const float* scales, std::int64_t block, float* to,
                  std::int64_t n);
    void (*narrow)(row_format format, const float* from, void* to, float* scales, std::int64_t block,
                   std::int64_t n);
    double (*dot)(const float* x, const float* y, std::int64_t n);
    void (*multiply)(float* x, float factor, const float* weight, std::int64_t n);
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
