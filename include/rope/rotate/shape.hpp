// The checks that every operation on a tensor makes before anything is written: frequencies, shapes, axes, memory. Shared
// by rotations and gradients.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/rotated_slice.hpp>
#include <rope/support/error.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/overlap.hpp>
#include <rope/tensor/untyped_view.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// What a tensor is called in a sentence, and which pairing it has.
struct tensor_role {
    const char* name;
    rope::pairing pairing;
};

// The pairing in words: "half_split" or "interleaved".
ROPE_API const char* pairing_name(pairing p) noexcept;

// Whether the frequencies fit together and two tensors of the axes `names` (one and the same, where b is null) are of one
// shape with head_dim elements along "d", are not larger than memory, and hold complex numbers only where pairs are
// interleaved. Positions of axes are checked by their users: they need the positions.
// nested: set where the last tensor's elements are apart by is_nested, so that check_memory need not ask again.
ROPE_API bool check_shapes(const rotated_slice& f, const axis_names& names, const untyped_view& a,
                           tensor_role a_role, const untyped_view* b, tensor_role b_role, bool& nested,
                           status& why);

// Whether results may be written to `out`: every element has an address of its own, and input and output are the same
// elements or disjoint. After check_shapes.
ROPE_API bool check_memory(const untyped_view& in, const untyped_view& out, const axis_names& names,
                           bool in_place, bool nested, status& why);

// Whether every pair reads a position axis that exists.
ROPE_API bool check_axis_of_pair(const frequency_set& f, status& why);

#if ROPE_DEFINITIONS

ROPE_API const char* pairing_name(pairing p) noexcept {
    return p == pairing::half_split ? "half_split" : "interleaved";
}

ROPE_COLD inline bool refuse_rank(const axis_names& names, const untyped_view& v, tensor_role role,
                                  status& why) {
    if (v.rank == beyond_memory) {
        return refuse(why, errc::shape,
                      {role.name, " reaches beyond the list in memory that it is a view of"});
    }
    if (v.rank < 0 || v.rank > max_rank) {
        return refuse(why, errc::shape,
                      {role.name, v.rank < 0 ? " has other than as many strides as extents"
                                             : " has more than 16 axes, the most that a view may have"});
    }
    if (!names.ok()) {
        why = names.why();
        return false;
    }
    if (v.rank != names.count()) {
        return refuse(why, errc::shape,
                      {role.name, " has the shape ", shape_text(v.extent, v.rank), ", but the axes ",
                       quoted(names.text()), " name ", names.count(),
                       names.count() == 1 && v.rank > 1 ? "; separate the names by blanks" : ""});
    }
    return refuse(why, errc::axes, {"axes ", quoted(names.text()), " have no embedding axis \"d\""});
}

// The rest of the checks of one tensor, where the quick ones did not decide.
ROPE_NOINLINE inline bool check_extents(const rotated_slice& f, const axis_names& names,
                                        const untyped_view& v, tensor_role role, status& why) {
    const int d = names.embedding();
    std::int64_t elements = size_of(v.type);
    for (int k = 0; k < v.rank; ++k) {
        if (v.extent[k] < 0) {
            return refuse(why, errc::shape,
                          {role.name, " has extent ", v.extent[k], " along ", quoted(names.name(k)),
                           "; expected 0 or more"});
        }
        elements = saturating_multiply(elements, v.extent[k] > 0 ? v.extent[k] : 1);
    }
    const byte_range bytes = touched_bytes(v);
    constexpr std::int64_t most = most_int64 / 4;
    if (elements > most || bytes.hi > most || bytes.lo < -most) {
        return refuse(why, errc::shape,
                      {role.name, " has the shape ", shape_text(v.extent, v.rank), " and the strides ",
                       shape_text(v.stride, v.rank), ", more than memory can hold"});
    }
    const std::int64_t expected = v.complex_pairs ? f.head_dim / 2 : f.head_dim;
    if (v.extent[d] != expected || (v.complex_pairs && f.head_dim % 2 != 0)) {
        return refuse(why, errc::shape,
                      {role.name, " has extent ", v.extent[d], " along \"d\", expected head_dim = ",
                       f.head_dim, v.complex_pairs ? ", as complex numbers half of it" : ""});
    }
    if (v.data == nullptr && bytes.lo != bytes.hi) {
        return refuse(why, errc::no_memory, {role.name, " has no memory: its data pointer is null"});
    }
    if (v.complex_pairs && (role.pairing != pairing::interleaved || f.rotary_offset % 2 != 0)) {
        return refuse(why, errc::pairing,
                      {role.name, " holds complex numbers, which are interleaved pairs; found pairing ",
                       pairing_name(role.pairing), " and rotary_offset ", f.rotary_offset});
    }
    return true;
}

