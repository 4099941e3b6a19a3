// The image and video families against literal transcriptions of their code, on grids that are not square.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/json.hpp>
#include <rope/model/vision.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

using row = std::vector<double>; // the angles of a token, one per pair

constexpr double two_pi = 6.283185307179586476925;

// What the library says: the sum over axes of frequency times position.
void check(const rope::config& c, const std::vector<double>& positions, std::size_t tokens,
           const std::function<row(std::size_t)>& expected) {
    const rope::frequency_set f = rope::frequencies(c);
    REQUIRE(positions.size() == static_cast<std::size_t>(f.axes) * tokens);
    for (std::size_t t = 0; t < tokens; ++t) {
        const row angles = expected(t);
        REQUIRE(angles.size() == f.inv_freq.size());
        for (std::size_t i = 0; i < angles.size(); ++i) {
            const double angle =
                f.inv_freq[i] * positions[static_cast<std::size_t>(f.axis_of_pair[i]) * tokens + t];
            INFO("token " << t << " pair " << i);
            CHECK(std::fabs(angle - angles[i]) <= 1e-12 * std::fabs(angles[i]) + 1e-15);
        }
    }
    // And the rotation itself, from a table of those positions.
    const std::size_t d = static_cast<std::size_t>(f.rotary_dim);
    std::vector<double> x(tokens * d);
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = std::sin(static_cast<double>(k) + 0.5);
    }
    std::vector<double> y = x;
    const rope::table<double> table =
        rope::cos_sin_table<double>(f, positions.data(), static_cast<std::int64_t>(tokens), f.axes);
    rope::rotate(rope::view(y.data(), {tokens, d}), table, "s d");
    for (std::size_t t = 0; t < tokens; ++t) {
        const row angles = expected(t);
        for (std::size_t i = 0; i < angles.size(); ++i) {
            const bool half = c.pairing == rope::pairing::half_split;
            const std::size_t one = t * d + (half ? i : 2 * i), two = half ? one + d / 2 : one + 1;
            CHECK(std::fabs(y[one] - (x[one] * std::cos(angles[i]) - x[two] * std::sin(angles[i]))) < 1e-11);
            CHECK(std::fabs(y[two] - (x[one] * std::sin(angles[i]) + x[two] * std::cos(angles[i]))) < 1e-11);
        }
    }
}

// theta^(-arange(0, dim, 2) / dim), times x
void append(row& out, double theta, int dim, double x) {
    for (int j = 0; j < dim; j += 2) {
        out.push_back(x * std::pow(theta, -static_cast<double>(j) / dim));
    }
}

constexpr int rows = 4, columns = 6;

} // namespace

TEST_CASE("vision: Qwen2-VL", "[vision]") {
    // Qwen2VLRotaryEmbedding(head_dim // 2), rot_pos_emb: hpos and wpos reshaped to 2 x 2 blocks, cat(h, w)
    std::vector<int> hpos, wpos;
    for (int bh = 0; bh < rows / 2; ++bh) {
        for (int bw = 0; bw < columns / 2; ++bw) {
            for (int dh = 0; dh < 2; ++dh) {
                for (int dw = 0; dw < 2; ++dw) {
                    hpos.push_back(2 * bh + dh);
                    wpos.push_back(2 * bw + dw);
                }
            }
        }
    }
    check(rope::qwen2_vl_vision_config(80), rope::qwen2_vl_vision_grid(rows, columns), rows * columns,
          [&](std::size_t t) {
              row out;
              append(out, 10000, 40, hpos[t]);
              append(out, 10000, 40, wpos[t]);
              return out;
          });
    CHECK(rope::qwen2_vl_vision_config(80).pairing == rope::pairing::half_split);
}

TEST_CASE("vision: Pixtral", "[vision]") {
    // freqs = 1 / base^(arange(0, dim, 2) / dim); freqs_h = outer(h, freqs[::2]); freqs_w = outer(w, freqs[1::2])
    check(rope::pixtral_config(64), rope::row_column_grid(rows, columns), rows * columns, [&](std::size_t t) {
        const double h = static_cast<double>(t / columns), w = static_cast<double>(t % columns);
        row freqs, out;
        append(freqs, 10000, 64, 1);
        for (std::size_t k = 0; k < freqs.size(); k += 2) {
            out.push_back(h * freqs[k]);
        }
        for (std::size_t k = 1; k < freqs.size(); k += 2) {
            out.push_back(w * freqs[k]);
        }
        return out;
    });
}

