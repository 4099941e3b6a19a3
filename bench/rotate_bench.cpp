// rotate/<pairing>/<dtype>/<in|out>/<shape>/<isa>: rope::run of a plan made before, against its limit on the
// same buffers. A benchmark of an instruction set fails when another one's kernel did the work.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "limits.hpp"
#include "paired.hpp"
#include "reference_loop.hpp"
#include "shapes.hpp"
#include "values.hpp"

#include <rope/core.hpp>

#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t refilled_bytes = std::size_t{256} << 10;

buffer input_memory, output_memory;

// One tensor of a benchmark: where it is read, where it is written (the same in place).
template <class T>
struct piece {
    T* in;
    T* out;
    std::int64_t heads;
};

// Everything that one benchmark works on, made before the clock runs.
template <class T>
struct setting {
    shape s;
    bool in_place;
    rope::pairing pairing;
    std::vector<std::int32_t> ids; // of a shape with ids: which row each token reads
    rope::table<rope::compute_type<T>> table;
    std::vector<piece<T>> pieces; // query, and key where there is one
    std::vector<T> original;      // refills the query where it is small

    setting(const shape& which, bool place, rope::pairing p) : s(which), in_place(place), pairing(p) {
        rope::config c;
        c.head_dim = s.dim;
        c.rotary_dim = s.rotary;
        c.pairing = p;
        table = rope::cos_sin_table<rope::compute_type<T>>(rope::frequencies(c), s.tokens);
        for (std::int64_t t = 0; s.ids && t < s.tokens; ++t) {
            ids.push_back(static_cast<std::int32_t>(t * 37 % s.tokens));
        }
        const std::size_t skip = s.unaligned ? (sizeof(T) > 4 ? sizeof(T) : 4) : 0;
        const std::size_t count = static_cast<std::size_t>(s.tokens * (s.heads + s.key_heads) * s.dim);
        T* in = reinterpret_cast<T*>(input_memory.reserve(count * sizeof(T) + 64) + skip);
        T* out = in_place ? in : reinterpret_cast<T*>(output_memory.reserve(count * sizeof(T) + 64) + skip);
        fill(in, count);
        if (in_place && count * sizeof(T) <= refilled_bytes) {
            original.assign(in, in + count);
        }
        const std::int64_t query = s.tokens * s.heads * s.dim;
        pieces.push_back({in, out, s.heads});
        if (s.key_heads != 0) {
            pieces.push_back({in + query, out + query, s.key_heads});
        }
    }

    std::size_t elements(const piece<T>& p) const {
        return static_cast<std::size_t>(s.tokens * p.heads * s.dim);
    }
    bool partial() const { return in_place && s.rotary != s.dim; }

    // What the limit moves: each byte that is rotated (out of place: each byte) is read once and written
    // once.
    std::size_t bytes() const {
        const std::int64_t width = partial() ? s.rotary : s.dim;
        return static_cast<std::size_t>(2 * s.tokens * (s.heads + s.key_heads) * width) * sizeof(T);
    }
    int pairs() const { return bytes() / 2 > long_bytes ? pairs_long : pairs_short; }

    void refill() const {
        if (!original.empty()) {
            std::memcpy(pieces[0].in, original.data(), original.size() * sizeof(T));
        }
    }

    void scale() const {
        using lane = std::conditional_t<std::is_same_v<T, double>, double, float>;
        constexpr std::size_t lanes = sizeof(lane) / sizeof(T);
        for (const piece<T>& p : pieces) {
            lane* x = reinterpret_cast<lane*>(p.in);
            if (partial()) {
                negate_rows(x, static_cast<std::size_t>(s.tokens * p.heads),
                            static_cast<std::size_t>(s.dim) / lanes,
                            static_cast<std::size_t>(s.rotary) / lanes);
            } else {
                negate(x, elements(p) / lanes);
            }
        }
    }
    void copy() const {
        for (const piece<T>& p : pieces) {
            std::memcpy(p.out, p.in, elements(p) * sizeof(T));
        }
    }
    void copy_past_caches() const {
        for (const piece<T>& p : pieces) {
            copy_streaming(p.out, p.in, elements(p) * sizeof(T));
        }
    }
};

