// convert_kernels_for(isa): rows of any format to float and back, and what a norm and a score need of a row, on an instruction
// set. Made for: rotate/row_pass, which asks once for each plan. Rows are side by side; n values.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/convert/avx2.hpp>
#include <rope/kernels/convert/avx512.hpp>
#include <rope/kernels/convert/neon.hpp>
#include <rope/kernels/convert/scalar.hpp>
#include <rope/kernels/convert_job.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// `which` is available; one that this translation unit leaves out is served by the scalar loops.
inline convert_kernels convert_kernels_for(isa which) noexcept {
    switch (which) {
#if ROPE_WITH_AVX512
    case isa::avx512:
        return {&avx512::widen_row, &avx512::narrow_row, &avx512::dot_rows, &avx512::multiply_row,
                &avx512::norm_kernel_for};
#endif
#if ROPE_WITH_AVX2
    case isa::avx2:
        return {&avx2::widen_row, &avx2::narrow_row, &avx2::dot_rows, &avx2::multiply_row,
                &avx2::norm_kernel_for};
#endif
#if ROPE_WITH_NEON
    case isa::neon:
        return {&neon::widen_row, &neon::narrow_row, &neon::dot_rows, &neon::multiply_row,
                &neon::norm_kernel_for};
#endif
    default:
        return {&scalar::widen_row, &scalar::narrow_row, &scalar::dot_rows, &scalar::multiply_row,
                &scalar::norm_kernel_for};
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
