// layout: which axes a tensor has, and which of them its positions have.
// SPDX-License-Identifier: MIT
#include "layout.hpp"

#include "error.hpp"

#include <sstream>

namespace cli {
namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : " ") + name;
    }
    return text;
}

// The names of the axes behind `axis`, from --position-axes or by the number of them.
std::vector<std::string> names_of(const position_array& positions, const std::optional<std::string>& named,
                                  std::size_t rank) {
    if (named) {
        std::vector<std::string> names = split_axes(*named);
        if (!names.empty() && names.front() == "axis") {
            names.erase(names.begin());
        }
        return names;
    }
    if (rank > 2) {
        throw input_error("positions have the shape " + to_text(positions.shape) +
                          "; name its axes with --position-axes, such as \"b s\"");
    }
    return rank == 0   ? std::vector<std::string>{}
           : rank == 1 ? std::vector<std::string>{"s"}
                       : std::vector<std::string>{"b", "s"};
}

// Takes the leading `axis` off a shape: its extent, 1 where there is none.
std::int64_t take_position_axis(const position_array& positions, const std::optional<std::string>& named,
                                std::int64_t position_axes, shape_type& rest) {
    const bool written = named && !split_axes(*named).empty() && split_axes(*named).front() == "axis";
    const bool several = positions.from_file && position_axes > 1;
    const bool one =
        written && rest.size() == split_axes(*named).size() && !rest.empty() && position_axes == 1;
    if (!several && !one) {
        return 1;
    }
    if (rest.empty() || rest.front() != position_axes) {
        throw input_error("positions have the shape " + to_text(positions.shape) +
                          "; expected the first axis to have " + std::to_string(position_axes) +
                          ", an entry for each position axis of the configuration");
    }
    rest.erase(rest.begin());
    return position_axes;
}

} // namespace

std::vector<std::string> split_axes(const std::string& text) {
    std::istringstream words(text);
    std::vector<std::string> names;
    for (std::string name; words >> name;) {
        names.push_back(name);
    }
    return names;
}

std::optional<std::int64_t> extent_of(const std::string& name, const std::vector<std::string>& axes,
                                      const shape_type& shape) {
    for (std::size_t k = 0; k < axes.size() && k < shape.size(); ++k) {
        if (axes[k] == name) {
            return shape[k];
        }
    }
    return std::nullopt;
}

row_layout match_positions(const position_array& positions, const std::optional<std::string>& named,
                           std::int64_t position_axes, const std::vector<std::string>& axes,
                           const shape_type& shape) {
    row_layout layout;
    layout.shape = positions.shape;
    layout.rows.positions = &positions;
    layout.rows.axes = take_position_axis(positions, named, position_axes, layout.shape);
    layout.rows.count = positions.count() / layout.rows.axes;
    const std::vector<std::string> names = names_of(positions, named, layout.shape.size());
    if (names.size() != layout.shape.size()) {
        throw input_error("positions have the shape " + to_text(positions.shape) + ", --position-axes \"" +
                          named.value_or("") + "\" names " + std::to_string(names.size()) + " of its " +
                          std::to_string(layout.shape.size()) + " axes" +
                          (layout.rows.axes > 1 ? " behind the first" : ""));
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
        const std::optional<std::int64_t> extent = extent_of(names[k], axes, shape);
        if (names[k] == "d" || (named && !extent)) {
            throw input_error("--position-axes \"" + named.value_or("") + "\": the axis " + names[k] +
                              (extent ? " cannot have positions" : " is not one of the tensor's"));
        }
    }
    if (layout.rows.count == 1) { // one position serves the whole tensor
        layout.shape.clear();
        return layout;
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
        const std::optional<std::int64_t> extent = extent_of(names[k], axes, shape);
        if (!extent) {
            throw input_error("there are " + std::to_string(layout.shape[k]) + " positions along " +
                              names[k] + ", which is not one of the tensor's axes \"" + joined(axes) + "\"");
        }
        if (layout.shape[k] != *extent && layout.shape[k] != 1) {
            throw input_error("there are " + std::to_string(layout.shape[k]) + " positions along " +
                              names[k] + ", where the tensor has " + std::to_string(*extent));
        }
    }
    layout.axes = joined(names);
    return layout;
}

} // namespace cli
