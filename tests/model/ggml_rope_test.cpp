// Frequencies of ggml's arguments against its algorithm, written out: a running angle for each of four position axes, in double
// for the exact frequencies and in float for numerics::ggml. And what is laid over a recipe.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/entries/float_numerics.hpp>
#include <rope/model/ggml_rope.hpp>
#include <rope/model/laid_over.hpp>
#include <rope/model/vision.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace {

template <class Real>
struct cached {
    std::vector<Real> cos, sin, angle;
};

// ggml_rope_cache_init and ggml_mrope_cache_init for one token.
template <class Real>
cached<Real> cache_of(const rope::ggml_rope& a, const std::int64_t (&position)[4]) {
    const bool vision = a.mode == rope::ggml_mode::vision;
    const bool many = vision || a.mode == rope::ggml_mode::mrope || a.mode == rope::ggml_mode::imrope;
    const std::int64_t pairs = vision ? a.head_dim / 2 : a.n_dims / 2;
    const Real scale =
        std::pow(static_cast<Real>(a.freq_base), static_cast<Real>(-2.0) / static_cast<Real>(a.n_dims));
    const double pi = 3.14159265358979323846;
    const auto dim = [&](double beta) {
        return static_cast<double>(a.n_dims) * std::log(static_cast<double>(a.n_ctx_orig) / (beta * 2 * pi)) /
               (2 * std::log(a.freq_base));
    };
    const double low = std::max(0.0, std::floor(dim(a.beta_fast)));
    const double high = std::min(static_cast<double>(a.n_dims - 1), std::ceil(dim(a.beta_slow)));
    Real theta[4];
    for (int k = 0; k < 4; ++k) {
        theta[k] = static_cast<Real>(position[k]);
    }
    cached<Real> out;
    const std::int64_t* s = a.sections;
    for (std::int64_t i = 0; i < pairs; ++i) {
        int axis = 0;
        if (many) {
            const std::int64_t sector = i % (s[0] + s[1] + s[2] + s[3]);
            if (vision) {
                if (sector == 0) {
                    theta[0] = static_cast<Real>(position[0]);
                } else if (sector == s[0]) {
                    theta[1] = static_cast<Real>(position[1]);
                } else if (sector == s[0] + s[1]) {
                    theta[2] = static_cast<Real>(position[2]);
                } else if (sector == s[0] + s[1] + s[2]) {
                    theta[3] = static_cast<Real>(position[3]);
                }
            }
            if (a.mode == rope::ggml_mode::imrope) {
                axis = sector % 3 == 1 && sector < 3 * s[1]   ? 1
                       : sector % 3 == 2 && sector < 3 * s[2] ? 2
                       : sector % 3 == 0 && sector < 3 * s[0] ? 0
                                                              : 3;
            } else {
                axis = sector >= s[0] && sector < s[0] + s[1]                 ? 1
                       : sector >= s[0] + s[1] && sector < s[0] + s[1] + s[2] ? 2
                       : sector >= s[0] + s[1] + s[2]                         ? 3
                                                                              : 0;
            }
        }
        const Real factor =
            a.freq_factors.empty() ? Real(1) : static_cast<Real>(a.freq_factors[static_cast<std::size_t>(i)]);
        const Real extrapolated = theta[axis] / factor,
                   interpolated = static_cast<Real>(a.freq_scale) * extrapolated;
        Real angle = interpolated, amplitude = static_cast<Real>(a.attn_factor);
        if (a.ext_factor != 0) {
            const double y = (static_cast<double>(i) - low) / std::max(0.001, high - low);
            const Real mix = static_cast<Real>((1 - std::min(1.0, std::max(0.0, y))) * a.ext_factor);
            angle = interpolated * (1 - mix) + extrapolated * mix;
            amplitude *= Real(1) + Real(0.1) * std::log(Real(1) / static_cast<Real>(a.freq_scale));
        }
        out.angle.push_back(angle);
        out.cos.push_back(std::cos(angle) * amplitude);
        out.sin.push_back(std::sin(angle) * amplitude);
        for (Real& t : theta) {
            t *= scale;
        }
    }
    return out;
}

