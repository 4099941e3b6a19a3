// Every entry is the correctly rounded real number: against MPFR, with the frequencies recomputed from the
// text of each model's configuration. A small part runs by default; [.full] is the whole, ten million samples
// and more.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/mpfr_library.hpp"
#include "table/mpfr_model.hpp"

#include <rope/entries/fill_rows.hpp>
#include <rope/json.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace {

using test::entry_256;
using test::exact_model;
using test::real;

struct tally {
    long samples = 0, wrong = 0;
    rope::detail::fill_counts open;
    std::string first_wrong;
};

struct subject {
    std::string name;
    exact_model exact;
    rope::frequency_set frequencies;
};

// One table of each storage type, over the same positions.
template <class T>
struct filled {
    std::vector<T> cos, sin;
    void fill(const rope::frequency_set& f, const rope::row_positions& p, tally& t) {
        const std::size_t pairs = f.step.size(), entries = pairs * static_cast<std::size_t>(p.run.count);
        cos.assign(entries, T{});
        sin.assign(entries, T{});
        const auto counts =
            rope::detail::fill_rows(f, p, cos.data(), sin.data(), static_cast<std::int64_t>(pairs));
        t.open.redone += counts.redone;
        t.open.longest += counts.longest;
    }
    bool wrong(std::size_t at, const entry_256& entry) const {
        return !test::same_bits(cos[at], test::to_storage<T>(entry.cosine.get())) ||
               !test::same_bits(sin[at], test::to_storage<T>(entry.sine.get()));
    }
};

// Compares the entries (row, pair) for which `wanted` says so.
template <class Wanted, class Position>
void compare(const subject& s, const rope::row_positions& p, tally& t, Wanted&& wanted, Position&& position) {
    filled<float> f32;
    filled<double> f64;
    filled<rope::half> f16;
    filled<rope::bfloat16> bf16;
    tally integers; // f64 goes through integers throughout, and is no measure of the fast path
    f32.fill(s.frequencies, p, t);
    f16.fill(s.frequencies, p, t);
    bf16.fill(s.frequencies, p, t);
    const bool doubles = p.run.count <= 1000; // they take their time
    if (doubles) {
        f64.fill(s.frequencies, p, integers);
    }
    entry_256 entry;
    const std::size_t pairs = s.exact.step.size();
    for (std::int64_t row = 0; row < p.run.count; ++row) {
        for (std::size_t i = 0; i < pairs; ++i) {
            if (!wanted(row, i)) {
                continue;
            }
            entry(s.exact.step[i], position(row), s.exact.amplitude);
            const std::size_t at = static_cast<std::size_t>(row) * pairs + i;
            ++t.samples;
            if (f32.wrong(at, entry) || (doubles && f64.wrong(at, entry)) || f16.wrong(at, entry) ||
                bf16.wrong(at, entry)) {
                if (t.wrong++ == 0) {
                    t.first_wrong =
                        s.name + ", pair " + std::to_string(i) + ", position " +
                        std::to_string(position(row).to_double()) + (f32.wrong(at, entry) ? " f32" : "") +
                        (doubles && f64.wrong(at, entry) ? " f64" : "") +
                        (f16.wrong(at, entry) ? " f16" : "") + (bf16.wrong(at, entry) ? " bf16" : "");
                }
            }
        }
    }
}

void run_of(const subject& s, std::int64_t first, std::int64_t count, std::uint64_t every, tally& t) {
    rope::row_positions p;
    p.run = {first, count};
    compare(
        s, p, t,
        [&](std::int64_t row, std::size_t i) {
            return (static_cast<std::uint64_t>(row) * 0x9e3779b97f4a7c15u + i * 0xc2b2ae3d27d4eb4fu) >> 32 <
                   (std::uint64_t{1} << 32) / every;
        },
        [&](std::int64_t row) { return real::of(first + row); });
}

