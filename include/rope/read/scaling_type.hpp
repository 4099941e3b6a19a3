// scaling_type: from the name of a scaling type to its struct, for every alternative of rope::scaling and the names that
// released configurations use beside them.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/parameters.hpp>
#include <rope/model/scaling.hpp>
#include <rope/support/abi.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

struct type_alias {
    std::string_view alias, name;
};

inline constexpr type_alias type_aliases[] = {
    {"default", "none"},       {"mrope", "none"},
    {"su", "longrope"},        {"deepseek_llama_scaling", "deepseek_yarn"},
    {"grok_yarn_log", "grok"}, {"telechat3-yarn", "yarn"},
    {"openpangu", "none"},
};

template <std::size_t... k>
std::optional<scaling> scaling_named(std::string_view name, std::index_sequence<k...>) {
    std::optional<scaling> out;
    ((name == std::variant_alternative_t<k, scaling>::name ? void(out.emplace(std::in_place_index<k>))
                                                           : void()),
     ...);
    return out;
}

// A struct with its defaults, still to be filled by `describe`; none for an unknown name.
inline std::optional<scaling> scaling_of_type(std::string_view name) {
    for (const type_alias& a : type_aliases) {
        if (name == a.alias) {
            name = a.name;
        }
    }
    return scaling_named(name, std::make_index_sequence<std::variant_size_v<scaling>>{});
}

template <std::size_t... k>
std::string scaling_names(std::index_sequence<k...>) {
    std::string out;
    ((out += std::string(k == 0 ? "" : ", ") + std::variant_alternative_t<k, scaling>::name), ...);
    return out;
}

inline std::string unknown_scaling_type(const std::string& key, const std::string& found_type) {
    return key + " = \"" + found_type.substr(0, 40) + "\" is not known: expected one of " +
           scaling_names(std::make_index_sequence<std::variant_size_v<scaling>>{});
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
