/* model/safetensors.h -- weights in Hugging Face's safetensors files. */
#ifndef MODEL_SAFETENSORS_H
#define MODEL_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/real.h"
#include "model/parameter_table.h"

/* Read every tensor of `table` from the file at `path` into params [n], without a second copy in between. F32, F16 and BF16 are converted; names may lack the prefix
 * of table->files or have it; what those skip may be there. The header is believed only after checking: its length against the
 * file's, every offset in range, in order, without overlap or holes, and each byte length equal to shape times dtype.
 * STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT, STATUS_BAD_VALUE (missing, unexpected or wrongly shaped tensor, unsupported dtype):
 * the problem names file and tensor; params are untouched. Only where the disk fails, or somebody cuts the file, while the checked data are being read
 * (STATUS_FILE_UNREADABLE) do they hold what came before. */
Status safetensors_read(const char *path, const ParameterTable *table, Real *params,
                        Problem *problem);

/* What files hold of a head (the tensors of PARAMETER_GROUP_HEAD). */
typedef enum StoredHead {
    STORED_HEAD_WHOLE,
    STORED_HEAD_OTHER, /* a tensor of it has another shape (another number of labels, say), or is missing beside others */
    STORED_HEAD_NONE
} StoredHead;

/* The same from several files (shards), each tensor in one of them.
 * head  NULL: the head must be there. Else receives what is there of it; unless that is STORED_HEAD_WHOLE, nothing of the head is read, and
 *       its part of params is as it was */
Status safetensors_read_shards(const char *const *paths, size_t path_count,
                               const ParameterTable *table, Real *params, StoredHead *head,
                               Problem *problem);

/* One tensor to write: F32 from Real, or I32. */
typedef struct SafetensorsEntry {
    char name[PARAMETER_NAME_BYTES];
    const Real *reals;       /* written as F32; NULL if integers are given */
    const int32_t *integers; /* written as I32 */
    size_t shape[PARAMETER_DIMENSIONS_MAX];
    size_t dimensions; /* from 1 */
} SafetensorsEntry;

/* Write `count` tensors (little-endian, header padded to 8 bytes, metadata {"format":"pt"}) to path + ".tmp", flushed to disk
 * and then renamed over `path`, so that a reader never sees half a file.
 * STATUS_FILE_UNWRITABLE (full disk included): the temporary file is removed, an older `path` stays as it was. */
Status safetensors_write(const char *path, const SafetensorsEntry *entries, size_t count,
                         Problem *problem);

/* All tensors of a model under the names and with the shapes that Hugging Face saves (parameter_table_saved_name). */
Status safetensors_write_model(const char *path, const ParameterTable *table, const Real *params,
                               Problem *problem);

#endif
