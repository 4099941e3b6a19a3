// Two translation units with different flags in one program: their functions do not mix, their choice of an
// instruction set is one, and their bits are the same.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "kernels/flags.hpp"
#include "kernels/golden.hpp"

#include <rope/kernels/rotate_kernels.hpp>

#include <string>

#define ROPE_TEST_TEXT_(x) #x
#define ROPE_TEST_TEXT(x) ROPE_TEST_TEXT_(x)

namespace {

int kernel_in_question = 0;

rope::isa other_units_kernel(const rope::kernels::rotate_job& job, const void* in, void* out) noexcept {
    return static_cast<rope::isa>(other_flags::rotate_floats(kernel_in_question, &job, in, out));
}

} // namespace

TEST_CASE("translation units with different flags keep functions of their own", "[kernels]") {
    CHECK(std::string(other_flags::tag()) != ROPE_TEST_TEXT(ROPE_ABI));
    CHECK(other_flags::scalar_kernel() !=
          reinterpret_cast<const void*>(&rope::detail::scalar::rotate<float, float>));
}

TEST_CASE("forcing an instruction set in one translation unit reaches the other", "[kernels]") {
    const rope::isa unforced = rope::active_isa(); // the best, or what ROPE_ISA names
    for (const rope::isa which : rope::available_isas()) {
        rope::force_isa(which);
        if (other_flags::available(static_cast<int>(which))) {
            CHECK(other_flags::active() == static_cast<int>(which));
        } else { // not compiled there: said, not replaced
            CHECK(std::string(other_flags::choose()).find(rope::isa_name(which)) != std::string::npos);
        }
    }
    CHECK(other_flags::force(static_cast<int>(rope::isa::scalar)));
    CHECK(rope::active_isa() == rope::isa::scalar);
    CHECK(other_flags::force(-1));
    CHECK(rope::active_isa() == unforced);
    CHECK_FALSE(other_flags::available(static_cast<int>(rope::isa::avx512)));
}

TEST_CASE("translation units with different flags rotate to the same bits", "[kernels]") {
    for (const rope::isa which : rope::available_isas()) {
        if (!other_flags::available(static_cast<int>(which))) {
            continue;
        }
        kernel_in_question = static_cast<int>(which);
        for (const auto shape : kernel_cases::patterns) {
            const std::string family = kernel_cases::family_name<float, float>(shape);
            INFO(rope::isa_name(which) << ", " << family);
            const auto hash = kernel_cases::family_hash<float, float>(
                shape, [&](kernel_cases::job_with_data& job, const std::string&) {
                    job.run_by(&other_units_kernel);
                });
            CHECK(hash == kernel_cases::golden_hash(family));
        }
    }
}
