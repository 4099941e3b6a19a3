// rope/c.hpp: the definitions of <rope/rope.h>, the interface for C. Include it in exactly one C++17 source file of a program;
// the CMake target rope::compiled has it. With ROPE_SEPARATE_COMPILATION another file includes <rope/src.hpp>.
//
//   c/config.hpp    configurations, frequencies, verify, diagnose
//   c/rotate.hpp    tables, tensors, positions, rotations, plans, instruction sets
//   c/convert.hpp   C's structures as the library's
//   c/guard.hpp     codes and sentences; no exception passes
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/c/config.hpp>
#include <rope/c/rotate.hpp>
