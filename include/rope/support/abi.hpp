// ROPE_ABI: the inline namespace that the library lives in.
//
// A header-only function compiled in two translation units with different flags is two functions with one name, and the
// linker keeps one of them: the one with AVX-512 in it, perhaps, on a machine without. So the name carries what the
// generated code depends on: version, floating-point mode, exceptions, parts switched off, and every instruction set
// extension that a compiler uses unasked.
//
// The rule: every type and every function of the library is declared inside `inline namespace ROPE_ABI`, because copying
// or destroying a type is generated code too, as is std::vector<T> of one. Outside are
//   - `rope::state`: the atomics that exist once per program, whatever flags its translation units have;
//   - `rope::error`, so that one translation unit catches what another throws. Its members only call std::invalid_argument.
// Translation units compiled with different instruction sets therefore cannot pass rope's types to each other (the
// linker says so); they can pass pointers to float or double, sizes and std::uint16_t.
//
// ROPE_ABI is not written between ROPE_REGION_BEGIN and ROPE_REGION_END: since GCC 13 a region changes __AVX2__ and the like.
//
// The macros of numbered versions (RISC-V) count as present or absent. Left out are extensions that only intrinsics
// reach (AES, SHA, CRC32, ...). An architecture without a section here has no extensions in its tag.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/language.hpp>

#include <rope/support/version.hpp>

#include <cstddef> // and with it libstdc++'s configuration

// ROPE_TAG_FLAG(letters, MACRO): `letters` where MACRO is defined as 1, else 0.
#define ROPE_TAG_SECOND(first, second, ...) second
#define ROPE_TAG_EXPAND(text) text
#define ROPE_TAG_IS_1 ~,
#define ROPE_TAG_PICK(...) ROPE_TAG_EXPAND(ROPE_TAG_SECOND(__VA_ARGS__, 0))
#define ROPE_TAG_FLAG_(letters, value) ROPE_TAG_PICK(ROPE_TAG_IS_##value letters, 0)
#define ROPE_TAG_FLAG(letters, value) ROPE_TAG_FLAG_(letters, value)
#define ROPE_TAG_JOIN_(a, b, c, d, e, f, g, h) a##b##c##d##e##f##g##h
#define ROPE_TAG_JOIN(a, b, c, d, e, f, g, h) ROPE_TAG_JOIN_(a, b, c, d, e, f, g, h)

// The floating-point mode: each relaxation is a switch of its own, and the x87 keeps excess precision.
#if defined(__FAST_MATH__) || defined(_M_FP_FAST)
#define ROPE_TAG_FAST f
#else
#define ROPE_TAG_FAST 0
#endif
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
#define ROPE_TAG_EXCESS e
#else
#define ROPE_TAG_EXCESS 0
#endif
#define ROPE_TAG_MATH                                                                                        \
    ROPE_TAG_JOIN(m, ROPE_TAG_FAST, ROPE_TAG_FLAG(i, __FINITE_MATH_ONLY__),                                  \
                  ROPE_TAG_FLAG(r, __RECIPROCAL_MATH__), ROPE_TAG_FLAG(s, __NO_SIGNED_ZEROS__),              \
                  ROPE_TAG_FLAG(a, __ASSOCIATIVE_MATH__), ROPE_TAG_FLAG(u, __ROUNDING_MATH__),               \
                  ROPE_TAG_EXCESS)

