/* kernels/attention.c -- blocks of queries against the keys they may see, by matrix products. */
#include "kernels/attention.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "kernels/gemm.h"
#include "kernels/multiversion.h"
#include "kernels/partial_sums.h"
#include "kernels/softmax.h"

/* Scores are made for this many queries at a time, against the keys up to the last of them: only
 * the blocks on the diagonal compute scores that the mask then throws away. */
enum { QUERY_BLOCK = 64 };

/* Rows are worked on in whole vectors of this many numbers, so a masked score may have to be set to
 * minus infinity. */
enum { ROW_MULTIPLE = 16 };

/* One window and head: pointers to row 0; rows lie `stride` apart in qkv, `out_stride` in out. */
typedef struct Head {
    const Real *q;
    const Real *k;
    const Real *v;
    size_t stride;
    size_t out_stride;
    size_t D;
    Real scale;
    double dropout_rate; /* of its weights */
    uint64_t dropout_key;
} Head;

/* Queries first .. first + rows - 1 against keys 0 .. keys - 1. */
typedef struct QueryBlock {
    size_t first;
    size_t rows;
    size_t keys;
} QueryBlock;

size_t attention_scratch_count(size_t T)
{
    return 2 * QUERY_BLOCK * T;
}

size_t attention_statistics_count(size_t B, size_t T, size_t H)
{
    return 2 * B * T * H;
}

static Head head_at(const Real *qkv, AttentionSizes sizes, const Dropout *dropout, size_t b,
                    size_t h)
{
    const size_t D = sizes.C / sizes.H;
    const Real *const q = qkv + b * sizes.T * 3 * sizes.C + h * D;
    return (Head){.q = q,
                  .k = q + sizes.C,
                  .v = q + 2 * sizes.C,
                  .stride = 3 * sizes.C,
                  .out_stride = sizes.C,
                  .D = D,
                  .scale = (Real)(1.0 / sqrt((double)D)),
                  .dropout_rate = dropout == NULL ? 0 : dropout->rate,
                  .dropout_key =
                      dropout == NULL ? 0 : dropout_row_key(dropout_window_key(dropout, b), h)};
}

static QueryBlock query_block_at(size_t first, size_t T)
{
    const size_t rows = T - first < QUERY_BLOCK ? T - first : QUERY_BLOCK;
    return (QueryBlock){.first = first, .rows = rows, .keys = first + rows};
}

/* scores [rows, keys] = scale q k^T */
static void make_scores(Real *scores, const Head *head, QueryBlock block)
{
    gemm(scores, block.keys,
         (GemmOperand){head->q + block.first * head->stride, head->stride, false},
         (GemmOperand){head->k, head->stride, true}, (GemmSizes){block.rows, block.keys, head->D},
         head->scale, 0);
}

/* Mask one row: minus infinity from `visible` to the next whole vector, whose end is returned;
 * 0 from there. */
static size_t mask_row(Real *row, size_t visible, size_t keys)
{
    const size_t padded = (visible + ROW_MULTIPLE - 1) / ROW_MULTIPLE * ROW_MULTIPLE;
    const size_t end = padded < keys ? padded : keys;
    for (size_t j = visible; j < end; j++) {
        row[j] = -(Real)INFINITY;
    }
    memset(row + end, 0, (keys - end) * sizeof *row);
    return end;
}

/* Drop from the row of query t. */
static void drop_from_row(Real *row, const Head *head, size_t t, size_t n)
{
    if (head->dropout_rate > 0) {
        dropout_row(row, row, n, head->dropout_rate, dropout_row_key(head->dropout_key, t));
    }
}

static void forward_block(Real *out, Real *statistics, Real *scores, const Head *head,
                          QueryBlock block)
{
    make_scores(scores, head, block);
    for (size_t i = 0; i < block.rows; i++) {
        Real *const row = scores + i * block.keys;
        const size_t end = mask_row(row, block.first + i + 1, block.keys);
        const Real largest = row_maximum(row, end);
        const double sum = row_exponentials(row, row, largest, end);
        statistics[2 * (block.first + i)] = largest;
        statistics[2 * (block.first + i) + 1] = (Real)(1 / sum);
        drop_from_row(row, head, block.first + i, end);
    }
    Real *const out_rows = out + block.first * head->out_stride;
    gemm(out_rows, head->out_stride, (GemmOperand){scores, block.keys, false},
         (GemmOperand){head->v, head->stride, false}, (GemmSizes){block.rows, head->D, block.keys},
         1, 0);
    /* Dividing D numbers a row here is cheaper than dividing the row's weights. */
    for (size_t i = 0; i < block.rows; i++) {
        row_scale(out_rows + i * head->out_stride, statistics[2 * (block.first + i) + 1], head->D);
    }
}

void attention_forward(Real *restrict out, Real *restrict statistics, Real *restrict scratch,
                       const Real *restrict qkv, AttentionSizes sizes, const Dropout *dropout)
{
    for (size_t b = 0; b < sizes.B; b++) {
        for (size_t h = 0; h < sizes.H; h++) {
            const Head head = head_at(qkv, sizes, dropout, b, h);
            Real *const head_out = out + b * sizes.T * sizes.C + h * head.D;
            Real *const head_statistics = statistics + 2 * (b * sizes.H + h) * sizes.T;
            for (size_t first = 0; first < sizes.T; first += QUERY_BLOCK) {
                forward_block(head_out, head_statistics, scratch, &head,
                              query_block_at(first, sizes.T));
            }
        }
    }
}

