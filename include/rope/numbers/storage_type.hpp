// storage_type: the library's storage type of a scalar type of somebody else's: _Float16, __bf16 (std::float16_t and
// std::bfloat16_t are these two where a standard library has them), __fp16. An adaptor specialises it, as adapt/eigen.hpp does.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/numbers/scalars.hpp>

#if defined(__clang__)
#if defined(__aarch64__) || (defined(__SSE2__) && __clang_major__ >= 15)
#define ROPE_HAS_FLOAT16
#endif
#if defined(__SSE2__) && __clang_major__ >= 17
#define ROPE_HAS_BF16
#endif
#elif defined(__GNUC__)
#if (defined(__SSE2__) && __GNUC__ >= 12) || (defined(__FLT16_MANT_DIG__) && __GNUC__ >= 13)
#define ROPE_HAS_FLOAT16
#endif
#if defined(__BFLT16_MANT_DIG__)
#define ROPE_HAS_BF16
#endif
#endif

namespace rope {
inline namespace ROPE_ABI {

// type: what a view of X holds. X itself unless it is a 16-bit float of a compiler's or another library's.
template <class X>
struct storage_type {
    using type = X;
};
template <class X>
struct storage_type<const X> {
    using type = const typename storage_type<X>::type;
};
#if defined(ROPE_HAS_FLOAT16)
template <>
struct storage_type<_Float16> {
    using type = half;
};
#endif
#if defined(ROPE_HAS_BF16)
template <>
struct storage_type<__bf16> {
    using type = bfloat16;
};
#endif
#if defined(__ARM_FP16_FORMAT_IEEE)
template <>
struct storage_type<__fp16> {
    using type = half;
};
#endif

// Memory of 16-bit words as what they are: as_half(p) IEEE 754 binary16, as_bfloat16(p) bfloat16. Of std::uint16_t, or any type
// of 2 bytes whose bits these are.
template <class Word>
half* as_half(Word* p) noexcept {
    static_assert(sizeof(Word) == 2, "rope: as_half takes a pointer to words of 16 bits");
    return reinterpret_cast<half*>(p);
}
template <class Word>
const half* as_half(const Word* p) noexcept {
    static_assert(sizeof(Word) == 2, "rope: as_half takes a pointer to words of 16 bits");
    return reinterpret_cast<const half*>(p);
}
template <class Word>
bfloat16* as_bfloat16(Word* p) noexcept {
    static_assert(sizeof(Word) == 2, "rope: as_bfloat16 takes a pointer to words of 16 bits");
    return reinterpret_cast<bfloat16*>(p);
}
template <class Word>
const bfloat16* as_bfloat16(const Word* p) noexcept {
    static_assert(sizeof(Word) == 2, "rope: as_bfloat16 takes a pointer to words of 16 bits");
    return reinterpret_cast<const bfloat16*>(p);
}

} // namespace ROPE_ABI
} // namespace rope
