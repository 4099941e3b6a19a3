// rope_bench: registers every family, then does what Google Benchmark's options say.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "limits.hpp"
#include "reporters.hpp"

#include <rope/support/version.hpp>

#include <string>
#include <vector>

namespace {

// The value of --name=value, empty when it is not given.
std::string option(const std::vector<char*>& arguments, const std::string& name) {
    const std::string start = "--" + name + "=";
    std::string value;
    for (const char* argument : arguments) {
        if (std::string(argument).rfind(start, 0) == 0) {
            value = argument + start.size();
        }
    }
    return value;
}

} // namespace

int main(int argc, char** argv) {
    bench::add_rotations();
    bench::add_limits();
    bench::add_tables();
    bench::add_rows();
    bench::add_calls();
    bench::add_caches();
    bench::add_gradients();
    bench::add_columns();
    bench::add_threads();
    bench::add_reading();
#if ROPE_BENCH_EIGEN
    bench::add_eigen_expressions();
#endif
    bench::add_onnxruntime();
#if ROPE_BENCH_GGML
    bench::add_ggml();
#endif

    // One measurement is complete in itself: nothing is repeated unless it is asked for.
    std::string once = "--benchmark_min_time=0";
    std::vector<char*> arguments(argv, argv + argc);
    arguments.insert(arguments.begin() + 1, &once[0]);
    const auto display = bench::make_reporter(option(arguments, "benchmark_format"));
    std::string out = option(arguments, "benchmark_out");
    const auto file = bench::make_reporter("json");

    int count = static_cast<int>(arguments.size());
    arguments.push_back(nullptr);
    benchmark::AddCustomContext("rope_version", ROPE_VERSION_STRING);
    benchmark::AddCustomContext("limit_isa", bench::limit_isa());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) {
        return 1;
    }
    benchmark::RunSpecifiedBenchmarks(display.get(), out.empty() ? nullptr : file.get());
    benchmark::Shutdown();
    return 0;
}
