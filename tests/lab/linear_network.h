/* lab/linear_network.h -- the smallest network: a softmax classifier without hidden layer. */
#ifndef TESTS_LAB_LINEAR_NETWORK_H
#define TESTS_LAB_LINEAR_NETWORK_H

#include <stdlib.h>

#include "lab/network.h"

/* outputs = W x, W [LINEAR_CLASSES, LINEAR_WIDTH]; one output an example. */
enum { LINEAR_CLASSES = 3, LINEAR_WIDTH = 4, LINEAR_N = LINEAR_CLASSES * LINEAR_WIDTH };

static inline Status linear_create_workspace(const void *context, size_t examples, void **out)
{
    (void)context;
    *out = calloc(examples * LINEAR_CLASSES, sizeof(Real));
    return *out == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

static inline double linear_workspace_bytes(const void *context, size_t examples)
{
    (void)context;
    return (double)(examples * LINEAR_CLASSES * sizeof(Real));
}

static inline const Real *linear_row_of(const ExampleBatch *batch, size_t b)
{
    return (const Real *)batch->inputs + (batch->first + b) * LINEAR_WIDTH;
}

static inline Real *linear_forward(const void *context, const Real *params,
                                   const ExampleBatch *batch, const NetworkPass *pass,
                                   void *workspace)
{
    (void)context;
    (void)pass;
    Real *outputs = workspace;
    for (size_t b = 0; b < batch->B; b++) {
        for (size_t c = 0; c < LINEAR_CLASSES; c++) {
            outputs[b * LINEAR_CLASSES + c] = (Real)0.0;
            for (size_t i = 0; i < LINEAR_WIDTH; i++) {
                outputs[b * LINEAR_CLASSES + c] +=
                    params[c * LINEAR_WIDTH + i] * linear_row_of(batch, b)[i];
            }
        }
    }
    return outputs;
}

static inline void linear_backward(const void *context, const Real *params,
                                   const ExampleBatch *batch, Real *d_outputs, Real *grads,
                                   void *workspace)
{
    (void)context;
    (void)params;
    (void)workspace;
    for (size_t b = 0; b < batch->B; b++) {
        for (size_t k = 0; k < LINEAR_N; k++) {
            grads[k] += d_outputs[b * LINEAR_CLASSES + k / LINEAR_WIDTH] *
                        linear_row_of(batch, b)[k % LINEAR_WIDTH];
        }
    }
}

static inline Network linear_network(void)
{
    return (Network){.n = LINEAR_N,
                     .rows = 1,
                     .classes = LINEAR_CLASSES,
                     .create_workspace = linear_create_workspace,
                     .destroy_workspace = free,
                     .workspace_bytes = linear_workspace_bytes,
                     .forward = linear_forward,
                     .backward = linear_backward};
}

#endif
