// layers(json): each layer's frequencies, or none, and the factor on its queries.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/json.hpp>
#include <rope/read/read_file.hpp>

#include <cmath>
#include <string>

namespace {

nlohmann::json document(const char* file) {
    std::string text;
    REQUIRE(
        rope::detail::read_file(std::string(ROPE_SOURCE_DIR) + "/examples/configs/" + file + ".json", text)
            .ok());
    return nlohmann::json::parse(text);
}

} // namespace

TEST_CASE("layers: Gemma 3 has two thetas", "[layers]") {
    const std::vector<rope::model_layer> all = rope::layers(document("gemma-3-1b"));
    REQUIRE(all.size() == 26);
    for (const rope::model_layer& each : all) {
        const bool full = each.number % 6 == 5;
        CHECK(each.type == (full ? "full_attention" : "sliding_attention"));
        CHECK(each.config.base == (full ? 1e6 : 1e4));
        CHECK(each.frequencies.inv_freq == rope::frequencies(each.config).inv_freq);
    }
}

TEST_CASE("layers: one kind for all", "[layers]") {
    const std::vector<rope::model_layer> all = rope::layers(document("internlm2-7b"), 65536);
    REQUIRE(all.size() == 32);
    CHECK(all[31].frequencies.inv_freq == rope::frequencies(all[0].config, 65536).inv_freq);
    CHECK(all[31].frequencies.inv_freq != rope::frequencies(all[0].config).inv_freq);
    CHECK(all[0].query_scale.kind == rope::query_scale::rule::none);
    CHECK(rope::query_scale_at(all[0].query_scale, 1e6) == 1);
}

TEST_CASE("layers: those of one kind share it, in a copy as well", "[layers]") {
    nlohmann::json deep = {{"model_type", "gemma3_text"}, {"head_dim", 256}, {"num_hidden_layers", 4000}};
    for (int i = 0; i < 4000; ++i) {
        deep["layer_types"].push_back(i % 6 == 5 ? "full_attention" : "sliding_attention");
    }
    const auto last = [&] { // outlives the others
        const std::vector<rope::model_layer> all = rope::layers(deep);
        REQUIRE(all.size() == 4000);
        for (const rope::model_layer& each : all) {
            const rope::model_layer& first = all[each.number % 6 == 5 ? 5 : 0];
            REQUIRE(each.kind == (each.number % 6 == 5 ? 1u : 0u));
            REQUIRE(each.frequencies.inv_freq.data() == first.frequencies.inv_freq.data());
            REQUIRE(&each.config == &first.config);
        }
        std::vector<rope::model_layer> copy = all;
        return copy.back();
    }();
    CHECK(last.number == 3999);
    CHECK(last.type == "sliding_attention");
    CHECK(last.config.base == 1e4);
    CHECK(last.frequencies.inv_freq.size() == 128);
}

TEST_CASE("layers: a theta for each", "[layers]") {
    nlohmann::json lists = {{"model_type", "step3p5"}, {"head_dim", 8}, {"num_hidden_layers", 40}};
    for (int i = 0; i < 40; ++i) {
        lists["rope_theta"].push_back(100 + i % 20);
    }
    const std::vector<rope::model_layer> all = rope::layers(lists);
    REQUIRE(all.size() == 40);
    for (const rope::model_layer& each : all) {
        CHECK(each.config.base == 100 + static_cast<double>(each.number % 20));
        CHECK(each.kind == static_cast<std::size_t>(each.number % 20));
    }
    rope::reading r;
    CHECK(rope::try_read_json(lists, {}, r).message.find(" and 8 more, or a layer by its number") !=
          std::string::npos);
}

TEST_CASE("layers: Llama 4 scales queries where it does not rotate", "[layers]") {
    const std::vector<rope::model_layer> all = rope::layers(document("llama-4-scout"));
    REQUIRE(all.size() == 48);
    for (const rope::model_layer& each : all) {
        const bool unrotated = each.number % 4 == 3;
        CHECK(each.rotates == !unrotated);
        CHECK(each.frequencies.inv_freq.size() == (unrotated ? 0u : 64u));
        CHECK(rope::query_scale_at(each.query_scale, 8190) == 1);
        CHECK(rope::query_scale_at(each.query_scale, 8191) ==
              Approx(unrotated ? std::log(2.0) * 0.1 + 1 : 1).epsilon(1e-15));
        CHECK(rope::query_scale_at(each.query_scale, 100000) ==
              Approx(unrotated ? std::log(13.0) * 0.1 + 1 : 1).epsilon(1e-15));
    }
}

TEST_CASE("layers: Qwen 1 scales queries beyond the trained length", "[layers]") {
    const std::vector<rope::model_layer> all = rope::layers(document("qwen-7b-chat"));
    REQUIRE(all.size() == 32);
    CHECK(rope::query_scale_at(all[3].query_scale, 8191) == 1);
    CHECK(rope::query_scale_at(all[3].query_scale, 8192) ==
          Approx(std::log(8193.0) / std::log(8192.0)).epsilon(1e-15));
}

TEST_CASE("layers: faults name the layer", "[layers]") {
    std::vector<rope::model_layer> none;
    CHECK(rope::try_layers(nlohmann::json::parse(R"({"model_type": "llama", "head_dim": 64})"), 0, none)
              .message == "num_hidden_layers is missing: expected the number of layers");
    CHECK(rope::try_layers(nlohmann::json::parse(R"({"head_dim": 64, "base": 5})"), 0, none).message ==
          "the native form describes one kind of layer: expected a Hugging Face config.json");
    CHECK(rope::try_layers(nlohmann::json::parse("[]"), 0, none).message ==
          "the configuration is a list of 0: expected a JSON object");
}
