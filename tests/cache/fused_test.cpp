// Fused norm and rotation against a naive double computation, in the forms of the families; parts, instruction sets, moved
// plans, refusals.
#include "support/catch.hpp"
#include "support/seed.hpp"

#include <rope/rotate/fused.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

namespace {

struct shape {
    std::int64_t tokens, heads, dim, rotary;
};

std::vector<float> numbers(std::size_t n, std::mt19937& random) {
    std::vector<float> x(n);
    for (float& v : x) {
        v = static_cast<float>(static_cast<double>(random()) / 2147483648.0 - 1);
    }
    return x;
}

rope::frequency_set frequencies(const shape& s, rope::pairing p, bool yarn = false) {
    rope::config config;
    config.head_dim = s.dim;
    config.rotary_dim = s.rotary;
    config.pairing = p;
    if (yarn) {
        config.scaling = rope::yarn_scaling{4};
        config.original_max_position = 64;
    }
    return rope::frequencies(config);
}

// In double: norm, rotation by the frequencies' angles, in the order that the norm says.
std::vector<double> naive(const std::vector<float>& x, const shape& s, const rope::frequency_set& f,
                          const rope::rms_norm& norm, const std::vector<float>& weight, std::int64_t past) {
    std::vector<double> y(x.begin(), x.end());
    const auto at = [&](std::int64_t t, std::int64_t h, std::int64_t j) -> double& {
        return y[static_cast<std::size_t>((t * s.heads + h) * s.dim + j)];
    };
    const auto normalise = [&] {
        for (std::int64_t t = 0; t < s.tokens; ++t) {
            double all = 0;
            std::vector<double> sums(static_cast<std::size_t>(s.heads));
            for (std::int64_t h = 0; h < s.heads; ++h) {
                for (std::int64_t j = 0; j < s.dim; ++j) {
                    sums[static_cast<std::size_t>(h)] += at(t, h, j) * at(t, h, j);
                }
                all += sums[static_cast<std::size_t>(h)];
            }
            for (std::int64_t h = 0; h < s.heads; ++h) {
                const double mean = norm.across_heads
                                        ? all / static_cast<double>(s.heads * s.dim)
                                        : sums[static_cast<std::size_t>(h)] / static_cast<double>(s.dim);
                const bool by_token = norm.weights_of == rope::rms_norm::own::token;
                const bool by_head =
                    by_token || norm.across_heads || norm.weights_of == rope::rms_norm::own::head;
                const std::int64_t first = ((by_token ? t * s.heads : 0) + (by_head ? h : 0)) * s.dim;
                for (std::int64_t j = 0; j < s.dim; ++j) {
                    const auto k = static_cast<std::size_t>(first + j);
                    const double w =
                        weight.empty() ? 1 : static_cast<double>(weight[k]) + (norm.one_plus ? 1 : 0);
                    at(t, h, j) *= w / std::sqrt(mean + norm.epsilon);
                }
            }
        }
    };
    if (norm.where == rope::rms_norm::place::before_rotation) {
        normalise();
    }
    const std::int64_t pairs = s.rotary / 2;
    for (std::int64_t t = 0; t < s.tokens; ++t) {
        for (std::int64_t h = 0; h < s.heads; ++h) {
            for (std::int64_t i = 0; i < pairs; ++i) {
                const bool split = f.pairing == rope::pairing::half_split;
                double& a = at(t, h, split ? i : 2 * i);
                double& b = at(t, h, split ? i + pairs : 2 * i + 1);
                const double angle = f.inv_freq[static_cast<std::size_t>(i)] * static_cast<double>(t + past);
                const double c = std::cos(angle) * f.attention_factor,
                             sn = std::sin(angle) * f.attention_factor;
                const double y0 = a * c - b * sn, y1 = a * sn + b * c;
                a = y0;
                b = y1;
            }
        }
    }
    if (norm.where == rope::rms_norm::place::after_rotation) {
        normalise();
    }
    return y;
}

template <class T>
double nmse(const std::vector<T>& found, const std::vector<double>& expected) {
    double off = 0, size = 0;
    for (std::size_t k = 0; k < found.size(); ++k) {
        const double d = static_cast<double>(rope::detail::widen(found[k])) - expected[k];
        off += d * d;
        size += expected[k] * expected[k];
    }
    return size > 0 ? off / size : off;
}

struct norm_case {
    const char* name;
    rope::rms_norm norm;
    std::vector<float> weight;
};

std::vector<norm_case> norms(const shape& s, std::mt19937& random) {
    std::vector<norm_case> all(8);
    all[0].name = "per head";
    all[0].weight = numbers(static_cast<std::size_t>(s.dim), random);
    all[0].norm = rope::per_head_norm(all[0].weight.data(), s.dim);
    all[1].name = "one plus";
    all[1].weight = numbers(static_cast<std::size_t>(s.dim), random);
    all[1].norm = rope::one_plus_norm(all[1].weight.data(), s.dim);
    all[2].name = "across heads";
    all[2].weight = numbers(static_cast<std::size_t>(s.dim * s.heads), random);
    all[2].norm = rope::across_heads_norm(all[2].weight.data(), s.dim * s.heads);
    all[3].name = "after the rotation";
    all[3].norm = rope::rotated_norm();
    all[4].name = "each head";
    all[4].weight = numbers(static_cast<std::size_t>(s.dim * s.heads), random);
    all[4].norm = rope::each_head_norm(all[4].weight.data(), s.dim * s.heads);
    const std::int64_t values = s.tokens * s.heads * s.dim;
    for (std::size_t k = 5; k < 8; ++k) {
        all[k].weight = numbers(static_cast<std::size_t>(values), random);
        all[k].norm = rope::each_token_norm(all[k].weight.data(), values);
    }
    all[5].name = "each token";
    all[6].name = "each token, across heads";
    all[6].norm.across_heads = true;
    all[7].name = "each token, after the rotation";
    all[7].norm.where = rope::rms_norm::place::after_rotation;
    return all;
}

} // namespace

