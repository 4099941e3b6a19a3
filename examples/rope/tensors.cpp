// tensors: what the subcommands that read a tensor ask of it.
// SPDX-License-Identifier: MIT
#include "tensors.hpp"

#include "error.hpp"
#include "rows.hpp"

#include <rope/tensor/view.hpp>

#include <optional>

namespace cli {

rope::dtype dtype_of_file(const request& r, const std::string& path, element type) {
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
    throw input_error(path + ": found " + name_of(type) + "; expected " +
                      (r.dtype == "bf16"  ? "uint16, the bits of bfloat16"
                       : r.dtype == "f32" ? "float32"
                       : r.dtype == "f64" ? "float64"
                       : r.dtype == "f16" ? "float16"
                                          : "float32, float64 or float16, or uint16 with --dtype bf16"));
}

std::vector<std::string> axes_of_tensor(const request& r, const std::string& path, const array& x) {
    std::vector<std::string> axes = split_axes(r.axes);
    if (axes.size() != x.shape.size()) {
        throw input_error("--axes \"" + r.axes + "\" names " + std::to_string(axes.size()) + " axes; " +
                          path + " has the shape " + to_text(x.shape));
    }
    if (x.shape.size() > rope::max_rank) {
        throw input_error(path + " has " + std::to_string(x.shape.size()) + " axes; expected 16 at most");
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

} // namespace cli
