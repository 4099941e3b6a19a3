// vision: the published embeddings of images and video by name: for each the config, and the positions of a grid's tokens.
// Positions come axis by axis, [axis][token], as a position array with a first axis named `axis` wants them. A token that
// is not rotated has the position 0 on every axis. The functions of configs throw rope::error for a head_dim that their
// axes cannot share, those of grids for extents that are negative or whose tokens do not fit in memory.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/model/words.hpp>
#include <rope/support/error.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr std::int64_t greatest_axial_dim = 65536;

inline void require_multiple(const char* name, std::int64_t dim, std::int64_t of) {
    if (dim <= 0 || dim > greatest_axial_dim || dim % of != 0) {
        fail(std::string(name) + " = " + number(dim) + ": expected a multiple of " + number(of) +
             ", the even shares of its axes, up to " + number(greatest_axial_dim));
    }
}

// The tokens of a grid, `extra` ones included.
inline std::int64_t grid_tokens(std::initializer_list<std::int64_t> extents, std::int64_t extra = 0) {
    constexpr std::int64_t most = std::int64_t{1} << (sizeof(std::size_t) < 8 ? 26 : 32);
    std::string text;
    std::int64_t tokens = 1;
    bool fits = extra >= 0 && extra <= most;
    for (const std::int64_t extent : extents) {
        text += (text.empty() ? "" : " x ") + number(extent);
        fits = fits && extent >= 0 && extent <= most && (extent == 0 || tokens <= most / extent);
        tokens = fits ? tokens * extent : 0;
    }
    if (!fits || tokens > most - extra) {
        fail("a grid of " + text + " tokens" + (extra == 0 ? "" : " and " + number(extra) + " more") +
             ": expected extents from 0 up, at most " + number(most) + " tokens");
    }
    return tokens + extra;
}

inline void require_positive(const char* name, double x) {
    if (!finite_bits(x) || !(x > 0)) {
        fail(std::string(name) + " = " + number(x) + ": expected a finite number above 0");
    }
}

} // namespace detail

// Axes with their own share of the head, pairs in axis order, exponents restarting at each axis.
inline config axial_config(std::vector<std::int64_t> dims, double base, pairing p) {
    config c;
    for (const std::int64_t dim : dims) {
        if (dim < 0 || dim > detail::greatest_axial_dim - c.head_dim) {
            detail::fail("an axis with " + detail::number(dim) +
                         " elements of the head: expected from 0 up, at most " +
                         detail::number(detail::greatest_axial_dim) + " for all axes");
        }
        c.head_dim += dim;
    }
    c.base = base;
    c.pairing = p;
    axial_scaling s;
    s.dims = std::move(dims);
    c.scaling = std::move(s);
    return c;
}

namespace detail {

inline config two_axes_config(std::int64_t head_dim, double base, pairing p) {
    require_multiple("head_dim", head_dim, 4);
    return axial_config({head_dim / 2, head_dim / 2}, base, p);
}

} // namespace detail

// Qwen2-VL's vision tower, ggml VISION: half the head reads the row, half the column. Axes (row, column).
inline config qwen2_vl_vision_config(std::int64_t head_dim) {
    return detail::two_axes_config(head_dim, 10000, pairing::half_split);
}

// Pixtral: the head's frequencies are dealt to row and column in turn. Axes (row, column).
inline config pixtral_config(std::int64_t head_dim, double base = 10000) {
    config c = detail::two_axes_config(head_dim, base, pairing::half_split);
    std::get<axial_scaling>(c.scaling).shared = true;
    return c;
}

// Llama 4's vision tower: interleaved, axes (column, row), counted from one; see llama4_vision_grid.
inline config llama4_vision_config(std::int64_t head_dim) {
    return detail::two_axes_config(head_dim, 10000, pairing::interleaved);
}

// SAM 2 and SAM 3, VisionLLaMA: interleaved, axes (column, row).
inline config sam2_config(std::int64_t head_dim, double base = 10000) {
    return detail::two_axes_config(head_dim, base, pairing::interleaved);
}

