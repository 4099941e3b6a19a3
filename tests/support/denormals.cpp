// Linking with -Ofast makes GCC flush denormals in the whole process. Tests of what the library promises
// start with them on, as an ordinary program does.
// SPDX-License-Identifier: MIT
#if defined(__SSE2__)
#include <xmmintrin.h>

namespace {
const bool denormals_on = [] {
    _mm_setcsr(_mm_getcsr() & ~0x8040u); // flush to zero, denormals are zero
    return true;
}();
} // namespace
#endif
