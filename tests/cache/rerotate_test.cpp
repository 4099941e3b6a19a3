// Re-rotation of cached keys against one row at a time through rotate() and the formats' own conversions: every format, deltas of
// every kind, slices, moves within a cache, parts, instruction sets; dry runs; refusals.
#include "stored_rows.hpp"
#include "support/catch.hpp"

#include <rope/cache.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace {

constexpr std::int64_t heads = 3, dim = 64, places = 24, block = 32;

using bytes = std::vector<unsigned char>;

void copy_bytes(const bytes& from, std::size_t begin, std::size_t end, bytes& to) {
    for (std::size_t k = begin; k < end; ++k) {
        to.at(k) = from.at(k);
    }
}

// The frequencies of a model with a gain, of 24 pairs.
rope::frequency_set frequencies(std::int64_t offset = 0, std::int64_t rotary = 48) {
    rope::config config;
    config.head_dim = dim;
    config.rotary_dim = rotary;
    config.rotary_offset = offset;
    rope::yarn_scaling yarn;
    yarn.factor = 4;
    config.scaling = yarn;
    config.original_max_position = 4096;
    return rope::frequencies(config);
}
rope::frequency_set without_factor(rope::frequency_set f) {
    f.attention_factor = 1;
    f.amplitude = {{0, 0, 0, 1}};
    return f;
}

template <class T>
test::memory_cache<T> random_cache() {
    test::memory_cache<T> c = {places, heads, dim, block};
    for (std::int64_t p = 0; p < places; ++p) {
        for (std::int64_t h = 0; h < heads; ++h) {
            c.set(p, h, test::numbers(dim).data());
        }
    }
    return c;
}

template <class T>
bytes rotated_row(const test::memory_cache<T>& from, std::int64_t place, std::int64_t h,
                  const rope::frequency_set& f, const rope::positions& where) {
    std::vector<float> x = from.values(place, h);
    rope::rotate(rope::view(x.data(), {1, dim}), f, "s d", where);
    return test::stored_row<T>(x.data(), dim, block);
}

template <class T>
void check_deltas() {
    const rope::frequency_set f = frequencies(), unit = without_factor(f);
    const std::vector<std::int32_t> list = {3, 4, 5, 17, -1, 16, 0, 9, 10, 11, 20, 21, 22, 23, 1, 2, 8, 12};
    const auto count = static_cast<std::int64_t>(list.size());
    const std::vector<std::int64_t> each = {-7, 100000, 1, 0, 3, -4096, 2,  5,  9,
                                            6,  -1,     0, 4, 7, 8,     10, 11, -5},
                                    shared = {-4, -4, 0, -4, 9, 9, -4, -4, -4, -4, 9, 9, 9, 9, 0, 0, -4, 9};
    std::vector<double> real(each.begin(), each.end());
    real[2] = 0.25;
    for (int kind = 0; kind < 4; ++kind) {
        for (const rope::isa which : rope::available_isas()) {
            CAPTURE(kind, rope::isa_name(which), rope::row_format_name(rope::row_format_of<T>::value));
            rope::force_isa(which);
            test::memory_cache<T> c = random_cache<T>();
            const test::memory_cache<T> before = c;
            const rope::positions deltas = kind == 0   ? rope::at(-1027)
                                           : kind == 1 ? rope::ids(each)
                                           : kind == 2 ? rope::ids(shared)
                                                       : rope::ids(real);
            const auto plan = rope::plan_rerotation(f, c.view(), rope::slots(list), deltas);
            CHECK(plan.isa == which);
            CHECK(c.data.size() == before.data.size());
            for (const int part : {2, 0, 3, 1}) {
                rope::run(plan, part, 4);
            }
            std::vector<char> written(places, 0);
            for (std::int64_t t = 0; t < count; ++t) {
                const std::int64_t s = list[static_cast<std::size_t>(t)];
                const auto k = static_cast<std::size_t>(t);
                const double delta = kind == 0   ? -1027.0
                                     : kind == 1 ? static_cast<double>(each[k])
                                     : kind == 2 ? static_cast<double>(shared[k])
                                                 : real[k];
                if (s < 0 || delta == 0) {
                    continue;
                }
                written[static_cast<std::size_t>(s)] = 1;
                const std::vector<double> one = {delta};
                for (std::int64_t h = 0; h < heads; ++h) {
                    bytes expected = rotated_row(before, s, h, unit, rope::ids(one));
                    if constexpr (std::is_same_v<T, std::int8_t> || std::is_same_v<T, rope::q8_0_block>) {
                        // blocks that the slice meets: both
                    } else { // values outside the slice keep their bits
                        const bytes old = before.row(s, h);
                        copy_bytes(old, 48 * sizeof(T), old.size(), expected);
                    }
                    REQUIRE(c.row(s, h) == expected);
                }
            }
            for (std::int64_t p = 0; p < places; ++p) {
                for (std::int64_t h = 0; h < heads && written[static_cast<std::size_t>(p)] == 0; ++h) {
                    REQUIRE(c.row(p, h) == before.row(p, h));
                }
            }
            const std::int64_t tokens = std::count(written.begin(), written.end(), 1);
            CHECK(rope::changes(plan).tokens == tokens);
            CHECK(rope::changes(plan).rows == tokens * heads);
            CHECK(rope::changes(plan).largest_delta == (kind == 0 ? 1027 : kind == 2 ? 9 : 100000));
            const bool whole = rope::detail::values_of(plan.to.format) > 1 ||
                               std::is_same_v<T, std::int8_t>; // whole blocks, and scales
            const auto row_bytes = whole ? static_cast<std::int64_t>(before.row(0, 0).size())
                                         : 48 * static_cast<std::int64_t>(sizeof(T));
            CHECK(rope::changes(plan).bytes == tokens * heads * row_bytes);
        }
    }
    rope::force_isa(std::nullopt);
}

} // namespace