// DINOv3: base 100, turns of coordinates in [-1, 1]. Axes (row, column).
inline config dinov3_config(std::int64_t head_dim, double base = 100) {
    config c = detail::two_axes_config(head_dim, base, pairing::half_split);
    std::get<axial_scaling>(c.scaling).turns = true;
    return c;
}

// EVA-02: interleaved, axes (row, column), positions scaled to the pre-training grid; see eva02_grid.
inline config eva02_config(std::int64_t head_dim, double base = 10000) {
    return detail::two_axes_config(head_dim, base, pairing::interleaved);
}

// KataGo's fixed board embedding: interleaved, the first half of the pairs read y, the others x. Axes (y, x).
inline config katago_config(std::int64_t head_dim, double base) {
    return detail::two_axes_config(head_dim, base, pairing::interleaved);
}

// FLUX: ids of three axes, text tokens at 0. FLUX.2: four axes of 32.
inline config flux_config() {
    return axial_config({16, 56, 56}, 10000, pairing::interleaved);
}
inline config flux2_config() {
    return axial_config({32, 32, 32, 32}, 2000, pairing::interleaved);
}

// HunyuanVideo: axes (frame, row, column), base 256.
inline config hunyuan_video_config() {
    return axial_config({16, 56, 56}, 256, pairing::interleaved);
}

// Wan: row and column have 2 (D / 6) elements each, the frame the rest.
inline config wan_config(std::int64_t head_dim) {
    detail::require_multiple("head_dim", head_dim, 2);
    const std::int64_t side = 2 * (head_dim / 6);
    return axial_config({head_dim - 2 * side, side, side}, 10000, pairing::interleaved);
}

// CogVideoX: a quarter for the frame, three eighths each for row and column.
inline config cogvideox_config(std::int64_t head_dim) {
    detail::require_multiple("head_dim", head_dim, 16);
    return axial_config({head_dim / 4, 3 * head_dim / 8, 3 * head_dim / 8}, 10000, pairing::interleaved);
}

// LTX: over the whole inner width, before it is split into heads. Positions 2g - 1 of fractional coordinates g.
inline config ltx_config(std::int64_t inner_dim, double base = 10000) {
    config c;
    c.head_dim = inner_dim;
    c.base = base;
    c.pairing = pairing::interleaved;
    c.scaling = log_spaced_scaling{3};
    return c;
}

// Tokens in row order: axes (row, column).
inline std::vector<double> row_column_grid(std::int64_t rows, std::int64_t columns) {
    const std::int64_t tokens = detail::grid_tokens({rows, columns});
    std::vector<double> out(static_cast<std::size_t>(2 * tokens));
    for (std::int64_t t = 0; t < tokens; ++t) {
        out[static_cast<std::size_t>(t)] = static_cast<double>(t / columns);
        out[static_cast<std::size_t>(tokens + t)] = static_cast<double>(t % columns);
    }
    return out;
}

// Tokens in row order: axes (column, row) (SAM 2).
inline std::vector<double> column_row_grid(std::int64_t rows, std::int64_t columns) {
    const std::int64_t tokens = detail::grid_tokens({rows, columns});
    std::vector<double> out(static_cast<std::size_t>(2 * tokens));
    for (std::int64_t t = 0; t < tokens; ++t) {
        out[static_cast<std::size_t>(t)] = static_cast<double>(t % columns);
        out[static_cast<std::size_t>(tokens + t)] = static_cast<double>(t / columns);
    }
    return out;
}

// Qwen2-VL's order of patches: merge x merge blocks in row order, row order within; rows and columns are multiples of
// merge. Axes (row, column).
inline std::vector<double> qwen2_vl_vision_grid(std::int64_t rows, std::int64_t columns,
                                                std::int64_t merge = 2) {
    detail::grid_tokens({rows, columns});
    if (merge < 1 || rows % merge != 0 || columns % merge != 0) {
        detail::fail("a grid of " + detail::number(rows) + " x " + detail::number(columns) +
                     " patches in blocks of " + detail::number(merge) + " x " + detail::number(merge) +
                     ": expected blocks from 1 up that divide both extents");
    }
    std::vector<double> row, column;
    for (std::int64_t r = 0; r < rows; r += merge) {
        for (std::int64_t c = 0; c < columns; c += merge) {
            for (std::int64_t k = 0; k < merge * merge; ++k) {
                row.push_back(static_cast<double>(r + k / merge));
                column.push_back(static_cast<double>(c + k % merge));
            }
        }
    }
    row.insert(row.end(), column.begin(), column.end());
    return row;
}

