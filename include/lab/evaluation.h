/* lab/evaluation.h -- how well weights predict held-out text, domain by domain. */
#ifndef LAB_EVALUATION_H
#define LAB_EVALUATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "lab/text_objective.h"
#include "lab/text_task.h"
#include "records/experiment_spec.h"

/* What adding up windows gives; scores of several texts can be added. */
typedef struct TextScore {
    double nats; /* over all targets read */
    size_t targets;
    size_t windows;
    double squares; /* sum over windows of nats^2 */
    double cross;   /* sum over windows of nats * targets */
    double target_squares;
} TextScore;

/* Mean loss in nats a token, and its standard error over windows (ratio estimate; NaN with fewer than two windows). */
double text_score_loss(const TextScore *score);
double text_score_error(const TextScore *score);

typedef struct Evaluation {
    double train_loss;           /* nats a token over all training domains' text together */
    double train_loss_error;     /* its standard error over windows */
    double zero_shot_perplexity; /* mean over domains of exp(mean loss); NaN if there are none */
    double zero_shot_perplexities[SPEC_DOMAINS_MAX]; /* in the order of the spec */
} Evaluation;

/* How texts are read: B windows of T tokens at a time, at most window_limit of each text, from its beginning. */
typedef struct EvaluationPlan {
    TextObjective *objective;
    int32_t *inputs;     /* [B, T] scratch */
    int32_t *targets;    /* [B, T] scratch */
    double *window_nats; /* [B] scratch */
    size_t B;            /* within the objective's B_evaluation */
    size_t T;
    /* tokens from one window to the next, 1..T. T: every window starts with an empty context.
     * Less: windows overlap, and only targets not seen before count, so each has at least T -
     * stride tokens before it. */
    size_t stride;
    size_t window_limit;
} EvaluationPlan;

/* Score each of `count` texts at `params`: scores [count] out. A batch may hold windows of several texts, so that it is full. */
void evaluate_texts(const EvaluationPlan *plan, const HeldOutText *texts, size_t count,
                    const Real *params, TextScore *scores);

/* Score a held-out set: at most DOMAIN_COUNT_MAX + SPEC_DOMAINS_MAX texts. */
void evaluate_held_out(const EvaluationPlan *plan, const HeldOut *held_out, const Real *params,
                       Evaluation *evaluation);

#endif
