/* model/model_pass.h -- how a forward pass of a model differs from a plain one. */
#ifndef MODEL_MODEL_PASS_H
#define MODEL_MODEL_PASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "kernels/dropout.h"
#include "kernels/noise.h"

/* All zero is plain, and keeps no activations that only the backward pass needs. */
typedef struct ModelPass {
    bool keeps_for_backward;
    /* drop at the shape's rates: embedding, attention weights, what both branches add to the stream, the head's layers */
    bool has_dropout;
    /* masks are pure functions of it, layer, site, window, position and element */
    uint64_t dropout_seed;
    Noise noise; /* added to the input embeddings */
    /* which window (or image) of the whole batch the first one given is: dropout and noise do not
     * depend on how it was cut */
    size_t first_window;
    /* where GPT-2 writes its logits [B*T, V]; NULL: inside the workspace, as the other models do in any case */
    Real *outputs;
} ModelPass;

/* Where units are dropped; each has masks of its own in every layer. */
typedef enum DropoutPlace {
    DROPOUT_PLACE_EMBEDDING,
    DROPOUT_PLACE_ATTENTION,
    DROPOUT_PLACE_ATTENTION_OUT,
    DROPOUT_PLACE_MLP_OUT,
    DROPOUT_PLACE_HEAD_IN,
    DROPOUT_PLACE_HEAD_OUT,
    DROPOUT_PLACE_COUNT
} DropoutPlace;

/* The dropout of one place: of rate 0 in a pass without any. */
Dropout model_pass_dropout(const ModelPass *pass, double rate, size_t layer, DropoutPlace place);

#endif