// What changes layout or code for other reasons.
#if defined(__cpp_exceptions)
#define ROPE_TAG_THROW t
#else
#define ROPE_TAG_THROW 0
#endif
#if defined(__cpp_rtti)
#define ROPE_TAG_RTTI r
#else
#define ROPE_TAG_RTTI 0
#endif
#if defined(_GLIBCXX_DEBUG)
#define ROPE_TAG_DEBUG d
#elif defined(_GLIBCXX_USE_CXX11_ABI) && !_GLIBCXX_USE_CXX11_ABI
#define ROPE_TAG_DEBUG o
#else
#define ROPE_TAG_DEBUG 0
#endif
#if defined(ROPE_NO_AVX2)
#define ROPE_TAG_AVX2 0
#else
#define ROPE_TAG_AVX2 a
#endif
#if defined(ROPE_NO_AVX512)
#define ROPE_TAG_AVX512 0
#else
#define ROPE_TAG_AVX512 a
#endif
#if defined(ROPE_NO_NEON)
#define ROPE_TAG_NEON 0
#else
#define ROPE_TAG_NEON a
#endif
#if defined(ROPE_NO_INT128)
#define ROPE_TAG_INT128 0
#else
#define ROPE_TAG_INT128 a
#endif
#define ROPE_TAG_BUILD                                                                                       \
    ROPE_TAG_JOIN(b, ROPE_TAG_THROW, ROPE_TAG_RTTI, ROPE_TAG_DEBUG, ROPE_TAG_AVX2, ROPE_TAG_AVX512,          \
                  ROPE_TAG_NEON, ROPE_TAG_INT128)

#if defined(__i386__) || defined(__x86_64__) || defined(_M_IX86) || defined(_M_X64)

#define ROPE_TAG_SSE                                                                                         \
    ROPE_TAG_JOIN(x, ROPE_TAG_FLAG(1, __SSE__), ROPE_TAG_FLAG(2, __SSE2__), ROPE_TAG_FLAG(3, __SSE3__),      \
                  ROPE_TAG_FLAG(s, __SSSE3__), ROPE_TAG_FLAG(4, __SSE4_1__), ROPE_TAG_FLAG(5, __SSE4_2__),   \
                  ROPE_TAG_FLAG(a, __SSE4A__))
#define ROPE_TAG_AVX                                                                                         \
    ROPE_TAG_JOIN(ROPE_TAG_FLAG(a, __AVX__), ROPE_TAG_FLAG(2, __AVX2__), ROPE_TAG_FLAG(m, __FMA__),          \
                  ROPE_TAG_FLAG(h, __F16C__), ROPE_TAG_FLAG(4, __FMA4__), ROPE_TAG_FLAG(x, __XOP__),         \
                  ROPE_TAG_FLAG(v, __AVXVNNI__), ROPE_TAG_FLAG(i, __AVXIFMA__))
#define ROPE_TAG_BITS                                                                                        \
    ROPE_TAG_JOIN(ROPE_TAG_FLAG(p, __POPCNT__), ROPE_TAG_FLAG(b, __BMI__), ROPE_TAG_FLAG(2, __BMI2__),       \
                  ROPE_TAG_FLAG(l, __LZCNT__), ROPE_TAG_FLAG(t, __TBM__), ROPE_TAG_FLAG(m, __MOVBE__),       \
                  ROPE_TAG_FLAG(a, __ADX__), ROPE_TAG_FLAG(f, __LAHF_SAHF__))
#define ROPE_TAG_AVX512A                                                                                     \
    ROPE_TAG_JOIN(z, ROPE_TAG_FLAG(f, __AVX512F__), ROPE_TAG_FLAG(c, __AVX512CD__),                          \
                  ROPE_TAG_FLAG(b, __AVX512BW__), ROPE_TAG_FLAG(d, __AVX512DQ__),                            \
                  ROPE_TAG_FLAG(l, __AVX512VL__), ROPE_TAG_FLAG(e, __AVX512ER__),                            \
                  ROPE_TAG_FLAG(w, __EVEX512__))
#define ROPE_TAG_AVX512B                                                                                     \
    ROPE_TAG_JOIN(ROPE_TAG_FLAG(v, __AVX512VBMI__), ROPE_TAG_FLAG(2, __AVX512VBMI2__),                       \
                  ROPE_TAG_FLAG(i, __AVX512IFMA__), ROPE_TAG_FLAG(n, __AVX512VNNI__),                        \
                  ROPE_TAG_FLAG(g, __AVX512BITALG__), ROPE_TAG_FLAG(p, __AVX512VPOPCNTDQ__),                 \
                  ROPE_TAG_FLAG(b, __AVX512BF16__), ROPE_TAG_FLAG(h, __AVX512FP16__))
