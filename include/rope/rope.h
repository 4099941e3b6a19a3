/* rope.h: the library for C (C99 and later), and for whatever calls C. Link rope::compiled; without CMake compile one C++17
   source file that includes <rope/c.hpp>.

   A configuration says what a model's rotary embedding is; a table has its rows of cos and sin; a plan is a rotation with all
   checks made: running it allocates nothing, and threads may share it, each taking a part.

     rope_config* config; rope_table* table; rope_plan* plan;
     if (rope_config_read("config.json", NULL, &config) || rope_table_make(config, 0, 0, 8192, ROPE_F32, &table)) {
         fprintf(stderr, "%s\n", rope_last_error());
     }
     rope_tensor q = rope_tensor_of(data, ROPE_F32, 3, (int64_t[]){tokens, heads, head_dim}, NULL);
     rope_rotate(table, &q, NULL, "s h d", rope_offset(past), NULL);

   Functions that can fail return 0 (ROPE_OK) or a code; rope_last_error() is the sentence of this thread's last failure.
   Handles are freed by their *_free, which takes NULL; a plan refers to its table, a table to nothing. No C++ exception leaves
   a function. A null pointer where an object is needed is ROPE_ERROR_NO_MEMORY.
   SPDX-License-Identifier: MIT */
#ifndef ROPE_ROPE_H
#define ROPE_ROPE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What was wrong. The sentence is for people. */
typedef enum rope_code {
    ROPE_OK = 0,
    ROPE_ERROR_CONFIG,    /* a configuration: a key, its type, its value, a file that is none */
    ROPE_ERROR_TABLE,     /* rows that do not fit together, or a table of an impossible size */
    ROPE_ERROR_AXES,      /* axis names */
    ROPE_ERROR_SHAPE,     /* rank or extents */
    ROPE_ERROR_OVERLAP,   /* memory that would be written twice, or is input and output in part */
    ROPE_ERROR_NO_MEMORY, /* a null pointer where there should be memory, or an allocation that failed */
    ROPE_ERROR_POSITIONS, /* positions of the wrong shape, without a row, or out of range */
    ROPE_ERROR_PAIRING,   /* a pairing, a direction or a conversion that is not possible */
    ROPE_ERROR_ISA        /* an instruction set that is not available */
} rope_code;

/* The sentence of this thread's last failed call; "" before the first. Valid until this thread's next failure. */
const char* rope_last_error(void);
/* "0.1.0" */
const char* rope_version(void);

typedef enum rope_dtype { ROPE_F32, ROPE_F64, ROPE_F16, ROPE_BF16 } rope_dtype;
typedef enum rope_pairing { ROPE_HALF_SPLIT, ROPE_INTERLEAVED } rope_pairing;
typedef enum rope_direction { ROPE_FORWARD, ROPE_ADJOINT, ROPE_INVERSE } rope_direction;

/* ---- configurations ---- */

typedef struct rope_config rope_config;

/* Which part of a model to read where layers or parts differ; NULL and -1: the only one. */
typedef struct rope_read_options {
    const char* layer_type;
    int64_t layer;
    const char* part;
} rope_read_options;

/* What a configuration says. rotates 0: no rotary embedding, and no tables. */
typedef struct rope_config_info {
    int rotates;
    int64_t head_dim, rotary_dim, rotary_offset, max_position;
    double base;
    rope_pairing pairing;
} rope_config_info;

/* From a file (config.json of Hugging Face, the native form, params.json, a .gguf file, a directory with one; options may be
   NULL), from text of `size` bytes, or the plain recipe by hand. */
rope_code rope_config_read(const char* path, const rope_read_options* options, rope_config** out);
rope_code rope_config_read_text(const char* text, size_t size, const rope_read_options* options,
                                rope_config** out);
rope_code rope_config_plain(int64_t head_dim, int64_t rotary_dim, double base, rope_pairing pairing,
                            rope_config** out);
rope_code rope_config_describe(const rope_config* config, rope_config_info* out);
/* In words, at a sequence length: at most size - 1 bytes into text, and a zero. *needed, which may be NULL, gets the size that
   holds all of it. */
rope_code rope_config_explain(const rope_config* config, int64_t seq_len, char* text, size_t size,
                              size_t* needed);
void rope_config_free(rope_config* config);

/* ---- tables ---- */

typedef struct rope_table rope_table;

/* What a table has. cos and sin: [rows][pairs], row_stride elements of type dtype apart; NULL where rows are a list of
   pointers. */
typedef struct rope_table_info {
    const void *cos, *sin;
    rope_dtype dtype;
    int64_t first, rows, pairs, row_stride;
    double attention_factor;
} rope_table_info;

/* Rows of the positions first, first + 1, ..., correctly rounded (double: within 1 ulp). seq_len matters to dynamic NTK and
   LongRoPE. ROPE_F32 serves data of float, half and bfloat16. */
rope_code rope_table_make(const rope_config* config, int64_t seq_len, int64_t first, int64_t rows,
                          rope_dtype dtype, rope_table** out);

/* Rows that you have: of position first + r, entries cos[r * row_stride + i * pair_stride] for the pairs i; or, where cos_rows and
   sin_rows are set, cos_rows[r][i * pair_stride]. Refers to them. head_dim 0: twice the pairs. */
