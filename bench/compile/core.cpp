// rope/core.hpp, included and not used.
// SPDX-License-Identifier: MIT
#include <rope/core.hpp>

int main() {}
