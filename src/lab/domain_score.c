#include "lab/domain_score.h"

#include <math.h>
#include <stdbool.h>

size_t domain_example_count(const ClassificationSource *source, SourcePart part, size_t domain)
{
    return source->first_example(source->context, part, domain + 1) -
           source->first_example(source->context, part, domain);
}

/* One batch of examples first .. first + B - 1. */
static void score_batch(const ScorePlan *plan, SourcePart part, size_t first, size_t B,
                        const Real *params, ClassificationScore *score, uint8_t *is_correct)
{
    const ClassificationSource *source = plan->source;
    const size_t classes = source->network.classes;
    for (size_t b = 0; b < B; b++) {
        plan->chosen[b] = (uint32_t)(first + b);
    }
    const ExampleBatch batch = source->fill(source->context, part, plan->chosen, B);
    batch_objective_evaluate(plan->objective, params, batch, plan->outputs, plan->nats);
    for (size_t b = 0; b < B; b++) {
        const size_t before = score->correct;
        classification_score_add(score, plan->outputs + b * classes, classes, batch.targets[b],
                                 plan->nats[b]);
        if (is_correct != NULL) {
            is_correct[b] = (uint8_t)(score->correct - before);
        }
    }
    if (plan->look != NULL) {
        plan->look(plan->look_context, part, first, B);
    }
}

void domain_score_add(const ScorePlan *plan, SourcePart part, size_t domain, size_t limit,
                      const Real *params, ClassificationScore *score, uint8_t *is_correct)
{
    const size_t first = plan->source->first_example(plan->source->context, part, domain);
    const size_t there = domain_example_count(plan->source, part, domain);
    const size_t count = there < limit ? there : limit;
    for (size_t start = 0; start < count; start += plan->room) {
        const size_t rest = count - start;
        score_batch(plan, part, first + start, rest < plan->room ? rest : plan->room, params, score,
                    is_correct == NULL ? NULL : is_correct + start);
    }
}

double domain_mean_error(const ClassificationScore *scores, size_t domains,
                         const uint8_t *is_correct, size_t stride)
{
    double variance = 0.0;
    bool are_parallel = true;
    for (size_t d = 0; d < domains; d++) {
        const double error = classification_score_accuracy_error(&scores[d]);
        variance += error * error;
        are_parallel = are_parallel && scores[d].examples == scores[0].examples;
    }
    return are_parallel ? classification_mean_error(is_correct, stride, domains, scores[0].examples)
                        : sqrt(variance) / (double)domains;
}
