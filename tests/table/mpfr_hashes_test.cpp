// The golden hashes are those of MPFR's tables. Nothing of include/ calculates here.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/mpfr_library.hpp"
#include "table/golden_hashes.hpp"
#include "table/mpfr_model.hpp"

#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

using test::real;

template <class T>
struct columns {
    std::vector<T> cos, sin;
    void add(const test::entry_256& e) {
        cos.push_back(test::to_storage<T>(e.cosine.get()));
        sin.push_back(test::to_storage<T>(e.sine.get()));
    }
    std::uint64_t hash() const { return test::hash(sin, test::hash(cos)); }
};

} // namespace

TEST_CASE("table: golden hashes are MPFR's", "[table]") {
    const std::vector<double> reals = test::golden_reals();
    for (const test::golden_table& g : test::golden_tables()) {
        columns<float> f32;
        columns<double> f64;
        columns<rope::half> f16;
        columns<rope::bfloat16> bf16;
        test::entry_256 entry;
        const std::int64_t rows = g.reals != 0 ? static_cast<std::int64_t>(g.reals) : g.run.count;
        std::vector<real> steps;
        for (std::int64_t i = 0; i < g.pairs; ++i) {
            steps.push_back(pow(real(g.base), real(-2.0 * double(i)) / real(2.0 * double(g.pairs))) /
                            (real(2) * real::pi()));
        }
        for (std::int64_t row = 0; row < rows; ++row) {
            const real position =
                g.reals != 0 ? real(reals[static_cast<std::size_t>(row)]) : real::of(g.run.first + row);
            for (const real& step : steps) {
                entry(step, position, real(g.amplitude));
                f32.add(entry);
                f64.add(entry);
                f16.add(entry);
                bf16.add(entry);
            }
        }
        char line[200];
        std::snprintf(
            line, sizeof line, "0x%016llxu, 0x%016llxu, 0x%016llxu, 0x%016llxu",
            static_cast<unsigned long long>(f32.hash()), static_cast<unsigned long long>(f64.hash()),
            static_cast<unsigned long long>(f16.hash()), static_cast<unsigned long long>(bf16.hash()));
        INFO(g.name << ": " << line);
        CHECK(f32.hash() == g.f32);
        CHECK(f64.hash() == g.f64);
        CHECK(f16.hash() == g.f16);
        CHECK(bf16.hash() == g.bf16);
    }
}
