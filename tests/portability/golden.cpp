// Every golden hash of rotations and tables, without a test library, for processors that are emulated: prints what
// differs, and ends with 1 then. See run.sh.
// SPDX-License-Identifier: MIT
#include "kernels/golden.hpp"
#include "table/golden_hashes.hpp"

#include <rope/kernels/rotate_kernels.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cstdio>
#include <string>

namespace {

int compared = 0, different = 0;

void compare(const std::string& name, std::uint64_t hash, std::uint64_t golden) {
    ++compared;
    if (hash != golden) {
        ++different;
        std::printf("differs: %s, %s: 0x%016llx\n", rope::isa_name(rope::active_isa()), name.c_str(),
                    static_cast<unsigned long long>(hash));
    }
}

template <class In, class Out>
void rotations() {
    const auto kernel = rope::detail::rotate_kernel_for<In, Out>(rope::active_isa());
    for (const auto shape : kernel_cases::patterns) {
        const std::string family = kernel_cases::family_name<In, Out>(shape);
        const auto run = [&](kernel_cases::job_with_data& job, const std::string&) { job.run_by(kernel); };
        compare(family, kernel_cases::family_hash<In, Out>(shape, run), kernel_cases::golden_hash(family));
    }
}

template <class T>
void table(const test::golden_table& g, const rope::frequency_set& f, const char* type,
           std::uint64_t golden) {
    const auto reals = test::golden_reals();
    const auto t = g.reals != 0 ? rope::cos_sin_table<T>(f, reals.data(), static_cast<std::int64_t>(g.reals))
                                : rope::cos_sin_table<T>(f, g.run);
    compare(std::string("table ") + type + ", " + g.name, test::hash(t.sin, test::hash(t.cos)), golden);
}

void all() {
    using rope::bfloat16;
    using rope::half;
    rotations<float, float>();
    rotations<double, double>();
    rotations<half, half>();
    rotations<bfloat16, bfloat16>();
    rotations<float, half>();
    rotations<float, bfloat16>();
    rotations<half, float>();
    rotations<bfloat16, float>();
    rotations<half, bfloat16>();
    rotations<bfloat16, half>();
    for (const auto& g : test::golden_tables()) {
        rope::config c;
        c.head_dim = 2 * g.pairs;
        c.base = g.base;
        auto f = rope::frequencies(c, 1);
        f.amplitude = rope::to_q64_192(rope::wide(g.amplitude));
        table<float>(g, f, "float", g.f32);
        table<double>(g, f, "double", g.f64);
        table<half>(g, f, "half", g.f16);
        table<bfloat16>(g, f, "bfloat16", g.bf16);
    }
    const auto list = test::golden_positions();
    for (const auto& g : test::golden_float_steps) {
        rope::config c;
        c.head_dim = 128;
        c.base = g.base;
        if (g.linear != 1) {
            c.scaling = rope::linear_scaling{g.linear};
        }
        const auto t = rope::cos_sin_table<float>(rope::frequencies(c, 1), list.data(),
                                                  static_cast<std::int64_t>(list.size()), 1, g.way);
        compare(g.name, test::hash(t.sin, test::hash(t.cos)), g.f32);
    }
}

} // namespace

int main() {
    for (const rope::isa which : rope::available_isas()) {
        rope::force_isa(which);
        all();
    }
    std::printf("%d hashes compared, %d differ\n", compared, different);
    return different == 0 && compared > 0 ? 0 : 1;
}
