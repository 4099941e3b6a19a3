// The checks and choices of a row pass: tokens and their rows of cos and sin, sides of tensors, the rotation of the buffer,
// norms. Shared by fused norms and caches.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/tuning.hpp>
#include <rope/rotate/bind_rows.hpp>
#include <rope/rotate/options.hpp>
#include <rope/rotate/rms_norm.hpp>
#include <rope/rotate/row_work.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/table/row_source.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/positions.hpp>

#include <cstdint>

#if ROPE_DEFINITIONS
#include <rope/kernels/isa.hpp>
#include <rope/kernels/rotate_kernels.hpp>
#include <rope/numbers/half.hpp>
#include <rope/rotate/shape.hpp>
#include <rope/tensor/token_positions.hpp>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// A tensor of a pass, and what it is called in sentences.
struct pass_tensor {
    const untyped_view& view;
    const char* name;
};

// The kernels of a pass.
struct pass_kernels {
    isa which = isa::scalar;
    const tuning* tuned = nullptr;
};
ROPE_API bool choose_pass_kernels(pass_kernels& chosen, status& why);

// Whether `t` is a tensor of these axes with head_dim `dim` (below 0: any), float, half or bfloat16, of at most pass_axes axes
// besides "h" and "d", and dim is at most pass_values.
ROPE_API bool check_pass_tensor(const pass_tensor& t, const axis_names& names, std::int64_t dim, status& why);

// Whether both have the same extents along all axes but "d" and, unless `heads`, "h".
ROPE_API bool check_same_tokens(const pass_tensor& a, const pass_tensor& b, const axis_names& names,
                                bool heads, status& why);

// The tokens of a tensor that was checked, and their rows. `reusable`: as in row_request.
ROPE_API bool bind_pass_rows(token_grid& grid, row_binding& rows, std::int64_t& row_count,
                             const row_source& source, const pass_tensor& t, const axis_names& names,
                             const positions& where, rope::direction direction, isa which,
                             token_positions& buffer, status& why);

// Whether the rows of a plan can be those of the positions past, past + 1, ...
ROPE_API bool check_row_move(const row_binding& rows, std::int64_t past, status& why);

// The tokens of a tensor whose rows do not rotate, or that has the tokens of another one.
ROPE_API void grid_of(token_grid& grid, const untyped_view& v, const axis_names& names) noexcept;

// The side of a tensor; heads of it.
ROPE_API std::int64_t side_of(tensor_side& side, const untyped_view& v, const axis_names& names) noexcept;

// Rotation of the buffer by the frequencies' slice and pairing. conjugate: by the opposite angle.
ROPE_API void rotate_in_buffer(row_work& work, const rotated_slice& f, const pass_kernels& chosen,
                               bool conjugate);

// A norm of `tokens` tokens of work.heads heads. attention_factor: of the rows.
ROPE_API bool set_norm(row_work& work, const rms_norm& norm, std::int64_t tokens, double attention_factor,
                       const char* name, status& why);

#if ROPE_DEFINITIONS

// Sets the kernel that normalises and rotates at once, where there is one; after rotate_in_buffer and set_norm.
template <class From, class To>
void set_fused(row_work& work, const From& from, const To& to) noexcept {
    work.fused = nullptr;
    if (!work.norm.before || from.one != 1 || to.one != 1 || work.convert.norm == nullptr) {
        return;
    }
    norm_job& job = work.fused_job;
    job.dim = work.dim;
    job.slice = work.job.from.slice;
    job.pairs = work.job.pairs;
    job.from_head = from.head / bytes_of(from.format);
    job.to_head = to.head / bytes_of(to.format);
    job.weight_head = work.norm.weight_head;
    job.inverse_count = work.norm.inverse_count;
    job.epsilon = work.norm.epsilon;
    job.across_heads = work.norm.across_heads;
    job.half_split = work.job.from.pair == 1;
    job.conjugate = work.job.conjugate;
    work.fused = work.convert.norm(from.format, to.format, job);
}

ROPE_API bool check_row_move(const row_binding& rows, std::int64_t past, status& why) {
    if (rows.is_movable_to(past)) {
        return true;
    }
    if (rows.least_offset > rows.most_offset) {
        return refuse(why, errc::positions,
                      {"the plan cannot be moved to offset ", past,
                       ": its positions are listed, or its rows are of float numerics or another direction"});
    }
    return refuse(why, errc::positions,
                  {"the plan cannot be moved to offset ", past, "; there are rows for the offsets ",
                   rows.least_offset, " to ", rows.most_offset});
}