inline bool check_tensor(const rotated_slice& f, const axis_names& names, const untyped_view& v,
                         tensor_role role, bool& nested, status& why) {
    const int d = names.embedding();
    if (!names.ok() || v.rank != names.count() || v.rank > max_rank || d < 0) {
        return refuse_rank(names, v, role, why);
    }
    std::int64_t reach = 0;
    constexpr std::int64_t most_elements = most_int64 / 64;
    nested = is_nested(v, reach) && reach < most_elements;
    if (nested && v.data != nullptr && !v.complex_pairs && v.extent[d] == f.head_dim) {
        return true;
    }
    return check_extents(f, names, v, role, why);
}

ROPE_COLD inline bool refuse_frequencies(const rotated_slice& f, status& why) {
    return refuse(why, errc::table,
                  {"the frequencies do not fit together: head_dim ", f.head_dim, ", rotary_dim ",
                   f.rotary_dim, ", rotary_offset ", f.rotary_offset, ", ", f.pairs, " pairs, ", f.axes,
                   " position axes"});
}

ROPE_API bool check_shapes(const rotated_slice& f, const axis_names& names, const untyped_view& a,
                           tensor_role a_role, const untyped_view* b, tensor_role b_role, bool& nested,
                           status& why) {
    if (!f.fits) {
        return refuse_frequencies(f, why);
    }
    if (!check_tensor(f, names, a, a_role, nested, why)) {
        return false;
    }
    if (b == nullptr) {
        return true;
    }
    if (!check_tensor(f, names, *b, b_role, nested, why)) {
        return false;
    }
    for (int k = 0; k < a.rank; ++k) {
        if (k != names.embedding() && a.extent[k] != b->extent[k]) {
            return refuse(why, errc::shape,
                          {a_role.name, " has the shape ", shape_text(a.extent, a.rank), " and ", b_role.name,
                           " ", shape_text(b->extent, b->rank), "; they differ along ",
                           quoted(names.name(k))});
        }
    }
    return true;
}

ROPE_API bool check_memory(const untyped_view& in, const untyped_view& out, const axis_names& names,
                           bool in_place, bool nested, status& why) {
    if (!nested) {
        for (int k = 0; k < out.rank; ++k) {
            if (out.extent[k] == 0) {
                return true; // nothing is written
            }
        }
        for (int k = 0; k < out.rank; ++k) {
            if (out.stride[k] == 0 && out.extent[k] > 1) {
                return refuse(why, errc::overlap,
                              {"the output has stride 0 along ", quoted(names.name(k)),
                               ", so that several results would be written to one place"});
            }
        }
        if (!elements_are_apart(out)) {
            return refuse(why, errc::overlap,
                          {"the output's strides ", shape_text(out.stride, out.rank), " for the shape ",
                           shape_text(out.extent, out.rank),
                           " do not step over one another, so that elements could share memory"});
        }
    }
    if (in_place) {
        if (in.type != out.type) {
            return refuse(
                why, errc::overlap,
                {"input and output are the same memory with different scalar types; a conversion needs its "
                 "own output"});
        }
        return true;
    }
    if (share_memory(in, out)) {
        return refuse(why, errc::overlap,
                      {"input and output overlap without being the same; they must be one tensor or apart"});
    }
    return true;
}

ROPE_API bool check_axis_of_pair(const frequency_set& f, status& why) {
    for (const std::int64_t axis : f.axis_of_pair) {
        if (axis < 0 || axis >= f.axes) {
            return refuse(why, errc::table, {"axis_of_pair has the axis ", axis, "; there are ", f.axes});
        }
    }
    return true;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
