// Cache writes against one row at a time through rotate() and the formats' own conversions: every format, dense, paged and
// strided; slots; parts; instruction sets; moved plans; refusals.
#include "stored_rows.hpp"
#include "support/catch.hpp"

#include <rope/cache.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace {

constexpr std::int64_t tokens = 7, heads = 3, dim = 64, places = 24;

using test::numbers;

template <class T>
void check_format() {
    rope::config config;
    config.head_dim = dim;
    config.rotary_dim = 48;
    const auto f = rope::frequencies(config);
    const auto table = rope::cos_sin_table<float>(f, 64);
    const std::vector<float> key = numbers(tokens * heads * dim), value = numbers(tokens * heads * dim);
    std::vector<float> query = numbers(tokens * 4 * dim), rotated_query = query, rotated = key;
    rope::rotate(rope::view(rotated.data(), {tokens, heads, dim}), table, "s h d", rope::offset(5));
    rope::rotate(rope::view(rotated_query.data(), {tokens, std::int64_t{4}, dim}), table, "s h d",
                 rope::offset(5));
    const auto k = rope::view(key.data(), {tokens, heads, dim}),
               v = rope::view(value.data(), {tokens, heads, dim});
    const std::vector<std::int32_t> at = {3, 4, 5, 17, -1, 16, 0};
    const std::vector<std::int32_t> pages = {4, 0, 5, 2, 1}; // of four slots; slot 17 is in page 1
    constexpr std::int64_t each = dim / test::values_of<T>;
    for (int layout = 0; layout < 4; ++layout) {
        for (const rope::isa which : rope::available_isas()) {
            CAPTURE(layout, rope::isa_name(which), rope::row_format_name(rope::row_format_of<T>::value));
            rope::force_isa(which);
            test::memory_cache<T> ck = {places, heads, dim, 32}, cv = ck;
            const auto view = [&](test::memory_cache<T>& c) {
                T* const p = c.data.data();
                return c.with_scales(
                    layout == 0   ? rope::dense_cache(p, places, heads, dim)
                    : layout == 1 ? rope::paged_cache(p, 6, 4, heads, dim, pages.data(), 5)
                    : layout == 2
                        ? rope::paged_cache(p, 6, 4, heads, dim, pages.data(), 5, rope::page_order::hnd)
                        : rope::dense_cache(p, places, heads, dim, each, places * each));
            };
            std::vector<float> q = query;
            const auto plan =
                rope::plan_cache_write(table, rope::view(q.data(), {tokens, std::int64_t{4}, dim}), k, v,
                                       view(ck), view(cv), "s h d", rope::offset(5), rope::slots(at));
            CHECK(plan.isa == which);
            for (const int part : {2, 0, 3, 1}) {
                rope::run(plan, part, 4);
            }
            CHECK(q == rotated_query);
            std::size_t written = 0;
            for (std::size_t t = 0; t < 7; ++t) {
                if (at[t] < 0) {
                    continue;
                }
                for (std::int64_t h = 0; h < heads; ++h) {
                    const std::int64_t s = at[t], page = pages[static_cast<std::size_t>(s / 4)], rest = s % 4;
                    const std::int64_t place = layout == 1 || layout == 2 ? page * 4 + rest : s;
                    const std::int64_t element = layout == 3   ? (h * places + s) * each
                                                 : layout == 2 ? (page * 12 + h * 4 + rest) * each
                                                               : (place * heads + h) * each;
                    const std::size_t from = (t * heads + static_cast<std::size_t>(h)) * dim;
                    REQUIRE(ck.row(element, place, h) == test::stored_row<T>(rotated.data() + from, dim, 32));
                    REQUIRE(cv.row(element, place, h) == test::stored_row<T>(value.data() + from, dim, 32));
                    ++written;
                }
            }
            REQUIRE(written == 18);
            std::size_t rows = 0; // and nothing else
            for (std::int64_t r = 0; r < places * heads; ++r) {
                const auto row = ck.row(r * each, 0, 0);
                rows += std::any_of(row.begin(), row.begin() + each * static_cast<std::int64_t>(sizeof(T)),
                                    [](unsigned char b) { return b != 0; });
            }
            CHECK(rows == 18);
        }
    }
    rope::force_isa(std::nullopt);
}

} // namespace

TEST_CASE("a write stores rotated keys and values in every format and layout", "[write]") {
    check_format<float>();
    check_format<rope::half>();
    check_format<rope::bfloat16>();
    check_format<rope::fp8_e4m3>();
    check_format<rope::fp8_e5m2>();
    check_format<std::int8_t>();
    check_format<rope::q8_0_block>();
}

