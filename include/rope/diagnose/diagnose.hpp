// diagnose: which rotation made one tensor of another?
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/diagnosis.hpp>
#include <rope/model/config.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/positions.hpp>
#include <rope/tensor/untyped_view.hpp>
#include <rope/tensor/view.hpp>

#include <cstdint>
#include <utility>

#if ROPE_DEFINITIONS
#include <rope/diagnose/conclude.hpp>
#include <rope/diagnose/placed_tokens.hpp>
#include <rope/diagnose/tensor_samples.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/model/words.hpp>
#include <rope/numbers/float_mode.hpp>
#include <rope/rotate/shape.hpp>
#include <rope/tensor/overlap.hpp>

#include <cstddef>
#include <string>
#include <vector>
#endif

namespace rope {
inline namespace ROPE_ABI {

struct diagnose_options {
    std::int64_t seq_len = 0; // for recipes that depend on it; 0: the greatest position + 1
};

namespace detail {

// The work behind diagnose, without element types. Refuses what a rotation would refuse, tensors without elements, and
// elements that are not finite.
ROPE_COLD status diagnose_views(const untyped_view& before, const untyped_view& after,
                                const axis_names& names, const config& c, const positions& where,
                                const diagnose_options& options, diagnosis& out);

} // namespace detail

// Finds what made `after` of `before`: the rotation of `c` at these positions, one that differs from it in one or two
// things, or none that is known.
//
//   for each pair and token   q = sum over heads of conj(x) y / sum of |x|^2
//
// is the angle and the amplitude that were applied. Pairings under which all |q| are one number are rotations; their
// angles are compared with those of the configuration, of changed configurations and of changed positions, and what agrees
// is confirmed element by element within the rounding of the arrays' type.
//
// Shapes: `before` and `after` of one shape and these axes, "d" with head_dim elements; float, double, half or bfloat16,
// both of any of them. Positions as for rotate. At most 64 tokens and 8 heads are searched; matching, and the error of the
// explanation, is checked on every element. Reads only; the result owns everything. Exact tables: within 1 ulp of double.
// Throws rope::error for what a rotation would refuse, for tensors without elements and for elements that are not finite.
// Takes up to a few seconds; allocates some 10 MiB beside the tensors.
template <class X, class Y>
diagnosis diagnose(const X& before, const Y& after, const axis_names& axes, const config& c,
                   const positions& where = {}, const diagnose_options& options = {}) {
    diagnosis out;
    const auto x = as_view(before);
    const auto y = as_view(after);
    detail::require(detail::diagnose_views(x, y, axes, c, where, options, out));
    return out;
}

// The same, with a status instead of an exception.
template <class X, class Y>
result<diagnosis> try_diagnose(const X& before, const Y& after, const axis_names& axes, const config& c,
                               const positions& where = {}, const diagnose_options& options = {}) {
    result<diagnosis> out;
    const auto x = as_view(before);
    const auto y = as_view(after);
    out.why = detail::diagnose_views(x, y, axes, c, where, options, out.value);
    return out;
}

#if ROPE_DEFINITIONS
namespace detail {

// The first element that is not finite, or -1.
inline std::int64_t first_not_finite(const std::vector<double>& list) {
    for (std::size_t k = 0; k < list.size(); ++k) {
        if (!finite_bits(list[k])) {
            return static_cast<std::int64_t>(k);
        }
    }
    return -1;
}

inline status check_finite(const tensor_samples& all) {
    status why;
    for_each_part(all, [&](const vector_samples& part) {
        for (const auto* side : {&part.x, &part.y}) {
            const std::int64_t at = first_not_finite(*side);
            if (at >= 0) {
                return refuse(why, errc::config,
                              {side == &part.x ? "the tensor before" : "the tensor after",
                               " the rotation has an element that is not finite (element ", at % part.dim,
                               " of a head); expected finite numbers"});
            }
        }
        return true;
    });
    return why;
}

ROPE_API status diagnose_views(const untyped_view& before, const untyped_view& after, const axis_names& names,
                               const config& c, const positions& where, const diagnose_options& options,
                               diagnosis& out) {
    const default_float_mode mode;
    out = {};
    std::string fault = config_fault(c, options.seq_len);
    if (!fault.empty()) {
        return {std::move(fault)};
    }
    frequency_set f = frequencies(c, options.seq_len);
    status why;
    bool nested = false;
    if (!check_shapes(f, names, before,
                      {"the tensor before", before.complex_pairs ? pairing::interleaved : f.pairing}, &after,
                      {"the tensor after", after.complex_pairs ? pairing::interleaved : f.pairing}, nested,
                      why)) {
        return why;
    }
    for (int k = 0; k < before.rank; ++k) {
        if (before.extent[k] == 0) {
            return {sentence({"the tensors have no elements along ", quoted(names.name(k)),
                              "; expected at least one"}),
                    errc::shape};
        }
    }
    placed_tokens tokens;
    tokens.seq_len = options.seq_len;
    tokens.frequencies = std::move(f);
    if (!place_tokens(where, names, before.extent, before.rank, c, tokens, why)) {
        return why;
    }
    const tensor_samples all(before, after, names, tokens.axes, tokens.positions, tokens.frequencies.axes);
    why = check_finite(all);
    if (why.ok()) {
        search_options by;
        by.seq_len = tokens.seq_len;
        diagnose_samples(all, names, c, tokens.frequencies, by, out);
    }
    return why;
}

} // namespace detail
#endif

} // namespace ROPE_ABI
} // namespace rope