KERNEL_PIECE double dot_product(const Real *a, const Real *b, size_t n)
{
    DoubleLanes sums = {0};
    double rest = 0;
    size_t i = 0;
    for (; i + DOUBLE_LANES <= n; i += DOUBLE_LANES) {
        DoubleLanes left;
        DoubleLanes right;
        double_lanes_load(&left, a + i);
        double_lanes_load(&right, b + i);
        sums += left * right;
    }
    for (; i < n; i++) {
        rest += (double)a[i] * (double)b[i];
    }
    return double_lanes_total(&sums) + rest;
}

/* One row of the softmax's gradient. On entry weights holds exponentials and d_weights the gradient
 * of the weights; on return weights are divided by their sum, and d_weights is the gradient of the
 * raw products q . k. */
MULTIVERSION
static void differentiate_row(Real *restrict weights, Real *restrict d_weights,
                              const Real *restrict d_out, const Real *restrict out, size_t n,
                              size_t D, Real inverse_sum, Real scale)
{
    const Real average =
        (Real)dot_product(d_out, out, D); /* sum_s w_s d_w_s, without touching a row of T */
    for (size_t j = 0; j < n; j++) {
        const Real weight = weights[j] * inverse_sum;
        weights[j] = weight;
        d_weights[j] = weight * (d_weights[j] - average) * scale;
    }
}

/* The arrays one head's backward pass works on, each at the head's row 0. */
typedef struct HeadGradient {
    Real *d_q;
    Real *d_k;
    Real *d_v;
    const Real *d_out;
    const Real *out;
    const Real *statistics;
    Real *scores;   /* [QUERY_BLOCK, T] scratch */
    Real *d_scores; /* [QUERY_BLOCK, T] scratch */
} HeadGradient;

/* Leaves the weights (after dropout) in scores and the gradient of the products q . k in d_scores.
 * With dropout the gradient of the weights is dropped like the weights themselves; the average in
 * differentiate_row stays d_out . out, as out was made from the dropped weights. */
static void differentiate_scores(const HeadGradient *gradient, const Head *head, QueryBlock block)
{
    make_scores(gradient->scores, head, block);
    gemm(gradient->d_scores, block.keys,
         (GemmOperand){gradient->d_out + block.first * head->out_stride, head->out_stride, false},
         (GemmOperand){head->v, head->stride, true}, (GemmSizes){block.rows, block.keys, head->D},
         1, 0);
    for (size_t i = 0; i < block.rows; i++) {
        const size_t t = block.first + i;
        Real *const row = gradient->scores + i * block.keys;
        Real *const d_row = gradient->d_scores + i * block.keys;
        const size_t end = mask_row(row, t + 1, block.keys);
        memset(d_row + end, 0, (block.keys - end) * sizeof *d_row);
        (void)row_exponentials(row, row, gradient->statistics[2 * t], end);
        drop_from_row(d_row, head, t, end);
        differentiate_row(row, d_row, gradient->d_out + t * head->out_stride,
                          gradient->out + t * head->out_stride, end, head->D,
                          gradient->statistics[2 * t + 1], head->scale);
        drop_from_row(row, head, t, end);
    }
}

static void backward_block(const HeadGradient *gradient, const Head *head, QueryBlock block,
                           bool is_first)
{
    differentiate_scores(gradient, head, block);
    const GemmOperand weights = {gradient->scores, block.keys, true};
    const GemmOperand d_scores = {gradient->d_scores, block.keys, false};
    const GemmOperand d_scores_transposed = {gradient->d_scores, block.keys, true};
    const GemmSizes into_keys = {block.keys, head->D, block.rows};
    const Real keep = is_first ? 0 : 1;
    gemm(gradient->d_q + block.first * head->stride, head->stride, d_scores,
         (GemmOperand){head->k, head->stride, false}, (GemmSizes){block.rows, head->D, block.keys},
         1, 0);
    gemm(gradient->d_k, head->stride, d_scores_transposed,
         (GemmOperand){head->q + block.first * head->stride, head->stride, false}, into_keys, 1,
         keep);
    gemm(gradient->d_v, head->stride, weights,
         (GemmOperand){gradient->d_out + block.first * head->out_stride, head->out_stride, false},
         into_keys, 1, keep);
}

void attention_backward(Real *restrict d_qkv, Real *restrict scratch, const Real *restrict d_out,
                        const Real *restrict out, const Real *restrict qkv,
                        const Real *restrict statistics, AttentionSizes sizes,
                        const Dropout *dropout)
{
    for (size_t b = 0; b < sizes.B; b++) {
        for (size_t h = 0; h < sizes.H; h++) {
            const Head head = head_at(qkv, sizes, dropout, b, h);
            Real *const d_q = d_qkv + (head.q - qkv);
            const size_t out_offset = b * sizes.T * sizes.C + h * head.D;
            const HeadGradient gradient = {.d_q = d_q,
                                           .d_k = d_q + sizes.C,
                                           .d_v = d_q + 2 * sizes.C,
                                           .d_out = d_out + out_offset,
                                           .out = out + out_offset,
                                           .statistics =
                                               statistics + 2 * (b * sizes.H + h) * sizes.T,
                                           .scores = scratch,
                                           .d_scores = scratch + QUERY_BLOCK * sizes.T};
            /* Last block first: it reaches every key, so it sets d_k and d_v and the others add to
             * them. */
            const size_t block_count = (sizes.T + QUERY_BLOCK - 1) / QUERY_BLOCK;
            for (size_t i = block_count; i-- > 0;) {
                backward_block(&gradient, &head, query_block_at(i * QUERY_BLOCK, sizes.T),
                               i + 1 == block_count);
            }
        }
    }
}
