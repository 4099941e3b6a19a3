// Frequencies of ggml's arguments against its algorithm, written out: a running angle for each of four position axes, in double
// for the exact frequencies and in float for numerics::ggml. One call with them, for what ggml tests its own operation with:
// modes, views, directions, in place, slices.
#include "support/catch.hpp"
#include "support/once.hpp"

#include <rope/core.hpp>
#include <rope/entries/float_numerics.hpp>
#include <rope/model/ggml_rope.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
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

namespace {

// A tensor [batch][token][head][dim] within a larger one: the form is 0 for all of it, 1 for a corner of it, 2 for the second
// half of every row.
struct placed {
    std::int64_t batches = 2, tokens = 3, heads = 2, dim, form;
    std::int64_t row() const { return form == 0 ? dim : 2 * dim; }
    std::int64_t token() const { return row() * heads * (form == 1 ? 4 : 1); }
    std::int64_t batch() const { return token() * tokens * (form == 1 ? 3 : 1); }
    std::int64_t first() const { return form == 2 ? dim : 0; }
    template <class T>
    auto view(T* data) const {
        return rope::view(data + first(), {batches, tokens, heads, dim}, {batch(), token(), row(), 1});
    }
};

double number(float x) {
    return static_cast<double>(x);
}
double number(rope::half x) {
    return static_cast<double>(rope::to_float(x));
}

// One call against the formula, element by element. rows: cos and sin of each token, times the amplitude.
template <class T>
bool one_call_agrees(const rope::ggml_rope& a, const rope::frequency_set& f,
                     const std::vector<cached<double>>& rows, const rope::positions& where, std::int64_t form,
                     bool forward, bool in_place) {
    placed from;
    from.dim = a.head_dim;
    from.form = form;
    placed to = from;
    to.form = in_place ? form : 0;
    std::vector<T> x(static_cast<std::size_t>(from.batches * from.batch()));
    std::uint32_t seed = 12345;
    for (T& e : x) {
        seed = seed * 1664525u + 1013904223u;
        e = rope::detail::narrow<T>(static_cast<float>(seed >> 8) * 0x1p-23f - 1.0f);
    }
    const std::vector<T> before = x;
    std::vector<T> apart(static_cast<std::size_t>(to.batches * to.batch()));
    std::vector<T>& y = in_place ? x : apart;
    const auto in = from.view(static_cast<const T*>(x.data()));
    const auto out = to.view(y.data());
    if (in_place) {
        forward ? rope::rotate(out, f, "b s h d", where) : rope::adjoint(out, f, "b s h d", where);
    } else {
        forward ? rope::rotate(in, out, f, "b s h d", where) : rope::adjoint(in, out, f, "b s h d", where);
    }
    const auto pairs = static_cast<std::int64_t>(f.inv_freq.size());
    const bool beside = a.mode == rope::ggml_mode::normal;
    std::vector<T> passed = in_place ? before : y; // what is not rotated, and what is outside the view
    double off = 0, size = 0;
    const bool narrow = sizeof(T) == 2;
    bool rounded = true;
    for (std::int64_t r = 0; r < from.batches * from.tokens * from.heads; ++r) {
        const std::int64_t h = r % from.heads, t = r / from.heads % from.tokens,
                           b = r / (from.heads * from.tokens);
        const auto place = [&](const placed& p) {
            return static_cast<std::size_t>(p.first() + b * p.batch() + t * p.token() + h * p.row());
        };
        const T* const old = before.data() + place(from);
        T* const now = y.data() + place(to);
        T* const kept = passed.data() + place(to);
        std::memcpy(kept, old, static_cast<std::size_t>(a.head_dim) * sizeof(T));
        for (std::int64_t i = 0; i < pairs; ++i) {
            const std::int64_t j = a.n_offs + (beside ? 2 * i : i), k = j + (beside ? 1 : pairs);
            const cached<double>& row = rows[static_cast<std::size_t>(t)];
            const double c = row.cos[static_cast<std::size_t>(i)],
                         s = row.sin[static_cast<std::size_t>(i)] * (forward ? 1 : -1);
            const double expected[] = {number(old[j]) * c - number(old[k]) * s,
                                       number(old[j]) * s + number(old[k]) * c};
            for (const std::int64_t at : {j, k}) {
                const double e = expected[at == j ? 0 : 1], d = number(now[at]) - e;
                off += d * d;
                size += e * e;
                rounded = rounded && (!narrow || std::fabs(d) <= std::fabs(e) * 0x1.01p-11 + 0x1p-22);
                kept[at] = now[at];
            }
        }
    }
    return rounded && off <= size * (narrow ? 1e-7 : 1e-13) &&
           (in_place || std::memcmp(x.data(), before.data(), x.size() * sizeof(T)) == 0) &&
           std::memcmp(passed.data(), y.data(), y.size() * sizeof(T)) == 0;
}

} // namespace

