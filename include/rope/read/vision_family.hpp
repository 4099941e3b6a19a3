// vision_family: Hugging Face configurations of vision towers, whose embedding is known by model_type alone.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/vision.hpp>
#include <rope/read/json_fields.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

enum class vision_kind : std::uint8_t { none, qwen2_vl, pixtral, llama4, sam2, dinov3, eva02 };

inline vision_kind vision_kind_of(std::string_view model_type) {
    struct entry {
        std::string_view model_type;
        vision_kind kind;
    };
    constexpr entry entries[] = {
        {"qwen2_vl", vision_kind::qwen2_vl},          {"qwen2_vl_vision", vision_kind::qwen2_vl},
        {"qwen2_5_vl", vision_kind::qwen2_vl},        {"qwen2_5_vl_vision", vision_kind::qwen2_vl},
        {"qwen3_vl", vision_kind::qwen2_vl},          {"qwen3_vl_vision", vision_kind::qwen2_vl},
        {"qwen3_vl_moe", vision_kind::qwen2_vl},      {"qwen3_5", vision_kind::qwen2_vl},
        {"glm4v_vision", vision_kind::qwen2_vl},      {"glm4v", vision_kind::qwen2_vl},
        {"glm4v_moe_vision", vision_kind::qwen2_vl},  {"pixtral", vision_kind::pixtral},
        {"llama4_vision_model", vision_kind::llama4}, {"sam2_vision_model", vision_kind::sam2},
        {"dinov3_vit", vision_kind::dinov3},          {"eva02", vision_kind::eva02},
    };
    for (const entry& e : entries) {
        if (e.model_type == model_type) {
            return e.kind;
        }
    }
    return vision_kind::none;
}

inline config vision_config_of(vision_kind kind, std::int64_t head_dim, double base) {
    switch (kind) {
    case vision_kind::pixtral:
        return pixtral_config(head_dim, base);
    case vision_kind::llama4: {
        config c = llama4_vision_config(head_dim);
        c.base = base;
        return c;
    }
    case vision_kind::sam2:
        return sam2_config(head_dim, base);
    case vision_kind::dinov3:
        return dinov3_config(head_dim, base);
    case vision_kind::eva02:
        return eva02_config(head_dim, base);
    case vision_kind::qwen2_vl:
    case vision_kind::none:
        break;
    }
    config c = qwen2_vl_vision_config(head_dim);
    c.base = base;
    return c;
}

// `type` is the tower's model_type, or that of the whole model where the tower's part has none.
inline void read_vision(const nlohmann::json& object, const std::string& where, const std::string& type,
                        read_context& context) {
    json_fields fields(object, where, context);
    const vision_kind kind = vision_kind_of(type);
    if (kind == vision_kind::none) {
        context.fail(where + "model_type = \"" + type.substr(0, 40) +
                     "\": no rotary embedding is known for this vision tower");
        return;
    }
    std::int64_t head_dim = fields.integer("head_dim", 1, 65536).value_or(0);
    if (head_dim == 0) {
        // In Qwen2-VL hidden_size is the width of the text model that the tower feeds.
        const char* width_key = fields.has("embed_dim") ? "embed_dim" : "hidden_size";
        const char* heads_key = fields.has("num_heads") ? "num_heads" : "num_attention_heads";
        const auto width = fields.integer(width_key, 1, 1 << 20), heads = fields.integer(heads_key, 1, 65536);
        if (!width || !heads) {
            context.fail(where + (width ? heads_key : width_key) +
                         " is missing: expected an integer from 1 up");
            return;
        }
        if (*width % *heads != 0) {
            context.fail(where + width_key + " = " + number(*width) + " is not a multiple of " + heads_key +
                         " = " + number(*heads));
            return;
        }
        head_dim = *width / *heads;
        context.derive("head_dim is " + where + width_key + " / " + heads_key + " = " + number(head_dim));
    }
    if (head_dim % 4 != 0 || head_dim > greatest_axial_dim) {
        context.fail(where + "head_dim = " + number(head_dim) +
                     ": expected a multiple of 4, pairs for a row and a column, up to " +
                     number(greatest_axial_dim));
        return;
    }
    double base = kind == vision_kind::dinov3 ? 100 : 10000;
    if (const nlohmann::json* parameters = fields.object("rope_parameters")) {
        json_fields inner(*parameters, where + "rope_parameters.", context);
        base = inner.number("rope_theta", positive).value_or(base);
    }
    base = fields.number("rope_theta", positive).value_or(base);
    context.out.model_type = type;
    context.out.config = vision_config_of(kind, head_dim, base);
    context.out.config.rotary_dim = head_dim;
    context.derive("the vision tower's embedding is that of model_type " + type);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
