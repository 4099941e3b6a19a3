// Asks the processor and the operating system which instruction sets may be used. Used by kernels/isa.hpp
// only. SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>

#if ROPE_ARCH_X86_64
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Bits of the answer: one per isa (1 << isa), and what some kernels use beyond their set.
constexpr std::uint32_t cpu_scalar = 1u << 0, cpu_avx2 = 1u << 1, cpu_avx512 = 1u << 2, cpu_neon = 1u << 3;
constexpr std::uint32_t cpu_avx512_bf16 = 1u << 4;

#if ROPE_ARCH_X86_64
struct cpuid_words {
    std::uint32_t eax, ebx, ecx, edx;
};

inline cpuid_words cpuid(std::uint32_t leaf, std::uint32_t subleaf) noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    int words[4];
    __cpuidex(words, static_cast<int>(leaf), static_cast<int>(subleaf));
    return {static_cast<std::uint32_t>(words[0]), static_cast<std::uint32_t>(words[1]),
            static_cast<std::uint32_t>(words[2]), static_cast<std::uint32_t>(words[3])};
#else
    cpuid_words words = {0, 0, 0, 0};
    __cpuid_count(leaf, subleaf, words.eax, words.ebx, words.ecx, words.edx);
    return words;
#endif
}

// Which register states the operating system saves. Only where cpuid says that XGETBV exists.
inline std::uint32_t saved_states() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    return static_cast<std::uint32_t>(_xgetbv(0));
#else
    std::uint32_t low = 0, high = 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
#endif
}
#endif

// The sets that this machine runs, whether or not their kernels are compiled in.
inline std::uint32_t ask_cpu() noexcept {
    std::uint32_t found = cpu_scalar;
#if ROPE_ARCH_X86_64
    const auto has = [](std::uint32_t word, int bit) { return ((word >> bit) & 1u) != 0; };
    if (cpuid(0, 0).eax < 7) {
        return found;
    }
    const cpuid_words one = cpuid(1, 0), seven = cpuid(7, 0);
    if (!has(one.ecx, 27)) { // OSXSAVE
        return found;
    }
    const std::uint32_t saved = saved_states();
    const bool fma = has(one.ecx, 12), avx = has(one.ecx, 28), f16c = has(one.ecx, 29),
               avx2 = has(seven.ebx, 5);
    if ((saved & 0x6u) == 0x6u && avx && fma && f16c && avx2) {
        found |= cpu_avx2;
        const bool f = has(seven.ebx, 16), dq = has(seven.ebx, 17), bw = has(seven.ebx, 30),
                   vl = has(seven.ebx, 31);
        if ((saved & 0xe6u) == 0xe6u && f && dq && bw && vl) {
            found |= cpu_avx512;
            if (seven.eax >= 1 && has(cpuid(7, 1).eax, 5)) {
                found |= cpu_avx512_bf16;
            }
        }
    }
#elif ROPE_ARCH_AARCH64
    found |= cpu_neon; // part of the architecture
#endif
    return found;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
