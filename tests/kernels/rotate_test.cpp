// Every kernel, every storage type into itself.
// SPDX-License-Identifier: MIT
#include "kernels/rotate_check.hpp"

TEST_CASE("float rotates to the same bits on every instruction set", "[kernels]") {
    kernel_cases::check_all_kernels<float, float>();
}

TEST_CASE("double rotates to the same bits on every instruction set", "[kernels]") {
    kernel_cases::check_all_kernels<double, double>();
}

TEST_CASE("half rotates to the same bits on every instruction set", "[kernels]") {
    kernel_cases::check_all_kernels<rope::half, rope::half>();
}

TEST_CASE("bfloat16 rotates to the same bits on every instruction set", "[kernels]") {
    kernel_cases::check_all_kernels<rope::bfloat16, rope::bfloat16>();
}

TEST_CASE("a job without tokens, heads or pairs touches nothing", "[kernels]") {
    for (const rope::isa which : rope::available_isas()) {
        const auto kernel = rope::detail::rotate_kernel_for<float, float>(which);
        CHECK(kernel({}, nullptr, nullptr) == which);

        const float in[4] = {1, 2, 3, 4};
        float out[4] = {9, 9, 9, 9};
        rope::kernels::rotate_job copies{};
        copies.from = copies.to = {4, 4, 0, 1, 0, 2, 1};
        copies.tokens = copies.heads = 1;
        copies.copied[0] = {1, 3};
        CHECK(kernel(copies, in, out) == which);
        CHECK(std::vector<float>(out, out + 4) == std::vector<float>{9, 2, 3, 9});
    }
}
