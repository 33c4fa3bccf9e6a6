/* kernels/masked_attention.h -- attention in both directions that leaves out padding, forward and backward. */
#ifndef KERNELS_MASKED_ATTENTION_H
#define KERNELS_MASKED_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/real.h"
#include "kernels/attention.h"
#include "kernels/dropout.h"

/* Numbers of scratch that either pass needs for windows of at most T positions. */
size_t masked_attention_scratch_count(size_t T);

/* Per window and head, with q, k, v the head's columns of qkv and s over all positions that are not padding:
 *     out_t = sum over s of softmax_s(q_t . k_s / sqrt(D)) v_s      (Vaswani et al. 2017)
 * Padding is seen by nobody but does look itself (what it makes of that is nobody's affair). A window of nothing but padding gives 0.
 * out         [B, T, C] out
 * statistics  [B, H, T, 2] (attention_statistics_count) out: each row's largest score and 1 / sum of exponentials
 * scratch     [masked_attention_scratch_count(T)] out
 * qkv         [B, T, 3C] in: queries, keys, values side by side; nothing aliased
 * is_padding  [B, T] in; NULL: no padding. Padding at a window's end costs nothing.
 * dropout     of the softmax's weights, with the keys of kernels/attention.h; NULL: none */
void masked_attention_forward(Real *restrict out, Real *restrict statistics, Real *restrict scratch,
                              const Real *restrict qkv, const bool *restrict is_padding,
                              AttentionSizes sizes, const Dropout *dropout);

/* d_qkv    [B, T, 3C] out, overwritten (the keys and values of padding get 0)
 * scratch  [masked_attention_scratch_count(T)] out
 * d_out    [B, T, C] in
 * out [B, T, C], qkv [B, T, 3C], statistics [B, H, T, 2] in, as the forward pass left them
 * is_padding, dropout  as in the forward pass: the masks are made again */
void masked_attention_backward(Real *restrict d_qkv, Real *restrict scratch,
                               const Real *restrict d_out, const Real *restrict out,
                               const Real *restrict qkv, const Real *restrict statistics,
                               const bool *restrict is_padding, AttentionSizes sizes,
                               const Dropout *dropout);

#endif
