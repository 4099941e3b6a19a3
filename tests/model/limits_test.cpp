// The public helpers of a model, axis maps and grids, with nothing, with negative numbers and at the ends of int64: an
// answer or one sentence, never a crash, a hang or a wrong answer.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/model/axis_map.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/model/vision.hpp>

#include <cstdint>
#include <limits>
#include <vector>

namespace {

using list = std::vector<std::int64_t>;

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t ends[] = {least, least + 1, -1, most / 2, most - 1, most};

} // namespace

TEST_CASE("axis maps by name", "[axes]") {
    CHECK(rope::contiguous_axes({2, 0, 1}) == list{0, 0, 2});
    CHECK(rope::contiguous_axes({}) == list{});
    // i mod 3 while i < 3 sections[i mod 3], else 0
    CHECK(rope::interleaved_axes({2, 2, 1}, 7) == list{0, 1, 2, 0, 1, 0, 0});
    CHECK(rope::interleaved_axes({4}, 3) == list{0, 0, 0});
    CHECK(rope::interleaved_axes({1, 1}, 0) == list{});
    // the same over all but the last section, else the last
    CHECK(rope::interleaved_axes_ggml({2, 2, 1, 0}, 7) == list{0, 1, 2, 0, 1, 3, 3});
    CHECK(rope::interleaved_axes_ggml({3}, 2) == list{0, 0});
    CHECK(rope::ernie_axes({2, 2, 1}) == list{1, 2, 1, 2, 0});
    CHECK(rope::ernie_axes({0, 0, 0}) == list{});
    // the smallest share placed so far, not the last axis again; the last pair is of axis 0
    CHECK(rope::pangu_axes({2, 1, 1}) == list{0, 1, 2, 0});
    CHECK(rope::pangu_axes({2, 2}) == list{0, 1, 0, 1});
    CHECK(rope::pangu_axes({3}) == list{0, 0, 0});
    CHECK(rope::pangu_axes({0, 0, 0}) == list{});
}

TEST_CASE("frequencies with a status instead of an exception", "[recipes]") {
    rope::config c;
    c.head_dim = c.rotary_dim = 8;
    const rope::result<rope::frequency_set> good = rope::try_frequencies(c, 5);
    REQUIRE(good.ok());
    CHECK(good.value.inv_freq == rope::frequencies(c, 5).inv_freq);
    for (const std::int64_t x : ends) {
        rope::config bad = c;
        bad.head_dim = x;
        CHECK(rope::try_frequencies(bad).why.message.rfind("head_dim = ", 0) == 0);
        CHECK(rope::try_frequencies(bad).value.inv_freq.empty());
        CHECK(rope::try_frequencies(c, x).why.message.rfind("seq_len = ", 0) == 0);
    }
}

TEST_CASE("axis maps refuse sections that cannot be", "[axes]") {
    const auto refused_by_all = [](const list& sections) {
        CAPTURE(sections);
        CHECK_THROWS_AS(rope::contiguous_axes(sections), rope::error);
        CHECK_THROWS_AS(rope::interleaved_axes(sections, 4), rope::error);
        CHECK_THROWS_AS(rope::interleaved_axes_ggml(sections, 4), rope::error);
        CHECK_THROWS_AS(rope::ernie_axes(sections), rope::error);
        CHECK_THROWS_AS(rope::pangu_axes(sections), rope::error);
    };
    for (const std::int64_t end : ends) {
        refused_by_all({end, end, 1});
        refused_by_all({1, 1, end});
    }
    refused_by_all({20000, 20000, 20000});
    refused_by_all(list(9, 1));
    CHECK_THROWS_WITH(rope::interleaved_axes({}, 4), "sections = []: expected 1 to 8 entries");
    CHECK_THROWS_AS(rope::interleaved_axes_ggml({}, 4), rope::error);
    CHECK_THROWS_AS(rope::ernie_axes({}), rope::error);
    CHECK_THROWS_AS(rope::ernie_axes({1, 1}), rope::error);
    CHECK_THROWS_AS(rope::ernie_axes({1, 2, 3}), rope::error);
    CHECK_THROWS_AS(rope::pangu_axes({}), rope::error);
    for (const std::int64_t end : ends) {
        CHECK_THROWS_AS(rope::interleaved_axes({1, 1}, end), rope::error);
        CHECK_THROWS_AS(rope::interleaved_axes_ggml({1, 1}, end), rope::error);
    }
}

