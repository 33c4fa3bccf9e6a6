/* model/parameter_table.h -- one table naming the tensors inside a flat parameter vector, whatever the model. */
#ifndef MODEL_PARAMETER_TABLE_H
#define MODEL_PARAMETER_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"

enum { PARAMETER_NAME_BYTES = 64, PARAMETER_DIMENSIONS_MAX = 4 };

/* Which part of the model a tensor belongs to; perturbation masks and per-group shares read it. */
typedef enum ParameterGroup {
    PARAMETER_GROUP_EMBEDDING,
    PARAMETER_GROUP_ATTENTION,
    PARAMETER_GROUP_MLP,
    PARAMETER_GROUP_NORM,
    PARAMETER_GROUP_HEAD
} ParameterGroup;

typedef struct ParameterTensor {
    char name[PARAMETER_NAME_BYTES]; /* Hugging Face's: "h.0.attn.c_attn.weight" */
    size_t rows;                     /* 1 for a vector */
    size_t cols;
    size_t offset; /* of its first element in the flat vector; row-major */
    ParameterGroup group;
    int is_vector; /* one dimension in files: biases and norm gains */
    int is_bias;
    int is_tied_head; /* is the head's weight as well */
    /* in files, where that is neither [cols] of a vector nor [rows, cols]; the same numbers in the same order */
    size_t file_shape[PARAMETER_DIMENSIONS_MAX];
    size_t file_dimensions; /* 0: as said */
} ParameterTensor;

/* How a model's files name its tensors. Static storage. */
typedef struct CheckpointNames {
    const char *prefix;      /* of the model without head ("roberta."): may be missing in a file */
    bool is_prefix_in_table; /* else it is put before each name when saving ("transformer.") */
    /* what a file may hold besides: patterns of fnmatch(3), ended by NULL */
    const char *const *skipped;
} CheckpointNames;

/* Every tensor once (what is tied to another is not listed). */
typedef struct ParameterTable {
    ParameterTensor *tensors; /* [count], owned */
    size_t count;
    size_t size;                  /* n: elements of the flat vector */
    const CheckpointNames *files; /* NULL: names in files are those in the table, nothing besides */
} ParameterTable;

/* Laying out: room for `capacity` tensors; each appended one (its name `prefix` + tensor.name) stands behind the last; the end checks
 * that the vector's size is one that memory could hold.
 * STATUS_OUT_OF_MEMORY leaves *table all zero. The caller calls parameter_table_clear. */
Status parameter_table_begin(ParameterTable *table, size_t capacity, const CheckpointNames *files);
void parameter_table_append(ParameterTable *table, const char *prefix,
                            const ParameterTensor *tensor);
Status parameter_table_end(ParameterTable *table);
void parameter_table_clear(ParameterTable *table);

/* Index of the tensor called `name` (the files' prefix counts on neither side); SIZE_MAX if there is none. */
size_t parameter_table_find(const ParameterTable *table, const char *name);

/* May a file hold `name`, though the model has no use for it? */
bool parameter_table_skips(const ParameterTable *table, const char *name);

/* The name under which tensor `index` is saved. */
void parameter_table_saved_name(const ParameterTable *table, size_t index,
                                char name[PARAMETER_NAME_BYTES]);

/* First values of tensor `index`: normal(0, deviation^2), biases 0, norm gains 1. A pure function of seed and index.
 * params [n] out: only this tensor's part */
void parameter_tensor_initialise(const ParameterTable *table, size_t index, double deviation,
                                 uint64_t seed, Real *params);

/* First values (deviation 0.02) of every tensor of PARAMETER_GROUP_HEAD: a head for a new task on a body that has been read. */
void parameter_head_initialise(const ParameterTable *table, uint64_t seed, Real *params);

#endif
