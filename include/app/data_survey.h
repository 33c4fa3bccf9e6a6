/* app/data_survey.h -- what lies in a user's folder: texts by domain, labelled rows, emoji names, images. */
#ifndef APP_DATA_SURVEY_H
#define APP_DATA_SURVEY_H

#include <stddef.h>

#include "base/problem.h"
#include "records/experiment_spec.h"

typedef struct DataSurvey {
    SpecTask
        task; /* SPEC_TASK_CAUSAL_LM, SPEC_TASK_TEXT_CLASSIFICATION or SPEC_TASK_IMAGE_CLASSIFICATION */
    SpecDataFormat format;
    char train[SPEC_NAME_BYTES]; /* the domain or language to train on */
    char others[SPEC_DOMAINS_MAX][SPEC_NAME_BYTES];
    size_t other_count;
    size_t left_out; /* domains for which there is no place in an experiment */
    size_t
        other_classes; /* data sets of images left out because their classes are not those of `train` */
    size_t examples;    /* labelled rows or images of `train` to train on */
    size_t label_count; /* of them; 0 where there are no labels */
    char *sample; /* what is trained on: all of it, or its longest row; NULL for images; owned */
    size_t sample_bytes;
} DataSurvey;

/* Look into `folder`. Files train.tsv or .jsonl with dev beside it are labelled rows, emoji.<language>.tsv emoji names, what image_folder_list
 * finds data sets of images, *.txt domains of text; the first of these that is there counts. Trained on is the largest domain, of images the largest with others of its classes; of languages English, else
 * the one with the most rows.
 * STATUS_FILE_UNREADABLE (no folder, none of these), STATUS_BAD_FORMAT, STATUS_BAD_VALUE (what the readers of these files refuse, images one by one),
 * STATUS_OUT_OF_MEMORY: *survey is all zero. The caller calls data_survey_clear. */
Status data_survey_read(const char *folder, DataSurvey *survey, Problem *problem);
void data_survey_clear(DataSurvey *survey);

#endif
