// Jobs that are larger than a core's own cache, where kernels prefetch and store past the caches, against the definition,
// element by element, and against their tokens one by one.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "kernels/cases.hpp"

#include <rope/kernels/rotate_kernels.hpp>
#include <rope/numbers/half.hpp>

#include <cmath>

namespace {

constexpr std::int64_t heads = 17, pairs = 67, row = 2 * pairs;

template <class T>
struct problem {
    std::vector<T> data;
    std::vector<float> cos, sin;

    explicit problem(std::int64_t tokens) {
        kernel_cases::random_bits random{11};
        for (std::int64_t i = 0; i < tokens * heads * row; ++i) {
            data.push_back(kernel_cases::make_value<T>(random, kernel_cases::values::ordinary));
        }
        for (std::int64_t i = 0; i < tokens * pairs; ++i) {
            cos.push_back(kernel_cases::make_value<float>(random, kernel_cases::values::ordinary));
            sin.push_back(kernel_cases::make_value<float>(random, kernel_cases::values::ordinary));
        }
    }
};

// By the definition: y0 = fma(x0, c, -(x1 s)), y1 = fma(x0, s, x1 c), in float.
template <class T>
std::vector<std::uint64_t> expected(bool zipped, std::int64_t tokens) {
    const problem<T> p(tokens);
    std::vector<std::uint64_t> bits(p.data.size());
    for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t h = 0; h < heads; ++h) {
            for (std::int64_t i = 0; i < pairs; ++i) {
                const auto begin = static_cast<std::size_t>((t * heads + h) * row);
                const std::size_t first = begin + static_cast<std::size_t>(zipped ? 2 * i : i);
                const std::size_t second = first + static_cast<std::size_t>(zipped ? 1 : pairs);
                const auto at = static_cast<std::size_t>(t * pairs + i);
                const float x0 = rope::detail::widen(p.data[first]), x1 = rope::detail::widen(p.data[second]);
                const float c = p.cos[at], s = p.sin[at];
                bits[first] = kernel_cases::bits_of(rope::detail::narrow<T>(std::fma(x0, c, -(x1 * s))));
                bits[second] = kernel_cases::bits_of(rope::detail::narrow<T>(std::fma(x0, s, x1 * c)));
            }
        }
    }
    return bits;
}

template <class T>
std::vector<std::uint64_t> rotated(rope::isa which, bool zipped, bool in_place, bool at_once,
                                   std::int64_t tokens) {
    problem<T> p(tokens);
    std::vector<T>& data = p.data;
    const std::vector<float>&cos = p.cos, &sin = p.sin;
    std::vector<T> other(in_place ? 0 : data.size());
    std::vector<T>& result = in_place ? data : other;
    rope::kernels::rotate_job job{};
    job.from = {heads * row, row, 0, zipped ? 2 : 1, zipped ? 1 : pairs, 2, 1};
    job.to = job.from;
    job.heads = heads;
    job.pairs = pairs;
    job.cos = cos.data();
    job.sin = sin.data();
    job.row_stride = pairs;
    job.rows_step = 1;
    job.in_place = in_place;
    job.non_temporal = !in_place;
    const auto kernel = rope::detail::rotate_kernel_for<T, T>(which);
    const std::int64_t step = at_once ? tokens : 1;
    for (std::int64_t t = 0; t < tokens; t += step) {
        job.tokens = step;
        job.first_row = t;
        const std::int64_t at = t * heads * row;
        CHECK(kernel(job, data.data() + at, result.data() + at) == which);
    }
    std::vector<std::uint64_t> bits;
    for (const T& x : result) {
        bits.push_back(kernel_cases::bits_of(x));
    }
    return bits;
}

template <class T>
void check_large(std::int64_t tokens) {
    for (const bool zipped : {false, true}) {
        const std::vector<std::uint64_t> right = expected<T>(zipped, tokens);
        for (const rope::isa which : rope::available_isas()) {
            for (const bool in_place : {false, true}) {
                INFO(rope::isa_name(which)
                     << (zipped ? ", interleaved" : ", half_split") << (in_place ? ", in place" : ""));
                CHECK((rotated<T>(which, zipped, in_place, true, tokens) == right));
                CHECK((rotated<T>(which, zipped, in_place, false, tokens) == right));
            }
        }
    }
}

TEST_CASE("a large job leaves what the definition says, and so do its tokens one by one", "[kernels]") {
    check_large<float>(250);
    check_large<rope::bfloat16>(500);
}

} // namespace
