// rope/diagnose: "why does mine differ?" A table of contents.
//
//   diagnose     from a tensor before and after somebody's rotation: what they did   diagnose/diagnose.hpp
//   diagnosis    what is found, as data                                              diagnose/diagnosis.hpp
//   verify       the same for a table of cos and sin                                 diagnose/verify.hpp
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/diagnose.hpp>
#include <rope/diagnose/verify.hpp>