TEST_CASE("one call does what ggml's operation is tested with", "[ggml]") {
    const struct {
        std::int64_t head_dim, n_dims, n_offs;
        rope::ggml_mode mode;
    } shapes[] = {{32, 32, 0, rope::ggml_mode::normal},  {80, 20, 0, rope::ggml_mode::normal},
                  {64, 64, 0, rope::ggml_mode::neox},    {80, 32, 0, rope::ggml_mode::neox},
                  {36, 36, 0, rope::ggml_mode::mrope},   {64, 20, 0, rope::ggml_mode::mrope},
                  {36, 36, 0, rope::ggml_mode::imrope},  {64, 20, 0, rope::ggml_mode::imrope},
                  {36, 18, 0, rope::ggml_mode::vision},  {64, 32, 0, rope::ggml_mode::vision},
                  {64, 16, 32, rope::ggml_mode::normal}, {64, 16, 48, rope::ggml_mode::neox},
                  {64, 24, 2, rope::ggml_mode::mrope},   {64, 24, 32, rope::ggml_mode::imrope}};
    const std::int32_t ids[4][3] = {{37, 511, 2}, {301, 4, 90}, {5, 250, 411}, {411, 63, 1}};
    int calls = 0, agree = 0;
    for (const auto& shape : shapes) {
        for (int k = 0; k < 16; ++k) {
            rope::ggml_rope a;
            a.head_dim = shape.head_dim;
            a.n_dims = shape.n_dims;
            a.n_offs = shape.n_offs;
            a.mode = shape.mode;
            a.freq_scale = (k & 1) != 0 ? 1.4245 : 1;
            a.ext_factor = (k & 2) != 0 ? 0.7465 : 0;
            a.attn_factor = (k & 4) != 0 ? 1.4245 : 1;
            a.beta_fast = 1;
            const bool vision = a.mode == rope::ggml_mode::vision;
            const bool many = a.mode != rope::ggml_mode::normal && a.mode != rope::ggml_mode::neox;
            for (int axis = 0; axis < (vision ? 2 : 3); ++axis) {
                a.sections[axis] = vision ? a.n_dims / 2 : a.n_dims / 3;
            }
            for (std::int64_t i = 0; (k & 8) != 0 && i < a.head_dim / 2; ++i) {
                a.freq_factors.push_back(0.9 + 0.0125 * static_cast<double>(i % 17));
            }
            std::vector<cached<double>> rows;
            for (int t = 0; t < 3; ++t) {
                rows.push_back(cache_of<double>(a, {ids[0][t], ids[1][t], ids[2][t], ids[3][t]}));
            }
            const rope::frequency_set f = rope::frequencies(a);
            const auto where = many ? rope::ids(ids[0], {4, 3}, "axis s") : rope::ids(ids[0], {3});
            for (int way = 0; way < 12; ++way) {
                const std::int64_t form = way / 4;
                const bool forward = way % 2 == 0, in_place = way / 2 % 2 == 0;
                CAPTURE(static_cast<int>(a.mode), a.head_dim, a.n_dims, a.n_offs, k, form, forward, in_place);
                const bool whole = one_call_agrees<float>(a, f, rows, where, form, forward, in_place);
                const bool half = one_call_agrees<rope::half>(a, f, rows, where, form, forward, in_place);
                calls += 2;
                agree += (whole ? 1 : 0) + (half ? 1 : 0);
                if (!whole || !half) {
                    CHECK(whole);
                    CHECK(half);
                }
            }
        }
    }
    CHECK(calls == 14 * 16 * 24);
    CHECK(agree == calls);
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
    CHECK(refusal([](auto& a) {
              a.n_dims = 32;
              a.n_offs = 34;
          }) == "n_offs is 34; expected an even number from 0 to 32");
    CHECK(refusal([](auto& a) {
              a.n_dims = 32;
              a.n_offs = 1;
          }) == "n_offs is 1; expected an even number from 0 to 32");
    CHECK(refusal([](auto& a) {
              a.mode = rope::ggml_mode::vision;
              a.n_dims = 32;
              a.n_offs = 2;
          }) == "n_offs is 2; expected 0 in mode vision");
    CHECK(refusal([](auto& a) { a.mode = rope::ggml_mode::mrope; }).find("sections are all 0") == 0);
    for (const std::int64_t wild : {most, -most - 1}) {
        refusal([&](auto& a) { a.head_dim = wild; });
        refusal([&](auto& a) { a.n_dims = wild; });
        refusal([&](auto& a) { a.n_offs = wild; });
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