#define ROPE_TAG_NEWER                                                                                       \
    ROPE_TAG_JOIN(ROPE_TAG_FLAG(g, __GFNI__), ROPE_TAG_FLAG(x, __APX_F__), ROPE_TAG_FLAG(c, __CMPCCXADD__),  \
                  ROPE_TAG_FLAG(r, __RAOINT__), ROPE_TAG_FLAG(8, __AVXVNNIINT8__),                           \
                  ROPE_TAG_FLAG(6, __AVXVNNIINT16__), ROPE_TAG_FLAG(y, __AVX10_1__),                         \
                  ROPE_TAG_FLAG(z, __AVX10_2__))
#define ROPE_TAG_CPU                                                                                         \
    ROPE_TAG_JOIN(ROPE_TAG_SSE, ROPE_TAG_AVX, ROPE_TAG_BITS, ROPE_TAG_AVX512A, ROPE_TAG_AVX512B,             \
                  ROPE_TAG_NEWER, ROPE_TAG_FLAG(s, __SSE2_MATH__), ROPE_TAG_FLAG(p, __PRFCHW__))

#elif defined(__aarch64__) || defined(_M_ARM64)

#if defined(__ARM_FEATURE_SVE_BITS) && __ARM_FEATURE_SVE_BITS != 0
#define ROPE_TAG_SVE_LENGTH __ARM_FEATURE_SVE_BITS
#else
#define ROPE_TAG_SVE_LENGTH 0
#endif
#define ROPE_TAG_ARM_SCALAR                                                                                  \
    ROPE_TAG_JOIN(v, __ARM_ARCH, ROPE_TAG_FLAG(a, __ARM_FEATURE_ATOMICS),                                    \
                  ROPE_TAG_FLAG(j, __ARM_FEATURE_JCVT), ROPE_TAG_FLAG(r, __ARM_FEATURE_FRINT),               \
                  ROPE_TAG_FLAG(c, __ARM_FEATURE_RCPC), ROPE_TAG_FLAG(m, __ARM_FEATURE_MOPS),                \
                  ROPE_TAG_FLAG(s, __ARM_FEATURE_CSSC))
#define ROPE_TAG_ARM_VECTOR                                                                                  \
    ROPE_TAG_JOIN(n, ROPE_TAG_FLAG(q, __ARM_FEATURE_QRDMX), ROPE_TAG_FLAG(d, __ARM_FEATURE_DOTPROD),         \
                  ROPE_TAG_FLAG(h, __ARM_FEATURE_FP16_SCALAR_ARITHMETIC),                                    \
                  ROPE_TAG_FLAG(v, __ARM_FEATURE_FP16_VECTOR_ARITHMETIC),                                    \
                  ROPE_TAG_FLAG(b, __ARM_FEATURE_BF16), ROPE_TAG_FLAG(i, __ARM_FEATURE_MATMUL_INT8),         \
                  ROPE_TAG_FLAG(c, __ARM_FEATURE_COMPLEX))
#define ROPE_TAG_ARM_SVE                                                                                     \
    ROPE_TAG_JOIN(s, ROPE_TAG_FLAG(v, __ARM_FEATURE_SVE), ROPE_TAG_FLAG(2, __ARM_FEATURE_SVE2),              \
                  ROPE_TAG_FLAG(m, __ARM_FEATURE_SME), ROPE_TAG_FLAG(b, __ARM_FEATURE_SVE2_BITPERM),         \
                  ROPE_TAG_FLAG(p, __ARM_FEATURE_PAUTH), l, ROPE_TAG_SVE_LENGTH)
#define ROPE_TAG_CPU                                                                                         \
    ROPE_TAG_JOIN(arm, ROPE_TAG_ARM_SCALAR, ROPE_TAG_ARM_VECTOR, ROPE_TAG_ARM_SVE,                           \
                  ROPE_TAG_FLAG(u, __ARM_FEATURE_UNALIGNED), ROPE_TAG_FLAG(f, __ARM_FEATURE_FMA), 0, 0)

