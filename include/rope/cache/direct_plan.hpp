// Choosing the direct way of a pass (direct_rows.hpp), where the formats allow it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache/direct_rows.hpp>
#include <rope/rotate/pass_plan.hpp>
#include <rope/rotate/plan.hpp>

#include <cstdint>
#include <type_traits>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The kernels of a format that they write themselves; null: through the buffer.
template <class In, class Out>
const rotation_functions* direct_functions() noexcept {
    constexpr bool both =
        (std::is_same_v<In, float> || std::is_same_v<In, half> || std::is_same_v<In, bfloat16>)&&(
            std::is_same_v<Out, float> || std::is_same_v<Out, half> || std::is_same_v<Out, bfloat16>);
    if constexpr (both) {
        return &rotation_functions_of<In, Out>();
    } else {
        return nullptr;
    }
}
template <class T>
const rotation_functions* direct_functions_in_place() noexcept {
    if constexpr (std::is_same_v<T, float> || std::is_same_v<T, half> || std::is_same_v<T, bfloat16>) {
        return &in_place_functions_of<T>();
    } else {
        return nullptr;
    }
}

#if ROPE_DEFINITIONS

// Sets the direct way of a pass of `work`, unless it has a norm or no such kernel. f: null where rows are converted and not
// rotated. in_order: tokens are in memory in their order.
template <class From, class To>
void set_direct(direct_work& direct, const row_work& work, const From& from, const To& to,
                const rotation_functions* functions, const rotated_slice* f, const pass_kernels& chosen,
                std::int64_t tokens, bool in_place, bool in_order) {
    if (functions == nullptr || work.norm.before || work.norm.after) {
        return;
    }
    direct.kernel = functions->kernel_for(chosen.which);
    direct.in_size = bytes_of(from.format);
    direct.out_size = in_place ? direct.in_size : bytes_of(to.format);
    place_direct(direct.job.from, f, from.one, from.head / direct.in_size);
    if (in_place) {
        direct.job.to = direct.job.from;
    } else {
        place_direct(direct.job.to, f, to.one, to.head / direct.out_size);
        direct.job.copied[0] = {0, f != nullptr ? f->rotary_offset : work.dim};
        direct.job.copied[1] = {f != nullptr ? f->rotary_offset + f->rotary_dim : work.dim, work.dim};
    }
    direct.job.pairs = f != nullptr ? f->pairs : 0;
    direct.job.in_place = in_place;
    const std::int64_t bytes = saturating_multiply(tokens * work.heads, work.dim * direct.out_size);
    tune(direct.job, *chosen.tuned, in_order ? bytes : 0, !in_place && to.format == row_format::bf16, false);
    direct.job.heads_outer = false;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
