// Every derivative against differences of the rotation itself, in double: random pairings, slices, axis maps,
// layouts, directions and position forms.
#include "support/catch.hpp"
#include "support/naive.hpp"
#include "support/seed.hpp"

#include <rope/rotate/base_gradient.hpp>

#include <algorithm>
#include <complex>
#include <cstring>
#include <functional>
#include <numeric>
#include <random>

namespace {

// Two steps of central differences, extrapolated: an error of the order of step^4.
double difference(const std::function<double(double)>& f, double x, double step) {
    const double coarse = (f(x + 2 * step) - f(x - 2 * step)) / (4 * step);
    const double fine = (f(x + step) - f(x - step)) / (2 * step);
    return fine + (fine - coarse) / 3;
}

// Relative to the largest of the vector that it belongs to, for sums that cancel.
void check_close(const char* what, const std::vector<double>& found, const std::vector<double>& expected) {
    CAPTURE(what);
    REQUIRE(found.size() == expected.size());
    double largest = 1e-3;
    for (const double e : expected) {
        largest = (std::max)(largest, std::abs(e));
    }
    for (std::size_t k = 0; k < found.size(); ++k) {
        CAPTURE(k, found[k], expected[k]);
        CHECK(std::abs(found[k] - expected[k]) <= 1e-7 * (std::max)(std::abs(expected[k]), 0.01 * largest));
    }
}

struct problem {
    std::mt19937_64 random;
    int pick(int lo, int hi) { return std::uniform_int_distribution<int>(lo, hi)(random); }
    double real(double lo, double hi) { return std::uniform_real_distribution<double>(lo, hi)(random); }

    rope::config config;
    std::vector<double> inv_freq; // what the configuration says, perturbed one at a time
    double amplitude = 1;
    rope::rotate_options options;
    std::string axes;
    std::vector<std::int64_t> extent, stride_x, stride_y, stride_g;
    std::vector<double> x, g;
    std::size_t x_size = 0, y_size = 0, g_size = 0;

    std::vector<double> ids; // [axis or 1][batch][seq]
    std::int64_t position_axes = 1, batch = 0, seq = 0;
    bool by_batch = true;