template <class P>
void list_of(const subject& s, const std::vector<P>& list, std::uint64_t every, tally& t) {
    rope::row_positions p;
    p.run = {0, static_cast<std::int64_t>(list.size())};
    if constexpr (std::is_same_v<P, double>) {
        p.reals = list.data();
    } else {
        p.integers = list.data();
    }
    compare(
        s, p, t,
        [&](std::int64_t row, std::size_t i) { return (static_cast<std::uint64_t>(row) + i) % every == 0; },
        [&](std::int64_t row) {
            if constexpr (std::is_same_v<P, double>) {
                return real(list[static_cast<std::size_t>(row)]);
            } else {
                return real::of(list[static_cast<std::size_t>(row)]);
            }
        });
}

// Models whose text alone says everything that the oracle needs; the others, with the defaults of their classes, are in
// tests/model.
constexpr const char* said_by_their_text[] = {"chatglm3-6b",
                                              "codegen-2b",
                                              "command-r-v01",
                                              "command-r7b",
                                              "deepseek-coder-6.7b",
                                              "deepseek-v2-lite",
                                              "deepseek-v3",
                                              "ernie-4.5-0.3b",
                                              "falcon-7b",
                                              "gemma-2-9b",
                                              "gemma-3-1b",
                                              "gemma-3-4b",
                                              "gemma-7b",
                                              "glm-4-9b-0414",
                                              "glm-4-9b-chat",
                                              "gpt-j-6b",
                                              "gpt-neox-20b",
                                              "gpt-oss-20b",
                                              "hunyuan-a13b",
                                              "internlm2-7b",
                                              "llama-2-7b",
                                              "llama-3-8b",
                                              "llama-3.1-8b",
                                              "llama-3.2-1b",
                                              "llama-4-scout",
                                              "minimax-m2",
                                              "mistral-7b-v0.1",
                                              "mixtral-8x7b",
                                              "modernbert-base",
                                              "olmo-2-7b",
                                              "persimmon-8b",
                                              "phi-2",
                                              "phi-3-vision-128k",
                                              "pythia-6.9b",
                                              "qwen-7b-chat",
                                              "qwen2-vl-7b",
                                              "qwen2.5-7b-instruct-yarn",
                                              "qwen2.5-7b-instruct",
                                              "qwen3-8b",
                                              "qwen3-vl-8b",
                                              "smollm3-3b",
                                              "stablelm-2-1.6b",
                                              "starcoder2-3b",
                                              "yarn-llama-2-7b-128k"};

std::vector<subject> subjects() {
    std::vector<subject> result;
    for (const char* name : said_by_their_text) {
        const std::string file = std::string(ROPE_SOURCE_DIR "/examples/configs/") + name + ".json";
        subject s;
        s.name = name;
        if (test::read_exact_model(file, s.exact)) {
            s.frequencies = rope::frequencies(rope::read_config(file), 1);
            result.push_back(std::move(s));
        }
    }
    return result;
}

std::vector<std::int64_t> powers_of_two() {
    std::vector<std::int64_t> list = {0};
    for (int k = 0; k < 63; ++k) {
        for (const std::int64_t beside : {-1, 0, 1}) {
            const std::int64_t p = (std::int64_t{1} << k) + beside;
            list.push_back(p);
            list.push_back(-p);
        }
    }
    list.push_back(INT64_MAX);
    list.push_back(-INT64_MAX);
    return list;
}

