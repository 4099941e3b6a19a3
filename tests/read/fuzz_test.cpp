// Mutated configurations: keys removed, retyped, given extreme values. Each gives finite frequencies or one clear sentence;
// nothing crashes or hangs, and nothing that the rules forbid is accepted. The seed is printed with every failure.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/json.hpp>
#include <rope/model/evaluate.hpp>
#include <rope/read/read_file.hpp>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

const char* const files[] = {
    "llama-3.1-8b", "deepseek-v3", "gemma-3-4b",   "qwen3-vl-8b",   "gpt-oss-20b",
    "smollm3-3b",   "phi-2",       "internlm2-7b", "llama-4-scout", "modernbert-base",
    "qwen-7b-chat", "command-r7b", "gpt-j-6b",     "chatglm3-6b",   "deepseek-coder-6.7b"};

// Documents for the recipes that no file has.
const char* const texts[] = {
    R"({"model_type": "phi3", "head_dim": 8, "max_position_embeddings": 131072, "original_max_position_embeddings": 4096, "rope_scaling": {"type": "longrope", "short_factor": [1, 1.1, 1.2, 1.3], "long_factor": [1, 4, 16, 64]}})",
    R"({"model_type": "gemma4_text", "head_dim": 16, "rope_parameters": {"full_attention": {"rope_type": "proportional", "rope_theta": 1000000.0, "partial_rotary_factor": 0.25}, "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}})",
    R"({"head_dim": 16, "rotary_dim": 12, "rotary_offset": 4, "base": 500, "pairing": "interleaved", "sections": [2, 2, 2], "section_order": "interleaved", "scaling": {"type": "ntk_mixed", "factor": 8, "mixed_b": 0.6}})",
    R"({"head_dim": 16, "scaling": {"type": "axial", "dims": [8, 4, 4], "bases": [10, 100, 1000], "shared": false, "turns": true}})",
    R"({"head_dim": 16, "axis_of_pair": [0, 1, 0, 1, 0, 1, 0, 1], "scaling": {"type": "circular", "period": [19, 19]}})",
    R"({"head_dim": 8, "scaling": {"type": "custom", "inverse_frequencies": [1, 0.5, 0.25, 0], "attention_factor": 1.5}})",
    R"({"head_dim": 8, "max_position": 4096, "scaling": {"type": "grok", "factor": 16, "extra_method": "theta_scale", "beta_fast": 8, "beta_slow": 1}})",
    R"({"head_dim": 8, "max_position": 4096, "scaling": {"type": "deepseek_yarn", "factor": 16, "mscale": 0.7, "mscale_all_dim": 0.7}})",
    R"({"head_dim": 8, "scaling": {"type": "frequency_factors", "factors": [1, 2, 3, 4]}})",
    R"({"head_dim": 16, "scaling": {"type": "log_spaced", "axes": 3}})",
    R"({"head_dim": 16, "scaling": {"type": "xpos", "scale_base": 512, "center": 3}})",
    R"({"head_dim": 16, "scaling": {"type": "dynamic_alpha", "alpha": 1000}})",
};

json value(std::mt19937_64& random) {
    static const char* const strange[] = {
        "0",
        "-0.0",
        "1",
        "-1",
        "2",
        "3",
        "0.5",
        "1e-300",
        "5e-324",
        "1e300",
        "-1e300",
        "1.7976931348623157e308",
        "9007199254740993",
        "18446744073709551615",
        "-9223372036854775808",
        "4294967296",
        "65536",
        "65537",
        "true",
        "false",
        "null",
        "\"\"",
        "\"yarn\"",
        "\"llama3\"",
        "\"linear\"",
        "\"dynamic\"",
        "\"longrope\"",
        "\"128\"",
        "[]",
        "{}",
        "[1]",
        "[1, 2, 3]",
        "[[1]]",
        "{\"a\": 1}",
        "[16, 24, 24]",
        "\"\\u0000\\ud83d\\ude00\"",
        "[1e300, 0, -1]",
        "0.999999999",
        "127",
        "64",
        "7",
    };
    return json::parse(strange[random() % std::size(strange)]);
}

// Every place of a document that can be changed.
void places(json& node, std::vector<json*>& out) {
    out.push_back(&node);
    if (node.is_structured()) {
        for (auto& each : node) {
            places(each, out);
        }
    }
}

void mutate(json& document, std::mt19937_64& random) {
    std::vector<json*> all;
    places(document, all);
    json& node = *all[random() % all.size()];
    if (node.is_object() && !node.empty() && random() % 2 == 0) {
        auto at = node.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(random() % node.size()));
        switch (random() % 3) {
        case 0:
            node.erase(at);
            return;
        case 1:
            *at = value(random);
            return;
        default: { // under another name
            json moved = *at;
            node.erase(at);
            static const char* const names[] = {"rope_scaling",
                                                "rope_parameters",
                                                "factor",
                                                "type",
                                                "rope_type",
                                                "head_dim",
                                                "rope_theta",
                                                "rotary_dim",
                                                "original_max_position_embeddings",
                                                "sections",
                                                "scaling",
                                                "base",
                                                "partial_rotary_factor",
                                                "mrope_section",
                                                "layer_types"};
            node[names[random() % std::size(names)]] = moved;
            return;
        }
        }
    }
    if (node.is_array() && !node.empty() && random() % 2 == 0) {
        if (random() % 2 == 0) {
            node.erase(random() % node.size());
        } else {
            node.push_back(value(random));
        }
        return;
    }
    if (&node != &document) {
        node = value(random);
    }
}

