// Data whose features are apart, tokens or heads side by side: the bits of the row-major result, and nothing
// touched beyond the elements, for every instruction set.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run_isa.hpp"

#include <rope/core.hpp>
#include <rope/kernels/rotate_kernels.hpp>

#include <algorithm>
#include <complex>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace {

enum class side_by_side { tokens, heads };

struct sizes {
    std::int64_t tokens, heads, dim;
    std::int64_t between; // elements after each column that are not the tensor's
};

struct variant {
    rope::pairing pairing = rope::pairing::half_split;
    rope::direction direction = rope::direction::forward;
    std::optional<rope::pairing> out_pairing = {};
    bool ids = false;
    std::int64_t rotary_dim = 0; // 0: dim
};

// Where element (t, h, d) stands, and how long the memory is.
struct placing {
    std::int64_t token, head, dim, size;
};

placing place(side_by_side which, const sizes& n) {
    if (which == side_by_side::tokens) {
        const std::int64_t column = n.tokens + n.between;
        return {1, column * n.dim, column, column * n.dim * n.heads};
    }
    const std::int64_t column = n.heads + n.between;
    return {column * n.dim, 1, column, column * n.dim * n.tokens};
}

template <class T>
T number(std::mt19937& random) {
    const float x = static_cast<float>(static_cast<int>(random() % 4001) - 2000) / 512;
    if constexpr (std::is_same_v<T, double>) {
        return x;
    } else {
        return rope::detail::narrow<T>(x);
    }
}

template <class T>
bool same_bits(const T& a, const T& b) {
    return std::memcmp(&a, &b, sizeof(T)) == 0;
}

// Rotates row-major data with the scalar kernel and the same numbers in columns with `which`; true when the
// elements agree and what stands between the columns is as it was.
template <class In, class Out>
void check(rope::isa which, side_by_side lanes, const sizes& n, const variant& v) {
    INFO(rope::isa_name(which) << (lanes == side_by_side::tokens ? ", tokens" : ", heads")
                               << " side by side: tokens " << n.tokens << ", heads " << n.heads << ", dim "
                               << n.dim << ", between " << n.between);
    using compute = rope::compute_type<Out>;
    rope::config config;
    config.head_dim = n.dim;
    config.rotary_dim = v.rotary_dim;
    config.pairing = v.pairing;
    const auto table = rope::cos_sin_table<compute>(rope::frequencies(config), n.tokens + 5);
    rope::rotate_options options;
    options.direction = v.direction;
    options.out_pairing = v.out_pairing;
    std::vector<std::int32_t> list;
    for (std::int64_t t = 0; t < n.tokens; ++t) {
        list.push_back(static_cast<std::int32_t>((t * 7 + 3) % (n.tokens + 5)));
    }
    const rope::positions where = v.ids ? rope::ids(list) : rope::offset(2);
    constexpr bool in_place = std::is_same_v<In, Out>;

    const auto count = static_cast<std::size_t>(n.tokens * n.heads * n.dim);
    std::mt19937 random(static_cast<unsigned>(n.tokens * 1000 + n.heads * 10 + n.dim));
    std::vector<In> rows(count);
    for (In& x : rows) {
        x = number<In>(random);
    }
    const placing p = place(lanes, n);
    std::vector<In> in(static_cast<std::size_t>(p.size), number<In>(random));
    const auto for_each = [&](auto&& f) {
        std::size_t k = 0;
        for (std::int64_t t = 0; t < n.tokens; ++t) {
            for (std::int64_t h = 0; h < n.heads; ++h) {
                for (std::int64_t d = 0; d < n.dim; ++d) {
                    f(k++, static_cast<std::size_t>(t * p.token + h * p.head + d * p.dim));
                }
            }
        }
    };
    for_each([&](std::size_t k, std::size_t at) { in[at] = rows[k]; });

    std::vector<Out> expected(count), out;
    const rope::extent_list shape = {n.tokens, n.heads, n.dim};
    const rope::extent_list strides = {p.token, p.head, p.dim};
    rope::force_isa(rope::isa::scalar);
    rope::rotate(rope::view(rows.data(), shape), rope::view(expected.data(), shape), table, "s h d", where,
                 options);
    rope::force_isa(which);
    rope::isa ran;
    if constexpr (in_place) {
        out = in;
        const auto x = rope::view(out.data(), shape, strides);
        ran = test::run_isa(rope::plan(table, x, "s h d", where, options), x.data);
    } else {
        out.assign(in.size(), rope::detail::narrow<Out>(77.0f));
        const auto x = rope::view(static_cast<const In*>(in.data()), shape, strides);
        const auto y = rope::view(out.data(), shape, strides);
        ran = test::run_isa(rope::plan(table, x, y, "s h d", where, options), x.data, y.data);
    }
    rope::force_isa(std::nullopt);
    CHECK(ran == which);

    std::int64_t wrong = 0, touched = 0;
    std::vector<bool> ours(out.size());
    for_each([&](std::size_t k, std::size_t at) {
        ours[at] = true;
        wrong += same_bits(out[at], expected[k]) ? 0 : 1;
    });
    for (std::size_t at = 0; at < out.size(); ++at) {
        if constexpr (in_place) {
            touched += ours[at] || same_bits(out[at], in[at]) ? 0 : 1;
        } else {
            touched += ours[at] || same_bits(out[at], rope::detail::narrow<Out>(77.0f)) ? 0 : 1;
        }
    }
    CHECK(wrong == 0);
    CHECK(touched == 0);
}