void check_case(const rope::ggml_rope& a) {
    CAPTURE(static_cast<int>(a.mode), a.head_dim, a.n_dims, a.freq_scale, a.ext_factor, a.attn_factor,
            a.n_ctx_orig, a.freq_factors.size());
    const rope::frequency_set f = rope::frequencies(a);
    const std::int64_t position[4] = {37, 301, 5, 411};
    const cached<double> expected = cache_of<double>(a, position);
    const cached<float> in_float = cache_of<float>(a, position);
    REQUIRE(f.inv_freq.size() == expected.cos.size());
    const auto list = rope::cos_sin_table<double>(f, position, 1, f.axes);
    const auto narrow = rope::cos_sin_table<float>(f, position, 1, f.axes, rope::numerics::ggml);
    double off = 0, of_float = 0;
    for (std::size_t i = 0; i < expected.cos.size(); ++i) {
        off = std::max(
            {off, std::fabs(list.cos[i] - expected.cos[i]), std::fabs(list.sin[i] - expected.sin[i])});
        of_float = std::max(
            {of_float, std::fabs(static_cast<double>(narrow.cos[i]) - static_cast<double>(in_float.cos[i])),
             std::fabs(static_cast<double>(narrow.sin[i]) - static_cast<double>(in_float.sin[i]))});
    }
    CHECK(off < 2e-12);
    // A factor between the extrapolated and the interpolated angle is one product here and a sum in ggml: some ulps of the angle.
    CHECK(of_float < (a.ext_factor != 0 || !a.freq_factors.empty() || a.freq_scale != 1 ? 2e-4 : 2e-6));
}

} // namespace

TEST_CASE("ggml's arguments, the loops of its tests", "[ggml]") {
    int cases = 0;
    const float scales[] = {1.0f, 1.4245f}, mixes[] = {0.0f, 0.7465f};
    const struct {
        std::int64_t head_dim, n_dims;
        rope::ggml_mode mode;
    } shapes[] = {{128, 128, rope::ggml_mode::normal}, {128, 64, rope::ggml_mode::normal},
                  {64, 64, rope::ggml_mode::neox},     {80, 20, rope::ggml_mode::neox},
                  {80, 32, rope::ggml_mode::neox},     {256, 64, rope::ggml_mode::neox},
                  {128, 128, rope::ggml_mode::mrope},  {128, 20, rope::ggml_mode::mrope},
                  {128, 64, rope::ggml_mode::mrope},   {128, 128, rope::ggml_mode::imrope},
                  {128, 64, rope::ggml_mode::imrope},  {80, 40, rope::ggml_mode::vision},
                  {16, 8, rope::ggml_mode::vision},    {128, 64, rope::ggml_mode::vision}};
    for (const auto& shape : shapes) {
        for (const float freq_scale : scales) {
            for (const float ext_factor : mixes) {
                for (const float attn_factor : scales) {
                    for (const bool with_factors : {false, true}) {
                        for (const std::int64_t n_ctx_orig : {0, 512, 32768}) {
                            rope::ggml_rope a;
                            a.head_dim = shape.head_dim;
                            a.n_dims = shape.n_dims;
                            a.mode = shape.mode;
                            a.n_ctx_orig = n_ctx_orig;
                            a.freq_scale = static_cast<double>(freq_scale);
                            a.ext_factor = static_cast<double>(ext_factor);
                            a.attn_factor = static_cast<double>(attn_factor);
                            a.beta_fast = n_ctx_orig == 0 ? 1 : 32;
                            const bool vision = a.mode == rope::ggml_mode::vision;
                            for (int k = 0; k < (vision ? 4 : 3); ++k) { // not the number of pairs
                                a.sections[k] = vision ? a.n_dims / 4 : a.n_dims / 3;
                            }
                            for (std::int64_t i = 0; with_factors && i < a.head_dim / 2; ++i) {
                                a.freq_factors.push_back(0.75 + 0.03125 * static_cast<double>(i % 20));
                            }
                            check_case(a);
                            ++cases;
                        }
                    }
                }
            }
        }
    }
    CHECK(cases == 14 * 48);
}

