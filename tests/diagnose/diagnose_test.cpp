// diagnose as a library: any strides, the differences as data, refusals before anything is read, extreme positions. The
// planted mistakes of every kind are in tests/command/check_diagnose.py, made by numpy.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/once.hpp"

#include <rope/diagnose.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {

rope::config small_config() {
    rope::config c;
    c.head_dim = 32;
    return c;
}

struct tensors {
    std::vector<float> before, after;
};

// [tokens][heads][dim], rotated as half_split by angle(token, pair) in doubles, here and not by the library.
template <class Angle>
tensors rotated(std::int64_t tokens, std::int64_t heads, std::int64_t dim, Angle angle) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    tensors t;
    t.before.resize(static_cast<std::size_t>(tokens * heads * dim));
    for (float& x : t.before) {
        x = normal(random);
    }
    t.after = t.before;
    for (std::int64_t k = 0; k < tokens * heads; ++k) {
        for (std::int64_t i = 0; i < dim / 2; ++i) {
            const double a = angle(k / heads, i), c = std::cos(a), s = std::sin(a);
            const auto p = static_cast<std::size_t>(k * dim + i), q = p + static_cast<std::size_t>(dim / 2);
            const double x0 = static_cast<double>(t.before[p]), x1 = static_cast<double>(t.before[q]);
            t.after[p] = static_cast<float>(x0 * c - x1 * s);
            t.after[q] = static_cast<float>(x0 * s + x1 * c);
        }
    }
    return t;
}

double plain(std::int64_t i, double base = 10000) {
    return std::pow(base, -2.0 * static_cast<double>(i) / 32);
}

} // namespace

TEST_CASE("diagnose says that a right rotation matches, and measures its frequencies", "[diagnose]") {
    tensors t =
        rotated(9, 2, 32, [](std::int64_t p, std::int64_t i) { return static_cast<double>(p) * plain(i); });
    const auto x = rope::view(t.before.data(), {9, 2, 32}), y = rope::view(t.after.data(), {9, 2, 32});
    const rope::diagnosis d = rope::diagnose(x, y, "s h d", small_config());
    CHECK(d.matches);
    CHECK(d.error_as_configured < 1e-6);
    REQUIRE(d.inverse_frequencies.size() == 16);
    for (std::size_t i = 0; i < 16; ++i) {
        REQUIRE(d.inverse_frequencies[i].has_value());
        CHECK(*d.inverse_frequencies[i] == Approx(plain(static_cast<std::int64_t>(i))).epsilon(1e-3));
    }
    // The same memory with heads outermost: strides are whatever they are.
    const auto turned = rope::view(t.before.data(), {2, 9, 32}, {32, 64, 1});
    const auto rotated_y = rope::view(t.after.data(), {2, 9, 32}, {32, 64, 1});
    CHECK(rope::diagnose(turned, rotated_y, "h s d", small_config()).matches);
    // One element that is off by more than rounding is not passed over.
    t.after[500] += 1e-3f;
    CHECK_FALSE(rope::diagnose(x, y, "s h d", small_config()).matches);
}

TEST_CASE("diagnose names what differs", "[diagnose]") {
    tensors t = rotated(12, 2, 32, [](std::int64_t p, std::int64_t i) {
        return static_cast<double>(p + 3) * plain(i, 31415);
    });
    const auto x = rope::view(t.before.data(), {12, 2, 32}), y = rope::view(t.after.data(), {12, 2, 32});
    const rope::diagnosis d = rope::diagnose(x, y, "s h d", small_config());
    REQUIRE(d.best.differences.size() == 2);
    CHECK(d.best.error < 1e-6);
    for (const rope::rotation_difference& each : d.best.differences) {
        const bool base = each.what == rope::aspect::base;
        CHECK((base || each.what == rope::aspect::position));
        CHECK(each.found.find(base ? "31415" : "shifted by 3") != std::string::npos);
        CHECK(each.expected.find(base ? "10000" : "0, 1, 2") != std::string::npos);
    }
}

TEST_CASE("diagnose checks every token, not only those that it searches", "[diagnose]") {
    tensors t = rotated(400, 1, 32, [](std::int64_t p, std::int64_t i) {
        return static_cast<double>(p == 201 ? 77 : p) * plain(i); // between two tokens that are searched
    });
    const auto x = rope::view(t.before.data(), {400, 1, 32}), y = rope::view(t.after.data(), {400, 1, 32});
    const rope::diagnosis d = rope::diagnose(x, y, "s h d", small_config());
    CHECK_FALSE(d.matches);
    CHECK(d.unexplained);
    CHECK(d.error_as_configured > 0.1);
}

TEST_CASE("diagnose refuses what a rotation would refuse, and says why", "[diagnose]") {
    std::vector<float> a(64, 1), b(64, 1);
    const rope::config c = small_config();
    const auto sentence = [&](const auto& x, const auto& y, const char* axes, const rope::config& config,
                              const rope::positions& where) {
        return rope::try_diagnose(x, y, axes, config, where).why.message;
    };
    const auto x = rope::view(a.data(), {2, 32}), y = rope::view(b.data(), {2, 32});
    CHECK(sentence(x, rope::view(b.data(), {1, 32}), "s d", c, {}).find("differ along \"s\"") !=
          std::string::npos);
    CHECK(sentence(x, y, "s h", c, {}).find("no embedding axis") != std::string::npos);
    CHECK(sentence(rope::view(a.data(), {4, 16}), rope::view(b.data(), {4, 16}), "s d", c, {})
              .find("expected head_dim = 32") != std::string::npos);
    CHECK(sentence(rope::view(a.data(), {0, 32}), rope::view(b.data(), {0, 32}), "s d", c, {})
              .find("no elements") != std::string::npos);
    CHECK(sentence(rope::view(static_cast<float*>(nullptr), {2, 32}), y, "s d", c, {}).find("null") !=
          std::string::npos);
    CHECK_FALSE(sentence(x, y, "s d", rope::config(), {}).empty());
    const std::int64_t least = (std::numeric_limits<std::int64_t>::min)();
    CHECK_FALSE(sentence(x, y, "s d", c, rope::at(least)).empty());
    const std::vector<double> infinite = {0, std::numeric_limits<double>::infinity()};
    CHECK_FALSE(sentence(x, y, "s d", c, rope::ids(infinite)).empty());
    b[40] = std::numeric_limits<float>::quiet_NaN();
    CHECK(sentence(x, y, "s d", c, {}).find("not finite") != std::string::npos);
}

TEST_CASE("diagnose takes positions far out", "[diagnose]") {
    std::vector<float> a(64, 1.0f), b(64, 1.0f);
    const auto x = rope::view(a.data(), {2, 32}), y = rope::view(b.data(), {2, 32});
    const std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    const rope::diagnosis d = rope::diagnose(x, y, "s d", small_config(), rope::at(most));
    CHECK_FALSE(d.matches); // nothing turned
}
