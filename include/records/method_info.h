/* records/method_info.h -- what a method tells the world about itself; filled by the method table. */
#ifndef RECORDS_METHOD_INFO_H
#define RECORDS_METHOD_INFO_H

#include <stdbool.h>
#include <stddef.h>

#include "records/knob.h"

enum { METHOD_KNOBS_MAX = 32, METHOD_ID_BYTES = 32 };

/* The code behind a method; only optim looks inside. */
struct MethodProgram;

typedef struct MethodKnob {
    KnobId id;
    double default_value;
    const char *meaning; /* in this method; NULL = the knob table's */
    double maximum;      /* in this method, below the knob table's; 0 = the knob table's */
} MethodKnob;

typedef struct MethodInfo {
    const char *id;                     /* as in files: "tram-prev" */
    const char *name;                   /* as the paper says it: "TRAM-theta_{t-1}" */
    const char *paper;                  /* "Sherborne et al., ICLR 2024" */
    const char *equation;               /* plain text */
    const char *summary;                /* two lines at most */
    MethodKnob knobs[METHOD_KNOBS_MAX]; /* besides METHOD_SHARED_KNOBS, which every method has */
    size_t knob_count;
    double forward_passes;  /* a step */
    double backward_passes; /* a step; one counts as two forward passes */
    double state_vectors;   /* weights-sized vectors kept between steps besides Adam's two */
    bool has_d;             /* its radius is a trust-region d, so a control can follow it */
    bool is_control;        /* needs a lane to follow, and takes that lane's d */
    const struct MethodProgram *program;
} MethodInfo;

/* Knobs that every method has; a lane that does not set them takes the experiment's value. */
enum { METHOD_SHARED_KNOB_COUNT = 3 };
static const KnobId METHOD_SHARED_KNOBS[METHOD_SHARED_KNOB_COUNT] = {
    KNOB_LEARNING_RATE, KNOB_WEIGHT_DECAY, KNOB_MAX_GRAD_NORM};

/* All methods; static storage in optim/method_table.c, handed around by pointer. */
typedef struct MethodList {
    const MethodInfo *methods;
    size_t count;
} MethodList;

#endif