// What no accepted configuration may have, said again without the library's checks.
bool lawful(const rope::config& c, const rope::frequency_set& f) {
    const auto finite = [](double x) { return x - x == 0; };
    bool good = c.head_dim > 0 && c.rotary_dim > 0 && c.rotary_dim % 2 == 0 && c.rotary_offset >= 0 &&
                c.rotary_offset + c.rotary_dim <= c.head_dim && finite(c.base) && c.base > 0;
    good = good && f.inv_freq.size() == static_cast<std::size_t>(c.rotary_dim / 2) &&
           f.axis_of_pair.size() == f.inv_freq.size();
    for (std::size_t i = 0; good && i < f.inv_freq.size(); ++i) {
        good = finite(f.inv_freq[i]) && std::abs(f.inv_freq[i]) <= 1e15 && f.axis_of_pair[i] >= 0 &&
               f.axis_of_pair[i] < f.axes;
    }
    return good && finite(f.attention_factor) && f.attention_factor > 0 &&
           finite(f.softmax_scale_multiplier) && f.softmax_scale_multiplier > 0;
}

void run(int count, std::uint64_t seed) {
    std::vector<json> originals;
    for (const char* file : files) {
        std::string text;
        REQUIRE(rope::detail::read_file(std::string(ROPE_SOURCE_DIR) + "/examples/configs/" + file + ".json",
                                        text)
                    .ok());
        originals.push_back(json::parse(text));
    }
    for (const char* text : texts) {
        originals.push_back(json::parse(text));
    }
    int accepted = 0;
    for (int k = 0; k < count; ++k) {
        std::mt19937_64 random(seed + static_cast<std::uint64_t>(k));
        json document = originals[random() % originals.size()];
        for (std::uint64_t n = random() % 4; n < 4; ++n) {
            mutate(document, random);
        }
        rope::read_options options;
        options.layer = random() % 2 == 0 ? -1 : static_cast<std::int64_t>(random() % 8);
        rope::reading r;
        const rope::status s = rope::try_read_json(document, options, r);
        if (!s.ok()) {
            if (s.message.size() >= 600 || s.message.find('\n') != std::string::npos) {
                FAIL("seed " << seed + static_cast<std::uint64_t>(k) << ": " << s.message);
            }
            continue;
        }
        ++accepted;
        // A large head takes the wide arithmetic long; the checks before it have been made.
        if (r.config.head_dim <= 512 && (r.rotates || r.config.head_dim > 0)) {
            const std::int64_t seq_len =
                random() % 2 == 0 ? 0 : static_cast<std::int64_t>(random() % 1000000);
            const std::string fault = rope::detail::config_fault(r.config, seq_len);
            if (fault.empty() && !lawful(r.config, rope::frequencies(r.config, seq_len))) {
                FAIL("seed " << seed + static_cast<std::uint64_t>(k) << " was accepted: " << document.dump());
            }
            if (rope::to_native_json(rope::config_from_json(rope::to_native_json(r.config))) !=
                rope::to_native_json(r.config)) {
                FAIL("seed " << seed + static_cast<std::uint64_t>(k)
                             << " does not round-trip: " << document.dump());
            }
        }
    }
    CHECK(accepted > count / 20);
    CHECK(accepted < count);
}

} // namespace

TEST_CASE("mutated configurations are read or refused", "[fuzz]") {
    const char* text = std::getenv("ROPE_TEST_SEED");
    const std::uint64_t seed = text ? std::strtoull(text, nullptr, 10) : 20250101;
    INFO("ROPE_TEST_SEED=" << seed);
    run(2000, seed);
}

TEST_CASE("a hundred thousand mutated configurations are read or refused", "[fuzz][.full]") {
    const char* text = std::getenv("ROPE_TEST_SEED");
    const std::uint64_t seed = text ? std::strtoull(text, nullptr, 10) : 777000000;
    INFO("ROPE_TEST_SEED=" << seed);
    run(100000, seed);
}

TEST_CASE("bytes that are no configuration are refused", "[fuzz]") {
    std::mt19937_64 random(99);
    std::string text;
    REQUIRE(
        rope::detail::read_file(std::string(ROPE_SOURCE_DIR) + "/examples/configs/llama-3.1-8b.json", text)
            .ok());
    for (int k = 0; k < 2000; ++k) {
        std::string broken = text;
        for (int n = 0; n < 3; ++n) {
            broken[random() % broken.size()] = static_cast<char>(random());
        }
        broken.resize(random() % 2 == 0 ? broken.size() : random() % broken.size());
        rope::reading r;
        const rope::status s = rope::try_read_text(broken, "x", {}, r);
        if (s.ok()) {
            CHECK((r.config.head_dim > 0 || !r.rotates));
        } else {
            CHECK(s.message.rfind("x: ", 0) == 0);
        }
    }
}
