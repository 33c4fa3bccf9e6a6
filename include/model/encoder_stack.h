/* model/encoder_stack.h -- encoder blocks (attention in both directions, MLP), forward and backward, written out by hand. */
#ifndef MODEL_ENCODER_STACK_H
#define MODEL_ENCODER_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/real.h"
#include "base/status.h"
#include "model/model_pass.h"
#include "model/stack_parameters.h"
#include "model/stack_shape.h"

/* Where a block's layer norms stand, with S the attention or the MLP:
 *     behind (post-LN, BERT's): x <- norm(x + S(x))      before (pre-LN, ViT's): x <- x + S(norm(x)) */
typedef enum NormPlace { NORM_BEHIND, NORM_BEFORE } NormPlace;

/* One worker's activations for up to B x T positions. Opaque; holds no weights. One thread at a time. */
typedef struct EncoderStack EncoderStack;

/* Allocate activations for at most B_max windows of at most T_max positions. The caller calls encoder_stack_destroy.
 * STATUS_OUT_OF_MEMORY: *out is NULL. */
Status encoder_stack_create(const StackShape *shape, size_t B_max, size_t T_max,
                            EncoderStack **out);
void encoder_stack_destroy(EncoderStack *stack);
size_t encoder_stack_bytes(const StackShape *shape, size_t B_max, size_t T_max);

/* What both passes are told; everything borrowed. */
typedef struct StackRun {
    const StackShape *shape;
    NormPlace norms;
    const ParameterTable *table;
    size_t first_tensor; /* of the first block, in the table */
    const Real *params;  /* [n] */
    size_t B;
    size_t T;
    const bool *is_padding; /* [B, T]; NULL: none */
    const ModelPass *pass;
} StackRun;

/* [N, C], N = B * T: the caller writes the blocks' input here before the forward pass. */
Real *encoder_stack_input(EncoderStack *stack);

/* Run the blocks. Returns their output [N, C], which lives until the next call. Allocates nothing. */
const Real *encoder_stack_forward(EncoderStack *stack, const StackRun *run);

/* [N, C]: the caller writes the gradient of the output here before the backward pass, which leaves the gradient of the input. */
Real *encoder_stack_gradient(EncoderStack *stack);

/* Back-propagate through the forward pass just run with the same arguments and keeps_for_backward.
 * grads  [n] in/out: the gradient is ADDED, in a fixed order */
void encoder_stack_backward(EncoderStack *stack, const StackRun *run, Real *grads);

#endif
