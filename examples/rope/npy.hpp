// npy: NumPy's array files, the command's way in and out for numbers.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html (versions 1.0, 2.0, 3.0).
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cli {

enum class element : std::uint8_t { f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 };

std::size_t size_of(element type);
const char* name_of(element type); // as NumPy says it: float32, uint16, ...
bool is_float(element type);

using shape_type = std::vector<std::int64_t>;

// (2, 3), (5,), (): as Python writes it.
std::string to_text(const shape_type& shape);

// The number of elements, or -1 where their bytes cannot be counted in 63 bits.
std::int64_t count_of(const shape_type& shape, std::size_t element_size);

// An array in C order and in this machine's byte order, whatever the file had.
struct array {
    element type = element::f4;
    shape_type shape = {};
    std::unique_ptr<unsigned char[]> bytes = nullptr;

    std::int64_t count() const { return count_of(shape, size_of(type)); }
    std::size_t byte_count() const { return static_cast<std::size_t>(count()) * size_of(type); }
    template <class T>
    T* as() {
        return reinterpret_cast<T*>(bytes.get());
    }
    template <class T>
    const T* as() const {
        return reinterpret_cast<const T*>(bytes.get());
    }
};

// Memory for such an array, not initialised. Throws input_error where it cannot be.
array make_array(element type, shape_type shape);

// Reads a whole file. The header is checked against the file's size before the data's memory is asked for.
// Throws input_error; also for complex numbers, which read_npy_pairs gives a last axis of 2.
array read_npy(const std::string& path);
array read_npy_pairs(const std::string& path);

// The bytes that stand before the data of a C-order array: magic, version 1.0, header padded to 64.
std::string npy_header(element type, const shape_type& shape);

} // namespace cli
