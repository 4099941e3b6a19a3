// What this compiler and processor offer: architecture, inlining, regions compiled for another instruction
// set. Used by kernels/ and numbers/; knows nothing of rotation. SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/language.hpp>

#if defined(__x86_64__) || defined(_M_X64)
#define ROPE_ARCH_X86_64 1
#else
#define ROPE_ARCH_X86_64 0
#endif

#if (defined(__aarch64__) || defined(_M_ARM64)) && !defined(__AARCH64EB__)
#define ROPE_ARCH_AARCH64 1
#else
#define ROPE_ARCH_AARCH64 0
#endif

// Whether float and double expressions keep more digits than their types have (FLT_EVAL_METHOD of 1, 2 or unknown).
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0 && __FLT_EVAL_METHOD__ != 16
#define ROPE_EXCESS_PRECISION 1
#else
#define ROPE_EXCESS_PRECISION 0
#endif

// Which kernels are compiled in: those of the architecture, less the ones that the user dropped.
#if ROPE_ARCH_X86_64 && !defined(ROPE_NO_AVX2)
#define ROPE_WITH_AVX2 1
#else
#define ROPE_WITH_AVX2 0
#endif
#if ROPE_ARCH_X86_64 && !defined(ROPE_NO_AVX512)
#define ROPE_WITH_AVX512 1
#else
#define ROPE_WITH_AVX512 0
#endif
#if ROPE_ARCH_AARCH64 && !defined(ROPE_NO_NEON)
#define ROPE_WITH_NEON 1
#else
#define ROPE_WITH_NEON 0
#endif

#if defined(__GNUC__) || defined(__clang__)
#define ROPE_ALWAYS_INLINE inline __attribute__((always_inline))
#define ROPE_NOINLINE __attribute__((noinline))
#define ROPE_COLD __attribute__((cold)) // rarely called: optimised for size, and so is the way to it
#define ROPE_LIKELY(x) __builtin_expect(!!(x), 1)
#define ROPE_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ROPE_RESTRICT __restrict__
#define ROPE_MAY_ALIAS __attribute__((may_alias))
#define ROPE_PREFETCH(address) __builtin_prefetch(address, 1)
#elif defined(_MSC_VER)
#define ROPE_ALWAYS_INLINE __forceinline
#define ROPE_NOINLINE __declspec(noinline)
#define ROPE_COLD
#define ROPE_LIKELY(x) (x)
#define ROPE_UNLIKELY(x) (x)
#define ROPE_RESTRICT __restrict
#define ROPE_MAY_ALIAS
#define ROPE_PREFETCH(address) static_cast<void>(address)
#else
#define ROPE_ALWAYS_INLINE inline
#define ROPE_NOINLINE
#define ROPE_COLD
#define ROPE_LIKELY(x) (x)
#define ROPE_UNLIKELY(x) (x)
#define ROPE_RESTRICT
#define ROPE_MAY_ALIAS
#define ROPE_PREFETCH(address) static_cast<void>(address)
#endif

// ROPE_REGION_BEGIN("avx2,fma") ... ROPE_REGION_END: every function in between is compiled for these features too,
// whatever the flags of the translation unit. It is written inside the library's namespaces, because ROPE_ABI must not
// be expanded in a region, and headers are included before it: a template first named in one would take its target. The
// macros such as __AVX2__ say nothing reliable in a region. MSVC needs no region: it compiles every intrinsic.
#define ROPE_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define ROPE_REGION_BEGIN(features)                                                                          \
    ROPE_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define ROPE_REGION_END ROPE_PRAGMA(clang attribute pop)
#elif defined(__GNUC__) // whose intrinsics warn of their own undefined operands
#define ROPE_REGION_BEGIN(features)                                                                          \
    ROPE_PRAGMA(GCC push_options)                                                                            \
    ROPE_PRAGMA(GCC target(features))                                                                        \
    ROPE_PRAGMA(GCC diagnostic push)                                                                         \
    ROPE_PRAGMA(GCC diagnostic ignored "-Wuninitialized")                                                    \
    ROPE_PRAGMA(GCC diagnostic ignored "-Wmaybe-uninitialized")
#define ROPE_REGION_END ROPE_PRAGMA(GCC diagnostic pop) ROPE_PRAGMA(GCC pop_options)
#else
#define ROPE_REGION_BEGIN(features)
#define ROPE_REGION_END
#endif

// Before a loop with a small constant count whose body must end up side by side (-O2 alone leaves it a loop).
#if defined(__clang__)
#define ROPE_UNROLL ROPE_PRAGMA(clang loop unroll(full))
#elif defined(__GNUC__)
#define ROPE_UNROLL ROPE_PRAGMA(GCC unroll 16)
#else
#define ROPE_UNROLL
#endif
