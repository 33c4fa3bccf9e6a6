#include "lab/classification_score.h"

#include <math.h>

void classification_score_add(ClassificationScore *score, const Real *outputs, size_t classes,
                              int32_t label, double nats)
{
    size_t best = 0;
    for (size_t c = 1; c < classes; c++) {
        best = outputs[c] > outputs[best] ? c : best;
    }
    score->examples++;
    score->correct += isfinite(nats) && (size_t)label == best ? 1 : 0;
    score->nats += nats;
    score->nats_squared += nats * nats;
}

double classification_score_accuracy(const ClassificationScore *score)
{
    return 100.0 * (double)score->correct / (double)score->examples;
}

double classification_score_accuracy_error(const ClassificationScore *score)
{
    const double p = (double)score->correct / (double)score->examples;
    return 100.0 * sqrt(p * (1.0 - p) / (double)score->examples);
}

double classification_score_loss(const ClassificationScore *score)
{
    return score->nats / (double)score->examples;
}

/* Of a mean of n values with these sums; rounding must not make the spread negative. */
static double error_of_mean(double sum, double squares, size_t n)
{
    if (n < 2) {
        return (double)NAN;
    }
    const double count = (double)n;
    return sqrt(fmax(0.0, squares - sum * sum / count) / (count - 1.0) / count);
}

double classification_score_loss_error(const ClassificationScore *score)
{
    return error_of_mean(score->nats, score->nats_squared, score->examples);
}

double classification_mean_error(const uint8_t *is_correct, size_t stride, size_t domains,
                                 size_t examples)
{
    double sum = 0.0;
    double squares = 0.0;
    for (size_t i = 0; i < examples; i++) {
        double correct = 0.0;
        for (size_t d = 0; d < domains; d++) {
            correct += is_correct[d * stride + i];
        }
        const double share = 100.0 * correct / (double)domains;
        sum += share;
        squares += share * share;
    }
    return error_of_mean(sum, squares, examples);
}
