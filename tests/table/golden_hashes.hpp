// The tables whose bits are fixed: what they hold, and their hashes, computed with MPFR alone by
// mpfr_hashes_test.cpp and numerics_test.cpp (which check them again wherever MPFR is). Compared on every machine, compiler, flag
// and instruction set.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/float_numerics.hpp>
#include <rope/entries/row_positions.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

namespace test {

// FNV-1a over the bytes of the storage type, little end first.
template <class T>
std::uint64_t hash(const std::vector<T>& values, std::uint64_t h = 0xcbf29ce484222325u) {
    for (const T& value : values) {
        using word = std::conditional_t<sizeof(T) == 8, std::uint64_t,
                                        std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint16_t>>;
        static_assert(sizeof(word) == sizeof(T), "8, 4 or 2 bytes");
        word bits;
        std::memcpy(&bits, &value, sizeof bits);
        for (std::size_t k = 0; k < sizeof bits; ++k) {
            h = (h ^ ((bits >> (8 * k)) & 0xffu)) * 0x100000001b3u;
        }
    }
    return h;
}

struct golden_table {
    const char* name;
    double base;
    std::int64_t pairs;
    rope::range run;   // used when there are no reals
    std::size_t reals; // how many of golden_reals()
    double amplitude;
    std::uint64_t f32, f64, f16, bf16;
};

// Fractions, halves of tokens, tiny and huge ones, both signs.
inline std::vector<double> golden_reals() {
    std::vector<double> list;
    double p = 0x1.921fb6p-40;
    for (int k = 0; k < 100; ++k, p *= -1.9990234375) {
        list.push_back(p); // to 2^60
    }
    for (int k = 0; k < 28; ++k) {
        list.push_back(0.5 * k - 7);
    }
    return list;
}

inline const std::vector<golden_table>& golden_tables() {
    // clang-format off
    static const std::vector<golden_table> tables = {
        {"from 0", 1e4, 64, {0, 700}, 0, 1,
            0xef4b1d7e23beb5d6u, 0xd4e29229bc9e94e4u, 0x48ae54b4cd767753u, 0x39fdb091e4832cd3u},
        {"around 0", 5e5, 64, {-300, 600}, 0, 1,
            0x455ae36f43e3d7d8u, 0x3f2097180c487c5au, 0x3d37ac42e7cea4d3u, 0xff25e0cbc1b4c310u},
        {"a million", 1e6, 40, {1048000, 300}, 0, 1,
            0x3510571da08e60e3u, 0x743a5061950dcad7u, 0xde510f6a9731c56eu, 0x19a5f150932c79ecu},
        {"2^31", 1e4, 33, {2147483600, 100}, 0, 1,
            0x89f69a745ecf5240u, 0x4528b35f3604c77eu, 0xc239257da8254d6eu, 0x46bb4cdf0a38ced5u},
        {"2^63", 1e7, 16, {9223372036854775700, 108}, 0, 1,
            0xa6e030e66e32f07au, 0x0d12067113aee620u, 0x2d9a80efa5380088u, 0xdeb2fa0638f06171u},
        {"fractions", 1e4, 64, {0, 0}, 128, 1,
            0x2f1c7f3a040a49cbu, 0xb50b84e981c7f00au, 0x7db79d133495f56eu, 0x62eb1fb862522e79u},
        {"an amplitude", 1e4, 64, {130000, 200}, 0, 0x1.2374bc6a7ef9ep+0,
            0x19868f7a84384844u, 0xbda0b9bb4988c7e6u, 0x00e9ff40df1107cfu, 0xdd5819b826d81843u},
        {"a small amplitude", 1.5e5, 48, {-100, 200}, 0, 0x1.47ae147ae147bp-5,
            0x4d3fba6f38aa7ad1u, 0xecd2f8bc9f170a57u, 0x28fd15618eb1440bu, 0xa8fa0e0e1e35dcdcu},
    };
    // clang-format on
    return tables;
}

// hf_fp32 and ggml, float, pairs of a head of 128, at golden_positions().
struct golden_numerics {
    const char* name;
    rope::numerics way;
    double base, linear; // linear: positions are divided by it
    std::uint64_t f32;
};
constexpr golden_numerics golden_float_steps[] = {
    {"hf_fp32", rope::numerics::hf_fp32, 1e4, 1, 0xb4237e494838fe10u},
    {"hf_fp32, linear", rope::numerics::hf_fp32, 5e5, 8, 0xe1cb1a27be2db5bfu},
    {"ggml", rope::numerics::ggml, 1e4, 1, 0xfa69341618debdfeu},
    {"ggml, linear", rope::numerics::ggml, 5e5, 8, 0x783f642c7ae27d78u},
};

// 0 to 99, then growing to 2^40, both signs.
inline std::vector<std::int64_t> golden_positions() {
    std::vector<std::int64_t> list;
    for (std::int64_t p = 0; p < 100; ++p) {
        list.push_back(p);
    }
    for (std::int64_t p = 100; p < std::int64_t{1} << 40; p += p / 3) {
        list.push_back(list.size() % 2 == 0 ? p : -p);
    }
    return list;
}

} // namespace test
