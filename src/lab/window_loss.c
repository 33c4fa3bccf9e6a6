/* lab/window_loss.c -- position by position, as the task loss overwrites the logits that the divergences need. */
#include "lab/window_loss.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/cross_entropy.h"
#include "kernels/vector_ops.h"

Status window_loss_scratch_create(size_t V, WindowLossScratch *scratch)
{
    *scratch = (WindowLossScratch){.d_logits = calloc(V, sizeof(Real)),
                                   .d_noised = calloc(V, sizeof(Real)),
                                   .exponentials = calloc(V, sizeof(Real))};
    if (scratch->d_logits == NULL || scratch->d_noised == NULL || scratch->exponentials == NULL) {
        window_loss_scratch_clear(scratch);
        return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

void window_loss_scratch_clear(WindowLossScratch *scratch)
{
    free(scratch->d_logits);
    free(scratch->d_noised);
    free(scratch->exponentials);
    *scratch = (WindowLossScratch){0};
}

/* Position t of a window: each array at its row. */
static WindowLogits position_of(const WindowLogits *window, size_t t, size_t V)
{
    return (WindowLogits){.logits = window->logits + t * V,
                          .noised = window->noised == NULL ? NULL : window->noised + t * V,
                          .target = window->target == NULL ? NULL : window->target + t * V,
                          .deltas = window->deltas == NULL ? NULL : window->deltas + t * V,
                          .kept = window->kept == NULL ? NULL : window->kept + t * V,
                          .targets = window->targets + t};
}

static double divergences(const WindowLossPlan *plan, const WindowLogits *at)
{
    double nats = 0.0;
    if (at->target != NULL) {
        nats += divergence_kl_row(&plan->penalty, at->target, at->logits, plan->V);
    }
    if (at->noised != NULL) {
        nats += divergence_kl_row(&plan->twin, at->noised, at->logits, plan->V);
    }
    return nats;
}

/* The same; their gradients go to the scratch rows, which are overwritten. */
static double differentiate_divergences(const WindowLossPlan *plan, const WindowLogits *at,
                                        const WindowLossScratch *scratch)
{
    const size_t V = plan->V;
    double nats = 0.0;
    memset(scratch->d_logits, 0, V * sizeof(Real));
    if (at->target != NULL) {
        nats += divergence_kl_row_gradient(&plan->penalty, NULL, scratch->d_logits,
                                           scratch->exponentials, at->target, at->logits, V);
    }
    if (at->noised != NULL) {
        Real *d_noised = plan->is_twin_detached ? NULL : scratch->d_noised;
        memset(scratch->d_noised, 0, V * sizeof(Real));
        nats += divergence_kl_row_gradient(&plan->twin, d_noised, scratch->d_logits,
                                           scratch->exponentials, at->noised, at->logits, V);
    }
    return nats;
}

/* The logits of a position that counts become gradients. */
static WindowNats differentiate_position(const WindowLossPlan *plan, const WindowLogits *at,
                                         const WindowLossScratch *scratch)
{
    const size_t V = plan->V;
    const bool has_divergence = at->target != NULL || at->noised != NULL;
    WindowNats nats = {0};
    if (has_divergence) {
        nats.penalty = differentiate_divergences(plan, at, scratch);
    }
    nats.task = cross_entropy_sum_and_gradient(at->logits, at->targets, 1, V, plan->gradient_scale);
    if (plan->uses_deltas) {
        vector_copy(at->logits, at->deltas, V);
    } else if (plan->keeps_deltas) {
        vector_copy(at->deltas, at->logits, V);
    }
    if (has_divergence) {
        vector_add_scaled(at->logits, at->logits, 1.0, scratch->d_logits, V);
    }
    if (at->noised != NULL) {
        vector_copy(at->noised, scratch->d_noised, V);
    }
    return nats;
}

static void clear_position(const WindowLossPlan *plan, const WindowLogits *at)
{
    memset(at->logits, 0, plan->V * sizeof(Real));
    if (at->noised != NULL) {
        memset(at->noised, 0, plan->V * sizeof(Real));
    }
    if (plan->keeps_deltas && at->deltas != NULL) {
        memset(at->deltas, 0, plan->V * sizeof(Real));
    }
}

static WindowNats plain_loss(const WindowLossPlan *plan, const WindowLogits *window)
{
    if (!plan->has_gradient) {
        return (WindowNats){
            .task = cross_entropy_sum(window->logits, window->targets, plan->T, plan->V)};
    }
    return (WindowNats){.task =
                            cross_entropy_sum_and_gradient(window->logits, window->targets, plan->T,
                                                           plan->V, plan->gradient_scale)};
}

WindowNats window_loss(const WindowLossPlan *plan, const WindowLogits *window,
                       const WindowLossScratch *scratch)
{
    if (window->target == NULL && window->noised == NULL && window->deltas == NULL &&
        window->kept == NULL) {
        return plain_loss(plan, window);
    }
    WindowNats total = {0};
    for (size_t t = 0; t < plan->T; t++) {
        const WindowLogits at = position_of(window, t, plan->V);
        WindowNats nats = {0};
        if (at.kept != NULL) {
            vector_copy(at.kept, at.logits, plan->V);
        }
        if (*at.targets >= 0 && plan->has_gradient) {
            nats = differentiate_position(plan, &at, scratch);
        } else if (*at.targets >= 0) {
            nats.penalty = divergences(plan, &at);
            nats.task = cross_entropy_sum(at.logits, at.targets, 1, plan->V);
        } else if (plan->has_gradient) {
            clear_position(plan, &at);
        }
        total.task += nats.task;
        total.penalty += nats.penalty;
    }
    return total;
}
