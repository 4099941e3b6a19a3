// How a kernel goes about its work on this machine: one table, a row for each kind of processor. The row and the sizes of
// the caches decide order, prefetching, stores past the caches and which of two forms of a step is used; never the bits.
// The environment variable ROPE_TUNING (read once, when first needed) or force_tuning names another row.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/cpu.hpp>
#include <rope/kernels/rotate_job.hpp>
#include <rope/support/error.hpp>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace rope {

namespace state { // one per program, whatever flags its translation units have; constant initialised

// 0 until first needed; then the number of the row + 1.
inline std::atomic<std::uint32_t> tuning_choice{0};

// Sizes of the caches in KiB, L2 in the low half and L3 in the high half; 0 until first asked.
inline std::atomic<std::uint64_t> cache_sizes{0};

} // namespace state

inline namespace ROPE_ABI {

namespace detail {
constexpr std::int64_t mib = std::int64_t{1} << 20;
} // namespace detail

// A kind of processor. All sizes in bytes.
struct tuning {
    const char* name;
    // 8 KiB ahead, in jobs larger than `streaming` and smaller than this.
    std::int64_t prefetch_below;
    // Row by row where the table needs several passes and the data is beyond L2, or a quarter of L3; half_split doubles, too.
    bool rows_in_order, double_rows_in_order;
    // Interleaved, AVX-512: elements doubled by shuffles, else by the load ports.
    bool duplicate_in_registers;
    // half_split half within L3: 256-bit vectors in the AVX-512 kernel.
    bool narrow_half;
    // Out of place: bfloat16 past the caches as the other types, else beyond L3 only.
    bool stream_bfloat16;
    // Beyond a core's own cache: order by memory.
    std::int64_t streaming;
    // Output of a job from here on is stored past the caches.
    std::int64_t non_temporal;
};

// Times over the limit of memory, in place; see bench/RESULTS.md.
// intel   Sapphire Rapids (2 MiB L2, 105 MiB L3 shared). Prefetching 8 KiB ahead: bfloat16 over 128 MiB 1.0 to 1.1 for
//         1.35 to 1.55. One shuffle port, shared with multiplications: load ports double elements.
// zen4    (1 MiB L2, 32 MiB L3.) Prefetching 8 KiB ahead costs at every size (float 1.25 to 1.36 for 1.0 to 1.1); the
//         first miss on each line must come in address order (double: passes 2.0 to 2.2, rows 1.05 to 1.1); doubling in
//         registers 1.11 for 1.32; half by 256 bits 3.0 for 3.5; bfloat16 out of place, cached stores 1.19 for 1.78.
//         Earlier AMD processors follow it.
// zen5    Passes over half_split doubles are no worse than rows (1.2 to 1.4); float and interleaved as zen4: AVX2
//         1.1 for 1.4, interleaved doubles 1.1 for 1.8. Prefetching helps at 32 MiB (float half_split 1.07 for 1.21) and costs
//         at 256 MiB (1.22 for 1.07). 512-bit conversions of half are faster than 256-bit ones (2.0 for 3.3).
// generic anything else, AArch64 included: intel's.
inline constexpr tuning tunings[] = {
    // name     prefetched below  rows  double duplicate half bfloat16 streaming non-temporal
    {"generic", INT64_MAX, false, false, false, false, true, 2 * detail::mib, 16 * detail::mib},
    {"intel", INT64_MAX, false, false, false, false, true, 2 * detail::mib, 16 * detail::mib},
    {"zen4", 0, true, true, true, true, false, 2 * detail::mib, 16 * detail::mib},
    {"zen5", 64 * detail::mib, true, false, true, false, false, 2 * detail::mib, 16 * detail::mib},
};

namespace detail {

// Sizes of a core's L2 and of the L3 that it shares, in bytes. In a virtual machine the L3 may be that of a whole socket:
// it is taken to be at most 32 MiB.
struct cache_bytes {
    std::int64_t l2, l3;
};

constexpr std::int64_t most_l3 = std::int64_t{32} << 20;

#if ROPE_ARCH_X86_64
inline bool cpu_vendor_is(const char (&name)[13]) noexcept {
    const cpuid_words w = cpuid(0, 0);
    const std::uint32_t words[3] = {w.ebx, w.edx, w.ecx};
    for (int k = 0; k < 12; ++k) {
        if (static_cast<char>(words[k / 4] >> (8 * (k % 4))) != name[k]) {
            return false;
        }
    }
    return true;
}

// Deterministic cache parameters: leaf 4 of Intel, 0x8000001D of AMD.
inline cache_bytes ask_caches(std::uint32_t leaf) noexcept {
    cache_bytes sizes = {0, 0};
    for (std::uint32_t k = 0; k < 16; ++k) {
        const cpuid_words w = cpuid(leaf, k);
        const std::uint32_t type = w.eax & 31u, level = (w.eax >> 5) & 7u;
        if (type == 0) {
            break;
        }
        const std::int64_t ways = (w.ebx >> 22) + 1, partitions = ((w.ebx >> 12) & 0x3ffu) + 1,
                           line = (w.ebx & 0xfffu) + 1, sets = std::int64_t{w.ecx} + 1;
        const std::int64_t size = ways * partitions * line * sets;
        if (level == 2) {
            sizes.l2 = size;
        } else if (level == 3) {
            sizes.l3 = size;
        }
    }
    return sizes;
}
#endif

inline cache_bytes ask_caches() noexcept {
    cache_bytes sizes = {0, 0};
#if ROPE_ARCH_X86_64
    if (cpu_vendor_is("AuthenticAMD") && cpuid(0x80000000u, 0).eax >= 0x8000001du) {
        sizes = ask_caches(0x8000001du);
        const cpuid_words six =
            cpuid(0x80000006u, 0); // what a virtual machine may fill in where it leaves the other empty
        sizes.l2 = sizes.l2 != 0 ? sizes.l2 : std::int64_t{six.ecx >> 16} << 10;
        sizes.l3 = sizes.l3 != 0 ? sizes.l3 : std::int64_t{six.edx >> 18} << 19;
    } else if (cpuid(0, 0).eax >= 4) {
        sizes = ask_caches(4);
    }
#endif
    if (sizes.l2 < (std::int64_t{1} << 17)) {
        sizes.l2 = std::int64_t{1} << 20;
    }
    if (sizes.l3 < sizes.l2 || sizes.l3 > most_l3) {
        sizes.l3 = most_l3;
    }
    return sizes;
}

inline cache_bytes cache_sizes() noexcept {
    std::uint64_t packed = state::cache_sizes.load(std::memory_order_relaxed);
    if (ROPE_UNLIKELY(packed == 0)) {
        const cache_bytes sizes = ask_caches();
        packed =
            static_cast<std::uint64_t>(sizes.l2 >> 10) | (static_cast<std::uint64_t>(sizes.l3 >> 10) << 32);
        state::cache_sizes.store(packed, std::memory_order_relaxed);
    }
    return {static_cast<std::int64_t>(packed & 0xffffffffu) << 10, static_cast<std::int64_t>(packed >> 32)
                                                                       << 10};
}

inline const tuning* tuning_from_name(std::string_view name) noexcept {
    for (const tuning& row : tunings) {
        if (name == row.name) {
            return &row;
        }
    }
    return nullptr;
}

inline const tuning& tuning_of_processor() noexcept {
#if ROPE_ARCH_X86_64
    if (cpu_vendor_is("AuthenticAMD")) {
        const std::uint32_t word = cpuid(1, 0).eax;
        const std::uint32_t processor_family = ((word >> 8) & 15u) + ((word >> 20) & 255u);
        return tunings[processor_family >= 0x1a ? 3 : 2];
    }
    if (cpu_vendor_is("GenuineIntel")) {
        return tunings[1];
    }
#endif
    return tunings[0];
}

ROPE_NOINLINE inline status first_tuning_choice(const tuning*& row) {
    row = &tuning_of_processor();
#if defined(_MSC_VER)
#pragma warning(suppress : 4996) // getenv is what there is in every C++17 library
#endif
    if (const char* name = std::getenv("ROPE_TUNING"); name != nullptr && name[0] != '\0') {
        const tuning* named = tuning_from_name(name);
        if (named == nullptr) {
            std::string list;
            for (const tuning& each : tunings) {
                list += (list.empty() ? "" : ", ") + std::string(each.name);
            }
            return {"ROPE_TUNING is \"" + std::string(name) + "\", expected one of: " + list};
        }
        row = named;
    }
    state::tuning_choice.store(static_cast<std::uint32_t>(row - tunings) + 1, std::memory_order_relaxed);
    return {};
}

// The row that plans are made by. Not ok where ROPE_TUNING names none; then it is the processor's.
// The row where it was chosen before; null: ask choose_tuning.
inline const tuning* quick_tuning() noexcept {
    const std::uint32_t choice = state::tuning_choice.load(std::memory_order_relaxed);
    return choice == 0 ? nullptr : &tunings[choice - 1];
}

inline status choose_tuning(const tuning*& row) {
    const std::uint32_t choice = state::tuning_choice.load(std::memory_order_relaxed);
    if (ROPE_UNLIKELY(choice == 0)) {
        return first_tuning_choice(row);
    }
    row = &tunings[choice - 1];
    return {};
}

// The choices of a job that every cache holds: of at most a quarter of the smallest L2 that ask_caches returns.
constexpr std::int64_t most_small_bytes = std::int64_t{1} << 15;
ROPE_ALWAYS_INLINE void tune_small(kernels::rotate_job& job, const tuning& row) noexcept {
    job.heads_outer = job.prefetch = job.non_temporal = job.beyond_l2 = job.beyond_quarter_l3 = false;
    job.doubles_in_order = row.double_rows_in_order;
    job.duplicate_in_registers = row.duplicate_in_registers;
    job.narrow_half = row.narrow_half;
}

// Sets the choices of a job of `bytes` of output, `element` bytes each. heads_apart: a token's heads are further apart than its
// neighbour's.
inline void tune(kernels::rotate_job& job, const tuning& row, std::int64_t bytes, bool bfloat16_output,
                 bool heads_apart) noexcept {
    if (bytes <= most_small_bytes) {
        return tune_small(job, row);
    }
    const cache_bytes caches = cache_sizes();
    job.heads_outer = heads_apart && bytes > row.streaming;
    job.prefetch = bytes > row.streaming && bytes < row.prefetch_below;
    job.non_temporal = !job.in_place && bytes >= row.non_temporal &&
                       (!bfloat16_output || row.stream_bfloat16 || bytes > caches.l3);
    job.beyond_l2 = row.rows_in_order && bytes > caches.l2;
    job.beyond_quarter_l3 = row.rows_in_order && bytes > caches.l3 / 4;
    job.doubles_in_order = row.double_rows_in_order;
    job.duplicate_in_registers = row.duplicate_in_registers;
    job.narrow_half = row.narrow_half && bytes <= caches.l3;
}

} // namespace detail

// The row in use. Throws rope::error when ROPE_TUNING names none.
inline const tuning& active_tuning() {
    const tuning* row = nullptr;
    detail::require(detail::choose_tuning(row));
    return *row;
}

// Plans made from now on follow this row ("generic", "intel", "zen4", "zen5"), in the whole program; an empty name returns to the
// environment's or the processor's. Not ok, and nothing changed, when there is no such row.
inline status try_force_tuning(std::string_view name) {
    if (name.empty()) {
        state::tuning_choice.store(0, std::memory_order_relaxed);
        return {};
    }
    const tuning* row = detail::tuning_from_name(name);
    if (row == nullptr) {
        return {"no tuning is named \"" + std::string(name) + "\""};
    }
    state::tuning_choice.store(static_cast<std::uint32_t>(row - tunings) + 1, std::memory_order_relaxed);
    return {};
}

// The same, throwing rope::error.
inline void force_tuning(std::string_view name) {
    detail::require(try_force_tuning(name));
}

} // namespace ROPE_ABI
} // namespace rope
