// Plans in 1 to 4 parts, each on a thread of its own, on every instruction set: what is in memory then is what the golden
// hash says.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run_isa.hpp"

#include "kernels/golden.hpp"
#include "kernels/plan_cases.hpp"

#include <optional>
#include <thread>

namespace {

template <class In, class Out>
void check_plans() {
    const std::string name = kernel_cases::plan_name<In, Out>();
    for (const rope::isa which : rope::available_isas()) {
        rope::force_isa(which);
        for (std::int64_t parts = 1; parts <= 4; ++parts) {
            bool own = true;
            const std::uint64_t hash =
                kernel_cases::plan_hash<In, Out>([&](kernel_cases::plan_case<In, Out>& c) {
                    const auto table = c.table();
                    const auto plan = c.plan(table);
                    std::vector<rope::isa> ran(static_cast<std::size_t>(parts));
                    const auto part = [&](std::int64_t k) {
                        ran[static_cast<std::size_t>(k)] =
                            test::run_isa(plan, static_cast<const In*>(c.in.data()), c.result(), k, parts);
                    };
                    std::vector<std::thread> threads;
                    for (std::int64_t k = 1; k < parts; ++k) {
                        threads.emplace_back(part, k);
                    }
                    part(0);
                    for (std::thread& t : threads) {
                        t.join();
                    }
                    for (const rope::isa one : ran) {
                        own = own && one == which;
                    }
                });
            INFO(rope::isa_name(which) << ", " << name << ", threads: " << parts);
            CHECK(hash == kernel_cases::golden_hash(name));
            CHECK(own);
        }
        rope::force_isa(std::nullopt);
    }
}

} // namespace

TEST_CASE("plans leave the golden bits on every instruction set and number of threads", "[kernels]") {
    using rope::bfloat16;
    using rope::half;
    check_plans<float, float>();
    check_plans<double, double>();
    check_plans<half, half>();
    check_plans<bfloat16, bfloat16>();
    check_plans<float, half>();
    check_plans<float, bfloat16>();
    check_plans<half, float>();
    check_plans<bfloat16, float>();
    check_plans<half, bfloat16>();
    check_plans<bfloat16, half>();
}