template <class In, class Out>
void check_sizes(const variant& v) {
    for (const rope::isa which : rope::available_isas()) {
        for (const std::int64_t tokens : {1, 2, 5, 8, 15, 16, 17, 100, 257, 300}) {
            for (const sizes& n :
                 {sizes{tokens, 1, 128, 0}, sizes{tokens, 3, 10, 3}, sizes{tokens, 2, 80, 1}}) {
                check<In, Out>(which, side_by_side::tokens, n, v);
            }
        }
        for (const std::int64_t heads : {1, 2, 3, 7, 8, 9, 16, 31, 32, 40}) {
            check<In, Out>(which, side_by_side::heads, {1, heads, 128, 0}, v);
            check<In, Out>(which, side_by_side::heads, {3, heads, 10, 3}, v);
        }
    }
}

template <class T>
void check_type() {
    for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
        check_sizes<T, T>({p});
    }
}

} // namespace

TEST_CASE("columns rotate to the bits of rows, float", "[kernels][columns]") {
    check_type<float>();
}
TEST_CASE("columns rotate to the bits of rows, double", "[kernels][columns]") {
    check_type<double>();
}
TEST_CASE("columns rotate to the bits of rows, half", "[kernels][columns]") {
    check_type<rope::half>();
}
TEST_CASE("columns rotate to the bits of rows, bfloat16", "[kernels][columns]") {
    check_type<rope::bfloat16>();
}

TEST_CASE("columns take ids, the adjoint, parts of a head and other pairings", "[kernels][columns]") {
    variant v;
    v.ids = true;
    check_sizes<float, float>(v);
    v.direction = rope::direction::adjoint;
    check_sizes<float, float>(v);
    v.rotary_dim = 6;
    check_sizes<float, float>(v);
    v = {};
    v.out_pairing = rope::pairing::interleaved;
    check_sizes<float, float>(v);
}

TEST_CASE("columns convert on the way", "[kernels][columns]") {
    check_sizes<float, rope::half>({});
    check_sizes<float, rope::bfloat16>({rope::pairing::interleaved});
    check_sizes<rope::half, float>({});
}