TEST_CASE("vision configs refuse a head that their axes cannot share", "[vision]") {
    const auto refused_by_halves = [](std::int64_t d) {
        CAPTURE(d);
        CHECK_THROWS_AS(rope::qwen2_vl_vision_config(d), rope::error);
        CHECK_THROWS_AS(rope::pixtral_config(d), rope::error);
        CHECK_THROWS_AS(rope::llama4_vision_config(d), rope::error);
        CHECK_THROWS_AS(rope::sam2_config(d), rope::error);
        CHECK_THROWS_AS(rope::dinov3_config(d), rope::error);
        CHECK_THROWS_AS(rope::eva02_config(d), rope::error);
        CHECK_THROWS_AS(rope::katago_config(d, 50), rope::error);
        CHECK_THROWS_AS(rope::cogvideox_config(d), rope::error);
    };
    for (const std::int64_t d : {std::int64_t{0}, std::int64_t{6}, std::int64_t{9}, std::int64_t{65}}) {
        refused_by_halves(d); // 9 would be 4 and 4 elements
    }
    for (const std::int64_t end : ends) {
        refused_by_halves(end);
        CHECK_THROWS_AS(rope::wan_config(end), rope::error);
        CHECK_THROWS_AS(rope::axial_config({end, end}, 100, rope::pairing::interleaved), rope::error);
        CHECK_THROWS_AS(rope::frequencies(rope::ltx_config(end)), rope::error);
    }
    CHECK_THROWS_AS(rope::cogvideox_config(72), rope::error); // 18, 27 and 27
    CHECK(rope::cogvideox_config(48).head_dim == 48);
}

TEST_CASE("grids refuse extents that cannot be", "[vision]") {
    const auto refused_by_all = [](std::int64_t a, std::int64_t b) {
        CAPTURE(a, b);
        CHECK_THROWS_AS(rope::row_column_grid(a, b), rope::error);
        CHECK_THROWS_AS(rope::column_row_grid(a, b), rope::error);
        CHECK_THROWS_AS(rope::qwen2_vl_vision_grid(a, b), rope::error);
        CHECK_THROWS_AS(rope::llama4_vision_grid(a, b), rope::error);
        CHECK_THROWS_AS(rope::dinov3_grid(a, b), rope::error);
        CHECK_THROWS_AS(rope::eva02_grid(a, b), rope::error);
        CHECK_THROWS_AS(rope::video_grid(1, a, b), rope::error);
        CHECK_THROWS_AS(rope::video_grid(a, b, 0), rope::error);
        CHECK_THROWS_AS(rope::ltx_grid(a, 1, b), rope::error);
    };
    for (const std::int64_t a : ends) {
        refused_by_all(a, 2);
        refused_by_all(2, a);
        for (const std::int64_t b : ends) {
            refused_by_all(a, b);
        }
        CHECK_THROWS_AS(rope::dinov3_grid(2, 2, a), rope::error);
        CHECK_THROWS_AS(rope::qwen2_vl_vision_grid(4, 4, a), rope::error);
    }
    CHECK_THROWS_AS(rope::eva02_grid(2, 2, 0), rope::error);
    CHECK_THROWS_AS(rope::ltx_grid(1, 1, 1, {}, 0), rope::error);
    CHECK_THROWS_AS(rope::ltx_grid(1, 1, 1, {}, 20, -1), rope::error);
    CHECK_THROWS_AS(rope::ltx_grid(1, 1, 1, {}, 20, 2048, std::numeric_limits<double>::infinity()),
                    rope::error);
    // An empty grid has no tokens, whichever extent is 0.
    CHECK(rope::row_column_grid(0, 3).empty());
    CHECK(rope::column_row_grid(3, 0).empty());
    CHECK(rope::video_grid(0, 0, 0).empty());
    CHECK(rope::eva02_grid(0, 2).empty());
    CHECK(rope::qwen2_vl_vision_grid(0, 2).empty());
    CHECK(rope::llama4_vision_grid(0, 2) == std::vector<double>{0, 0});
    CHECK(rope::dinov3_grid(0, 0, 0).empty());
}

TEST_CASE("Qwen2-VL's grid: blocks divide the patches", "[vision]") {
    CHECK_THROWS_AS(rope::qwen2_vl_vision_grid(4, 4, 0), rope::error); // no block ever ends
    CHECK_THROWS_WITH(
        rope::qwen2_vl_vision_grid(3, 4, 2),
        "a grid of 3 x 4 patches in blocks of 2 x 2: expected blocks from 1 up that divide both "
        "extents");
    CHECK_THROWS_AS(rope::qwen2_vl_vision_grid(4, 3, 2), rope::error);
    CHECK(rope::qwen2_vl_vision_grid(3, 1, 1) == std::vector<double>{0, 1, 2, 0, 0, 0});
}
