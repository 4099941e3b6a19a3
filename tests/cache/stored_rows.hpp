// A head's row in each format of a cache, made and read value by value with the formats' own conversions.
// SPDX-License-Identifier: MIT
#pragma once

#include "support/seed.hpp"

#include <rope/cache.hpp>

#include <cstring>
#include <random>
#include <type_traits>
#include <vector>

namespace test {

// Random numbers between -2 and 2.
inline std::vector<float> numbers(std::size_t n) {
    static std::mt19937 random(seed());
    std::vector<float> x(n);
    for (float& v : x) {
        v = static_cast<float>(static_cast<double>(random()) / 1073741824.0 - 2);
    }
    return x;
}

template <class T>
T converted(float x) {
    if constexpr (std::is_same_v<T, rope::fp8_e4m3>) {
        return rope::to_fp8_e4m3(x);
    } else if constexpr (std::is_same_v<T, rope::fp8_e5m2>) {
        return rope::to_fp8_e5m2(x);
    } else {
        return rope::detail::narrow<T>(x);
    }
}

template <class T>
inline constexpr std::int64_t values_of = rope::detail::values_of(rope::row_format_of<T>::value);

// A head's row, with its scales behind it.
template <class T>
std::vector<unsigned char> stored_row(const float* x, std::int64_t dim, std::int64_t block) {
    std::vector<unsigned char> row(static_cast<std::size_t>(dim / values_of<T>) * sizeof(T));
    if constexpr (std::is_same_v<T, std::int8_t>) {
        for (std::int64_t j = 0; j < dim; j += block) {
            const float scale =
                rope::quantize_int8(x + j, block, reinterpret_cast<std::int8_t*>(row.data()) + j);
            row.resize(row.size() + sizeof scale);
            std::memcpy(row.data() + row.size() - sizeof scale, &scale, sizeof scale);
        }
    } else if constexpr (std::is_same_v<T, rope::q8_0_block>) {
        for (std::int64_t j = 0; j < dim; j += 32) {
            rope::q8_0_block b;
            rope::quantize_q8_0(x + j, b);
            std::memcpy(row.data() + j / 32 * 34, &b, sizeof b);
        }
    } else {
        for (std::int64_t j = 0; j < dim; ++j) {
            const T y = converted<T>(x[j]);
            std::memcpy(row.data() + static_cast<std::size_t>(j) * sizeof(T), &y, sizeof y);
        }
    }
    return row;
}

// And back.
template <class T>
std::vector<float> read_row(const std::vector<unsigned char>& row, std::int64_t dim, std::int64_t block) {
    std::vector<float> x(static_cast<std::size_t>(dim));
    if constexpr (std::is_same_v<T, std::int8_t>) {
        for (std::int64_t j = 0; j < dim; j += block) {
            float scale;
            std::memcpy(&scale, row.data() + dim + j / block * 4, sizeof scale);
            rope::dequantize_int8(reinterpret_cast<const std::int8_t*>(row.data()) + j, block, scale,
                                  x.data() + j);
        }
    } else if constexpr (std::is_same_v<T, rope::q8_0_block>) {
        for (std::int64_t j = 0; j < dim; j += 32) {
            rope::q8_0_block b;
            std::memcpy(&b, row.data() + j / 32 * 34, sizeof b);
            rope::dequantize_q8_0(b, x.data() + j);
        }
    } else {
        for (std::size_t j = 0; j < x.size(); ++j) {
            T y;
            std::memcpy(&y, row.data() + j * sizeof(T), sizeof y);
            if constexpr (std::is_same_v<T, float>) {
                x[j] = y;
            } else {
                x[j] = to_float(y);
            }
        }
    }
    return x;
}

// A cache in memory of its own: `places` rows of `heads` heads; int8 with a scale for each `block` values.
template <class T>
struct memory_cache {
    std::int64_t places, heads, dim, block, each = dim / values_of<T>;
    std::vector<T> data = std::vector<T>(static_cast<std::size_t>(places * heads * each));
    std::vector<float> scales = std::vector<float>(static_cast<std::size_t>(places * heads * (dim / block)));

    rope::cache_view<T> with_scales(rope::cache_view<T> view) {
        if constexpr (std::is_same_v<T, std::int8_t>) {
            return rope::with_scales(view, scales.data(), block);
        } else {
            return view;
        }
    }
    rope::cache_view<T> view() { return with_scales(rope::dense_cache(data.data(), places, heads, dim)); }

    // The row at an element, and the scales of a place.
    std::vector<unsigned char> row(std::int64_t element, std::int64_t place, std::int64_t h) const {
        const auto* from = reinterpret_cast<const unsigned char*>(data.data() + element);
        std::vector<unsigned char> r(from, from + static_cast<std::size_t>(each) * sizeof(T));
        if constexpr (std::is_same_v<T, std::int8_t>) {
            const auto* s =
                reinterpret_cast<const unsigned char*>(scales.data() + (place * heads + h) * (dim / block));
            r.insert(r.end(), s, s + dim / block * 4);
        }
        return r;
    }
    std::vector<unsigned char> row(std::int64_t place, std::int64_t h) const {
        return row((place * heads + h) * each, place, h);
    }
    void set(std::int64_t place, std::int64_t h, const float* x) {
        const std::vector<unsigned char> r = stored_row<T>(x, dim, block);
        const std::size_t bytes = static_cast<std::size_t>(each) * sizeof(T);
        std::memcpy(static_cast<void*>(data.data() + (place * heads + h) * each), r.data(), bytes);
        if (r.size() > bytes) {
            std::memcpy(scales.data() + (place * heads + h) * (dim / block), r.data() + bytes,
                        r.size() - bytes);
        }
    }
    std::vector<float> values(std::int64_t place, std::int64_t h) const {
        return read_row<T>(row(place, h), dim, block);
    }
};

} // namespace test
