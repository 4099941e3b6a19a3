// What re-rotation keeps of keys: thousands of shifts from the origin beside one by one, a change of regime beside a fresh rotation,
// the bounds of every format over random and adversarial rows. The oracle rotates in long double by angles of its own.
#include "stored_rows.hpp"
#include "support/catch.hpp"

#include <rope/cache.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace {

constexpr std::int64_t dim = 128, block = 32;
constexpr std::size_t pairs = 64;

using reals = std::vector<long double>;

// By the angles rate[i] * position, half_split, times a gain.
reals rotated(const std::vector<float>& x, const reals& rate, long double position, long double gain) {
    reals y(x.size());
    for (std::size_t i = 0; i < pairs; ++i) {
        const long double angle = rate[i] * position, c = std::cos(angle), s = std::sin(angle);
        const auto a = static_cast<long double>(x[i]), b = static_cast<long double>(x[i + pairs]);
        y[i] = gain * (a * c - b * s);
        y[i + pairs] = gain * (a * s + b * c);
    }
    return y;
}

reals rates(long double base) {
    reals r(pairs);
    for (std::size_t i = 0; i < pairs; ++i) {
        r[i] = std::pow(base, -static_cast<long double>(2 * i) / dim);
    }
    return r;
}

struct squares {
    long double error = 0, all = 0;
    void add(const std::vector<float>& got, const reals& real) {
        for (std::size_t j = 0; j < got.size(); ++j) {
            const long double off = static_cast<long double>(got[j]) - real[j];
            error += off * off;
            all += real[j] * real[j];
        }
    }
    double relative() const { return static_cast<double>(std::sqrt(error / all)); }
};

template <class T>
struct shift_errors {
    double origin, stepwise, one_shot;
};

// A window of tokens that has moved by 4096 positions, one at a time.
template <class T>
shift_errors<T> shift_4096() {
    constexpr std::int64_t tokens = 16, heads = 2, shifts = 4096, first = 4100;
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const reals rate = rates(10000);
    const std::vector<float> x = test::numbers(tokens * heads * dim);
    test::memory_cache<T> originals = {tokens, heads, dim, block}, keys = originals, steps = originals;
    // As they were first rotated, at 4100, 4101, ...
    const auto in = rope::view(x.data(), {tokens, heads, dim});
    rope::run(
        rope::plan_cache_write(f, in, originals.view(), "s h d", rope::offset(first), rope::slots_from(0)));
    steps.data = originals.data;
    steps.scales = originals.scales;
    rope::key_origins origins(tokens);
    for (std::int64_t s = 0; s < tokens; ++s) {
        origins.store(s, first + s);
    }
    const auto all = rope::slots_from(0, tokens);
    const auto step = rope::plan_rerotation(f, steps.view(), all, rope::at(-1));
    for (std::int64_t k = 0; k < shifts; ++k) {
        origins.shift(0, tokens, -1);
        rope::run(step);
    }
    const std::vector<std::int64_t> deltas = origins.deltas(0, tokens);
    rope::rerotate(f, originals.view(), all, keys.view(), all, rope::ids(deltas));
    test::memory_cache<T> fresh = {tokens, heads, dim, block};
    rope::run(rope::plan_cache_write(f, in, fresh.view(), "s h d", rope::offset(first - shifts),
                                     rope::slots_from(0)));
    squares origin, stepwise, one;
    for (std::int64_t s = 0; s < tokens; ++s) {
        for (std::int64_t h = 0; h < heads; ++h) {
            const auto from = x.begin() + (s * heads + h) * dim;
            const reals real = rotated(std::vector<float>(from, from + dim), rate,
                                       static_cast<long double>(first - shifts + s), 1);
            origin.add(keys.values(s, h), real);
            stepwise.add(steps.values(s, h), real);
            one.add(fresh.values(s, h), real);
        }
    }
    std::printf(
        "4096 shifts of %-8s keys, relative error: from the origin %.1e, one by one %.1e; fresh %.1e\n",
        rope::row_format_name(rope::row_format_of<T>::value), origin.relative(), stepwise.relative(),
        one.relative());
    return {origin.relative(), stepwise.relative(), one.relative()};
}

