// diffusers: the configuration of a diffusion model's transformer, as diffusers writes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/diffusion.hpp>
#include <rope/families/keys.hpp>
#include <rope/model/vision.hpp>
#include <rope/read/guard.hpp>
#include <rope/read/json_fields.hpp>
#include <rope/read/json_value.hpp>
#include <rope/read/reading.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The names of the list that shares the head among the axes.
inline constexpr const char* axis_share_keys[] = {"axes_dims_rope", "axes_dim_rope", "rope_axes_dim",
                                                  "axes_dims", "axes_dim"};

inline bool looks_diffusers(const json_value& document) {
    if (document.find_set("model_type") || document.find_set("architectures")) {
        return false;
    }
    bool found = document.find_set("_class_name") != nullptr;
    for (const char* key : axis_share_keys) {
        found = found || document.find_set(key);
    }
    return found;
}

inline std::int64_t diffusion_head_dim(json_fields& fields, const diffusion_family& row,
                                       read_context& context) {
    for (const char* key : {"attention_head_dim", "head_dim"}) {
        if (const auto x = fields.integer(key, 1, greatest_head_dim)) {
            context.derive(std::string("head_dim is ") + key + " = " + number(*x));
            return *x;
        }
    }
    for (const char* width_key : {"hidden_size", "dim"}) {
        for (const char* heads_key : {"num_attention_heads", "n_heads", "num_heads"}) {
            if (!fields.has(width_key) || !fields.has(heads_key)) {
                continue;
            }
            const auto width = fields.integer(width_key, 1, 1 << 24),
                       heads = fields.integer(heads_key, 1, 65536);
            if (width && heads && *width % *heads != 0) {
                context.fail(std::string(width_key) + " = " + number(*width) + " is not a multiple of " +
                             heads_key + " = " + number(*heads));
            } else if (width && heads && *width / *heads > greatest_head_dim) {
                context.fail(std::string(width_key) + " / " + heads_key + " = " + number(*width / *heads) +
                             ": expected at most " + number(greatest_head_dim));
            }
            if (width && heads && context.ok()) {
                context.derive(std::string("head_dim is ") + width_key + " / " + heads_key + " = " +
                               number(*width / *heads));
                return *width / *heads;
            }
        }
    }
    return row.head_dim;
}

inline std::vector<std::int64_t> listed_shares(json_fields& fields, const diffusion_family& row,
                                               read_context& context) {
    for (const char* key : axis_share_keys) {
        if (const auto list = fields.integers(key, 0, greatest_head_dim)) {
            context.derive(std::string("the head is shared among ") + std::to_string(list->size()) +
                           " position axes by " + key);
            return *list;
        }
    }
    std::vector<std::int64_t> dims;
    for (const std::int64_t dim : row.dims) {
        if (dim > 0 || dims.empty()) { // the first axis may have no share
            dims.push_back(dim);
        }
    }
    context.derive("the shares of the position axes are the defaults of " + std::string(row.name));
    return dims;
}

// The theta of each axis: base scale^(d / (d - 2)).
inline std::vector<double> cosmos_bases(json_fields& fields, const std::vector<std::int64_t>& dims,
                                        double base, read_context& context) {
    const std::vector<double> scales =
        fields.numbers("rope_scale", positive).value_or(std::vector<double>{2.0, 1.0, 1.0});
    if (scales.size() != dims.size()) {
        context.fail("rope_scale has " + std::to_string(scales.size()) + " entries: expected 3");
        return {};
    }
    std::vector<double> bases;
    for (std::size_t a = 0; a < dims.size(); ++a) {
        const auto d = static_cast<double>(dims[a]);
        bases.push_back(dims[a] > 2 ? base * std::pow(scales[a], d / (d - 2)) : base);
    }
    return bases;
}

