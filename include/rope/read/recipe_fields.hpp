// recipe_fields: the scaling recipe and the position axes in rope_parameters or rope_scaling.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/axis_map.hpp>
#include <rope/model/evaluate.hpp>
#include <rope/read/hugging_face_fields.hpp>
#include <rope/read/scaling_type.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Keys that only a recipe has: with one of them the recipe's name must be there.
inline constexpr const char* recipe_keys[] = {"factor",           "alpha",
                                              "short_factor",     "long_factor",
                                              "low_freq_factor",  "high_freq_factor",
                                              "beta_fast",        "beta_slow",
                                              "attention_factor", "attn_factor",
                                              "mscale",           "mscale_all_dim",
                                              "truncate",         "extra_method",
                                              "mixed_b",          "original_max_position_embeddings"};

// The scaling type's name: rope_type goes before type; "default" where neither is there and nothing of a recipe.
inline std::string read_type(const kind_scope& s) {
    read_context& context = s.scope.context();
    json_fields& parameters = s.parameters;
    const auto newer = parameters.string("rope_type");
    const auto older = parameters.string("type");
    if (newer && older && *newer != *older && *older != "mrope" && *older != "su") {
        context.note(parameters.name("type") + " = \"" + shortened(*older) +
                     "\" is not used: rope_type = \"" + shortened(*newer) + "\" goes first");
    }
    if (newer || older) {
        return newer ? *newer : *older;
    }
    std::string sign; // of a recipe
    for (const char* key : recipe_keys) {
        sign = sign.empty() && parameters.has(key) ? key : sign;
    }
    // A class whose own default is a recipe for these layers: without a name it is not clear which is meant.
    const bool class_scales = s.kind.rule && s.known->parameters && s.kind.rule->head_dim > 0;
    const bool empty_scaling =
        parameters.object().size() == 0 && s.kind.where.find("rope_scaling") != std::string::npos;
    if (!sign.empty() || empty_scaling || class_scales) {
        context.fail(parameters.name("rope_type") + " is missing: expected the name of a scaling type" +
                     (sign.empty() ? "" : ", as " + sign + " is given"));
    }
    return "default";
}

// YaRN's amplitude as vLLM reads it: attn_factor multiplies it, apply_yarn_scaling false leaves attn_factor alone.
inline void read_vllm_yarn(json_fields& parameters, yarn_scaling& yarn) {
    read_context& context = parameters.context();
    const auto applied = parameters.boolean("apply_yarn_scaling");
    const json_value* attn_factor = parameters.object().find_set("attn_factor");
    const bool both = attn_factor && parameters.object().find_set("attention_factor");
    std::optional<double> factor;
    if (attn_factor) {
        factor = parameters.number("attn_factor", amplitude_range);
        if (!both && yarn.attention_factor == factor) { // read under its other name
            yarn.attention_factor.reset();
        }
    }
    if (applied && !*applied) {
        yarn.attention_factor = factor.value_or(1);
        context.derive("the amplitude is attn_factor alone: apply_yarn_scaling is false");
    } else if (factor && !both && *factor != 1) {
        if (!yarn.factor) {
            context.fail(parameters.name("attn_factor") + " needs factor beside it");
            return;
        }
        const double gain = yarn.gain.value_or(0.1);
        yarn.attention_factor = *factor * (gain * std::log(*yarn.factor) + 1);
        context.derive("the amplitude is attn_factor (" + number(gain) + " ln(factor) + 1), as vLLM has it");
    }
    if (const auto extrapolation = parameters.number("extrapolation_factor", not_negative);
        extrapolation && *extrapolation != 1) {
        context.fail(parameters.name("extrapolation_factor") + " = " + number(*extrapolation) +
                     ": expected 1; other values are known of scaling types deepseek_yarn and grok only");
    }
}

