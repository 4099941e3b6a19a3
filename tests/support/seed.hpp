// The seed of a randomised test: another one in each run, which a failure prints; or that of the environment variable
// ROPE_TEST_SEED, to see the failure again.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <random>

namespace test {

inline unsigned seed() {
    if (const char* given = std::getenv("ROPE_TEST_SEED")) {
        return static_cast<unsigned>(std::strtoul(given, nullptr, 10));
    }
    return std::random_device{}();
}

} // namespace test
