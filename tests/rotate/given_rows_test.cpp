// Rows that somebody hands in: every form and stride of them gives the bits of the definition, in one call, and what cannot be
// is refused.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/exchange/rows_in_format.hpp>
#include <rope/rotate/fused.hpp>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr std::int64_t tokens = 19, heads = 3, dim = 24, pairs = dim / 2;

// Values that are no cos and sin of any angle: entries are taken as they are.
std::vector<float> values(std::size_t n, unsigned seed) {
    std::vector<float> v(n);
    for (auto& x : v) {
        seed = seed * 1664525u + 1013904223u;
        x = static_cast<float>(static_cast<std::int32_t>(seed >> 8) - (1 << 23)) * 0x1p-23f;
    }
    return v;
}

struct given {
    std::vector<float> cos = values(tokens * pairs, 1), sin = values(tokens * pairs, 2);

    float c(std::int64_t row, std::int64_t i) const { return cos[static_cast<std::size_t>(row * pairs + i)]; }
    float s(std::int64_t row, std::int64_t i) const { return sin[static_cast<std::size_t>(row * pairs + i)]; }
};

// [token][head][dim], the row of token t being row_of[t].
std::vector<float> rotated(const std::vector<float>& x, const given& g, rope::pairing p,
                           const std::vector<std::int64_t>& row_of, bool conjugate = false) {
    std::vector<float> y = x;
    for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t h = 0; h < heads; ++h) {
            for (std::int64_t i = 0; i < pairs; ++i) {
                const std::int64_t head = (t * heads + h) * dim;
                const auto a = static_cast<std::size_t>(head + (p == rope::pairing::half_split ? i : 2 * i));
                const auto b = p == rope::pairing::half_split ? a + pairs : a + 1;
                const std::int64_t row = row_of[static_cast<std::size_t>(t)];
                const float c = g.c(row, i), s = conjugate ? -g.s(row, i) : g.s(row, i);
                const volatile float first = x[b] * s, second = x[b] * c;
                y[a] = std::fma(x[a], c, -first);
                y[b] = std::fma(x[a], s, second);
            }
        }
    }
    return y;
}

std::vector<std::int64_t> in_order() {
    std::vector<std::int64_t> order;
    for (std::int64_t t = 0; t < tokens; ++t) {
        order.push_back(t);
    }
    return order;
}

