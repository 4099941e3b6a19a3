// Plans and their runs against the definition, over random shapes, strides, orders, slices and positions.
#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/run_isa.hpp"
#include "support/seed.hpp"

#include <cstring>
#include <numeric>
#include <random>

namespace {

struct random_case {
    std::mt19937 random;
    int pick(int lo, int hi) { return std::uniform_int_distribution<int>(lo, hi)(random); }

    rope::config config() {
        rope::config c;
        c.head_dim = pick(2, 40);
        c.rotary_dim = 2 * pick(1, static_cast<int>(c.head_dim) / 2);
        c.rotary_offset = pick(0, static_cast<int>(c.head_dim - c.rotary_dim));
        c.base = 100;
        c.pairing = pick(0, 1) != 0 ? rope::pairing::half_split : rope::pairing::interleaved;
        if (pick(0, 1) != 0) {
            rope::yarn_scaling yarn;
            yarn.factor = 4;
            yarn.attention_factor = 1.25;
            c.scaling = yarn;
            c.original_max_position = 64;
        }
        return c;
    }

    // A view with these extents whose axes lie in memory in a random order, with gaps.
    template <class T>
    rope::tensor_view<T> view(std::vector<T>& memory, const std::vector<std::int64_t>& extent) {
        std::vector<std::size_t> order(extent.size());
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), random);
        std::vector<std::int64_t> stride(extent.size());
        std::int64_t step = pick(0, 2) == 0 ? pick(1, 3) : 1;
        for (const std::size_t k : order) {
            stride[k] = step;
            step = step * extent[k] + (pick(0, 2) == 0 ? pick(0, 5) : 0);
        }
        memory.resize(static_cast<std::size_t>(step) + 8);
        for (T& x : memory) {
            x = std::uniform_real_distribution<T>(-2, 2)(random);
        }
        return rope::view(memory.data(), extent, stride);
    }
};

template <class T, int N>
rope::tensor_view<const T> read_only(const rope::tensor_view<T, N>& v) {
    return rope::view(static_cast<const T*>(v.data), std::vector<std::int64_t>(v.extent, v.extent + v.rank),
                      std::vector<std::int64_t>(v.stride, v.stride + v.rank));
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

} // namespace

TEMPLATE_TEST_CASE("any shape, order, slice and pairing, in place and out of place", "[rotate]", float,
                   double) {
    const unsigned seed = test::seed();
    INFO("seed " << seed);
    random_case r{std::mt19937(seed)};
    for (int round = 0; round < 300; ++round) {
        CAPTURE(round);
        const rope::config config = r.config();
        const auto table = rope::cos_sin_table<TestType>(rope::frequencies(config), 40);
        // d anywhere among up to three other axes
        std::vector<std::string> names = {"s", "h", "b"};
        names.resize(static_cast<std::size_t>(r.pick(1, 3)));
        names.insert(names.begin() + r.pick(0, static_cast<int>(names.size())), "d");
        std::string axes;
        std::vector<std::int64_t> extent;
        int d = 0, s = 0;
        for (std::size_t k = 0; k < names.size(); ++k) {
            axes += names[k] + " ";
            extent.push_back(names[k] == "d" ? config.head_dim : r.pick(0, 19) == 0 ? 0 : r.pick(1, 6));
            d = names[k] == "d" ? static_cast<int>(k) : d;
            s = names[k] == "s" ? static_cast<int>(k) : s;
        }
        CAPTURE(axes, config.head_dim, config.rotary_dim, config.rotary_offset);
        std::vector<TestType> in_memory, out_memory;
        const auto in = r.view(in_memory, extent);
        const auto out = r.view(out_memory, extent);
        const int past = r.pick(0, 30);
        const bool adjoint = r.pick(0, 1) != 0;
        rope::rotate_options options;
        options.direction = adjoint ? rope::direction::adjoint : rope::direction::forward;
        if (r.pick(0, 1) != 0) {
            options.out_pairing = r.pick(0, 1) != 0 ? rope::pairing::half_split : rope::pairing::interleaved;
        }
        const auto row = [&](const std::vector<std::int64_t>& index, std::int64_t) {
            return past + index[static_cast<std::size_t>(s)];
        };

        std::vector<TestType> expected = out_memory;
        auto expected_view = out;
        expected_view.data = expected.data();
        test::naive_rotate<TestType>(read_only(in), expected_view, d, table, row, adjoint,
                                     options.out_pairing);
        rope::rotate(read_only(in), out, table, axes, rope::offset(past), options);
        REQUIRE(same_bits(out_memory, expected));

        expected = in_memory;
        expected_view = in;
        expected_view.data = expected.data();
        test::naive_rotate<TestType>(read_only(in), expected_view, d, table, row, adjoint,
                                     options.out_pairing);
        rope::rotate(in, table, axes, rope::offset(past), options);
        REQUIRE(same_bits(in_memory, expected));
    }
}

