// What flags_test.cpp asks of flags_part.cpp, which is compiled with other flags and without AVX-512 kernels.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace other_flags {

// Plain types only: a type of the library's is another type in a translation unit with other flags.
const char* tag();
const void* scalar_kernel();
int active();
const char* choose();  // the sentence of a failed choice; empty when it is good
bool force(int which); // -1: none
bool available(int which);
int rotate_floats(int which, const void* job, const void* in,
                  void* out); // `job` is a rope::kernels::rotate_job

} // namespace other_flags