TEST_CASE(
    "keys are rotated further in every format, by one delta, one for each token, shared and fractional ones",
    "[rerotate]") {
    check_deltas<float>();
    check_deltas<rope::half>();
    check_deltas<rope::bfloat16>();
    check_deltas<rope::fp8_e4m3>();
    check_deltas<rope::fp8_e5m2>();
    check_deltas<std::int8_t>();
    check_deltas<rope::q8_0_block>();
}

TEST_CASE("deltas that fill a range have rows of a run, others of a list", "[rerotate]") {
    const auto unit = without_factor(frequencies());
    std::vector<std::int64_t> dense, far;
    for (std::int64_t t = 0; t < places; ++t) {
        dense.push_back(-t / 2 - 7); // as self-extend
        far.push_back(t % 2 == 0 ? INT64_MAX - t : -INT64_MAX + t);
    }
    for (const auto* deltas : {&dense, &far}) {
        auto c = random_cache<rope::bfloat16>();
        const auto before = c;
        rope::rerotate(unit, c.view(), rope::slots_from(0, places), rope::ids(*deltas));
        for (std::int64_t p = 0; p < places; ++p) {
            const std::vector<std::int64_t> one = {(*deltas)[static_cast<std::size_t>(p)]};
            REQUIRE(c.row(p, 1) == rotated_row(before, p, 1, unit, rope::ids(one)));
        }
    }
}

TEST_CASE("M-RoPE keys are rotated by a delta for each axis", "[rerotate]") {
    rope::config config;
    config.head_dim = dim;
    config.sections = {16, 8, 8};
    const auto f = rope::frequencies(config);
    constexpr std::int64_t count = 20;
    for (const bool shared : {false, true}) {
        std::vector<std::int64_t> deltas; // [axis][token]
        for (std::int64_t a = 0; a < 3; ++a) {
            for (std::int64_t t = 0; t < count; ++t) {
                deltas.push_back(shared ? a * (t % 3) : t * 5 - a * 7);
            }
        }
        auto c = random_cache<rope::half>();
        const auto before = c;
        rope::rerotate(f, c.view(), rope::slots_from(2, count),
                       rope::ids(deltas.data(), {3, count}, "axis s"));
        for (std::int64_t t = 0; t < count; ++t) {
            std::vector<std::int64_t> one;
            for (std::int64_t a = 0; a < 3; ++a) {
                one.push_back(deltas[static_cast<std::size_t>(a * count + t)]);
            }
            for (std::int64_t h = 0; h < heads; ++h) {
                REQUIRE(c.row(2 + t, h) ==
                        rotated_row(before, 2 + t, h, f, rope::ids(one.data(), {3, 1}, "axis s")));
            }
        }
    }
}

