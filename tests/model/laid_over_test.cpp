// What is laid over a recipe: an amplitude, a stretch, a torus.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/model/laid_over.hpp>
#include <rope/model/vision.hpp>

#include <cmath>
#include <limits>
#include <vector>

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