// Beyond the size at which stores go past the caches, in columns that allow it and in columns that do not.
TEST_CASE("large columns are written past the caches alike", "[kernels][columns]") {
    constexpr std::int64_t heads = 9, dim = 128;
    for (const std::int64_t tokens : {8192, 8190}) {
        rope::config config;
        config.head_dim = dim;
        const auto table = rope::cos_sin_table<float>(rope::frequencies(config), tokens);
        const auto count = static_cast<std::size_t>(tokens * heads * dim);
        std::mt19937 random(7);
        std::vector<float> in(count), out(count + 16), expected(count);
        for (float& x : in) {
            x = number<float>(random);
        }
        float* const aligned =
            reinterpret_cast<float*>((reinterpret_cast<std::uintptr_t>(out.data()) + 63) / 64 * 64);
        const rope::extent_list columns = {1, tokens * dim, tokens}; // token, head, feature
        const rope::extent_list shape = {tokens, heads, dim};
        const auto x = rope::view(static_cast<const float*>(in.data()), shape, columns);
        expected = in; // in place: no stores past the caches
        rope::rotate(rope::view(expected.data(), shape, columns), table, "s h d");
        for (const rope::isa which : rope::available_isas()) {
            std::fill(out.begin(), out.end(), 0.0f);
            rope::force_isa(which);
            const auto plan = rope::plan(table, x, rope::view(aligned, shape, columns), "s h d");
            rope::force_isa(std::nullopt);
            CHECK(plan.job.non_temporal);
            rope::run(plan, x.data, aligned);
            CHECK(std::memcmp(aligned, expected.data(), count * sizeof(float)) == 0);
        }
    }
}

TEST_CASE("complex numbers side by side", "[kernels][columns]") {
    for (const rope::isa which : rope::available_isas()) {
        for (const std::int64_t tokens : {1, 2, 8, 13, 16, 33, 259}) {
            constexpr std::int64_t pairs = 20;
            rope::config config;
            config.head_dim = 2 * pairs;
            config.pairing = rope::pairing::interleaved;
            const auto table = rope::cos_sin_table<float>(rope::frequencies(config), tokens);
            std::mt19937 random(3);
            const auto count = static_cast<std::size_t>(tokens * pairs);
            std::vector<std::complex<float>> columns(count), rows(count);
            for (std::size_t k = 0; k < count; ++k) {
                columns[k] = {number<float>(random), number<float>(random)};
                const std::size_t t = k % static_cast<std::size_t>(tokens),
                                  i = k / static_cast<std::size_t>(tokens);
                rows[t * pairs + i] = columns[k];
            }
            rope::force_isa(rope::isa::scalar);
            rope::rotate(rope::view(rows.data(), {tokens, pairs}), table, "s d");
            rope::force_isa(which);
            rope::rotate(rope::view(columns.data(), {tokens, pairs}, {1, tokens}), table, "s d");
            rope::force_isa(std::nullopt);
            bool same = true;
            for (std::size_t k = 0; k < count; ++k) {
                const std::size_t t = k % static_cast<std::size_t>(tokens),
                                  i = k / static_cast<std::size_t>(tokens);
                same = same && same_bits(rows[t * pairs + i], columns[k]);
            }
            INFO(rope::isa_name(which) << ", tokens " << tokens);
            CHECK(same);
        }
    }
}

// Otherwise the bits would still be right, from the loop that goes pair by pair.
TEST_CASE("the vector loops take columns", "[kernels][columns]") {
    rope::config config;
    config.head_dim = 32;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 64);
    std::vector<float> x(64 * 8 * 32, 1.0f);
    const auto taken = [&](const rope::extent_list& strides) {
        const auto plan = rope::plan(table, rope::view(x.data(), {64, 8, 32}, strides), "s h d");
        rope::kernels::rotate_job job = plan.job;
        job.tokens = 64;
        job.heads = 8;
        bool all = true;
#if ROPE_WITH_AVX2
        if (rope::is_available(rope::isa::avx2)) {
            all =
                all && rope::detail::avx2::rotate_columns<float, float, false, true>(job, x.data(), x.data());
        }
#endif
#if ROPE_WITH_AVX512
        if (rope::is_available(rope::isa::avx512)) {
            all = all &&
                  rope::detail::avx512::rotate_columns<float, float, false, true>(job, x.data(), x.data());
        }
#endif
#if ROPE_WITH_NEON
        all = all && rope::detail::neon::rotate_columns<float, float, false, true>(job, x.data(), x.data());
#endif
        return all;
    };
    CHECK(taken({1, 64 * 32, 64})); // tokens side by side
    CHECK(taken({8 * 32, 1, 8}));   // heads side by side
}
