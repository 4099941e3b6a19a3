// models: the table of families, for a person or as JSON.
// SPDX-License-Identifier: MIT
#include "commands.hpp"

#include <rope/families/find_family.hpp>
#include <rope/families/gguf_architectures.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

namespace cli {
namespace {

using rope::detail::family;
using rope::detail::role;

const char* name_of(role x) {
    switch (x) {
    case role::rotates:
        return "rotates";
    case role::unrotated:
        return "no rotary embedding";
    case role::composite:
        return "composite";
    case role::tower:
        break;
    }
    return "vision tower";
}

std::vector<family> all_families() {
    std::vector<family> all;
    for (const rope::detail::family_table& table : rope::detail::family_tables) {
        all.insert(all.end(), table.rows, table.rows + table.count);
    }
    for (const char* name : rope::detail::unrotated) {
        all.push_back(rope::detail::row(name, rope::detail::published).as(role::unrotated));
    }
    return all;
}

const char* name_of(rope::detail::gguf_rope x) {
    switch (x) {
    case rope::detail::gguf_rope::none:
        return "no rotary embedding";
    case rope::detail::gguf_rope::normal:
        return "interleaved";
    case rope::detail::gguf_rope::neox:
        return "half_split";
    case rope::detail::gguf_rope::mrope:
        return "half_split, sections in order";
    case rope::detail::gguf_rope::imrope:
        return "half_split, sections in turns";
    case rope::detail::gguf_rope::normal_or_mrope:
        return "interleaved; half_split with sections";
    case rope::detail::gguf_rope::neox_or_mrope:
        break;
    }
    return "half_split, with or without sections";
}

// Which layers of a GGUF architecture are like which.
std::string layer_rule(const rope::detail::gguf_architecture& a) {
    const std::string every = a.pattern > 0 ? " but every " + std::to_string(a.pattern) : std::string();
    switch (a.layers) {
    case rope::detail::gguf_layers::all:
        return {};
    case rope::detail::gguf_layers::sliding:
        return "sliding" + every;
    case rope::detail::gguf_layers::sliding_only:
        return "sliding" + every + ", which do not rotate";
    case rope::detail::gguf_layers::no_rope:
        return "all" + every + " rotate";
    case rope::detail::gguf_layers::linear:
        return "linear attention" + every;
    case rope::detail::gguf_layers::compressed:
        break;
    }
    return "by attention.compress_ratios";
}

std::string number(double x) {
    char text[40];
    std::snprintf(text, sizeof text, "%.15g", x);
    return text;
}

// Which layers rotate, and how, in the words of the configurations.
std::string layer_rule(const family& f) {
    std::string text;
    for (std::size_t k = 0; k < f.kind_count; ++k) {
        const rope::detail::kind_rule& kind = f.kinds[k];
        text += (text.empty() ? "" : "; ") + std::string(kind.name);
        text += !kind.rotates    ? ": none"
                : kind.theta_key ? std::string(": theta from ") + kind.theta_key
                : kind.theta > 0 ? ": theta " + number(kind.theta)
                : !kind.scaled   ? ": unscaled"
                                 : "";
    }
    if (f.pattern.on && f.pattern.period > 1) {
        text += (text.empty() ? "" : "; ") + std::string(f.pattern.on) + " every " +
                std::to_string(f.pattern.period) +
                (f.pattern.from_last    ? " from the last"
                 : f.pattern.shift == 0 ? " from the first"
                                        : "");
    }
    return text;
}

nlohmann::json as_json(const family& f) {
    nlohmann::json out = {
        {"model_type", std::string(f.name)}, {"role", name_of(f.role)}, {"checked", f.checked}};
    if (f.role == role::composite) {
        out["language_model"] = f.inner ? nlohmann::json(f.inner) : nlohmann::json();
        out["tower"] = f.tower ? nlohmann::json(f.tower) : nlohmann::json();
        return out;
    }
    if (f.role == role::unrotated) {
        return out;
    }
    if (f.refused) {
        out["refused"] = f.refused;
        return out;
    }
    out["pairing"] = f.pairing == rope::pairing::interleaved ? "interleaved" : "half_split";
    out["direction"] = f.reversed ? "reversed" : "forward";
    out["rope_theta"] = f.base > 0 ? f.base : 10000.0;
    out["partial_rotary_factor"] = f.share > 0 ? f.share : 1.0;
    const auto put = [&out](const char* key, std::int64_t x) {
        if (x > 0) {
            out[key] = x;
        }
    };
    put("hidden_size", f.width);
    put("num_attention_heads", f.heads);
    put("head_dim", f.head_dim);
    put("num_hidden_layers", f.layers);
    put("max_position_embeddings", f.length);
    put(f.slice == rope::detail::slice::first ? "rotary_dim" : "qk_rope_head_dim", f.slice_width);
    if (f.parameters) {
        out["rope_parameters"] = nlohmann::json::parse(f.parameters);
    }
    if (const std::string rule = layer_rule(f); !rule.empty()) {
        out["layers"] = rule;
    }
    if (f.switch_key) {
        out["only_where"] = std::string(f.switch_key) + " = " + f.switch_value;
    }
    return out;
}

std::string in_words(const family& f) {
    if (f.role == role::unrotated) {
        return "no rotary embedding";
    }
    if (f.role == role::composite) {
        return std::string("composite of ") + (f.inner ? f.inner : "any language model") +
               (f.tower ? std::string(" and ") + f.tower : std::string());
    }
    if (f.refused) {
        return std::string("no config can say it: ") + f.refused;
    }
    std::string text = f.pairing == rope::pairing::interleaved ? "interleaved" : "half_split";
    text += f.role == role::tower ? ", rows and columns" : "";
    text += f.reversed ? ", reversed" : "";
    text += ", theta " + number(f.base > 0 ? f.base : 10000);
    text += f.share > 0 ? ", share " + number(f.share) : "";
    text += f.parameters ? ", scaled by default" : "";
    const std::string rule = layer_rule(f);
    text += rule.empty() ? "" : ", layers: " + rule;
    text += f.switch_key ? std::string(", only where ") + f.switch_key + " = " + f.switch_value : "";
    return text;
}

} // namespace

void models(const request& r) {
    const std::vector<family> all = all_families();
    if (r.json) {
        nlohmann::json list = nlohmann::json::array();
        for (const family& f : all) {
            list.push_back(as_json(f));
        }
        for (const rope::detail::gguf_architecture& a : rope::detail::gguf_architectures) {
            list.push_back({{"gguf_architecture", std::string(a.name)},
                            {"rope", name_of(a.rope)},
                            {"layers", layer_rule(a)},
                            {"why", std::string(a.why)},
                            {"checked", "llama.cpp, read"}});
        }
        std::cout << list.dump(2) << '\n';
        return;
    }
    for (const family& f : all) {
        const std::string name = f.name.empty() ? "\"\"" : std::string(f.name);
        std::cout << name << std::string(name.size() < 40 ? 40 - name.size() : 1, ' ') << in_words(f) << "  ["
                  << f.checked << "]\n";
    }
    for (const rope::detail::gguf_architecture& a : rope::detail::gguf_architectures) {
        const std::string name = "gguf " + std::string(a.name), rule = layer_rule(a);
        std::cout << name << std::string(name.size() < 40 ? 40 - name.size() : 1, ' ') << name_of(a.rope)
                  << (a.why.empty() ? "" : ": " + std::string(a.why))
                  << (rule.empty() ? "" : ", layers: " + rule) << "  [llama.cpp, read]\n";
    }
}

} // namespace cli