TEST_CASE("ids of every type, per batch and token, and starts per sequence", "[rotate][positions]") {
    rope::config config;
    config.head_dim = 12;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 100);
    const std::int64_t B = 3, S = 4, H = 2, D = 12;
    std::vector<float> x(static_cast<std::size_t>(B * S * H * D));
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = std::sin(static_cast<float>(k));
    }
    const std::vector<std::int32_t> ids32 = {5, 7, 7, 99, 0, 1, 2, 3, 50, 40, 30, 20};
    const std::vector<std::int64_t> ids64(ids32.begin(), ids32.end());
    const std::vector<double> ids_real(ids32.begin(), ids32.end());
    const std::vector<std::int64_t> starts = {10, 0, 96};
    const auto rotated = [&](const rope::positions& where) {
        std::vector<float> y(x.size());
        rope::rotate(rope::view(x.data(), {B, S, H, D}), rope::view(y.data(), {B, S, H, D}), table, "b s h d",
                     where);
        return y;
    };
    const auto expected = [&](auto&& position) {
        std::vector<float> y(x.size());
        test::naive_rotate<float>(
            rope::view(static_cast<const float*>(x.data()), {B, S, H, D}), rope::view(y.data(), {B, S, H, D}),
            3, table, [&](const std::vector<std::int64_t>& i, std::int64_t) { return position(i[0], i[1]); });
        return y;
    };
    const auto by_token =
        expected([&](std::int64_t b, std::int64_t s) { return ids64[static_cast<std::size_t>(b * S + s)]; });
    CHECK(same_bits(rotated(rope::ids(ids32.data(), {B, S})), by_token));
    CHECK(same_bits(rotated(rope::ids(ids64.data(), {B, S})), by_token));
    CHECK(same_bits(rotated(rope::ids(ids_real.data(), {B, S})), by_token));
    CHECK(same_bits(rotated(rope::ids(ids64.data(), {1, B, S}, "axis b s")), by_token));
    // strides: the same ids stored sequence-major
    std::vector<std::int32_t> transposed(ids32.size());
    for (std::int64_t b = 0; b < B; ++b) {
        for (std::int64_t s = 0; s < S; ++s) {
            transposed[static_cast<std::size_t>(s * B + b)] = ids32[static_cast<std::size_t>(b * S + s)];
        }
    }
    CHECK(same_bits(rotated(rope::ids(transposed.data(), {B, S}, {1, B})), by_token));
    CHECK(same_bits(rotated(rope::ids(transposed.data(), {S, B}, "s b")), by_token));
    // one list for all sequences, one id for each, starts
    CHECK(same_bits(rotated(rope::ids(ids32.data(), {S})), expected([&](std::int64_t, std::int64_t s) {
                        return ids64[static_cast<std::size_t>(s)];
                    })));
    CHECK(same_bits(rotated(rope::ids(ids32.data(), {B, 1})), expected([&](std::int64_t b, std::int64_t) {
                        return ids64[static_cast<std::size_t>(b)];
                    })));
    CHECK(same_bits(rotated(rope::offsets(starts)), expected([&](std::int64_t b, std::int64_t s) {
                        return starts[static_cast<std::size_t>(b)] + s;
                    })));
    CHECK(same_bits(rotated(rope::at(42)), expected([](std::int64_t, std::int64_t) { return 42; })));
}

TEST_CASE("several position axes: each pair reads its own", "[rotate][positions]") {
    rope::config config;
    config.head_dim = 16;
    config.sections = {2, 3, 3};
    const auto f = rope::frequencies(config);
    REQUIRE(f.axes == 3);
    const auto table = rope::cos_sin_table<float>(f, 50);
    const std::vector<std::int64_t> ids = {0, 1, 2, 3, 10, 20, 30, 40, 49, 0, 7, 9}; // [3][4]
    std::vector<float> x(4 * 16);
    std::iota(x.begin(), x.end(), 1.0f);
    std::vector<float> expected(x.size());
    test::naive_rotate<float>(rope::view(static_cast<const float*>(x.data()), {4, 16}),
                              rope::view(expected.data(), {4, 16}), 1, table,
                              [&](const std::vector<std::int64_t>& index, std::int64_t pair) {
                                  return ids[static_cast<std::size_t>(
                                      f.axis_of_pair[static_cast<std::size_t>(pair)] * 4 + index[0])];
                              });
    rope::rotate(rope::view(x.data(), {4, 16}), table, "s d", rope::ids(ids.data(), {3, 4}, "axis s"));
    CHECK(same_bits(x, expected));
}

TEST_CASE("fractional positions are calculated where the table has no row", "[rotate][positions]") {
    rope::config config;
    config.head_dim = 8;
    const auto table = rope::cos_sin_table<double>(rope::frequencies(config), 10);
    const std::vector<double> ids = {0.5, 3, 8.875};
    std::vector<double> x(24, 1.0);
    rope::rotate(rope::view(x.data(), {3, 8}), table, "s d", rope::ids(ids));
    for (std::size_t t = 0; t < 3; ++t) {
        for (std::size_t i = 0; i < 4; ++i) {
            const double angle = ids[t] * std::pow(10000.0, -2.0 * static_cast<double>(i) / 8);
            CHECK(x[t * 8 + i] == Approx(std::cos(angle) - std::sin(angle)).margin(1e-14));
            CHECK(x[t * 8 + i + 4] == Approx(std::sin(angle) + std::cos(angle)).margin(1e-14));
        }
    }
}

