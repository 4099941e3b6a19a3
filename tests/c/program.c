/* A program in the language that C99, C11 and C++11 have in common: configuration, table, plan, parts, rows that it hands in,
   verify, diagnose, refusals. Prints a hash of what it rotated. */
#include <rope/rope.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int broken = 0;
#define CHECK(condition)                                                                                       \
    do {                                                                                                       \
        if (!(condition)) {                                                                                    \
            fprintf(stderr, "line %d: %s (%s)\n", __LINE__, #condition, rope_last_error());                    \
            broken = 1;                                                                                        \
        }                                                                                                      \
    } while (0)

enum { tokens = 12, heads = 3, dim = 64, pairs = dim / 2 };

static float values[tokens * heads * dim];
static void fill(float* x) {
    size_t k;
    for (k = 0; k < tokens * heads * dim; ++k) {
        x[k] = (float)(k % 29) - 14.0f;
    }
}

int main(void) {
    const char* text = "{\"model_type\": \"llama\", \"hidden_size\": 256, \"num_attention_heads\": 4, "
                       "\"max_position_embeddings\": 4096, \"rope_theta\": 500000.0}";
    const int64_t extents[3] = {tokens, heads, dim};
    float *x = (float*)malloc(sizeof values), *y = (float*)malloc(sizeof values);
    rope_config *config = NULL, *none = NULL;
    rope_config_info info;
    rope_table *table = NULL, *given = NULL;
    rope_table_info rows;
    rope_plan* plan = NULL;
    rope_tensor tx, ty;
    rope_options inverse = {ROPE_INVERSE, -1};
    char words[4096];
    double inv_freq[pairs];
    int64_t count = 0, part;
    int matches = 0;
    double difference = 0;
    uint64_t hash = 14695981039346656037u;
    size_t needed = 0, k;

    CHECK(rope_config_read_text(text, strlen(text), NULL, &config) == ROPE_OK);
    CHECK(rope_config_describe(config, &info) == ROPE_OK);
    CHECK(info.rotates && info.head_dim == dim && info.base == 500000.0 && info.pairing == ROPE_HALF_SPLIT);
    CHECK(rope_config_explain(config, 0, words, sizeof words, &needed) == ROPE_OK && needed == strlen(words) + 1);
    CHECK(rope_config_explain(config, 0, words, 5, &needed) == ROPE_OK && strlen(words) == 4);
    CHECK(rope_frequencies(config, 0, inv_freq, pairs, &count) == ROPE_OK && count == pairs && inv_freq[0] == 1.0);
    CHECK(rope_table_make(config, 0, 0, 64, ROPE_F32, &table) == ROPE_OK);
    CHECK(rope_table_describe(table, &rows) == ROPE_OK && rows.rows == 64 && rows.pairs == pairs);

    fill(values);
    fill(x);
    fill(y);
    tx = rope_tensor_of(x, ROPE_F32, 3, extents, NULL);
    ty = rope_tensor_of(y, ROPE_F32, 3, extents, NULL);
    CHECK(rope_rotate(table, &tx, NULL, "s h d", rope_offset(7), NULL) == ROPE_OK);
    CHECK(rope_plan_make(table, &ty, NULL, "s h d", rope_offset(0), NULL, &plan) == ROPE_OK);
    for (part = 0; part < 5; ++part) {
        CHECK(rope_plan_run_at(plan, y, y, 7, part, 5) == ROPE_OK);
    }
    CHECK(memcmp(x, y, sizeof values) == 0 && memcmp(x, values, sizeof values) != 0);
    CHECK(rope_plan_run_at(plan, y, y, 60, 0, 1) == ROPE_ERROR_POSITIONS);
    CHECK(rope_plan_run(plan, y, y, 2, 2) == ROPE_ERROR_SHAPE);
    CHECK(rope_plan_run(plan, x, y, 0, 1) == ROPE_ERROR_OVERLAP);
    CHECK(memcmp(x, y, sizeof values) == 0);
    for (k = 0; k < sizeof values / sizeof(float); ++k) {
        uint32_t bits;
        memcpy(&bits, &x[k], sizeof bits);
        hash = (hash ^ bits) * 1099511628211u;
    }

    /* the table as rows of somebody's */
    {
        rope_rows r;
        memset(&r, 0, sizeof r);
        r.cos = rows.cos;
        r.sin = rows.sin;
        r.dtype = ROPE_F32;
        r.pairing = ROPE_HALF_SPLIT;
        r.rows = rows.rows;
        r.pairs = rows.pairs;
        r.row_stride = rows.row_stride;
        r.pair_stride = 1;
        CHECK(rope_table_of_rows(&r, &given) == ROPE_OK);
        fill(y);
        CHECK(rope_rotate(given, &ty, NULL, "s h d", rope_offset(7), NULL) == ROPE_OK);
        CHECK(memcmp(x, y, sizeof values) == 0);
        r.pairing = (rope_pairing)(broken + 2);
        rope_table_free(given);
        CHECK(rope_table_of_rows(&r, &given) == ROPE_ERROR_PAIRING && given == NULL);
    }
    {
        uint16_t ids[tokens];
        for (k = 0; k < tokens; ++k) {
            ids[k] = (uint16_t)(7 + k);
        }
        fill(y);
        CHECK(rope_rotate(table, &ty, NULL, "s h d", rope_ids(ids, ROPE_U16, tokens), NULL) == ROPE_OK);
        CHECK(memcmp(x, y, sizeof values) == 0);
    }
    /* one token, its cache row in half precision, and back */
    {
        uint16_t* row = (uint16_t*)malloc(heads * dim * sizeof(uint16_t));
        const int64_t shape[2] = {heads, dim};
        rope_tensor token = rope_tensor_of(y, ROPE_F32, 2, shape, NULL);
        rope_tensor cache = rope_tensor_of(row, ROPE_F16, 2, shape, NULL);
        fill(y);
        CHECK(rope_rotate(table, &token, &cache, "h d", rope_at(9), NULL) == ROPE_OK);
        CHECK(rope_rotate(table, &token, NULL, "h d", rope_at(9), NULL) == ROPE_OK);
        CHECK(rope_rotate(table, &token, NULL, "h d", rope_at(9), &inverse) == ROPE_OK);
        CHECK(y[5] - values[5] < 1e-5f && values[5] - y[5] < 1e-5f);
        CHECK((row[0] & 0x7fff) != 0);
        free(row);
    }

    CHECK(rope_verify(config, 0, rows.cos, rows.sin, ROPE_F32, 0, rows.rows, rows.pairs, &matches, &difference, words,
                      sizeof words) == ROPE_OK &&
          matches);
    CHECK(rope_verify(config, 0, rows.cos, rows.sin, ROPE_F32, 1, rows.rows, rows.pairs, &matches, &difference, words,
                      sizeof words) == ROPE_OK &&
          !matches && strlen(words) > 0);
    fill(y);
    ty = rope_tensor_of(y, ROPE_F32, 3, extents, NULL);
    CHECK(rope_diagnose(config, 0, &ty, &tx, "s h d", rope_offset(7), &matches, words, sizeof words) == ROPE_OK &&
          matches);
    CHECK(rope_diagnose(config, 0, &ty, &tx, "s h d", rope_offset(6), &matches, words, sizeof words) == ROPE_OK &&
          !matches && strstr(words, "positions") != NULL);

    /* refusals: a code, a sentence, nothing written, null handles */
    CHECK(rope_config_read_text("{", 1, NULL, &none) == ROPE_ERROR_CONFIG && none == NULL && rope_last_error()[0] != '\0');
    CHECK(rope_config_read("/nowhere/config.json", NULL, &none) == ROPE_ERROR_CONFIG);
    CHECK(strstr(rope_last_error(), "/nowhere/config.json") != NULL);
    CHECK(rope_config_read(NULL, NULL, &none) == ROPE_ERROR_NO_MEMORY);
    CHECK(rope_config_read_text(text, strlen(text), NULL, NULL) == ROPE_ERROR_NO_MEMORY);
    CHECK(rope_config_plain(dim, 7, 10000.0, ROPE_INTERLEAVED, &none) == ROPE_ERROR_CONFIG);
    CHECK(rope_table_make(config, 0, 0, INT64_MAX, ROPE_F32, &given) != ROPE_OK && given == NULL);
    CHECK(rope_table_make(config, 0, INT64_MIN, 2, ROPE_F32, &given) != ROPE_OK);
    CHECK(rope_table_make(config, 0, 0, 2, (rope_dtype)(broken + 9), &given) == ROPE_ERROR_TABLE);
    CHECK(rope_table_make(NULL, 0, 0, 2, ROPE_F32, &given) == ROPE_ERROR_NO_MEMORY);
    fill(y);
    CHECK(rope_rotate(table, &ty, NULL, "s d", rope_offset(0), NULL) == ROPE_ERROR_SHAPE);
    CHECK(rope_rotate(table, &ty, NULL, "s h e", rope_offset(0), NULL) == ROPE_ERROR_AXES);
    CHECK(rope_rotate(table, &ty, NULL, NULL, rope_offset(0), NULL) == ROPE_ERROR_NO_MEMORY);
    CHECK(rope_rotate(table, &ty, NULL, "s h d", rope_offset(60), NULL) == ROPE_ERROR_POSITIONS);
    CHECK(rope_rotate(table, NULL, NULL, "s h d", rope_offset(0), NULL) == ROPE_ERROR_NO_MEMORY);
    CHECK(rope_rotate(NULL, &ty, NULL, "s h d", rope_offset(0), NULL) == ROPE_ERROR_NO_MEMORY);
    ty.rank = 17;
    CHECK(rope_rotate(table, &ty, NULL, "s h d", rope_offset(0), NULL) == ROPE_ERROR_SHAPE);
    ty = rope_tensor_of(y, ROPE_F32, 3, NULL, NULL);
    CHECK(rope_rotate(table, &ty, NULL, "s h d", rope_offset(0), NULL) == ROPE_ERROR_SHAPE);
    CHECK(memcmp(y, values, sizeof values) == 0);
    CHECK(rope_plan_make(table, &tx, NULL, "s h d", rope_offset(0), NULL, NULL) == ROPE_ERROR_NO_MEMORY);
    CHECK(rope_plan_run(NULL, x, x, 0, 1) == ROPE_ERROR_NO_MEMORY);
    CHECK(rope_isa() != NULL && rope_force_isa("abacus") == ROPE_ERROR_ISA && rope_force_isa("scalar") == ROPE_OK);
    CHECK(strcmp(rope_isa(), "scalar") == 0 && rope_force_isa(NULL) == ROPE_OK);

    rope_plan_free(plan);
    rope_plan_free(NULL);
    rope_table_free(table);
    rope_config_free(config);
    free(x);
    free(y);
    printf("%016llx\n", (unsigned long long)hash);
    return broken;
}
