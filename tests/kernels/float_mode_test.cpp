// Rotations and table rows have the same bits whatever the caller's rounding direction, flush-to-zero and
// denormals-are-zero, and leave the caller's mode as it was.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "kernels/golden.hpp"
#include "kernels/rotate_check.hpp"

#include <rope/entries/fill_rows.hpp>
#include <rope/kernels/rotate_kernels.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/numbers/float_mode.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cstring>
#include <string>
#include <vector>

namespace {

struct named_mode {
    const char* name;
    std::uint32_t set; // in the control register
};

#if ROPE_ARCH_AARCH64
constexpr named_mode modes[] = {
    {"default", 0}, {"flush-to-zero", 1u << 24}, {"up", 1u << 22}, {"to zero", 3u << 22}};
#elif defined(__SSE2__) || ROPE_ARCH_X86_64
constexpr named_mode modes[] = {
    {"default", 0},      {"flush-to-zero", 0x8000}, {"denormals-are-zero", 0x0040},
    {"both", 0x8040},    {"down", 0x2000},          {"up", 0x4000},
    {"to zero", 0x6000}, {"everything", 0xe040}};
#else
constexpr named_mode modes[] = {{"default", 0}};
#endif

class caller_mode {
  public:
    explicit caller_mode(std::uint32_t set) : before(rope::detail::float_control()), mine(before | set) {
        rope::detail::set_float_control(mine);
    }
    ~caller_mode() { rope::detail::set_float_control(before); }
    // Exception flags may have been raised.
    bool is_kept() const {
        return (rope::detail::float_control() & rope::detail::float_mode_bits) ==
               (mine & rope::detail::float_mode_bits);
    }

  private:
    std::uint32_t before, mine;
};

// Rows of denormals, of numbers whose products are denormal, and of ordinary ones.
template <class T>
std::vector<T> numbers() {
    std::vector<T> x(4 * 2 * 80);
    std::uint64_t state = 7;
    for (T& one : x) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        std::uint64_t bits = state;
        if constexpr (sizeof(T) == 8) { // exponents from the smallest on
            bits = (bits & 0x800fffffffffffffu) | ((bits >> 33) % 3 << 52);
        } else if constexpr (sizeof(T) == 4) {
            bits = ((bits >> 32) & 0x807fffffu) | ((bits & 3) << 23);
        } else {
            bits = (bits >> 48) & 0x83ffu;
        }
        std::memcpy(&one, &bits, sizeof one);
    }
    return x;
}

template <class Compute>
struct entries { // made in the default mode
    std::vector<Compute> cos, sin;
    entries() : cos(40 * 4), sin(40 * 4) {
        for (std::size_t k = 0; k < cos.size(); ++k) {
            cos[k] = static_cast<Compute>(1) / static_cast<Compute>(static_cast<int>(k) + 2);
            sin[k] = static_cast<Compute>(0.9375) - cos[k] / 3;
        }
    }
};

template <class In, class Out>
std::vector<Out> rotated(rope::isa which, bool half_split, const entries<rope::compute_type<In>>& table) {
    const auto in = numbers<In>();
    std::vector<Out> out(in.size());
    rope::kernels::rotate_job job{};
    const std::int64_t pairs = 40, row = 80;
    job.from = {2 * row, row, 0, half_split ? 1 : 2, half_split ? pairs : 1, 2, 1};
    job.to = job.from;
    job.tokens = 4;
    job.heads = 2;
    job.pairs = pairs;
    job.cos = table.cos.data();
    job.sin = table.sin.data();
    job.row_stride = pairs;
    job.rows_step = 1;
    rope::detail::rotate_kernel_for<In, Out>(which)(job, in.data(), out.data());
    return out;
}

template <class In, class Out>
void check_rotation() {
    const entries<rope::compute_type<In>> table;
    for (const bool half_split : {true, false}) {
        const auto expected = rotated<In, Out>(rope::isa::scalar, half_split, table);
        for (const rope::isa which : rope::available_isas()) {
            for (const named_mode& mode : modes) {
                INFO(rope::isa_name(which) << ", " << mode.name << ", " << sizeof(In) << " to " << sizeof(Out)
                                           << " bytes" << (half_split ? ", half_split" : ", interleaved"));
                std::vector<Out> out;
                {
                    const caller_mode set(mode.set);
                    out = rotated<In, Out>(which, half_split, table);
                    CHECK(set.is_kept());
                }
                CHECK(std::memcmp(out.data(), expected.data(), out.size() * sizeof(Out)) == 0);
            }
        }
    }
}

template <class T>
void check_table() {
    rope::config config;
    config.head_dim = 80;
    const auto f = rope::frequencies(config);
    for (const rope::numerics numerics :
         {rope::numerics::exact, rope::numerics::hf_fp32, rope::numerics::ggml}) {
        for (const std::int64_t rows : {7, 300}) {
            const auto expected = rope::cos_sin_table<T>(f, rows, numerics);
            for (const rope::isa which : rope::available_isas()) {
                rope::force_isa(which);
                for (const named_mode& mode : modes) {
                    INFO(rope::isa_name(which) << ", " << mode.name << ", " << rows << " rows, numerics "
                                               << static_cast<int>(numerics));
                    const caller_mode set(mode.set);
                    const auto t = rope::cos_sin_table<T>(f, rows, numerics);
                    CHECK(std::memcmp(t.cos.data(), expected.cos.data(), t.cos.size() * sizeof(T)) == 0);
                    CHECK(std::memcmp(t.sin.data(), expected.sin.data(), t.sin.size() * sizeof(T)) == 0);
                    CHECK(set.is_kept());
                }
                rope::force_isa(std::nullopt);
            }
        }
    }
}

} // namespace

TEST_CASE("a rotation has the same bits in every floating-point mode", "[kernels]") {
    check_rotation<float, float>();
    check_rotation<double, double>();
    check_rotation<rope::half, rope::half>();
    check_rotation<rope::bfloat16, rope::bfloat16>();
    check_rotation<float, rope::half>();
}

TEST_CASE("table rows have the same bits in every floating-point mode", "[kernels]") {
    check_table<float>();
    check_table<double>();
    check_table<rope::bfloat16>();
}
