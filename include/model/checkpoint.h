/* model/checkpoint.h -- the weights in a folder as Hugging Face lays them out, in one file or in shards. */
#ifndef MODEL_CHECKPOINT_H
#define MODEL_CHECKPOINT_H

#include "base/problem.h"
#include "base/real.h"
#include "model/parameter_table.h"
#include "model/safetensors.h"

/* Read the weights of `table` from folder/model.safetensors, or else from the shards that folder/model.safetensors.index.json names
 * ({"weight_map": {tensor: file in the folder}}) into params [n]. Everything else is as in model/safetensors.h:
 * head  NULL: it must be there. Else receives what is there of it: unless it is whole, its part of params is as it was
 *       (parameter_head_initialise makes a new one)
 * STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT, STATUS_BAD_VALUE, STATUS_OUT_OF_MEMORY: the problem names file and tensor, and params are
 * untouched, as far as model/safetensors.h says. */
Status checkpoint_read(const char *folder, const ParameterTable *table, Real *params,
                       StoredHead *head, Problem *problem);

#endif
