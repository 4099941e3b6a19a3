// The same bits by every route, on every instruction set and by any number of threads: golden hashes, made outside the
// library; and runs against lists, parts and reals.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "table/golden_hashes.hpp"

#include <rope/kernels/isa.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/rotate/rotate.hpp>
#include <rope/table/cos_sin_table.hpp>
#include <rope/table/growing_table.hpp>
#include <rope/table/two_level_table.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <type_traits>
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

// cos and sin, to be filled.
template <class T>
struct rows {
    std::vector<T> cos, sin;

    explicit rows(std::int64_t entries)
        : cos(static_cast<std::size_t>(entries)), sin(static_cast<std::size_t>(entries)) {}
    std::uint64_t hash() const { return test::hash(sin, test::hash(cos)); }
};

// What a rotation reads: pairs (1, 0) become (cos, sin).
template <class T, class Source>
std::uint64_t hash_in_rotation(const Source& source, const rope::frequency_set& f, std::int64_t count,
                               const rope::positions& where) {
    const auto pairs = static_cast<std::int64_t>(f.step.size());
    std::vector<T> x(static_cast<std::size_t>(count * 2 * pairs));
    for (std::int64_t k = 0; k < count * pairs; ++k) {
        x[static_cast<std::size_t>(k / pairs * 2 * pairs + k % pairs)] = 1;
    }
    rope::rotate(rope::view(x.data(), {count, 2 * pairs}), source, "s d", where);
    rows<T> read(count * pairs);
    for (std::int64_t k = 0; k < count * pairs; ++k) {
        const auto at = static_cast<std::size_t>(k / pairs * 2 * pairs + k % pairs);
        read.cos[static_cast<std::size_t>(k)] = x[at];
        read.sin[static_cast<std::size_t>(k)] = x[at + static_cast<std::size_t>(pairs)];
    }
    return read.hash();
}

// The run in stretches, each by a thread of its own.
template <class T>
std::uint64_t hash_by_threads(const rope::frequency_set& f, rope::range run, std::int64_t threads) {
    const auto pairs = static_cast<std::int64_t>(f.step.size());
    rows<T> all(run.count * pairs);
    std::vector<std::thread> team;
    for (std::int64_t k = 0; k < threads; ++k) {
        const std::int64_t begin = run.count * k / threads, end = run.count * (k + 1) / threads;
        team.emplace_back([&f, &all, run, begin, end, pairs] {
            rope::fill_cos_sin_table(f, rope::range{run.first + begin, end - begin},
                                     all.cos.data() + begin * pairs, all.sin.data() + begin * pairs);
        });
    }
    for (std::thread& t : team) {
        t.join();
    }
    return all.hash();
}

template <class T>
std::uint64_t hash_of_growing(const rope::frequency_set& f, rope::range run) {
    rope::growing_table<T> t(f, {run.first, 1});
    for (const std::int64_t rows : {7, 256, 300, 520}) {
        t.reserve((std::min)(rows, run.count));
    }
    t.reserve(run.count);
    const auto pairs = static_cast<std::int64_t>(f.step.size());
    rows<T> all(run.count * pairs);
    for (std::int64_t row = 0; row < run.count; ++row) {
        std::copy_n(t.cos(row), pairs, all.cos.begin() + row * pairs);
        std::copy_n(t.sin(row), pairs, all.sin.begin() + row * pairs);
    }
    return all.hash();
}

// Integers, the same on all instruction sets; and slow.
template <class T>
constexpr bool by_vectors = !std::is_same_v<T, double>;

// Every route to the same rows.
template <class T>
void golden_run(const rope::frequency_set& f, rope::range run, std::uint64_t expected) {
    const auto pairs = static_cast<std::int64_t>(f.step.size());
    CHECK(hash_of(rope::cos_sin_table<T>(f, run)) == expected);
    std::vector<std::int64_t> list;
    for (std::int64_t k = 0; k < run.count; ++k) {
        list.push_back(run.first + k);
    }
    CHECK(hash_of(rope::cos_sin_table<T>(f, list.data(), run.count)) == expected);
    CHECK(hash_of_growing<T>(f, run) == expected);
    for (const std::int64_t threads : {1, 2, 3, 4}) {
        CHECK(hash_by_threads<T>(f, run, threads) == expected);
    }
    rows<T> made(run.count * pairs);
    rope::make_rows(f, run, made.cos.data(), made.sin.data());
    CHECK(made.hash() == expected);
    made = rows<T>(run.count * pairs);
    rope::make_rows(f, list.data(), run.count, made.cos.data(), made.sin.data());
    CHECK(made.hash() == expected);
    made = rows<T>(run.count * pairs);
    for (std::int64_t row = 0; row < run.count; ++row) {
        rope::make_rows(f, rope::range{run.first + row, 1}, made.cos.data() + row * pairs,
                        made.sin.data() + row * pairs);
    }
    CHECK(made.hash() == expected);
    if constexpr (by_vectors<T>) {
        rows<T> multiplied(run.count * pairs);
        rope::make_rows(rope::make_two_level_table(f, run), run, multiplied.cos.data(),
                        multiplied.sin.data());
        CHECK(multiplied.hash() == expected);
    }
    if constexpr (std::is_same_v<T, rope::compute_type<T>>) {
        const auto check = [&](const auto& source) {
            CHECK(hash_in_rotation<T>(source, f, run.count, rope::offset(run.first)) == expected);
            CHECK(hash_in_rotation<T>(source, f, run.count, rope::ids(list)) == expected);
        };
        check(rope::cos_sin_table<T>(f, run));
        check(f);
        check(rope::make_two_level_table(f, run));
        check(rope::growing_table<T>(f, run));
        check(rope::fill_cos_sin_table(f, run, made.cos.data(), made.sin.data()));
    }
}

template <class T>
void golden(const test::golden_table& g, std::uint64_t expected) {
    auto f = frequencies(g.pairs, g.base);
    f.attention_factor = g.amplitude;
    f.amplitude = rope::to_q64_192(rope::wide(g.amplitude));
    const auto count = static_cast<std::int64_t>(g.reals);
    if (count == 0) {
        golden_run<T>(f, g.run, expected);
        return;
    }
    const auto reals = test::golden_reals();
    CHECK(hash_of(rope::cos_sin_table<T>(f, reals.data(), count)) == expected);
    if constexpr (std::is_same_v<T, rope::compute_type<T>>) {
        CHECK(hash_in_rotation<T>(f, f, count, rope::ids(reals)) == expected);
    }
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
            golden<double>(g, g.f64);
        }
    }
}

TEST_CASE("table: golden hashes of the float numerics on every instruction set", "[table]") {
    const std::vector<std::int64_t> list = test::golden_positions();
    const auto count = static_cast<std::int64_t>(list.size());
    for (const rope::isa which : rope::available_isas()) {
        const forced isa(which);
        for (const test::golden_numerics& g : test::golden_float_steps) {
            CAPTURE(rope::isa_name(which), g.name);
            rope::config c;
            c.head_dim = 128;
            c.base = g.base;
            if (g.linear != 1) {
                c.scaling = rope::linear_scaling{g.linear};
            }
            const auto f = rope::frequencies(c, 1);
            CHECK(hash_of(rope::cos_sin_table<float>(f, list.data(), count, 1, g.way)) == g.f32);
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