TEST_CASE("of an MLA row the slice alone is read and written", "[rerotate]") {
    const auto f = frequencies(40, 16), unit = without_factor(f); // values 40 to 55: in the second block
    const std::vector<std::int64_t> one = {13};
    auto q = random_cache<rope::q8_0_block>();
    auto i = random_cache<std::int8_t>();
    auto h = random_cache<rope::half>();
    q.data[0].q[31] = 100; // not what quantising it again would give: the first block is not quantised again
    q.data[0].q[0] = -90;
    const auto old_q = q;
    const auto old_i = i;
    const auto old_h = h;
    for (int format = 0; format < 3; ++format) {
        const auto s = rope::slots_from(0, places);
        const auto plan_bytes = [&](const auto& plan) {
            rope::run(plan);
            return rope::changes(plan).bytes;
        };
        if (format == 0) {
            CHECK(plan_bytes(rope::plan_rerotation(f, q.view(), s, rope::at(13))) == places * heads * 34);
        } else if (format == 1) {
            CHECK(plan_bytes(rope::plan_rerotation(f, i.view(), s, rope::at(13))) == places * heads * 36);
        } else {
            CHECK(plan_bytes(rope::plan_rerotation(f, h.view(), s, rope::at(13))) == places * heads * 32);
        }
    }
    for (std::int64_t p = 0; p < places; ++p) {
        for (std::int64_t k = 0; k < heads; ++k) {
            bytes expected = rotated_row(old_q, p, k, unit, rope::ids(one)), old = old_q.row(p, k);
            copy_bytes(old, 0, 34, expected);
            REQUIRE(q.row(p, k) == expected);
            expected = rotated_row(old_i, p, k, unit, rope::ids(one));
            old = old_i.row(p, k);
            copy_bytes(old, 0, 32, expected);
            copy_bytes(old, 64, 68, expected);
            REQUIRE(i.row(p, k) == expected);
            expected = rotated_row(old_h, p, k, unit, rope::ids(one));
            REQUIRE(h.row(p, k) == expected);
        }
    }
}

TEST_CASE("originals are rotated into another cache, paged and of another format", "[rerotate]") {
    const auto f = frequencies(), unit = without_factor(f);
    auto originals = random_cache<rope::bfloat16>();
    const std::vector<std::int32_t> pages = {4, 0, 5, 2, 1};
    const std::vector<std::int64_t> from = {5, 6, 7, -1, 9, 2}, to = {17, 18, 3, 4, -1, 19},
                                    deltas = {1, 0, -3, 4, 5, 6};
    for (const bool unrotated : {false, true}) {
        test::memory_cache<std::int8_t> keys = {places, heads, dim, block};
        const auto view =
            keys.with_scales(rope::paged_cache(keys.data.data(), 6, 4, heads, dim, pages.data(), 5));
        rope::rerotation_options options;
        options.apply_attention_factor = unrotated;
        const auto plan = rope::plan_rerotation(f, originals.view(), rope::slots(from), view, rope::slots(to),
                                                rope::ids(deltas), options);
        CHECK(rope::changes(plan).tokens == 4);
        CHECK(rope::changes(plan).bytes == 4 * heads * (64 + 8));
        rope::run(plan, 1, 2);
        rope::run(plan, 0, 2);
        for (std::size_t t = 0; t < to.size(); ++t) {
            if (from[t] < 0 || to[t] < 0) {
                continue;
            }
            const std::vector<std::int64_t> one = {deltas[t]};
            for (std::int64_t h = 0; h < heads; ++h) {
                std::vector<float> x = originals.values(from[t], h);
                rope::rotate(rope::view(x.data(), {1, dim}), unrotated ? f : unit, "s d", rope::ids(one));
                const std::int64_t place = pages[static_cast<std::size_t>(to[t] / 4)] * 4 + to[t] % 4;
                REQUIRE(keys.row(place, h) == test::stored_row<std::int8_t>(x.data(), dim, block));
            }
        }
    }
}