TEST_CASE("fused norms are those of the families", "[fused]") {
    std::mt19937 random(test::seed());
    for (const shape s : {shape{5, 4, 128, 128}, shape{3, 1, 768, 768}, shape{2, 3, 64, 32},
                          shape{50, 2, 40, 40}, shape{2, 2, 8192, 8192}}) {
        for (const auto p : {rope::pairing::half_split, rope::pairing::interleaved}) {
            const auto f = frequencies(s, p);
            const auto table = rope::cos_sin_table<float>(f, 80);
            const auto n = static_cast<std::size_t>(s.tokens * s.heads * s.dim);
            const std::vector<float> x = numbers(n, random);
            for (const norm_case& c : norms(s, random)) {
                CAPTURE(c.name, s.dim, s.heads, static_cast<int>(p));
                const std::vector<double> expected = naive(x, s, f, c.norm, c.weight, 7);
                const auto in = rope::view(x.data(), {s.tokens, s.heads, s.dim});
                std::vector<float> y(n);
                std::vector<rope::half> narrow(n);
                const auto plan =
                    rope::plan_norm_rotation(table, in, rope::view(y.data(), {s.tokens, s.heads, s.dim}),
                                             "s h d", c.norm, rope::offset(7));
                rope::run(plan, x.data(), y.data());
                CHECK(nmse(y, expected) < 1e-12);
                rope::norm_rotate(in, rope::view(narrow.data(), {s.tokens, s.heads, s.dim}), table, "s h d",
                                  c.norm, rope::offset(7));
                for (std::size_t k = 0; k < n; ++k) {
                    REQUIRE(narrow[k].bits == rope::to_half(y[k]).bits); // one rounding
                }
                std::vector<float> parts(n), in_place = x, fly(n);
                for (const int part : {2, 0, 1, 3}) {
                    rope::run(plan, x.data(), parts.data(), part, 4);
                }
                CHECK(parts == y);
                rope::norm_rotate_in_place(rope::view(in_place.data(), {s.tokens, s.heads, s.dim}), table,
                                           "s h d", c.norm, rope::offset(7));
                CHECK(in_place == y);
                rope::norm_rotate(in, rope::view(fly.data(), {s.tokens, s.heads, s.dim}), f, "s h d", c.norm,
                                  rope::offset(7));
                CHECK(fly == y);
                const auto moved = rope::plan_norm_rotation(
                    table, in, rope::view(y.data(), {s.tokens, s.heads, s.dim}), "s h d", c.norm);
                rope::run(moved, x.data(), fly.data(), rope::offset(7));
                CHECK(fly == y);
                CHECK(rope::try_run(moved, x.data(), fly.data(), rope::offset(80)).code ==
                      rope::errc::positions);
            }
        }
    }
}

