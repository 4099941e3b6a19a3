// src: the definitions of the whole library, for the one source file of a program that defines ROPE_SEPARATE_COMPILATION
// everywhere. Include it there before any other header of the library, or link the CMake target rope::compiled instead.
// Tables exist for float, double, half and bfloat16. See support/linkage.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#if !defined(ROPE_SEPARATE_COMPILATION)
#error                                                                                                       \
    "rope/src.hpp: define ROPE_SEPARATE_COMPILATION in every source file that includes rope, or do not include src.hpp"
#endif
#if defined(ROPE_DEFINITIONS)
#error "rope/src.hpp: include it before any other header of rope"
#endif
#define ROPE_SOURCE

#include <rope/cache.hpp>
#include <rope/core.hpp>
#include <rope/diagnose/diagnose.hpp>
#include <rope/diagnose/verify.hpp>
#include <rope/exchange/accuracy.hpp>
#include <rope/exchange/formats.hpp>
#include <rope/model/explain.hpp>
#include <rope/model/ggml_rope.hpp>
#include <rope/model/laid_over.hpp>
#include <rope/read/layers.hpp>
#include <rope/read/onnx.hpp>
#include <rope/read/read_config.hpp>
#include <rope/rotate/base_gradient.hpp>
#include <rope/rotate/grouped.hpp>
#include <rope/table/growing_table.hpp>
#include <rope/table/two_level_table.hpp>
#include <rope/table/xpos.hpp>

namespace rope {
inline namespace ROPE_ABI {

#define ROPE_TABLES_OF(T)                                                                                    \
    template result<table<T>> try_cos_sin_table<T>(const frequency_set&, range, numerics);                   \
    template result<table<T>> detail::try_listed_table<T, std::int64_t>(                                     \
        const frequency_set&, const std::int64_t*, std::int64_t, std::int64_t, numerics);                    \
    template result<table<T>> detail::try_listed_table<T, double>(const frequency_set&, const double*,       \
                                                                  std::int64_t, std::int64_t, numerics);     \
    template result<std::size_t> try_table_bytes<T>(const frequency_set&, std::int64_t);                     \
    template result<table_view<T>> try_fill_cos_sin_table<T>(const frequency_set&, range, T*, T*, numerics); \
    template class growing_table<T>;                                                                         \
    template status try_make_rows<T>(const frequency_set&, range, T*, T*);                                   \
    template status try_make_rows<T, std::int64_t>(const frequency_set&, const std::int64_t*, std::int64_t,  \
                                                   T*, T*);                                                  \
    template status try_make_rows<T, double>(const frequency_set&, const double*, std::int64_t, T*, T*);     \
    template result<xpos_tables<T>> try_xpos_cos_sin_tables<T>(const config&, range);                        \
    template table_accuracy accuracy_of<T>(const table<T>&);                                                 \
    template result<table_accuracy> try_accuracy_of<T>(const table<T>&);

ROPE_TABLES_OF(float)
ROPE_TABLES_OF(double)
ROPE_TABLES_OF(half)
ROPE_TABLES_OF(bfloat16)
#undef ROPE_TABLES_OF

template status try_make_rows<float>(const two_level_table&, range, float*, float*);
template status try_make_rows<half>(const two_level_table&, range, half*, half*);
template status try_make_rows<bfloat16>(const two_level_table&, range, bfloat16*, bfloat16*);

namespace detail {

#define ROPE_ROTATIONS_FROM(T)                                                                               \
    template const rotation_functions& rotation_functions_of<T, float>() noexcept;                           \
    template const rotation_functions& rotation_functions_of<T, half>() noexcept;                            \
    template const rotation_functions& rotation_functions_of<T, bfloat16>() noexcept;                        \
    template const rotation_functions& in_place_functions_of<T>() noexcept;

ROPE_ROTATIONS_FROM(float)
ROPE_ROTATIONS_FROM(half)
ROPE_ROTATIONS_FROM(bfloat16)
template const rotation_functions& rotation_functions_of<double, double>() noexcept;
template const rotation_functions& in_place_functions_of<double>() noexcept;
template const row_functions& row_functions_of<float>() noexcept;
template const row_functions& row_functions_of<double>() noexcept;
#undef ROPE_ROTATIONS_FROM

} // namespace detail

} // namespace ROPE_ABI
} // namespace rope
