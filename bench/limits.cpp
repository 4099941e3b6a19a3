// The limits, per instruction set. Kernels of their own, not the library's: a limit must not share its
// faults.
// SPDX-License-Identifier: MIT
#include "limits.hpp"

#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace bench {
namespace {

// Elements before the first 64-byte boundary, so that no store straddles two lines.
template <class T>
std::size_t before_line(const T* x, std::size_t count) {
    const std::size_t n = (0 - reinterpret_cast<std::uintptr_t>(x)) % 64 / sizeof(T);
    return n < count ? n : count;
}

template <class T>
void negate_plain(T* x, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        x[i] *= T(-1);
    }
}

#if defined(__x86_64__)

__attribute__((target("avx512f"))) std::size_t negate_avx512(float* x, std::size_t i, std::size_t count) {
    const __m512 m = _mm512_set1_ps(-1.0f);
    for (; i + 64 <= count; i += 64) {
        const __m512 a = _mm512_mul_ps(_mm512_load_ps(x + i), m);
        const __m512 b = _mm512_mul_ps(_mm512_load_ps(x + i + 16), m);
        const __m512 c = _mm512_mul_ps(_mm512_load_ps(x + i + 32), m);
        const __m512 d = _mm512_mul_ps(_mm512_load_ps(x + i + 48), m);
        _mm512_store_ps(x + i, a);
        _mm512_store_ps(x + i + 16, b);
        _mm512_store_ps(x + i + 32, c);
        _mm512_store_ps(x + i + 48, d);
    }
    return i;
}

__attribute__((target("avx512f"))) std::size_t negate_avx512(double* x, std::size_t i, std::size_t count) {
    const __m512d m = _mm512_set1_pd(-1.0);
    for (; i + 32 <= count; i += 32) {
        const __m512d a = _mm512_mul_pd(_mm512_load_pd(x + i), m);
        const __m512d b = _mm512_mul_pd(_mm512_load_pd(x + i + 8), m);
        const __m512d c = _mm512_mul_pd(_mm512_load_pd(x + i + 16), m);
        const __m512d d = _mm512_mul_pd(_mm512_load_pd(x + i + 24), m);
        _mm512_store_pd(x + i, a);
        _mm512_store_pd(x + i + 8, b);
        _mm512_store_pd(x + i + 16, c);
        _mm512_store_pd(x + i + 24, d);
    }
    return i;
}

__attribute__((target("avx2"))) std::size_t negate_avx2(float* x, std::size_t i, std::size_t count) {
    const __m256 m = _mm256_set1_ps(-1.0f);
    for (; i + 32 <= count; i += 32) {
        const __m256 a = _mm256_mul_ps(_mm256_load_ps(x + i), m);
        const __m256 b = _mm256_mul_ps(_mm256_load_ps(x + i + 8), m);
        const __m256 c = _mm256_mul_ps(_mm256_load_ps(x + i + 16), m);
        const __m256 d = _mm256_mul_ps(_mm256_load_ps(x + i + 24), m);
        _mm256_store_ps(x + i, a);
        _mm256_store_ps(x + i + 8, b);
        _mm256_store_ps(x + i + 16, c);
        _mm256_store_ps(x + i + 24, d);
    }
    return i;
}

__attribute__((target("avx2"))) std::size_t negate_avx2(double* x, std::size_t i, std::size_t count) {
    const __m256d m = _mm256_set1_pd(-1.0);
    for (; i + 16 <= count; i += 16) {
        const __m256d a = _mm256_mul_pd(_mm256_load_pd(x + i), m);
        const __m256d b = _mm256_mul_pd(_mm256_load_pd(x + i + 4), m);
        const __m256d c = _mm256_mul_pd(_mm256_load_pd(x + i + 8), m);
        const __m256d d = _mm256_mul_pd(_mm256_load_pd(x + i + 12), m);
        _mm256_store_pd(x + i, a);
        _mm256_store_pd(x + i + 4, b);
        _mm256_store_pd(x + i + 8, c);
        _mm256_store_pd(x + i + 12, d);
    }
    return i;
}

std::size_t negate_base(float* x, std::size_t i, std::size_t count) {
    const __m128 m = _mm_set1_ps(-1.0f);
    for (; i + 16 <= count; i += 16) {
        const __m128 a = _mm_mul_ps(_mm_load_ps(x + i), m);
        const __m128 b = _mm_mul_ps(_mm_load_ps(x + i + 4), m);
        const __m128 c = _mm_mul_ps(_mm_load_ps(x + i + 8), m);
        const __m128 d = _mm_mul_ps(_mm_load_ps(x + i + 12), m);
        _mm_store_ps(x + i, a);
        _mm_store_ps(x + i + 4, b);
        _mm_store_ps(x + i + 8, c);
        _mm_store_ps(x + i + 12, d);
    }
    return i;
}

std::size_t negate_base(double* x, std::size_t i, std::size_t count) {
    const __m128d m = _mm_set1_pd(-1.0);
    for (; i + 4 <= count; i += 4) {
        const __m128d a = _mm_mul_pd(_mm_load_pd(x + i), m);
        const __m128d b = _mm_mul_pd(_mm_load_pd(x + i + 2), m);
        _mm_store_pd(x + i, a);
        _mm_store_pd(x + i + 2, b);
    }
    return i;
}

__attribute__((target("avx512f"))) void stream_avx512(char* to, const char* from, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; i += 256) {
        const __m512i a = _mm512_loadu_si512(from + i);
        const __m512i b = _mm512_loadu_si512(from + i + 64);
        const __m512i c = _mm512_loadu_si512(from + i + 128);
        const __m512i d = _mm512_loadu_si512(from + i + 192);
        _mm512_stream_si512(reinterpret_cast<__m512i*>(to + i), a);
        _mm512_stream_si512(reinterpret_cast<__m512i*>(to + i + 64), b);
        _mm512_stream_si512(reinterpret_cast<__m512i*>(to + i + 128), c);
        _mm512_stream_si512(reinterpret_cast<__m512i*>(to + i + 192), d);
    }
    _mm_sfence();
}

