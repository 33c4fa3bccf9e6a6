/* lab/window_loss.h -- task loss and divergences of one window's logits, and their gradient written over them. */
#ifndef LAB_WINDOW_LOSS_H
#define LAB_WINDOW_LOSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "kernels/divergence.h"

/* What a pass wants of each of its windows. */
typedef struct WindowLossPlan {
    size_t T;
    size_t V;
    bool has_gradient;     /* turn logits into gradients */
    Real gradient_scale;   /* of a nat of task loss: 1 / valid positions of the pass */
    bool keeps_deltas;     /* store the gradient of the task loss */
    bool uses_deltas;      /* take the stored one in its place */
    KlPenalty penalty;     /* D(target, window), for windows with target logits */
    KlPenalty twin;        /* D(noised, window), for windows with noised ones */
    bool is_twin_detached; /* the noised logits are constants */
} WindowLossPlan;

/* One window; each array is [T, V]. */
typedef struct WindowLogits {
    Real *logits;       /* in: outputs; out, with has_gradient: the gradient of everything */
    Real *noised;       /* the twin's, likewise; NULL: no twin */
    const Real *target; /* NULL: no penalty */
    Real *deltas;       /* out (keeps_deltas) or in (uses_deltas); NULL: neither */
    Real *kept;         /* out: the logits as they come; NULL: not wanted */
    const int32_t
        *targets; /* [T]; positions with a negative one count for nothing and have no gradient */
} WindowLogits;

/* Sums over the window's valid positions; `penalty` is not scaled. */
typedef struct WindowNats {
    double task;
    double penalty;
} WindowNats;

/* One worker's memory for putting gradients together. */
typedef struct WindowLossScratch {
    Real *d_logits;     /* [V] gradient of the divergences */
    Real *d_noised;     /* [V] */
    Real *exponentials; /* [V] */
} WindowLossScratch;

/* STATUS_OUT_OF_MEMORY: *scratch is all zero. The caller calls window_loss_scratch_clear, which is allowed on zeros. */
Status window_loss_scratch_create(size_t V, WindowLossScratch *scratch);
void window_loss_scratch_clear(WindowLossScratch *scratch);

/* The losses of `window`, and with has_gradient their gradients in its arrays. Without penalty, twin and deltas this is
 * cross_entropy_sum or cross_entropy_sum_and_gradient, to the bit. */
WindowNats window_loss(const WindowLossPlan *plan, const WindowLogits *window,
                       const WindowLossScratch *scratch);

#endif
