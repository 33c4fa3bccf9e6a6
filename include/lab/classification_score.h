/* lab/classification_score.h -- how many classes were told right, and how sure that is. */
#ifndef LAB_CLASSIFICATION_SCORE_H
#define LAB_CLASSIFICATION_SCORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

/* Sums over examples. All zero is no example. */
typedef struct ClassificationScore {
    size_t examples;
    size_t correct;
    double nats;
    double nats_squared;
} ClassificationScore;

/* Take one example in: outputs [classes] (the first of equal largest ones is the prediction; one that is not finite is never right). */
void classification_score_add(ClassificationScore *score, const Real *outputs, size_t classes,
                              int32_t label, double nats);

/* Per cent, and its binomial standard error; NaN without examples. */
double classification_score_accuracy(const ClassificationScore *score);
double classification_score_accuracy_error(const ClassificationScore *score);

/* Mean nats an example, and its standard error (NaN with fewer than two). */
double classification_score_loss(const ClassificationScore *score);
double classification_score_loss_error(const ClassificationScore *score);

/* Standard error of the mean accuracy over domains, in per cent. is_correct [domains, stride], of which `examples` count: examples of one number
 * are translations of each other, so the mean over the domains is taken first and its spread over the numbers counts. NaN with fewer than two. */
double classification_mean_error(const uint8_t *is_correct, size_t stride, size_t domains,
                                 size_t examples);

#endif
