/* lab/task_disclosure.h -- what a task tells those who compute its passes again elsewhere. */
#ifndef LAB_TASK_DISCLOSURE_H
#define LAB_TASK_DISCLOSURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/status.h"
#include "lab/named_tensors.h"

/* Called from the task's own thread, and between its steps only. */
typedef struct TaskDisclosure {
    void *context; /* of the functions */
    /* The looked-up embeddings of one example, as noise is added to them: [embedding_rows, embedding_width]. */
    size_t embedding_rows;
    size_t embedding_width;
    bool has_dropout; /* passes which are not evaluations drop units */

    /* Append copies of the training batch made last: its inputs ("x" tokens, "attention_mask", "places" of the outputs, "pixels") and "y", the targets,
     * one an output in the order of the outputs; those that count for nothing are negative. STATUS_OUT_OF_MEMORY. NULL: the task
     * tells nothing, and is not traced. */
    Status (*keep_batch)(void *context, NamedTensors *tensors);
    /* The model's configuration as config.json has it; NULL when out of memory. The caller destroys it. */
    Json *(*config)(void *context);
} TaskDisclosure;

#endif
