// table: cos and sin of positions into two .npy files.
// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error.hpp"
#include "model.hpp"
#include "output.hpp"
#include "rows.hpp"

#include <rope/model/frequencies.hpp>

namespace cli {
namespace {

// The rows of a position array: one axis, or `axis` in front where the frequencies have several.
row_list rows_of(const position_array& positions, const rope::frequency_set& f) {
    row_list rows;
    rows.positions = &positions;
    rows.count = positions.count();
    if (positions.from_file && f.axes > 1) {
        if (positions.shape.empty() || positions.shape.size() > 2 || positions.shape[0] != f.axes) {
            throw input_error("positions have the shape " + to_text(positions.shape) + "; expected (" +
                              std::to_string(f.axes) + ", positions), an entry for each position axis");
        }
        rows.axes = f.axes;
        rows.count = positions.shape.size() == 1 ? 1 : positions.shape[1];
    } else if (positions.shape.size() > 1) {
        throw input_error("positions have the shape " + to_text(positions.shape) + "; expected one axis");
    }
    return rows;
}

template <class T>
void write_table(const request& r, const rope::frequency_set& f, const row_list& rows, element type) {
    const rope::table<T> t = make_rows<T>(f, rows, numerics_of(r), r.threads);
    const shape_type shape = {rows.count, static_cast<std::int64_t>(f.step.size())};
    output_set out;
    out.add(r.cos, type, shape, t.cos.data());
    out.add(r.sin, type, shape, t.sin.data());
    out.commit();
}

} // namespace

void table(const request& r) {
    output_set places;
    places.check(r.cos);
    places.check(r.sin);
    force_isa(r);
    const rope::reading reading = read_model(r);
    require_size(r, reading);
    require_rotation(r, reading.config);
    const std::int64_t size = r.dtype == "f64" ? 8 : r.dtype == "f16" || r.dtype == "bf16" ? 2 : 4;
    const position_array positions = parse_positions(*r.positions, bytes_of_row(reading.config, size));
    const rope::frequency_set f =
        rope::frequencies(reading.config, r.seq_len.value_or(sequence_length(positions)));
    const row_list rows = rows_of(positions, f);
    if (r.dtype == "f64") {
        write_table<double>(r, f, rows, element::f8);
    } else if (r.dtype == "f16") {
        write_table<rope::half>(r, f, rows, element::f2);
    } else if (r.dtype == "bf16") {
        write_table<rope::bfloat16>(r, f, rows, element::u2);
    } else {
        write_table<float>(r, f, rows, element::f4);
    }
    say_if_nothing_rotates(r, reading);
}

} // namespace cli
