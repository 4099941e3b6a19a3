// main() of every test program with Catch2 2.13; 3.x brings its own.
// SPDX-License-Identifier: MIT
#define CATCH_CONFIG_MAIN
#include "support/catch.hpp"
