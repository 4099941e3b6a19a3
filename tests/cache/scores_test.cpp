// Scores against unrotated keys beside sums of products in long double.
#include "stored_rows.hpp"
#include "support/catch.hpp"

#include <rope/cache.hpp>

#include <cmath>
#include <vector>

namespace {

constexpr std::int64_t tokens = 2, heads = 6, kv_heads = 3, dim = 64, places = 24;
constexpr std::size_t pairs = 32;

template <class T>
void check_scores() {
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const auto table = rope::cos_sin_table<float>(f, 4096);
    const std::vector<float> query = test::numbers(tokens * heads * dim);
    test::memory_cache<T> keys = {places, kv_heads, dim, 32};
    for (std::int64_t p = 0; p < places; ++p) {
        for (std::int64_t h = 0; h < kv_heads; ++h) {
            keys.set(p, h, test::numbers(dim).data());
        }
    }
    const std::vector<std::int32_t> list = {3, 4, 5, 17, -1, 16, 0};
    const std::vector<std::int64_t> where = {7, 4000, 9, 1000, 11, 12, 13};
    const auto count = static_cast<std::int64_t>(list.size());
    std::vector<float> first;
    for (const rope::isa which : rope::available_isas()) {
        for (const bool computed : {false, true}) {
            rope::force_isa(which);
            std::vector<float> scores(tokens * heads * 7, -1.0f);
            const auto q = rope::view(query.data(), {tokens, heads, dim});
            const auto s = rope::view(scores.data(), {tokens, heads, count});
            const auto plan =
                computed
                    ? rope::plan_scores(f, q, keys.view(), rope::slots(list), s, rope::ids(where), 0.125)
                    : rope::plan_scores(table, q, keys.view(), rope::slots(list), s, rope::ids(where), 0.125);
            CHECK(plan.isa == which);
            for (const int part : {2, 0, 3, 1}) {
                rope::run(plan, part, 4);
            }
            if (first.empty()) {
                first = scores;
            }
            REQUIRE(scores == first); // the same bits
        }
    }
    rope::force_isa(std::nullopt);
    long double worst = 0;
    for (std::int64_t k = 0; k < count; ++k) {
        const std::int64_t slot = list[static_cast<std::size_t>(k)];
        for (std::int64_t t = 0; t < tokens; ++t) {
            for (std::int64_t h = 0; h < heads; ++h) {
                const float got = first[static_cast<std::size_t>((t * heads + h) * count + k)];
                if (slot < 0) {
                    CHECK(got == -1.0f);
                    continue;
                }
                const std::vector<float> key = keys.values(slot, h / 2);
                const float* const q = query.data() + (t * heads + h) * dim;
                long double sum = 0, sizes = 0;
                for (std::size_t i = 0; i < pairs; ++i) {
                    const long double angle = std::pow(10000.0L, -static_cast<long double>(2 * i) / dim) *
                                              static_cast<long double>(where[static_cast<std::size_t>(k)]);
                    const long double c = std::cos(angle), s = std::sin(angle);
                    const auto a = static_cast<long double>(key[i]),
                               b = static_cast<long double>(key[i + pairs]);
                    const auto u = static_cast<long double>(q[i]), v = static_cast<long double>(q[i + pairs]);
                    sum += u * (a * c - b * s) + v * (a * s + b * c);
                    sizes += (std::fabs(u) + std::fabs(v)) * std::hypot(a, b);
                }
                const long double bound = (dim / 16 + 8) * 0x1p-24L * 0.125L * sizes;
                const long double off = std::fabs(static_cast<long double>(got) - 0.125L * sum);
                CHECK(off <= bound);
                worst = std::max(worst, off / bound);
            }
        }
    }
    CHECK(worst > 0.005L);
}

} // namespace

