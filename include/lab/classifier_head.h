/* lab/classifier_head.h -- does the head of a checkpoint tell the classes of a task, and what is said of it. */
#ifndef LAB_CLASSIFIER_HEAD_H
#define LAB_CLASSIFIER_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/model_labels.h"
#include "model/safetensors.h"

enum { HEAD_TEXT_BYTES = 200 };

typedef struct ClassifierHead {
    bool is_kept;
    char text[HEAD_TEXT_BYTES]; /* for people; "" where there is nothing to tell */
} ClassifierHead;

/* Judge a classifier that a checkpoint's files hold (`stored`) and whose configuration calls its classes `labels`, by a task with the classes
 * names [count]. It is kept if it is whole and tells the same classes in the same order, by name; or, if it only numbers them, as
 * many (which is told, unless the task only numbers them too). What became of any other one is told. */
ClassifierHead classifier_head_judge(const ModelLabels *labels, StoredHead stored,
                                     const char *const *names, size_t count);

#endif
