// The table of families: every row can be read, none is there twice, and what its fields say is done.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/families/find_family.hpp>
#include <rope/json.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace {

using rope::detail::family;
using rope::detail::role;

std::vector<family> rows() {
    std::vector<family> all;
    for (const rope::detail::family_table& table : rope::detail::family_tables) {
        all.insert(all.end(), table.rows, table.rows + table.count);
    }
    return all;
}

rope::reading read(const std::string& text) {
    rope::reading r;
    const rope::status s = rope::try_read_text(text, "x", {}, r);
    INFO(text);
    INFO(s.message);
    REQUIRE(s.ok());
    return r;
}

} // namespace

TEST_CASE("families: no name is there twice", "[read]") {
    std::set<std::string> names;
    for (const family& f : rows()) {
        INFO(f.name);
        CHECK(names.insert(std::string(f.name)).second);
    }
    for (const char* name : rope::detail::unrotated) {
        INFO(name);
        CHECK(names.insert(name).second);
    }
    CHECK(names.size() > 600);
}

TEST_CASE("families: a part that says its type alone is filled in by its class", "[read]") {
    std::size_t read_whole = 0;
    for (const family& f : rows()) {
        if (f.parameters) {
            CHECK(nlohmann::json::accept(f.parameters));
        }
        if (f.inner) {
            CHECK(rope::detail::find_family(f.inner).has_value());
        }
        const bool sized = f.head_dim > 0 || f.slice_width > 0 || (f.width > 0 && f.width % f.heads == 0);
        if (f.role != role::rotates || !sized || f.width == 0) {
            continue;
        }
        const std::string text = R"({"text_config": {"model_type": ")" + std::string(f.name) + "\"}}";
        rope::reading r;
        const rope::status s = rope::try_read_text(text, "x", {}, r);
        INFO(text);
        INFO(s.message);
        CHECK((s.ok() || s.message.find("choose a layer type") != std::string::npos));
        CHECK(r.notes.empty());
        read_whole += s.ok();
    }
    CHECK(read_whole > 100);
}

TEST_CASE("families: NanoChat rotates by the opposite angle", "[read]") {
    const rope::config c =
        read(R"({"model_type": "nanochat", "hidden_size": 16, "num_attention_heads": 2})").config;
    CHECK(c.reversed);
    const rope::table<double> t = rope::cos_sin_table<double>(rope::frequencies(c), 6);
    std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 8}, y = x;
    rope::rotate(rope::view(y.data(), {1, 8}), t, "s d", rope::offset(5));
    for (std::size_t i = 0; i < 4; ++i) {
        const double angle = -5 * std::pow(10000.0, -2.0 * static_cast<double>(i) / 8);
        CHECK(y[i] == Approx(x[i] * std::cos(angle) - x[i + 4] * std::sin(angle)).epsilon(1e-14));
        CHECK(y[i + 4] == Approx(x[i] * std::sin(angle) + x[i + 4] * std::cos(angle)).epsilon(1e-14));
    }
    CHECK(rope::config_from_json(rope::to_native_json(c)).reversed);
}

TEST_CASE("families: DeepSeek V4 rotates the last elements of a head", "[read]") {
    rope::reading r;
    rope::read_options options;
    options.layer = 0;
    REQUIRE(rope::try_read_text(R"({"model_type": "deepseek_v4", "head_dim": 512, "qk_rope_head_dim": 64,
        "hidden_size": 4096, "num_attention_heads": 64, "num_hidden_layers": 2, "compress_ratios": [0, 4]})",
                                "x", options, r)
                .ok());
    CHECK(r.config.head_dim == 512);
    CHECK(r.config.rotary_dim == 64);
    CHECK(r.config.rotary_offset == 448);
}

TEST_CASE("families: Ministral 3 scales queries by whole trained lengths", "[read]") {
    const rope::query_scale q =
        read(
            R"({"model_type": "ministral3", "head_dim": 128, "rope_parameters": {"rope_type": "yarn", "factor": 16,
             "rope_theta": 1e6, "original_max_position_embeddings": 16384, "llama_4_scaling_beta": 0.1}})")
            .query_scale;
    CHECK(rope::query_scale_at(q, 16383) == 1);
    CHECK(rope::query_scale_at(q, 16384) == Approx(1 + 0.1 * std::log(2.0)).epsilon(1e-15));
    CHECK(rope::query_scale_at(q, 50000) == Approx(1 + 0.1 * std::log(4.0)).epsilon(1e-15));
}