bool same(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// One array, or two, in a form: written by what its comment says.
struct packed {
    std::vector<float> first, second = {};
};
packed pack(const given& g, rope::table_format form) {
    packed p;
    for (std::int64_t r = 0; r < tokens; ++r) {
        const auto each = [&](auto&& f) {
            for (std::int64_t i = 0; i < pairs; ++i) {
                f(g.c(r, i), g.s(r, i));
            }
        };
        const auto put = [](std::vector<float>& to, bool sine) {
            return [&to, sine](float c, float s) { to.push_back(sine ? s : c); };
        };
        switch (form) {
        case rope::table_format::halves:
            each(put(p.first, false));
            each(put(p.second, true));
            break;
        case rope::table_format::duplicated:
            for (int k = 0; k < 2; ++k) {
                each(put(p.first, false));
                each(put(p.second, true));
            }
            break;
        case rope::table_format::interleaved_duplicates:
            each([&](float c, float s) {
                p.first.insert(p.first.end(), {c, c});
                p.second.insert(p.second.end(), {s, s});
            });
            break;
        case rope::table_format::cos_then_sin:
            each(put(p.first, false));
            each(put(p.first, true));
            break;
        case rope::table_format::sin_then_cos:
            each(put(p.first, true));
            each(put(p.first, false));
            break;
        case rope::table_format::duplicated_cos_then_sin:
            for (int k = 0; k < 4; ++k) {
                each(put(p.first, k > 1));
            }
            break;
        case rope::table_format::complex_pairs:
            each([&](float c, float s) { p.first.insert(p.first.end(), {c, s}); });
            break;
        case rope::table_format::matrices:
            each([&](float c, float s) { p.first.insert(p.first.end(), {c, -s, s, c}); });
            break;
        case rope::table_format::transposed:
            break;
        }
    }
    for (std::int64_t i = 0; form == rope::table_format::transposed && i < pairs; ++i) {
        for (std::int64_t r = 0; r < tokens; ++r) {
            p.first.push_back(g.c(r, i));
            p.second.push_back(g.s(r, i));
        }
    }
    return p;
}

auto view_of(std::vector<float>& x) {
    return rope::view(x.data(), {tokens, heads, dim});
}

// Rotates by ids, by an offset, in parts, and by each token alone, and compares.
template <class Rows>
void check_rows(const Rows& rows, const given& g, rope::pairing p) {
    const std::vector<float> x = values(tokens * heads * dim, 3);
    const std::vector<float> expected = rotated(x, g, p, in_order());
    std::vector<float> y = x;
    rope::rotate(view_of(y), rows, "s h d");
    CHECK(same(y, expected));

    std::vector<std::int64_t> ids = in_order();
    for (auto& id : ids) {
        id = id * 7 % tokens;
    }
    y = x;
    const auto listed = rope::plan(rows, view_of(y), "s h d", rope::ids(ids), {});
    for (int part = 5; part-- > 0;) {
        rope::run(listed, y.data(), part, 5);
    }
    CHECK(same(y, rotated(x, g, p, ids)));

    y = x;
    const auto decoder = rope::plan(rows, rope::view(y.data(), {1, heads, dim}), "s h d");
    for (std::int64_t t = 0; t < tokens; t += 2) {
        rope::rotate(rope::view(y.data() + t * heads * dim, {heads, dim}), rows, "h d", rope::at(t));
        if (t + 1 < tokens) {
            rope::run(decoder, y.data() + (t + 1) * heads * dim, rope::offset(t + 1));
        }
    }
    CHECK(same(y, expected));

    y = x;
    rope::adjoint(view_of(y), rows, "s h d");
    CHECK(same(y, rotated(x, g, p, in_order(), true)));

    std::vector<float> z(x.size());
    y = x;
    rope::rotate(view_of(y), view_of(z), rows, "s h d");
    CHECK(same(z, expected));
    CHECK(same(y, x));
}

template <class Rows>
rope::status refusal(const Rows& rows, const rope::positions& where = {},
                     const rope::rotate_options& options = {}) {
    std::vector<float> x = values(tokens * heads * dim, 3);
    const std::vector<float> before = x;
    rope::status s = rope::try_rotate(view_of(x), rows, "s h d", where, options);
    CHECK_FALSE(s.ok());
    CHECK(same(x, before));
    return s;
}

} // namespace

TEST_CASE("given rows: every form of the field", "[rows]") {
    const given g;
    for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
        for (int form = 0; form <= static_cast<int>(rope::table_format::transposed); ++form) {
            CAPTURE(form, static_cast<int>(p));
            const packed rows = pack(g, static_cast<rope::table_format>(form));
            const float* const second = rows.second.empty() ? nullptr : rows.second.data();
            check_rows(rope::rows({static_cast<rope::table_format>(form)}, rows.first.data(), second, tokens,
                                  pairs, p),
                       g, p);
        }
    }
    // a layout with padding
    std::vector<float> padded(static_cast<std::size_t>((tokens + 3) * 2 * pairs), 9.0f);
    const packed rows = pack(g, rope::table_format::cos_then_sin);
    std::copy(rows.first.begin(), rows.first.end(), padded.begin() + 2 * 2 * pairs);
    const float* const none = nullptr;
    check_rows(rope::rows({rope::table_format::cos_then_sin, 2, 1}, padded.data(), none, tokens, pairs,
                          rope::pairing::half_split),
               g, rope::pairing::half_split);
}

