/* model/causal_lm.h -- GPT-2 forward and backward on a few windows, written out by hand. */
#ifndef MODEL_CAUSAL_LM_H
#define MODEL_CAUSAL_LM_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "data/token_batch.h"
#include "model/model_pass.h"
#include "model/parameters.h"
#include "model/shape.h"

/* One worker's activations for up to B x T positions. Opaque; holds no weights. One thread at a time. */
typedef struct CausalLmWorkspace CausalLmWorkspace;

/* Allocate activations for windows of at most T_max tokens, at most B_max at once.
 * The caller calls causal_lm_workspace_destroy. STATUS_OUT_OF_MEMORY: *out is NULL. */
Status causal_lm_workspace_create(const CausalLmShape *shape, size_t B_max, size_t T_max,
                                  CausalLmWorkspace **out);
void causal_lm_workspace_destroy(CausalLmWorkspace *workspace);
size_t causal_lm_workspace_bytes(const CausalLmShape *shape, size_t B_max, size_t T_max);

/* Run the network on `batch` (pre-LN blocks, learned positions, causal attention, tanh-GELU, tied head).
 * params  [n] in, laid out by `table`
 * Returns the logits [B*T, V]: the caller may overwrite them (with their gradient, say); those inside the workspace live
 * until the next call. Rates of 0 and noise of sigma 0 give the bits of a plain pass. Allocates nothing. */
Real *causal_lm_forward(const CausalLmShape *shape, const ParameterTable *table, const Real *params,
                        const TokenBatch *batch, const ModelPass *options,
                        CausalLmWorkspace *workspace);

/* Back-propagate d_logits through the forward pass just run in this workspace with the same arguments and
 * keeps_for_backward: the workspace remembers the rest of that pass, and the same units are dropped.
 * d_logits  [B*T, V] in; may be the array that causal_lm_forward returned; may be overwritten
 * grads     [n] in/out: the gradient is ADDED, in a fixed order */
void causal_lm_backward(const CausalLmShape *shape, const ParameterTable *table, const Real *params,
                        const TokenBatch *batch, Real *d_logits, Real *grads,
                        CausalLmWorkspace *workspace);

#endif
