// onnx: the attributes of ONNX's RotaryEmbedding (opset 23) and com.microsoft's, and the caches that hold its frequencies.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/metadata.hpp>
#include <rope/read/reading.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>

#include <cstdint>

#if ROPE_DEFINITIONS
#include <rope/read/metadata_fields.hpp>

#include <cmath>
#include <cstddef>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {

// cos_cache and sin_cache as the operator takes them: [rows][pairs], row p of position p.
struct onnx_caches {
    const float* cos = nullptr;
    const float* sin = nullptr;
    std::int64_t rows = 0;
    std::int64_t pairs = 0;
};

// The configuration of an ONNX RotaryEmbedding operator (com.microsoft and ai.onnx): its attributes as a map, head_dim from the
// graph, and its caches cos and sin.
//   Shapes      caches.cos, caches.sin: [rows][pairs], pairs = rotary_embedding_dim / 2, at least 2 rows, float
//   Lifetime    `out` keeps nothing of the caches
//   Error       the frequencies are recovered from rounded entries: as good as float caches are; rotate with the caches
//               themselves (rope::rows) where their bits matter
//   Returned    ok, and `out` is filled; or one sentence that names the attribute or cache, and `out` is as it was
//   Allocations the list of frequencies and the sentences
//   Source      ONNX Runtime, contrib operator com.microsoft.RotaryEmbedding
ROPE_API status try_read_onnx(const metadata& attributes, std::int64_t head_dim, const onnx_caches& caches,
                              reading& out);

// The same; throws rope::error.
inline reading reading_from_onnx(const metadata& attributes, std::int64_t head_dim,
                                 const onnx_caches& caches) {
    reading out;
    detail::require(try_read_onnx(attributes, head_dim, caches, out));
    return out;
}

#if ROPE_DEFINITIONS
namespace detail {

// The frequency of a pair from its column: row 1 gives it roughly, and rows 2, 4, 8, ... more and more exactly, as long as
// the number of whole turns is certain. The error that float caches leave is about 1e-8 / rows.
inline double frequency_of_column(const onnx_caches& caches, std::int64_t pair) {
    const auto angle_at = [&](std::int64_t row) {
        const std::size_t at = static_cast<std::size_t>(row * caches.pairs + pair);
        return std::atan2(static_cast<double>(caches.sin[at]), static_cast<double>(caches.cos[at]));
    };
    const double turn = 2 * pi<double>();
    double w = angle_at(1);
    for (std::int64_t row = 2; row < caches.rows; row *= 2) {
        const double phase = angle_at(row);
        const double turns = std::floor((w * static_cast<double>(row) - phase) / turn + 0.5);
        w = (phase + turns * turn) / static_cast<double>(row);
    }
    return w;
}

inline void read_onnx(const metadata& attributes, std::int64_t head_dim, const onnx_caches& caches,
                      read_context& context) {
    context.out.form = "onnx";
    context.out.model_type = "RotaryEmbedding";
    metadata_fields fields(attributes, "", context);
    config& c = context.out.config;
    c.head_dim = head_dim;
    const auto dim = fields.integer("rotary_embedding_dim", 0);
    c.rotary_dim = dim.value_or(0) == 0 ? head_dim : *dim;
    const auto interleaved = fields.integer("interleaved", 0);
    if (interleaved && *interleaved > 1) {
        context.fail("interleaved = " + number(*interleaved) + ": expected 0 or 1");
    }
    c.pairing = interleaved.value_or(0) == 1 ? pairing::interleaved : pairing::half_split;
    if (const auto scale = fields.number("scale", any_number); scale && *scale != 1) {
        context.fail("scale = " + number(*scale) +
                     ": expected 1, the value that the operator's kernels apply");
    }
    if (c.rotary_dim % 2 != 0) {
        context.fail((dim.value_or(0) == 0 ? "head_dim = " : "rotary_embedding_dim = ") +
                     number(c.rotary_dim) + ": expected an even number");
    }
    if (!context.ok()) {
        return;
    }
    if (caches.cos == nullptr || caches.sin == nullptr || caches.rows < 2) {
        context.fail("the caches have " + number(caches.rows) + " rows: expected at least 2 of cos and sin");
        return;
    }
    if (caches.pairs != c.rotary_dim / 2) {
        context.fail("the caches are " + number(caches.pairs) +
                     " wide: expected rotary_embedding_dim / 2 = " + number(c.rotary_dim / 2));
        return;
    }
    custom_scaling s;
    double amplitude = 0;
    for (std::int64_t i = 0; i < caches.pairs; ++i) {
        const std::size_t at = static_cast<std::size_t>(caches.pairs + i);
        const double x = static_cast<double>(caches.cos[at]), y = static_cast<double>(caches.sin[at]);
        if (!finite_bits(x) || !finite_bits(y)) {
            context.fail("the caches are not finite at row 1, pair " + number(i));
            return;
        }
        amplitude += std::sqrt(x * x + y * y);
        s.inverse_frequencies.push_back(frequency_of_column(caches, i));
    }
    amplitude /= static_cast<double>(caches.pairs);
    if (std::fabs(amplitude - 1) > 1e-6) {
        s.attention_factor = amplitude;
    }
    c.max_position = caches.rows;
    c.scaling = std::move(s);
    context.derive("the frequencies are recovered from float caches of " + number(caches.rows) + " rows");
}

} // namespace detail

ROPE_COLD ROPE_API status try_read_onnx(const metadata& attributes, std::int64_t head_dim,
                                        const onnx_caches& caches, reading& out) {
    detail::read_context context;
    detail::read_onnx(attributes, head_dim, caches, context);
    if (context.ok()) {
        context.fail(validate(context.out.config).message);
    }
    if (context.ok()) {
        out = std::move(context.out);
    }
    return {std::move(context.fault)};
}
#endif

} // namespace ROPE_ABI
} // namespace rope
