// rotate_kernel_for<In, Out>(isa): the rotation of In data into Out data on one instruction set.
// Made for: rotate/plan, which asks active_isa() once, keeps the pointer and calls it in run.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/avx2.hpp>
#include <rope/kernels/avx512.hpp>
#include <rope/kernels/isa.hpp>
#include <rope/kernels/neon.hpp>
#include <rope/kernels/scalar.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// In and Out: float, half or bfloat16 in any combination, or double into double; only what is named is
// compiled. Cannot fail for an available isa; for another it throws rope::error, as active_isa() does.
template <class In, class Out>
rotate_kernel rotate_kernel_for(isa which) {
    static_assert(std::is_same_v<compute_type<In>, compute_type<Out>>,
                  "float, half and bfloat16 rotate into each other, double into double");
    switch (which) {
    case isa::scalar:
        return &scalar::rotate<In, Out>;
    case isa::avx2:
#if ROPE_WITH_AVX2
        return &avx2::rotate<In, Out>;
#else
        break;
#endif
    case isa::avx512:
#if ROPE_WITH_AVX512
        if constexpr (std::is_same_v<Out, bfloat16>) {
            if ((cpu_features() & cpu_avx512_bf16) != 0) {
                return &avx512::rotate<In, Out, true>;
            }
        }
        return &avx512::rotate<In, Out>;
#else
        break;
#endif
    case isa::neon:
#if ROPE_WITH_NEON
        return &neon::rotate<In, Out>;
#else
        break;
#endif
    }
    fail("instruction set \"" + std::string(isa_name(which)) +
         "\" is not available, expected one of: " + isa_list(cpu_features() & compiled_isas));
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
