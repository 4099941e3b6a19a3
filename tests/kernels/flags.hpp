// What flags_test.cpp asks of flags_part.cpp, which is compiled with other flags and without AVX-512 kernels.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/job.hpp>
#include <rope/support/error.hpp>

#include <optional>

namespace other_flags {

const char* tag();
const void* scalar_kernel();
rope::isa active();
rope::status choose();
rope::status force(std::optional<rope::isa> which);
bool available(rope::isa which);
rope::kernels::rotate_kernel float_kernel(rope::isa which);

} // namespace other_flags
