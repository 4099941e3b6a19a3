// Reporters that show a benchmark's own result: what it measured itself, in place of the time of its whole
// body. So the names stay as they were registered, without the suffixes that Google Benchmark gives manual
// time.
// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

namespace bench {

template <class Base>
class own_time : public Base {
  public:
    using Base::Base;
    using run = benchmark::BenchmarkReporter::Run;

    void ReportRuns(const std::vector<run>& runs) override {
        std::vector<run> shown = runs;
        for (run& r : shown) {
            const auto time = r.counters.find("time_ns");
            if (time != r.counters.end() && r.run_type == run::RT_Iteration) {
                r.iterations = 1;
                r.real_accumulated_time = r.cpu_accumulated_time = time->second.value * 1e-9;
            }
        }
        Base::ReportRuns(shown);
    }
};

inline std::unique_ptr<benchmark::BenchmarkReporter> make_reporter(const std::string& format) {
    if (format == "json") {
        return std::make_unique<own_time<benchmark::JSONReporter>>();
    }
    return std::make_unique<own_time<benchmark::ConsoleReporter>>(benchmark::ConsoleReporter::OO_Tabular);
}

} // namespace bench
