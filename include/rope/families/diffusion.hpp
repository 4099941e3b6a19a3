// diffusion: the transformers of diffusers by class name: how the head is shared among the position axes, theta, pairing.
// From diffusers' published code.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/support/abi.hpp>

#include <cstdint>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// The shares of the axes in a head of D elements.
enum class axis_shares : std::uint8_t {
    none,      // no rotary embedding
    listed,    // a list in the configuration
    wan,       // row and column 2 (D / 6) each, the frame the rest
    cogvideox, // frame D / 4, row and column 3 D / 8 each
    halves,    // two axes of D / 2
    cosmos,    // as wan, each axis with a theta of its own by rope_scale
    whole_log, // LTX: log-spaced over all heads together, three axes
    one_half,  // one axis, the first half of the head
    unknown    // not what cos and sin of a table can say; `why`
};

struct diffusion_family {
    std::string_view name;
    axis_shares shares = axis_shares::listed;
    double base = 10000;
    std::int64_t dims[4] = {};   // where the configuration lists none; 0: no axis
    std::int64_t head_dim = 128; // where the configuration says none
    rope::pairing pairing = pairing::interleaved;
    const char* why = "";
    const char* switch_key = nullptr; // a boolean without which nothing rotates
};

inline constexpr diffusion_family diffusion_families[] = {
    {"FluxTransformer2DModel", axis_shares::listed, 10000, {16, 56, 56}},
    {"Flux2Transformer2DModel", axis_shares::listed, 2000, {32, 32, 32, 32}},
    {"FluxControlNetModel", axis_shares::listed, 10000, {16, 56, 56}},
    {"ChromaTransformer2DModel", axis_shares::listed, 10000, {16, 56, 56}},
    {"QwenImageTransformer2DModel", axis_shares::listed, 10000, {16, 56, 56}},
    {"LongCatImageTransformer2DModel", axis_shares::listed, 10000, {16, 56, 56}},
    {"OvisImageTransformer2DModel", axis_shares::listed, 10000, {16, 56, 56}},
    {"BriaTransformer2DModel", axis_shares::listed, 10000, {0, 56, 56}, 112},
    {"BriaFiboTransformer2DModel", axis_shares::listed, 10000, {16, 56, 56}},
    {"HiDreamImageTransformer2DModel", axis_shares::listed, 10000, {64, 32, 32}},
    {"HunyuanVideoTransformer3DModel", axis_shares::listed, 256, {16, 56, 56}},
    {"HunyuanVideoFramepackTransformer3DModel", axis_shares::listed, 256, {16, 56, 56}},
    {"HunyuanVideo15Transformer3DModel", axis_shares::listed, 256, {16, 56, 56}},
    {"HunyuanImageTransformer2DModel", axis_shares::listed, 256, {64, 64}},
    {"Lumina2Transformer2DModel", axis_shares::listed, 10000, {32, 32, 32}, 96},
    {"OmniGen2Transformer2DModel", axis_shares::listed, 10000, {40, 40, 40}, 120},
    {"ZImageTransformer2DModel", axis_shares::listed, 256, {32, 48, 48}},
    {"Kandinsky5Transformer3DModel", axis_shares::listed, 10000, {16, 24, 24}, 64},
    {"PRXTransformer2DModel", axis_shares::listed, 10000, {32, 32}, 64},
    {"WanTransformer3DModel", axis_shares::wan},
    {"WanVACETransformer3DModel", axis_shares::wan},
    {"WanAnimateTransformer3DModel", axis_shares::wan},
    {"SkyReelsV2Transformer3DModel", axis_shares::wan},
    {"ChronoEditTransformer3DModel", axis_shares::wan},
    {"CogVideoXTransformer3DModel",
     axis_shares::cogvideox,
     10000,
     {},
     64,
     pairing::interleaved,
     "",
     "use_rotary_positional_embeddings"},
    {"ConsisIDTransformer3DModel", axis_shares::cogvideox, 10000, {}, 64},
    {"EasyAnimateTransformer3DModel", axis_shares::cogvideox, 10000, {}, 64},
    {"CogView4Transformer2DModel", axis_shares::halves, 10000, {}, 128, pairing::half_split},
    {"HunyuanDiT2DModel", axis_shares::halves, 10000, {}, 88},
    {"CosmosTransformer3DModel", axis_shares::cosmos, 10000, {}, 128, pairing::half_split},
    {"LTXVideoTransformer3DModel", axis_shares::whole_log, 10000, {}, 64},
    {"StableAudioDiTModel", axis_shares::one_half, 10000, {}, 64, pairing::half_split},
    {"MochiTransformer3DModel",
     axis_shares::unknown,
     0,
     {},
     0,
     pairing::interleaved,
     "its frequencies are weights"},
    {"AllegroTransformer3DModel",
     axis_shares::unknown,
     0,
     {},
     0,
     pairing::half_split,
     "it splits each axis' share of the head into halves by itself, which is neither half_split nor "
     "interleaved"},
    {"LuminaNextDiT2DModel",
     axis_shares::unknown,
     0,
     {},
     0,
     pairing::interleaved,
     "its rotation depends on the size of the picture"},
    {"SD3Transformer2DModel", axis_shares::none},
    {"SD3ControlNetModel", axis_shares::none},
    {"PixArtTransformer2DModel", axis_shares::none},
    {"AuraFlowTransformer2DModel", axis_shares::none},
    {"SanaTransformer2DModel", axis_shares::none},
    {"CogView3PlusTransformer2DModel", axis_shares::none},
    {"DiTTransformer2DModel", axis_shares::none},
    {"Transformer2DModel", axis_shares::none},
    {"LatteTransformer3DModel", axis_shares::none},
    {"PriorTransformer", axis_shares::none},
    {"UVit2DModel", axis_shares::none},
    {"UNet2DConditionModel", axis_shares::none},
    {"UNet2DModel", axis_shares::none},
    {"UNet3DConditionModel", axis_shares::none},
    {"UNetSpatioTemporalConditionModel", axis_shares::none},
    {"AutoencoderKL", axis_shares::none},
};

// None for a class that is not listed.
inline const diffusion_family* find_diffusion_family(std::string_view name) {
    for (const diffusion_family& row : diffusion_families) {
        if (row.name == name) {
            return &row;
        }
    }
    return nullptr;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
