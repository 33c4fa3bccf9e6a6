/* lab/folder_files.h -- the files of a checkpoint folder, whatever the model: config.json, tokenizer.json with tokenizer_config.json or preprocessor_config.json, model.safetensors. */
#ifndef LAB_FOLDER_FILES_H
#define LAB_FOLDER_FILES_H

#include "base/json.h"
#include "base/problem.h"
#include "base/real.h"
#include "data/tokenizer.h"
#include "model/parameter_table.h"
#include "records/experiment_spec.h"

enum { FOLDER_PATH_BYTES = SPEC_PATH_BYTES + 32 };

/* Whoever has not put the model there yet is told what is wanted: config.json, model.safetensors and `more`, or another folder, named as `advice`
 * says (" with --set model=FOLDER"). STATUS_FILE_UNREADABLE unless it is a folder. */
Status folder_files_check(const char *folder, const char *more, const char *advice,
                          Problem *problem);

/* Read the configuration of the spec's `model` folder, with the values that its `model_config` gives anew (as keyword arguments of
 * from_pretrained do); or `model_config` alone if there is no folder. source receives its name for messages. The caller destroys *config.
 * STATUS_FILE_UNREADABLE (a folder that is not there is told what belongs into it), STATUS_BAD_FORMAT, STATUS_BAD_VALUE (the path is too
 * long, a key to give anew that the folder's configuration does not have). */
Status folder_files_read_config(const ExperimentSpec *spec, Json **config,
                                char source[FOLDER_PATH_BYTES], Problem *problem);

/* The spec's `tokenizer`, or that of its model folder, for a model of V entries. STATUS_BAD_VALUE if it has more, and what tokenizer_load hands
 * back. The caller calls tokenizer_destroy. */
Status folder_files_load_tokenizer(const ExperimentSpec *spec, size_t V, Tokenizer **out,
                                   Problem *problem);

/* What makes a checkpoint; borrowed. */
typedef struct FolderContent {
    const Json *config;
    const Tokenizer *tokenizer; /* NULL: a model that reads no text */
    size_t longest;             /* tokens that it reads at a time */
    const Json *preprocessor;   /* NULL: a model that sees no images */
    const ParameterTable *table;
    const Real *params; /* [n] */
} FolderContent;

/* Write the files into `folder` (made if missing); each appears whole or not at all. STATUS_FILE_UNWRITABLE, STATUS_OUT_OF_MEMORY. */
Status folder_files_save(const char *folder, const FolderContent *content, Problem *problem);

#endif
