// family: what the code of one model type knows and its configuration need not say, as a row of data.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/support/abi.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// What a model type is.
enum class role : std::uint8_t {
    rotates,   // a model, or a part of one, with rotary embedding
    unrotated, // one without
    composite, // holds parts, each with a configuration of its own
    tower      // a vision tower with rotary embedding over rows and columns
};

// What one kind of a family's layers has, where kinds differ. Layers are of this kind under `name`, or under one of `also`.
struct kind_rule {
    const char* name = nullptr;
    bool rotates = true;
    const char* theta_key = nullptr; // a key of its own for theta; none: rope_theta
    double theta = 0;                // where no key says it; 0: the family's
    bool scaled = true;              // takes rope_scaling
    const char* head_dim_key = nullptr;
    std::int64_t head_dim = 0; // where that key is absent; 0: as the others
    const char* also[2] = {};
    const char* other_theta_key = nullptr; // asked for where theta_key is absent
};

// Which layers are of which kind where no list says it: layer i is `on` where (i + shift) is a multiple of `period`.
struct layer_pattern {
    const char* key = nullptr; // says another period
    std::int64_t period = 0;   // 0: no pattern unless the key is there
    std::int64_t shift = 0;
    const char* on = nullptr;
    const char* off = nullptr;
    bool last_is_on = false; // the last layer is `on`, whatever the pattern
    bool from_last = false;  // counted backward: the last layer is layer 0
};

// Where the rotated slice is.
enum class slice : std::uint8_t {
    first, // the first elements of the head
    alone, // multi-head latent attention: qk_rope_head_dim elements that are a tensor of their own
    last   // the last elements of the head
};

// A vision tower's grid: how row and column share the head.
// `thirds`: time, row and column get equal even shares of the head's first
// elements, the rest does not rotate. `alternating`: pair 2k reads the row and pair 2k + 1 the column, at one frequency, over
// the whole width, before it is split into heads.
enum class grid : std::uint8_t { halves, dealt, column_first, turns, thirds, alternating };

struct family {
    std::string_view name = {};
    detail::role role = role::rotates;
    const char* checked = ""; // against what this row was checked
    rope::pairing pairing = pairing::half_split;
    bool reversed = false; // rotates by the opposite angle
    detail::slice slice = slice::first;
    // Class defaults; 0: none.
    double base = 0;                  // theta; 0: 10000
    double share = 0;                 // of the head that rotates; 0: all of it
    std::int64_t width = 0;           // hidden_size
    std::int64_t heads = 0;           // num_attention_heads
    std::int64_t head_dim = 0;        // without it width / heads
    std::int64_t layers = 0;          // num_hidden_layers
    std::int64_t length = 0;          // max_position_embeddings
    std::int64_t slice_width = 0;     // rotary_dim, or qk_rope_head_dim where the slice is alone
    const char* parameters = nullptr; // rope_parameters, as JSON
    bool unit_amplitude = false;      // YaRN without a factor on cos and sin
    bool ntk_vllm = false;            // what this family names `ntk` is ntk_vllm
    // Position axes: the order that the code has whatever the file says, and the sections where it says none.
    bool ordered = false;
    rope::section_order order = section_order::contiguous;
    std::int64_t sections[4] = {};
    // Layers.
    const kind_rule* kinds = nullptr;
    std::size_t kind_count = 0;
    layer_pattern pattern = {};
    const std::int64_t* listed = nullptr; // the default of the key in `list_key`: the numbers of the layers
    std::size_t listed_count = 0;
    const char* list_key = nullptr;
    bool more_layers = false;         // lists go on beyond num_hidden_layers (multi-token prediction)
    const char* window_key = nullptr; // where this key is there and null, all layers are alike and rotate
    bool scaled_queries = false;      // Llama 4: layers without rotation scale their queries by position
    // A key with another value than this switches rotation off.
    const char* switch_key = nullptr;
    const char* switch_value = nullptr;
    bool on_without = false; // it rotates where the key is absent, too
    // Keys that go before the usual ones.
    const char* head_dim_key = nullptr;
    const char* width_key = nullptr;
    const char* heads_key = nullptr;
    const char* theta_key = nullptr;
    detail::grid grid = grid::halves;
    const char* refused = nullptr; // why a configuration cannot give its rotation
    // Composites: which part is the language model, and of which type it and the tower are where they do not say.
    const char* part = nullptr;
    const char* inner = nullptr;
    const char* tower = nullptr;
    bool types_fixed = false; // the parts are of these types, whatever they say
    bool last_full = false;   // the last layer is of the kind `pattern.on`, whatever a list says

