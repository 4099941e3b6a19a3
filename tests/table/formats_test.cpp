// Storage forms there and back, and what accuracy_of counts.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/exchange/accuracy.hpp>
#include <rope/exchange/formats.hpp>
#include <rope/model/frequencies.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

using rope::table_format;

constexpr table_format all_formats[] = {
    table_format::halves,        table_format::duplicated,   table_format::interleaved_duplicates,
    table_format::cos_then_sin,  table_format::sin_then_cos, table_format::duplicated_cos_then_sin,
    table_format::complex_pairs, table_format::matrices,     table_format::transposed};

rope::frequency_set frequencies(std::int64_t d) {
    rope::config c;
    c.head_dim = d;
    return rope::frequencies(c, 1);
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

template <class T>
void there_and_back() {
    const auto f = frequencies(20);
    const auto t = rope::cos_sin_table<T>(f, rope::range{-3, 9});
    for (const table_format format : all_formats) {
        for (const std::int64_t padding : {0, 2}) {
            if (format == table_format::transposed && padding != 0) {
                continue;
            }
            const rope::table_layout layout = {format, padding, 2 * padding};
            const auto n = static_cast<std::size_t>(rope::exported_elements(layout, 9, 10));
            std::vector<T> first(n), second(n);
            T* other = rope::array_count(format) == 2 ? second.data() : nullptr;
            rope::export_table(t, layout, first.data(), other);
            const auto back = rope::import_table<T>(f, layout, -3, 9, first.data(), other);
            CHECK(same(back.cos, t.cos));
            CHECK(same(back.sin, t.sin));
            CHECK(rope::accuracy_of(back).wrong == 0);
        }
    }
}

} // namespace

TEST_CASE("formats: every form there and back, in every type", "[table]") {
    there_and_back<float>();
    there_and_back<double>();
    there_and_back<rope::half>();
    there_and_back<rope::bfloat16>();
}

TEST_CASE("formats: rows look as the field writes them", "[table]") {
    const auto f = frequencies(4);
    const auto t = rope::cos_sin_table<float>(f, rope::range{7, 1});
    const float c0 = t.cos[0], c1 = t.cos[1], s0 = t.sin[0], s1 = t.sin[1];
    const auto row = [&](table_format format) {
        std::vector<float> first(static_cast<std::size_t>(rope::row_width(format, 2))), second = first;
        rope::export_table(t, {format}, first.data(),
                           rope::array_count(format) == 2 ? second.data() : nullptr);
        if (rope::array_count(format) == 2) {
            first.insert(first.end(), second.begin(), second.end());
        }
        return first;
    };
    using list = std::vector<float>;
    CHECK(row(table_format::halves) == list{c0, c1, s0, s1});
    CHECK(row(table_format::duplicated) == list{c0, c1, c0, c1, s0, s1, s0, s1});
    CHECK(row(table_format::interleaved_duplicates) == list{c0, c0, c1, c1, s0, s0, s1, s1});
    CHECK(row(table_format::cos_then_sin) == list{c0, c1, s0, s1});
    CHECK(row(table_format::sin_then_cos) == list{s0, s1, c0, c1});
    CHECK(row(table_format::duplicated_cos_then_sin) == list{c0, c1, c0, c1, s0, s1, s0, s1});
    CHECK(row(table_format::complex_pairs) == list{c0, s0, c1, s1});
    CHECK(row(table_format::matrices) == list{c0, -s0, s0, c0, c1, -s1, s1, c1});
    const auto two = rope::cos_sin_table<float>(f, 2);
    float cos[4], sin[4];
    rope::export_table(two, {table_format::transposed}, cos, sin);
    CHECK(list(cos, cos + 4) == list{two.cos[0], two.cos[2], two.cos[1], two.cos[3]});
    CHECK(list(sin, sin + 4) == list{two.sin[0], two.sin[2], two.sin[1], two.sin[3]});
}

TEST_CASE("formats: Q15 with padding rows", "[table]") {
    const auto t = rope::cos_sin_table<double>(frequencies(8), 3);
    const rope::table_layout layout = {table_format::duplicated_cos_then_sin, 1, 2};
    std::vector<std::int16_t> q(static_cast<std::size_t>(rope::exported_elements(layout, 3, 4)), 77);
    rope::export_table(t, layout, q.data());
    REQUIRE(q.size() == 6 * 16);
    for (std::size_t j = 0; j < 16; ++j) {
        CHECK(q[j] == 0);
        CHECK(q[64 + j] == 0);
        CHECK(q[80 + j] == 0);
        CHECK(q[16 + j] == (j < 8 ? 32767 : 0)); // position 0: cos 1 saturates
    }
    CHECK(q[32] == 17705);     // cos 1 = 0.5403023 * 32768 = 17704.6
    CHECK(q[32 + 8] == 27573); // sin 1 = 0.8414710 * 32768 = 27573.3
    CHECK(rope::detail::to_q15(-1.0) == -32768);
    CHECK(rope::detail::to_q15(0.5 / 32768) == 0);
    CHECK(rope::detail::to_q15(1.5 / 32768) == 2);
    CHECK(rope::detail::to_q15(-1.5 / 32768) == -2);
    CHECK(rope::detail::to_q15(-0.4 / 32768) == 0);
}