TEST_CASE("one plan writes every step of a decoder and every layer", "[write]") {
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const auto table = rope::cos_sin_table<float>(f, 64);
    std::vector<rope::half> key(heads * dim), other(heads * dim), query(heads * dim);
    const std::vector<float> x = numbers(heads * dim);
    for (std::size_t k = 0; k < x.size(); ++k) {
        key[k] = rope::to_half(x[k]);
        other[k] = rope::to_half(-x[k]);
    }
    query = key;
    std::vector<rope::half> keys(places * heads * dim), values = keys, layer = keys, expected(heads * dim);
    const auto in = rope::view(key.data(), {1, heads, dim});
    const auto c = [&](std::vector<rope::half>& m) {
        return rope::dense_cache(m.data(), places, heads, dim);
    };
    const auto plan =
        rope::plan_cache_write(table, rope::view(query.data(), {1, heads, dim}), in, in, c(keys), c(values),
                               "s h d", rope::offset(0), rope::slots_from(0));
    for (std::int64_t past = 0; past < places; ++past) {
        query = key;
        rope::run(plan, {nullptr, other.data(), nullptr, layer.data()}, rope::offset(past + 40),
                  rope::slots_from(past));
        rope::rotate(rope::view(other.data(), {1, heads, dim}), rope::view(expected.data(), {1, heads, dim}),
                     table, "s h d", rope::offset(past + 40));
        CHECK(std::memcmp(expected.data(), layer.data() + past * heads * dim, 2 * heads * dim) == 0);
        CHECK(std::memcmp(key.data(), values.data() + past * heads * dim, 2 * heads * dim) == 0);
        rope::rotate(in, rope::view(expected.data(), {1, heads, dim}), table, "s h d",
                     rope::offset(past + 40));
        CHECK(std::memcmp(expected.data(), query.data(), 2 * heads * dim) == 0);
    }
    CHECK(keys[0].bits == 0);
    CHECK(rope::try_run(plan, {}, rope::offset(64), rope::slots_from(0)).code == rope::errc::positions);
    CHECK(rope::try_run(plan, {}, rope::offset(0), rope::slots_from(places)).code == rope::errc::shape);
    CHECK(rope::try_run(plan, {}, rope::offset(0), rope::slots_from(INT64_MAX)).code == rope::errc::shape);
}

TEST_CASE("a query scale, a function of the position and norms are folded in", "[write]") {
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const std::vector<float> key = numbers(tokens * heads * dim), weight = numbers(tokens * heads * dim);
    std::vector<float> query = key, expected(key.size()), keys(places * heads * dim);
    rope::cache_write_options options;
    options.query_factor = 0.125;
    options.query_rule.kind = rope::query_scale::rule::temperature;
    options.query_rule.floor_scale = 4;
    const auto in = rope::view(key.data(), {tokens, heads, dim});
    std::vector<rope::q8_0_block> values(places * heads * dim / 32);
    const auto cache = rope::dense_cache(keys.data(), places, heads, dim);
    const auto value_cache = rope::dense_cache(values.data(), places, heads, dim);
    const std::vector<std::int64_t> ids = {9, 10, 11, 12, 13, 14, 15};
    const rope::rms_norm norms[] = {rope::per_head_norm(weight.data(), dim),
                                    rope::each_head_norm(weight.data(), heads * dim),
                                    rope::each_token_norm(weight.data(), tokens * heads * dim)};
    for (int k = 0; k < 6; ++k) {
        const bool listed = k % 2 == 1;
        options.query_norm = options.key_norm = norms[k / 2];
        rope::norm_rotate(in, rope::view(expected.data(), {tokens, heads, dim}), f, "s h d",
                          *options.key_norm, rope::offset(9));
        query = key;
        const auto plan = rope::plan_cache_write(
            f, rope::view(query.data(), {tokens, heads, dim}), in, in, cache, value_cache, "s h d",
            listed ? rope::ids(ids) : rope::offset(9), rope::slots_from(2), options);
        rope::run(plan);
        CHECK(std::memcmp(keys.data() + 2 * heads * dim, expected.data(), expected.size() * sizeof(float)) ==
              0);
        for (std::size_t n = 0; n < query.size(); ++n) {
            const double position = 9 + static_cast<double>(n / (heads * dim));
            const double factor = 0.125 * (0.1 * std::log(std::floor((position + 1) / 4) + 1) + 1);
            REQUIRE(std::fabs(static_cast<double>(query[n]) - factor * static_cast<double>(expected[n])) <=
                    1e-7 * 8);
        }
    }
}

