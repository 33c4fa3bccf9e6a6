/* records/spec_keys.h -- the keys of an experiment: their forms, and how each is read into the spec. */
#ifndef RECORDS_SPEC_KEYS_H
#define RECORDS_SPEC_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/status.h"
#include "records/experiment_spec.h"
#include "records/spec_place.h"

typedef enum SpecForm {
    SPEC_FORM_UNKNOWN,
    SPEC_FORM_NUMBER,
    SPEC_FORM_TEXT,   /* a name, a path or one of a few words */
    SPEC_FORM_NAMES,  /* an array of names, or the one string "*" */
    SPEC_FORM_OBJECT, /* model_config */
    SPEC_FORM_LANES
} SpecForm;

/* X(field, key, last_index, words): keys whose value is one of a few words, in the order of the field's enum. */
#define SPEC_CHOICE_TABLE(X)                                                                       \
    X(task, "task", SPEC_TASK_IMAGE_CLASSIFICATION, spec_task_words)                               \
    X(data_format, "data_format", SPEC_DATA_INFERENCE, spec_data_format_words)                     \
    X(train_pool, "train_pool", SPEC_POOL_PRETRAIN, spec_pool_words)                               \
    X(final_split, "final_split", SPEC_FINAL_TEST, spec_final_split_words)                         \
    X(lr_scheduler_type, "lr_scheduler_type", LR_SCHEDULER_COSINE, spec_lr_scheduler_words)

extern const char *const spec_task_words[SPEC_TASK_IMAGE_CLASSIFICATION + 1];
extern const char *const spec_data_format_words[SPEC_DATA_INFERENCE + 1];
extern const char *const spec_pool_words[SPEC_POOL_PRETRAIN + 1];
extern const char *const spec_final_split_words[SPEC_FINAL_TEST + 1];
extern const char *const spec_lr_scheduler_words[LR_SCHEDULER_COSINE + 1];

/* The spec of an empty file: the table's defaults and no lanes. */
ExperimentSpec spec_defaults(void);

/* The form of an experiment's key, and of a lane's. */
SpecForm spec_key_form(const char *key);
SpecForm spec_lane_key_form(const char *key);

/* Read `value` into the field of `key`. Keys that begin with "_" are comments: read, not looked at.
 * parent  the place of the object that holds the key (the document; the lane)
 * STATUS_BAD_VALUE: unknown key ("did you mean"), wrong type, outside its range, too long; *spec may then be half changed. */
Status spec_key_read(const SpecPlace *parent, const char *key, const Json *value,
                     ExperimentSpec *spec);
Status spec_lane_key_read(const SpecPlace *parent, const char *key, const Json *value,
                          LaneSpec *lane);

/* Read the array `value` into lanes[0..*count); errors as above, and more lanes than fit. */
Status spec_lanes_read(const SpecPlace *place, const Json *value, LaneSpec lanes[SPEC_LANES_MAX],
                       size_t *count);

/* A string of at most bytes - 1 bytes of valid UTF-8 without control characters; a path, with the source's folder before it if it is
 * relative. */
Status spec_text_read(const SpecPlace *place, const Json *value, char *out, size_t bytes);
Status spec_path_read(const SpecPlace *place, const Json *value, char out[SPEC_PATH_BYTES]);

/* As spec_key_read and spec_lane_key_read, for a number key (SPEC_FORM_NUMBER) whose value is known already. */
Status spec_number_read(const SpecPlace *parent, const char *key, double value,
                        ExperimentSpec *spec);
Status spec_lane_number_read(const SpecPlace *parent, const char *key, double value,
                             LaneSpec *lane);

/* A lane's name or method, typed in commands and the name of a folder: letters, digits, . _ + -, the first no dot. */
bool spec_word_is_plain(const char *word);

#endif
