// Code sites of engines, one call each: their strides, dtype and source of positions, against the site's formula written out in
// double; and no heap allocation in the call.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/numbers/half.hpp>

#include <atomic>
#include <cmath>
#include <string>
#include <vector>

namespace test {
extern std::atomic<long> allocations; // allocations_part.cpp
} // namespace test

namespace {

// x[t, h, d] at t * token + h * head + d * element.
struct layout {
    std::int64_t tokens, heads, dim, token, head, element;
    std::size_t at(std::int64_t t, std::int64_t h, std::int64_t d) const {
        return static_cast<std::size_t>(t * token + h * head + d * element);
    }
    std::size_t size() const { return at(tokens - 1, heads - 1, dim - 1) + 1; }
};

struct site {
    const char* name;
    layout in, out; // the same: in place
    rope::pairing pairing;
    std::int64_t rotary, offset, first; // first: position of token 0
};

float value(std::size_t k) {
    return static_cast<float>(k % 61) / 16.0f - 2.0f;
}
float wide(float x) {
    return x;
}
float wide(rope::half x) {
    return rope::to_float(x);
}

template <class Out, class Positions>
void check_site(const site& s, bool in_place, double tolerance, const Positions& where) {
    CAPTURE(s.name);
    rope::config c;
    c.head_dim = s.in.dim;
    c.rotary_dim = s.rotary;
    c.rotary_offset = s.offset;
    c.pairing = s.pairing;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(c), 512);
    std::vector<float> x(s.in.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = value(k);
    }
    std::vector<Out> y(in_place ? 0 : s.out.size());
    const auto view = [](auto* data, const layout& l) {
        return rope::view(data, {l.tokens, l.heads, l.dim}, {l.token, l.head, l.element});
    };
    const long before = test::allocations;
    if (in_place) {
        rope::rotate(view(x.data(), s.in), table, "s h d", where);
    } else {
        rope::rotate(view(x.data(), s.in), view(y.data(), s.out), table, "s h d", where);
    }
    CHECK(test::allocations == before);
    double off = 0;
    for (std::int64_t t = 0; t < s.in.tokens; ++t) {
        for (std::int64_t h = 0; h < s.in.heads; ++h) {
            for (std::int64_t d = 0; d < s.in.dim; ++d) {
                double expected = static_cast<double>(value(s.in.at(t, h, d)));
                const std::int64_t k = d - s.offset, half = s.rotary / 2;
                if (k >= 0 && k < s.rotary) {
                    const bool split = s.pairing == rope::pairing::half_split;
                    const std::int64_t i = split ? k % half : k / 2;
                    const bool lower = split ? k < half : k % 2 == 0;
                    const std::int64_t partner =
                        split ? (lower ? d + half : d - half) : (lower ? d + 1 : d - 1);
                    const double angle =
                        static_cast<double>(s.first + t) *
                        std::pow(10000.0, -2.0 * static_cast<double>(i) / static_cast<double>(s.rotary));
                    const double other = static_cast<double>(value(s.in.at(t, h, partner)));
                    expected = expected * std::cos(angle) + (lower ? -other : other) * std::sin(angle);
                }
                const float found = in_place ? x[s.in.at(t, h, d)] : wide(y[s.out.at(t, h, d)]);
                off = std::fmax(off, std::fabs(static_cast<double>(found) - expected));
            }
        }
    }
    CHECK(off < tolerance);
}

} // namespace

TEST_CASE("sites: one call each, without an allocation", "[sites]") {
    const auto half_split = rope::pairing::half_split, interleaved = rope::pairing::interleaved;
    constexpr double of_float = 2e-6, of_half = 4e-3;
    const std::vector<float> ids_of_float = {40, 41, 42, 43, 44};
    const std::vector<std::uint32_t> ids = {40, 41, 42, 43, 44};
    const auto in_place = [&](const char* name, const layout& l, rope::pairing p, std::int64_t rotary,
                              std::int64_t offset, const auto& where, std::int64_t first) {
        check_site<float>({name, l, l, p, rotary, offset, first}, true, of_float, where);
    };
    const auto apart = [&](auto out_type, const char* name, const layout& in, const layout& out,
                           rope::pairing p, std::int64_t rotary, const auto& where, std::int64_t first) {
        using out_element = decltype(out_type);
        const double tolerance = sizeof(out_element) == 2 ? of_half : of_float;
        check_site<out_element>({name, in, out, p, rotary, 0, first}, false, tolerance, where);
    };
    in_place("llama2.c: one token, packed heads", {1, 32, 128, 4096, 128, 1}, interleaved, 128, 0, 77, 77);
    apart(rope::half(), "calm, yalm: partial, the key into its half cache row", {1, 8, 80, 640, 80, 1},
          {1, 8, 80, 640, 80, 1}, interleaved, 32, 9, 9);
    in_place("distributed-llama: positions of float", {5, 4, 64, 256, 64, 1}, half_split, 64, 0, ids_of_float,
             40);
    in_place("fastllm: [len, heads, dim], partial", {5, 4, 96, 384, 96, 1}, half_split, 48, 0, ids_of_float,
             40);
    in_place("KuiperLLama: one token", {1, 14, 64, 896, 64, 1}, half_split, 64, 0, 3, 3);
    in_place("TinyChatEngine: (head, len, dim)", {6, 8, 128, 128, 6 * 128, 1}, half_split, 128, 0, 20, 20);
    apart(float(), "ncnn: channels further apart", {7, 4, 64, 64, 7 * 64 + 16, 1},
          {7, 4, 64, 64, 7 * 64 + 16, 1}, half_split, 64, 0, 0);
    apart(float(), "ncnn: interleaved", {7, 4, 64, 64, 7 * 64 + 16, 1}, {7, 4, 64, 64, 7 * 64 + 16, 1},
          interleaved, 64, 0, 0);
    apart(float(), "mllm: BHSD to BSHD", {6, 4, 64, 64, 6 * 64, 1}, {6, 4, 64, 4 * 64, 64, 1}, half_split, 64,
          11, 11);
    apart(float(), "executorch: ids", {5, 4, 64, 256, 64, 1}, {5, 4, 64, 256, 64, 1}, interleaved, 64, ids,
          40);
    in_place("xFasterTransformer: packed QKV, a slice behind the plain part", {5, 4, 192, 12 * 192, 192, 1},
             half_split, 64, 128, ids, 40);
    apart(rope::half(), "nntrainer: float in, half cache out", {5, 2, 64, 128, 64, 1},
          {5, 2, 64, 1024, 64, 1}, half_split, 64, 60, 60);
    in_place("nntile: Fortran order, tokens contiguous", {9, 3, 32, 1, 9 * 32, 9}, interleaved, 32, 0, 0, 0);
    in_place("KataGo: column-major (heads * dim, positions)", {361, 4, 32, 128, 32, 1}, interleaved, 32, 0, 0,
             0);
    in_place("an Eigen port: column-major [heads x dim]", {1, 8, 64, 512, 1, 8}, half_split, 64, 0, 31, 31);
    in_place("llm_simple: rows of a tensor map", {6, 6, 48, 288, 48, 1}, interleaved, 48, 0, 25, 25);
}
