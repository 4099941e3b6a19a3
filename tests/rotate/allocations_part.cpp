// The program's operator new, which counts its calls. In a file of its own: inlined into its callers, GCC
// would warn of memory from new that goes to free.
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace test {
std::atomic<long> allocations{0};
} // namespace test

void* operator new(std::size_t size) {
    ++test::allocations;
    if (void* p = std::malloc(size != 0 ? size : 1)) {
        return p;
    }
    std::abort();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++test::allocations;
    return std::malloc(size != 0 ? size : 1);
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
    std::free(p);
}
