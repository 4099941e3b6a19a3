// One check for all kernels: every available instruction set leaves in memory what the golden hash says, and
// says that it was there.
// SPDX-License-Identifier: MIT
#pragma once

#include "support/catch.hpp"

#include "kernels/golden.hpp"

#include <rope/kernels/rotate.hpp>

namespace kernel_cases {

template <class In, class Out>
void check_all_kernels() {
    for (const rope::isa which : rope::available_isas()) {
        const auto kernel = rope::detail::rotate_kernel_for<In, Out>(which);
        for (const pattern shape : patterns) {
            std::string stranger;
            const auto run = [&](rotate_job& job, const std::string& text) {
                job.ran = which == rope::isa::scalar ? rope::isa::neon : rope::isa::scalar;
                kernel(job);
                if (job.ran != which) {
                    stranger = text + ": ran " + rope::isa_name(job.ran);
                }
            };
            const std::uint64_t hash = family_hash<In, Out>(shape, run);
            const std::string family = family_name<In, Out>(shape);
            INFO(rope::isa_name(which) << ", " << family);
            CHECK(hash == golden_hash(family));
            CHECK(stranger == "");
        }
    }
}

} // namespace kernel_cases
