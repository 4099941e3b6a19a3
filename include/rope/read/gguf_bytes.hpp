// gguf_bytes: the types of a GGUF file's values, and its bytes in order.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

enum class gguf_type : std::uint32_t {
    u8,
    i8,
    u16,
    i16,
    u32,
    i32,
    f32,
    boolean,
    string,
    array,
    u64,
    i64,
    f64
};

// Bytes of a number of that type; 0 for strings, arrays and what is no type.
inline std::uint64_t gguf_size(gguf_type type) {
    constexpr std::uint64_t sizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    const auto at = static_cast<std::size_t>(type);
    return at < std::size(sizes) ? sizes[at] : 0;
}

// Bytes of an open file, in order.
class gguf_bytes {
  public:
    gguf_bytes(std::FILE* file, std::uint64_t size) : file_(file), size_(size), part_(std::size_t{1} << 16) {}

    std::uint64_t left() const { return size_ - position_; }
    std::uint64_t position() const { return position_; }

    bool take(void* out, std::uint64_t count) {
        auto* bytes = static_cast<unsigned char*>(out);
        while (count > 0) {
            if (begin_ == end_ && !fill()) {
                return false;
            }
            const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(count, end_ - begin_));
            if (bytes) {
                std::memcpy(bytes, part_.data() + begin_, some);
                bytes += some;
            }
            begin_ += some;
            position_ += some;
            count -= some;
        }
        return true;
    }
    bool skip(std::uint64_t count) { return take(nullptr, count); }

  private:
    bool fill() {
        begin_ = 0;
        end_ = std::fread(part_.data(), 1, part_.size(), file_);
        return end_ > 0;
    }

    std::FILE* file_;
    std::uint64_t size_;
    std::vector<unsigned char> part_;
    std::size_t begin_ = 0, end_ = 0;
    std::uint64_t position_ = 0;
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