// Rows that quantisation finds hard.
std::vector<std::vector<float>> rows() {
    std::vector<std::vector<float>> all;
    for (const float scale : {1.0f, 0x1p-12f, 100.0f}) {
        for (int k = 0; k < 24; ++k) {
            all.push_back(test::numbers(dim));
            for (float& v : all.back()) {
                v *= scale;
            }
        }
    }
    std::vector<float> row(dim, 0.0f);
    all.push_back(row); // zeros
    for (std::size_t j = 0; j < row.size(); ++j) {
        row[j] = j % 32 == 5 ? 300.0f : 1e-3f; // an outlier in each block
    }
    all.push_back(row);
    for (std::size_t j = 0; j < row.size(); ++j) {
        row[j] = j % 2 == 0 ? 127.0f : -126.5f; // half way between integers
    }
    all.push_back(row);
    for (std::size_t j = 0; j < row.size(); ++j) {
        row[j] = std::ldexp(1.0f, static_cast<int>(j % 24) - 16); // powers of two
    }
    all.push_back(row);
    for (std::size_t j = 0; j < row.size(); ++j) {
        row[j] = j < pairs ? 300.0f : -300.0f; // pairs that turn to 424: near the largest number of E4M3
    }
    all.push_back(row);
    std::fill(row.begin(), row.end(), 0x1p-140f); // denormals
    all.push_back(row);
    std::fill(row.begin(), row.end(), 1.0f); // all the same
    all.push_back(row);
    return all;
}

// Half a step of the format around y, whose block has the largest magnitude `most`; `d` is the scale then.
template <class T>
long double rounding_bound(long double y, long double most) {
    const long double d = most / 127;
    if constexpr (std::is_same_v<T, rope::half>) {
        return std::max(std::fabs(y) * 0x1p-11L, 0x1p-25L);
    } else if constexpr (std::is_same_v<T, rope::bfloat16>) {
        return std::max(std::fabs(y) * 0x1p-8L, 0x1p-134L);
    } else if constexpr (std::is_same_v<T, rope::fp8_e4m3>) {
        return std::max(std::fabs(y) * 0x1p-4L, 0x1p-10L);
    } else if constexpr (std::is_same_v<T, rope::fp8_e5m2>) {
        return std::max(std::fabs(y) * 0x1p-3L, 0x1p-17L);
    } else if constexpr (std::is_same_v<T, std::int8_t>) {
        return (0.5L + 0x1p-14L) * d;
    } else {
        return most >= 127 * 0x1p-14L ? (0.5L + 127 / 2048.0L + 0x1p-14L) * d
                                      : 0.5L * d + 127 * 0x1p-25L + 0x1p-14L * d;
    }
}

template <class T>
void check_bound() {
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const reals rate = rates(10000);
    const std::vector<std::vector<float>> all = rows();
    const auto count = static_cast<std::int64_t>(all.size());
    test::memory_cache<T> c = {count, 1, dim, block};
    for (std::int64_t k = 0; k < count; ++k) {
        c.set(k, 0, all[static_cast<std::size_t>(k)].data());
    }
    const auto before = c;
    rope::rerotate(f, c.view(), rope::slots_from(0, count), rope::at(-777));
    double worst = 0; // in units of the bound
    for (std::int64_t k = 0; k < count; ++k) {
        const std::vector<float> x = before.values(k, 0), y = c.values(k, 0);
        const reals real = rotated(x, rate, -777, 1);
        for (std::size_t j = 0; j < y.size(); ++j) {
            long double most = 0;
            for (std::size_t i = j / block * block; i < (j / block + 1) * block; ++i) {
                most = std::max(most, std::fabs(real[i]));
            }
            const std::size_t partner = j < pairs ? j + pairs : j - pairs;
            const long double length =
                std::hypot(static_cast<long double>(x[j]), static_cast<long double>(x[partner]));
            const long double rotation = 0x1p-22L * length + 0x1p-149L;
            const long double bound =
                rounding_bound<T>(std::fabs(real[j]) + rotation, most + 0x1p-21L * most + rotation) +
                rotation;
            const long double off = std::fabs(static_cast<long double>(y[j]) - real[j]);
            CAPTURE(k, j, y[j], static_cast<double>(real[j]), static_cast<double>(bound));
            if (off > bound) {
                FAIL_CHECK("beyond the bound");
            }
            worst = std::max(worst, static_cast<double>(off / bound));
        }
    }
    CHECK(worst > 0.5); // the bound is that of the format, not of something larger
}

} // namespace