TEST_CASE("keys move to other slots of their cache", "[rerotate]") {
    const auto unit = without_factor(frequencies());
    const auto check = [&](const std::vector<std::int64_t>& from, const std::vector<std::int64_t>& to,
                           const std::vector<std::int64_t>& deltas, int parts) {
        auto c = random_cache<rope::half>();
        const auto before = c;
        const auto plan = rope::plan_rerotation(unit, c.view(), rope::slots(from), c.view(), rope::slots(to),
                                                rope::ids(deltas));
        for (int part = parts; part-- > 0;) {
            rope::run(plan, part, parts);
        }
        for (std::size_t t = 0; t < to.size(); ++t) {
            const std::vector<std::int64_t> one = {deltas[t]};
            for (std::int64_t h = 0; h < heads; ++h) {
                REQUIRE(c.row(to[t], h) == rotated_row(before, from[t], h, unit, rope::ids(one)));
            }
        }
    };
    check({4, 5, 6, 7}, {10, 11, 12, 13}, {6, 6, 6, 6}, 3); // apart: in parts
    check({8, 9, 10, 11, 12, 13, 14}, {4, 5, 6, 7, 8, 9, 10}, {-4, -4, -4, -4, -4, -4, -4}, 3); // compaction
    check({2, 4, 6, 8}, {2, 3, 4, 5}, {0, -1, -2, -3}, 2);
    auto c = random_cache<rope::half>();
    const std::vector<std::int64_t> up = {3, 4, 5}, from = {2, 3, 4}, zero = {1, 1, 1};
    const auto made = rope::try_plan_rerotation(unit, c.view(), rope::slots(from), c.view(), rope::slots(up),
                                                rope::ids(zero));
    CHECK(made.why.code == rope::errc::overlap);
    CHECK(made.why.message.find("slot 3") != std::string::npos);
}

TEST_CASE("one plan rotates the keys of every layer", "[rerotate]") {
    const auto f = frequencies();
    auto first = random_cache<std::int8_t>(), second = random_cache<std::int8_t>();
    auto expected = second;
    const auto old = first.data;
    rope::rerotate(f, expected.view(), rope::slots_from(1, 9), rope::at(5));
    const auto plan = rope::plan_rerotation(f, first.view(), rope::slots_from(1, 9), rope::at(5));
    rope::run(plan, {second.data.data(), second.data.data(), second.scales.data(), second.scales.data()});
    CHECK(second.data == expected.data);
    CHECK(second.scales == expected.scales);
    CHECK(first.data == old);
}

TEST_CASE("a re-rotation refuses what does not fit before it writes", "[rerotate]") {
    const auto f = frequencies();
    auto c = random_cache<float>();
    const auto before = c.data;
    const auto view = c.view();
    const auto refused = [&](const auto& made) {
        rope::run(made.value); // a plan that was refused does nothing
        CHECK(c.data == before);
        CHECK(!made.why.message.empty());
        return made.why.code;
    };
    const auto plan = [&](const rope::cache_slots& s, const rope::positions& d) {
        return refused(rope::try_plan_rerotation(f, view, s, d));
    };
    const auto all = rope::slots_from(0, 4);
    const std::vector<std::int64_t> few = {1, 2}, far = {0, 1, INT64_MIN, 3}, twice = {0, 1, 0, 2},
                                    outside = {0, 1, INT64_MAX, 2};
    const std::vector<double> nan = {0, 1, std::nan(""), 2};
    using rope::errc;
    CHECK(plan(all, rope::ids(few)) == errc::positions);
    CHECK(plan(all, rope::ids(far)) == errc::positions);
    CHECK(plan(all, rope::ids(nan)) == errc::positions);
    CHECK(plan(all, rope::at(INT64_MIN)) == errc::positions);
    CHECK(plan(all, rope::offset(INT64_MAX)) == errc::positions);
    CHECK(plan(all, rope::ids(static_cast<const std::int32_t*>(nullptr), {4})) == errc::no_memory);
    CHECK(plan(rope::slots_from(0), rope::at(1)) == errc::shape); // no count
    CHECK(plan(rope::slots_from(0, -5), rope::at(1)) == errc::shape);
    CHECK(plan(rope::slots_from(0, INT64_MAX), rope::at(1)) == errc::shape);
    CHECK(plan(rope::slots_from(INT64_MAX, 4), rope::at(1)) == errc::shape);
    CHECK(plan(rope::slots_from(places - 3, 4), rope::at(1)) == errc::shape);
    CHECK(plan(rope::slots(twice), rope::at(1)) == errc::overlap);
    CHECK(plan(rope::slots(outside), rope::at(1)) == errc::shape);
    CHECK(refused(rope::try_plan_rerotation(f, rope::dense_cache(c.data.data(), places, heads, dim - 32), all,
                                            rope::at(1))) == errc::shape);
    CHECK(refused(rope::try_plan_rerotation(
              f, rope::dense_cache(static_cast<float*>(nullptr), places, heads, dim), all, rope::at(1))) ==
          errc::no_memory);
    CHECK(refused(rope::try_plan_rerotation(f, view, all, rope::dense_cache(c.data.data() + 8, 4, heads, dim),
                                            all, rope::at(1))) == errc::overlap);
    std::vector<float> other(places * heads * dim);
    const auto to = rope::dense_cache(other.data(), places, heads, dim);
    CHECK(refused(rope::try_plan_rerotation(f, view, rope::slots_from(0, 3), to, all, rope::at(1))) ==
          errc::shape);
    CHECK(refused(rope::try_plan_rerotation(f, view, rope::slots_from(0), to, all, rope::at(1))) ==
          errc::shape);
    CHECK(refused(rope::try_plan_rerotation(f, view, all,
                                            rope::dense_cache(other.data(), places, heads - 1, dim), all,
                                            rope::at(1))) == errc::shape);
    auto broken = f;
    broken.step.pop_back();
    CHECK(refused(rope::try_plan_rerotation(broken, view, all, rope::at(1))) != errc::ok);
    auto incomplete = f; // found where rows that tokens share are made
    incomplete.inv_freq.pop_back();
    std::vector<std::int64_t> near(places), sparse(places);
    for (std::int64_t t = 0; t < places; ++t) {
        near[static_cast<std::size_t>(t)] = t % 3;
        sparse[static_cast<std::size_t>(t)] = t % 2 * 1000000;
    }
    for (const auto& deltas : {near, sparse}) {
        CHECK(refused(rope::try_plan_rerotation(incomplete, view, rope::slots_from(0, places),
                                                rope::ids(deltas))) == errc::table);
    }
    CHECK_THROWS_AS(rope::rerotate(f, view, rope::slots(twice), rope::at(1)), rope::error);
    CHECK(rope::changes(rope::plan_rerotation(f, view, rope::slots_from(3, 0), rope::at(1))).tokens == 0);
    CHECK(rope::changes(rope::plan_rerotation(f, view, all, rope::at(0))).bytes == 0);
}

