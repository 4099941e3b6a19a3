// row_format: how a row of numbers is stored: the storage types of tensors, the 8-bit formats of caches.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/fp8.hpp>
#include <rope/numbers/int8_blocks.hpp>
#include <rope/numbers/scalars.hpp>
#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// i8: 8-bit integers with scales beside them. q8_0: blocks of 32 with the scale in the block.
enum class row_format : std::uint8_t { f32, f16, bf16, e4m3, e5m2, i8, q8_0 };

constexpr const char* row_format_name(row_format format) noexcept {
    constexpr const char* names[] = {"float", "half", "bfloat16", "fp8_e4m3", "fp8_e5m2", "int8", "q8_0"};
    return names[static_cast<std::uint8_t>(format)];
}

template <class T>
struct row_format_of {
    static constexpr bool exists = false;
};

namespace detail {

template <row_format Format>
struct row_format_value {
    static constexpr bool exists = true;
    static constexpr row_format value = Format;
};

// Bytes of an element, and how many values it has.
constexpr std::int64_t bytes_of(row_format format) noexcept {
    constexpr std::int64_t bytes[] = {4, 2, 2, 1, 1, 1, 34};
    return bytes[static_cast<std::uint8_t>(format)];
}
constexpr std::int64_t values_of(row_format format) noexcept {
    return format == row_format::q8_0 ? q8_0_block::size : 1;
}

constexpr row_format format_of(dtype type) noexcept { // not of double
    return type == dtype::f16 ? row_format::f16 : type == dtype::bf16 ? row_format::bf16 : row_format::f32;
}

} // namespace detail

template <>
struct row_format_of<float> : detail::row_format_value<row_format::f32> {};
template <>
struct row_format_of<half> : detail::row_format_value<row_format::f16> {};
template <>
struct row_format_of<bfloat16> : detail::row_format_value<row_format::bf16> {};
template <>
struct row_format_of<fp8_e4m3> : detail::row_format_value<row_format::e4m3> {};
template <>
struct row_format_of<fp8_e5m2> : detail::row_format_value<row_format::e5m2> {};
template <>
struct row_format_of<std::int8_t> : detail::row_format_value<row_format::i8> {};
template <>
struct row_format_of<q8_0_block> : detail::row_format_value<row_format::q8_0> {};

} // namespace ROPE_ABI
} // namespace rope
