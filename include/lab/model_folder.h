/* lab/model_folder.h -- a checkpoint as Hugging Face lays it out: config.json, model.safetensors, tokenizer.json. */
#ifndef LAB_MODEL_FOLDER_H
#define LAB_MODEL_FOLDER_H

#include "base/problem.h"
#include "base/real.h"
#include "data/tokenizer.h"
#include "model/parameters.h"
#include "model/shape.h"
#include "records/experiment_spec.h"

/* A model ready to train: where it starts and how it reads text. All owned; model_start_clear frees. */
typedef struct ModelStart {
    CausalLmShape shape;
    ParameterTable table;
    Real *theta_0; /* [table.size] */
    Tokenizer *tokenizer;
} ModelStart;

/* Load the spec's `model` folder, or initialise `model_config` from the seed; and the tokenizer.
 * The problem names what is wrong: a missing or broken file, a tokenizer that does not fit the vocabulary, block_size > n_positions.
 * On failure *start is all zero. */
Status model_start_load(const ExperimentSpec *spec, ModelStart *start, Problem *problem);
void model_start_clear(ModelStart *start);

/* Write the three files into `folder` (made if missing); each appears whole or not at all. */
Status model_folder_save(const char *folder, const ModelStart *start, const Real *params,
                         Problem *problem);

#endif
