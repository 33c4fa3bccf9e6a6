/* lab/network.h -- a model as passes see it: forward and backward over some examples of a batch. */
#ifndef LAB_NETWORK_H
#define LAB_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "kernels/noise.h"
#include "model/model_pass.h"

/* Examples first .. first + B - 1 of what `inputs` holds: windows of text, labelled strings, images. All borrowed. */
typedef struct ExampleBatch {
    size_t B;
    size_t
        rows; /* outputs of an example, each with a target: T for a window of text, 1 for a class */
    const int32_t *targets; /* [B, rows] in 0..classes-1; negative: counts for nothing */
    const void *inputs;     /* as the network takes them, of the whole batch */
    size_t first;
} ExampleBatch;

/* How a forward pass differs from a plain one. All zero is plain, and keeps nothing that only the backward pass needs. */
typedef struct NetworkPass {
    bool keeps_for_backward;
    bool has_dropout;
    uint64_t
        dropout_seed; /* masks and noise are functions of the example's place in the whole batch */
    Noise noise;      /* added to the looked-up embeddings */
    /* [B * rows, classes] where the outputs are wanted; a network may put them into the workspace all the same. NULL: there */
    Real *outputs;
} NetworkPass;

/* The same pass as the models take it. */
static inline ModelPass network_model_pass(const NetworkPass *pass, const ExampleBatch *batch)
{
    return (ModelPass){.keeps_for_backward = pass->keeps_for_backward,
                       .has_dropout = pass->has_dropout,
                       .dropout_seed = pass->dropout_seed,
                       .noise = pass->noise,
                       .first_window = batch->first,
                       .outputs = pass->outputs};
}

/* A model of n parameters. The functions of different workspaces may run at the same time. */
typedef struct Network {
    const void *context; /* borrowed */
    size_t n;
    size_t rows;    /* the most outputs of an example */
    size_t classes; /* V: width of an output */

    /* Activations for up to `examples` at once. */
    Status (*create_workspace)(const void *context, size_t examples, void **out);
    void (*destroy_workspace)(void *workspace);
    double (*workspace_bytes)(const void *context, size_t examples);

    /* The outputs [B * rows, classes] of `batch`, where `pass` wants them or inside the workspace: the caller may overwrite them; those in
     * the workspace live until the next call.
     * params [n] in. Allocates nothing. */
    Real *(*forward)(const void *context, const Real *params, const ExampleBatch *batch,
                     const NetworkPass *pass, void *workspace);
    /* Back-propagate d_outputs (which may be overwritten) through the forward pass just run in this workspace with the same arguments.
     * grads [n] in/out: the gradient is ADDED, in a fixed order. */
    void (*backward)(const void *context, const Real *params, const ExampleBatch *batch,
                     Real *d_outputs, Real *grads, void *workspace);
} Network;

#endif
