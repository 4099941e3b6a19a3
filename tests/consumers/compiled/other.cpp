// A second source file of the same program.
// SPDX-License-Identifier: MIT
#include <rope/model/frequencies.hpp>
#include <rope/table/growing_table.hpp>

std::int64_t rows_of_other() {
    rope::config config;
    config.head_dim = 64;
    return rope::growing_table<double>(rope::frequencies(config), 100).rows();
}
