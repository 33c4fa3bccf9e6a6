/* records/method_info.h -- what a method tells the world about itself; filled by the method table. */
#ifndef RECORDS_METHOD_INFO_H
#define RECORDS_METHOD_INFO_H

#include <stddef.h>

#include "records/knob.h"

enum { METHOD_KNOBS_MAX = 12, METHOD_ID_BYTES = 32 };

/* The code behind a method; only optim looks inside. */
struct MethodProgram;

typedef struct MethodKnob {
    KnobId id;
    double default_value;
    const char *meaning; /* in this method; NULL = the knob table's */
} MethodKnob;

typedef struct MethodInfo {
    const char *id;       /* as in files: "tram-prev" */
    const char *name;     /* as the paper says it: "TRAM-theta_{t-1}" */
    const char *paper;    /* "Sherborne et al., ICLR 2024" */
    const char *equation; /* plain text */
    const char *summary;  /* two lines at most */
    MethodKnob knobs
        [METHOD_KNOBS_MAX]; /* besides learning_rate and weight_decay, which every method has */
    size_t knob_count;
    double forward_passes;  /* a step */
    double backward_passes; /* a step; one counts as two forward passes */
    double state_vectors;   /* weights-sized vectors kept between steps besides Adam's two */
    const struct MethodProgram *program;
} MethodInfo;

/* All methods; static storage in optim/method_table.c, handed around by pointer. */
typedef struct MethodList {
    const MethodInfo *methods;
    size_t count;
} MethodList;

#endif