typedef struct rope_rows {
    const void *cos, *sin;
    rope_dtype dtype;
    rope_pairing pairing;
    int64_t rows, pairs, row_stride, pair_stride, first, head_dim, rotary_offset;
    const void* const* cos_rows;
    const void* const* sin_rows;
} rope_rows;
rope_code rope_table_of_rows(const rope_rows* rows, rope_table** out);

rope_code rope_table_describe(const rope_table* table, rope_table_info* out);
void rope_table_free(rope_table* table);

/* The frequencies of a configuration, radians per position: at most `size` of them; *pairs, which may be NULL, gets how many
   there are. */
rope_code rope_frequencies(const rope_config* config, int64_t seq_len, double* inv_freq, int64_t size,
                           int64_t* pairs);

/* ---- tensors and positions ---- */

enum { ROPE_MAX_RANK = 16 };

/* Element (i0, i1, ...) is data[i0 * stride[0] + i1 * stride[1] + ...]; strides in elements. */
typedef struct rope_tensor {
    void* data;
    rope_dtype dtype;
    int rank;
    int64_t extent[ROPE_MAX_RANK];
    int64_t stride[ROPE_MAX_RANK];
} rope_tensor;
/* strides NULL: C order, the last axis contiguous. */
rope_tensor rope_tensor_of(void* data, rope_dtype dtype, int rank, const int64_t* extents,
                           const int64_t* strides);

typedef enum rope_id_type {
    ROPE_NO_IDS,
    ROPE_I32,
    ROPE_I64,
    ROPE_ID_F64,
    ROPE_I8,
    ROPE_I16,
    ROPE_U8,
    ROPE_U16,
    ROPE_U32,
    ROPE_U64,
    ROPE_ID_F32
} rope_id_type;

/* The position of each token: ids along the named axes (axes NULL: "s" for one axis, "b s" for two), or `offset`; plus the index
   along "s" where counting. All zeros but counting: 0, 1, 2, ... */
typedef struct rope_positions {
    const void* ids;
    rope_id_type type;
    int counting;
    int64_t offset;
    int rank;
    int64_t extent[5];
    int64_t stride[5];
    const char* axes;
} rope_positions;
/* past, past + 1, ... along "s"; one position for the whole tensor; `count` ids along "s". */
rope_positions rope_offset(int64_t past);
rope_positions rope_at(int64_t position);
rope_positions rope_ids(const void* ids, rope_id_type type, int64_t count);

/* ---- rotations ---- */

typedef struct rope_options {
    rope_direction direction;
    int out_pairing; /* -1: as the table's; else a rope_pairing */
} rope_options;

/* Rotates in into out, or in place where out is NULL. axes names the axes in index order, as "b s h d": "d" is the embedding
   axis, "s" the sequence axis. options may be NULL. Float, half and bfloat16 convert to one another. Everything is checked
   before anything is written. */
rope_code rope_rotate(const rope_table* table, const rope_tensor* in, const rope_tensor* out,
                      const char* axes, rope_positions where, const rope_options* options);

typedef struct rope_plan rope_plan;

/* The same with all checks made once. Refers to the table, holds a copy of the positions. */
rope_code rope_plan_make(const rope_table* table, const rope_tensor* in, const rope_tensor* out,
                         const char* axes, rope_positions where, const rope_options* options,
                         rope_plan** out_plan);
/* Part `part` of `parts` of the work, on data of the plan's shape and strides; out is in for a plan in place. Parts may run at the
   same time. Fails only for arguments that cannot be: a null pointer, a part that is not 0 <= part < parts, one tensor where the
   plan has two. */
rope_code rope_plan_run(const rope_plan* plan, const void* in, void* out, int64_t part, int64_t parts);
/* The same at positions past, past + 1, ...: a decoder's step with the plan of its first. */
rope_code rope_plan_run_at(const rope_plan* plan, const void* in, void* out, int64_t past, int64_t part,
                           int64_t parts);
void rope_plan_free(rope_plan* plan);

/* ---- verify and diagnose ---- */

/* Compares a table of somebody else's, cos and sin [rows][columns], with a configuration; columns is the number of pairs, or
   rotary_dim. *matches: 1 where only rounding differs. text gets one sentence that names what differs, as rope_config_explain. */
rope_code rope_verify(const rope_config* config, int64_t seq_len, const void* cos, const void* sin,
                      rope_dtype dtype, int64_t first, int64_t rows, int64_t columns, int* matches,
                      double* difference, char* text, size_t size);

/* Finds what made `after` of `before`. *matches: 1 where it is the configuration's rotation. text gets what differs, a line for
   each thing. */
rope_code rope_diagnose(const rope_config* config, int64_t seq_len, const rope_tensor* before,
                        const rope_tensor* after, const char* axes, rope_positions where, int* matches,
                        char* text, size_t size);

/* ---- instruction sets ---- */

/* The one in use: "scalar", "avx2", "avx512", "neon"; NULL where ROPE_ISA names one that is not there. */
const char* rope_isa(void);
/* Takes another, or the best one for NULL. For all threads. */
rope_code rope_force_isa(const char* name);

#ifdef __cplusplus
}
#endif

#endif
