/* lab/classification_source.h -- labelled examples and the network that tells their classes: what a classification task runs on. */
#ifndef LAB_CLASSIFICATION_SOURCE_H
#define LAB_CLASSIFICATION_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/real.h"
#include "lab/network.h"
#include "lab/task_disclosure.h"
#include "model/parameter_table.h"

/* What is trained on, looked at on the way, and looked at in the end. */
typedef enum SourcePart {
    SOURCE_PART_TRAIN,
    SOURCE_PART_DEV,
    SOURCE_PART_FINAL,
    SOURCE_PART_COUNT
} SourcePart;

/* An example as it was read, before it is brought into the model's form and scaled. */
typedef struct ExamplePicture {
    size_t channels; /* 1 gray, or 3: red, green, blue */
    size_t height;
    size_t width;
    const uint8_t
        *pixels; /* [channels, height, width], 0 dark to 255 full; borrowed from the source */
} ExamplePicture;

/* Domains (languages, data sets) have numbers: those trained on, then the zero-shot ones in the order of the spec. In each part the examples are
 * numbered domain after domain. Called from one thread. */
typedef struct ClassificationSource {
    void *context;
    Network network; /* one output an example */
    const ParameterTable *table;
    const Real *theta_0;            /* [n] */
    const char *const *class_names; /* [network.classes] what the labels mean; borrowed */
    const char *
        head_text; /* what became of the checkpoint's head, for people; "": nothing to tell. Borrowed */
    size_t domain_count;
    size_t train_domain_count;

    /* Number of the part's first example of `domain`; of domain_count: how many there are in all. */
    size_t (*first_example)(void *context, SourcePart part, size_t domain);
    /* The examples of these numbers, chosen [B], with their labels as targets; borrowed until the next call. */
    ExampleBatch (*fill)(void *context, SourcePart part, const uint32_t *chosen, size_t B);
    /* What example `number` of the part looks like; its label comes with `fill`. NULL: the examples are texts. */
    ExamplePicture (*picture)(void *context, SourcePart part, uint32_t number);
    Status (*save)(void *context, const char *folder, const Real *params, Problem *problem);
    void (*close)(void *context);

    TaskDisclosure disclosure; /* its batch is the one filled last */
} ClassificationSource;

#endif
