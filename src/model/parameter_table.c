/* model/parameter_table.c -- tensors one behind the other, and the names they have in files. */
#include "model/parameter_table.h"

#include <assert.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

static const double HEAD_DEVIATION = 0.02; /* Hugging Face's initializer_range */

Status parameter_table_begin(ParameterTable *table, size_t capacity, const CheckpointNames *files)
{
    *table = (ParameterTable){.tensors = calloc(capacity, sizeof *table->tensors), .files = files};
    if (table->tensors == NULL) {
        *table = (ParameterTable){0};
        return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

void parameter_table_append(ParameterTable *table, const char *prefix,
                            const ParameterTensor *tensor)
{
    ParameterTensor *const place = &table->tensors[table->count];
    *place = *tensor;
    const int length = snprintf(place->name, sizeof place->name, "%s%s", prefix, tensor->name);
    assert(length > 0 && (size_t)length < sizeof place->name);
    (void)length;
    place->offset = table->size;
    table->size += tensor->rows * tensor->cols;
    table->count++;
}

Status parameter_table_end(ParameterTable *table)
{
    if (table->size > SIZE_MAX / sizeof(Real)) { /* sizes come from a file */
        parameter_table_clear(table);
        return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

void parameter_table_clear(ParameterTable *table)
{
    free(table->tensors);
    *table = (ParameterTable){0};
}

static const char *prefix_of(const ParameterTable *table)
{
    return table->files == NULL ? "" : table->files->prefix;
}

static const char *without_prefix(const char *name, const char *prefix)
{
    const size_t length = strlen(prefix);
    return strncmp(name, prefix, length) == 0 ? name + length : name;
}

size_t parameter_table_find(const ParameterTable *table, const char *name)
{
    const char *const prefix = prefix_of(table);
    const char *const wanted = without_prefix(name, prefix);
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(without_prefix(table->tensors[i].name, prefix), wanted) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

bool parameter_table_skips(const ParameterTable *table, const char *name)
{
    if (table->files == NULL) {
        return false;
    }
    for (const char *const *pattern = table->files->skipped; *pattern != NULL; pattern++) {
        if (fnmatch(*pattern, name, 0) == 0) {
            return true;
        }
    }
    return false;
}

void parameter_table_saved_name(const ParameterTable *table, size_t index,
                                char name[PARAMETER_NAME_BYTES])
{
    const bool is_complete = table->files == NULL || table->files->is_prefix_in_table;
    const int length =
        snprintf(name, PARAMETER_NAME_BYTES, "%s%s", is_complete ? "" : table->files->prefix,
                 table->tensors[index].name);
    assert(length > 0 && length < PARAMETER_NAME_BYTES);
    (void)length;
}

void parameter_tensor_initialise(const ParameterTable *table, size_t index, double deviation,
                                 uint64_t seed, Real *params)
{
    const ParameterTensor *const tensor = &table->tensors[index];
    const size_t n = tensor->rows * tensor->cols;
    Real *const values = params + tensor->offset;
    if (tensor->is_vector) {
        for (size_t k = 0; k < n; k++) {
            values[k] = tensor->is_bias ? 0 : 1;
        }
        return;
    }
    Random random = random_stream(seed, RANDOM_STREAM_WEIGHTS, index);
    for (size_t k = 0; k < n; k++) {
        values[k] = (Real)(deviation * random_normal(&random));
    }
}

void parameter_head_initialise(const ParameterTable *table, uint64_t seed, Real *params)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->tensors[i].group == PARAMETER_GROUP_HEAD) {
            parameter_tensor_initialise(table, i, HEAD_DEVIATION, seed, params);
        }
    }
}
