// Memory that is measured on: page-aligned, touched, kept between benchmarks so that its pages stay in place.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace bench {

class buffer {
  public:
    buffer() = default;
    buffer(const buffer&) = delete;
    buffer& operator=(const buffer&) = delete;
    ~buffer() { std::free(data_); }

    // At least `bytes`, from a page boundary. What was there is lost when it has to grow.
    char* reserve(std::size_t bytes) {
        if (bytes > size_) {
            std::free(data_);
            size_ = (bytes + 4095) / 4096 * 4096;
            data_ = static_cast<char*>(std::aligned_alloc(4096, size_));
            if (data_ == nullptr) {
                throw std::bad_alloc();
            }
            std::memset(data_, 0, size_);
        }
        return data_;
    }

  private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace bench
