// rotate: a tensor from one .npy file into another.
// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error.hpp"
#include "layout.hpp"
#include "model.hpp"
#include "output.hpp"
#include "parallel.hpp"
#include "rows.hpp"

#include <rope/core.hpp>

namespace cli {
namespace {

// The type of the file's elements; --dtype must agree, and bfloat16 must be asked for.
rope::dtype dtype_of_file(const request& r, element type) {
    const auto is = [&](const char* name) { return r.dtype.empty() || r.dtype == name; };
    if (type == element::f4 && is("f32")) {
        return rope::dtype::f32;
    }
    if (type == element::f8 && is("f64")) {
        return rope::dtype::f64;
    }
    if (type == element::f2 && is("f16")) {
        return rope::dtype::f16;
    }
    if (type == element::u2 && r.dtype == "bf16") {
        return rope::dtype::bf16;
    }
    throw input_error(r.in + ": found " + name_of(type) + "; expected " +
                      (r.dtype == "bf16"  ? "uint16, the bits of bfloat16"
                       : r.dtype == "f32" ? "float32"
                       : r.dtype == "f64" ? "float64"
                       : r.dtype == "f16" ? "float16"
                                          : "float32, float64 or float16, or uint16 with --dtype bf16"));
}

std::vector<std::string> axes_of_tensor(const request& r, const array& x) {
    std::vector<std::string> axes = split_axes(r.axes);
    if (axes.size() != x.shape.size()) {
        throw input_error("--axes \"" + r.axes + "\" names " + std::to_string(axes.size()) + " axes; " +
                          r.in + " has the shape " + to_text(x.shape));
    }
    if (x.shape.size() > rope::max_rank) {
        throw input_error(r.in + " has " + std::to_string(x.shape.size()) + " axes; expected 16 at most");
    }
    return axes;
}

position_array positions_of(const request& r, const rope::config& config,
                            const std::vector<std::string>& axes, const array& x) {
    if (r.positions) {
        return parse_positions(*r.positions, bytes_of_row(config, x.type == element::f8 ? 8 : 4));
    }
    if (r.position_axes) {
        throw input_error("--position-axes without --positions: there is nothing that it names");
    }
    const std::optional<std::int64_t> length = extent_of("s", axes, x.shape);
    if (!length) {
        throw input_error("--axes \"" + r.axes + "\" has no sequence axis s; expected --positions");
    }
    return counting_positions(*length);
}

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
    const rope::dtype dtype = dtype_of_file(r, x.type);
    const std::vector<std::string> axes = axes_of_tensor(r, x);
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
    say_if_still(r, reading);
}

} // namespace cli
