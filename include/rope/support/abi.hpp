// ROPE_ABI: the inline namespace that every function of the library lives in.
//
// A header-only function compiled in two translation units with different flags is two functions with one
// name, and the linker keeps one of them: the one with AVX-512 in it, perhaps, on a machine without. So the
// name carries what the code depends on: version, baseline instruction set, fast-math, exceptions and the
// parts that are switched off. Plain data (config, view, table, plan) lives outside the tag, so that such
// translation units still exchange it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/version.hpp>

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define ROPE_TAG_WIDTH avx512
#elif defined(__AVX512F__)
#define ROPE_TAG_WIDTH avx512f
#elif defined(__AVX2__)
#define ROPE_TAG_WIDTH avx2
#elif defined(__AVX__)
#define ROPE_TAG_WIDTH avx
#elif defined(__SSE4_1__)
#define ROPE_TAG_WIDTH sse4
#elif defined(__ARM_FEATURE_SVE)
#define ROPE_TAG_WIDTH sve
#else
#define ROPE_TAG_WIDTH base
#endif

#if defined(__FMA__)
#define ROPE_TAG_FMA m
#else
#define ROPE_TAG_FMA n
#endif

#if defined(__F16C__)
#define ROPE_TAG_F16C h
#else
#define ROPE_TAG_F16C n
#endif

#if defined(__FAST_MATH__)
#define ROPE_TAG_MATH fast
#else
#define ROPE_TAG_MATH ieee
#endif

#if defined(__cpp_exceptions)
#define ROPE_TAG_THROW t
#else
#define ROPE_TAG_THROW n
#endif

#if defined(ROPE_NO_AVX2)
#define ROPE_TAG_AVX2 n
#else
#define ROPE_TAG_AVX2 a
#endif
#if defined(ROPE_NO_AVX512)
#define ROPE_TAG_AVX512 n
#else
#define ROPE_TAG_AVX512 a
#endif
#if defined(ROPE_NO_NEON)
#define ROPE_TAG_NEON n
#else
#define ROPE_TAG_NEON a
#endif

#define ROPE_TAG_JOIN_(a, b, c, d, e, f, g, h, i, j, k) v##a##_##b##_##c##_##d##_##e##f##_##g##_##h##i##j##k
#define ROPE_TAG_JOIN(a, b, c, d, e, f, g, h, i, j, k) ROPE_TAG_JOIN_(a, b, c, d, e, f, g, h, i, j, k)
#define ROPE_ABI                                                                                             \
    ROPE_TAG_JOIN(ROPE_VERSION_MAJOR, ROPE_VERSION_MINOR, ROPE_VERSION_PATCH, ROPE_TAG_WIDTH, ROPE_TAG_FMA,  \
                  ROPE_TAG_F16C, ROPE_TAG_MATH, ROPE_TAG_THROW, ROPE_TAG_AVX2, ROPE_TAG_AVX512,              \
                  ROPE_TAG_NEON)
