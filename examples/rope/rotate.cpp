// rotate: a tensor from one .npy file into another.
// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error.hpp"
#include "layout.hpp"
#include "model.hpp"
#include "output.hpp"
#include "parallel.hpp"
#include "rows.hpp"
#include "tensors.hpp"

#include <rope/core.hpp>

namespace cli {
namespace {

rope::pairing pairing_of(const std::string& name) {
    return name == "interleaved" ? rope::pairing::interleaved : rope::pairing::half_split;
}

// Rotates `x`, in place where the pairing stays.
template <class T>
void rotate_as(const request& r, const rope::frequency_set& f, const row_layout& layout, array& x) {
    using compute = rope::compute_type<T>;
    // The table's row k is that of the k-th position, whatever that is and on however many axes.
    const rope::table<compute> t = make_rows<compute>(f, layout.rows, numerics_of(r), r.threads);
    std::vector<std::int64_t> rows;
    rope::positions where = rope::at(t.first);
    if (!layout.axes.empty()) {
        for (std::int64_t k = 0; k < layout.rows.count; ++k) {
            rows.push_back(t.first + k);
        }
        where = rope::ids(rows.data(), layout.shape, layout.axes);
    }
    rope::rotate_options options;
    options.direction = r.adjoint ? rope::direction::adjoint
                        : r.undo  ? rope::direction::inverse
                                  : rope::direction::forward;
    if (!r.out_pairing.empty()) {
        options.out_pairing = pairing_of(r.out_pairing);
    }
    array y;
    if (options.out_pairing.value_or(f.pairing) != f.pairing) {
        y = make_array(x.type, x.shape);
    }
    array& result = y.bytes ? y : x;
    const auto in = rope::view(x.as<T>(), x.shape);
    const auto out = rope::view(result.as<T>(), x.shape);
    const auto plan = rope::plan(t, in, out, r.axes, where, options);
    const T* from = x.as<T>();
    T* to = result.as<T>();
    run_parts(r.threads, [&](int part) { rope::run(plan, from, to, part, r.threads); });

    output_set files;
    files.add(r.out, result.type, result.shape, result.bytes.get());
    files.commit();
}

} // namespace

void rotate(const request& r) {
    output_set places;
    places.check(r.out);
    force_isa(r);
    const rope::reading reading = read_model(r);
    require_size(r, reading);
    require_rotation(r, reading.config);
    array x = read_npy(r.in);
    const rope::dtype dtype = dtype_of_file(r, r.in, x.type);
    const std::vector<std::string> axes = axes_of_tensor(r, r.in, x);
    const position_array positions = positions_of(r, reading.config, axes, x);
    const rope::frequency_set f =
        rope::frequencies(reading.config, r.seq_len.value_or(sequence_length(positions)));
    const row_layout layout = match_positions(positions, r.position_axes, f.axes, axes, x.shape);
    switch (dtype) {
    case rope::dtype::f32:
        rotate_as<float>(r, f, layout, x);
        break;
    case rope::dtype::f64:
        rotate_as<double>(r, f, layout, x);
        break;
    case rope::dtype::f16:
        rotate_as<rope::half>(r, f, layout, x);
        break;
    case rope::dtype::bf16:
        rotate_as<rope::bfloat16>(r, f, layout, x);
        break;
    }
    say_if_nothing_rotates(r, reading);
}

} // namespace cli
