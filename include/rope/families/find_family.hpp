// find_family: the row of a model type, out of all the tables.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/families/composites.hpp>
#include <rope/families/models_a_to_g.hpp>
#include <rope/families/models_h_to_z.hpp>
#include <rope/families/published_models.hpp>
#include <rope/families/towers.hpp>
#include <rope/families/unrotated.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct family_table {
    const family* rows;
    std::size_t count;
};
template <std::size_t n>
constexpr family_table table_of(const family (&rows)[n]) {
    return {&rows[0], n};
}

inline constexpr family_table family_tables[] = {table_of(models_a_to_g), table_of(models_h_to_z),
                                                 table_of(published_models), table_of(composites),
                                                 table_of(towers)};

// None for a type that is not listed.
inline std::optional<family> find_family(std::string_view model_type) {
    for (const family_table& table : family_tables) {
        for (std::size_t k = 0; k < table.count; ++k) {
            if (table.rows[k].name == model_type) {
                return table.rows[k];
            }
        }
    }
    for (const char* name : unrotated) {
        if (model_type == name) {
            return row(name, published).as(role::unrotated);
        }
    }
    return std::nullopt;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
