// Where the hashes in golden.hpp come from: the definition in kernels/job.hpp, calculated by MPFR. Says so
// again, and prints the whole list when they differ.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "kernels/golden.hpp"
#include "kernels/mpfr_rotation.hpp"

#include <cstdio>
#include <string>

namespace {

template <class In, class Out>
void recompute(std::string& list, bool& same) {
    for (const auto shape : kernel_cases::patterns) {
        const std::uint64_t hash =
            kernel_cases::family_hash<In, Out>(shape, [](rope::kernels::rotate_job& job, const std::string&) {
                kernel_cases::mpfr_rotate<In, Out>(job);
            });
        const auto name = kernel_cases::family_name<In, Out>(shape);
        char line[128];
        std::snprintf(line, sizeof line, "    {\"%s\", 0x%016llxu},\n", name.c_str(),
                      static_cast<unsigned long long>(hash));
        list += line;
        same = same && kernel_cases::golden_hash(name) == hash;
    }
}

TEST_CASE("the golden hashes of the rotation are MPFR's", "[kernels]") {
    using rope::bfloat16;
    using rope::half;
    std::string list;
    bool same = true;
    recompute<float, float>(list, same);
    recompute<double, double>(list, same);
    recompute<half, half>(list, same);
    recompute<bfloat16, bfloat16>(list, same);
    recompute<float, half>(list, same);
    recompute<float, bfloat16>(list, same);
    recompute<half, float>(list, same);
    recompute<bfloat16, float>(list, same);
    recompute<half, bfloat16>(list, same);
    recompute<bfloat16, half>(list, same);
    INFO("golden.hpp should say:\n" << list);
    CHECK(same);
}

} // namespace