#elif defined(__arm__) || defined(_M_ARM)

#define ROPE_TAG_CPU                                                                                         \
    ROPE_TAG_JOIN(arm32_, __ARM_ARCH, ROPE_TAG_FLAG(n, __ARM_NEON), ROPE_TAG_FLAG(m, __ARM_FEATURE_FMA),     \
                  ROPE_TAG_FLAG(d, __ARM_FEATURE_IDIV), ROPE_TAG_FLAG(u, __ARM_FEATURE_UNALIGNED),           \
                  ROPE_TAG_FLAG(t, __thumb2__), ROPE_TAG_FLAG(c, __ARM_FEATURE_CRC32))

#elif defined(__riscv)

#if defined(__riscv_atomic)
#define ROPE_TAG_A a
#else
#define ROPE_TAG_A 0
#endif
#if defined(__riscv_compressed)
#define ROPE_TAG_C c
#else
#define ROPE_TAG_C 0
#endif
#if defined(__riscv_vector)
#define ROPE_TAG_V v
#else
#define ROPE_TAG_V 0
#endif
#if defined(__riscv_zve32x)
#define ROPE_TAG_ZVE e
#else
#define ROPE_TAG_ZVE 0
#endif
#if defined(__riscv_zba)
#define ROPE_TAG_ZBA a
#else
#define ROPE_TAG_ZBA 0
#endif
#if defined(__riscv_zbb)
#define ROPE_TAG_ZBB b
#else
#define ROPE_TAG_ZBB 0
#endif
#if defined(__riscv_zbc)
#define ROPE_TAG_ZBC c
#else
#define ROPE_TAG_ZBC 0
#endif
#if defined(__riscv_zbs)
#define ROPE_TAG_ZBS s
#else
#define ROPE_TAG_ZBS 0
#endif
#if defined(__riscv_zbkb)
#define ROPE_TAG_ZBKB k
#else
#define ROPE_TAG_ZBKB 0
#endif
#if defined(__riscv_zfh)
#define ROPE_TAG_ZFH h
#else
#define ROPE_TAG_ZFH 0
#endif
#if defined(__riscv_zfhmin)
#define ROPE_TAG_ZFHMIN n
#else
#define ROPE_TAG_ZFHMIN 0
#endif
#if defined(__riscv_zfa)
#define ROPE_TAG_ZFA f
#else
#define ROPE_TAG_ZFA 0
#endif
#if defined(__riscv_zicond)
#define ROPE_TAG_ZICOND i
#else
#define ROPE_TAG_ZICOND 0
#endif
#if defined(__riscv_zacas)
#define ROPE_TAG_ZACAS s
#else
#define ROPE_TAG_ZACAS 0
#endif
#if defined(__riscv_zabha)
#define ROPE_TAG_ZABHA h
#else
#define ROPE_TAG_ZABHA 0
#endif
#if defined(__riscv_zcb)
#define ROPE_TAG_ZCB b
#else
#define ROPE_TAG_ZCB 0
#endif
#if defined(__riscv_zvbb)
#define ROPE_TAG_ZVBB o
#else
#define ROPE_TAG_ZVBB 0
#endif
#if defined(__riscv_zvfh)
#define ROPE_TAG_ZVFH w
#else
#define ROPE_TAG_ZVFH 0
#endif
#if defined(__riscv_v_min_vlen)
#define ROPE_TAG_VLEN __riscv_v_min_vlen
#else
#define ROPE_TAG_VLEN 0
#endif
#define ROPE_TAG_RISCV_BITS                                                                                  \
    ROPE_TAG_JOIN(b, ROPE_TAG_ZBA, ROPE_TAG_ZBB, ROPE_TAG_ZBC, ROPE_TAG_ZBS, ROPE_TAG_ZBKB, ROPE_TAG_ZICOND, \
                  ROPE_TAG_ZCB)
