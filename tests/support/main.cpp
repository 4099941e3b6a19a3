// main() of every test program, with Catch2 2.13 and 3.x.
// SPDX-License-Identifier: MIT
#define CATCH_CONFIG_RUNNER
#include "support/catch.hpp"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

int main(int argc, char** argv) {
#if defined(__SSE2__)
    // Linking with -Ofast makes GCC flush denormals in the whole process, by a constructor that runs after those of this
    // program. Tests of what the library promises begin with them on, as an ordinary program does.
    _mm_setcsr(_mm_getcsr() & ~0x8040u);
#endif
    return Catch::Session().run(argc, argv);
}
