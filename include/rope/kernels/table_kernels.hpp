// table_kernels_for<T>(isa): the table builder's loops on one instruction set. Used by table/fill_rows.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/table/avx2.hpp>
#include <rope/kernels/table/avx512.hpp>
#include <rope/kernels/table/neon.hpp>
#include <rope/kernels/table/scalar.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// T: float, half or bfloat16.
template <class T>
struct table_kernels {
    void (*make_factors)(const angle_block& angles, double amplitude, std::int64_t pairs, factor_row& out);
    void (*product_rows)(const product_job& job);
    void (*angle_row)(const angle_job& job);
    void (*store_fence)(); // after product_rows with non_temporal, before anyone else may read the rows
};

// Double rows are made in integers.
template <>
struct table_kernels<double> {};

// `which` is available; one that this translation unit leaves out is served by the scalar loops.
template <class T>
table_kernels<T> table_kernels_for(isa which) noexcept {
    if constexpr (std::is_same_v<T, double>) {
        return {};
    } else {
        switch (which) {
#if ROPE_WITH_AVX512
        case isa::avx512:
            return {&avx512::make_factors, &avx512::product_rows<T>, &avx512::angle_row<T>,
                    &avx512::store_fence};
#endif
#if ROPE_WITH_AVX2
        case isa::avx2:
            return {&avx2::make_factors, &avx2::product_rows<T>, &avx2::angle_row<T>, &avx2::store_fence};
#endif
#if ROPE_WITH_NEON
        case isa::neon:
            return {&neon::make_factors, &neon::product_rows<T>, &neon::angle_row<T>, &neon::store_fence};
#endif
        default:
            return {&scalar::make_factors, &scalar::product_rows<T>, &scalar::angle_row<T>,
                    &scalar::store_fence};
        }
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