    template <class T>
    constexpr family with(T family::*member, T x) const {
        family out = *this;
        out.*member = x;
        return out;
    }

    constexpr family as(detail::role x) const { return with(&family::role, x); }
    constexpr family interleaved() const { return with(&family::pairing, pairing::interleaved); }
    constexpr family reversed_direction() const { return with(&family::reversed, true); }
    constexpr family theta(double x) const { return with(&family::base, x); }
    constexpr family rotary_share(double x) const { return with(&family::share, x); }
    constexpr family size(std::int64_t hidden, std::int64_t head_count, std::int64_t head = 0) const {
        return with(&family::width, hidden).with(&family::heads, head_count).with(&family::head_dim, head);
    }
    constexpr family head(std::int64_t x) const { return with(&family::head_dim, x); }
    constexpr family depth(std::int64_t x) const { return with(&family::layers, x); }
    constexpr family positions(std::int64_t x) const { return with(&family::length, x); }
    constexpr family latent(std::int64_t x) const {
        return with(&family::slice, slice::alone).with(&family::slice_width, x);
    }
    constexpr family rotary_dim(std::int64_t x) const { return with(&family::slice_width, x); }
    constexpr family last_elements() const { return with(&family::slice, slice::last); }
    constexpr family rope_parameters(const char* json) const { return with(&family::parameters, json); }
    constexpr family without_amplitude() const { return with(&family::unit_amplitude, true); }
    constexpr family names_ntk_vllm() const { return with(&family::ntk_vllm, true); }
    constexpr family axes(section_order x, std::int64_t a = 0, std::int64_t b = 0, std::int64_t c = 0,
                          std::int64_t d = 0) const {
        family out = with(&family::ordered, true).with(&family::order, x);
        out.sections[0] = a;
        out.sections[1] = b;
        out.sections[2] = c;
        out.sections[3] = d;
        return out;
    }
    template <std::size_t n>
    constexpr family kinds_of(const kind_rule (&rules)[n]) const {
        return with(&family::kinds, &rules[0]).with(&family::kind_count, n);
    }
    constexpr family layers_by(const layer_pattern& x) const { return with(&family::pattern, x); }
    template <std::size_t n>
    constexpr family layer_list(const char* key, const std::int64_t (&numbers)[n]) const {
        return with(&family::list_key, key).with(&family::listed, &numbers[0]).with(&family::listed_count, n);
    }
    constexpr family layer_list(const char* key) const { return with(&family::list_key, key); }
    constexpr family lists_go_on() const { return with(&family::more_layers, true); }
    constexpr family alike_without(const char* key) const { return with(&family::window_key, key); }
    constexpr family scales_queries() const { return with(&family::scaled_queries, true); }
    constexpr family only_where(const char* key, const char* value) const {
        return with(&family::switch_key, key).with(&family::switch_value, value);
    }
    constexpr family unless(const char* key, const char* value) const {
        return only_where(key, value).with(&family::on_without, true);
    }
    constexpr family size_keys(const char* hidden, const char* head_count) const {
        return with(&family::width_key, hidden).with(&family::heads_key, head_count);
    }
    constexpr family head_key(const char* x) const { return with(&family::head_dim_key, x); }
    constexpr family base_key(const char* x) const { return with(&family::theta_key, x); }
    constexpr family refused_because(const char* why) const { return with(&family::refused, why); }
    constexpr family parts_of_fixed_types() const { return with(&family::types_fixed, true); }
    constexpr family ends_in_full_attention() const { return with(&family::last_full, true); }
    constexpr family by(detail::grid x) const { return with(&family::grid, x); }
    constexpr family model_in(const char* key) const { return with(&family::part, key); }
    constexpr family of(const char* inner_type, const char* tower_type = nullptr) const {
        return with(&family::inner, inner_type).with(&family::tower, tower_type);
    }
};

// The first word of a row. `checked`: against what.
constexpr family row(std::string_view name, const char* checked) {
    family f;
    f.name = name;
    f.checked = checked;
    return f;
}

inline constexpr const char* run_here = "transformers 5.16, run"; // its code was executed on unit vectors
inline constexpr const char* read_here = "transformers 5, class read"; // its configuration class was read
inline constexpr const char* published = "as published, not run";

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
