// The program's operator new, which remembers the largest block asked for. In a file of its own: inlined into
// its callers, GCC takes the malloc and free in it for a mismatch.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

extern std::atomic<std::size_t> largest_block;
std::atomic<std::size_t> largest_block{0};

namespace {

void* counted(std::size_t bytes) noexcept {
    std::size_t seen = largest_block.load();
    while (bytes > seen && !largest_block.compare_exchange_weak(seen, bytes)) {
    }
    return std::malloc(bytes == 0 ? 1 : bytes);
}

} // namespace

void* operator new(std::size_t bytes) {
    if (void* p = counted(bytes)) {
        return p;
    }
    throw std::bad_alloc{};
}
void* operator new[](std::size_t bytes) {
    return operator new(bytes);
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    return counted(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
    return counted(bytes);
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete[](void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
    std::free(p);
}
void operator delete[](void* p, std::size_t) noexcept {
    std::free(p);
}
