// The source file of the target that owns the tests' precompiled header.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