TEST_CASE("origins refuse what they do not have", "[rerotate]") {
    rope::key_origins o(4, 2);
    CHECK(o.slots() == 4);
    o.store(1, std::vector<std::int64_t>{10, 20});
    o.store_unrotated(2, std::vector<std::int64_t>{7, 8});
    o.shift(0, 4, -3);
    o.shift(2, 1, 5, 1);
    CHECK(o.deltas({1, 2, -1}) == std::vector<std::int64_t>{-3, 4, 0, -3, 10, 0});
    CHECK(o.position(1, 1) == 17);
    o.move(2, 0);
    CHECK(o.deltas(0, 2) == std::vector<std::int64_t>{4, -3, 10, -3});
    const auto before = o.deltas(0, 4);
    using rope::errc;
    CHECK(o.try_store(1, 3).code == errc::positions); // one axis of two
    CHECK(o.try_store(4, std::vector<std::int64_t>{1, 2}).code == errc::shape);
    CHECK(o.try_store(INT64_MIN, std::vector<std::int64_t>{1, 2}).code == errc::shape);
    CHECK(o.try_store(0, std::vector<std::int64_t>{1, INT64_MIN}).code == errc::positions);
    CHECK(o.try_shift(0, 4, INT64_MAX).code == errc::positions);
    CHECK(o.try_shift(0, 4, INT64_MIN).code == errc::positions);
    CHECK(o.try_shift(1, INT64_MAX, 1).code == errc::shape);
    CHECK(o.try_shift(INT64_MAX, 1, 1).code == errc::shape);
    CHECK(o.try_shift(0, 1, 1, 2).code == errc::positions);
    CHECK(o.try_move(-1, 0).code == errc::shape);
    CHECK(o.try_deltas({0, 4}).why.code == errc::shape);
    CHECK(o.try_deltas(3, 2).why.code == errc::shape);
    CHECK(o.deltas(0, 4) == before);
    CHECK_THROWS_AS(rope::key_origins(-1), rope::error);
    CHECK_THROWS_AS(rope::key_origins(INT64_MAX, INT64_MAX), rope::error);
    CHECK_THROWS_AS(o.shift(0, 5, 1), rope::error);
}