ROPE_API bool choose_pass_kernels(pass_kernels& chosen, status& why) {
    if (!quick_isa(chosen.which)) {
        why = choose_isa(chosen.which);
    }
    chosen.tuned = quick_tuning();
    if (why.ok() && chosen.tuned == nullptr) {
        why = choose_tuning(chosen.tuned);
    }
    if (!why.ok()) {
        why.code = errc::isa;
    }
    return why.ok();
}

ROPE_API bool check_pass_tensor(const pass_tensor& t, const axis_names& names, std::int64_t dim,
                                status& why) {
    const untyped_view& v = t.view;
    if (names.ok() && v.rank >= 0 && v.rank == names.count() && names.embedding() >= 0) {
        if (dim < 0) {
            dim = v.extent[names.embedding()];
        }
        if (dim < 0 || dim > pass_values) {
            return refuse(why, errc::shape,
                          {t.name, " has extent ", dim, " along \"d\"; expected 0 to ", pass_values});
        }
    }
    if (v.complex_pairs || v.type == dtype::f64) {
        return refuse(why, errc::shape,
                      {t.name, v.complex_pairs ? " holds complex numbers" : " holds double",
                       "; expected float, half or bfloat16"});
    }
    const rotated_slice any(dim > 0 ? dim : 1, 0, 0, pairing::half_split); // of which nothing rotates
    if (dim == 0) {
        return refuse(why, errc::shape, {t.name, " has extent 0 along \"d\"; expected 1 or more"});
    }
    bool nested = false;
    if (!check_shapes(any, names, v, {t.name, pairing::half_split}, nullptr, {t.name, pairing::half_split},
                      nested, why)) {
        return false;
    }
    const int others = names.count() - 1 - (names.find("h") >= 0 ? 1 : 0);
    if (others > pass_axes) {
        return refuse(why, errc::axes,
                      {"axes ", quoted(names.text()), " have ", others,
                       " besides \"h\" and \"d\"; expected at most ", pass_axes});
    }
    return true;
}

ROPE_API bool check_same_tokens(const pass_tensor& a, const pass_tensor& b, const axis_names& names,
                                bool heads, status& why) {
    for (int k = 0; k < names.count(); ++k) {
        const bool may_differ = k == names.embedding() || (!heads && k == names.find("h"));
        if (!may_differ && a.view.extent[k] != b.view.extent[k]) {
            return refuse(why, errc::shape,
                          {a.name, " has the shape ", shape_text(a.view.extent, a.view.rank), " and ", b.name,
                           " ", shape_text(b.view.extent, b.view.rank), "; they differ along ",
                           quoted(names.name(k))});
        }
    }
    return true;
}

ROPE_API void grid_of(token_grid& grid, const untyped_view& v, const axis_names& names) noexcept {
    const int d = names.embedding(), h = names.find("h");
    grid = token_grid{};
    for (int k = 0; k < names.count(); ++k) {
        if (k != d && k != h) {
            grid.extent[grid.count++] = v.extent[k];
            grid.tokens *= v.extent[k];
        }
    }
}

ROPE_API std::int64_t side_of(tensor_side& side, const untyped_view& v, const axis_names& names) noexcept {
    const int d = names.embedding(), h = names.find("h");
    const std::int64_t size = size_of(v.type);
    side = tensor_side{};
    side.format = format_of(v.type);
    side.one = v.extent[d] > 1 ? v.stride[d] : 1;
    side.head = h >= 0 ? v.stride[h] * size : 0;
    int n = 0;
    for (int k = 0; k < names.count(); ++k) {
        if (k != d && k != h) {
            side.token[n++] = v.stride[k] * size;
        }
    }
    return h >= 0 ? v.extent[h] : 1;
}

ROPE_API bool bind_pass_rows(token_grid& grid, row_binding& rows, std::int64_t& row_count,
                             const row_source& source, const pass_tensor& t, const axis_names& names,
                             const positions& where, rope::direction direction, isa which,
                             token_positions& buffer, status& why) {
    if (!has_slice(source)) {
        return refuse(why, errc::no_memory, {"the table has no frequencies: its pointer to them is null"});
    }
    const rotated_slice f = slice_of(source);
    bool nested = false;
    token_axes tokens;
    if (!check_shapes(f, names, t.view, {t.name, f.pairing}, nullptr, {t.name, f.pairing}, nested, why) ||
        !match_positions(where, names, t.view.extent, f.axes, source.listed_axes != 0, tokens, why)) {
        return false;
    }
    const int d = names.embedding(), h = names.find("h");
    if (h >= 0 && tokens.depends[h] && t.view.extent[h] > 1) {
        return refuse(why, errc::positions,
                      {"positions depend on the axis \"h\"; expected one for all heads"});
    }
    const row_request request = {where, tokens, t.view.extent, t.view.rank, direction, which, true};
    if (!bind_rows(rows, source, request, row_functions_of<float>(), buffer, why)) {
        return false;
    }
    grid_of(grid, t.view, names);
    row_count = tokens.count;
    int n = 0;
    for (int k = 0; k < names.count(); ++k) {
        if (k != d && k != h) {
            grid.row_step[n++] = tokens.depends[k] ? tokens.number_step[k] : 0;
        }
    }
    return true;
}

