// Every kernel, one storage type into another: rotated and rounded once.
// SPDX-License-Identifier: MIT
#include "kernels/rotate_check.hpp"

using rope::bfloat16;
using rope::half;

TEST_CASE("float rotates into half and bfloat16", "[kernels]") {
    kernel_cases::check_all_kernels<float, half>();
    kernel_cases::check_all_kernels<float, bfloat16>();
}

TEST_CASE("half and bfloat16 rotate into float", "[kernels]") {
    kernel_cases::check_all_kernels<half, float>();
    kernel_cases::check_all_kernels<bfloat16, float>();
}

TEST_CASE("half and bfloat16 rotate into each other", "[kernels]") {
    kernel_cases::check_all_kernels<half, bfloat16>();
    kernel_cases::check_all_kernels<bfloat16, half>();
}
