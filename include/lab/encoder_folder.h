/* lab/encoder_folder.h -- an XLM-R or RoBERTa checkpoint ready to train, with the head a task wants. */
#ifndef LAB_ENCODER_FOLDER_H
#define LAB_ENCODER_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "base/real.h"
#include "data/tokenizer.h"
#include "lab/classifier_head.h"
#include "model/parameter_table.h"
#include "model/text_encoder_shape.h"
#include "records/experiment_spec.h"

/* All owned; encoder_start_clear frees. */
typedef struct EncoderStart {
    TextEncoderShape shape;
    ParameterTable table;
    Real *theta_0; /* [table.size] */
    Tokenizer *tokenizer;
    bool has_new_head; /* the folder had none that fits: it was drawn from the seed */
    char head_text
        [HEAD_TEXT_BYTES]; /* what became of the folder's head; "" if there is nothing to tell */
} EncoderStart;

/* Load the spec's `model` folder, or initialise `model_config` from the seed; and the tokenizer.
 * label_names [label_count]  classes of a classifier: a head that tells others (lab/classifier_head.h) is replaced by a new one
 * The problem names what is wrong: a missing or broken file, a tokenizer without "<s>", "<pad>" and "</s>" or whose padding is another than
 * the model's, block_size longer than the model takes. On failure *start is all zero. */
Status encoder_start_load(const ExperimentSpec *spec, TextEncoderHead head,
                          const char *const *label_names, size_t label_count, EncoderStart *start,
                          Problem *problem);
void encoder_start_clear(EncoderStart *start);

/* Write the folder's files; label_names [label_count] or NULL. As folder_files_save. */
Status encoder_folder_save(const char *folder, const EncoderStart *start, const Real *params,
                           const char *const *label_names, Problem *problem);

#endif