    std::size_t layout(std::vector<std::int64_t>& stride) { // axes in memory in a random order, with gaps
        std::vector<std::size_t> order(extent.size());
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), random);
        stride.resize(extent.size());
        std::int64_t step = pick(1, 2);
        for (const std::size_t k : order) {
            stride[k] = step;
            step = step * extent[k] + pick(0, 3);
        }
        return static_cast<std::size_t>(step) + 1;
    }

    explicit problem(std::uint64_t seed) : random(seed) {
        const int pairs = pick(1, 6);
        config.rotary_dim = 2 * pairs;
        config.head_dim = config.rotary_dim + pick(0, 5);
        config.rotary_offset = pick(0, static_cast<int>(config.head_dim - config.rotary_dim));
        config.pairing = pick(0, 1) != 0 ? rope::pairing::half_split : rope::pairing::interleaved;
        config.base = 50;
        if (pick(0, 1) != 0) {
            position_axes = pick(2, 3);
            for (int i = 0; i < pairs; ++i) {
                config.axis_of_pair.push_back(pick(0, static_cast<int>(position_axes) - 1));
            }
            config.axis_of_pair.back() = position_axes - 1;
        }
        inv_freq = rope::frequencies(config).inv_freq;
        amplitude = real(0.5, 2);
        options.direction = static_cast<rope::direction>(pick(0, 2));
        if (pick(0, 1) != 0) {
            options.out_pairing = pick(0, 1) != 0 ? rope::pairing::half_split : rope::pairing::interleaved;
        }
        batch = pick(1, 3);
        seq = pick(1, 4);
        by_batch = pick(0, 1) != 0;
        std::vector<std::string> names = {"b", "s", "h", "d"};
        std::shuffle(names.begin(), names.end(), random);
        for (const std::string& name : names) {
            axes += name + " ";
            extent.push_back(name == "b"   ? batch
                             : name == "s" ? seq
                             : name == "h" ? pick(1, 3)
                                           : config.head_dim);
        }
        x_size = layout(stride_x);
        y_size = layout(stride_y);
        g_size = layout(stride_g);
        for (std::size_t k = 0; k < x_size; ++k) {
            x.push_back(real(-2, 2));
        }
        for (std::size_t k = 0; k < g_size; ++k) {
            g.push_back(real(-2, 2));
        }
        for (std::int64_t k = 0; k < position_axes * (by_batch ? batch : 1) * seq; ++k) {
            ids.push_back(pick(0, 2) == 0 ? pick(-20, 20) : real(-20, 20));
        }
    }

    rope::positions where() const {
        const std::int64_t b = by_batch ? batch : 1;
        return position_axes == 1 ? rope::ids(ids.data(), {b, seq})
                                  : rope::ids(ids.data(), {position_axes, b, seq}, "axis b s");
    }
    rope::table<double> table() const { // few rows: fractional positions are calculated
        rope::config c = config;
        c.scaling = rope::custom_scaling{inv_freq, amplitude};
        return rope::cos_sin_table<double>(rope::frequencies(c), rope::range{-40, 80});
    }
    std::vector<double> rotated(const rope::table<double>& t) const {
        std::vector<double> y(y_size);
        rope::rotate(rope::view(x.data(), extent, stride_x), rope::view(y.data(), extent, stride_y), t, axes,
                     where(), options);
        return y;
    }
    // L = sum of g y + y^2 / 2: dL/dy = g + y depends on the parameters too.
    double loss(const rope::table<double>& t) const {
        const std::vector<double> y = rotated(t);
        const auto yv = rope::view(y.data(), extent, stride_y);
        const auto gv = rope::view(g.data(), extent, stride_g);
        double sum = 0;
        test::for_each_index(extent, [&](const std::vector<std::int64_t>& index) {
            const double v = test::element(yv, index);
            sum += test::element(gv, index) * v + v * v / 2;
        });
        return sum;
    }
    // dL/dy in the layout of g, at the parameters as they are.
    std::vector<double> slope(const std::vector<double>& y) const {
        std::vector<double> s(g_size);
        const auto yv = rope::view(y.data(), extent, stride_y);
        const auto gv = rope::view(g.data(), extent, stride_g);
        const auto sv = rope::view(s.data(), extent, stride_g);
        test::for_each_index(extent, [&](const std::vector<std::int64_t>& index) {
            test::element(sv, index) = test::element(gv, index) + test::element(yv, index);
        });
        return s;
    }
    // Differences with respect to each entry of a member.
    std::vector<double> differences(std::vector<double> problem::*list, double step) {
        std::vector<double> all;
        for (std::size_t k = 0; k < (this->*list).size(); ++k) {
            const double at = (this->*list)[k];
            all.push_back(difference(
                [&](double v) {
                    (this->*list)[k] = v;
                    const double l = loss(table());
                    (this->*list)[k] = at;
                    return l;
                },
                at, step));
        }
        return all;
    }
};

} // namespace

TEST_CASE("input, positions, frequencies and amplitude against differences", "[gradient]") {
    const unsigned seed = test::seed();
    INFO("seed " << seed);
    for (unsigned round = 0; round < 12; ++round) {
        CAPTURE(round);
        problem p(seed + round);
        const auto table = p.table();
        const std::vector<double> y = p.rotated(table), s = p.slope(y);
        const auto sv = rope::view(s.data(), p.extent, p.stride_g);
        const auto found = rope::gradient(sv, rope::view(y.data(), p.extent, p.stride_y), table, p.axes,
                                          p.where(), p.options);
        CHECK(found.position_axes == p.position_axes);
        check_close("frequencies", found.inv_freq, p.differences(&problem::inv_freq, 1e-4));
        check_close("positions", found.positions, p.differences(&problem::ids, 1e-3));
        const double amplitude = p.amplitude;
        check_close("amplitude", {found.attention_factor},
                    {difference(
                        [&](double m) {
                            p.amplitude = m;
                            const double l = p.loss(p.table());
                            p.amplitude = amplitude;
                            return l;
                        },
                        amplitude, 1e-3)});
        // the input: rotated back by the transpose
        rope::rotate_options back = p.options;
        std::vector<double> dx(p.x_size);
        const auto dxv = rope::view(dx.data(), p.extent, p.stride_x);
        if (p.options.direction == rope::direction::forward && !p.options.out_pairing) {
            rope::adjoint(sv, dxv, table, p.axes, p.where(), back);
            std::vector<double> all(p.x_size);
            for (std::size_t k = 0; k < p.x_size; ++k) {
                const double at = p.x[k];
                all[k] = difference(
                    [&](double v) {
                        p.x[k] = v;
                        const double l = p.loss(table);
                        p.x[k] = at;
                        return l;
                    },
                    at, 1e-3);
            }
            check_close("input", dx, all);
        }
    }
}