TEST_CASE("given rows: strides, pointers, first position, a slice of the head", "[rows]") {
    const given g;
    const auto half_split = rope::pairing::half_split;
    check_rows(rope::rows(g.cos.data(), g.sin.data(), tokens, pairs, half_split), g, half_split);

    // rows that lie backwards, with gaps
    constexpr std::int64_t apart = pairs + 5;
    std::vector<float> cos(tokens * apart, 9.0f), sin(cos);
    std::vector<const float*> cos_rows, sin_rows;
    for (std::int64_t r = 0; r < tokens; ++r) {
        const std::int64_t at = (tokens - 1 - r) * apart;
        std::copy_n(g.cos.begin() + r * pairs, pairs, cos.begin() + at);
        std::copy_n(g.sin.begin() + r * pairs, pairs, sin.begin() + at);
        cos_rows.push_back(cos.data() + at);
        sin_rows.push_back(sin.data() + at);
    }
    constexpr std::int64_t last = (tokens - 1) * apart;
    check_rows(rope::rows(cos.data() + last, sin.data() + last, tokens, pairs, half_split, -apart), g,
               half_split);
    check_rows(rope::rows(cos_rows.data(), sin_rows.data(), tokens, pairs, half_split), g, half_split);

    // rows of the positions 100, 101, ...; one row for all
    auto later = rope::rows(g.cos.data(), g.sin.data(), tokens, pairs, half_split);
    later.first = 100;
    const std::vector<float> x = values(tokens * heads * dim, 3);
    std::vector<float> y = x;
    rope::rotate(view_of(y), later, "s h d", rope::offset(100));
    CHECK(same(y, rotated(x, g, half_split, in_order())));
    CHECK(refusal(later).message == "the position of token 0 is 0; the table has the positions 100 to 118");
    y = x;
    rope::rotate(view_of(y), rope::rows(g.cos.data(), g.sin.data(), tokens, pairs, half_split, 0), "s h d");
    CHECK(same(y, rotated(x, g, half_split, std::vector<std::int64_t>(tokens, 0))));

    // a slice at an offset: the elements outside it keep their value
    auto slice = rope::rows(g.cos.data(), g.sin.data(), tokens, 4, rope::pairing::interleaved, pairs);
    slice.head_dim = dim;
    slice.rotary_offset = 5;
    y = x;
    rope::rotate(view_of(y), slice, "s h d");
    for (std::size_t k = 0; k < y.size(); ++k) {
        const std::size_t j = k % dim;
        const std::int64_t t = static_cast<std::int64_t>(k) / (heads * dim);
        float expected = x[k];
        if (j >= 5 && j < 13) {
            const auto i = static_cast<std::int64_t>(j - 5) / 2;
            const bool lower = (j - 5) % 2 == 0;
            const float partner = lower ? x[k + 1] : x[k - 1];
            const volatile float product = lower ? partner * g.s(t, i) : x[k] * g.c(t, i);
            expected = lower ? std::fma(x[k], g.c(t, i), -product) : std::fma(partner, g.s(t, i), product);
        }
        if (y[k] != expected) {
            CAPTURE(k);
            CHECK(y[k] == expected);
        }
    }
}

TEST_CASE("given rows: other types, query and key, a norm", "[rows]") {
    const given g;
    std::vector<rope::half> cos(g.cos.size()), sin(g.sin.size());
    std::vector<double> wide_cos, wide_sin;
    given rounded;
    for (std::size_t k = 0; k < cos.size(); ++k) { // eighths: exact in every type
        rounded.cos[k] = std::floor(g.cos[k] * 8) / 8;
        rounded.sin[k] = std::floor(g.sin[k] * 8) / 8;
        cos[k] = rope::detail::narrow<rope::half>(rounded.cos[k]);
        sin[k] = rope::detail::narrow<rope::half>(rounded.sin[k]);
    }
    wide_cos.assign(rounded.cos.begin(), rounded.cos.end());
    wide_sin.assign(rounded.sin.begin(), rounded.sin.end());
    const auto half_split = rope::pairing::half_split;
    check_rows(rope::rows(cos.data(), sin.data(), tokens, pairs, half_split), rounded, half_split);
    check_rows(rope::rows(wide_cos.data(), wide_sin.data(), tokens, pairs, half_split), rounded, half_split);

    const auto rows = rope::rows(g.cos.data(), g.sin.data(), tokens, pairs, half_split);
    const std::vector<float> x = values(tokens * heads * dim, 3);
    std::vector<float> q = x, k = x;
    rope::rotate_query_key(view_of(q), view_of(k), rows, "s h d");
    CHECK((same(q, rotated(x, g, half_split, in_order())) && same(q, k)));

    // a norm with weights of one, after the rotation: the rotation, then the norm
    std::vector<float> fused(x.size()), apart = rotated(x, g, half_split, in_order());
    rope::rms_norm norm;
    norm.where = rope::rms_norm::place::after_rotation;
    rope::norm_rotate(view_of(q = x), view_of(fused), rows, "s h d", norm);
    for (std::size_t head = 0; head < x.size(); head += dim) {
        double square = 0;
        for (std::size_t j = 0; j < dim; ++j) {
            square += static_cast<double>(apart[head + j]) * static_cast<double>(apart[head + j]);
        }
        const double scale = 1 / std::sqrt(square / dim + norm.epsilon);
        for (std::size_t j = 0; j < dim; ++j) {
            CHECK(std::fabs(fused[head + j] - static_cast<double>(apart[head + j]) * scale) < 1e-6);
        }
    }
}

