// The second source file of rope::compiled: the interface for C, <rope/rope.h>.
// SPDX-License-Identifier: MIT
#include <rope/c.hpp>
