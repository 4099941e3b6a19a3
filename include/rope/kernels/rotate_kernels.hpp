// rotate_kernel_for<In, Out>(isa): the rotation of In data into Out data on one instruction set;
// rotate_in_place_kernel_for<T>(isa): that of jobs in place alone.
// Made for: rotate/plan, which asks active_isa() once, keeps the pointer and calls it in run.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/isa.hpp>
#include <rope/kernels/rotate/avx2.hpp>
#include <rope/kernels/rotate/avx512.hpp>
#include <rope/kernels/rotate/neon.hpp>
#include <rope/kernels/rotate/scalar.hpp>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

[[noreturn]] inline void fail_unavailable(isa which) {
    fail("instruction set \"" + std::string(isa_name(which)) +
         "\" is not available, expected one of: " + isa_list(cpu_features() & compiled_isas));
}

#if ROPE_WITH_AVX512 && ROPE_WITH_AVX2
// half_split half in place or not: vectors of half the width where job.narrow_half, the kernel named avx512 all the same.
inline isa rotate_half(const rotate_job& job, const void* in, void* out) noexcept {
    if (job.narrow_half && job.from.pair == 1 && job.to.pair == 1) {
        avx2::rotate<half, half>(job, in, out);
        return isa::avx512;
    }
    return avx512::rotate<half, half>(job, in, out);
}
inline isa rotate_half_in_place(const rotate_job& job, const void* in, void* out) noexcept {
    if (job.narrow_half && job.from.pair == 1 && job.to.pair == 1) {
        avx2::rotate_in_place<half>(job, in, out);
        return isa::avx512;
    }
    return avx512::rotate_in_place<half>(job, in, out);
}
#endif

// In and Out: float, half or bfloat16 in any combination, or double into double; only what is named is
// compiled. Cannot fail for an available isa; for another it throws rope::error, as active_isa() does.
template <class In, class Out>
rotate_kernel rotate_kernel_for(isa which) {
    static_assert(std::is_same_v<compute_type<In>, compute_type<Out>>,
                  "float, half and bfloat16 rotate into each other, double into double");
#if ROPE_WITH_AVX512
    if (which == isa::avx512) {
        if constexpr (std::is_same_v<Out, bfloat16>) {
            if ((cpu_features() & cpu_avx512_bf16) != 0) {
                return &avx512::rotate<In, Out, true>;
            }
        }
#if ROPE_WITH_AVX2
        if constexpr (std::is_same_v<In, half> && std::is_same_v<Out, half>) {
            return &rotate_half;
        }
#endif
        return &avx512::rotate<In, Out>;
    }
#endif
#if ROPE_WITH_AVX2
    if (which == isa::avx2) {
        return &avx2::rotate<In, Out>;
    }
#endif
#if ROPE_WITH_NEON
    if (which == isa::neon) {
        return &neon::rotate<In, Out>;
    }
#endif
    return which == isa::scalar ? &scalar::rotate<In, Out> : (fail_unavailable(which), nullptr);
}

// The same for jobs that are in place: a third of the code.
template <class T>
rotate_kernel rotate_in_place_kernel_for(isa which) {
#if ROPE_WITH_AVX512
    if (which == isa::avx512) {
        if constexpr (std::is_same_v<T, bfloat16>) {
            if ((cpu_features() & cpu_avx512_bf16) != 0) {
                return &avx512::rotate_in_place<T, true>;
            }
        }
#if ROPE_WITH_AVX2
        if constexpr (std::is_same_v<T, half>) {
            return &rotate_half_in_place;
        }
#endif
        return &avx512::rotate_in_place<T>;
    }
#endif
#if ROPE_WITH_AVX2
    if (which == isa::avx2) {
        return &avx2::rotate_in_place<T>;
    }
#endif
#if ROPE_WITH_NEON
    if (which == isa::neon) {
        return &neon::rotate_in_place<T>;
    }
#endif
    return which == isa::scalar ? &scalar::rotate_in_place<T> : (fail_unavailable(which), nullptr);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
