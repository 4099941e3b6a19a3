// rope, the core: what a model says -> frequencies -> tables of cos and sin -> rotated queries and keys. A
// table of contents; each header's comments are the reference of what it declares.
//
//   config       what a model says: head_dim, rotary_dim, base, pairing, scaling      model/config.hpp,
//   scaling.hpp frequencies  config -> inv_freq, attention factor, exact step per pair model/frequencies.hpp
//   table        frequencies -> cos[row][pair], sin[row][pair]                        table/cos_sin_table.hpp
//   view         any strided memory; axes are named "b s h d" where it is used        tensor/view.hpp
//   positions    offset(past), at(position), ids(pointer, extents), offsets(starts)   tensor/positions.hpp
//   rotate       in place or into another tensor; adjoint, unrotate, query and key    rotate/rotate.hpp
//   plan, run    the same in two steps: all checks once, then the work, in parts      rotate/plan.hpp,
//   run.hpp isa          which kernels there are, which is used, forcing one                  kernels/isa.hpp
//   error        what a failed check throws; the handler without exceptions           support/error.hpp
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/isa.hpp>
#include <rope/model/config.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/rotate/plan.hpp>
#include <rope/rotate/rotate.hpp>
#include <rope/rotate/run.hpp>
#include <rope/support/error.hpp>
#include <rope/support/version.hpp>
#include <rope/table/cos_sin_table.hpp>
#include <rope/tensor/positions.hpp>
#include <rope/tensor/view.hpp>