TEST_CASE("every instruction set normalises to the same bits", "[fused]") {
    std::mt19937 random(test::seed());
    const shape s = {4, 3, 96, 64};
    const auto table = rope::cos_sin_table<float>(frequencies(s, rope::pairing::half_split, true), 80);
    const auto n = static_cast<std::size_t>(s.tokens * s.heads * s.dim);
    const std::vector<float> x = numbers(n, random);
    for (const norm_case& c : norms(s, random)) {
        std::vector<float> first;
        for (const rope::isa which : rope::available_isas()) {
            CAPTURE(c.name, rope::isa_name(which));
            rope::force_isa(which);
            std::vector<float> y(n);
            const auto plan =
                rope::plan_norm_rotation(table, rope::view(x.data(), {s.tokens, s.heads, s.dim}),
                                         rope::view(y.data(), {s.tokens, s.heads, s.dim}), "s h d", c.norm);
            CHECK(plan.isa == which);
            rope::run(plan, x.data(), y.data());
            first = first.empty() ? y : first;
            CHECK(std::memcmp(first.data(), y.data(), n * sizeof(float)) == 0);
        }
        rope::force_isa(std::nullopt);
    }
}

TEST_CASE("norm and rotation by one kernel have the bits of rows through a buffer", "[fused]") {
    std::mt19937 random(test::seed());
    constexpr std::int64_t tokens = 3, heads = 11;
    const std::vector<float> x = numbers(tokens * heads * 160, random), weight = numbers(160, random);
    int kernels = 0;
    const auto check = [&](auto in, auto out, const rope::config& config, bool weighted,
                           rope::direction way) {
        using In = decltype(in);
        using Out = decltype(out);
        const std::int64_t dim = config.head_dim;
        const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 40);
        const auto n = static_cast<std::size_t>(tokens * heads * dim);
        std::vector<In> from(n);
        for (std::size_t k = 0; k < n; ++k) {
            from[k] = rope::detail::narrow<In>(x[k]);
        }
        rope::rotate_options options;
        options.direction = way;
        const rope::rms_norm norm = weighted ? rope::per_head_norm(weight.data(), dim) : rope::rms_norm{};
        std::vector<Out> first;
        for (const rope::isa which : rope::available_isas()) { // scalar, through the buffer, is the first
            rope::force_isa(which);
            std::vector<Out> y(n);
            const auto plan = rope::plan_norm_rotation(table, rope::view(from.data(), {tokens, heads, dim}),
                                                       rope::view(y.data(), {tokens, heads, dim}), "s h d",
                                                       norm, rope::offset(7), options);
            kernels += plan.work.fused != nullptr ? 1 : 0;
            CHECK((which != rope::isa::scalar || plan.work.fused == nullptr));
            for (const int part : {1, 0, 2}) {
                rope::run(plan, from.data(), y.data(), part, 3);
            }
            first = first.empty() ? y : first;
            CAPTURE(rope::isa_name(which), dim, config.rotary_dim, config.rotary_offset, weighted);
            CHECK(std::memcmp(first.data(), y.data(), n * sizeof(Out)) == 0);
        }
        rope::force_isa(std::nullopt);
    };
    struct slice {
        std::int64_t dim, rotary, offset;
    };
    for (const slice& s : {slice{128, 128, 0}, slice{128, 32, 0}, slice{160, 64, 96}, slice{96, 32, 32},
                           slice{80, 80, 0}, slice{64, 64, 0}}) {
        for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
            rope::config config;
            config.head_dim = s.dim;
            config.rotary_dim = s.rotary;
            config.rotary_offset = s.offset;
            config.pairing = p;
            using rope::direction;
            check(float{}, float{}, config, true, direction::forward);
            check(float{}, rope::half{}, config, false, direction::adjoint);
            check(rope::half{}, rope::bfloat16{}, config, true, direction::inverse);
            check(rope::bfloat16{}, rope::bfloat16{}, config, true, direction::forward);
            check(rope::half{}, rope::half{}, config, true, direction::forward);
            check(rope::bfloat16{}, float{}, config, false, direction::forward);
        }
    }
    CHECK((kernels > 0 || rope::available_isas().size() == 1));
}