TEST_CASE("the base, for recipes that read it in different ways", "[gradient]") {
    rope::config plain;
    plain.head_dim = 16;
    plain.base = 200;
    plain.max_position = 64;
    plain.original_max_position = 16;
    std::vector<rope::config> models;
    const auto add = [&](rope::scaling s, double base = 200) {
        models.push_back(plain);
        models.back().scaling = std::move(s);
        models.back().base = base;
    };
    add(rope::no_scaling{});
    add(rope::linear_scaling{4});
    add(rope::ntk_scaling{4});
    add(rope::dynamic_scaling{4});
    add(rope::llama3_scaling{4, 1, 4});
    rope::yarn_scaling yarn;
    yarn.factor = 4;
    yarn.truncate = false; // the ramp moves with the base
    yarn.beta_fast = 4;
    add(yarn);
    rope::grok_scaling grok;
    grok.factor = 4;
    grok.extra_method = rope::grok_method::theta_scale;
    add(grok);
    add(rope::log_spaced_scaling{2}, 3);
    add(rope::axial_scaling{{8, 8}});
    add(rope::no_rotation{});
    std::vector<double> x(6 * 16), g(x.size()), y(x.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = std::sin(static_cast<double>(7 * k + 1));
        g[k] = std::cos(static_cast<double>(5 * k + 2));
    }
    for (const rope::config& model : models) {
        INFO(std::visit([](const auto& s) { return s.name; }, model.scaling));
        const auto loss = [&](double base) {
            rope::config c = model;
            c.base = base;
            const auto table = rope::cos_sin_table<double>(rope::frequencies(c, 60), rope::range{0, 7});
            rope::rotate(rope::view(x.data(), {6, 16}), rope::view(y.data(), {6, 16}), table, "s d",
                         rope::offset(1));
            return std::inner_product(y.begin(), y.end(), g.begin(), 0.0);
        };
        const double expected = difference(loss, model.base, 1e-4 * model.base);
        loss(model.base);
        const auto table = rope::cos_sin_table<double>(rope::frequencies(model, 60), rope::range{0, 7});
        const auto found = rope::gradient(rope::view(g.data(), {6, 16}), rope::view(y.data(), {6, 16}), table,
                                          "s d", rope::offset(1));
        const double base = rope::base_gradient(found, model, 60);
        CAPTURE(base, expected);
        CHECK(std::abs(base - expected) <= 1e-7 * std::abs(expected) + 1e-12);
    }
    const auto slopes = rope::slopes_along_base(plain); // the formula itself
    const auto f = rope::frequencies(plain);
    for (std::size_t i = 0; i < 8; ++i) {
        CHECK(slopes.inv_freq[i] ==
              Approx(f.inv_freq[i] * (-2.0 * static_cast<double>(i) / 16) / plain.base).epsilon(1e-15));
    }
}

TEST_CASE("an angle table's rows are summed over the tokens that read them", "[gradient]") {
    rope::config c;
    c.head_dim = 6;
    const auto f = rope::frequencies(c);
    const std::int64_t T = 4, H = 2;
    const std::vector<std::int64_t> ids = {3, 1, 3, 0};
    std::vector<double> x(static_cast<std::size_t>(T * H * 6)), g(x.size()), y(x.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = std::sin(static_cast<double>(3 * k + 1));
        g[k] = std::cos(static_cast<double>(2 * k + 2));
    }
    std::vector<double> angle(5 * 3);
    for (std::size_t k = 0; k < angle.size(); ++k) {
        angle[k] = 0.3 * static_cast<double>(k * k % 11);
    }
    const auto table = [&] {
        rope::table<double> t;
        t.frequencies = f;
        t.rows = 5;
        for (const double a : angle) {
            t.cos.push_back(std::cos(a));
            t.sin.push_back(std::sin(a));
        }
        return t;
    };
    const auto loss = [&] {
        rope::rotate(rope::view(x.data(), {T, H, 6}), rope::view(y.data(), {T, H, 6}), table(), "s h d",
                     rope::ids(ids));
        return std::inner_product(y.begin(), y.end(), g.begin(), 0.0);
    };
    std::vector<double> expected;
    for (double& a : angle) {
        const double at = a;
        expected.push_back(difference(
            [&](double v) {
                a = v;
                return loss();
            },
            at, 1e-3));
        a = at;
    }
    loss();
    const auto kept = table();
    const auto gv = rope::view(g.data(), {T, H, 6}), yv = rope::view(y.data(), {T, H, 6});
    const auto plan = rope::plan_gradient(kept, gv, yv, "s h d", rope::ids(ids));
    auto found = rope::make_gradient(plan);
    rope::run(plan, g.data(), y.data(), found);
    check_close("rows", rope::row_gradient(plan, found), expected);
    CHECK(rope::row_gradient(plan, found)[2 * 3] == 0); // no token read row 2
    const std::vector<double> between = {0.5, 1, 2, 3};
    const auto no_rows = rope::plan_gradient(kept, gv, yv, "s h d", rope::ids(between));
    CHECK_THROWS_AS(rope::row_gradient(no_rows, found), rope::error);
    CHECK(rope::try_row_gradient(no_rows, found).why.code == rope::errc::positions);
    CHECK(rope::try_row_gradient(plan, found).value == rope::row_gradient(plan, found));
    auto cut = found;
    cut.angle.pop_back();
    CHECK(rope::try_row_gradient(plan, cut).why.code == rope::errc::shape);
    cut = found;
    cut.pairs = 1;
    CHECK(rope::try_row_gradient(plan, cut).why.code == rope::errc::shape);
}

