// convert: the structures of rope.h as those of the library, their numbers checked.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/c/guard.hpp>
#include <rope/rope.h>
#include <rope/rotate/plan.hpp>
#include <rope/table/given_rows.hpp>

#include <cstdint>
#include <memory>

struct rope_table {
    std::shared_ptr<const void> owner; // of a table that was made
    rope::row_source source;
};

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A tensor whose numbers are known to be possible; `view` refers to it.
inline bool take_tensor(const rope_tensor* t, const char* name, untyped_view& view, status& why) {
    if (t == nullptr) {
        why = null_argument(name);
        return false;
    }
    if (t->dtype < ROPE_F32 || t->dtype > ROPE_BF16) {
        return refuse(why, errc::shape,
                      {name, " has the dtype number ", static_cast<int>(t->dtype), "; expected 0 to 3"});
    }
    if (t->rank < 1 || t->rank > max_rank) {
        return refuse(why, errc::shape, {name, " has rank ", t->rank, "; expected 1 to ", max_rank});
    }
    view.data = t->data;
    view.extent = t->extent;
    view.stride = t->stride;
    view.rank = t->rank;
    view.type = static_cast<dtype>(t->dtype);
    return true;
}

inline bool take_positions(const rope_positions& from, positions& to, status& why) {
    if (from.type < ROPE_NO_IDS || from.type > ROPE_ID_F32) {
        return refuse(why, errc::positions,
                      {"ids have the type number ", static_cast<int>(from.type), "; expected 0 to 10"});
    }
    to.offset = from.offset;
    to.counting = from.counting != 0;
    if (from.type == ROPE_NO_IDS) {
        return true;
    }
    if (from.rank < 1 || from.rank > max_position_rank) {
        return refuse(why, errc::positions,
                      {"ids have rank ", from.rank, "; expected 1 to ", max_position_rank});
    }
    const std::string_view axes = from.axes != nullptr ? std::string_view(from.axes) : std::string_view();
    to = make_positions(static_cast<const std::int32_t*>(nullptr), from.extent, from.stride,
                        static_cast<std::size_t>(from.rank), axes);
    to.ids = from.ids;
    to.type = static_cast<position_type>(from.type);
    to.counting = from.counting != 0;
    return true;
}
static_assert(static_cast<int>(position_type::f32) == ROPE_ID_F32 &&
                  static_cast<int>(position_type::f64) == ROPE_ID_F64 &&
                  static_cast<int>(position_type::u64) == ROPE_U64 &&
                  static_cast<int>(position_type::i8) == ROPE_I8,
              "types of ids are those of position_type");

inline bool take_options(const rope_options* from, rotate_options& to, status& why) {
    if (from == nullptr) {
        return true;
    }
    if (from->direction < ROPE_FORWARD || from->direction > ROPE_INVERSE || from->out_pairing < -1 ||
        from->out_pairing > ROPE_INTERLEAVED) {
        return refuse(why, errc::pairing,
                      {"options have the direction ", static_cast<int>(from->direction), " and out_pairing ",
                       from->out_pairing, "; expected 0 to 2, and -1 to 1"});
    }
    to.direction = static_cast<direction>(from->direction);
    if (from->out_pairing >= 0) {
        to.out_pairing = static_cast<pairing>(from->out_pairing);
    }
    return true;
}

template <class In>
const rotation_functions* functions_from(dtype out) noexcept {
    switch (out) {
    case dtype::f32:
        return &rotation_functions_of<In, float>();
    case dtype::f16:
        return &rotation_functions_of<In, half>();
    case dtype::bf16:
        return &rotation_functions_of<In, bfloat16>();
    default:
        return nullptr;
    }
}

// Of In data rotated into Out data; null where they do not convert.
inline const rotation_functions* functions_of(dtype in, dtype out, bool in_place) noexcept {
    if (in == dtype::f64 || out == dtype::f64) {
        return in != out  ? nullptr
               : in_place ? &in_place_functions_of<double>()
                          : &rotation_functions_of<double, double>();
    }
    switch (in) {
    case dtype::f16:
        return in_place ? &in_place_functions_of<half>() : functions_from<half>(out);
    case dtype::bf16:
        return in_place ? &in_place_functions_of<bfloat16>() : functions_from<bfloat16>(out);
    default:
        return in_place ? &in_place_functions_of<float>() : functions_from<float>(out);
    }
}

// The arguments of a rotation. Refers to the table and the tensors.
struct c_rotation {
    untyped_view in, out;
    axis_names names;
    positions where;
    rotate_options options;
    const rotation_functions* functions = nullptr;
    const row_source* rows = nullptr;
    bool in_place = false;

    bool take(const rope_table* table, const rope_tensor* x, const rope_tensor* y, const char* axes,
              const rope_positions& p, const rope_options* o, status& why) {
        if (table == nullptr || axes == nullptr) {
            why = null_argument(table == nullptr ? "table" : "axes");
            return false;
        }
        rows = &table->source;
        in_place = y == nullptr;
        names = axis_names(std::string_view(axes));
        if (!take_tensor(x, "in", in, why) || !take_tensor(in_place ? x : y, "out", out, why) ||
            !take_positions(p, where, why) || !take_options(o, options, why)) {
            return false;
        }
        in_place = in_place || same_elements(in, out);
        functions = functions_of(in.type, out.type, in_place && in.type == out.type);
        return functions != nullptr ||
               refuse(why, errc::shape,
                      {"double rotates to double; float, half and bfloat16 to one another"});
    }
    rotation made() const noexcept { return {*rows, in, out, names, where, options, *functions}; }
};

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