TEST_CASE("vision: Llama 4 counts from one, and its class token stays", "[vision]") {
    // freqs_x = (frequencies_x + 1) * rope_freq, cat([freqs_x, freqs_y]), masked at the class token
    check(rope::llama4_vision_config(88), rope::llama4_vision_grid(rows, columns), rows * columns + 1,
          [&](std::size_t t) {
              row out;
              const bool masked = t == rows * columns;
              append(out, 10000, 44, masked ? 0 : static_cast<double>(t % columns + 1));
              append(out, 10000, 44, masked ? 0 : static_cast<double>(t / columns + 1));
              return out;
          });
    CHECK(rope::llama4_vision_config(88).pairing == rope::pairing::interleaved);
}

TEST_CASE("vision: SAM 2", "[vision]") {
    // freqs = 1 / theta^(arange(0, dim, 4)[: dim // 4] / dim); t_x = t % end_x; t_y = t // end_x; cat([x, y])
    check(rope::sam2_config(64), rope::column_row_grid(rows, columns), rows * columns, [&](std::size_t t) {
        row out;
        for (const double x : {static_cast<double>(t % columns), static_cast<double>(t / columns)}) {
            for (int j = 0; j < 64; j += 4) {
                out.push_back(x / std::pow(10000.0, j / 64.0));
            }
        }
        return out;
    });
}

TEST_CASE("vision: DINOv3", "[vision]") {
    // inv_freq = 1 / base^arange(0, 1, 4 / head_dim); angles = 2 pi coords[:, :, None] * inv_freq, flattened (h, w)
    constexpr int prefix = 5;
    check(rope::dinov3_config(64), rope::dinov3_grid(rows, columns, prefix), prefix + rows * columns,
          [&](std::size_t token) {
              row out(32, 0.0);
              if (token >= prefix) {
                  const std::size_t t = token - prefix;
                  const double coords[2] = {2 * ((static_cast<double>(t / columns) + 0.5) / rows) - 1,
                                            2 * ((static_cast<double>(t % columns) + 0.5) / columns) - 1};
                  for (std::size_t k = 0; k < 32; ++k) {
                      out[k] =
                          two_pi * coords[k / 16] / std::pow(100.0, 4.0 * static_cast<double>(k % 16) / 64.0);
                  }
              }
              return out;
          });
}

TEST_CASE("vision: EVA-02", "[vision]") {
    // freqs = theta^(-arange(0, dim, 2)[: dim // 2] / dim), dim = head_dim / 2; t = arange(ft) / ft * pt; cat(h, w)
    check(rope::eva02_config(64), rope::eva02_grid(rows, columns, 16), rows * columns, [&](std::size_t t) {
        row out;
        append(out, 10000, 32, static_cast<double>(t / columns) / rows * 16);
        append(out, 10000, 32, static_cast<double>(t % columns) / columns * 16);
        return out;
    });
}

TEST_CASE("vision: KataGo's fixed board embedding", "[vision]") {
    // pairs [0, d / 4) read y, the rest x, the exponent restarting
    check(rope::katago_config(32, 50), rope::row_column_grid(5, 7), 35, [&](std::size_t t) {
        row out;
        for (std::size_t pair = 0; pair < 16; ++pair) {
            const double coordinate = static_cast<double>(pair < 8 ? t / 7 : t % 7);
            out.push_back(coordinate * std::pow(50.0, -static_cast<double>(pair % 8) / 8));
        }
        return out;
    });
}

TEST_CASE("video: FLUX, HunyuanVideo, Wan, CogVideoX", "[vision]") {
    struct family {
        rope::config config;
        double theta;
        int t, h, w;
    };
    const family families[] = {{rope::flux_config(), 10000, 16, 56, 56},
                               {rope::hunyuan_video_config(), 256, 16, 56, 56},
                               {rope::wan_config(128), 10000, 44, 42, 42},
                               {rope::wan_config(96), 10000, 32, 32, 32},
                               {rope::cogvideox_config(64), 10000, 16, 24, 24}};
    constexpr int frames = 3;
    for (const family& each : families) {
        check(each.config, rope::video_grid(frames, rows, columns), frames * rows * columns,
              [&](std::size_t t) {
                  row out;
                  append(out, each.theta, each.t, static_cast<double>(t / (rows * columns)));
                  append(out, each.theta, each.h, static_cast<double>(t / columns % rows));
                  append(out, each.theta, each.w, static_cast<double>(t % columns));
                  return out;
              });
        CHECK(each.config.pairing == rope::pairing::interleaved);
    }
    CHECK(rope::frequencies(rope::flux2_config()).axes == 4);
}

