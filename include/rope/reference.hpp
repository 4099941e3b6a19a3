// Front door: the published definitions, written as they were published. For tests and for reading; not part
// of the core.
//
//   rotate_half form, [b, h, n, d]      reference/rotate_half.hpp
//   complex form, [b, s, h, d]          reference/complex.hpp
//   sequence form, (B, T, D), (B,T,H,D) reference/sequence.hpp
//   the plain float loop over a table   reference/plain_loop.hpp
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/reference/complex.hpp>
#include <rope/reference/plain_loop.hpp>
#include <rope/reference/rotate_half.hpp>
#include <rope/reference/sequence.hpp>
