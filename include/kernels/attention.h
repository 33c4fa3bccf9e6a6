/* kernels/attention.h -- causal self-attention of several windows and heads, forward and backward. */
#ifndef KERNELS_ATTENTION_H
#define KERNELS_ATTENTION_H

#include <stddef.h>

#include "base/real.h"
#include "kernels/dropout.h"

/* B windows of T positions, C channels in H heads of width D = C / H. */
typedef struct AttentionSizes {
    size_t B;
    size_t T;
    size_t C;
    size_t H;
} AttentionSizes;

/* Numbers of scratch that either pass needs for windows of at most T positions. */
size_t attention_scratch_count(size_t T);

/* Numbers of row statistics: two for each window, head and position. */
size_t attention_statistics_count(size_t B, size_t T, size_t H);

/* Per window and head, with q, k, v the head's columns of qkv:
 *     out_t = sum over s <= t of softmax_s(q_t . k_s / sqrt(D)) v_s      (Vaswani et al. 2017)
 * out         [B, T, C] out
 * statistics  [B, H, T, 2] out: each row's largest score and 1 / sum of exponentials, from which
 *             the backward pass makes the weights again (storing them would take T numbers a row)
 * scratch     [attention_scratch_count(T)] out
 * qkv         [B, T, 3C] in: queries, keys, values side by side; nothing aliased
 * dropout     of the softmax's weights; NULL: none. The row of head h and position t has the key
 *             dropout_row_key(dropout_row_key(dropout_window_key(dropout, b), h), t) */
void attention_forward(Real *restrict out, Real *restrict statistics, Real *restrict scratch,
                       const Real *restrict qkv, AttentionSizes sizes, const Dropout *dropout);

/* d_qkv    [B, T, 3C] out, overwritten
 * scratch  [attention_scratch_count(T)] out
 * d_out    [B, T, C] in
 * out [B, T, C], qkv [B, T, 3C], statistics [B, H, T, 2] in, as the forward pass left them
 * dropout  as in the forward pass: the masks are made again */
void attention_backward(Real *restrict d_qkv, Real *restrict scratch, const Real *restrict d_out,
                        const Real *restrict out, const Real *restrict qkv,
                        const Real *restrict statistics, AttentionSizes sizes,
                        const Dropout *dropout);

#endif