TEST_CASE("ggml's arguments that cannot be", "[ggml]") {
    rope::ggml_rope good;
    good.head_dim = good.n_dims = 64;
    const auto refusal = [&](auto&& change) {
        rope::ggml_rope a = good;
        change(a);
        const auto made = rope::try_frequencies(a);
        CHECK_FALSE(made.ok());
        CHECK(made.value.step.empty());
        return made.why.message;
    };
    CHECK(rope::try_frequencies(good).ok());
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    CHECK(refusal([](auto& a) { a.n_dims = 66; }) == "n_dims is 66; expected an even number up to 64");
    CHECK(refusal([](auto& a) { a.mode = static_cast<rope::ggml_mode>(7); }) ==
          "mode is 7; expected 0, 2, 8, 24 or 40");
    CHECK(refusal([](auto& a) { a.mode = rope::ggml_mode::vision; }) ==
          "n_dims is 64; expected head_dim / 2 = 32");
    CHECK(refusal([](auto& a) { a.mode = rope::ggml_mode::mrope; }).find("sections are all 0") == 0);
    for (const std::int64_t wild : {most, -most - 1}) {
        refusal([&](auto& a) { a.head_dim = wild; });
        refusal([&](auto& a) { a.n_dims = wild; });
        refusal([&](auto& a) {
            a.mode = rope::ggml_mode::mrope;
            a.sections[1] = wild;
        });
    }
    for (const double wild :
         {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        refusal([&](auto& a) { a.freq_base = wild; });
        refusal([&](auto& a) { a.freq_scale = wild; });
        refusal([&](auto& a) { a.attn_factor = wild; });
        refusal([&](auto& a) { a.freq_factors = std::vector<double>(32, wild == -1.0 ? 0.0 : wild); });
        refusal([&](auto& a) {
            a.ext_factor = 1;
            a.n_ctx_orig = 512;
            a.beta_slow = wild;
        });
    }
    refusal([](auto& a) { a.freq_factors = {1, 2}; });
}

TEST_CASE("an amplitude, a stretch and a torus over any recipe", "[laid_over]") {
    rope::config c;
    c.head_dim = 64;
    c.base = 500000;
    c.original_max_position = 8192;
    c.scaling = rope::llama3_scaling{8, 1, 4};
    const auto plain = rope::frequencies(c);
    const auto loud = rope::with_amplitude(plain, 0.5);
    CHECK(loud.attention_factor == plain.attention_factor / 2);
    CHECK(rope::cos_sin_table<float>(loud, 3).cos[0] == 0.5f);
    for (const double factor :
         {4.0, 0.25}) { // a power of two: position p of one is position p factor of the other, bit by bit
        const auto other = rope::stretched(plain, factor);
        const auto a = rope::cos_sin_table<float>(other, {static_cast<std::int64_t>(factor * 100), 1});
        const auto b = rope::cos_sin_table<float>(plain, {100, 1});
        const auto d = rope::cos_sin_table<float>(other, {100, 1});
        const std::vector<double> at = {100 / factor};
        if (factor > 1) {
            CHECK(a.cos == b.cos);
        }
        CHECK(d.sin == rope::cos_sin_table<float>(plain, at).sin);
    }
    // FLUX on a torus of 24 rows and 40 columns: exponents restart with each axis, and so do the rounded frequencies
    const auto flux = rope::frequencies(rope::axial_config({16, 56, 56}, 10000, rope::pairing::interleaved));
    const auto torus = rope::on_torus(flux, {0, 24, 40});
    const std::int64_t here[] = {3, 5, 7}, there[] = {3, 5 + 24, 7 + 2 * 40};
    const auto one = rope::cos_sin_table<float>(torus, here, 1, 3),
               same = rope::cos_sin_table<float>(torus, there, 1, 3);
    for (std::size_t i = 0; i < one.cos.size(); ++i) {
        CHECK(std::fabs(one.cos[i] - same.cos[i]) < 1e-7f);
        CHECK(std::fabs(one.sin[i] - same.sin[i]) < 1e-7f);
        if (i < 8) {
            CHECK(torus.inv_freq[i] == flux.inv_freq[i]); // no torus
        } else {
            const double n = i < 36 ? 24 : 40, turn = 2 * 3.14159265358979323846;
            CHECK(std::fabs(torus.inv_freq[i] - turn * std::floor(flux.inv_freq[i] * n / turn + 0.5) / n) <
                  1e-12);
        }
    }
    CHECK_FALSE(rope::try_on_torus(flux, {24, 40}).ok());
    CHECK_FALSE(rope::try_on_torus(flux, {-1}).ok());
    for (const double wild : {0.0, -2.0, std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN(), 1e-300}) {
        CHECK_FALSE(rope::try_stretched(plain, wild).ok());
        CHECK((wild == 1e-300 || !rope::try_with_amplitude(plain, wild).ok()));
    }
    CHECK_FALSE(rope::try_with_amplitude(plain, 1e300).ok());
}
