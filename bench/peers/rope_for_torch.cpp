// The library behind three C functions, for torch_bench.py, which rotates its own tensors with both in turn.
// SPDX-License-Identifier: MIT
#include <rope/core.hpp>

#include <cstdint>
#include <memory>

namespace {

struct rotation {
    rope::table<float> table;
    rope::rotation_plan<float, float> of_float;
    rope::rotation_plan<rope::bfloat16, rope::bfloat16> of_bfloat16;
    const void* in;
    void* out;
};

template <class T>
void settle(rope::rotation_plan<T, T>& plan, const rotation& r, const rope::extent_list& shape) {
    plan = rope::plan(r.table, rope::view(static_cast<const T*>(r.in), shape),
                      rope::view(static_cast<T*>(r.out), shape), "s h d");
}

} // namespace

// [token, head, 128], positions 0, 1, 2, ..., base 10000; bfloat16 or float.
extern "C" void* rope_bench_plan(int bfloat16, int interleaved, std::int64_t tokens, std::int64_t heads,
                                 const void* in, void* out) {
    constexpr std::int64_t dim = 128;
    rope::config config;
    config.head_dim = dim;
    config.pairing = interleaved != 0 ? rope::pairing::interleaved : rope::pairing::half_split;
    auto r = std::make_unique<rotation>();
    r->table = rope::cos_sin_table<float>(rope::frequencies(config), tokens);
    r->in = in;
    r->out = out;
    if (bfloat16 != 0) {
        settle(r->of_bfloat16, *r, {tokens, heads, dim});
    } else {
        settle(r->of_float, *r, {tokens, heads, dim});
    }
    return r.release();
}

extern "C" void rope_bench_run(const void* plan, std::int64_t times) {
    const rotation& r = *static_cast<const rotation*>(plan);
    for (std::int64_t k = 0; k < times; ++k) {
        if (r.of_float.rank != 0) {
            rope::run(r.of_float, static_cast<const float*>(r.in), static_cast<float*>(r.out));
        } else {
            rope::run(r.of_bfloat16, static_cast<const rope::bfloat16*>(r.in),
                      static_cast<rope::bfloat16*>(r.out));
        }
    }
}

extern "C" void rope_bench_free(void* plan) {
    delete static_cast<rotation*>(plan);
}
