// limit/<scale|copy|fill>/<size>/<isa>: is a limit as fast as it can be? Each is measured against a second
// version that shares nothing with it (the compiler's own vectors, string instructions). limit_ratio is that
// version's time over the limit's: within 10 % of 1, or the limit is badly written.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "buffers.hpp"
#include "limits.hpp"
#include "paired.hpp"

#include <cstring>
#include <string>

namespace bench {
namespace {

template <int Bytes>
struct vector_of {
    using type __attribute__((vector_size(Bytes), may_alias)) = float;
};

#if defined(__x86_64__)
#define ROPE_BENCH_TARGET(isa) __attribute__((target(isa)))
#else
#define ROPE_BENCH_TARGET(isa)
#endif

template <int Bytes>
inline __attribute__((always_inline)) void scale_body(float* x, std::size_t count) {
    using vector = typename vector_of<Bytes>::type;
    auto* v = reinterpret_cast<vector*>(x);
    for (std::size_t i = 0; i < count * sizeof(float) / Bytes; i += 2) {
        v[i] *= -1.0f;
        v[i + 1] *= -1.0f;
    }
}

template <int Bytes>
inline __attribute__((always_inline)) void copy_body(float* to, const float* from, std::size_t count) {
    using vector = typename vector_of<Bytes>::type;
    auto* out = reinterpret_cast<vector*>(to);
    const auto* in = reinterpret_cast<const vector*>(from);
    for (std::size_t i = 0; i < count * sizeof(float) / Bytes; i += 2) {
        const vector a = in[i], b = in[i + 1];
        out[i] = a;
        out[i + 1] = b;
    }
}

ROPE_BENCH_TARGET("avx512f") void scale_wide(float* x, std::size_t count) {
    scale_body<64>(x, count);
}
ROPE_BENCH_TARGET("avx2") void scale_middle(float* x, std::size_t count) {
    scale_body<32>(x, count);
}
void scale_base(float* x, std::size_t count) {
    scale_body<16>(x, count);
}
ROPE_BENCH_TARGET("avx512f") void copy_wide(float* y, const float* x, std::size_t n) {
    copy_body<64>(y, x, n);
}
ROPE_BENCH_TARGET("avx2") void copy_middle(float* y, const float* x, std::size_t n) {
    copy_body<32>(y, x, n);
}
void copy_base(float* y, const float* x, std::size_t n) {
    copy_body<16>(y, x, n);
}

void independent_scale(float* x, std::size_t count) {
    const std::string isa = limit_isa();
    (isa == "avx512" ? scale_wide : isa == "avx2" ? scale_middle : scale_base)(x, count);
}

void independent_copy(float* to, const float* from, std::size_t count) {
    const std::string isa = limit_isa();
    (isa == "avx512" ? copy_wide : isa == "avx2" ? copy_middle : copy_base)(to, from, count);
}

void string_copy(void* to, const void* from, std::size_t bytes) {
#if defined(__x86_64__)
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
#else
    std::memmove(to, from, bytes);
#endif
}

void string_fill(void* to, std::size_t bytes) {
#if defined(__x86_64__)
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(0) : "memory");
#else
    std::memset(to, 0, bytes);
#endif
}

struct size {
    const char* name;
    std::size_t bytes;
};
constexpr size sizes[] = {{"20KiB", std::size_t{20} << 10},
                          {"2MiB", std::size_t{2} << 20},
                          {"32MiB", std::size_t{32} << 20},
                          {"256MiB", std::size_t{256} << 20}};

float* touched(buffer& b, std::size_t bytes) {
    float* x = reinterpret_cast<float*>(b.reserve(bytes));
    for (std::size_t i = 0; i < bytes / sizeof(float); ++i) {
        x[i] = 0.5f + static_cast<float>(i % 7);
    }
    return x;
}

void nothing() {}

} // namespace

void add_limits() {
    static buffer first, second;
    const std::string isa = limit_isa();
    for (const size& s : sizes) {
        const std::size_t bytes = s.bytes, count = bytes / sizeof(float);
        const int pairs = bytes > long_bytes ? pairs_long : pairs_short;
        add("limit/scale/" + std::string(s.name) + "/" + isa, [=](benchmark::State& state) {
            float* x = touched(first, bytes);
            report(state,
                   measure([=] { independent_scale(x, count); }, [=] { negate(x, count); }, nothing, pairs),
                   2 * bytes);
        });
        add("limit/copy/" + std::string(s.name) + "/" + isa, [=](benchmark::State& state) {
            const float* x = touched(first, bytes);
            float* y = touched(second, bytes);
            const auto plain = [=] { std::memcpy(y, x, bytes); };
            const auto streaming = [=] { copy_streaming(y, x, bytes); };
            const auto vectors = [=] { independent_copy(y, x, count); };
            const auto string = [=] { string_copy(y, x, bytes); };
            const bool plain_limit = first_is_faster(plain, streaming);
            const bool vectors_first = first_is_faster(vectors, string);
            const auto limit = [=] { plain_limit ? plain() : streaming(); };
            const auto other = [=] { vectors_first ? vectors() : string(); };
            report(state, measure(other, limit, nothing, pairs), 2 * bytes);
        });
        add("limit/fill/" + std::string(s.name) + "/" + isa, [=](benchmark::State& state) {
            float* x = touched(first, bytes);
            report(state,
                   measure([=] { string_fill(x, bytes); }, [=] { std::memset(x, 0, bytes); }, nothing, pairs),
                   bytes);
        });
    }
}

} // namespace bench