__attribute__((target("avx2"))) void stream_avx2(char* to, const char* from, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; i += 256) {
        for (std::size_t k = 0; k < 256; k += 64) {
            const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i + k));
            const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i + k + 32));
            _mm256_stream_si256(reinterpret_cast<__m256i*>(to + i + k), a);
            _mm256_stream_si256(reinterpret_cast<__m256i*>(to + i + k + 32), b);
        }
    }
    _mm_sfence();
}

void stream_base(char* to, const char* from, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; i += 16) {
        _mm_stream_si128(reinterpret_cast<__m128i*>(to + i),
                         _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i)));
    }
    _mm_sfence();
}

enum class width { base, avx2, avx512 };

width widest() {
    static const width w = __builtin_cpu_supports("avx512f") ? width::avx512
                           : __builtin_cpu_supports("avx2")  ? width::avx2
                                                             : width::base;
    return w;
}

template <class T>
std::size_t negate_lines(T* x, std::size_t i, std::size_t count) {
    switch (widest()) {
    case width::avx512:
        return negate_avx512(x, i, count);
    case width::avx2:
        return negate_avx2(x, i, count);
    case width::base:
        break;
    }
    return negate_base(x, i, count);
}

__attribute__((target("avx512f"))) void rows_avx512(float* x, std::size_t rows, std::size_t stride,
                                                    std::size_t count) {
    const __m512 m = _mm512_set1_ps(-1.0f);
    for (std::size_t r = 0; r < rows; ++r, x += stride) {
        std::size_t i = 0;
        for (; i + 16 <= count; i += 16) {
            _mm512_storeu_ps(x + i, _mm512_mul_ps(_mm512_loadu_ps(x + i), m));
        }
        negate_plain(x, i, count);
    }
}

__attribute__((target("avx512f"))) void rows_avx512(double* x, std::size_t rows, std::size_t stride,
                                                    std::size_t count) {
    const __m512d m = _mm512_set1_pd(-1.0);
    for (std::size_t r = 0; r < rows; ++r, x += stride) {
        std::size_t i = 0;
        for (; i + 8 <= count; i += 8) {
            _mm512_storeu_pd(x + i, _mm512_mul_pd(_mm512_loadu_pd(x + i), m));
        }
        negate_plain(x, i, count);
    }
}

void stream_lines(char* to, const char* from, std::size_t bytes) {
    switch (widest()) {
    case width::avx512:
        return stream_avx512(to, from, bytes);
    case width::avx2:
        return stream_avx2(to, from, bytes);
    case width::base:
        break;
    }
    stream_base(to, from, bytes);
}

#elif defined(__aarch64__)

std::size_t negate_lines(float* x, std::size_t i, std::size_t count) {
    for (; i + 16 <= count; i += 16) {
        float32x4x4_t v = vld1q_f32_x4(x + i);
        for (float32x4_t& lane : v.val) {
            lane = vmulq_n_f32(lane, -1.0f);
        }
        vst1q_f32_x4(x + i, v);
    }
    return i;
}

std::size_t negate_lines(double* x, std::size_t i, std::size_t count) {
    for (; i + 8 <= count; i += 8) {
        float64x2x4_t v = vld1q_f64_x4(x + i);
        for (float64x2_t& lane : v.val) {
            lane = vmulq_n_f64(lane, -1.0);
        }
        vst1q_f64_x4(x + i, v);
    }
    return i;
}

void stream_lines(char* to, const char* from, std::size_t bytes) {
    std::memcpy(to, from, bytes);
}

#endif

template <class T>
void negate_all(T* x, std::size_t count) {
    const std::size_t aligned = before_line(x, count);
    negate_plain(x, 0, aligned);
    negate_plain(x, negate_lines(x, aligned, count), count);
}

template <class T>
void negate_each_row(T* x, std::size_t rows, std::size_t stride, std::size_t count) {
#if defined(__x86_64__)
    if (widest() == width::avx512) {
        return rows_avx512(x, rows, stride, count);
    }
#endif
    for (std::size_t r = 0; r < rows; ++r) {
        T* row = x + r * stride;
        const std::size_t aligned = before_line(row, count);
        negate_plain(row, 0, aligned);
        negate_plain(row, negate_lines(row, aligned, count), count);
    }
}

} // namespace

const char* limit_isa() {
#if defined(__x86_64__)
    return widest() == width::avx512 ? "avx512" : widest() == width::avx2 ? "avx2" : "sse2";
#else
    return "neon";
#endif
}

void negate(float* x, std::size_t count) {
    negate_all(x, count);
}
void negate(double* x, std::size_t count) {
    negate_all(x, count);
}

void negate_rows(float* x, std::size_t rows, std::size_t stride, std::size_t count) {
    negate_each_row(x, rows, stride, count);
}
void negate_rows(double* x, std::size_t rows, std::size_t stride, std::size_t count) {
    negate_each_row(x, rows, stride, count);
}

void copy_streaming(void* to, const void* from, std::size_t bytes) {
    char* out = static_cast<char*>(to);
    const char* in = static_cast<const char*>(from);
    const std::size_t head = before_line(out, bytes);
    const std::size_t lines = (bytes - head) / 256 * 256;
    std::memcpy(out, in, head);
    stream_lines(out + head, in + head, lines);
    std::memcpy(out + head + lines, in + head + lines, bytes - head - lines);
}

} // namespace bench
