// The floating-point mode of a thread: rounding direction, flush-to-zero, denormals-are-zero. Linking with -Ofast switches
// the last two on, and the mode shows in every vector instruction. Kernels and table rows are computed in the default
// mode (to nearest even, denormals kept) whatever the caller's is, and the caller's is restored.
//
// Known here: x86 with SSE (MXCSR) and AArch64 (FPCR). Elsewhere the mode is taken to be the default one.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <cstdint>

#if defined(_MSC_VER) && !defined(__clang__) && ROPE_ARCH_X86_64
#include <xmmintrin.h>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

#if ROPE_ARCH_X86_64 || defined(__SSE2_MATH__)
constexpr std::uint32_t float_mode_bits = 0xe040; // flush-to-zero, rounding direction, denormals-are-zero
#elif ROPE_ARCH_AARCH64 && defined(__GNUC__)
constexpr std::uint32_t float_mode_bits = 0x07c80007; // AHP, DN, FZ, RMode, FZ16; NEP, AH, FIZ
#else
constexpr std::uint32_t float_mode_bits = 0;
#endif

// The control register; reading it takes a few cycles.
ROPE_ALWAYS_INLINE std::uint32_t float_control() noexcept {
#if (ROPE_ARCH_X86_64 || defined(__SSE2_MATH__)) && defined(__GNUC__)
    std::uint32_t word;
    __asm__ volatile("stmxcsr %0" : "=m"(word));
    return word;
#elif ROPE_ARCH_X86_64
    return _mm_getcsr();
#elif ROPE_ARCH_AARCH64 && defined(__GNUC__)
    std::uint64_t word;
    __asm__ volatile("mrs %0, fpcr" : "=r"(word));
    return static_cast<std::uint32_t>(word);
#else
    return 0;
#endif
}

// No load or store moves across it, and with them no arithmetic from memory to memory.
ROPE_ALWAYS_INLINE void set_float_control(std::uint32_t word) noexcept {
#if (ROPE_ARCH_X86_64 || defined(__SSE2_MATH__)) && defined(__GNUC__)
    __asm__ volatile("ldmxcsr %0" : : "m"(word) : "memory");
#elif ROPE_ARCH_X86_64
    _mm_setcsr(word);
#elif ROPE_ARCH_AARCH64 && defined(__GNUC__)
    __asm__ volatile("msr fpcr, %0" : : "r"(static_cast<std::uint64_t>(word)) : "memory");
#else
    static_cast<void>(word);
#endif
}

ROPE_ALWAYS_INLINE bool float_mode_is_default() noexcept {
    return (float_control() & float_mode_bits) == 0;
}

// Default mode for as long as it lives.
class default_float_mode {
  public:
    default_float_mode() noexcept : before(float_control()) {
        if (ROPE_UNLIKELY((before & float_mode_bits) != 0)) {
            set_float_control(before & ~float_mode_bits);
        }
    }
    ~default_float_mode() {
        if (ROPE_UNLIKELY((before & float_mode_bits) != 0)) {
            set_float_control(before);
        }
    }
    default_float_mode(const default_float_mode&) = delete;
    default_float_mode& operator=(const default_float_mode&) = delete;

  private:
    std::uint32_t before;
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
