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
