// Whether the lists of a frequency_set, which may have been made by hand, fit together.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequency_set.hpp>
#include <rope/support/error.hpp>
#include <rope/support/platform.hpp>

#include <cstddef>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Of every pair a step, an inverse frequency and an axis that there is.
ROPE_COLD inline status check_pairs(const frequency_set& f) {
    const std::size_t pairs = f.step.size();
    if (f.axis_of_pair.size() != pairs || f.inv_freq.size() != pairs) {
        return {sentence({"the frequencies have ", pairs, " steps, ", f.inv_freq.size(),
                          " inverse frequencies and ", f.axis_of_pair.size(),
                          " axes of pairs; expected as many of each as there are pairs"}),
                errc::table};
    }
    for (std::size_t i = 0; i < pairs; ++i) {
        if (f.axis_of_pair[i] < 0 || f.axis_of_pair[i] >= f.axes) {
            return {sentence({"pair ", i, " reads position axis ", f.axis_of_pair[i],
                              "; the frequencies have ", f.axes}),
                    errc::table};
        }
    }
    return {};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
