// Rotary embedding on plain memory: no tensor library, nothing but include/ and -std=c++17.
// Packed queries, keys and values of a prompt, as an inference engine holds them; queries and keys are
// rotated in place.
#include <rope/core.hpp>

#include <cstdio>
#include <vector>

int main() {
    const int tokens = 16, heads = 8, kv_heads = 2, dim = 64;

    rope::config config; // what the model's configuration says; <rope/json.hpp> reads config.json instead
    config.head_dim = dim;
    config.base = 500000;
    config.scaling = rope::llama3_scaling{8, 1, 4}; // factor, low_freq_factor, high_freq_factor
    config.original_max_position = 8192;

    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 4096);

    const int row = (heads + 2 * kv_heads) * dim; // floats of one token
    std::vector<float> qkv(static_cast<std::size_t>(tokens * row), 1.0f);
    const auto q = rope::view(qkv.data(), {tokens, heads, dim}, {row, dim, 1});
    const auto k = rope::view(qkv.data() + heads * dim, {tokens, kv_heads, dim}, {row, dim, 1});
    rope::rotate_query_key(q, k, table, "s h d");

    std::printf("token 3, head 0: (%.6f, ..., %.6f, ...)\n", static_cast<double>(qkv[3 * row]),
                static_cast<double>(qkv[3 * row + dim / 2]));
}