TEST_CASE("a table of another type serves: its rows are brought to the compute type", "[rotate]") {
    rope::config config;
    config.head_dim = 8;
    const auto f = rope::frequencies(config);
    const auto exact = rope::cos_sin_table<float>(f, 10);
    std::vector<float> a(80), b;
    std::iota(a.begin(), a.end(), -20.0f);
    b = a;
    rope::rotate(rope::view(a.data(), {10, 8}), exact, "s d");
    rope::rotate(rope::view(b.data(), {10, 8}), rope::cos_sin_table<double>(f, 10), "s d");
    CHECK(same_bits(a, b));
}

TEST_CASE("unrotate undoes, also where the amplitude is not 1", "[rotate]") {
    rope::config config;
    config.head_dim = 32;
    rope::yarn_scaling yarn;
    yarn.factor = 8;
    config.scaling = yarn;
    config.original_max_position = 128;
    const auto f = rope::frequencies(config);
    REQUIRE(f.attention_factor > 1.2);
    const auto table = rope::cos_sin_table<double>(f, 1024);
    std::vector<double> x(32 * 50), y;
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = std::cos(static_cast<double>(k * k));
    }
    y = x;
    rope::rotate(rope::view(y.data(), {50, 32}), table, "s d", rope::offset(900));
    rope::unrotate(rope::view(y.data(), {50, 32}), table, "s d", rope::offset(900));
    for (std::size_t k = 0; k < x.size(); ++k) {
        REQUIRE(std::abs(y[k] - x[k]) < 1e-14);
    }
}

TEST_CASE("any part of any number of parts, once each, equals the whole", "[rotate][parts]") {
    rope::config config;
    config.head_dim = 6;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 100);
    for (const auto& shape :
         {std::vector<std::int64_t>{3, 5, 2, 6}, {1, 1, 7, 6}, {2, 9, 1, 6}, {0, 3, 2, 6}}) {
        std::vector<float> x(static_cast<std::size_t>(shape[0] * shape[1] * shape[2] * 6));
        std::iota(x.begin(), x.end(), 1.0f);
        std::vector<float> whole = x;
        rope::rotate(rope::view(whole.data(), shape), table, "b s h d", rope::offset(4));
        for (const std::int64_t parts : {1, 2, 3, 4, 7, 16, 1000}) {
            CAPTURE(shape[0], shape[1], shape[2], parts);
            std::vector<float> y = x;
            const auto plan = rope::plan(table, rope::view(y.data(), shape), "b s h d", rope::offset(4));
            for (std::int64_t part = parts; part-- > 0;) {
                rope::run(plan, y.data(), part, parts);
            }
            REQUIRE(same_bits(y, whole));
        }
    }
}

TEST_CASE("a plan is reused on other memory and copied as a value", "[rotate]") {
    rope::config config;
    config.head_dim = 4;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 8);
    std::vector<float> a(12), b(12);
    std::iota(a.begin(), a.end(), 0.0f);
    b = a;
    const std::vector<double> ids = {0.25, 1, 2};
    const auto plan = rope::plan(table, rope::view(a.data(), {3, 4}), "s d", rope::ids(ids));
    {
        const auto copy = plan;
        CHECK(test::run_isa(copy, b.data()) == rope::active_isa());
    }
    rope::run(plan, rope::view(a.data(), {3, 4}));
    CHECK(same_bits(a, b));
    CHECK(a[1] != 1.0f);
}

TEST_CASE("query and key in one call, checked before either is written", "[rotate]") {
    rope::config config;
    config.head_dim = 4;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 8);
    std::vector<float> packed(5 * (4 + 2 + 2) * 4, 1.0f); // 4 query heads, 2 key heads, 2 value heads
    const auto q = rope::view(packed.data(), {5, 4, 4}, {32, 4, 1});
    const auto k = rope::view(packed.data() + 16, {5, 2, 4}, {32, 4, 1});
    const std::vector<float> before = packed;
    CHECK_THROWS_AS(
        rope::rotate_query_key(q, rope::view(packed.data() + 16, {5, 2, 4}, {32, 4, 0}), table, "s h d"),
        rope::error);
    CHECK_THROWS_AS(rope::rotate_query_key(q, q, table, "s h d"), rope::error);
    CHECK(packed == before);
    rope::rotate_query_key(q, k, table, "s h d");
    for (std::size_t t = 0; t < 5; ++t) {
        for (std::size_t j = 0; j < 32; ++j) {
            const bool value = j >= 24;
            if (value || t == 0) {
                CHECK(packed[t * 32 + j] == 1.0f);
            } else {
                CHECK(packed[t * 32 + j] != 1.0f);
            }
            CHECK(packed[t * 32 + j] == packed[t * 32 + j % 4 + (value ? 24 : 0)]);
        }
    }
}
