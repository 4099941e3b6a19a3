// The trainable layers: shapes, what they compute, and their gradients against differences.
#include "support/catch.hpp"

#include <rope/train.hpp>

#include <cmath>
#include <functional>
#include <numeric>

namespace {

using vec = std::vector<double>;

vec numbers(std::size_t count, double seed) {
    vec x(count);
    for (std::size_t k = 0; k < count; ++k) {
        x[k] = std::sin(seed + 1.7 * static_cast<double>(k));
    }
    return x;
}

// dL/d(each of x) by differences of two steps, extrapolated.
vec differences(vec& x, const std::function<double()>& loss) {
    vec all;
    for (double& v : x) {
        const double at = v, h = 1e-3;
        const auto value = [&](double to) {
            v = to;
            return loss();
        };
        const double coarse = (value(at + 2 * h) - value(at - 2 * h)) / (4 * h);
        const double fine = (value(at + h) - value(at - h)) / (2 * h);
        v = at;
        all.push_back(fine + (fine - coarse) / 3);
    }
    return all;
}

void check_close(const vec& found, const vec& expected) {
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

double dot(const vec& a, const vec& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

} // namespace

TEST_CASE("the Keras layer: shapes, starts, standard angles are the plain rotation", "[layer]") {
    CHECK_THROWS_AS(rope::layer({1, 4, "x"}), rope::error);
    CHECK_THROWS_AS(rope::layer({8, 0, "x"}), rope::error);
    rope::layer layer({8, 20, "turn"});
    vec x = numbers(2 * 5 * 8, 1), y(x.size()), z(x.size());
    const auto xv = rope::view(x.data(), {2, 5, 8}), yv = rope::view(y.data(), {2, 5, 8});
    CHECK_THROWS_AS(layer.call(xv, rope::offset(0), yv), rope::error); // not built
    CHECK_THROWS_AS(layer.build({2, 5, 7}), rope::error);
    layer.build({2, 5, 8}, rope::angle_start::standard);
    CHECK(layer.output_shape({2, 5, 8}) == std::vector<std::int64_t>{2, 5, 8});
    CHECK_THROWS_AS(layer.output_shape({5, 8}), rope::error);
    layer.call(xv, rope::offset(3), yv);
    rope::config c;
    c.head_dim = 8;
    rope::rotate(xv, rope::view(z.data(), {2, 5, 8}), rope::cos_sin_table<double>(rope::frequencies(c), 20),
                 "b s d", rope::offset(3));
    for (std::size_t k = 0; k < y.size(); ++k) {
        CHECK(y[k] == Approx(z[k]).margin(1e-14)); // angles are rounded to double, the table's are not
    }
    CHECK_THROWS_AS(layer.call(xv, rope::offset(16), yv), rope::error); // beyond max_seq_length

    // Glorot: within the limit, spread over it, the same for a seed
    rope::layer drawn({64, 100, "drawn"}), again({64, 100, "drawn"});
    drawn.build({1, 1, 64}, rope::angle_start::glorot_uniform, 5);
    again.build({1, 1, 64}, rope::angle_start::glorot_uniform, 5);
    CHECK(drawn.weights() == again.weights());
    again.build({1, 1, 64}, rope::angle_start::glorot_uniform, 6);
    CHECK(drawn.weights() != again.weights());
    REQUIRE(drawn.weights().size() == 100 * 32);
    const double limit = std::sqrt(6.0 / 132);
    double sum = 0, squares = 0;
    for (const double w : drawn.weights()) {
        CHECK(std::abs(w) <= limit);
        sum += w;
        squares += w * w;
    }
    CHECK(std::abs(sum / 3200) < 0.05 * limit);
    CHECK(squares / 3200 == Approx(limit * limit / 3).epsilon(0.05));
    CHECK_THROWS_AS(drawn.set_weights(vec(5)), rope::error);
}

TEST_CASE("the Keras layer: ids and one-hot matrices look rows up, mixtures mix angles", "[layer]") {
    rope::layer layer({6, 4, "turn"});
    layer.build({1, 1, 6}, rope::angle_start::glorot_uniform, 1);
    vec x = numbers(2 * 3 * 6, 2), by_id(x.size()), by_row(x.size()), mixed(x.size());
    const auto xv = rope::view(static_cast<const double*>(x.data()), {2, 3, 6});
    const std::vector<std::int64_t> ids = {0, 3, 3, 1, 2, 0};
    vec matrix(6 * 4);
    for (std::size_t t = 0; t < 6; ++t) {
        matrix[t * 4 + static_cast<std::size_t>(ids[t])] = 1;
    }
    const auto rows = rope::view(static_cast<const double*>(matrix.data()), {2, 3, 4});
    layer.call(xv, rope::ids(ids.data(), {2, 3}), rope::view(by_id.data(), {2, 3, 6}));
    layer.call(xv, rows, rope::view(by_row.data(), {2, 3, 6}));
    CHECK(by_id == by_row);
    matrix[0] = 0.25;
    matrix[2] = 0.75;
    layer.call(xv, rows, rope::view(mixed.data(), {2, 3, 6}));
    for (std::size_t i = 0; i < 3; ++i) {
        const double angle = 0.25 * layer.weights()[i] + 0.75 * layer.weights()[2 * 3 + i];
        CHECK(mixed[i] == Approx(x[i] * std::cos(angle) - x[i + 3] * std::sin(angle)).epsilon(1e-14));
        CHECK(mixed[i + 3] == Approx(x[i] * std::sin(angle) + x[i + 3] * std::cos(angle)).epsilon(1e-14));
    }
    CHECK_THROWS_AS(layer.call(xv, rope::view(static_cast<const double*>(matrix.data()), {8, 3}),
                               rope::view(mixed.data(), {2, 3, 6})),
                    rope::error);
}

TEST_CASE("the Keras layer: gradients of weights, position matrix and input", "[layer][gradient]") {
    rope::layer layer({7, 4, "odd"}); // three pairs and one element that stays
    layer.build({1, 1, 7}, rope::angle_start::glorot_uniform, 3);
    vec weights = layer.weights(), x = numbers(2 * 3 * 7, 2), y(x.size()), dx(x.size()),
        matrix = numbers(2 * 3 * 4, 5);
    const vec g = numbers(x.size(), 9);
    const auto shaped = [](vec& v) { return rope::view(v.data(), {2, 3, 7}); };
    const auto gv = rope::view(g.data(), {2, 3, 7});
    const auto rows = rope::view(static_cast<const double*>(matrix.data()), {2, 3, 4});
    const std::vector<std::int64_t> ids = {0, 3, 3, 1, 2, 0};
    const auto loss_of = [&](const auto& where) {
        return [&, where] {
            layer.set_weights(weights);
            layer.call(shaped(x), where, shaped(y));
            return dot(y, g);
        };
    };
    const auto by_id = rope::ids(ids.data(), {2, 3});
    loss_of(by_id)();
    auto found = layer.gradients(shaped(y), gv, by_id, shaped(dx));
    check_close(found.weights, differences(weights, loss_of(by_id)));
    check_close(dx, differences(x, loss_of(by_id)));
    CHECK(found.positions.empty());
    loss_of(rows)();
    found = layer.gradients(shaped(y), gv, rows, shaped(dx));
    check_close(found.weights, differences(weights, loss_of(rows)));
    check_close(found.positions, differences(matrix, loss_of(rows)));
    check_close(dx, differences(x, loss_of(rows)));
}

TEST_CASE("rotate_half is the published one", "[layer]") {
    const vec x = {1, 2, 3, 4, 5, 6, 7, 8};
    vec y(8);
    rope::rotate_half(rope::view(x.data(), {2, 4}), rope::view(y.data(), {2, 4}), "s d");
    CHECK(y == vec{-3, -4, 1, 2, -7, -8, 5, 6});
}

TEST_CASE("the named layer: any order of axes, positions broadcast by name", "[layer]") {
    const auto layer = rope::named_layer::from_config({"feature", 100, "tokens", 2, 4});
    CHECK(std::get<double>(layer.attributes().at("max_wavelength")) == 100);
    CHECK(std::get<std::string>(layer.attributes().at("embedding_axis")) == "feature");
    CHECK(layer.attributes().size() == 6);
    const rope::named_shape shape = {{"d", 2}, {"feature", 6}, {"s", 3}};
    CHECK(layer.output_structure(shape) == shape);
    CHECK_THROWS_AS(layer.input_structure({{"d", 2}}), rope::error);
    CHECK_THROWS_AS(layer.input_structure({{"feature", 3}}), rope::error); // smaller than the subset
    CHECK_THROWS_AS(rope::named_layer::from_config({"two words"}), rope::error);
    CHECK_THROWS_AS(rope::named_layer::from_config({"x", 100, "p", 1, 3}), rope::error);
    CHECK_THROWS_AS(rope::named_layer::from_config({"x", 100, "p", 0.5}), rope::error);

    vec x = numbers(2 * 6 * 3, 4), y(x.size()),
        back(x.size()); // [d][feature][s], names that are special elsewhere
    const auto xv = rope::view(x.data(), {2, 6, 3}), yv = rope::view(y.data(), {2, 6, 3});
    const std::vector<std::int32_t> ids = {7, -2, 40, 0, 1, 5}; // [s][d]
    layer.apply(xv, "d feature s", ids.data(), {3, 2}, "s d", yv);
    for (std::size_t b = 0; b < 2; ++b) {
        for (std::size_t s = 0; s < 3; ++s) {
            const auto at = [&](std::size_t j) { return (b * 6 + j) * 3 + s; };
            for (std::size_t i = 0; i < 2; ++i) {
                const double angle = ids[s * 2 + b] / 2.0 * std::pow(100.0, -static_cast<double>(i) / 2);
                CHECK(y[at(i)] ==
                      Approx(x[at(i)] * std::cos(angle) - x[at(i + 2)] * std::sin(angle)).margin(1e-14));
                CHECK(y[at(i + 2)] ==
                      Approx(x[at(i)] * std::sin(angle) + x[at(i + 2)] * std::cos(angle)).margin(1e-14));
            }
            CHECK(y[at(4)] == x[at(4)]);
            CHECK(y[at(5)] == x[at(5)]);
        }
    }
    layer.apply_adjoint(yv, "d feature s", ids.data(), {3, 2}, "s d", rope::view(back.data(), {2, 6, 3}));
    for (std::size_t k = 0; k < x.size(); ++k) {
        CHECK(back[k] == Approx(x[k]).margin(1e-14));
    }
    CHECK_THROWS_AS(layer.apply(xv, "d feature s", ids.data(), {6}, "feature", yv), rope::error);
    CHECK_THROWS_AS(layer.apply(xv, "d feature s", ids.data(), {3}, "t", yv), rope::error);
    CHECK_THROWS_AS(layer.apply(xv, "d other s", ids.data(), {3}, "s", yv), rope::error);
    CHECK_THROWS_AS(layer.apply(xv, "d feature s", ids.data(), {2}, "s", yv), rope::error);
}

TEST_CASE("learned frequencies: per pair, per head, two axes", "[layer][gradient]") {
    struct form {
        std::int64_t heads, axes;
        rope::frequency_start start;
    };
    for (const form f : {form{1, 1, rope::frequency_start::standard},
                         {2, 1, rope::frequency_start::standard},
                         {2, 2, rope::frequency_start::mixed},
                         {4, 3, rope::frequency_start::standard}}) {
        CAPTURE(f.heads, f.axes);
        rope::frequency_layer layer({6, 4, f.heads, f.axes, 10, rope::pairing::interleaved, "learned"});
        layer.build(f.start, 11);
        const std::vector<std::int64_t> extent = {4, 2, 3, 6}; // h b s d
        vec x = numbers(4 * 2 * 3 * 6, 4), y(x.size()), dx(x.size());
        vec weights = layer.weights(), places = numbers(static_cast<std::size_t>(f.axes) * 2 * 3, 7);
        const vec g = numbers(x.size(), 8);
        const rope::token_places where = {places.data(), {2, 3}, "b s"};
        const auto loss = [&] {
            layer.set_weights(weights);
            layer.call(rope::view(x.data(), extent), "h b s d", where, rope::view(y.data(), extent));
            return dot(y, g);
        };
        loss();
        // by the definition
        for (std::size_t h = 0; h < 4; ++h) {
            for (std::size_t t = 0; t < 6; ++t) {
                for (std::size_t i = 0; i < 2; ++i) {
                    const auto set = h * static_cast<std::size_t>(f.heads) / 4,
                               axes = static_cast<std::size_t>(f.axes);
                    double angle = 0;
                    for (std::size_t a = 0; a < axes; ++a) {
                        angle += weights[(set * 2 + i) * axes + a] * places[a * 6 + t];
                    }
                    const std::size_t at = (h * 6 + t) * 6 + 2 * i;
                    CHECK(y[at] ==
                          Approx(x[at] * std::cos(angle) - x[at + 1] * std::sin(angle)).margin(1e-14));
                }
            }
        }
        const auto found = layer.gradients(rope::view(y.data(), extent), rope::view(g.data(), extent),
                                           "h b s d", where, rope::view(dx.data(), extent));
        check_close(found.weights, differences(weights, loss));
        check_close(found.positions, differences(places, loss));
        check_close(dx, differences(x, loss));
    }
    rope::frequency_layer plain({8});
    plain.build();
    rope::config c;
    c.head_dim = 8;
    const auto inv_freq = rope::frequencies(c).inv_freq;
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(plain.weights()[i] == Approx(inv_freq[i]).epsilon(1e-15));
    }
    rope::frequency_layer three({8, 8, 3});
    three.build();
    vec x(2 * 4 * 8);
    const vec places = {0, 1};
    const auto xv = rope::view(x.data(), {2, 4, 8});
    CHECK_THROWS_AS(three.call(xv, "s h d", {places.data(), {2}, "s"}, xv), rope::error); // 4 heads, 3 sets
    CHECK_THROWS_AS(rope::frequency_layer({7, 7}), rope::error);
}
