/* lab/model_labels.h -- what a checkpoint calls its classes. */
#ifndef LAB_MODEL_LABELS_H
#define LAB_MODEL_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/problem.h"
#include "data/name_list.h"

typedef struct ModelLabels {
    NameList names;   /* by number; empty if they are only numbered. Owned */
    size_t count;     /* of classes, either way */
    bool is_numbered; /* there is no id2label, or it says LABEL_0, LABEL_1, ... */
} ModelLabels;

/* Read a configuration's labels; of two with one name the second is called by its number, too: "crane (517)". STATUS_BAD_VALUE names the key:
 * id2label lacks a number, or is not an object. STATUS_OUT_OF_MEMORY.
 * source_name  for messages. *out is then all zero. The caller calls model_labels_clear. */
Status model_labels_read(const Json *config, const char *source_name, ModelLabels *out,
                         Problem *problem);
void model_labels_clear(ModelLabels *labels);

#endif
