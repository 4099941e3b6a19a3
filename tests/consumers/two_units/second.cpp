// See first.cpp.
// SPDX-License-Identifier: MIT
#include <rope/json.hpp>
#include <rope/reference.hpp>
#include <rope/rope.hpp>

rope::status force_in_second(rope::isa which);
rope::status force_in_second(rope::isa which) {
    return rope::try_force_isa(which);
}
