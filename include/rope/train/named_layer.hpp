// named_layer: rotary embedding as a layer over named axes in the manner of Penzai. The embedding axis is found by its
// name, in any order of axes; positions are broadcast along the axes that they do not name.
//
//   auto layer = rope::named_layer::from_config({"embedding", 10000.0});
//   layer.apply(x, "batch seq heads embedding", ids, {seq}, "seq", y);
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/frequencies.hpp>
#include <rope/rotate/rotate.hpp>
#include <rope/rotate/shape.hpp>
#include <rope/table/cos_sin_table.hpp>
#include <rope/train/count_positions.hpp>

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

struct named_layer_config {
    std::string embedding_axis = "embedding";
    double max_wavelength = 10000; // the base: pair i turns by position / max_wavelength^(2i/d)
    std::string positions_input_name = "positions";
    double scale_factor = 1; // positions are divided by it
    std::int64_t subset_size =
        0; // the number of elements of the embedding that rotate, from the first on; 0: all
    rope::pairing pairing = pairing::half_split;
};

// The named shape of an array: extents by axis name, in index order.
using named_shape = std::vector<std::pair<std::string, std::int64_t>>;
using layer_attribute = std::variant<std::string, double, std::int64_t>;

class named_layer {
  public:
    static constexpr const char* class_name = "NamedRoPE";

    // Throws rope::error for a name that is empty or has blanks, an odd subset_size, or numbers out of range.
    static named_layer from_config(named_layer_config c) { return named_layer(std::move(c)); }
    const named_layer_config& config() const { return config_; }

    std::map<std::string, layer_attribute> attributes() const {
        return {{"embedding_axis", config_.embedding_axis},
                {"max_wavelength", config_.max_wavelength},
                {"positions_input_name", config_.positions_input_name},
                {"scale_factor", config_.scale_factor},
                {"subset_size", config_.subset_size},
                {"pairing", std::string(detail::pairing_name(config_.pairing))}};
    }

    // The shapes of inputs and outputs, which are the same: any axes, one of them the embedding axis.
    // Throws rope::error where the embedding axis is missing or its extent cannot be rotated.
    named_shape input_structure(const named_shape& shape) const {
        for (const auto& [name, extent] : shape) {
            if (name == config_.embedding_axis) {
                frequencies_of(extent);
                return shape;
            }
        }
        detail::fail(detail::sentence({"the input has no axis ", detail::quoted(config_.embedding_axis)}),
                     errc::axes);
    }
    named_shape output_structure(const named_shape& input) const { return input_structure(input); }

    // y = x rotated along the embedding axis by its positions.
    // Shapes: `axes` names the axes of x in index order; ids has the extents `extents` and the axes position_axes, each of
    // which x has too, with its extent or 1, and not the embedding axis. y has the shape of x.
    // ids: int32, int64 or double, |position| < 2^63. Aliasing: y may be x.
    // Throws rope::error before it writes: for positions that do not fit x, and as rotate() does.
    // Allocates a table with a row for each position.
    template <class X, class Id, class Y>
    void apply(const X& x, std::string_view axes, const Id* ids, const extent_list& extents,
               std::string_view position_axes, Y&& y) const {
        transform(x, axes, ids, extents, position_axes, y, direction::forward);
    }
    // The transpose: dx for dy.
    template <class X, class Id, class Y>
    void apply_adjoint(const X& dy, std::string_view axes, const Id* ids, const extent_list& extents,
                       std::string_view position_axes, Y&& dx) const {
        transform(dy, axes, ids, extents, position_axes, dx, direction::adjoint);
    }

  private:
    explicit named_layer(named_layer_config c) : config_(std::move(c)) {
        if (config_.embedding_axis.empty() ||
            config_.embedding_axis.find_first_of(" \t") != std::string::npos) {
            detail::fail(detail::sentence({"embedding_axis = ", detail::quoted(config_.embedding_axis),
                                           ": expected a name without blanks"}),
                         errc::axes);
        }
        frequencies_of(config_.subset_size == 0 ? 2 : config_.subset_size);
    }

    frequency_set frequencies_of(std::int64_t extent) const {
        rope::config c;
        c.head_dim = extent;
        c.rotary_dim = config_.subset_size;
        c.base = config_.max_wavelength;
        c.pairing = config_.pairing;
        c.scaling = linear_scaling{config_.scale_factor};
        return frequencies(c);
    }

    // The axes with names for rotate(): "d", and "x" before all others, so that none of them has a special meaning there.
    std::string renamed(const axis_names& names) const {
        std::string text;
        for (int k = 0; k < names.count(); ++k) {
            text += names.name(k) == config_.embedding_axis ? "d " : "x" + std::string(names.name(k)) + " ";
        }
        return text;
    }

    template <class X, class Id, class Y>
    void transform(const X& x, std::string_view axes, const Id* ids, const extent_list& extents,
                   std::string_view position_axes, Y&& y, direction to) const {
        const axis_names of_x(axes), of_positions(position_axes);
        detail::require(of_x.why());
        detail::require(of_positions.why());
        const auto v = as_view(x);
        const int d = of_x.find(config_.embedding_axis);
        if (d < 0 || of_x.count() != v.rank) {
            detail::fail(detail::sentence({"the axes ", detail::quoted(axes), " are not the ", v.rank,
                                           " of the input with ", detail::quoted(config_.embedding_axis),
                                           " among them"}),
                         errc::axes);
        }
        for (int k = 0; k < of_positions.count(); ++k) {
            const auto name = of_positions.name(k);
            if (name == config_.embedding_axis) {
                detail::fail(detail::sentence({"positions have the embedding axis ", detail::quoted(name)}),
                             errc::positions);
            }
        }
        const std::string own_axes = renamed(of_x), own_position_axes = renamed(of_positions);
        const frequency_set f =
            frequencies_of(detail::saturating_multiply(v.extent[d], v.complex_pairs ? 2 : 1));
        const auto count = static_cast<std::size_t>(
            detail::count_positions(ids, extents.data(), static_cast<int>(extents.size()), position_axes,
                                    axes, v, static_cast<std::int64_t>(f.step.size())));
        // A row for each place of the positions, named by its number.
        using row_type = std::conditional_t<std::is_same_v<Id, double>, double, std::int64_t>;
        const std::vector<row_type> list(ids, ids + count);
        std::vector<std::int64_t> row(count);
        for (std::size_t k = 0; k < count; ++k) {
            row[k] = static_cast<std::int64_t>(k);
        }
        using real = compute_type<std::remove_pointer_t<decltype(as_view(y).data)>>;
        const auto table = cos_sin_table<real>(f, list.data(), static_cast<std::int64_t>(count));
        rotate_options options;
        options.direction = to;
        rope::rotate(x, y, table, own_axes, rope::ids(row.data(), extents, own_position_axes), options);
    }

    named_layer_config config_;
};

} // namespace ROPE_ABI
} // namespace rope