ROPE_API void rotate_in_buffer(row_work& work, const rotated_slice& f, const pass_kernels& chosen,
                               bool conjugate) {
    kernels::rotate_job& job = work.job;
    const bool split = f.pairing == pairing::half_split;
    job = {};
    job.from.head = work.dim;
    job.from.slice = f.rotary_offset;
    job.from.pair = split ? 1 : 2;
    job.from.partner = split ? f.rotary_dim / 2 : 1;
    job.from.two = 2;
    job.from.one = 1;
    job.to = job.from;
    job.tokens = 1;
    job.pairs = f.pairs;
    job.in_place = true;
    job.conjugate = conjugate;
    tune(job, *chosen.tuned, pass_values * 4, false, false);
    work.rotate = job.pairs > 0 ? rotate_in_place_kernel_for<float>(chosen.which) : nullptr;
}

template <class T>
void copy_weights(const rms_norm& norm, std::vector<float>& to) {
    for (std::int64_t k = 0; k < norm.weights; ++k) {
        const auto w = static_cast<float>(widen(static_cast<const T*>(norm.weight)[k]));
        to.push_back(norm.one_plus ? unfused(1.0f + w) : w);
    }
}

ROPE_API bool set_norm(row_work& work, const rms_norm& norm, std::int64_t tokens, double attention_factor,
                       const char* name, status& why) {
    const std::int64_t of_token = work.heads * work.dim;
    const std::int64_t averaged = norm.across_heads ? of_token : work.dim;
    const bool by_token = norm.weights_of == rms_norm::own::token;
    const bool by_head = by_token || norm.across_heads || norm.weights_of == rms_norm::own::head;
    const std::int64_t count = by_token  ? saturating_multiply(tokens, of_token)
                               : by_head ? of_token
                                         : work.dim;
    if (!(norm.epsilon >= 0) || !has_finite_bits(norm.epsilon)) {
        return refuse(why, errc::config,
                      {"the norm of ", name, " has epsilon ", norm.epsilon, "; expected 0 or more"});
    }
    if (norm.weight != nullptr && norm.weights != count) {
        return refuse(why, errc::shape,
                      {"the norm of ", name, " has ", norm.weights, " weights; expected ", count,
                       by_token  ? ", one for each value of all tokens"
                       : by_head ? ", one for each value of all heads"
                                 : ", one for each value of a head"});
    }
    if (norm.weight == nullptr && norm.weights > 0) {
        return refuse(why, errc::no_memory,
                      {"the norm of ", name, " has ", norm.weights, " weights, but its pointer is null"});
    }
    work.norm.before = norm.where == rms_norm::place::before_rotation;
    work.norm.after = !work.norm.before;
    if (norm.across_heads && work.norm.after && attention_factor != 1) {
        return refuse(why, errc::config,
                      {"the norm of ", name, " is across heads after a rotation with the attention factor ",
                       attention_factor, "; expected 1, or a norm before it"});
    }
    work.norm.across_heads = norm.across_heads;
    work.norm.epsilon = norm.epsilon;
    work.norm.inverse_count = 1.0 / static_cast<double>(averaged > 0 ? averaged : 1);
    work.norm.weight.clear();
    work.norm.weight_head = by_head ? work.dim : 0;
    work.norm.weight_token = by_token ? of_token : 0;
    if (norm.weight != nullptr) {
        work.norm.weight.reserve(static_cast<std::size_t>(count));
        switch (norm.weight_type) {
        case dtype::f32:
            copy_weights<float>(norm, work.norm.weight);
            break;
        case dtype::f64:
            copy_weights<double>(norm, work.norm.weight);
            break;
        case dtype::f16:
            copy_weights<half>(norm, work.norm.weight);
            break;
        case dtype::bf16:
            copy_weights<bfloat16>(norm, work.norm.weight);
            break;
        }
    }
    return true;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
