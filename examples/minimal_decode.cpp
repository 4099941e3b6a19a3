// Decoding: one token at a time. The query is rotated in place; the key goes from float into its row of a
// half-precision cache, rotated and converted in the same pass. The table is made once; layers share the
// plans of a step.
#include <rope/core.hpp>

#include <algorithm>
#include <cstdio>
#include <vector>

int main() {
    const int heads = 8, kv_heads = 2, dim = 64, layers = 4, context = 128;

    rope::config config;
    config.head_dim = dim;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), context);

    std::vector<float> q(heads * dim, 1.0f), k(kv_heads * dim, 1.0f); // what a layer's projections give
    std::vector<rope::half> cache(static_cast<std::size_t>(layers) * context * kv_heads * dim);
    const auto cache_row = [&](int layer, int position) {
        return cache.data() + (static_cast<std::ptrdiff_t>(layer) * context + position) * kv_heads * dim;
    };

    for (int past = 0; past < context; ++past) {
        // shapes, positions and memory are checked here, once for all layers
        const auto rotate_q =
            rope::plan(table, rope::view(q.data(), {1, heads, dim}), "s h d", rope::offset(past));
        const auto store_k =
            rope::plan(table, rope::view(k.data(), {1, kv_heads, dim}),
                       rope::view(cache_row(0, past), {1, kv_heads, dim}), "s h d", rope::offset(past));
        for (int layer = 0; layer < layers; ++layer) {
            std::fill(q.begin(), q.end(), 1.0f);
            rope::run(rotate_q, q.data());
            rope::run(store_k, k.data(), cache_row(layer, past));
        }
    }
    std::printf("last query: (%.6f, ...), kernel %s\n", static_cast<double>(q[0]),
                rope::isa_name(rope::active_isa()));
}
