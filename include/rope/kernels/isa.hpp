// Which instruction set the kernels use: listed, asked, forced. By default the best that this machine has;
// the environment variable ROPE_ISA or force_isa names another. One that is unavailable is an error wherever a plan or
// a table is made, never a silent fallback. The environment is read when an instruction set is first needed, and again
// only after force_isa(std::nullopt) or while it has a name that no instruction set has.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/cpu.hpp>
#include <rope/kernels/rotate_job.hpp>
#include <rope/support/error.hpp>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rope {

namespace state { // one per program, whatever flags its translation units have; constant initialised

// 0 until first needed; then bit 31, what the processor has in the low half, and the forced isa + 1 in bits
// 16 to 23.
inline std::atomic<std::uint32_t> isa_choice{0};

// What the processor has, once it was asked (asking traps under a hypervisor: tens of microseconds), and bit 31.
inline std::atomic<std::uint32_t> isa_found{0};

} // namespace state

inline namespace ROPE_ABI {

// "scalar", "avx2" (with FMA and F16C), "avx512" (F, BW, DQ, VL; BF16 where there), "neon".
constexpr const char* isa_name(isa which) noexcept {
    constexpr const char* names[] = {"scalar", "avx2", "avx512", "neon"};
    return static_cast<std::uint8_t>(which) < 4 ? names[static_cast<std::uint8_t>(which)] : "unknown";
}

inline std::optional<isa> isa_from_name(std::string_view name) noexcept {
    for (const isa which : {isa::scalar, isa::avx2, isa::avx512, isa::neon}) {
        if (name == isa_name(which)) {
            return which;
        }
    }
    return std::nullopt;
}

namespace detail {

// The kernels in this translation unit, as bits (1 << isa).
constexpr std::uint32_t compiled_isas = cpu_scalar | (ROPE_WITH_AVX2 ? cpu_avx2 : 0u) |
                                        (ROPE_WITH_AVX512 ? cpu_avx512 : 0u) |
                                        (ROPE_WITH_NEON ? cpu_neon : 0u);
constexpr std::uint32_t choice_made = 1u << 31;
constexpr int choice_forced = 16;

constexpr std::uint32_t isa_bit(isa which) noexcept {
    return 1u << static_cast<unsigned>(which);
}

inline std::string isa_list(std::uint32_t bits) {
    std::string list;
    for (const isa which : {isa::scalar, isa::avx2, isa::avx512, isa::neon}) {
        if ((bits & isa_bit(which)) != 0) {
            list += (list.empty() ? "" : ", ") + std::string(isa_name(which));
        }
    }
    return list;
}

// What the processor has, without the environment's say.
inline std::uint32_t cpu_features() noexcept {
    std::uint32_t found = state::isa_found.load(std::memory_order_relaxed);
    if (ROPE_UNLIKELY(found == 0)) {
        found = ask_cpu() | choice_made;
        state::isa_found.store(found, std::memory_order_relaxed);
    }
    return found & ~choice_made;
}

// Asks processor and environment; the answer is the same whoever comes first.
inline status first_isa_choice(std::uint32_t& choice) {
    const std::uint32_t found = cpu_features();
    choice = choice_made | found;
#if defined(_MSC_VER)
#pragma warning(suppress : 4996) // getenv is what there is in every C++17 library
#endif
    if (const char* name = std::getenv("ROPE_ISA"); name != nullptr && name[0] != '\0') {
        const std::optional<isa> named = isa_from_name(name);
        if (!named) {
            return {"ROPE_ISA is \"" + std::string(name) +
                    "\", expected one of the available instruction sets: " + isa_list(found & compiled_isas)};
        }
        choice |= (static_cast<std::uint32_t>(*named) + 1u) << choice_forced;
    }
    std::uint32_t before = 0;
    if (!state::isa_choice.compare_exchange_strong(before, choice)) {
        choice = before;
    }
    return {};
}

constexpr isa best_isa(std::uint32_t available) noexcept {
    return (available & cpu_avx512) != 0 ? isa::avx512
           : (available & cpu_avx2) != 0 ? isa::avx2
           : (available & cpu_neon) != 0 ? isa::neon
                                         : isa::scalar;
}

inline status isa_of_choice(std::uint32_t choice, isa& which) {
    const std::uint32_t available = choice & compiled_isas;
    if (const std::uint32_t forced = (choice >> choice_forced) & 0xffu; ROPE_UNLIKELY(forced != 0)) {
        which = static_cast<isa>(forced - 1u);
        if ((available & isa_bit(which)) == 0) {
            return {"instruction set \"" + std::string(isa_name(which)) +
                    "\" is not available, expected one of: " + isa_list(available)};
        }
        return {};
    }
    which = best_isa(available);
    return {};
}

// The isa that kernels are to be taken from. Not ok when the one asked for does not exist here.
inline status choose_isa(isa& which) {
    std::uint32_t choice = state::isa_choice.load(std::memory_order_relaxed);
    if (ROPE_UNLIKELY(choice == 0)) {
        which = isa::scalar;
        if (status s = first_isa_choice(choice); !s.ok()) {
            return s;
        }
    }
    return isa_of_choice(choice, which);
}

// The same where the choice was made before and is available; false: ask choose_isa.
inline bool quick_isa(isa& which) noexcept {
    const std::uint32_t choice = state::isa_choice.load(std::memory_order_relaxed);
    const std::uint32_t forced = (choice >> choice_forced) & 0xffu;
    if (ROPE_LIKELY(forced == 0)) {
        which = best_isa(choice & compiled_isas);
        return choice != 0;
    }
    which = static_cast<isa>(forced - 1u);
    return (choice & compiled_isas & isa_bit(which)) != 0;
}

} // namespace detail

// True when this machine runs it and its kernels are compiled in (see ROPE_NO_AVX2, ROPE_NO_AVX512,
// ROPE_NO_NEON).
inline bool is_available(isa which) noexcept {
    return static_cast<std::uint8_t>(which) < 4 &&
           (detail::cpu_features() & detail::compiled_isas & detail::isa_bit(which)) != 0;
}

// Every available one, scalar first, the best last.
inline std::vector<isa> available_isas() {
    std::vector<isa> list;
    for (const isa which : {isa::scalar, isa::avx2, isa::avx512, isa::neon}) {
        if (is_available(which)) {
            list.push_back(which);
        }
    }
    return list;
}

// The one in use. Throws rope::error when ROPE_ISA names one that does not exist here. Costs one relaxed
// load.
inline isa active_isa() {
    isa which = isa::scalar;
    detail::require(detail::choose_isa(which));
    return which;
}

// Takes kernels from this set from now on, in the whole program; std::nullopt returns to the environment's or
// the best one. Plans made before keep their kernel. Not ok, and nothing changed, when it is not available.
inline status try_force_isa(std::optional<isa> which) {
    if (!which) {
        state::isa_choice.store(0, std::memory_order_relaxed);
        return {};
    }
    if (static_cast<std::uint8_t>(*which) >= 4) {
        return {"no instruction set has the number " + std::to_string(static_cast<int>(*which))};
    }
    const std::uint32_t found = detail::cpu_features();
    const std::uint32_t forced = static_cast<std::uint32_t>(*which) + 1u;
    const std::uint32_t choice = detail::choice_made | found | (forced << detail::choice_forced);
    isa checked;
    if (status s = detail::isa_of_choice(choice, checked); !s.ok()) {
        return s;
    }
    state::isa_choice.store(choice, std::memory_order_relaxed);
    return {};
}

// The same, throwing rope::error.
inline void force_isa(std::optional<isa> which) {
    detail::require(try_force_isa(which));
}

} // namespace ROPE_ABI
} // namespace rope
