// diagnose: which rotation made one .npy file of another?
// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error.hpp"
#include "layout.hpp"
#include "model.hpp"
#include "printable.hpp"
#include "tensors.hpp"
#include "verdict.hpp"

#include <rope/diagnose.hpp>

#include <iostream>

namespace cli {
namespace {

// The positions of a tensor's tokens as the library takes them. Refers to the array.
rope::positions library_positions(const position_array& p, const row_layout& layout) {
    std::vector<std::int64_t> extents = {layout.rows.axes};
    extents.insert(extents.end(), layout.shape.begin(), layout.shape.end());
    const std::string axes = "axis" + (layout.axes.empty() ? "" : " " + layout.axes);
    return p.is_whole() ? rope::ids(p.whole.data(), extents, axes) : rope::ids(p.real.data(), extents, axes);
}

template <class T>
rope::diagnosis diagnosed(const request& r, const array& x, const array& y, const rope::config& c,
                          const rope::positions& where) {
    rope::diagnose_options options;
    options.seq_len = r.seq_len.value_or(0);
    return rope::diagnose(rope::view(x.as<T>(), x.shape), rope::view(y.as<T>(), y.shape), r.axes, c, where,
                          options);
}

} // namespace

int diagnose(const request& r) {
    force_isa(r);
    const rope::reading reading = read_model(r);
    require_size(r, reading);
    require_rotation(r, reading.config);
    const array x = read_npy(r.before), y = read_npy(r.after);
    const rope::dtype dtype = dtype_of_file(r, r.before, x.type);
    if (dtype_of_file(r, r.after, y.type) != dtype) {
        throw input_error(r.before + " holds " + name_of(x.type) + " and " + r.after + " " + name_of(y.type) +
                          "; expected the same type");
    }
    const std::vector<std::string> axes = axes_of_tensor(r, r.before, x);
    if (x.shape != y.shape) {
        throw input_error(r.before + " has the shape " + to_text(x.shape) + " and " + r.after + " " +
                          to_text(y.shape) + "; expected the same shape");
    }
    const position_array positions = positions_of(r, reading.config, axes, x);
    const rope::frequency_set f = rope::frequencies(reading.config, r.seq_len.value_or(1));
    const row_layout layout = match_positions(positions, r.position_axes, f.axes, axes, x.shape);
    const rope::positions where = library_positions(positions, layout);
    const rope::diagnosis found =
        dtype == rope::dtype::f32   ? diagnosed<float>(r, x, y, reading.config, where)
        : dtype == rope::dtype::f64 ? diagnosed<double>(r, x, y, reading.config, where)
        : dtype == rope::dtype::f16 ? diagnosed<rope::half>(r, x, y, reading.config, where)
                                    : diagnosed<rope::bfloat16>(r, x, y, reading.config, where);
    std::cout << (r.json ? json_of(found) : words_of(found));
    return found.matches ? 0 : 1;
}

} // namespace cli
