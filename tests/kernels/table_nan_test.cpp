// NaN of every kind in a table, bfloat16 data: the pairs that they meet become NaN, and no others, on every instruction set.
// Kernels that round bfloat16 results do not look for NaN one by one.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/kernels/rotate_kernels.hpp>

#include <cstring>
#include <vector>

namespace {

constexpr std::uint32_t not_numbers[] = {0x7fffffffu, 0xffffffffu, 0x7fff8000u, 0xffff8000u,
                                         0x7f800001u, 0xff800001u, 0x7fc00000u, 0xffc00000u};

float from_bits(std::uint32_t bits) {
    float x;
    std::memcpy(&x, &bits, 4);
    return x;
}

bool is_nan(rope::bfloat16 x) {
    std::uint16_t bits;
    std::memcpy(&bits, &x, 2);
    return (bits & 0x7fff) > 0x7f80;
}

// Strides of [token, head, dim].
struct layout {
    const char* name;
    std::int64_t token, head, dim;
};

void check(rope::kernels::rotate_kernel kernel, rope::pairing pairing, std::int64_t dim, std::int64_t heads) {
    constexpr std::int64_t tokens = 16;
    rope::config config;
    config.head_dim = dim;
    config.pairing = pairing;
    auto table = rope::cos_sin_table<float>(rope::frequencies(config), tokens);
    table.external = true;
    const std::int64_t pairs = dim / 2;
    const auto strikes = [&](std::int64_t t, std::int64_t i) { return (t * 7 + i) % 5 == 0; };
    for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t i = 0; i < pairs; ++i) {
            const auto at = static_cast<std::size_t>(t * pairs + i);
            if (strikes(t, i)) {
                auto& entries = (t + i) % 2 == 0 ? table.cos : table.sin;
                entries[at] = from_bits(not_numbers[static_cast<std::size_t>(t + 3 * i) % 8]);
            }
        }
    }
    const layout rows{"rows", heads * dim, dim, 1}, columns{"columns", 1, tokens, tokens * heads},
        side_by_side{"heads side by side", heads * dim, 1, heads};
    for (const layout& l : {rows, columns, side_by_side}) {
        std::vector<rope::bfloat16> x(static_cast<std::size_t>(tokens * heads * dim));
        for (std::size_t k = 0; k < x.size(); ++k) {
            x[k] = rope::detail::narrow<rope::bfloat16>(
                static_cast<float>(static_cast<int>(k * 37 % 101) - 50) / 8);
        }
        auto plan =
            rope::plan(table, rope::view(x.data(), {tokens, heads, dim}, {l.token, l.head, l.dim}), "s h d");
        plan.kernel = kernel;
        rope::run(plan, x.data());
        std::int64_t wrong = 0;
        for (std::int64_t t = 0; t < tokens; ++t) {
            for (std::int64_t h = 0; h < heads; ++h) {
                for (std::int64_t d = 0; d < dim; ++d) {
                    const std::int64_t i = pairing == rope::pairing::interleaved ? d / 2 : d % pairs;
                    const auto at = static_cast<std::size_t>(t * l.token + h * l.head + d * l.dim);
                    wrong += is_nan(x[at]) != strikes(t, i);
                }
            }
        }
        INFO(l.name << ", dim " << dim << ", heads " << heads);
        CHECK(wrong == 0);
    }
}

void check_all(const char* name, rope::kernels::rotate_kernel kernel) {
    INFO(name);
    for (const auto pairing : {rope::pairing::half_split, rope::pairing::interleaved}) {
        for (const std::int64_t dim : {6, 40, 96, 128, 192}) {
            for (const std::int64_t heads : {1, 3, 32}) {
                check(kernel, pairing, dim, heads);
            }
        }
    }
}

} // namespace

TEST_CASE("NaN of a table reaches bfloat16 results on every instruction set", "[kernels]") {
    using rope::bfloat16;
    for (const rope::isa which : rope::available_isas()) {
        check_all(rope::isa_name(which), rope::detail::rotate_kernel_for<bfloat16, bfloat16>(which));
#if ROPE_WITH_AVX512
        if (which == rope::isa::avx512) {
            check_all("avx512 without BF16", &rope::detail::avx512::rotate<bfloat16, bfloat16, false>);
        }
#endif
    }
}
