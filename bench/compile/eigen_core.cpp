// A yardstick: Eigen's core, included and not used.
// SPDX-License-Identifier: MIT
#include <Eigen/Core>

int main() {}
