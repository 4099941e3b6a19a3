// Counts the calls of operator new in this program. Include it in one file of a test program.
#pragma once

#include <atomic>
#include <cstdlib>
#include <new>

namespace test {
inline std::atomic<long> allocations{0};
} // namespace test

void* operator new(std::size_t size) {
    ++test::allocations;
    if (void* p = std::malloc(size != 0 ? size : 1)) {
        return p;
    }
    std::abort();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