TEST_CASE("4096 shifts from the origin are one rotation; one by one they drift", "[drift]") {
    const auto h = shift_4096<rope::half>();
    CHECK(h.origin <= 5e-4);
    CHECK(h.origin <= 1.6 * h.one_shot); // the roundings of the original and of the result: sqrt(2)
    CHECK(h.stepwise > 0.1);
    const auto b = shift_4096<rope::bfloat16>();
    CHECK(b.origin <= 4e-3);
    CHECK(b.origin <= 1.6 * b.one_shot);
    CHECK(b.stepwise > 0.5);
    const auto i = shift_4096<std::int8_t>();
    CHECK(i.origin <= 1.6 * i.one_shot);
    const auto q = shift_4096<rope::q8_0_block>();
    CHECK(q.origin <= 1.6 * q.one_shot);
    const auto e = shift_4096<rope::fp8_e4m3>();
    CHECK(e.origin <= 1.6 * e.one_shot);
    const auto s = shift_4096<float>();
    CHECK(s.origin <= 3e-7);
}

TEST_CASE("from unrotated float originals shifted keys have the bits of fresh ones", "[drift]") {
    constexpr std::int64_t tokens = 16;
    rope::config config;
    config.head_dim = dim;
    rope::yarn_scaling yarn;
    yarn.factor = 8;
    config.scaling = yarn;
    config.original_max_position = 4096;
    const auto f = rope::frequencies(config);
    const auto all = rope::slots_from(0, tokens);
    const auto check = [&](auto type) {
        using T = decltype(type);
        std::vector<float> x = test::numbers(tokens * dim);
        test::memory_cache<T> keys = {tokens, 1, dim, block}, fresh = keys;
        rope::key_origins origins(tokens);
        for (std::int64_t s = 0; s < tokens; ++s) {
            origins.store_unrotated(s, 9000 + s);
        }
        for (int k = 0; k < 1000; ++k) {
            origins.shift(0, tokens, -1);
        }
        const auto deltas = origins.deltas(0, tokens);
        rope::rerotate(f, rope::dense_cache(x.data(), tokens, 1, dim), all, keys.view(), all,
                       rope::ids(deltas), rope::rerotation_options{true});
        rope::run(rope::plan_cache_write(f, rope::view(x.data(), {tokens, 1, dim}), fresh.view(), "s h d",
                                         rope::offset(8000), rope::slots_from(0)));
        for (std::int64_t s = 0; s < tokens; ++s) {
            CHECK(keys.row(s, 0) == fresh.row(s, 0));
        }
    };
    check(rope::half{});
    check(rope::q8_0_block{});
}

TEST_CASE("a re-rotation keeps every format's bound over random and adversarial rows", "[drift]") {
    check_bound<rope::half>();
    check_bound<rope::bfloat16>();
    check_bound<rope::fp8_e4m3>();
    check_bound<rope::fp8_e5m2>();
    check_bound<std::int8_t>();
    check_bound<rope::q8_0_block>();
}

