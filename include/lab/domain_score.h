/* lab/domain_score.h -- how well a classifier does on the domains of a source. */
#ifndef LAB_DOMAIN_SCORE_H
#define LAB_DOMAIN_SCORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "lab/batch_objective.h"
#include "lab/classification_score.h"
#include "lab/classification_source.h"

/* What scoring needs besides weights; borrowed. The arrays are scratch. */
typedef struct ScorePlan {
    const ClassificationSource *source;
    BatchObjective *objective; /* of the source's network */
    size_t room;               /* examples in a batch; at most the objective's B_evaluation */
    uint32_t *chosen;          /* [room] */
    Real *outputs;             /* [room, classes] */
    double *nats;              /* [room] */
    /* What to do with a batch's outputs when it has been scored: those of examples first .. first + B - 1 of the part. NULL: nothing */
    void (*look)(void *context, SourcePart part, size_t first, size_t B);
    void *look_context;
} ScorePlan;

/* Of the domain's examples in that part; from 0. */
size_t domain_example_count(const ClassificationSource *source, SourcePart part, size_t domain);

/* Add the first `limit` examples of a domain to the score at `params`.
 * is_correct  [count] out, or NULL: whether each was told right */
void domain_score_add(const ScorePlan *plan, SourcePart part, size_t domain, size_t limit,
                      const Real *params, ClassificationScore *score, uint8_t *is_correct);

/* Standard error of the mean accuracy of `domains` (>= 1) domains, in per cent: by number where all have as many examples, since examples of one number
 * are translations of each other, else as of independent domains. is_correct [domains, stride] in, as domain_score_add fills a row */
double domain_mean_error(const ClassificationScore *scores, size_t domains,
                         const uint8_t *is_correct, size_t stride);

#endif
