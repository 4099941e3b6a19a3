// language: the C++ that the library is written in. First of all includes.
// SPDX-License-Identifier: MIT
#pragma once

#if defined(__cplusplus) && __cplusplus < 201703L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 201703L)
#error "rope needs C++17: compile with -std=c++17 or newer. C and older C++ call it through <rope/rope.h>"
#include <rope_needs_cxx17> // ends the compilation, so that the sentence above is not followed by hundreds
#endif