TEST_CASE("a gradient, or the reason why there is none", "[gradient]") {
    rope::config c;
    c.head_dim = 8;
    const auto table = rope::cos_sin_table<double>(rope::frequencies(c), 4);
    const std::vector<double> g(3 * 8, 1.0), y(3 * 8, 0.5);
    const auto gv = rope::view(g.data(), {3, 8}), yv = rope::view(y.data(), {3, 8});
    const auto made = rope::try_gradient(gv, yv, table, "s d");
    REQUIRE(made.ok());
    CHECK(made.value.inv_freq == rope::gradient(gv, yv, table, "s d").inv_freq);
    CHECK(rope::try_gradient(gv, yv, table, "s d", rope::offset(2)).why.code == rope::errc::positions);
    CHECK(rope::try_gradient(gv, yv, table, "s").why.code == rope::errc::shape);

    CHECK(rope::try_base_gradient(made.value, c).value == rope::base_gradient(made.value, c));
    rope::config other = c;
    other.head_dim = 16;
    CHECK(rope::try_base_gradient(made.value, other).why.code == rope::errc::shape);
    other.head_dim = 7;
    CHECK(rope::try_base_gradient(made.value, other).why.code == rope::errc::config);
    CHECK(!rope::try_slopes_along_base(other).ok());
    CHECK(rope::try_slopes_along_base(c).value.inv_freq == rope::slopes_along_base(c).inv_freq);
}

TEMPLATE_TEST_CASE("the same bits from any parts, layout and storage", "[gradient]", float, rope::half,
                   rope::bfloat16) {
    rope::config c;
    c.head_dim = 14;
    c.rotary_dim = 10;
    c.rotary_offset = 2;
    c.scaling = rope::custom_scaling{{1, 0.5, 0.25, 0.125, 0.0625}, 1.5};
    const auto table = rope::cos_sin_table<float>(rope::frequencies(c), 32);
    const std::int64_t B = 2, S = 7, H = 3, D = 14;
    const auto count = static_cast<std::size_t>(B * S * H * D);
    std::vector<TestType> g(count), y(count), moved_g(count), moved_y(count);
    const auto at = [&](auto& list) { return rope::view(list.data(), {B, S, H, D}); };
    const auto moved = [&](auto& list) { // [d][b][h][s]
        return rope::view(list.data(), {B, S, H, D}, {H * S, std::int64_t{1}, S, B * H * S});
    };
    std::mt19937 random(7);
    std::uniform_real_distribution<float> uniform(-2, 2);
    for (std::size_t k = 0; k < count; ++k) {
        g[k] = rope::detail::narrow<TestType>(uniform(random));
        y[k] = rope::detail::narrow<TestType>(uniform(random));
    }
    test::for_each_index({B, S, H, D}, [&](const std::vector<std::int64_t>& index) {
        test::element(moved(moved_g), index) = test::element(at(g), index);
        test::element(moved(moved_y), index) = test::element(at(y), index);
    });
    const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
        return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
    };
    const auto whole = rope::gradient(at(g), at(y), table, "b s h d", rope::offset(3));
    REQUIRE(whole.tokens == S);
    const auto other = rope::gradient(moved(moved_g), moved(moved_y), table, "b s h d", rope::offset(3));
    CHECK(same(whole.angle, other.angle));
    CHECK(same(whole.log_amplitude, other.log_amplitude));
    CHECK(same(whole.inv_freq, other.inv_freq));
    CHECK(whole.attention_factor == other.attention_factor);
    for (const std::int64_t parts : {2, 3, 50}) {
        const auto plan = rope::plan_gradient(table, at(g), at(y), "b s h d", rope::offset(3));
        auto found = rope::make_gradient(plan);
        for (std::int64_t part = parts; part-- > 0;) {
            rope::run(plan, g.data(), y.data(), found, part, parts);
        }
        rope::finish(plan, found);
        CHECK(same(whole.angle, found.angle));
        CHECK(same(whole.positions, found.positions));
        CHECK(whole.attention_factor == found.attention_factor);
    }
    // and they are the sums that they are said to be
    double angle = 0;
    for (std::int64_t b = 0; b < B; ++b) {
        for (std::int64_t h = 0; h < H; ++h) {
            const auto row = static_cast<std::size_t>(((b * S + 4) * H + h) * D + 2);
            angle += static_cast<double>(rope::detail::widen(g[row + 6])) *
                         static_cast<double>(rope::detail::widen(y[row + 1])) -
                     static_cast<double>(rope::detail::widen(g[row + 1])) *
                         static_cast<double>(rope::detail::widen(y[row + 6]));
        }
    }
    CHECK(whole.angle[4 * 5 + 1] == Approx(angle).epsilon(1e-15));
}