inline void read_recipe(const kind_scope& s) {
    read_context& context = s.scope.context();
    json_fields& parameters = s.parameters;
    std::string type = read_type(s);
    const std::string said = type;
    if ((type == "dynamic" && parameters.has("alpha")) || type == "xdrope") { // Hunyuan
        type = "dynamic_alpha";
    } else if (parameters.has("short_factor") && (type == "yarn" || type == "default")) { // early Phi-3
        type = "longrope";
    } else if (type == "ntk" && !parameters.has("mixed_b") && s.known && s.known->ntk_vllm) {
        type = "ntk_vllm";
        context.derive("type ntk of model_type " + std::string(s.known->name) +
                       " is (base factor)^(-2i/d) / factor^(2/d), here called ntk_vllm");
    } else if (type == "ntk" && parameters.has("mixed_b")) {
        type = "ntk_mixed";
    }
    std::optional<scaling> chosen = scaling_of_type(type);
    if (!chosen) {
        context.fail(
            unknown_scaling_type(parameters.name(parameters.has("rope_type") ? "rope_type" : "type"), type));
        return;
    }
    std::visit([&parameters](auto& x) { describe(x, parameters); }, *chosen);
    if (auto* yarn = std::get_if<yarn_scaling>(&*chosen)) {
        if (said == "telechat3-yarn") {
            yarn->gain = yarn->gain.value_or(0.07);
        }
        read_vllm_yarn(parameters, *yarn);
        if (s.known && s.known->unit_amplitude && !yarn->attention_factor) {
            yarn->attention_factor = 1;
            context.derive("the amplitude is 1: model_type " + std::string(s.known->name) + " has none");
        }
    }
    // Released files have these beside a recipe that does not read them.
    parameters.find("finetuned");
    if (std::holds_alternative<dynamic_alpha_scaling>(*chosen)) {
        for (const char* key : {"beta_fast", "beta_slow", "mscale", "mscale_all_dim"}) {
            parameters.find(key);
        }
        if (const json_value* factor = parameters.object().find("factor"); factor && factor->number() == 1) {
            factor->mark_read();
        }
    }
    if (said == "openpangu") {
        context.out.config.section_order = section_order::pangu;
    }
    context.out.config.scaling = std::move(*chosen);
}

// The factor on queries by position that some families keep in rope_parameters.
inline void read_scaled_queries(const kind_scope& s) {
    query_scale& q = s.scope.context().out.query_scale;
    if (const auto beta = s.parameters.number("llama_4_scaling_beta", not_negative)) {
        q.kind = query_scale::rule::whole_lengths;
        q.attn_scale = *beta;
        q.floor_scale =
            static_cast<double>(s.parameters.integer("original_max_position_embeddings", 1).value_or(0));
        if (q.floor_scale == 0) {
            s.scope.context().fail(s.parameters.name("llama_4_scaling_beta") +
                                   " needs original_max_position_embeddings beside it");
        }
    }
}

// Sections that do not add up to the pairs are those of a class default for another head: the order still says which pair
// reads which axis.
inline void use_default_sections(const family& known, read_context& context) {
    config& c = context.out.config;
    std::vector<std::int64_t> sections;
    std::int64_t sum = 0;
    for (const std::int64_t x : known.sections) {
        if (x > 0) {
            sections.push_back(x);
            sum += x;
        }
    }
    const std::int64_t pairs = (c.rotary_dim > 0 ? c.rotary_dim : c.head_dim) / 2;
    if (sections.empty() || pairs <= 0) {
        return;
    }
    if (sum == pairs) {
        c.sections = sections;
    } else if (known.order == section_order::interleaved) {
        c.axis_of_pair = interleaved_axes(sections, pairs);
    } else {
        context.fail("mrope_section is missing: the default of model_type " + std::string(known.name) +
                     " adds up to " + number(sum) + ", expected the " + number(pairs) +
                     " pairs of rotary_dim");
        return;
    }
    context.derive("the pairs are shared among " + number(static_cast<std::int64_t>(sections.size())) +
                   " position axes by the default of model_type " + std::string(known.name));
}

inline void read_sections(const kind_scope& s) {
    read_context& context = s.scope.context();
    config& c = context.out.config;
    if (context.ok()) { // before anything is made for each pair
        context.fail(shape_fault(c));
    }
    if (!context.ok()) {
        return;
    }
    for (const char* key : {"mrope_section", "xdrope_section"}) {
        if (const auto sections = s.parameters.integers(key, 0, greatest_head_dim)) {
            c.sections = *sections;
            context.derive("the pairs are shared among " +
                           number(static_cast<std::int64_t>(sections->size())) + " position axes by " +
                           s.parameters.name(key));
        }
    }
    const auto turns = s.parameters.boolean("mrope_interleaved");
    s.parameters.boolean("interleaved"); // the same, as Qwen 3 Omni's files have it
    if (s.known && s.known->ordered) {
        c.section_order = s.known->order;
    } else if (turns) {
        c.section_order = *turns ? section_order::interleaved : section_order::contiguous;
    }
    if (!c.sections.empty()) {
        return;
    }
    for (const char* key : {"type", "rope_type"}) {
        const json_value* type = s.parameters.object().find(key);
        if (type && type->is_string() && (type->text() == "mrope" || type->text() == "xdrope")) {
            context.fail(s.parameters.name("mrope_section") +
                         " is missing: expected the pairs of each position axis, as " + key + " is " +
                         type->text());
        }
    }
    if (s.known && s.known->ordered) {
        use_default_sections(*s.known, context);
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
