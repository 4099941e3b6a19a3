/* A decoder in C, in the manner of llama2.c: its loop over pairs with powf, cosf and sinf is two calls. The query is rotated in
   place, the key in its row of the key cache. The table is made once from what the model's configuration says; each step
   moves the plans, which serve every layer. Prints the largest difference from the loop that it replaces.
   SPDX-License-Identifier: MIT */
#include <rope/rope.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { layers = 4, heads = 8, kv_heads = 2, head_size = 64, seq_len = 256, dim = heads * head_size, kv_dim = kv_heads * head_size };

static void check(rope_code code) {
    if (code != ROPE_OK) {
        fprintf(stderr, "engine: %s\n", rope_last_error());
        exit(1);
    }
}

/* llama2.c, run.c: what the two calls replace */
static void rotate_by_hand(float* vec, int size, int pos) {
    int i;
    for (i = 0; i < size; i += 2) {
        const float freq = 1.0f / powf(10000.0f, (float)(i % head_size) / (float)head_size);
        const float val = (float)pos * freq, fcr = cosf(val), fci = sinf(val);
        const float v0 = vec[i], v1 = vec[i + 1];
        vec[i] = v0 * fcr - v1 * fci;
        vec[i + 1] = v0 * fci + v1 * fcr;
    }
}

/* stands for the layer's projections */
static void project(float* out, int size, int layer, int pos) {
    int i;
    for (i = 0; i < size; ++i) {
        out[i] = (float)((i * 7 + layer * 31 + pos * 13) % 101) / 50.0f - 1.0f;
    }
}

int main(int argc, char** argv) {
    const int64_t q_shape[3] = {1, heads, head_size}, k_shape[3] = {1, kv_heads, head_size};
    static float q[dim], key_cache[layers * seq_len * kv_dim], by_hand[dim];
    rope_config* config;
    rope_table* table;
    rope_plan *plan_q, *plan_k;
    rope_tensor tq = rope_tensor_of(q, ROPE_F32, 3, q_shape, NULL);
    rope_tensor tk = rope_tensor_of(key_cache, ROPE_F32, 3, k_shape, NULL);
    int pos, layer, i;
    float worst = 0.0f;

    /* engine [config.json]: any model with heads of 64; by default Llama 2's recipe, whose pairs are neighbours here */
    if (argc > 1) {
        check(rope_config_read(argv[1], NULL, &config));
    } else {
        check(rope_config_plain(head_size, 0, 10000.0, ROPE_INTERLEAVED, &config));
    }
    check(rope_table_make(config, 0, 0, seq_len, ROPE_F32, &table));
    check(rope_plan_make(table, &tq, NULL, "s h d", rope_offset(0), NULL, &plan_q));
    check(rope_plan_make(table, &tk, NULL, "s h d", rope_offset(0), NULL, &plan_k));

    for (pos = 0; pos < seq_len; ++pos) {
        for (layer = 0; layer < layers; ++layer) {
            float* k = key_cache + ((size_t)layer * seq_len + (size_t)pos) * kv_dim;
            project(q, dim, layer, pos);
            project(k, kv_dim, layer, pos + 1);
            check(rope_plan_run_at(plan_q, q, q, pos, 0, 1));
            check(rope_plan_run_at(plan_k, k, k, pos, 0, 1)); /* in its row of the cache */
            project(by_hand, dim, layer, pos);
            rotate_by_hand(by_hand, dim, pos);
            for (i = 0; i < dim && argc == 1; ++i) {
                worst = fabsf(by_hand[i] - q[i]) > worst ? fabsf(by_hand[i] - q[i]) : worst;
            }
        }
    }
    printf("%d steps of %d layers with kernel %s; last query: (%.6f, ...)\n", seq_len, layers, rope_isa(), (double)q[0]);
    if (argc == 1) {
        printf("largest difference from the loop by hand: %.1e, of its float angles\n", (double)worst);
    }
    rope_plan_free(plan_q);
    rope_plan_free(plan_k);
    rope_table_free(table);
    rope_config_free(config);
    return worst < 1e-4f ? 0 : 1;
}