// effort 1: some hundred thousand samples; 64: more than ten million.
tally check(int effort) {
    tally t;
    const auto all = subjects();
    std::mt19937_64 random(20240607);
    const auto random_list = [&](std::size_t n, int shift) {
        std::vector<std::int64_t> list(n);
        for (auto& p : list) {
            p = static_cast<std::int64_t>(random() >> shift) * (random() % 2 == 0 ? 1 : -1);
        }
        return list;
    };
    const auto fraction_list = [&](std::size_t n) {
        std::vector<double> list(n);
        for (auto& p : list) {
            p = std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())),
                           -static_cast<int>(random() % 64) -
                               static_cast<int>(random() % 16 == 0 ? random() % 1100 : 0));
        }
        list.front() = -0.5;
        return list;
    };
    for (const subject& s : all) {
        REQUIRE(s.exact.step.size() == s.frequencies.step.size());
        run_of(s, 0, 640, effort > 1 ? 1 : 16, t);
        run_of(s, -700, 900, effort > 1 ? 4 : 64, t);
        list_of(s, random_list(static_cast<std::size_t>(40 * effort), 33), 8, t); // to 2^31
        list_of(s, random_list(static_cast<std::size_t>(40 * effort), 1), 8, t);  // to 2^63
        list_of(s, fraction_list(static_cast<std::size_t>(40 * effort)), 8, t);
        list_of(s, powers_of_two(), effort > 1 ? 1 : 16, t);
        for (std::size_t i = 0; i<s.exact.step.size(); i += effort> 1 ? 1 : 7) {
            const auto near = test::convergents(real(4) * s.exact.step[i], 0x1p63);
            rope::row_positions p;
            p.run = {0, static_cast<std::int64_t>(near.size())};
            p.integers = near.data();
            compare(
                s, p, t, [&](std::int64_t, std::size_t pair) { return pair == i; },
                [&](std::int64_t row) { return real::of(near[static_cast<std::size_t>(row)]); });
        }
    }
    // Dense from 0 to 2^20, in one model of each base.
    std::vector<double> slowest;
    for (const subject& s : all) {
        if (std::find(slowest.begin(), slowest.end(), s.frequencies.inv_freq.back()) != slowest.end()) {
            continue;
        }
        slowest.push_back(s.frequencies.inv_freq.back());
        const std::int64_t chunk = 1 << 14, chunks = effort > 1 ? 64 : 1;
        for (std::int64_t k = 0; k < chunks; ++k) {
            run_of(s, k * chunk, chunk, effort > 1 ? 128 : 256, t);
        }
        run_of(s, (std::int64_t{1} << 31) - 3000, 6000, effort > 1 ? 8 : 512, t);
        run_of(s, INT64_MAX - 5000, 5001, effort > 1 ? 8 : 512, t);
    }
    return t;
}

} // namespace

TEST_CASE("table: the steps agree with the configuration's text", "[table]") {
    const auto all = subjects();
    CHECK(all.size() >= 12);
    for (const subject& s : all) {
        CAPTURE(s.name);
        REQUIRE(s.exact.step.size() == s.frequencies.step.size());
        CHECK(test::relative_bits(test::real_of(rope::from_q64_192(s.frequencies.amplitude)),
                                  s.exact.amplitude) < -185);
        for (std::size_t i = 0; i < s.exact.step.size(); ++i) {
            const real step = test::real_of(rope::from_q64_192(s.frequencies.step[i]));
            CAPTURE(i);
            CHECK(mpfr_get_exp((step - s.exact.step[i]).get()) < -190);
            CHECK(std::fabs(s.frequencies.inv_freq[i] / (s.exact.step[i] * real(2) * real::pi()).to_double() -
                            1) < 1e-15);
        }
    }
}

TEST_CASE("table: entries are correctly rounded (a part)", "[table]") {
    const tally t = check(1);
    INFO(t.first_wrong);
    CHECK(t.samples > 150000);
    CHECK(t.wrong == 0);
}

TEST_CASE("table: entries are correctly rounded (ten million)", "[.full]") {
    const tally t = check(64);
    INFO(t.first_wrong);
    WARN(t.samples << " samples, each as f32, f16 and bf16, many as f64: " << t.wrong
                   << " wrong; of the f32, f16 and bf16 pairs " << t.open.redone
                   << " were left open by the fast path, " << t.open.longest << " needed 256-bit reals");
    CHECK(t.samples > 10000000);
    CHECK(t.wrong == 0);
}
