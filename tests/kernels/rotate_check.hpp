// One check for all kernels: every available instruction set leaves in memory what the golden hash says, and
// says that it was there.
// SPDX-License-Identifier: MIT
#pragma once

#include "support/catch.hpp"

#include "kernels/golden.hpp"

#include <rope/kernels/rotate_kernels.hpp>

namespace kernel_cases {

template <class In, class Out>
void check_kernel(rope::isa which, const char* name, rope::kernels::rotate_kernel kernel) {
    for (const pattern shape : patterns) {
        std::string stranger;
        const auto run = [&](job_with_data& job, const std::string& text) {
            job.ran = which == rope::isa::scalar ? rope::isa::neon : rope::isa::scalar;
            job.run_by(kernel);
            if (job.ran != which) {
                stranger = text + ": ran " + rope::isa_name(job.ran);
            }
        };
        const std::uint64_t hash = family_hash<In, Out>(shape, run);
        const std::string family = family_name<In, Out>(shape);
        INFO(name << ", " << family);
        CHECK(hash == golden_hash(family));
        CHECK(stranger == "");
    }
}

template <class In, class Out>
void check_all_kernels() {
    for (const rope::isa which : rope::available_isas()) {
        check_kernel<In, Out>(which, rope::isa_name(which), rope::detail::rotate_kernel_for<In, Out>(which));
#if ROPE_WITH_AVX512
        if (which == rope::isa::avx512 && std::is_same_v<Out, rope::bfloat16>) { // where BF16 is not there
            check_kernel<In, Out>(which, "avx512 without BF16",
                                  &rope::detail::avx512::rotate<In, Out, false>);
        }
#endif
    }
}

} // namespace kernel_cases
