// Each lane operation by itself, on each instruction set, against the definition in kernels/lanes/README.md.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "kernels/lanes_ops.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {
namespace scalar {
#define ROPE_TEST_ROTATION_LANES 0
#include "kernels/lanes_ops.inc"
#undef ROPE_TEST_ROTATION_LANES
} // namespace scalar
#define ROPE_TEST_ROTATION_LANES 1
#if ROPE_WITH_AVX2
namespace avx2 {
ROPE_REGION_BEGIN(ROPE_AVX2_FEATURES)
#include "kernels/lanes_ops.inc"
ROPE_REGION_END
} // namespace avx2
#endif
#if ROPE_WITH_AVX512
namespace avx512 {
ROPE_REGION_BEGIN(ROPE_AVX512_FEATURES)
#include "kernels/lanes_ops.inc"
ROPE_REGION_END
} // namespace avx512
#endif
#if ROPE_WITH_NEON
namespace neon {
#include "kernels/lanes_ops.inc"
} // namespace neon
#endif
#undef ROPE_TEST_ROTATION_LANES
} // namespace detail
} // namespace ROPE_ABI
} // namespace rope

namespace {

using lanes_ops::most;

struct table_case {
    double a[2 * most], b[2 * most], c[2 * most];
    std::uint64_t mask[most], signs[most];
    table_case() {
        for (int k = 0; k < 2 * most; ++k) {
            a[k] =
                (k % 2 == 0 ? 1 : -1) * (1.0 + k * 0x1.3p-5 + 0x1p-40); // no midpoint of two narrow numbers
            b[k] = 0.75 - k * 0x1.7p-6;
            c[k] = k * 0.125 - 1;
        }
        for (int k = 0; k < most; ++k) {
            mask[k] = k % 3 == 0 ? ~std::uint64_t{0} : 0;
            signs[k] = k % 2 == 0 ? std::uint64_t{1} << 63 : 0;
        }
    }
};

void check_table(const std::string& name,
                 void (*run)(const double*, const double*, const double*, const std::uint64_t*,
                             const std::uint64_t*, lanes_ops::table_results&) noexcept) {
    INFO(name);
    const table_case in;
    lanes_ops::table_results r;
    run(in.a, in.b, in.c, in.mask, in.signs, r);
    REQUIRE((r.count >= 1 && r.count <= most));
    for (int k = 0; k < r.count; ++k) {
        INFO("lane " << k);
        const double a = in.a[k], b = in.b[k], c = in.c[k];
        CHECK(r.broadcast[k] == in.a[0]);
        CHECK(r.load_operand[k] == a);
        CHECK(r.store[k] == b);
        CHECK(r.add[k] == a + b);
        CHECK(r.sub[k] == a - b);
        CHECK(r.mul[k] == a * b);
        CHECK(std::fabs(r.fma[k] - std::fma(a, b, c)) <= 0x1p-51); // scalar lanes may round twice
        CHECK(std::fabs(r.fms[k] - std::fma(a, b, -c)) <= 0x1p-51);
        CHECK(std::fabs(r.fnma[k] - std::fma(-a, b, c)) <= 0x1p-51);
        CHECK(r.abs[k] == std::fabs(a));
        CHECK(r.select[k] == (in.mask[k] != 0 ? a : b));
        CHECK(r.flip_sign[k] == (in.signs[k] != 0 ? -a : a));
    }
}

template <class T>
T rounded(double x) {
    return rope::detail::narrow<T>(x);
}
template <>
float rounded<float>(double x) {
    return static_cast<float>(x);
}

template <class T>
bool same_bits(T a, T b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

template <class T>
void check_storage(const std::string& name,
                   void (*run)(const double*, const double*, lanes_ops::storage_results<T>&) noexcept) {
    INFO(name << ", " << sizeof(T) << " bytes");
    table_case in;
    double other[2 * most];
    std::memcpy(other, in.a, sizeof other);
    lanes_ops::storage_results<T> r;
    other[1] = in.a[1] * 2;
    run(in.a, other, r);
    CHECK(r.same == 0);
    CHECK(r.different == 2u);
    for (int k = 0; k < 2 * r.count; ++k) {
        CHECK(same_bits(r.store[k], rounded<T>(in.a[k])));
        CHECK(same_bits(r.store_non_temporal[k], rounded<T>(in.a[k])));
    }
    if (r.has_quick_test) {
        CHECK_FALSE(r.undecided_plain);
        CHECK(r.undecided_midpoint);
        CHECK(r.undecided_small);
    }
}

template <class T>
void check_rotation(const std::string& name, void (*run)(const T*, const T*, const T*, const T*, int,
                                                         lanes_ops::rotation_results<T>&) noexcept) {
    T a[most], b[most], c[most], pairs[2 * most];
    for (int k = 0; k < most; ++k) {
        a[k] = static_cast<T>(k + 1) + static_cast<T>(0x1p-12);
        b[k] = static_cast<T>(0.5) - static_cast<T>(k) / 8;
        c[k] = static_cast<T>(k % 5) - 2;
    }
    for (int k = 0; k < 2 * most; ++k) {
        pairs[k] = static_cast<T>(100 + k);
    }
    lanes_ops::rotation_results<T> probe;
    run(a, b, c, pairs, 1, probe);
    const int count = probe.count;
    for (int n = 1; n <= count; ++n) {
        INFO(name << ", " << sizeof(T) << " bytes, part of " << n);
        lanes_ops::rotation_results<T> r;
        std::memset(static_cast<void*>(&r), 0x55, sizeof r);
        const T untouched = r.store_part[0];
        run(a, b, c, pairs, n, r);
        for (int k = 0; k < count; ++k) {
            INFO("lane " << k);
            const int even = k & ~1, odd = k | 1;
            CHECK(r.broadcast[k] == a[1]);
            CHECK(r.load[k] == a[k]);
            CHECK(r.store[k] == b[k]);
            CHECK(r.mul[k] == a[k] * b[k]);
            CHECK(r.fma[k] == std::fma(a[k], b[k], c[k]));
            CHECK(r.fms[k] == std::fma(a[k], b[k], -c[k]));
            CHECK(r.flip_sign[k] == -a[k]);
            CHECK(r.rotate_first[k] == std::fma(a[k], c[k], -(b[k] * a[k])));
            CHECK(r.even[k] == a[even]);
            CHECK(r.odd[k] == a[odd]);
            CHECK(r.loaded_even[k] == a[even]);
            CHECK(r.loaded_odd[k] == a[odd]);
            CHECK(std::fabs(r.swap_neighbours[k]) == std::fabs(b[k ^ 1]));
            const T product = a[odd] * b[k ^ 1];
            CHECK(r.rotate_duplicated[k] == std::fma(a[even], b[k], k % 2 == 0 ? -product : product));
            CHECK(r.interleave[2 * k] == a[k]);
            CHECK(r.interleave[2 * k + 1] == b[k]);
            CHECK(r.deinterleave_a[k] == a[k]);
            CHECK(r.deinterleave_b[k] == b[k]);
            CHECK(r.load_part[k] == (k < n ? a[k] : 0));
            CHECK(r.load_pairs_a[k] == pairs[2 * k]);
            CHECK(r.load_pairs_b[k] == pairs[2 * k + 1]);
            CHECK(r.load_pairs_part_a[k] == (k < n ? pairs[2 * k] : 0));
            CHECK(r.load_pairs_part_b[k] == (k < n ? pairs[2 * k + 1] : 0));
            CHECK(r.store_pairs[2 * k] == pairs[2 * k]);
            CHECK(r.store_pairs[2 * k + 1] == pairs[2 * k + 1]);
            if (r.streams) {
                CHECK(r.stream[k] == a[k]);
                CHECK(r.stream_16_bytes[k + static_cast<int>(16 / sizeof(T))] == a[k]);
            }
        }
        for (int k = 0; k <= count; ++k) {
            CHECK(same_bits(r.store_part[k], k < n ? a[k] : untouched));
        }
        for (int k = 0; k <= 2 * count; ++k) {
            CHECK(same_bits(r.store_pairs_part[k], k < 2 * n ? pairs[k] : untouched));
        }
    }
}

template <class T>
void check_narrow(const std::string& name,
                  void (*run)(const T*, const T*, int, lanes_ops::narrow_results<T>&) noexcept) {
    T a[most], pairs[2 * most];
    for (int k = 0; k < most; ++k) {
        a[k] = rounded<T>(k * 0.25 - 1);
    }
    for (int k = 0; k < 2 * most; ++k) {
        pairs[k] = rounded<T>(1 + k / 32.0);
    }
    lanes_ops::narrow_results<T> probe;
    run(a, pairs, 1, probe);
    const int count = probe.count;
    for (int n = 1; n <= count; ++n) {
        INFO(name << ", part of " << n);
        lanes_ops::narrow_results<T> r;
        std::memset(static_cast<void*>(&r), 0x55, sizeof r);
        const T untouched = r.store_part[0];
        run(a, pairs, n, r);
        for (int k = 0; k < count; ++k) {
            INFO("lane " << k);
            CHECK(r.load[k] == rope::to_float(a[k]));
            CHECK(r.load_part[k] == (k < n ? rope::to_float(a[k]) : 0));
            CHECK(r.even[k] == rope::to_float(a[k & ~1]));
            CHECK(r.odd[k] == rope::to_float(a[k | 1]));
            CHECK(r.load_pairs_a[k] == rope::to_float(pairs[2 * k]));
            CHECK(r.load_pairs_b[k] == rope::to_float(pairs[2 * k + 1]));
            CHECK(r.load_pairs_part_a[k] == (k < n ? rope::to_float(pairs[2 * k]) : 0));
            CHECK(r.load_pairs_part_b[k] == (k < n ? rope::to_float(pairs[2 * k + 1]) : 0));
            CHECK(same_bits(r.store[k], a[k]));
#if !ROPE_WITH_NEON
            CHECK(same_bits(r.stream[k], a[k]));
            CHECK(same_bits(r.stream_16_bytes[k + 8], a[k]));
#endif
        }
        for (int k = 0; k < 2 * count; ++k) {
            CHECK(same_bits(r.store_pairs[k], pairs[k]));
#if !ROPE_WITH_NEON
            if (std::is_same_v<T, rope::bfloat16>) {
                CHECK(same_bits(r.stream_pairs[k], pairs[k]));
            }
#endif
        }
        for (int k = 0; k <= count; ++k) {
            CHECK(same_bits(r.store_part[k], k < n ? a[k] : untouched));
        }
        for (int k = 0; k <= 2 * count; ++k) {
            CHECK(same_bits(r.store_pairs_part[k], k < 2 * n ? pairs[k] : untouched));
        }
    }
}

} // namespace

#define ROPE_TEST_TABLE_LANES(which)                                                                         \
    if (rope::is_available(rope::isa::which)) {                                                              \
        check_table(#which, &rope::detail::which::run_table_ops);                                            \
        check_storage<float>(#which, &rope::detail::which::run_storage_ops<float>);                          \
        check_storage<rope::half>(#which, &rope::detail::which::run_storage_ops<rope::half>);                \
        check_storage<rope::bfloat16>(#which, &rope::detail::which::run_storage_ops<rope::bfloat16>);        \
    }
#define ROPE_TEST_ROTATION_LANES(which)                                                                      \
    if (rope::is_available(rope::isa::which)) {                                                              \
        check_rotation<float>(#which, &rope::detail::which::run_rotation_ops<float>);                        \
        check_rotation<double>(#which, &rope::detail::which::run_rotation_ops<double>);                      \
        check_narrow<rope::half>(#which, &rope::detail::which::run_narrow_ops<rope::half>);                  \
        check_narrow<rope::bfloat16>(#which, &rope::detail::which::run_narrow_ops<rope::bfloat16>);          \
    }

TEST_CASE("each lane operation of the table builder does what its name says", "[kernels]") {
    ROPE_TEST_TABLE_LANES(scalar)
#if ROPE_WITH_AVX2
    ROPE_TEST_TABLE_LANES(avx2)
#endif
#if ROPE_WITH_AVX512
    ROPE_TEST_TABLE_LANES(avx512)
#endif
#if ROPE_WITH_NEON
    ROPE_TEST_TABLE_LANES(neon)
#endif
}

TEST_CASE("each lane operation of the rotation does what its name says", "[kernels]") {
#if ROPE_WITH_AVX2
    ROPE_TEST_ROTATION_LANES(avx2)
#endif
#if ROPE_WITH_AVX512
    ROPE_TEST_ROTATION_LANES(avx512)
#endif
#if ROPE_WITH_NEON
    ROPE_TEST_ROTATION_LANES(neon)
#endif
}
