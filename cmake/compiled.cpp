// The source file of rope::compiled: the definitions of the whole library, compiled once.
// SPDX-License-Identifier: MIT
#include <rope/src.hpp>
