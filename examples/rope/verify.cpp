// verify: does a table of cos and sin from somewhere else match a configuration?
// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error.hpp"
#include "model.hpp"
#include "tensors.hpp"
#include "verdict.hpp"

#include <rope/diagnose.hpp>

#include <iostream>

namespace cli {
namespace {

// The form that --form names, by its name in the library.
std::optional<rope::table_format> format_of(const request& r) {
    for (int k = 0; k <= static_cast<int>(rope::table_format::transposed); ++k) {
        const auto format = static_cast<rope::table_format>(k);
        if (r.form == rope::name_of(format)) {
            return format;
        }
    }
    return std::nullopt;
}

// Rows and columns: the first axis that is not 1, and all behind it. [1, s, d], [s, 1, 1, d], [s, d/2, 2] are tables.
shape_type as_table(const std::string& path, const array& x) {
    shape_type shape = x.shape;
    if (shape.size() > 2) {
        shape_type kept;
        for (const std::int64_t n : shape) {
            if (n != 1) {
                kept.push_back(n);
            }
        }
        shape = kept;
    }
    if (shape.empty() && x.shape.empty()) {
        throw input_error(path + " is a single number; expected a table of rows and columns");
    }
    shape_type table = {1, 1};
    for (std::size_t k = 0; k < shape.size(); ++k) {
        table[k == 0 && shape.size() > 1 ? 0 : 1] *= shape[k];
    }
    return table;
}

rope::positions positions_of_rows(const request& r, const position_array& p, std::int64_t axes) {
    if (!r.positions) {
        return {};
    }
    shape_type shape = p.shape;
    const bool several = p.from_file && axes > 1;
    if (shape.size() != (several ? 2u : 1u)) {
        throw input_error(
            "positions have the shape " + to_text(shape) + "; expected " +
            (several ? "(" + std::to_string(axes) + ", rows), an entry for each position axis" : "one axis"));
    }
    const char* names = several ? "axis s" : "s";
    return p.is_whole() ? rope::ids(p.whole.data(), shape, names) : rope::ids(p.real.data(), shape, names);
}

template <class T>
rope::verification verified(const request& r, const array& first, const array* second, const shape_type& size,
                            const rope::config& c, const rope::positions& where) {
    rope::verify_options options;
    options.seq_len = r.seq_len.value_or(0);
    options.format = format_of(r);
    return rope::verify<T>(first.as<T>(), second == nullptr ? nullptr : second->as<T>(), size[0], size[1], c,
                           where, options);
}

} // namespace

int verify(const request& r) {
    force_isa(r);
    const rope::reading reading = read_model(r);
    require_size(r, reading);
    require_rotation(r, reading.config);
    const bool alone = !r.table.empty();
    const std::string& path = alone ? r.table : r.cos;
    const array first = alone ? read_npy_pairs(path) : read_npy(path);
    const array second = alone ? array() : read_npy(r.sin);
    const rope::dtype dtype = dtype_of_file(r, path, first.type);
    const shape_type size = as_table(path, first);
    if (!alone) {
        if (dtype_of_file(r, r.sin, second.type) != dtype) {
            throw input_error(r.cos + " holds " + name_of(first.type) + " and " + r.sin + " " +
                              name_of(second.type) + "; expected the same type");
        }
        if (first.shape != second.shape) {
            throw input_error(r.cos + " has the shape " + to_text(first.shape) + " and " + r.sin + " " +
                              to_text(second.shape) + "; expected the same shape");
        }
    }
    const position_array positions = r.positions ? parse_positions(*r.positions, 16) : counting_positions(0);
    const std::int64_t axes = rope::frequencies(reading.config, r.seq_len.value_or(1)).axes;
    const rope::positions where = positions_of_rows(r, positions, axes);
    const array* other = alone ? nullptr : &second;
    const rope::verification found =
        dtype == rope::dtype::f32   ? verified<float>(r, first, other, size, reading.config, where)
        : dtype == rope::dtype::f64 ? verified<double>(r, first, other, size, reading.config, where)
        : dtype == rope::dtype::f16 ? verified<rope::half>(r, first, other, size, reading.config, where)
                                    : verified<rope::bfloat16>(r, first, other, size, reading.config, where);
    std::cout << (r.json ? json_of(found) : words_of(found));
    return found.verdict.matches ? 0 : 1;
}

} // namespace cli
