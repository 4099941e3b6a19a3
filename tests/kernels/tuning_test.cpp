// Every row of the tuning table gives the same bits on every instruction set, in place and out of place, below and beyond the
// sizes where the order of work changes.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/kernels/tuning.hpp>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

struct forced { // until the end of a test
    forced() = default;
    ~forced() {
        rope::force_isa(std::nullopt);
        rope::force_tuning("");
    }
};

template <class T>
std::vector<T> values(std::size_t count) {
    std::vector<T> x(count);
    std::uint32_t state = 12345;
    for (T& one : x) {
        state = state * 1664525u + 1013904223u;
        const float value = static_cast<float>(static_cast<std::int32_t>(state)) * 0x1p-30f;
        one = rope::detail::narrow<T>(value);
    }
    return x;
}
template <>
std::vector<double> values(std::size_t count) {
    const auto narrow = values<float>(count);
    return std::vector<double>(narrow.begin(), narrow.end());
}

template <class In, class Out>
void check(std::int64_t tokens, std::int64_t heads, std::int64_t dim, std::int64_t rotary,
           rope::pairing pairing) {
    const forced end;
    rope::config c;
    c.head_dim = dim;
    c.rotary_dim = rotary;
    c.pairing = pairing;
    const auto table = rope::cos_sin_table<rope::compute_type<In>>(rope::frequencies(c), tokens);
    const std::size_t count = static_cast<std::size_t>(tokens * heads * dim);
    const auto in = values<In>(count);
    std::vector<Out> expected, out(count);
    for (const rope::isa which : rope::available_isas()) {
        rope::force_isa(which);
        for (const rope::tuning& row : rope::tunings) {
            rope::force_tuning(row.name);
            for (const bool in_place : {false, true}) {
                if (in_place && !std::is_same_v<In, Out>) {
                    continue;
                }
                INFO(rope::isa_name(which)
                     << ", " << row.name << (in_place ? ", in place" : ", out of place") << ", " << tokens
                     << " x " << heads << " x " << dim << ", rotary " << rotary);
                if constexpr (std::is_same_v<In, Out>) {
                    if (in_place) {
                        out = in;
                        rope::rotate(rope::view(out.data(), {tokens, heads, dim}), table, "s h d");
                    }
                }
                if (!in_place) {
                    rope::rotate(rope::view(in.data(), {tokens, heads, dim}),
                                 rope::view(out.data(), {tokens, heads, dim}), table, "s h d");
                }
                if (expected.empty()) {
                    expected = out;
                }
                CHECK(std::memcmp(out.data(), expected.data(), count * sizeof(Out)) == 0);
            }
        }
    }
}

} // namespace

TEST_CASE("every tuning gives the same bits", "[kernels]") {
    for (const rope::pairing pairing : {rope::pairing::half_split, rope::pairing::interleaved}) {
        check<float, float>(3, 5, 128, 128, pairing);
        check<float, float>(700, 32, 128, 128, pairing); // 11 MiB
        check<float, float>(500, 32, 96, 96, pairing);
        check<double, double>(400, 32, 128, 128, pairing); // 13 MiB
        check<double, double>(400, 32, 64, 64, pairing);
        check<double, double>(300, 33, 120, 120, pairing);
        check<rope::half, rope::half>(700, 32, 128, 128, pairing);
        check<rope::bfloat16, rope::bfloat16>(2300, 32, 128, 128, pairing); // 19 MiB
    }
}

TEST_CASE("elements that pass through convert to the same bits on every instruction set", "[kernels]") {
    for (const std::int64_t rotary : {32, 34, 62}) {
        check<float, rope::half>(9, 3, 75 * 2, rotary, rope::pairing::half_split);
        check<float, rope::bfloat16>(9, 3, 128, rotary, rope::pairing::interleaved);
        check<rope::half, float>(9, 3, 100, rotary, rope::pairing::half_split);
        check<rope::bfloat16, rope::half>(9, 3, 128, rotary, rope::pairing::half_split);
        check<rope::half, rope::bfloat16>(9, 3, 70, rotary, rope::pairing::half_split);
    }
}

TEST_CASE("a tuning is named, refused, or the processor's", "[kernels]") {
    const forced end;
    CHECK_FALSE(rope::try_force_tuning("z80").ok());
    rope::force_tuning("intel");
    CHECK(std::string(rope::active_tuning().name) == "intel");
    rope::force_tuning("");
    CHECK(rope::detail::cache_sizes().l2 >= std::int64_t{1} << 17);
    CHECK(rope::detail::cache_sizes().l3 >= rope::detail::cache_sizes().l2);
    CHECK(rope::detail::cache_sizes().l3 <= rope::detail::most_l3);
}
