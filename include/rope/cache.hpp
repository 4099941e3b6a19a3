// Front door: key-value caches in the caller's memory. Depends on nothing, as the core.
//
//   cache_view   dense or paged, float, half, bfloat16, fp8, int8 with scales, q8_0   cache/cache_view.hpp
//   write        rotate, convert, scatter: query, key and value in one call             cache/write.hpp
//   rerotate     keys rotated further, in place or from originals; changes of regime    cache/rerotate.hpp
//   scores       queries against unrotated keys, rotated as they are read              cache/scores.hpp
//   key_origins  any number of shifts as one rotation of the original                  cache/key_origins.hpp
//   fused        norm and rotation in one pass                                          rotate/fused.hpp
//   formats      fp8, int8 and q8_0                                                     numbers/fp8.hpp, int8_blocks.hpp
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/cache_view.hpp>
#include <rope/cache/key_origins.hpp>
#include <rope/cache/rerotate.hpp>
#include <rope/cache/scores.hpp>
#include <rope/cache/write.hpp>
#include <rope/core.hpp>
#include <rope/model/frequency_change.hpp>
#include <rope/numbers/fp8.hpp>
#include <rope/numbers/int8_blocks.hpp>
#include <rope/rotate/fused.hpp>