inline void read_diffusion_axes(json_fields& fields, const diffusion_family& row, std::int64_t head_dim,
                                double base, read_context& context) {
    config& c = context.out.config;
    const std::int64_t side = 2 * (head_dim / 6);
    std::vector<std::int64_t> dims = {head_dim - 2 * side, side, side};
    if (row.shares == axis_shares::cogvideox) {
        dims = {head_dim / 4, 3 * head_dim / 8, 3 * head_dim / 8};
    } else if (row.shares == axis_shares::halves) {
        dims = {head_dim / 2, head_dim / 2};
    } else if (row.shares == axis_shares::listed) {
        dims = listed_shares(fields, row, context);
    }
    std::int64_t sum = 0;
    for (const std::int64_t dim : dims) {
        sum += dim;
        if (dim % 2 != 0) {
            context.fail("the shares of the position axes are " + joined(dims) + ": expected even numbers");
        }
    }
    if (sum > head_dim || sum < 2) {
        context.fail("the shares of the position axes are " + joined(dims) + ", together " + number(sum) +
                     ": expected at most head_dim = " + number(head_dim));
    }
    if (!context.ok()) {
        return;
    }
    c = axial_config(dims, base, row.pairing);
    c.rotary_dim = c.head_dim;
    c.head_dim = head_dim;
    if (row.shares == axis_shares::cosmos) {
        std::get<axial_scaling>(c.scaling).bases = cosmos_bases(fields, dims, base, context);
    }
}

inline void remark_on_unread_diffusers(const json_value& document, read_context& context) {
    for (std::size_t k = 0; k < document.size(); ++k) {
        const std::string& key = document.keys()[k];
        const bool harmless = key == "rope_max_seq_len" ||
                              key == "rope_interpolation_scale" || // sizes of a table
                              key.rfind("use_learned_positional", 0) == 0 || key.rfind("pos_embed", 0) == 0 ||
                              key == "use_rotary_positional_embeddings";
        if (!document.items()[k].was_read() && !document.items()[k].is_null() && !harmless &&
            speaks_of_rotation(key)) {
            context.note(shortened(key) + " = " + found(document.items()[k]) + " is not used");
        }
    }
}

inline void read_diffusers(const json_value& document, const read_options& options, read_context& context) {
    context.out.form = "diffusers";
    json_fields fields(document, "", context);
    context.out.model_type = fields.string("_class_name").value_or("");
    const std::string& name = context.out.model_type;
    if (!options.layer_type.empty() || !options.part.empty()) {
        context.fail("a part or a layer type is asked for, but a diffusion model's layers are alike");
    }
    const diffusion_family* known = find_diffusion_family(name);
    diffusion_family row = known ? *known : diffusion_family{name, axis_shares::listed};
    bool listed = false;
    for (const char* key : axis_share_keys) {
        listed = listed || document.find_set(key);
    }
    if (!known && !listed) {
        context.fail("_class_name = \"" + shortened(name) +
                     "\" is not known to have rotary embedding: expected the configuration of a transformer");
    } else if (row.shares == axis_shares::unknown) {
        context.fail("_class_name = \"" + name + "\" cannot be read: " + row.why);
    }
    if (!context.ok()) {
        return;
    }
    if (!known) {
        context.note("pairing interleaved is an assumption: " +
                     (name.empty() ? std::string("_class_name is missing")
                                   : "_class_name " + shortened(name) + " is not in the table of families"));
    }
    const std::int64_t head_dim = diffusion_head_dim(fields, row, context);
    config& c = context.out.config;
    const bool off = row.switch_key && !fields.boolean(row.switch_key).value_or(false);
    if (row.shares == axis_shares::none || off) {
        context.out.rotates = false;
        context.out.why =
            off ? row.switch_key + std::string(" is not true") : name + " has no rotary embedding";
        context.derive("no rotation: " + context.out.why);
        c.head_dim = c.rotary_dim = head_dim + head_dim % 2;
        c.scaling = no_rotation{};
        return;
    }
    double base = row.base;
    for (const char* key : {"rope_theta", "theta"}) {
        base = fields.number(key, positive).value_or(base);
    }
    if (row.shares == axis_shares::whole_log) {
        const std::int64_t heads = fields.integer("num_attention_heads", 1, 65536).value_or(32);
        c = ltx_config(head_dim * heads, base);
        c.rotary_dim = c.head_dim;
        context.derive("the embedding runs over all " + number(heads) + " heads together");
    } else if (row.shares == axis_shares::one_half) {
        c.head_dim = head_dim;
        c.rotary_dim = head_dim / 2;
        c.base = base;
        c.pairing = row.pairing;
    } else {
        read_diffusion_axes(fields, row, head_dim, base, context);
    }
    context.derive("base is " + number(base) +
                   (base == row.base ? ", as " + name + " has it" : std::string()));
    remark_on_unread_diffusers(document, context);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