TEST_CASE("a change of regime is a fresh rotation within one rounding", "[drift]") {
    constexpr std::int64_t tokens = 40;
    constexpr long double short_gain = 1.25L, long_gain = 1.5L;
    rope::config config;
    config.head_dim = dim;
    config.max_position = 131072;
    config.original_max_position = 4096;
    rope::longrope_scaling l;
    reals before = rates(10000), after = before;
    for (std::size_t i = 0; i < pairs; ++i) {
        l.short_factor.push_back(1 + static_cast<double>(i) / 64);
        l.long_factor.push_back(1 + static_cast<double>(i));
        before[i] /= static_cast<long double>(l.short_factor[i]);
        after[i] /= static_cast<long double>(l.long_factor[i]);
    }
    l.short_mscale = static_cast<double>(short_gain);
    l.long_mscale = static_cast<double>(long_gain);
    config.scaling = l;
    const auto from = rope::frequencies(config, 4096), to = rope::frequencies(config, 4097);
    REQUIRE(from.attention_factor == 1.25);
    REQUIRE(to.attention_factor == 1.5);
    const std::vector<float> x = test::numbers(tokens * dim);
    std::vector<std::int64_t> where;
    for (std::int64_t t = 0; t < tokens; ++t) {
        where.push_back(t * t * 2); // 0 to 3042
    }
    const auto in = rope::view(x.data(), {tokens, 1, dim});
    const auto check = [&](auto type, long double unit) {
        using T = decltype(type);
        test::memory_cache<T> keys = {tokens, 1, dim, block};
        rope::run(
            rope::plan_cache_write(from, in, keys.view(), "s h d", rope::ids(where), rope::slots_from(0)));
        const auto old = keys;
        const auto plan =
            rope::plan_regime_change(from, to, keys.view(), rope::slots_from(0, tokens), rope::ids(where));
        CHECK(rope::changes(plan).tokens == tokens); // that at position 0, too: the gain changes
        rope::run(plan);
        for (std::int64_t t = 0; t < tokens; ++t) {
            const auto p = static_cast<long double>(where[static_cast<std::size_t>(t)]);
            reals difference(pairs);
            for (std::size_t i = 0; i < pairs; ++i) {
                difference[i] = after[i] - before[i];
            }
            // One rounding of what was stored, turned exactly; two of the fresh rotation.
            const std::vector<float> got = keys.values(t, 0);
            const reals turned = rotated(old.values(t, 0), difference, p, long_gain / short_gain);
            const std::vector<float> original(x.begin() + t * dim, x.begin() + (t + 1) * dim);
            const reals fresh = rotated(original, after, p, long_gain);
            for (std::size_t i = 0; i < pairs; ++i) {
                const long double length = std::hypot(turned[i], turned[i + pairs]);
                for (const std::size_t j : {i, i + pairs}) {
                    const auto y = static_cast<long double>(got[j]);
                    CHECK(std::fabs(y - turned[j]) <= unit * std::fabs(turned[j]) + 0x1p-22L * length);
                    CHECK(std::fabs(y - fresh[j]) <= 2 * unit * length + 0x1p-21L * length);
                }
            }
        }
    };
    check(float{}, 0x1p-24L);
    check(rope::half{}, 0x1p-11L);
    check(rope::bfloat16{}, 0x1p-8L);
}

TEST_CASE("frequencies of other shapes make no change", "[drift]") {
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    config.base = 5e5;
    const auto other = rope::frequencies(config);
    CHECK(rope::try_frequency_change(f, other).ok());
    config.head_dim = 64;
    CHECK(rope::try_frequency_change(f, rope::frequencies(config)).why.code == rope::errc::table);
    auto changed = other;
    changed.pairing = rope::pairing::interleaved;
    CHECK(rope::try_frequency_change(f, changed).why.code == rope::errc::pairing);
    changed = other;
    changed.axis_of_pair[3] = 1;
    CHECK(rope::try_frequency_change(f, changed).why.code == rope::errc::table);
    changed = other;
    changed.step.pop_back();
    CHECK(rope::try_frequency_change(f, changed).why.code == rope::errc::table);
    changed = other;
    changed.amplitude = {};
    changed.attention_factor = 0;
    CHECK(rope::try_frequency_change(changed, f).why.code == rope::errc::table);
    CHECK_THROWS_AS(rope::frequency_change(changed, f), rope::error);
    // And back: nothing turns.
    const auto there = rope::frequency_change(f, other), back = rope::frequency_change(other, f);
    for (std::size_t i = 0; i < pairs; ++i) {
        CHECK(there.inv_freq[i] == -back.inv_freq[i]);
        CHECK(std::fabs(there.inv_freq[i] - (other.inv_freq[i] - f.inv_freq[i])) <=
              0x1p-52 * std::fabs(f.inv_freq[i]));
    }
}
