// Two ways to build the library from the same headers. A header declares first; its definitions follow in
// `#if ROPE_DEFINITIONS`, and each of them is marked ROPE_API.
//
// header-only (the default): every unit sees the definitions; ROPE_API is `inline`.
// compiled once: ROPE_SEPARATE_COMPILATION is defined in every unit. A unit then sees declarations only. One source file,
// the user's or that of the CMake target rope::compiled, includes <rope/src.hpp>, which defines ROPE_SOURCE and compiles
// the definitions. Same names, same bits. ROPE_ABI is part of the names, so a unit whose flags change the code (another
// -march, -ffast-math) does not link with a library that was compiled without them, instead of mixing the two.
//
// ROPE_API_INLINED marks the few whose call costs as much as their work: where their definition is seen, it is compiled into the
// caller.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/platform.hpp>

#if !defined(ROPE_SEPARATE_COMPILATION)
#define ROPE_API inline
#define ROPE_API_INLINED ROPE_ALWAYS_INLINE
#define ROPE_DEFINITIONS 1
#elif defined(ROPE_SOURCE)
#define ROPE_API
#define ROPE_API_INLINED
#define ROPE_DEFINITIONS 1
#else
#define ROPE_API
#define ROPE_API_INLINED
#define ROPE_DEFINITIONS 0
#endif
