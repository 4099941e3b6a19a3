// What every kernel must leave in memory, as one hash per family of cases.hpp and of plan_cases.hpp. Every build compares
// its kernels with them (rotate_test.cpp, convert_test.cpp, plan_test.cpp); golden_test.cpp calculates them with MPFR,
// where that is, and has written them.
// SPDX-License-Identifier: MIT
#pragma once

#include "kernels/cases.hpp"

#include <cstdint>
#include <string>

namespace kernel_cases {

template <class In, class Out>
std::string family_name(pattern shape) {
    return std::string(format<In>::name) + "/" + format<Out>::name + "/" + pattern_name(shape);
}

template <class In, class Out>
std::string plan_name() {
    return std::string(format<In>::name) + "/" + format<Out>::name + "/plan";
}

struct golden {
    const char* family;
    std::uint64_t hash;
};

constexpr golden golden_hashes[] = {
    {"f32/f32/split", 0xccfbe60e2c9b0567u},
    {"f32/f32/zipped", 0xe307a488cdabffbbu},
    {"f32/f32/split_to_zipped", 0x591bca1bdf6bd4bdu},
    {"f32/f32/zipped_to_split", 0xb1daf906ec1a80a1u},
    {"f32/f32/strided", 0x11c394bba9428232u},
    {"f32/f32/columns", 0xeda5670aa6c37a64u},
    {"f32/f32/plan", 0xc62d27fb88f9eed3u},
    {"f64/f64/split", 0x8bd963986e603b33u},
    {"f64/f64/zipped", 0x3e1b8f13237cbcbau},
    {"f64/f64/split_to_zipped", 0x04c79c3d5b32a865u},
    {"f64/f64/zipped_to_split", 0x8684c4df0675e84fu},
    {"f64/f64/strided", 0xa7f9b10bcf91935fu},
    {"f64/f64/columns", 0x2dbac8c311458bb4u},
    {"f64/f64/plan", 0x0c7944b4ee40b0b0u},
    {"f16/f16/split", 0x8b4e0ad29cbb40dbu},
    {"f16/f16/zipped", 0xdcf7f6adc9a9921bu},
    {"f16/f16/split_to_zipped", 0x8bd5e8e0b633a58eu},
    {"f16/f16/zipped_to_split", 0xe499e71516b2cb05u},
    {"f16/f16/strided", 0x76f4928728fc42a3u},
    {"f16/f16/columns", 0x4d86221f45db34deu},
    {"f16/f16/plan", 0xb47da917b670295cu},
    {"bf16/bf16/split", 0x923443c21e665a99u},
    {"bf16/bf16/zipped", 0xa943af4b390e9f92u},
    {"bf16/bf16/split_to_zipped", 0x4a9c722a93dc3e4du},
    {"bf16/bf16/zipped_to_split", 0x7714eaa3e6cdad49u},
    {"bf16/bf16/strided", 0x1682518ff535644au},
    {"bf16/bf16/columns", 0x5aab800ee60ad54eu},
    {"bf16/bf16/plan", 0x40b4e6da22e8c127u},
    {"f32/f16/split", 0x3b12f9b353221ce5u},
    {"f32/f16/zipped", 0x11c6fa8532160131u},
    {"f32/f16/split_to_zipped", 0x452639475cf576c7u},
    {"f32/f16/zipped_to_split", 0x1c16e895be072678u},
    {"f32/f16/strided", 0xbc7add2d7af0ab81u},
    {"f32/f16/columns", 0x59ec26ae25b6ec1du},
    {"f32/f16/plan", 0xe261daa11dedc29au},
    {"f32/bf16/split", 0xaa77b27e5ef0fc24u},
    {"f32/bf16/zipped", 0x459aa7adc27f4415u},
    {"f32/bf16/split_to_zipped", 0x68a81af847045e31u},
    {"f32/bf16/zipped_to_split", 0x3d5e2db27e6f4e1cu},
    {"f32/bf16/strided", 0x23d42c07a4405a0au},
    {"f32/bf16/columns", 0x772480888fdffd43u},
    {"f32/bf16/plan", 0x76ed3ec37f4f9f85u},
    {"f16/f32/split", 0x4362c2234cec7677u},
    {"f16/f32/zipped", 0x7e2f01035507ee24u},
    {"f16/f32/split_to_zipped", 0xa2006768cf985496u},
    {"f16/f32/zipped_to_split", 0xba090ba1803d4dccu},
    {"f16/f32/strided", 0xee5b15f65c6dcf73u},
    {"f16/f32/columns", 0x2746cfffaa50f63bu},
    {"f16/f32/plan", 0xe60f6a295eb7c79eu},
    {"bf16/f32/split", 0xbdb71ea0c0f78d0cu},
    {"bf16/f32/zipped", 0xfc162968d1fc549cu},
    {"bf16/f32/split_to_zipped", 0x7c06d5fc56095c61u},
    {"bf16/f32/zipped_to_split", 0xe5e44d857d0fa196u},
    {"bf16/f32/strided", 0x4df2907b0ba8ff55u},
    {"bf16/f32/columns", 0x514caa4a936d389eu},
    {"bf16/f32/plan", 0x4d013df6f5c553d3u},
    {"f16/bf16/split", 0xeb6608eaafb3b374u},
    {"f16/bf16/zipped", 0xcdaa42451978391du},
    {"f16/bf16/split_to_zipped", 0x7cb28fcba365f4d4u},
    {"f16/bf16/zipped_to_split", 0x2f9a24c1aa6651d6u},
    {"f16/bf16/strided", 0xaff06628dde1b32du},
    {"f16/bf16/columns", 0x1c12bc2ba040bfccu},
    {"f16/bf16/plan", 0x11e906c716fd1f82u},
    {"bf16/f16/split", 0x5a7d286961c8a6f3u},
    {"bf16/f16/zipped", 0x28ecc18ca12ef6e6u},
    {"bf16/f16/split_to_zipped", 0xccc1bd7710772510u},
    {"bf16/f16/zipped_to_split", 0x286e3d33c29f5f75u},
    {"bf16/f16/strided", 0xa4e091b613cad186u},
    {"bf16/f16/columns", 0xee6e05c379b1f819u},
    {"bf16/f16/plan", 0x7a8cd272fb3b0126u},
};

// 0 when there is none, which no family hashes to.
inline std::uint64_t golden_hash(const std::string& family) {
    for (const golden& g : golden_hashes) {
        if (family == g.family) {
            return g.hash;
        }
    }
    return 0;
}

} // namespace kernel_cases