TEST_CASE("complex pairs, broadcast gradients, listed tables", "[gradient]") {
    rope::config c;
    c.head_dim = 8;
    c.pairing = rope::pairing::interleaved;
    const auto f = rope::frequencies(c);
    const auto table = rope::cos_sin_table<double>(f, 16);
    std::vector<double> y(5 * 8), one(8);
    for (std::size_t k = 0; k < y.size(); ++k) {
        y[k] = std::sin(static_cast<double>(k));
        one[k % 8] = std::cos(static_cast<double>(k % 8));
    }
    std::vector<double> repeated;
    for (int t = 0; t < 5; ++t) {
        repeated.insert(repeated.end(), one.begin(), one.end());
    }
    const auto plain = rope::gradient(rope::view(repeated.data(), {5, 8}), rope::view(y.data(), {5, 8}),
                                      table, "s d", rope::offset(2));
    const auto broadcast = rope::gradient(rope::view(one.data(), {5, 8}, {0, 1}),
                                          rope::view(y.data(), {5, 8}), table, "s d", rope::offset(2));
    CHECK(broadcast.angle == plain.angle);
    const auto complex =
        rope::gradient(rope::view(reinterpret_cast<std::complex<double>*>(repeated.data()), {5, 4}),
                       rope::view(reinterpret_cast<const std::complex<double>*>(y.data()), {5, 4}), table,
                       "s d", rope::offset(2));
    CHECK(complex.angle == plain.angle);

    const std::vector<double> places = {2, 3, 4, 5, 6};
    const auto listed = rope::cos_sin_table<double>(f, places.data(), 5);
    const auto by_row =
        rope::gradient(rope::view(repeated.data(), {5, 8}), rope::view(y.data(), {5, 8}), listed, "s d");
    CHECK(by_row.inv_freq == plain.inv_freq);
    CHECK(by_row.positions == plain.positions);

    // starts: each sums over its sequence; ids stored the other way round: still in their own C order
    const std::vector<std::int64_t> starts = {1, 4};
    const auto pair_of =
        rope::gradient(rope::view(repeated.data(), {2, 2, 8}), rope::view(y.data(), {2, 2, 8}), table,
                       "b s d", rope::offsets(starts));
    const std::vector<std::int32_t> turned = {1, 4, 2, 5};
    const auto by_token =
        rope::gradient(rope::view(repeated.data(), {2, 2, 8}), rope::view(y.data(), {2, 2, 8}), table,
                       "b s d", rope::ids(turned.data(), {2, 2}, {1, 2}));
    REQUIRE(pair_of.positions.size() == 2);
    REQUIRE(by_token.positions.size() == 4);
    CHECK(pair_of.positions[1] == Approx(by_token.positions[2] + by_token.positions[3]));
    CHECK(pair_of.angle == by_token.angle);

    CHECK_THROWS_AS(
        rope::gradient(rope::view(one.data(), {1, 8}), rope::view(y.data(), {5, 8}), table, "s d"),
        rope::error);
    CHECK_THROWS_AS(rope::gradient(rope::view(repeated.data(), {5, 8}), rope::view(y.data(), {5, 8}), table,
                                   "s d", rope::offset(12)),
                    rope::error);
}
