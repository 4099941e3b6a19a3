// One tensor, rotated by a peer, by the library and passed over by the limit, sample by sample in turn: what every
// peer inside rope_bench is measured with. Layout [token, head, dim]; decode is a query of 32 and a key of 8 heads.
// SPDX-License-Identifier: MIT
#pragma once

#include "../buffers.hpp"
#include "../limits.hpp"
#include "../paired.hpp"
#include "../values.hpp"

#include <rope/core.hpp>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace bench {

struct contest_shape {
    const char* name;
    std::int64_t tokens, heads, key_heads;
};
constexpr contest_shape contest_shapes[] = {{"decode", 1, 32, 8},
                                            {"prefill128", 128, 32, 0},
                                            {"prefill2048", 2048, 32, 0},
                                            {"long16384", 16384, 32, 0}};

template <class T>
class contest {
  public:
    static constexpr std::int64_t dim = 128;

    contest(const contest_shape& shape, rope::pairing pairing, bool in_place)
        : s(shape), count(static_cast<std::size_t>(s.tokens * (s.heads + s.key_heads) * dim)) {
        rope::config config;
        config.head_dim = dim;
        config.pairing = pairing;
        table = rope::cos_sin_table<float>(rope::frequencies(config), s.tokens);
        in = reinterpret_cast<T*>(input_memory().reserve(count * sizeof(T)));
        out = in_place ? in : reinterpret_cast<T*>(output_memory().reserve(count * sizeof(T)));
        fill(in, count);
        add_plan(0, s.heads);
        if (s.key_heads > 0) {
            add_plan(s.tokens * s.heads * dim, s.key_heads);
        }
    }

    // The tensors: where they begin, and how many heads they have.
    struct tensor {
        T *in, *out;
        std::int64_t heads;
    };
    std::vector<tensor> tensors;
    contest_shape s;
    std::size_t count;
    rope::table<float> table;
    T *in, *out;

    void rope() const {
        for (std::size_t k = 0; k < plans.size(); ++k) {
            rope::run(plans[k], tensors[k].in, tensors[k].out);
        }
    }

    // Fails when the peer computes something else; else measures it against the limit and the library.
    template <class Peer>
    void judge(benchmark::State& state, Peer&& peer, double tolerance) {
        const std::vector<T> original(in, in + count);
        peer();
        const std::vector<T> theirs(out, out + count);
        std::memcpy(in, original.data(), count * sizeof(T));
        rope();
        for (std::size_t k = 0; k < count; ++k) {
            if (!(std::abs(number(theirs[k]) - number(out[k])) <= tolerance)) {
                return state.SkipWithError(("element " + std::to_string(k) + " is " +
                                            std::to_string(number(theirs[k])) + ", expected " +
                                            std::to_string(number(out[k])))
                                               .c_str());
            }
        }
        const std::size_t bytes = count * sizeof(T);
        const int pairs = bytes > long_bytes ? pairs_long : pairs_short;
        const auto refill = [&] {
            if (bytes <= (std::size_t{256} << 10)) {
                std::memcpy(in, original.data(), bytes);
            }
        };
        const auto copy = [&] { std::memcpy(out, in, bytes); };
        const auto stream = [&] { copy_streaming(out, in, bytes); };
        const auto scale = [&] { negate(reinterpret_cast<float*>(in), bytes / sizeof(float)); };
        paired_result r;
        if (in == out) {
            r = measure(peer, scale, refill, pairs);
        } else if (first_is_faster(copy, stream)) {
            r = measure(peer, copy, refill, pairs);
        } else {
            r = measure(peer, stream, refill, pairs);
        }
        report(state, r, 2 * bytes);
        state.counters["ns_per_token"] = r.time_ns / static_cast<double>(s.tokens);
        const paired_result both = measure(
            peer, [&] { rope(); }, refill, pairs);
        state.counters["rope_ns"] = both.limit_ns;
        state.counters["times_rope"] = both.limit_ratio;
    }

  private:
    static buffer& input_memory() {
        static buffer b;
        return b;
    }
    static buffer& output_memory() {
        static buffer b;
        return b;
    }
    static double number(const T& x) {
        if constexpr (std::is_same_v<T, float>) {
            return x;
        } else {
            return rope::to_float(x);
        }
    }
    void add_plan(std::int64_t at, std::int64_t heads) {
        tensors.push_back({in + at, out + at, heads});
        const rope::extent_list extents = {s.tokens, heads, dim};
        plans.push_back(rope::plan(table, rope::view(static_cast<T*>(in + at), extents),
                                   rope::view(static_cast<T*>(out + at), extents), "s h d"));
    }

    std::vector<rope::rotation_plan<T, T>> plans;
};

} // namespace bench
