// The program's operator new, which counts its calls and what they ask for; the one that returns null can be made to. In a
// file of its own: inlined into its callers, GCC would warn of memory from new that goes to free.
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace test {
std::atomic<long> allocations{0};
std::atomic<std::size_t> allocated_bytes{0};
std::atomic<long> aligned_blocks_left{-1}; // how many more blocks there is memory for; below 0: any number
} // namespace test

void* operator new(std::size_t size) {
    ++test::allocations;
    test::allocated_bytes += size;
    if (void* p = std::malloc(size != 0 ? size : 1)) {
        return p;
    }
    std::abort();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++test::allocations;
    test::allocated_bytes += size;
    return std::malloc(size != 0 ? size : 1);
}
void* operator new(std::size_t size, std::align_val_t line) {
    ++test::allocations;
    test::allocated_bytes += size;
    const auto at = static_cast<std::size_t>(line);
    if (void* p = std::aligned_alloc(at, (size / at + 1) * at)) {
        return p;
    }
    std::abort();
}
void* operator new(std::size_t size, std::align_val_t line, const std::nothrow_t&) noexcept {
    if (test::aligned_blocks_left >= 0 && test::aligned_blocks_left-- == 0) {
        test::aligned_blocks_left = 0;
        return nullptr;
    }
    return ::operator new(size, line);
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
    std::free(p);
}
void operator delete(void* p, std::align_val_t) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
    std::free(p);
}
