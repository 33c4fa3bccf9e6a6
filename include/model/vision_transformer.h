/* model/vision_transformer.h -- a Vision Transformer on a few images, forward and backward, written out by hand. */
#ifndef MODEL_VISION_TRANSFORMER_H
#define MODEL_VISION_TRANSFORMER_H

#include <stddef.h>

#include "base/real.h"
#include "base/status.h"
#include "model/model_pass.h"
#include "model/parameter_table.h"
#include "model/vision_shape.h"

/* B images, normalised as the model wants them. Borrowed. */
typedef struct VisionBatch {
    size_t B;
    const Real *images; /* [B, channels, image_size, image_size] */
} VisionBatch;

/* One worker's activations. Opaque; holds no weights. One thread at a time. */
typedef struct VisionWorkspace VisionWorkspace;

/* Allocate activations for at most B_max images. The caller calls vision_workspace_destroy.
 * STATUS_OUT_OF_MEMORY: *out is NULL. */
Status vision_workspace_create(const VisionShape *shape, size_t B_max, VisionWorkspace **out);
void vision_workspace_destroy(VisionWorkspace *workspace);
size_t vision_workspace_bytes(const VisionShape *shape, size_t B_max);

/* Run the network: a linear embedding of each patch, noise on it, a learned first token before them, positions, dropout; pre-LN blocks
 * with exact GELU; the last norm and the classifier on the first token (Dosovitskiy et al. 2021).
 * params  [n] in, laid out by `table` (model/vision_parameters.h)
 * Dropout at the shape's rates: of the embeddings, attention weights and both branches.
 * Returns the logits [B, label_count] inside the workspace: the caller may overwrite them (with their gradient, say); they live until
 * the next call. Rates of 0 and noise of sigma 0 give the bits of a plain pass. Allocates nothing. */
Real *vision_forward(const VisionShape *shape, const ParameterTable *table, const Real *params,
                     const VisionBatch *batch, const ModelPass *options,
                     VisionWorkspace *workspace);

/* Back-propagate d_logits through the forward pass just run in this workspace with the same arguments and keeps_for_backward: the
 * workspace remembers the rest of that pass, and the same units are dropped.
 * d_logits  [B, label_count] in; may be the array that vision_forward returned
 * grads     [n] in/out: the gradient is ADDED, in a fixed order */
void vision_backward(const VisionShape *shape, const ParameterTable *table, const Real *params,
                     const VisionBatch *batch, const Real *d_logits, Real *grads,
                     VisionWorkspace *workspace);

#endif
