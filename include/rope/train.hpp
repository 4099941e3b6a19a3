// Front door: what training needs. Depends on nothing, as the core; saving and loading is
// <rope/train/json.hpp>.
//
//   adjoint          dL/dx from dL/dy: the rotation's own kernel                  rotate/rotate.hpp
//   gradient         dL/d(angles, positions, frequencies, amplitude)              rotate/gradient.hpp
//   base_gradient    dL/d(base) through any recipe                                rotate/base_gradient.hpp
//   layer            learned angles, in the manner of Keras                       train/layer.hpp
//   frequency_layer  learned frequencies: per pair, per head, several axes        train/frequency_layer.hpp
//   named_layer      axes and positions by name, in the manner of Penzai          train/named_layer.hpp
//   angle_table      a table of any angles                                        train/angles.hpp
//   rotate_half      [-x2, x1] of the halves of an axis                           train/rotate_half.hpp
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/core.hpp>
#include <rope/rotate/base_gradient.hpp>
#include <rope/rotate/gradient.hpp>
#include <rope/train/angles.hpp>
#include <rope/train/frequency_layer.hpp>
#include <rope/train/layer.hpp>
#include <rope/train/named_layer.hpp>
#include <rope/train/rotate_half.hpp>