TEST_CASE("video: LTX", "[vision]") {
    // freqs = theta^linspace(0, 1, dim // 6) pi / 2; freqs * (2 grid - 1), transposed and flattened: frequency-major, axis-minor;
    // dim % 6 elements are padded in front with cos 1 and sin 0
    constexpr int dim = 64, n = dim / 6, frames = 3;
    const rope::ltx_scale scale = {0.32, 32, 32};
    check(rope::ltx_config(dim), rope::ltx_grid(frames, rows, columns, scale), frames * rows * columns,
          [&](std::size_t t) {
              // angles reach 15000: in double, a last place of the power is 1e-12 of the result
              using real = long double;
              const real grid[3] = {static_cast<real>(t / (rows * columns)) * scale.frame / 20,
                                    static_cast<real>(t / columns % rows) * scale.row / 2048,
                                    static_cast<real>(t % columns) * scale.column / 2048};
              row out((dim % 6) / 2, 0.0);
              for (int k = 0; k < n; ++k) {
                  for (const real g : grid) {
                      out.push_back(static_cast<double>(std::pow(real(10000), k / real(n - 1)) * two_pi / 4 *
                                                        (2 * g - 1)));
                  }
              }
              return out;
          });
}

TEST_CASE("axial frequencies with a base for each axis", "[vision]") {
    rope::config c = rope::axial_config({4, 4}, 10000, rope::pairing::half_split);
    std::get<rope::axial_scaling>(c.scaling).bases = {100, 400};
    const rope::frequency_set f = rope::frequencies(c);
    CHECK(f.inv_freq == std::vector<double>{1, 0.1, 1, 0.05});
    CHECK(f.axis_of_pair == std::vector<std::int64_t>{0, 0, 1, 1});
}

TEST_CASE("a torus closes: position n is position 0", "[vision]") {
    rope::config c = rope::axial_config({8, 8}, 100, rope::pairing::half_split);
    c.scaling = rope::circular_scaling{{19, 13}};
    c.axis_of_pair = {0, 0, 0, 0, 1, 1, 1, 1};
    const rope::frequency_set f = rope::frequencies(c);
    for (std::size_t i = 0; i < f.inv_freq.size(); ++i) {
        const double turns = f.inv_freq[i] * (f.axis_of_pair[i] == 0 ? 19 : 13) / two_pi;
        CHECK(std::fabs(turns - std::round(turns)) < 1e-12);
    }
}

TEST_CASE("the native forms in examples/native are the families' own", "[vision]") {
    const std::pair<const char*, rope::config> families[] = {
        {"qwen2-vl-vision", rope::qwen2_vl_vision_config(80)},
        {"pixtral", rope::pixtral_config(64)},
        {"llama-4-vision", rope::llama4_vision_config(88)},
        {"sam2", rope::sam2_config(64)},
        {"dinov3", rope::dinov3_config(64)},
        {"eva-02", rope::eva02_config(64)},
        {"katago", rope::katago_config(32, 50)},
        {"flux", rope::flux_config()},
        {"flux-2", rope::flux2_config()},
        {"hunyuan-video", rope::hunyuan_video_config()},
        {"wan", rope::wan_config(128)},
        {"cogvideox", rope::cogvideox_config(64)},
        {"ltx", rope::ltx_config(2048)}};
    for (const auto& [name, config] : families) {
        INFO(name);
        const rope::config read =
            rope::read_config(std::string(ROPE_SOURCE_DIR) + "/examples/native/" + name + ".json");
        CHECK(rope::to_native_json(read) == rope::to_native_json(config));
    }
    for (const char* name : {"qwen2-vl-text", "qwen3-vl-text", "qwen3-vl-text-ggml", "ernie-4.5-vl-text",
                             "glm-pattern", "pangu-pattern", "torus-19x13"}) {
        INFO(name);
        const rope::config read =
            rope::read_config(std::string(ROPE_SOURCE_DIR) + "/examples/native/" + name + ".json");
        CHECK(rope::frequencies(read).axes >= 2);
    }
}
