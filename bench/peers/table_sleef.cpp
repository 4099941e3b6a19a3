// SLEEF with the widest vectors that this machine has; compiled with -O3 -march=native. 64 pairs are a multiple of all.
// SPDX-License-Identifier: MIT
#include "table_loops.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <sleef.h>

namespace {

#if defined(__AVX512F__)

struct floats {
    static constexpr std::int64_t count = 16;
    static auto angle(std::int64_t row, const float* inv_freq) {
        return _mm512_mul_ps(_mm512_set1_ps(static_cast<float>(row)), _mm512_loadu_ps(inv_freq));
    }
    static void store(float* to, __m512 x) { _mm512_storeu_ps(to, x); }
};
struct doubles {
    static constexpr std::int64_t count = 8;
    static auto angle(std::int64_t row, const double* inv_freq) {
        return _mm512_mul_pd(_mm512_set1_pd(static_cast<double>(row)), _mm512_loadu_pd(inv_freq));
    }
    static void store(float* to, __m512d x) { _mm256_storeu_ps(to, _mm512_cvtpd_ps(x)); }
};
#define ROPE_SLEEF_FLOAT(ulps) Sleef_sincosf16_##ulps##avx512f
#define ROPE_SLEEF_DOUBLE(ulps) Sleef_sincosd8_##ulps##avx512f

#elif defined(__AVX2__)

struct floats {
    static constexpr std::int64_t count = 8;
    static auto angle(std::int64_t row, const float* inv_freq) {
        return _mm256_mul_ps(_mm256_set1_ps(static_cast<float>(row)), _mm256_loadu_ps(inv_freq));
    }
    static void store(float* to, __m256 x) { _mm256_storeu_ps(to, x); }
};
struct doubles {
    static constexpr std::int64_t count = 4;
    static auto angle(std::int64_t row, const double* inv_freq) {
        return _mm256_mul_pd(_mm256_set1_pd(static_cast<double>(row)), _mm256_loadu_pd(inv_freq));
    }
    static void store(float* to, __m256d x) { _mm_storeu_ps(to, _mm256_cvtpd_ps(x)); }
};
#define ROPE_SLEEF_FLOAT(ulps) Sleef_sincosf8_##ulps##avx2
#define ROPE_SLEEF_DOUBLE(ulps) Sleef_sincosd4_##ulps##avx2

#else // its scalar functions

struct floats {
    static constexpr std::int64_t count = 1;
    static float angle(std::int64_t row, const float* inv_freq) {
        return static_cast<float>(row) * *inv_freq;
    }
    static void store(float* to, float x) { *to = x; }
};
struct doubles {
    static constexpr std::int64_t count = 1;
    static double angle(std::int64_t row, const double* inv_freq) {
        return static_cast<double>(row) * *inv_freq;
    }
    static void store(float* to, double x) { *to = static_cast<float>(x); }
};
#define ROPE_SLEEF_FLOAT(ulps) Sleef_sincosf_##ulps
#define ROPE_SLEEF_DOUBLE(ulps) Sleef_sincos_##ulps

#endif

template <class Vector, auto sincos, class Real>
void fill(const Real* inv_freq, std::int64_t rows, std::int64_t pairs, float* cos, float* sin) {
    for (std::int64_t row = 0; row < rows; ++row, cos += pairs, sin += pairs) {
        for (std::int64_t i = 0; i < pairs; i += Vector::count) {
            const auto both = sincos(Vector::angle(row, inv_freq + i));
            Vector::store(sin + i, both.x);
            Vector::store(cos + i, both.y);
        }
    }
}

} // namespace

bench::table_loops bench::sleef_tables_u10() {
    return {fill<floats, ROPE_SLEEF_FLOAT(u10), float>, fill<doubles, ROPE_SLEEF_DOUBLE(u10), double>};
}

bench::table_loops bench::sleef_tables_u35() {
    return {fill<floats, ROPE_SLEEF_FLOAT(u35), float>, fill<doubles, ROPE_SLEEF_DOUBLE(u35), double>};
}
