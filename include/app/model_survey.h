/* app/model_survey.h -- a checkpoint folder, as far as an experiment has to know it: what it can do, how long its windows are. */
#ifndef APP_MODEL_SURVEY_H
#define APP_MODEL_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "data/tokenizer.h"
#include "records/experiment_spec.h"

typedef struct ModelSurvey {
    char folder[SPEC_PATH_BYTES]; /* absolute */
    bool is_bundled;
    size_t longest; /* tokens in a window; 0 for images */
    size_t weights;
    Tokenizer *tokenizer; /* owned; NULL for images */
} ModelSurvey;

/* Look at the model in `folder`, or, NULL, at the first bundled one that fits `task`: its configuration and its tokenizer, not its weights.
 * STATUS_FILE_UNREADABLE (no such folder, no file in it, no bundled model fits), STATUS_BAD_FORMAT, STATUS_BAD_VALUE (a configuration that
 * is not supported, or of another task): *survey is all zero. The caller calls model_survey_clear. */
Status model_survey_read(const char *folder, SpecTask task, ModelSurvey *survey, Problem *problem);
void model_survey_clear(ModelSurvey *survey);

#endif