// Llama 4: columns and rows from one, and the class token last, at 0. Axes (column, row).
inline std::vector<double> llama4_vision_grid(std::int64_t rows, std::int64_t columns) {
    const std::int64_t tokens = detail::grid_tokens({rows, columns}, 1);
    std::vector<double> out(static_cast<std::size_t>(2 * tokens), 0.0);
    for (std::int64_t t = 0; t + 1 < tokens; ++t) {
        out[static_cast<std::size_t>(t)] = static_cast<double>(t % columns + 1);
        out[static_cast<std::size_t>(tokens + t)] = static_cast<double>(t / columns + 1);
    }
    return out;
}

// DINOv3: 2 (i + 1/2) / n - 1 on each axis; class and register tokens in front at 0. Axes (row, column).
inline std::vector<double> dinov3_grid(std::int64_t rows, std::int64_t columns, std::int64_t prefix = 5) {
    const std::int64_t tokens = detail::grid_tokens({rows, columns}, prefix);
    std::vector<double> out(static_cast<std::size_t>(2 * tokens), 0.0);
    for (std::int64_t t = 0; t < tokens - prefix; ++t) {
        out[static_cast<std::size_t>(prefix + t)] =
            2 * (static_cast<double>(t / columns) + 0.5) / static_cast<double>(rows) - 1;
        out[static_cast<std::size_t>(tokens + prefix + t)] =
            2 * (static_cast<double>(t % columns) + 0.5) / static_cast<double>(columns) - 1;
    }
    return out;
}

// EVA-02: index / n * trained, `trained` tokens on a side in pre-training. Axes (row, column).
inline std::vector<double> eva02_grid(std::int64_t rows, std::int64_t columns, std::int64_t trained = 16) {
    detail::require_positive("trained", static_cast<double>(trained));
    std::vector<double> out = row_column_grid(rows, columns);
    for (std::size_t t = 0; t < out.size(); ++t) {
        const double n = static_cast<double>(t < out.size() / 2 ? rows : columns);
        out[t] = out[t] / n * static_cast<double>(trained);
    }
    return out;
}

// Video in frame, row, column order. Axes (frame, row, column).
inline std::vector<double> video_grid(std::int64_t frames, std::int64_t rows, std::int64_t columns) {
    const std::int64_t tokens = detail::grid_tokens({frames, rows, columns});
    std::vector<double> out(static_cast<std::size_t>(3 * tokens));
    for (std::int64_t t = 0; t < tokens; ++t) {
        out[static_cast<std::size_t>(t)] = static_cast<double>(t / (rows * columns));
        out[static_cast<std::size_t>(tokens + t)] = static_cast<double>(t / columns % rows);
        out[static_cast<std::size_t>(2 * tokens + t)] = static_cast<double>(t % columns);
    }
    return out;
}

// LTX: index * scale / base size on each axis as a fraction g, then 2g - 1. Axes (frame, row, column).
struct ltx_scale {
    double frame = 1, row = 1, column = 1; // interpolation scale times patch size
};
inline std::vector<double> ltx_grid(std::int64_t frames, std::int64_t rows, std::int64_t columns,
                                    ltx_scale scale = {}, double base_frames = 20, double base_height = 2048,
                                    double base_width = 2048) {
    detail::require_positive("base_frames", base_frames);
    detail::require_positive("base_height", base_height);
    detail::require_positive("base_width", base_width);
    std::vector<double> out = video_grid(frames, rows, columns);
    const std::size_t tokens = out.size() / 3;
    const double unit[3] = {scale.frame / base_frames, scale.row / base_height, scale.column / base_width};
    for (std::size_t k = 0; k < out.size(); ++k) {
        out[k] = 2 * (out[k] * unit[k / tokens]) - 1;
    }
    return out;
}

} // namespace ROPE_ABI
} // namespace rope
