// Where the hashes in golden.hpp come from: the definition in kernels/rotate_job.hpp, calculated by MPFR. Says so
// again, and prints the whole list when they differ.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "kernels/golden.hpp"
#include "kernels/mpfr_rotation.hpp"
#include "kernels/plan_cases.hpp"

#include <cstdio>
#include <string>

namespace {

struct report {
    std::string list;
    bool same = true;

    void add(const std::string& name, std::uint64_t hash) {
        char line[128];
        std::snprintf(line, sizeof line, "    {\"%s\", 0x%016llxu},\n", name.c_str(),
                      static_cast<unsigned long long>(hash));
        list += line;
        same = same && kernel_cases::golden_hash(name) == hash;
    }
};

template <class In, class Out>
void recompute(report& r) {
    for (const auto shape : kernel_cases::patterns) {
        r.add(kernel_cases::family_name<In, Out>(shape),
              kernel_cases::family_hash<In, Out>(
                  shape, [](auto& job, const std::string&) { kernel_cases::mpfr_rotate<In, Out>(job); }));
    }
    r.add(kernel_cases::plan_name<In, Out>(),
          kernel_cases::plan_hash<In, Out>([](kernel_cases::plan_case<In, Out>& c) {
              for (std::int64_t batch = 0; batch < c.extent[0]; ++batch) {
                  kernel_cases::mpfr_rotate<In, Out>(c.job(batch));
              }
          }));
}

TEST_CASE("the golden hashes of the rotation are MPFR's", "[kernels]") {
    using rope::bfloat16;
    using rope::half;
    report r;
    recompute<float, float>(r);
    recompute<double, double>(r);
    recompute<half, half>(r);
    recompute<bfloat16, bfloat16>(r);
    recompute<float, half>(r);
    recompute<float, bfloat16>(r);
    recompute<half, float>(r);
    recompute<bfloat16, float>(r);
    recompute<half, bfloat16>(r);
    recompute<bfloat16, half>(r);
    INFO("golden.hpp should say:\n" << r.list);
    CHECK(r.same);
}

} // namespace
