// Two translation units with different flags in one program: their functions do not mix, their choice of an
// instruction set is one, and their bits are the same.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "kernels/flags.hpp"
#include "kernels/golden.hpp"

#include <rope/kernels/rotate.hpp>

#include <string>

#define ROPE_TEST_TEXT_(x) #x
#define ROPE_TEST_TEXT(x) ROPE_TEST_TEXT_(x)

TEST_CASE("translation units with different flags keep functions of their own", "[kernels]") {
    CHECK(std::string(other_flags::tag()) != ROPE_TEST_TEXT(ROPE_ABI));
    CHECK(other_flags::scalar_kernel() !=
          reinterpret_cast<const void*>(&rope::detail::scalar::rotate<float, float>));
}

TEST_CASE("forcing an instruction set in one translation unit reaches the other", "[kernels]") {
    for (const rope::isa which : rope::available_isas()) {
        rope::force_isa(which);
        if (other_flags::available(which)) {
            CHECK(other_flags::active() == which);
        } else { // not compiled there: said, not replaced
            CHECK(other_flags::choose().message.find(rope::isa_name(which)) != std::string::npos);
        }
    }
    CHECK(other_flags::force(rope::isa::scalar).ok());
    CHECK(rope::active_isa() == rope::isa::scalar);
    CHECK(other_flags::force(std::nullopt).ok());
    CHECK(rope::active_isa() == rope::available_isas().back());
    CHECK_FALSE(other_flags::available(rope::isa::avx512));
}

TEST_CASE("translation units with different flags rotate to the same bits", "[kernels]") {
    for (const rope::isa which : rope::available_isas()) {
        if (!other_flags::available(which)) {
            continue;
        }
        const auto kernel = other_flags::float_kernel(which);
        for (const auto shape : kernel_cases::patterns) {
            const std::string family = kernel_cases::family_name<float, float>(shape);
            INFO(rope::isa_name(which) << ", " << family);
            const auto hash = kernel_cases::family_hash<float, float>(
                shape, [&](kernel_cases::job_with_data& job, const std::string&) { job.run_by(kernel); });
            CHECK(hash == kernel_cases::golden_hash(family));
        }
    }
}
