// The same bits by every route and on every instruction set: golden hashes, and runs against lists, parts and
// reals.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "table/golden_hashes.hpp"

#include <rope/kernels/isa.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace {

struct forced {
    explicit forced(rope::isa which) { rope::force_isa(which); }
    ~forced() { rope::force_isa(std::nullopt); }
    forced(const forced&) = delete;
    forced& operator=(const forced&) = delete;
};

rope::frequency_set frequencies(std::int64_t pairs, double base) {
    rope::config c;
    c.head_dim = 2 * pairs;
    c.base = base;
    return rope::frequencies(c, 1);
}

template <class T>
std::uint64_t hash_of(const rope::table<T>& t) {
    return test::hash(t.sin, test::hash(t.cos));
}

template <class T>
void golden(const test::golden_table& g, std::uint64_t expected) {
    const auto f = frequencies(g.pairs, g.base);
    const auto reals = test::golden_reals();
    const auto count = static_cast<std::int64_t>(g.reals);
    if (count != 0) {
        CHECK(hash_of(rope::cos_sin_table<T>(f, reals.data(), count)) == expected);
        return;
    }
    CHECK(hash_of(rope::cos_sin_table<T>(f, g.run)) == expected);
    std::vector<std::int64_t> list;
    for (std::int64_t k = 0; k < g.run.count; ++k) {
        list.push_back(g.run.first + k);
    }
    CHECK(hash_of(rope::cos_sin_table<T>(f, list.data(), g.run.count)) == expected);
}

// A run in one call against the same rows in parts of odd lengths, in another order.
template <class T>
void parts(const rope::frequency_set& f, rope::range run) {
    const auto whole = rope::cos_sin_table<T>(f, run);
    const std::size_t pairs = f.step.size();
    for (std::int64_t begin = run.count; begin > 0;) {
        const std::int64_t n = begin < 147 ? begin : 147;
        begin -= n;
        const auto part = rope::cos_sin_table<T>(f, rope::range{run.first + begin, n});
        const auto at = static_cast<std::ptrdiff_t>(begin) * static_cast<std::ptrdiff_t>(pairs);
        const auto end = at + static_cast<std::ptrdiff_t>(n) * static_cast<std::ptrdiff_t>(pairs);
        CHECK(test::hash(part.cos) ==
              test::hash(std::vector<T>(whole.cos.begin() + at, whole.cos.begin() + end)));
        CHECK(test::hash(part.sin) ==
              test::hash(std::vector<T>(whole.sin.begin() + at, whole.sin.begin() + end)));
    }
}

} // namespace

TEST_CASE("table: golden hashes on every instruction set", "[table]") {
    for (const rope::isa which : rope::available_isas()) {
        const forced isa(which);
        for (const test::golden_table& g : test::golden_tables()) {
            CAPTURE(rope::isa_name(which), g.name);
            golden<float>(g, g.f32);
            golden<rope::half>(g, g.f16);
            golden<rope::bfloat16>(g, g.bf16);
            if (which == rope::isa::scalar) { // integers, the same on all
                golden<double>(g, g.f64);
            }
        }
    }
}

TEST_CASE("table: parts of a run are the run", "[table]") {
    for (const rope::isa which : rope::available_isas()) {
        const forced isa(which);
        CAPTURE(rope::isa_name(which));
        for (const std::int64_t pairs : {1, 3, 8, 20, 64, 65, 130}) {
            CAPTURE(pairs);
            parts<float>(frequencies(pairs, 1e4), {-1000, 1741});
            parts<rope::half>(frequencies(pairs, 1e4), {131072, 700});
            parts<rope::bfloat16>(frequencies(pairs, 1e6), {std::int64_t{1} << 40, 700});
        }
    }
}

TEST_CASE("table: nothing outside the rows is written, lines or not", "[table]") {
    const auto f = frequencies(32, 1e4);
    for (const rope::isa which : rope::available_isas()) {
        for (const std::int64_t offset : {0, 1, 16}) {
            for (const std::int64_t stride : {32, 33, 48}) {
                const std::int64_t rows = 100;
                std::vector<float> memory(static_cast<std::size_t>(rows * stride + 64), -7.0f),
                    other = memory;
                rope::row_positions p;
                p.run = {5, rows};
                rope::detail::fill_rows(which, f, p, memory.data() + offset, other.data() + offset, stride);
                const auto t = rope::cos_sin_table<float>(f, p.run);
                long wrong = 0;
                for (std::int64_t at = 0; at < static_cast<std::int64_t>(memory.size()); ++at) {
                    const std::int64_t row = (at - offset) / stride, i = (at - offset) % stride;
                    const bool inside = at >= offset && row < rows && i < 32;
                    const auto index = static_cast<std::size_t>(at);
                    const auto entry = static_cast<std::size_t>(inside ? row * 32 + i : 0);
                    wrong += memory[index] == (inside ? t.cos[entry] : -7.0f) ? 0 : 1;
                    wrong += other[index] == (inside ? t.sin[entry] : -7.0f) ? 0 : 1;
                }
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("table: the reciprocal amplitude", "[table]") {
    auto f = frequencies(16, 1e4);
    f.amplitude = rope::to_q64_192(rope::wide(4));
    auto quarter = f;
    quarter.amplitude = rope::to_q64_192(rope::wide(0.25));
    for (const std::int64_t rows : {5, 300}) {
        const auto t = rope::cos_sin_table<float>(quarter, rows);
        std::vector<float> cos(t.cos.size()), sin(t.sin.size());
        rope::row_positions p;
        p.run = {0, rows};
        rope::detail::fill_rows(f, p, cos.data(), sin.data(), 16, true);
        CHECK(test::hash(cos) == test::hash(t.cos));
        CHECK(test::hash(sin) == test::hash(t.sin));
    }
}
