#include "lab/evaluation.h"

#include <math.h>
#include <string.h>

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

/* Windows to read of one text. */
static size_t window_count(const EvaluationPlan *plan, TokenStream stream)
{
    size_t available = evaluation_window_count(stream, plan->T);
    if (plan->stride < plan->T && stream.count > plan->T + 1) {
        available = 1 + (stream.count - 1 - plan->T + plan->stride - 1) / plan->stride;
    }
    return available < plan->window_limit ? available : plan->window_limit;
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

/* A window among those of all texts, read one text after the other. */
typedef struct WindowCursor {
    size_t text;
    size_t window;
} WindowCursor;

/* To the next window there is, passing over texts without any; false at the end. */
static bool is_at_window(const EvaluationPlan *plan, const HeldOutText *texts, size_t count,
                         WindowCursor *cursor)
{
    while (cursor->text < count &&
           cursor->window >= window_count(plan, texts[cursor->text].stream)) {
        cursor->text++;
        cursor->window = 0;
    }
    return cursor->text < count;
}

/* Fill a batch from the cursor on; returns its windows and leaves the cursor behind them. */
static size_t fill_batch(const EvaluationPlan *plan, const HeldOutText *texts, size_t count,
                         WindowCursor *cursor)
{
    size_t b = 0;
    while (b < plan->B && is_at_window(plan, texts, count, cursor)) {
        fill_window(plan, texts[cursor->text].stream, cursor->window, b);
        cursor->window++;
        b++;
    }
    return b;
}

void evaluate_texts(const EvaluationPlan *plan, const HeldOutText *texts, size_t count,
                    const Real *params, TextScore *scores)
{
    WindowCursor cursor = {0};
    WindowCursor scored = {0};
    memset(scores, 0, count * sizeof *scores);
    for (size_t windows = fill_batch(plan, texts, count, &cursor); windows > 0;
         windows = fill_batch(plan, texts, count, &cursor)) {
        const TokenBatch batch = {
            .B = windows, .T = plan->T, .inputs = plan->inputs, .targets = plan->targets};
        text_objective_evaluate(plan->objective, params, batch, NULL, plan->window_nats);
        for (size_t b = 0; b < windows && is_at_window(plan, texts, count, &scored); b++) {
            add_window(&scores[scored.text], plan->window_nats[b],
                       cross_entropy_count(plan->targets + b * plan->T, plan->T));
            scored.window++;
        }
    }
}

static void add_score(TextScore *sum, const TextScore *score)
{
    sum->nats += score->nats;
    sum->targets += score->targets;
    sum->windows += score->windows;
    sum->squares += score->squares;
    sum->cross += score->cross;
    sum->target_squares += score->target_squares;
}

void evaluate_held_out(const EvaluationPlan *plan, const HeldOut *held_out, const Real *params,
                       Evaluation *evaluation)
{
    TextScore scores[DOMAIN_COUNT_MAX + SPEC_DOMAINS_MAX];
    TextScore train = {0};
    double perplexities = 0.0;
    evaluate_texts(plan, held_out->texts, held_out->count, params, scores);
    for (size_t i = 0; i < held_out->train_count; i++) {
        add_score(&train, &scores[i]);
    }
    for (size_t i = held_out->train_count; i < held_out->count; i++) {
        const double perplexity = exp(text_score_loss(&scores[i]));
        evaluation->zero_shot_perplexities[i - held_out->train_count] = perplexity;
        perplexities += perplexity;
    }
    evaluation->train_loss = text_score_loss(&train);
    evaluation->train_loss_error = text_score_error(&train);
    evaluation->zero_shot_perplexity =
        perplexities / (double)(held_out->count - held_out->train_count);
}
