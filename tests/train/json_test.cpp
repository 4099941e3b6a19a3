// Layers through JSON: the same class, configuration and weights, the same outputs to the bit.
#include "support/catch.hpp"

#include <rope/train.hpp>
#include <rope/train/json.hpp>

#include <nlohmann/json.hpp>

#include <cmath>

namespace {

nlohmann::json through_text(const nlohmann::json& document) {
    return nlohmann::json::parse(document.dump(2));
}

} // namespace

TEST_CASE("save, load, the same outputs to the bit", "[json]") {
    rope::layer layer({10, 16, "turn"});
    CHECK(rope::layer_to_json(layer)["weights"].is_null());
    CHECK_FALSE(std::get<rope::layer>(rope::layer_from_json(rope::layer_to_json(layer))).built());
    layer.build({1, 1, 10}, rope::angle_start::glorot_uniform, 77);
    const auto document = through_text(rope::layer_to_json(layer));
    CHECK(document["class_name"] == "RoPELayer");
    CHECK(document["config"]["embedding_dim"] == 10);
    CHECK(document["weights"].size() == 16);
    const auto loaded = std::get<rope::layer>(rope::layer_from_json(document));
    CHECK(loaded.config().name == "turn");
    CHECK(loaded.weights() == layer.weights());
    std::vector<float> x(2 * 16 * 10), a(x.size()), b(x.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = std::sin(static_cast<float>(k));
    }
    layer.call(rope::view(x.data(), {2, 16, 10}), rope::offset(0), rope::view(a.data(), {2, 16, 10}));
    loaded.call(rope::view(x.data(), {2, 16, 10}), rope::offset(0), rope::view(b.data(), {2, 16, 10}));
    CHECK(a == b);
    CHECK(a != x);

    rope::frequency_layer learned({8, 4, 2, 2, 10, rope::pairing::interleaved, "two"});
    learned.build(rope::frequency_start::mixed, 3);
    const auto again =
        std::get<rope::frequency_layer>(rope::layer_from_json(through_text(rope::layer_to_json(learned))));
    CHECK(again.weights() == learned.weights());
    CHECK(again.config().pairing == rope::pairing::interleaved);
    CHECK(again.config().rotary_dim == 4);

    const auto named =
        rope::named_layer::from_config({"feature", 500, "tokens", 4, 6, rope::pairing::interleaved});
    const rope::any_layer any = named;
    const auto other =
        std::get<rope::named_layer>(rope::layer_from_json(through_text(rope::layer_to_json(any))));
    CHECK(other.attributes() == named.attributes());
}

TEST_CASE("a registry knows classes by name, and programs add theirs", "[json]") {
    nlohmann::json document = {{"class_name", "MyRoPE"},
                               {"config", {{"embedding_dim", 4}, {"max_seq_length", 2}}}};
    CHECK_THROWS_AS(rope::layer_from_json(document), rope::error);
    rope::layer_registry registry;
    registry.makers["MyRoPE"] = registry.makers.at(rope::layer::class_name);
    CHECK(std::get<rope::layer>(rope::layer_from_json(document, registry)).config().embedding_dim == 4);

    document["class_name"] = "RoPELayer";
    for (const char* text :
         {R"({"embedding_dim": "4"})", R"({"embedding_dim": 4.5})", R"({"max_seq_length": 3})"}) {
        document["config"] = nlohmann::json::parse(text);
        CHECK_THROWS_AS(rope::layer_from_json(document), rope::error);
    }
    document["config"] = {{"embedding_dim", 4}, {"max_seq_length", 2}};
    for (const char* text : {R"([[1, 2]])", R"([1, 2, 3, 4])", R"([["1", 2], [3, 4]])"}) {
        document["weights"] = nlohmann::json::parse(text);
        CHECK_THROWS_AS(rope::layer_from_json(document), rope::error);
    }
    CHECK_THROWS_AS(rope::layer_from_json(nlohmann::json::array()), rope::error);
    CHECK_THROWS_AS(rope::layer_from_json({{"class_name", "RoPELayer"}}), rope::error);
}
