// cache/...: keys and values of a cache. Heads of 128, half_split where nothing else is said.
//
//   write/<f16|bf16|e4m3|i8|q8_0>/<shape>/<isa>     float keys of 8 heads rotated and converted into successive slots, against a
//                                                   copy of as many bytes as are read and written
//   slots512/f16/<isa>                              512 tokens into scattered slots; times_contiguous: against successive ones
//   norm/f16/<shape>/<isa>                          RMS norm, rotation, half slots in one pass; times_unfused: against the norm in
//                                                   place, the rotation in place, the conversion into slots; limit_ratio as write
//   rerotate/<f16|bf16|i8|q8_0>/<one|each>/32768/<isa>  32768 slots of 8 heads turned by one delta, or one for each token, against
//                                                   multiplying the same bytes in place
//   step/f16/32_8/<isa>                             a step of a decoder's layer: query in place, key and value into half slots
//   step/f16/32_8/by_heads, .../by_operations       the same by hand; times_rope: against the library's with the best kernels
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "decode_by_hand.hpp"
#include "limits.hpp"
#include "paired.hpp"
#include "values.hpp"

#include <rope/cache.hpp>
#include <rope/kernels/convert_kernels.hpp>

#include <cmath>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace bench {
namespace {

constexpr std::int64_t dim = 128, heads = 8;

struct cache_shape {
    const char* name;
    std::int64_t tokens;
};
constexpr cache_shape shapes[] = {
    {"decode", 1}, {"prefill128", 128}, {"prefill2048", 2048}, {"long16384", 16384}};

buffer key_memory, cache_memory, scale_memory, other_memory;

rope::frequency_set frequencies(rope::pairing p = rope::pairing::half_split) {
    rope::config c;
    c.head_dim = dim;
    c.pairing = p;
    return rope::frequencies(c);
}

// A cache of T of `slots` slots in memory with room for `more` bytes.
template <class T>
rope::cache_view<T> cache_of(std::int64_t slots, std::size_t more) {
    const auto bytes = static_cast<std::size_t>(slots * heads * dim /
                                                rope::detail::values_of(rope::row_format_of<T>::value)) *
                       sizeof(T);
    T* const data = reinterpret_cast<T*>(cache_memory.reserve(bytes > more ? bytes : more));
    const auto view = rope::dense_cache(data, slots, heads, dim);
    if constexpr (std::is_same_v<T, std::int8_t>) {
        const auto scales = static_cast<std::size_t>(slots * heads) * sizeof(float);
        return rope::with_scales(view, reinterpret_cast<float*>(scale_memory.reserve(scales)));
    } else {
        return view;
    }
}

// Bytes of a row of 128 values, scale included.
template <class T>
constexpr std::int64_t row_bytes() {
    return dim / rope::detail::values_of(rope::row_format_of<T>::value) *
               static_cast<std::int64_t>(sizeof(T)) +
           (std::is_same_v<T, std::int8_t> ? 4 : 0);
}

template <class Work>
paired_result against_copy(Work&& work, const char* from, char* to, std::size_t bytes) {
    const auto copy = [=] { std::memcpy(to, from, bytes); };
    const auto past = [=] { copy_streaming(to, from, bytes); };
    const int pairs = bytes > long_bytes ? pairs_long : pairs_short;
    return first_is_faster(copy, past) ? measure(
                                             work, copy, [] {}, pairs)
                                       : measure(
                                             work, past, [] {}, pairs);
}

struct forced {
    explicit forced(rope::isa isa) { rope::force_isa(isa); }
    ~forced() { rope::force_isa(std::nullopt); }
};

template <class T>
void measure_write(benchmark::State& state, const cache_shape& s, rope::isa isa) {
    const forced kernels(isa);
    const auto table = rope::cos_sin_table<float>(frequencies(), s.tokens);
    const std::int64_t rows = s.tokens * heads;
    const auto bytes = static_cast<std::size_t>(rows * (dim * 4 + row_bytes<T>()));
    float* const key = reinterpret_cast<float*>(
        key_memory.reserve(bytes / 2 + 64 + static_cast<std::size_t>(rows * dim * 4)));
    fill(key, static_cast<std::size_t>(rows * dim));
    const auto cache = cache_of<T>(s.tokens, bytes / 2);
    const auto plan = rope::plan_cache_write(table, rope::view(key, {s.tokens, heads, dim}), cache, "s h d",
                                             rope::offset(0), rope::slots_from(0));
    if (plan.isa != isa) {
        return state.SkipWithError("the kernel that ran is another one");
    }
    report(state,
           against_copy([&] { rope::run(plan); }, reinterpret_cast<const char*>(key),
                        reinterpret_cast<char*>(cache.data), bytes / 2),
           bytes);
}

void measure_slots(benchmark::State& state, rope::isa isa) {
    const forced kernels(isa);
    constexpr std::int64_t tokens = 512, slots = 4096;
    const auto table = rope::cos_sin_table<float>(frequencies(), tokens);
    float* const key = reinterpret_cast<float*>(key_memory.reserve(tokens * heads * dim * sizeof(float)));
    fill(key, tokens * heads * dim);
    const auto cache = cache_of<rope::half>(slots, 0);
    std::vector<std::int64_t> list;
    for (std::int64_t t = 0; t < tokens; ++t) {
        list.push_back(t * 2357 % slots);
    }
    const auto view = rope::view(key, {tokens, heads, dim});
    const auto scattered =
        rope::plan_cache_write(table, view, cache, "s h d", rope::offset(0), rope::slots(list));
    const auto run =
        rope::plan_cache_write(table, view, cache, "s h d", rope::offset(0), rope::slots_from(0));
    const auto r = measure([&] { rope::run(scattered); }, [&] { rope::run(run); }, [] {}, pairs_short);
    state.counters["time_ns"] = r.time_ns;
    state.counters["contiguous_ns"] = r.limit_ns;
    state.counters["times_contiguous"] = r.limit_ratio;
}

void measure_norm(benchmark::State& state, const cache_shape& s, rope::isa isa) {
    const forced kernels(isa);
    const auto table = rope::cos_sin_table<float>(frequencies(), s.tokens);
    const std::int64_t rows = s.tokens * heads;
    const auto values = static_cast<std::size_t>(rows * dim);
    float* const key = reinterpret_cast<float*>(key_memory.reserve(values * sizeof(float)));
    float* const other = reinterpret_cast<float*>(other_memory.reserve(values * sizeof(float)));
    fill(key, values);
    fill(other, values);
    const auto cache = cache_of<rope::half>(s.tokens, values * 3);
    const std::vector<float> weight(dim, 0.75f);
    rope::cache_write_options options;
    options.key_norm = rope::per_head_norm(weight.data(), dim);
    const auto fused = rope::plan_cache_write(table, rope::view(key, {s.tokens, heads, dim}), cache, "s h d",
                                              rope::offset(0), rope::slots_from(0), options);
    const auto rotation = rope::plan(table, rope::view(other, {s.tokens, heads, dim}), "s h d");
    const rope::detail::convert_kernels convert = rope::detail::convert_kernels_for(isa);
    const auto unfused = [&] {
        for (std::int64_t r = 0; r < rows; ++r) {
            float* const x = other + r * dim;
            const float factor =
                static_cast<float>(1 / std::sqrt(convert.dot(x, x, dim) / static_cast<double>(dim) + 1e-6));
            convert.multiply(x, factor, weight.data(), dim);
        }
        rope::run(rotation, other);
        for (std::int64_t t = 0; t < s.tokens; ++t) { // a row of the cache at a time, as SET_ROWS does
            convert.narrow(rope::row_format::f16, other + t * heads * dim, cache.data + t * heads * dim,
                           nullptr, 1, heads * dim);
        }
    };
    const auto r = measure([&] { rope::run(fused); }, unfused, [] {}, pairs_short);
    const auto limit = against_copy([&] { rope::run(fused); }, reinterpret_cast<const char*>(key),
                                    reinterpret_cast<char*>(cache.data), values * 3);
    report(state, limit, values * 6);
    state.counters["unfused_ns"] = r.limit_ns;
    state.counters["times_unfused"] = r.limit_ratio;
}

template <class T>
void measure_rerotation(benchmark::State& state, bool each, rope::isa isa) {
    const forced kernels(isa);
    constexpr std::int64_t tokens = 32768;
    const auto f = frequencies();
    const auto cache = cache_of<T>(tokens, 0);
    const auto bytes = static_cast<std::size_t>(tokens * heads * row_bytes<T>());
    if constexpr (std::is_same_v<T, rope::half> || std::is_same_v<T, rope::bfloat16>) {
        fill(cache.data, bytes / sizeof(T));
    } else {
        std::vector<float> x(static_cast<std::size_t>(tokens * heads * dim));
        fill(x.data(), x.size());
        rope::run(rope::plan_cache_write(f, rope::view(x.data(), {tokens, heads, dim}), cache, "s h d",
                                         rope::offset(0), rope::slots_from(0)));
    }
    std::vector<std::int64_t> deltas;
    for (std::int64_t t = 0; t < tokens; ++t) {
        deltas.push_back(-(t / 2)); // as self-extend with groups of two
    }
    const auto all = rope::slots_from(0, tokens);
    const auto turn = [&](std::int64_t sign) {
        for (std::int64_t& d : deltas) {
            d *= sign;
        }
        return rope::plan_rerotation(f, cache, all, each ? rope::ids(deltas) : rope::at(-7 * sign));
    };
    // There and back in turn, so that values stay where they were.
    const auto there = turn(1), back = turn(-1);
    if (there.isa != isa) {
        return state.SkipWithError("the kernel that ran is another one");
    }
    bool forth = false;
    const auto work = [&] { rope::run((forth = !forth) ? there : back); };
    float* const limit_data = reinterpret_cast<float*>(other_memory.reserve(bytes));
    fill(limit_data, bytes / sizeof(float));
    const auto r = measure(
        work, [&] { negate(limit_data, bytes / sizeof(float)); }, [] {}, pairs_short);
    report(state, r, 2 * bytes);
    state.counters["ns_per_token"] = r.time_ns / static_cast<double>(tokens);
}

// by: 0 the library, 1 by heads, 2 by operations.
void measure_step(benchmark::State& state, int by, rope::isa isa) {
    const forced kernels(isa);
    constexpr std::int64_t query_heads = 32, slots = 1024;
    constexpr std::size_t query_size = query_heads * dim, key_size = heads * dim;
    const auto table = rope::cos_sin_table<float>(frequencies(rope::pairing::interleaved), 4096);
    float* const query =
        reinterpret_cast<float*>(key_memory.reserve((query_size + 2 * key_size) * sizeof(float)));
    float *const key = query + query_size, *const value = key + key_size;
    float* const results =
        reinterpret_cast<float*>(other_memory.reserve((query_size + key_size) * sizeof(float)));
    rope::half* const keys =
        reinterpret_cast<rope::half*>(cache_memory.reserve(2 * slots * key_size * sizeof(rope::half)));
    rope::half* const values = keys + slots * key_size;
    fill(query, query_size + 2 * key_size);
    const std::vector<float> original(query, query + query_size + 2 * key_size);
    const auto plan = rope::plan_cache_write(
        table, rope::view(query, {1, query_heads, dim}), rope::view(key, {1, heads, dim}),
        rope::view(value, {1, heads, dim}), rope::dense_cache(keys, slots, heads, dim),
        rope::dense_cache(values, slots, heads, dim), "s h d", rope::offset(0), rope::slots_from(0));
    std::int64_t past = 0;
    const auto library = [&] {
        past = (past + 1) % slots;
        rope::run(plan, {}, rope::offset(past), rope::slots_from(past));
    };
    const auto bits = [](rope::half* p) { return reinterpret_cast<std::uint16_t*>(p); };
    const auto by_hand = [&] {
        past = (past + 1) % slots;
        std::uint16_t* const to_key = bits(keys) + past * static_cast<std::int64_t>(key_size);
        std::uint16_t* const to_value = bits(values) + past * static_cast<std::int64_t>(key_size);
        if (by == 1) {
            step_by_heads(query, query_heads, key, value, heads, dim, past, to_key, to_value);
        } else {
            step_by_operations(query, query_heads, key, value, heads, dim, past, results,
                               results + query_size, to_key, to_value);
        }
    };
    const auto between = [&] { std::memcpy(query, original.data(), original.size() * sizeof(float)); };
    if (by == 0) {
        const std::size_t bytes = query_size * 8 + 2 * key_size * 6;
        const auto copy = [&] { // as many bytes
            std::memcpy(results, query, query_size * sizeof(float));
            std::memcpy(keys, key, key_size * 6);
        };
        report(state, measure(library, copy, between, pairs_short), bytes);
        return;
    }
    const auto r = measure(by_hand, library, between, pairs_short);
    state.counters["time_ns"] = r.time_ns;
    state.counters["rope_ns"] = r.limit_ns;
    state.counters["times_rope"] = r.limit_ratio;
}

template <class T>
void add_format(const char* name, bool rerotated) {
    for (const rope::isa isa : rope::available_isas()) {
        const std::string end = "/" + std::string(rope::isa_name(isa));
        for (const cache_shape& s : shapes) {
            add("cache/write/" + std::string(name) + "/" + s.name + end,
                [=](benchmark::State& state) { measure_write<T>(state, s, isa); });
        }
        for (const bool each : {false, true}) {
            if (rerotated) {
                add("cache/rerotate/" + std::string(name) + (each ? "/each" : "/one") + "/32768" + end,
                    [=](benchmark::State& state) { measure_rerotation<T>(state, each, isa); });
            }
        }
    }
}

} // namespace

void add_caches() {
    add_format<rope::half>("f16", true);
    add_format<rope::bfloat16>("bf16", true);
    add_format<rope::fp8_e4m3>("e4m3", false);
    add_format<std::int8_t>("i8", true);
    add_format<rope::q8_0_block>("q8_0", true);
    for (const rope::isa isa : rope::available_isas()) {
        const std::string end = "/" + std::string(rope::isa_name(isa));
        add("cache/slots512/f16" + end, [=](benchmark::State& state) { measure_slots(state, isa); });
        for (const cache_shape& s : shapes) {
            add("cache/norm/f16/" + std::string(s.name) + end,
                [=](benchmark::State& state) { measure_norm(state, s, isa); });
        }
        add("cache/step/f16/32_8" + end, [=](benchmark::State& state) { measure_step(state, 0, isa); });
    }
    const rope::isa best = rope::available_isas().back();
    add("cache/step/f16/32_8/by_heads", [=](benchmark::State& state) { measure_step(state, 1, best); });
    add("cache/step/f16/32_8/by_operations", [=](benchmark::State& state) { measure_step(state, 2, best); });
}

} // namespace bench
