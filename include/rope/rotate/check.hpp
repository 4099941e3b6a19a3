// The questions that a plan asks before anything is written: shapes, axes, memory.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequency_set.hpp>
#include <rope/rotate/plan_data.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/overlap.hpp>

#include <limits>
#include <string>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Shape and names of one tensor: rank, extents that memory can hold, the embedding axis.
template <class T>
status check_tensor(const char* which, const tensor_view<T>& v, std::string_view axes,
                    const axis_names& names, const frequency_set& f) {
    if (v.rank != names.count) {
        return {std::string(which) + " has the shape " + shape_text(v.extent, v.rank) + ", but the axes " +
                quoted(axes) + " name " + std::to_string(names.count)};
    }
    const int d = find_axis(names, "d");
    if (d < 0) {
        return {"axes " + quoted(axes) + " have no embedding axis \"d\""};
    }
    std::int64_t elements = sizeof(T);
    for (int k = 0; k < v.rank; ++k) {
        if (v.extent[k] < 0) {
            return {std::string(which) + " has extent " + std::to_string(v.extent[k]) + " along " +
                    quoted(names.name[k]) + "; expected 0 or more"};
        }
        elements = saturating_multiply(elements, v.extent[k] > 0 ? v.extent[k] : 1);
    }
    const byte_range bytes = touched_bytes(v);
    constexpr std::int64_t most = (std::numeric_limits<std::ptrdiff_t>::max)() / 4;
    if (elements > most || bytes.hi > most || bytes.lo < -most) {
        return {std::string(which) + " has the shape " + shape_text(v.extent, v.rank) + " and the strides " +
                shape_text(v.stride, v.rank) + ", more than memory can hold"};
    }
    const std::int64_t expected = v.complex_pairs ? f.head_dim / 2 : f.head_dim;
    if (v.extent[d] != expected || (v.complex_pairs && f.head_dim % 2 != 0)) {
        return {std::string(which) + " has extent " + std::to_string(v.extent[d]) +
                " along \"d\", expected head_dim = " + std::to_string(f.head_dim) +
                (v.complex_pairs ? ", as complex numbers half of it" : "")};
    }
    if (v.data == nullptr && bytes.lo != bytes.hi) {
        return {std::string(which) + " has no memory: its data pointer is null"};
    }
    return {};
}

inline const char* pairing_name(pairing p) {
    return p == pairing::half_split ? "half_split" : "interleaved";
}

template <class T>
status check_complex(const char* which, const tensor_view<T>& v, pairing p, const frequency_set& f) {
    if (v.complex_pairs && (p != pairing::interleaved || f.rotary_offset % 2 != 0)) {
        return {std::string(which) + " holds complex numbers, which are interleaved pairs; found pairing " +
                pairing_name(p) + " and rotary_offset " + std::to_string(f.rotary_offset)};
    }
    return {};
}

// Where a result may stand: every element apart, and in place or disjoint from the input.
template <class In, class Out>
status check_memory(const tensor_view<In>& in, const tensor_view<Out>& out, const axis_names& names) {
    for (int k = 0; k < out.rank; ++k) {
        if (out.extent[k] == 0) {
            return {}; // nothing is written
        }
    }
    for (int k = 0; k < out.rank; ++k) {
        if (out.stride[k] == 0 && out.extent[k] > 1) {
            return {"the output has stride 0 along " + quoted(names.name[k]) +
                    ", so that several results would be written to one place"};
        }
    }
    if (!elements_are_apart(out)) {
        return {"the output's strides " + shape_text(out.stride, out.rank) + " let elements of the shape " +
                shape_text(out.extent, out.rank) + " share memory"};
    }
    if (same_lattice(in, out) && !std::is_same_v<std::remove_const_t<In>, Out>) {
        return {"input and output are the same memory with different scalar types; a conversion needs its "
                "own output"};
    }
    if (!same_lattice(in, out) && share_memory(in, out)) {
        return {"input and output overlap without being the same; they must be one tensor or apart"};
    }
    return {};
}

// The frequencies themselves, which a caller may have filled in by hand.
inline status check_frequencies(const frequency_set& f) {
    const auto pairs = static_cast<std::int64_t>(f.step.size());
    if (f.head_dim < 1 || f.rotary_dim < 0 || f.rotary_dim % 2 != 0 || f.rotary_offset < 0 ||
        f.rotary_offset > f.head_dim - f.rotary_dim || pairs != f.rotary_dim / 2 ||
        static_cast<std::int64_t>(f.axis_of_pair.size()) != pairs || f.axes < 1) {
        return {"the frequencies do not fit together: head_dim " + std::to_string(f.head_dim) +
                ", rotary_dim " + std::to_string(f.rotary_dim) + ", rotary_offset " +
                std::to_string(f.rotary_offset) + ", " + std::to_string(pairs) + " pairs, " +
                std::to_string(f.axes) + " position axes"};
    }
    return {};
}

// Asked only where pairs read different axes; a plan of one token has no time for it.
inline status check_axis_of_pair(const frequency_set& f) {
    for (const std::int64_t axis : f.axis_of_pair) {
        if (axis < 0 || axis >= f.axes) {
            return {"axis_of_pair has the axis " + std::to_string(axis) + "; there are " +
                    std::to_string(f.axes)};
        }
    }
    return {};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