TEST_CASE("a fused norm takes any strides, axes and sequences", "[fused]") {
    std::mt19937 random(test::seed());
    const shape s = {6, 3, 32, 32}; // two sequences of three tokens, [b][h][d][s]
    const auto f = frequencies(s, rope::pairing::half_split);
    const std::vector<float> x = numbers(576, random), weight = numbers(32, random);
    std::vector<float> strided(576), back(576), y(576), expected(576);
    const auto place = [](std::size_t b, std::size_t t, std::size_t h, std::size_t j) {
        return ((b * 3 + h) * 32 + j) * 3 + t;
    };
    for (std::size_t k = 0; k < 576; ++k) {
        strided[place(k / 288, k / 96 % 3, k / 32 % 3, k % 32)] = x[k];
    }
    const rope::rms_norm norm = rope::per_head_norm(weight.data(), 32);
    const std::vector<std::int64_t> starts = {4, 11};
    rope::norm_rotate(rope::view(x.data(), {2, 3, 3, 32}), rope::view(expected.data(), {2, 3, 3, 32}), f,
                      "b s h d", norm, rope::offsets(starts));
    rope::norm_rotate(rope::view(strided.data(), {2, 3, 32, 3}), rope::view(y.data(), {2, 3, 32, 3}), f,
                      "b h d s", norm, rope::offsets(starts));
    for (std::size_t k = 0; k < 576; ++k) {
        back[k] = y[place(k / 288, k / 96 % 3, k / 32 % 3, k % 32)];
    }
    CHECK(back == expected);
}

TEST_CASE("a fused norm refuses what does not fit and writes nothing", "[fused]") {
    const shape s = {2, 2, 32, 32};
    const auto f = frequencies(s, rope::pairing::half_split);
    std::vector<float> x(128, 1.0f), y(128, 2.0f), weight(32, 1.0f);
    const auto in = rope::view(x.data(), {2, 2, 32}), out = rope::view(y.data(), {2, 2, 32});
    const auto code = [&](const rope::rms_norm& norm, auto&& a, auto&& b, const char* axes = "s h d") {
        const rope::status why = rope::try_norm_rotate(a, b, f, axes, norm);
        CHECK(y == std::vector<float>(128, 2.0f));
        return why.code;
    };
    const rope::rms_norm good = rope::per_head_norm(weight.data(), 32);
    rope::rms_norm bad = good;
    bad.weights = 31;
    CHECK(code(bad, in, out) == rope::errc::shape);
    for (const std::int64_t wrong : {std::int64_t{32}, std::int64_t{63}, INT64_MAX, INT64_MIN}) {
        CHECK(code(rope::each_head_norm(weight.data(), wrong), in, out) == rope::errc::shape);
        CHECK(code(rope::each_token_norm(weight.data(), wrong), in, out) == rope::errc::shape);
    }
    CHECK(rope::try_norm_rotate(in, out, f, "s h d", rope::each_token_norm(weight.data(), 32)).message ==
          "the norm of the input has 32 weights; expected 128, one for each value of all tokens");
    bad = good;
    bad.epsilon = -1;
    CHECK(code(bad, in, out) == rope::errc::config);
    bad.epsilon = std::numeric_limits<double>::infinity();
    CHECK(code(bad, in, out) == rope::errc::config);
    bad = good;
    bad.weight = nullptr;
    CHECK(code(bad, in, out) == rope::errc::no_memory);
    CHECK(code(good, in, rope::view(y.data(), {1, 2, 32})) == rope::errc::shape);
    CHECK(code(good, in, rope::view(x.data() + 8, {2, 2, 24})) == rope::errc::shape);
    CHECK(code(good, in, rope::view(x.data() + 1, {2, 2, 32}, {16, 32, 1})) == rope::errc::overlap);
    CHECK(code(good, rope::view(static_cast<float*>(nullptr), {2, 2, 32}), out) == rope::errc::no_memory);
    CHECK(code(good, in, out, "s h") == rope::errc::shape);
    CHECK(code(good, rope::view(x.data(), {INT64_MAX, 2, 32}), rope::view(y.data(), {INT64_MAX, 2, 32})) ==
          rope::errc::shape);
    CHECK_THROWS_AS(rope::norm_rotate(in, rope::view(y.data(), {1, 2, 32}), f, "s h d", good), rope::error);
    const rope::norm_rotation_plan<float, float> none;
    rope::run(none, x.data(), y.data()); // does nothing
    CHECK(y == std::vector<float>(128, 2.0f));
}