#define ROPE_TAG_RISCV_MATH                                                                                  \
    ROPE_TAG_JOIN(f, ROPE_TAG_ZFH, ROPE_TAG_ZFHMIN, ROPE_TAG_ZFA, ROPE_TAG_ZVE, ROPE_TAG_ZVBB,               \
                  ROPE_TAG_ZVFH, ROPE_TAG_ZACAS)
#define ROPE_TAG_CPU                                                                                         \
    ROPE_TAG_JOIN(riscv, ROPE_TAG_A, ROPE_TAG_C, ROPE_TAG_V, ROPE_TAG_VLEN, ROPE_TAG_RISCV_BITS,             \
                  ROPE_TAG_RISCV_MATH, ROPE_TAG_ZABHA)

#elif defined(__powerpc__) || defined(__powerpc64__)

#if defined(_ARCH_PWR11)
#define ROPE_TAG_POWER 11
#elif defined(_ARCH_PWR10)
#define ROPE_TAG_POWER 10
#elif defined(_ARCH_PWR9)
#define ROPE_TAG_POWER 9
#elif defined(_ARCH_PWR8)
#define ROPE_TAG_POWER 8
#elif defined(_ARCH_PWR7)
#define ROPE_TAG_POWER 7
#elif defined(_ARCH_PWR6)
#define ROPE_TAG_POWER 6
#elif defined(_ARCH_PWR5)
#define ROPE_TAG_POWER 5
#else
#define ROPE_TAG_POWER 0
#endif
#define ROPE_TAG_CPU                                                                                         \
    ROPE_TAG_JOIN(power, ROPE_TAG_POWER, ROPE_TAG_FLAG(a, __ALTIVEC__), ROPE_TAG_FLAG(v, __VSX__),           \
                  ROPE_TAG_FLAG(8, __POWER8_VECTOR__), ROPE_TAG_FLAG(9, __POWER9_VECTOR__),                  \
                  ROPE_TAG_FLAG(m, __MMA__), ROPE_TAG_FLAG(i, _ARCH_PWR7))

#elif defined(__s390x__) || defined(__s390__)

#define ROPE_TAG_CPU                                                                                         \
    ROPE_TAG_JOIN(s390_, __ARCH__, ROPE_TAG_FLAG(v, __VX__), ROPE_TAG_FLAG(t, __HTM__), 0, 0, 0, 0)

#elif defined(__loongarch__)

#define ROPE_TAG_CPU                                                                                         \
    ROPE_TAG_JOIN(loong, ROPE_TAG_FLAG(s, __loongarch_sx), ROPE_TAG_FLAG(a, __loongarch_asx),                \
                  ROPE_TAG_FLAG(f, __loongarch_frecipe), ROPE_TAG_FLAG(b, __loongarch_lam_bh),               \
                  ROPE_TAG_FLAG(c, __loongarch_lamcas), ROPE_TAG_FLAG(l, __loongarch_ld_seq_sa), 0)

#elif defined(__wasm__)

#define ROPE_TAG_CPU                                                                                         \
    ROPE_TAG_JOIN(wasm, ROPE_TAG_FLAG(s, __wasm_simd128__), ROPE_TAG_FLAG(r, __wasm_relaxed_simd__),         \
                  ROPE_TAG_FLAG(a, __wasm_atomics__), ROPE_TAG_FLAG(b, __wasm_bulk_memory__),                \
                  ROPE_TAG_FLAG(e, __wasm_sign_ext__), ROPE_TAG_FLAG(f, __wasm_nontrapping_fptoint__), 0)

#else
#define ROPE_TAG_CPU other
#endif

#define ROPE_TAG_NAME_(a, b, c, d, e, f) v##a##_##b##_##c##_##d##_##e##_##f
#define ROPE_TAG_NAME(a, b, c, d, e, f) ROPE_TAG_NAME_(a, b, c, d, e, f)
#define ROPE_ABI                                                                                             \
    ROPE_TAG_NAME(ROPE_VERSION_MAJOR, ROPE_VERSION_MINOR, ROPE_VERSION_PATCH, ROPE_TAG_BUILD, ROPE_TAG_MATH, \
                  ROPE_TAG_CPU)