TEST_CASE("given rows: what cannot be is refused before anything is written", "[rows]") {
    const given g;
    const auto half_split = rope::pairing::half_split;
    const float* const none = nullptr;
    const auto rows = rope::rows(g.cos.data(), g.sin.data(), tokens, pairs, half_split);
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)(), least = -most - 1;
    CHECK(refusal(rope::rows(none, g.sin.data(), tokens, pairs, half_split)).code == rope::errc::no_memory);
    CHECK(refusal(rope::rows(g.cos.data(), none, tokens, pairs, half_split)).message ==
          "the table has 19 rows, but its pointer to sin is null");
    CHECK(refusal(rope::rows(g.cos.data(), g.sin.data(), tokens - 1, pairs, half_split)).message ==
          "the position of token 18 is 18; the table has the positions 0 to 17");
    CHECK(refusal(rope::rows(g.cos.data(), g.sin.data(), tokens, pairs + 1, half_split)).code ==
          rope::errc::shape);
    const std::vector<double> fractions(tokens, 0.5);
    CHECK(refusal(rows, rope::ids(fractions)).message ==
          "the rows were handed in without frequencies, so that rows at positions that are no integers, or "
          "differ between axes, cannot be made; expected what the table holds");
    rope::rotate_options inverse;
    inverse.direction = rope::direction::inverse;
    CHECK(refusal(rows, {}, inverse).code == rope::errc::pairing);
    std::vector<const float*> pointers(tokens, g.cos.data());
    const float* const* no_list = nullptr;
    CHECK(refusal(rope::rows(pointers.data(), no_list, tokens, pairs, half_split)).message ==
          "the rows have a list of pointers to cos, but that to sin is null");
    pointers[7] = nullptr;
    CHECK(refusal(rope::rows(pointers.data(), pointers.data(), tokens, pairs, half_split)).message ==
          "the pointer to row 7 of the rows is null");
    for (const std::int64_t wild : {most, least, most / 2, std::int64_t{-1}}) {
        CAPTURE(wild);
        if (wild != -1) {
            CHECK(refusal(rope::rows(g.cos.data(), g.sin.data(), tokens, pairs, half_split, wild)).code ==
                  rope::errc::table);
            CHECK(refusal(rope::rows(g.cos.data(), g.sin.data(), tokens, pairs, half_split, pairs, wild))
                      .code == rope::errc::table);
        }
        CHECK_FALSE(refusal(rope::rows(g.cos.data(), g.sin.data(), tokens, wild, half_split)).ok());
        auto r = rows;
        r.rotary_offset = wild;
        CHECK_FALSE(refusal(r).ok());
        r = rows;
        r.head_dim = wild;
        CHECK_FALSE(refusal(r).ok());
        r = rows;
        r.first = wild;
        CHECK_FALSE(refusal(r).ok());
        r = rows;
        r.rows = wild < 0 ? wild : -wild;
        CHECK_FALSE(refusal(r).ok());
    }
    CHECK_FALSE(rope::try_rows({rope::table_format::halves, -1, 0}, g.cos.data(), g.sin.data(), tokens, pairs,
                               half_split)
                    .ok());
    CHECK(
        rope::try_rows({rope::table_format::matrices}, g.cos.data(), g.sin.data(), tokens, pairs, half_split)
            .why.message == "this table format has 1 array(s); expected as many pointers");
    CHECK_THROWS_AS(rope::rows({rope::table_format::halves}, none, none, tokens, pairs, half_split),
                    rope::error);
}