TEST_CASE("formats: what does not fit is refused", "[table]") {
    const auto f = frequencies(8);
    const auto t = rope::cos_sin_table<float>(f, 3);
    std::vector<float> a(100), b(100);
    CHECK_THROWS_AS(rope::export_table(t, {table_format::halves}, a.data()), rope::error);
    CHECK_THROWS_AS(rope::export_table(t, {table_format::matrices}, a.data(), b.data()), rope::error);
    CHECK_THROWS_AS(rope::export_table(t, {table_format::halves, -1, 0}, a.data(), b.data()), rope::error);
    CHECK_THROWS_AS(rope::export_table(t, {table_format::transposed, 1, 0}, a.data(), b.data()), rope::error);
    rope::export_table(t, {table_format::duplicated}, a.data(), b.data());
    a[8 + 5] = 0.25f; // the second half of row 1
    CHECK_THROWS_AS(rope::import_table<float>(f, {table_format::duplicated}, 0, 3, a.data(), b.data()),
                    rope::error);
    // The same as statuses; nothing is written.
    const std::vector<float> before = a;
    CHECK(rope::try_export_table(t, {table_format::matrices}, a.data(), b.data()).message ==
          "this table format has 1 array(s); expected as many pointers");
    CHECK(rope::try_export_table(t, {table_format::halves, -1, 0}, a.data(), b.data()).code ==
          rope::errc::config);
    CHECK(a == before);
    const auto differs =
        rope::try_import_table<float>(f, {table_format::duplicated}, 0, 3, a.data(), b.data());
    CHECK(differs.why.message ==
          "row 1, element 5 of the imported table differs from the other cos of pair 1; "
          "expected the same bits");
    CHECK(differs.value.cos.empty());
    CHECK(rope::try_import_table<float>(f, {table_format::halves}, 0, 3, a.data(), b.data()).ok());
    CHECK_FALSE(rope::try_exported_elements({table_format::halves, -1, 0}, 3, 4).ok());
    CHECK(rope::try_exported_elements({table_format::matrices, 1, 2}, 3, 4).value == 6 * 16);
}

TEST_CASE("accuracy: counts what is wrong, and says where", "[table]") {
    const auto f = frequencies(128);
    auto t = rope::cos_sin_table<float>(f, rope::range{100, 600});
    const rope::table_accuracy clean = rope::accuracy_of(t);
    CHECK(clean.entries == 2 * 600 * 64);
    CHECK(clean.wrong == 0);
    CHECK(clean.worst_ulps == 0);
    std::uint32_t bits;
    std::memcpy(&bits, &t.sin[300 * 64 + 7], 4);
    bits += 3;
    std::memcpy(&t.sin[300 * 64 + 7], &bits, 4);
    const rope::table_accuracy marked = rope::accuracy_of(t);
    CHECK(marked.wrong == 1);
    CHECK(marked.worst_ulps == 3);
    CHECK(marked.worst_row == 300);
    CHECK(marked.worst_pair == 7);
    t.cos[5] = rope::detail::bits_as<float>(0x7fc00000u);
    CHECK(rope::accuracy_of(t).worst_ulps == INT64_MAX);
    const double list[] = {0.5, -7.25, 1e9};
    CHECK(rope::accuracy_of(rope::cos_sin_table<rope::half>(f, list, 3)).wrong == 0);
    const auto system = rope::cos_sin_table<float>(f, rope::range{131071, 1}, rope::numerics::hf_fp32);
    const rope::table_accuracy external = rope::accuracy_of(system);
    CHECK(external.wrong > 50);
    CHECK(external.worst_error > 1e-3);
    CHECK(external.worst_error < 1e-2);
    t.sin.pop_back();
    CHECK_THROWS_AS(rope::accuracy_of(t), rope::error);
    CHECK_FALSE(rope::try_accuracy_of(t).ok());
    CHECK(rope::try_accuracy_of(system).value.wrong == external.wrong);
}
