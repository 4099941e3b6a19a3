// vision_family: vision towers, whose embedding runs over the rows and columns of patches.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/keys.hpp>
#include <rope/model/evaluate.hpp>
#include <rope/model/vision.hpp>
#include <rope/read/hugging_face_fields.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/model_part.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// head_dim, or the tower's width over its heads, or the class defaults.
inline std::int64_t read_tower_head_dim(json_fields& fields, const family& known) {
    read_context& context = fields.context();
    static constexpr const char* tower_width_keys[] = {"hidden_size", "embed_dim"};
    static constexpr const char* tower_heads_keys[] = {"num_heads", "num_attention_heads"};
    if (const auto head = fields.integer("head_dim", 1, greatest_head_dim)) {
        return *head;
    }
    const auto width = first_integer(fields, known.width_key, tower_width_keys);
    const auto heads = first_integer(fields, known.heads_key, tower_heads_keys);
    if (!width && !heads && known.head_dim > 0) {
        return known.head_dim;
    }
    const std::int64_t w = width ? width->value : known.width, h = heads ? heads->value : known.heads;
    const std::string width_key = width ? width->key : known.width_key ? known.width_key : "hidden_size";
    const std::string heads_key = heads ? heads->key : known.heads_key ? known.heads_key : "num_heads";
    if (w == 0 || h == 0) {
        context.fail(fields.where() + (w == 0 ? width_key : heads_key) +
                     " is missing: expected an integer from 1 up");
        return 0;
    }
    if (w % h != 0) {
        context.fail(fields.where() + width_key + " = " + number(w) + " is not a multiple of " + heads_key +
                     " = " + number(h));
        return 0;
    }
    if (w / h > greatest_head_dim) {
        context.fail(fields.where() + width_key + " / " + heads_key + " = " + number(w / h) +
                     ": expected at most " + number(greatest_head_dim));
        return 0;
    }
    context.derive("head_dim is " + fields.where() + width_key + " / " + heads_key + " = " + number(w / h));
    return w / h;
}

inline double read_tower_base(json_fields& fields, const family& known) {
    double base = known.base > 0 ? known.base : 10000;
    if (const json_value* parameters = fields.object("rope_parameters")) {
        json_fields inner(*parameters, fields.name("rope_parameters."), fields.context());
        inner.string("rope_type");
        base = inner.number("rope_theta", positive).value_or(base);
    }
    if (known.theta_key) {
        base = fields.number(known.theta_key, positive).value_or(base);
    }
    return fields.number("rope_theta", positive).value_or(base);
}

// Half the head for each of row and column.
inline void place_halves(std::int64_t head_dim, double base, const family& known, const std::string& where,
                         read_context& context) {
    if (head_dim % 4 != 0) {
        context.fail(where + "head_dim = " + number(head_dim) +
                     ": expected a multiple of 4, pairs for a row and a column");
        return;
    }
    config c = axial_config({head_dim / 2, head_dim / 2}, base, known.pairing);
    auto& axial = std::get<axial_scaling>(c.scaling);
    axial.shared = known.grid == grid::dealt;
    axial.turns = known.grid == grid::turns;
    c.rotary_dim = head_dim;
    context.out.config = std::move(c);
}

// An even third of the head for each of time, row and column; what is left over does not rotate.
inline void place_thirds(std::int64_t head_dim, double base, const family& known, read_context& context) {
    const std::int64_t each = 2 * (head_dim / 2 * 2 / 3 / 2);
    config c = axial_config({each, each, each}, base, known.pairing);
    c.rotary_dim = 3 * each;
    c.head_dim = head_dim;
    context.out.config = std::move(c);
}

// Row and column by turns over the whole width w: pairs 2k and 2k + 1 have the frequency base^(-4k/w).
inline void place_alternating(json_fields& fields, const family& known, double base, read_context& context) {
    const std::int64_t width = fields.integer("hidden_size", 4, greatest_head_dim).value_or(known.width);
    fields.find("partial_rotary_factor"); // the number of heads over 2, which makes it the width
    if (const json_value* parameters = fields.object("rope_parameters")) {
        json_fields(*parameters, fields.name("rope_parameters."), context).find("partial_rotary_factor");
    }
    if (width % 4 != 0) {
        context.fail(fields.name("hidden_size") + " = " + number(width) +
                     ": expected a multiple of 4, pairs for a row and a column");
        return;
    }
    config c;
    c.head_dim = c.rotary_dim = width;
    c.base = base;
    c.pairing = known.pairing;
    custom_scaling s;
    for (std::int64_t i = 0; i < width / 2; ++i) {
        s.inverse_frequencies.push_back(
            std::pow(base, -4.0 * static_cast<double>(i / 2) / static_cast<double>(width)));
        c.axis_of_pair.push_back(i % 2);
    }
    c.scaling = std::move(s);
    context.out.config = std::move(c);
    context.derive("the embedding runs over all heads together");
}

inline void read_vision(const model_part& part, read_context& context) {
    if (!part.row) {
        context.fail(part.where + "model_type = \"" + shortened(part.model_type) +
                     "\": no rotary embedding is known for this vision tower");
        return;
    }
    const family& known = *part.row;
    if (known.refused) {
        context.fail(part.where + "model_type = \"" + std::string(known.name) +
                     "\": no config can say its rotation: " + known.refused);
        return;
    }
    json_fields fields(*part.scope, part.where, context);
    const std::int64_t head_dim = read_tower_head_dim(fields, known);
    const double base = read_tower_base(fields, known);
    if (!context.ok()) {
        return;
    }
    if (known.grid == grid::thirds) {
        place_thirds(head_dim, base, known, context);
    } else if (known.grid == grid::alternating) {
        place_alternating(fields, known, base, context);
    } else {
        place_halves(head_dim, base, known, part.where, context);
    }
    if (!context.ok()) {
        return;
    }
    context.derive("the vision tower's embedding is that of model_type " + std::string(known.name) +
                   (known.grid == grid::column_first ? ", axes (column, row)"
                    : known.grid == grid::thirds     ? ", axes (time, row, column)"
                                                     : ", axes (row, column)"));
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
