// How many positions a layer was handed, checked before anything is computed or allocated from them.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/check_rows.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/view.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The product of `rank` extents. Each belongs to a named axis that the tensor has too, and is 1 or the tensor's extent there.
// `row` is what the layer computes for each position. Throws rope::error where that is not so, for null data, and where
// the rows do not fit in memory.
template <class View>
std::int64_t count_positions(const void* data, const std::int64_t* extents, int rank,
                             std::string_view position_axes, std::string_view axes, const View& x,
                             std::int64_t row) {
    const axis_names of_x(axes), of_positions(position_axes);
    require(of_x.why());
    require(of_positions.why());
    if (of_x.count() != x.rank) {
        fail("the axes \"" + std::string(axes) + "\" name " + std::to_string(of_x.count()) +
             " axes; the tensor has " + std::to_string(x.rank));
    }
    if (of_positions.count() != rank || rank > max_rank) {
        fail("positions with the axes \"" + std::string(position_axes) + "\" have " + std::to_string(rank) +
             " extents; expected one for each axis");
    }
    std::int64_t count = 1;
    for (int k = 0; k < rank; ++k) {
        const std::string name(of_positions.name(k));
        const int axis = of_x.find(name);
        if (axis < 0) {
            fail("positions have the axis \"" + name + "\", which the input does not have");
        }
        if (extents[k] < 0 || (extents[k] != 1 && extents[k] != x.extent[axis])) {
            fail("positions have extent " + std::to_string(extents[k]) + " along \"" + name +
                 "\"; expected that of the input, " + std::to_string(x.extent[axis]) + ", or 1");
        }
        count = saturating_multiply(count, extents[k]);
    }
    require(check_table_size(count, row, sizeof(double)));
    if (count > 0 && data == nullptr) {
        fail("the " + std::to_string(count) + " positions are null");
    }
    return count;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