template <class T, class Work>
void measure_against_limit(benchmark::State& state, const setting<T>& w, Work& work) {
    const auto between = [&] { w.refill(); };
    paired_result r;
    if (w.in_place) {
        r = measure(
            work, [&] { w.scale(); }, between, w.pairs());
    } else if (first_is_faster([&] { w.copy(); }, [&] { w.copy_past_caches(); })) {
        r = measure(
            work, [&] { w.copy(); }, between, w.pairs());
    } else {
        r = measure(
            work, [&] { w.copy_past_caches(); }, between, w.pairs());
    }
    report(state, r, w.bytes());
    state.counters["ns_per_token"] = r.time_ns / static_cast<double>(w.s.tokens);
}

template <class T>
void measure_library(benchmark::State& state, const shape& s, rope::pairing p, bool in_place, rope::isa isa) {
    const setting<T> w(s, in_place, p);
    rope::force_isa(isa);
    const rope::positions where = s.ids ? rope::ids(w.ids) : rope::positions{};
    std::vector<rope::rotation_plan<T, T>> plans;
    for (const piece<T>& q : w.pieces) {
        const auto in = rope::view(q.in, {s.tokens, q.heads, s.dim});
        const auto out = rope::view(q.out, {s.tokens, q.heads, s.dim});
        plans.push_back(rope::plan(w.table, in, out, "s h d", where));
    }
    rope::force_isa(std::nullopt);
    for (std::size_t k = 0; k < plans.size(); ++k) {
        const rope::isa ran = rope::detail::run_part(plans[k], w.pieces[k].in, w.pieces[k].out, 0, 1, 0);
        if (ran != isa) {
            return state.SkipWithError(
                (std::string("the kernel that ran is ") + rope::isa_name(ran)).c_str());
        }
    }
    if (plans.size() == 2) {
        auto both = [&, q = w.pieces[0], k = w.pieces[1]] {
            rope::run(plans[0], q.in, q.out);
            rope::run(plans[1], k.in, k.out);
        };
        measure_against_limit(state, w, both);
    } else {
        auto one = [&, q = w.pieces[0]] { rope::run(plans[0], q.in, q.out); };
        measure_against_limit(state, w, one);
    }
}

// The same work by the plain loop; it has no ids, so its rows are put in the tokens' order before.
void measure_reference(benchmark::State& state, const shape& s, rope::pairing p, bool in_place) {
    setting<float> w(s, in_place, p);
    std::vector<float> cos = w.table.cos, sin = w.table.sin;
    const auto row = static_cast<std::size_t>(s.rotary / 2);
    for (std::size_t t = 0; t < w.ids.size(); ++t) {
        const auto from = static_cast<std::size_t>(w.ids[t]) * row;
        std::memcpy(&cos[t * row], &w.table.cos[from], row * sizeof(float));
        std::memcpy(&sin[t * row], &w.table.sin[from], row * sizeof(float));
    }
    auto loop = [&] {
        for (const piece<float>& q : w.pieces) {
            reference_loop(q.in, q.out, cos.data(), sin.data(), s.tokens, q.heads, s.dim, s.rotary, p);
        }
    };
    measure_against_limit(state, w, loop);
}

template <class T>
void add_dtype(rope::pairing p) {
    const std::string family = std::string("rotate/") +
                               (p == rope::pairing::half_split ? "half_split/" : "interleaved/") +
                               dtype_name<T>();
    for (const bool in_place : {true, false}) {
        for (const shape& s : all_shapes()) {
            const std::string name = family + (in_place ? "/in/" : "/out/") + s.name + "/";
            if constexpr (std::is_same_v<T, float>) {
                add(name + "reference",
                    [=](benchmark::State& state) { measure_reference(state, s, p, in_place); });
            }
            for (const rope::isa isa : rope::available_isas()) {
                add(name + rope::isa_name(isa),
                    [=](benchmark::State& state) { measure_library<T>(state, s, p, in_place, isa); });
            }
        }
    }
}

} // namespace

void add_rotations() {
    for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
        add_dtype<float>(p);
        add_dtype<double>(p);
        add_dtype<rope::half>(p);
        add_dtype<rope::bfloat16>(p);
    }
}

} // namespace bench