TEST_CASE("a write refuses what does not fit before it writes", "[write]") {
    rope::config config;
    config.head_dim = dim;
    const auto f = rope::frequencies(config);
    const auto table = rope::cos_sin_table<float>(f, 16);
    std::vector<float> key(4 * heads * dim, 1.0f), memory(places * heads * dim, 3.0f);
    const std::vector<float> before = memory;
    const auto in = rope::view(key.data(), {4, heads, dim});
    const auto good = rope::dense_cache(memory.data(), places, heads, dim);
    const auto refused = [&](auto cache, const rope::cache_slots& s, rope::positions where = {}) {
        const auto made = rope::try_plan_cache_write(table, in, cache, "s h d", where, s);
        rope::run(made.value); // a plan that was refused does nothing
        CHECK(memory == before);
        CHECK(!made.why.message.empty());
        return made.why.code;
    };
    const auto first = rope::slots_from(0);
    const std::vector<std::int64_t> twice = {0, 1, 0, 2}, outside = {0, 1, places, 2}, below = {0, -2, 1, 3},
                                    few = {1, 2}, far = {0, INT64_MAX, 1, 2};
    CHECK(refused(good, rope::slots(twice)) == rope::errc::overlap);
    CHECK(refused(good, rope::slots(outside)) == rope::errc::shape);
    CHECK(refused(good, rope::slots(below)) == rope::errc::shape);
    CHECK(refused(good, rope::slots(far)) == rope::errc::shape);
    CHECK(refused(good, rope::slots(few)) == rope::errc::shape);
    CHECK(refused(good, rope::slots_from(places - 3)) == rope::errc::shape);
    CHECK(refused(good, rope::slots_from(-1)) == rope::errc::shape);
    CHECK(refused(good, rope::slots_from(INT64_MIN)) == rope::errc::shape);
    CHECK(refused(good, first, rope::offset(13)) == rope::errc::positions);
    CHECK(refused(rope::dense_cache(memory.data(), places, heads + 1, dim), first) == rope::errc::shape);
    CHECK(refused(rope::dense_cache(memory.data(), places, heads, dim - 32), first) == rope::errc::shape);
    CHECK(refused(rope::dense_cache(memory.data(), INT64_MAX, heads, dim), first) == rope::errc::shape);
    CHECK(refused(rope::dense_cache(memory.data(), places, heads, dim, INT64_MIN, 1), first) ==
          rope::errc::shape);
    CHECK(refused(rope::dense_cache(memory.data(), places, heads, dim, dim, dim), first) ==
          rope::errc::overlap);
    CHECK(refused(rope::dense_cache(static_cast<float*>(nullptr), places, heads, dim), first) ==
          rope::errc::no_memory);
    CHECK(refused(rope::dense_cache(key.data() + 1, 4, heads, dim), first) == rope::errc::overlap);
    const std::vector<std::int32_t> pages = {0, 6, -1, 0};
    const auto paged = rope::paged_cache(memory.data(), 6, 4, heads, dim, pages.data(), 4);
    const std::vector<std::int64_t> past_pool = {0, 1, 2, 4}, no_page = {0, 1, 2, 8},
                                    same_page = {0, 1, 2, 13}, meets = {0, 1, 2, 12};
    CHECK(refused(paged, rope::slots(past_pool)) == rope::errc::shape);
    CHECK(refused(paged, rope::slots(no_page)) == rope::errc::shape);
    CHECK(refused(paged, rope::slots(same_page)) == rope::errc::overlap);
    CHECK(refused(paged, rope::slots(meets)) == rope::errc::overlap);
    std::vector<std::int8_t> bytes(places * heads * dim);
    CHECK(refused(rope::dense_cache(bytes.data(), places, heads, dim), first) == rope::errc::no_memory);
    CHECK_THROWS_AS(rope::plan_cache_write(table, in, good, "s h d", rope::offset(0), rope::slots(twice)),
                    rope::error);
    // slices of a packed cache are apart, shifted ones are not
    const auto packed = [&](std::int64_t shift) {
        return rope::dense_cache(memory.data() + shift, places / 2, heads, dim, 2 * heads * dim, dim);
    };
    CHECK(rope::try_plan_cache_write(table, in, in, packed(0), packed(heads * dim), "s h d", rope::offset(0),
                                     first)
              .ok());
    CHECK(rope::try_plan_cache_write(table, in, in, packed(0), packed(dim), "s h d", rope::offset(0), first)
              .why.code == rope::errc::overlap);
}
