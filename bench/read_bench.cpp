// read/layers/<layers>/<model>: a configuration's text to the frequencies of every layer, for models of one kind of layer, of two,
// and of one for each layer. bytes_per_second is of the text.
// SPDX-License-Identifier: MIT
#include "benches.hpp"

#include <rope/read/layers.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

namespace bench {
namespace {

constexpr std::int64_t layer_count = 4000;

std::string model(const std::string& more) {
    return R"({"model_type": "gemma3_text", "head_dim": 128, "num_hidden_layers": )" +
           std::to_string(layer_count) + more + "}";
}

std::string list_of(const char* key, const char* first, const char* second) {
    std::string text = std::string(", \"") + key + "\": [";
    for (std::int64_t i = 0; i < layer_count; ++i) {
        text += (i == 0 ? "" : ", ") + std::string(i % 6 == 5 ? first : second);
    }
    return text + "]";
}

void read_layers(benchmark::State& state, const std::string& text) {
    for (auto _ : state) {
        std::vector<rope::model_layer> layers;
        if (!rope::try_layers_of_text(text, 0, layers).ok() || layers.size() != layer_count) {
            state.SkipWithError("the configuration was not read");
            return;
        }
        benchmark::DoNotOptimize(layers.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void add(const char* name, const std::string& text) {
    const std::string full = "read/layers/" + std::to_string(layer_count) + "/" + name;
    benchmark::RegisterBenchmark(full.c_str(), [text](benchmark::State& state) {
        read_layers(state, text);
    })->Unit(benchmark::kMillisecond);
}

} // namespace

void add_reading() {
    add("pattern", model(""));
    add("layer_types", model(list_of("layer_types", "\"full_attention\"", "\"sliding_attention\"")));
    add("thetas", R"({"model_type": "granite_swa", "head_dim": 128, "num_hidden_layers": )" +
                      std::to_string(layer_count) + list_of("layer_rope_theta", "1e6", "0") + "}");
}

} // namespace bench