TEST_CASE("scores of unrotated keys of every format", "[scores]") {
    check_scores<float>();
    check_scores<rope::half>();
    check_scores<rope::bfloat16>();
    check_scores<rope::fp8_e4m3>();
    check_scores<rope::fp8_e5m2>();
    check_scores<std::int8_t>();
    check_scores<rope::q8_0_block>();
}

TEST_CASE("scores depend on the distance alone", "[scores]") {
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const std::vector<float> x = test::numbers(dim), key = test::numbers(dim);
    std::vector<float> query = x, scores(2);
    test::memory_cache<rope::q8_0_block> keys = {1, 1, dim, 32};
    keys.set(0, 0, key.data());
    const auto q = rope::view(query.data(), {1, 1, dim});
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}}) {
        const std::int64_t past = k == 0 ? 100 : 1000000000;
        query = x;
        rope::rotate(q, f, "s h d", rope::offset(past));
        rope::run(rope::plan_scores(f, q, keys.view(), rope::slots_from(0, 1),
                                    rope::view(&scores[k], {1, 1, 1}), rope::offset(past - 41)));
    }
    CHECK(std::fabs(scores[0] - scores[1]) <= 1e-4f);
    CHECK(std::fabs(scores[0]) > 1e-3f);
}

TEST_CASE("scores refuse what does not fit before they write", "[scores]") {
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const auto table = rope::cos_sin_table<float>(f, 16);
    std::vector<float> query(heads * dim), scores(heads * 4, 5.0f);
    const std::vector<float> before = scores;
    test::memory_cache<rope::half> keys = {places, kv_heads, dim, 32};
    const auto q = rope::view(query.data(), {1, heads, dim});
    const auto s = rope::view(scores.data(), {1, heads, 4});
    const auto refused = [&](const auto& made) {
        rope::run(made.value);
        CHECK(scores == before);
        CHECK(!made.why.message.empty());
        return made.why.code;
    };
    using rope::errc;
    const auto all = rope::slots_from(0, 4);
    const auto view = keys.view();
    const std::vector<std::int64_t> outside = {0, 1, places, 2}, far = {0, 1, INT64_MIN, 2};
    CHECK(refused(rope::try_plan_scores(table, q, view, all, s, rope::offset(13))) == errc::positions);
    CHECK(refused(rope::try_plan_scores(table, q, view, all, s, rope::offset(INT64_MIN))) == errc::positions);
    CHECK(refused(rope::try_plan_scores(table, q, view, rope::slots_from(0), s)) == errc::shape);
    CHECK(refused(rope::try_plan_scores(table, q, view, rope::slots_from(0, INT64_MAX), s)) == errc::shape);
    CHECK(refused(rope::try_plan_scores(table, q, view, rope::slots(outside), s)) == errc::shape);
    CHECK(refused(rope::try_plan_scores(table, q, view, rope::slots(far), s)) == errc::shape);
    CHECK(refused(rope::try_plan_scores(table, q, view, rope::slots_from(0, 3), s)) == errc::shape);
    CHECK(refused(rope::try_plan_scores(table, rope::view(query.data(), {1, 5, dim}), view, all, s)) ==
          errc::shape);
    CHECK(refused(rope::try_plan_scores(table, rope::view(query.data(), {heads, dim}), view, all, s)) ==
          errc::shape);
    CHECK(refused(rope::try_plan_scores(table, q, view, all,
                                        rope::view(static_cast<float*>(nullptr), {1, heads, 4}))) ==
          errc::no_memory);
    CHECK(refused(rope::try_plan_scores(table, q, view, all, rope::view(query.data(), {1, heads, 4}))) ==
          errc::overlap);
    CHECK(refused(rope::try_plan_scores(table, q, view, all, s, {}, std::nan(""))) == errc::config);
    CHECK_THROWS_AS(rope::plan_scores(table, q, view, rope::slots(outside), s), rope::error);
    const auto nothing =
        rope::plan_scores(table, q, view, rope::slots_from(0, 0), rope::view(scores.data(), {1, heads, 0}));
    rope::run(nothing);
    CHECK(scores == before);
}
