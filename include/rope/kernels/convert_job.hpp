// convert_kernels: what row passes ask of an instruction set beside the rotation. Made by convert_kernels.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/row_format.hpp>
#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Rows of a token: normalised by a root-mean-square norm, then rotated. As convert/norm.inc says.
struct norm_job {
    std::int64_t heads = 0, dim = 0, slice = 0, pairs = 0;
    std::int64_t from_head = 0, to_head = 0; // elements
    const float *cos = nullptr, *sin = nullptr;
    const float* weight = nullptr; // null: 1
    std::int64_t weight_head = 0;
    double inverse_count = 0, epsilon = 0;
    float factor = 1; // of a norm across heads
    bool across_heads = false, half_split = true, conjugate = false;
};
using norm_kernel = void (*)(const norm_job&, const void* in, void* out);

// As convert/body.inc says. The same bits from every instruction set, but for sign and payload of NaN. In the default
// floating-point mode alone (numbers/float_mode.hpp).
struct convert_kernels {
    void (*widen)(row_format format, const void* from, const float* scales, std::int64_t block, float* to,
                  std::int64_t n);
    void (*narrow)(row_format format, const float* from, void* to, float* scales, std::int64_t block,
                   std::int64_t n);
    double (*dot)(const float* x, const float* y, std::int64_t n);
    void (*multiply)(float* x, float factor, const float* weight, std::int64_t n);
    norm_kernel (*norm)(row_format from, row_format to,
                        const norm_job& job); // returns null: through a buffer
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
