#include "lab/evaluation.h"

#include <math.h>

#include "kernels/cross_entropy.h"

double text_score_loss(const TextScore *score)
{
    return score->targets == 0 ? (double)NAN : score->nats / (double)score->targets;
}

double text_score_error(const TextScore *score)
{
    if (score->windows < 2) {
        return (double)NAN;
    }
    /* Ratio estimate: residual of a window is nats - loss * targets (the last window may be shorter). */
    const double loss = text_score_loss(score);
    const double windows = (double)score->windows;
    const double residual_squares =
        score->squares - 2.0 * loss * score->cross + loss * loss * score->target_squares;
    const double mean_targets = (double)score->targets / windows;
    return sqrt(fmax(residual_squares, 0.0) / ((windows - 1.0) * windows)) / mean_targets;
}

static void add_window(TextScore *score, double nats, size_t targets)
{
    score->nats += nats;
    score->targets += targets;
    score->windows += 1;
    score->squares += nats * nats;
    score->cross += nats * (double)targets;
    score->target_squares += (double)targets * (double)targets;
}

static size_t window_count(const EvaluationPlan *plan, TokenStream stream)
{
    if (plan->stride == plan->T || stream.count <= plan->T + 1) {
        return evaluation_window_count(stream, plan->T);
    }
    return 1 + (stream.count - 1 - plan->T + plan->stride - 1) / plan->stride;
}

/* Window `index` into row b of the plan's scratch. */
static void fill_window(const EvaluationPlan *plan, TokenStream stream, size_t index, size_t b)
{
    int32_t *inputs = plan->inputs + b * plan->T;
    int32_t *targets = plan->targets + b * plan->T;
    if (plan->stride == plan->T) {
        evaluation_window_fill(stream, plan->T, index, inputs, targets);
        return;
    }
    const size_t begin = index * plan->stride;
    const size_t first_counted = index == 0 ? 0 : plan->T - plan->stride;
    for (size_t i = 0; i < plan->T; i++) {
        const bool has_target = begin + i + 1 < stream.count;
        inputs[i] = begin + i < stream.count ? stream.tokens[begin + i] : 0;
        targets[i] =
            has_target && i >= first_counted ? stream.tokens[begin + i + 1] : TOKEN_IGNORED;
    }
}

void evaluate_text(const EvaluationPlan *plan, TokenStream stream, const Real *params,
                   TextScore *score)
{
    const size_t available = window_count(plan, stream);
    const size_t windows = available < plan->window_limit ? available : plan->window_limit;
    for (size_t first = 0; first < windows; first += plan->B) {
        const size_t rest = windows - first;
        const TokenBatch batch = {.B = rest < plan->B ? rest : plan->B,
                                  .T = plan->T,
                                  .inputs = plan->inputs,
                                  .targets = plan->targets};
        for (size_t b = 0; b < batch.B; b++) {
            fill_window(plan, stream, first + b, b);
        }
        text_objective_evaluate(plan->objective, params, batch, NULL, plan->window_nats);
        for (size_t b = 0; b < batch.B; b++) {
            add_window(score, plan->window_nats[b],
                       cross_entropy_count(plan->targets + b * plan->T, plan->T));
        }
    }
}

void evaluate_held_out(const EvaluationPlan *plan, const HeldOut *held_out, const Real *params,
                       Evaluation *evaluation)
{
    TextScore train = {0};
    double perplexities = 0.0;
    for (size_t i = 0; i < held_out->train_count; i++) {
        evaluate_text(plan, held_out->texts[i].stream, params, &train);
    }
    for (size_t i = held_out->train_count; i < held_out->count; i++) {
        TextScore score = {0};
        evaluate_text(plan, held_out->texts[i].stream, params, &score);
        const double perplexity = exp(text_score_loss(&score));
        evaluation->zero_shot_perplexities[i - held_out->train_count] = perplexity;
        perplexities += perplexity;
    }
    evaluation->train_loss = text_score_loss(&train);
    evaluation->train_loss_error = text_score_error(&train);
    evaluation->zero_shot_perplexity =
        perplexities / (double)(held_out->count - held_out->train_count);
}
