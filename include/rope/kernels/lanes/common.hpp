// What the lanes of every instruction set share; included before a region opens.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/rotate_job.hpp>
#include <rope/numbers/float_mode.hpp>
#include <rope/numbers/fma.hpp>
#include <rope/numbers/half.hpp>
#include <rope/numbers/scalars.hpp>
#include <rope/support/abi.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
