// Jobs that are larger than a core's own cache, where kernels ask ahead, leave what their tokens one by one leave.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "kernels/cases.hpp"

#include <rope/kernels/rotate.hpp>

namespace {

template <class T>
std::vector<std::uint64_t> rotated(rope::isa which, bool zipped, bool in_place, bool at_once,
                                   std::int64_t tokens) {
    constexpr std::int64_t heads = 17, pairs = 67, row = 2 * pairs;
    kernel_cases::random_bits random{11};
    std::vector<T> data;
    for (std::int64_t i = 0; i < tokens * heads * row; ++i) {
        data.push_back(kernel_cases::make_value<T>(random, kernel_cases::values::ordinary));
    }
    std::vector<T> other(in_place ? 0 : data.size());
    std::vector<float> cos, sin;
    for (std::int64_t i = 0; i < tokens * pairs; ++i) {
        cos.push_back(kernel_cases::make_value<float>(random, kernel_cases::values::ordinary));
        sin.push_back(kernel_cases::make_value<float>(random, kernel_cases::values::ordinary));
    }
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
    for (const rope::isa which : rope::available_isas()) {
        for (const bool zipped : {false, true}) {
            for (const bool in_place : {false, true}) {
                INFO(rope::isa_name(which)
                     << (zipped ? ", zipped" : ", split") << (in_place ? ", in place" : ""));
                CHECK((rotated<T>(which, zipped, in_place, true, tokens) ==
                       rotated<T>(which, zipped, in_place, false, tokens)));
            }
        }
    }
}

TEST_CASE("a large job leaves what its tokens leave one by one", "[kernels]") {
    check_large<float>(250);
    check_large<rope::bfloat16>(500);
}

} // namespace
